"""The workshop's evaluation questions, each with room for a note."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from thorhud.domain.answer_quality import Note
from thorhud.domain.messages import QueryName, Verb
from thorhud.domain.workshop import Workshop
from thorhud.gui.forms.ui_notes_tab import Ui_NotesTab
from thorhud.gui.widgets.note_card import NoteCard
from thorhud.gui.wishes import Inquiry, Wish

_COLUMNS = 2
_LEAD = "Questions to ask yourself after a few answers. What you write is kept on this unit."
_NO_QUESTIONS = "This workshop asks no questions. Write down what you noticed about a model."


class NotesTab(QWidget):
    """What is typed is kept on the unit when the field is left."""

    inquiry_requested = Signal(object)
    """An `Inquiry`."""
    command_requested = Signal(object)
    title = "Notes"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._form = Ui_NotesTab()
        self._form.setupUi(self)
        self._questions: tuple[str, ...] | None = None
        self._cards: dict[str, NoteCard] = {}
        self._notes: dict[str, str] = {}
        self._about = ""
        form = self._form
        form.about_label.setText("About one model")
        form.about_note.ask("")
        form.about_note.saved.connect(lambda text: self._keep(self._about, text))
        form.about_picker.activated.connect(lambda _: self._show_about(force=True))

    def display(self, workshop: Workshop) -> None:
        """Show the questions of *workshop* and ask for the notes once."""
        if self._questions == workshop.evaluation_questions:
            return
        self._questions = workshop.evaluation_questions
        self._form.lead_label.setText(_LEAD if self._questions else _NO_QUESTIONS)
        for card in self._cards.values():
            card.deleteLater()
        self._cards = {f"question:{number}": NoteCard(self) for number in range(1, 1 + len(self._questions))}
        for at, (subject, card) in enumerate(self._cards.items()):
            card.setProperty("card", True)  # noqa: FBT003 - the style sheet's property
            card.ask(self._questions[at])
            card.saved.connect(lambda text, about=subject: self._keep(about, text))
            self._form.grid.addWidget(card, at // _COLUMNS, at % _COLUMNS)
        self._form.about_picker.offer("Model", [(each.id, each.name) for each in workshop.configurations])
        self._show_about(force=True)
        self.inquiry_requested.emit(Inquiry(QueryName.NOTES, list[Note], self._take))

    def card(self, subject: str) -> NoteCard:
        """Return the card of "question:1"."""
        return self._cards[subject]

    def _take(self, notes: list[Note] | None, _reason: str) -> None:
        for note in notes or []:
            self._notes[note.subject] = note.text
        for subject, card in self._cards.items():
            card.display(self._notes.get(subject, ""))
        self._show_about()

    def _show_about(self, *, force: bool = False) -> None:
        if force:
            self._form.about_note.save()  # what was typed belongs to the model that was chosen until now
        self._about = f"configuration:{self._form.about_picker.key}"
        self._form.about_note.display(self._notes.get(self._about, ""), force=force)

    def _keep(self, subject: str, text: str) -> None:
        self._notes[subject] = text
        self.command_requested.emit(Wish(Verb.NOTE, {"subject": subject, "text": text}))
