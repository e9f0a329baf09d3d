"""A blind choice between two answers: the names come after the vote."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from thorhud.domain.answer_quality import Ballot, DiffPiece, VoteTally
from thorhud.domain.messages import AnswerKind, CommandAnswer, QueryName, Verb
from thorhud.domain.workshop import Workshop
from thorhud.gui.answer_words import short_name, tally_sentences
from thorhud.gui.forms.ui_vote_tab import Ui_VoteTab
from thorhud.gui.unit_text import one_line
from thorhud.gui.wishes import Inquiry, Wish

_HOW = (
    "A vote needs whole answers of two models to the same prompt. Run the reference prompt on two models, or measure "
    "the comparison."
)
_CHOICES = {"a": "A is better", "same": "Both alike", "b": "B is better"}


class VoteTab(QWidget):
    """Shows A and B without names, takes one choice, then says whose they are and how all voted."""

    inquiry_requested = Signal(object)
    """An `Inquiry`."""
    command_requested = Signal(object)
    title = "Blind vote"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._form = Ui_VoteTab()
        self._form.setupUi(self)
        self._ballot: Ballot | None = None
        self._workshop: Workshop | None = None
        self._version: int | None = None
        form = self._form
        self._buttons = {"a": form.a_button, "same": form.same_button, "b": form.b_button}
        for choice, button in self._buttons.items():
            button.setText(_CHOICES[choice])
            button.clicked.connect(lambda _=False, one=choice: self._vote(one))
        form.a_title.setText("Answer A")
        form.b_title.setText("Answer B")
        form.next_button.setText("Next pair")
        form.next_button.clicked.connect(self._ask_ballot)
        form.empty_card.pressed.connect(self._ask_ballot)
        form.tally_card_title.setText("All votes on this unit")

    def display(self, workshop: Workshop, runs_version: int) -> None:
        """Ask for a pair where none lies open; an open pair stays until it was voted on."""
        self._workshop = workshop
        if self._version == runs_version:
            return
        first, self._version = self._version is None, runs_version
        if first:
            self._ask_tally()
        if self._ballot is None:
            self._ask_ballot()

    def _ask_ballot(self) -> None:
        self.inquiry_requested.emit(Inquiry(QueryName.BALLOT, Ballot, self._take_ballot, {"prompt": ""}))

    def _ask_tally(self) -> None:
        self.inquiry_requested.emit(Inquiry(QueryName.TALLY, list[VoteTally], self._take_tally))

    def _take_ballot(self, ballot: Ballot | None, reason: str) -> None:
        form = self._form
        self._ballot = ballot
        if ballot is None:
            form.prompt_label.setText("")
            form.empty_card.display("Nothing to vote on yet", f"{one_line(reason)} {_HOW}".strip(), "Look again")
            form.stack.setCurrentWidget(form.empty)
            return
        form.prompt_label.setText(f"Which answer is better?  {one_line(ballot.prompt, 400)}")
        for label, view, name, text in (
            ("A", form.a_text, form.a_name, ballot.a),
            ("B", form.b_text, form.b_name, ballot.b),
        ):
            view.display((DiffPiece(text=text, same=True),))
            view.setAccessibleName(f"Answer {label}")
            name.setText("Its name comes after the vote.")
        self._open_choices(choosing=True)
        form.result_label.setText("Read both, then choose. Who wrote which is not known to this display yet.")
        form.stack.setCurrentWidget(form.ballot)

    def _open_choices(self, *, choosing: bool) -> None:
        for button in self._buttons.values():
            button.setEnabled(choosing)
        self._form.next_button.setVisible(not choosing)

    def _vote(self, choice: str) -> None:
        if self._ballot is None:
            return
        self._open_choices(choosing=False)
        self._form.next_button.hide()
        self._form.result_label.setText(f"{_CHOICES[choice]}: being kept.")
        ballot = self._ballot
        args = {"ballot": ballot.id, "choice": choice}
        self.command_requested.emit(Wish(Verb.VOTE, args, lambda answer: self._end_vote(ballot, choice, answer)))

    def _end_vote(self, ballot: Ballot, choice: str, answer: CommandAnswer) -> None:
        if self._ballot is not ballot or self._workshop is None:
            return
        form = self._form
        if answer.kind is not AnswerKind.DONE:
            form.result_label.setText(f"{answer.reason or 'The vote was not kept.'} {answer.next_step}".strip())
            self._open_choices(choosing=True)
            form.next_button.show()
            return
        names = {side: short_name(self._workshop, str(answer.details.get(side) or "")) for side in ("a", "b")}
        form.a_name.setText(names["a"] and f"Written by {names['a']}")
        form.b_name.setText(names["b"] and f"Written by {names['b']}")
        chosen = names.get(choice)
        form.result_label.setText(f"You chose {chosen}." if chosen else "You found both alike.")
        form.next_button.show()
        self._ask_tally()

    def _take_tally(self, tallies: list[VoteTally] | None, _reason: str) -> None:
        if self._workshop is None:
            return
        sentences = tally_sentences(tallies or [], self._workshop)
        self._form.tally.display([(None, line) for line in sentences or ["No votes yet."]])
