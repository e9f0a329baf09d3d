"""The workshop's evaluation questions and its models, each with room for a note."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QWidget

from thorhud.domain.answer_quality import Note
from thorhud.domain.messages import AnswerKind, CommandAnswer, QueryName, Verb
from thorhud.domain.workshop import Workshop
from thorhud.gui.forms.ui_notes_tab import Ui_NotesTab
from thorhud.gui.widgets.subject_row import SubjectRow
from thorhud.gui.wishes import Inquiry, Wish

_LEAD = "Questions to ask yourself after a few answers, and room for what you noticed about a model."
_NO_QUESTIONS = "This workshop asks no questions. Write down what you noticed about a model."


class NotesTab(QWidget):
    """What is typed is kept on the unit when the field or the subject is left."""

    inquiry_requested = Signal(object)
    command_requested = Signal(object)
    title = "Notes"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._form = Ui_NotesTab()
        self._form.setupUi(self)
        self._shown: Workshop | None = None
        self._rows: dict[str, SubjectRow] = {}
        self._notes: dict[str, str] = {}
        self._subject = ""
        self._group = QButtonGroup(self)
        self._form.note.saved.connect(self._keep)

    def display(self, workshop: Workshop) -> None:
        """Offer the subjects of *workshop* and ask for the notes once."""
        if self._shown is not None and self._shown.id == workshop.id:
            return
        self._shown = workshop
        self._form.lead_label.setText(_LEAD if workshop.evaluation_questions else _NO_QUESTIONS)
        for row in self._rows.values():
            self._group.removeButton(row)
            row.deleteLater()
        self._rows = {f"question:{at}": SubjectRow(text) for at, text in enumerate(workshop.evaluation_questions, 1)}
        for each in workshop.configurations:
            self._rows[f"configuration:{each.id}"] = SubjectRow(each.name, configuration=each)
        for at, (subject, row) in enumerate(self._rows.items()):
            self._group.addButton(row)
            self._form.subjects.insertWidget(at, row)
            row.clicked.connect(lambda _=False, about=subject: self.choose(about))
        self.choose(next(iter(self._rows), ""))
        self.inquiry_requested.emit(Inquiry(QueryName.NOTES, list[Note], self._take))

    def choose(self, subject: str) -> None:
        """Show the note about *subject*; what was typed about the last one is kept first."""
        self._form.note.save()
        self._subject = subject
        row = self._rows.get(subject)
        if row is not None:
            row.setChecked(True)
            self._form.note.ask(row.text())
        self._form.note.display(self._notes.get(subject, ""), force=True)

    def noted(self) -> list[str]:
        """Return the subjects that have a note."""
        return [subject for subject, row in self._rows.items() if row.noted]

    def _take(self, notes: list[Note] | None, _reason: str) -> None:
        for note in notes or []:
            self._notes.setdefault(note.subject, note.text)
        self._form.note.display(self._notes.get(self._subject, ""))
        self._mark()

    def _keep(self, text: str) -> None:
        subject = self._subject
        self._notes[subject] = text
        self._mark()
        args = {"subject": subject, "text": text}
        self.command_requested.emit(Wish(Verb.NOTE, args, lambda answer: self._end(subject, answer)))

    def _end(self, subject: str, answer: CommandAnswer) -> None:
        """Say so where the unit did not keep a note; it still stands here and can be kept again."""
        if answer.kind is not AnswerKind.DONE and subject == self._subject:
            self._form.note.not_kept()

    def _mark(self) -> None:
        for subject, row in self._rows.items():
            row.set_noted(noted=bool(self._notes.get(subject)))
