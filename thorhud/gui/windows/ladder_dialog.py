"""What a comparison is to measure, how long that takes and what it stops, before anything begins."""

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QWidget

from thorhud.domain.comparison import ENOUGH_REPEATS, Comparison
from thorhud.domain.ladder_plan import LadderPlan, Part
from thorhud.domain.messages import Verb
from thorhud.domain.state import AgentState, ServingPhase
from thorhud.domain.workshop import Workshop
from thorhud.gui.forms.ui_ladder_dialog import Ui_LadderDialog
from thorhud.gui.ladder_time import ladder_time
from thorhud.gui.theme import theme_of
from thorhud.gui.widgets.toggle_row import ToggleRow
from thorhud.gui.windows.card_dialog import CardDialog
from thorhud.gui.wishes import Wish

REPEATS = (3, 5, 7)
PARTS: dict[Part, tuple[str, str]] = {
    Part.SHORT: ("Short answers", "the reference prompt"),
    Part.LONG: ("Long answers", "for the limit and the draft model"),
    Part.SHAPE: ("2048 in, 128 out", "the shape of NVIDIA's own figures"),
    Part.SWEEP: ("Many users at once", "1, 2, 4 and up to 32"),
    Part.PARITY: ("Same answers?", "with and without the draft model"),
}
"""What may be measured: title and detail."""
_BUSY = {ServingPhase.STARTING, ServingPhase.READY, ServingPhase.STOPPING}


class LadderDialog(CardDialog):
    """Ends in a `Wish`, or in nothing."""

    command_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._form = Ui_LadderDialog()
        self._form.setupUi(self)
        self._workshop: Workshop | None = None
        self._comparison: Comparison | None = None
        self._resumable: str | None = None
        self._foreign = False
        self._models: list[ToggleRow] = []
        form = self._form
        self._parts = [ToggleRow(self, key=part.value) for part in PARTS]
        for row, (part, words) in zip(self._parts, PARTS.items(), strict=True):
            row.display(*words)
            row.setChecked(part in {Part.SHORT, Part.LONG})
            row.toggled.connect(self._show_time)
            form.parts.addWidget(row)
        form.title_label.setText("What should be measured?")
        form.models_label.setText("Models, one after the other")
        form.parts_label.setText("Of each model")
        form.repeats_label.setText("How often")
        form.repeats.display("How often", ("3, a first look", "5", "7"), REPEATS.index(ENOUGH_REPEATS))
        form.repeats.chosen.connect(self._show_time)
        form.stay_button.setText("Not now")
        form.stay_button.clicked.connect(self.reject)
        form.act_button.setText("Start measuring")
        form.act_button.clicked.connect(self._start)
        form.resume_button.clicked.connect(self._resume)

    def ask(
        self,
        state: AgentState,
        workshop: Workshop,
        comparison: Comparison | None,
        *,
        also: Part | None = None,
        resume: str = "",
    ) -> None:
        """Open for what can start on this unit now, with *also* chosen; *resume* names the button that continues."""
        self._workshop, self._comparison = workshop, comparison
        self._resumable = state.ladder.resumable_id
        self._foreign = state.serving.started_outside
        self._offer_models(state, workshop)
        for row in self._parts:
            if also is not None and row.key == also.value:
                row.setChecked(True)
        self._form.resume_button.setText(resume)
        self._form.resume_button.setVisible(bool(resume) and self._resumable is not None)
        self._form.loss_label.setText(_what_it_stops(state, workshop))
        self._show_time()
        self.setWindowTitle(self._form.title_label.text())
        self.open()
        self._form.act_button.setFocus()

    def plan(self) -> LadderPlan:
        """Return what is chosen now."""
        return LadderPlan(
            configuration_ids=tuple(row.key for row in self._models if row.isChecked() and row.isEnabled()),
            parts=tuple(Part(row.key) for row in self._parts if row.isChecked()),
            repeats=REPEATS[self._form.repeats.index],
        )

    def wanted_size(self) -> QSize:
        """Return a size with room for all models, within the window."""
        theme, parent = theme_of(self), self.parentWidget()
        room = parent.window().size() if parent is not None else self.screen().availableSize()
        wanted = QSize(theme.px(1480), self.sizeHint().height())
        return wanted.boundedTo(room)

    def _offer_models(self, state: AgentState, workshop: Workshop) -> None:
        for row in self._models:
            self._form.models.removeWidget(row)
            row.deleteLater()
        able = {each.configuration_id: each for each in state.availability}
        self._models = []
        for configuration in workshop.configurations:
            known = able.get(configuration.id)
            startable = known is None or known.startable
            reason = "" if known is None or startable else known.reason or known.label or "cannot start"
            row = ToggleRow(self, key=configuration.id, configuration=configuration)
            row.display(configuration.name, reason, enabled=startable)
            row.setChecked(startable)
            row.toggled.connect(self._show_time)
            self._form.models.addWidget(row)
            self._models.append(row)

    def _show_time(self) -> None:
        if self._workshop is None:
            return
        plan, form = self.plan(), self._form
        missing = _what_is_missing(plan)
        words = ladder_time(plan, self._workshop, self._comparison).words
        form.time_label.setText(missing or f"{words}. Nothing to do meanwhile.")
        form.act_button.setEnabled(not missing and not self._foreign)
        first_look = plan.repeats < ENOUGH_REPEATS
        form.repeats_note.setText(
            "A first look: the charts say so and give no verdict."
            if first_look
            else "Warm-ups come first and are not counted: at least 2, until three agree within 5 %."
        )

    def _start(self) -> None:
        plan = self.plan()
        args = {
            "configuration_ids": list(plan.configuration_ids),
            "parts": [part.value for part in plan.parts],
            "repeats": plan.repeats,
        }
        self.command_requested.emit(Wish(Verb.LADDER, args))
        self.accept()

    def _resume(self) -> None:
        self.command_requested.emit(Wish(Verb.LADDER, {"resume": self._resumable}))
        self.accept()


def _what_is_missing(plan: LadderPlan) -> str:
    if not plan.configuration_ids:
        return "Choose at least one model."
    if not plan.parts:
        return "Choose what to measure of each model."
    if plan.parts == (Part.PARITY,) and len(plan.configuration_ids) < 2:
        return "\u201cSame answers?\u201d needs a model with and without its draft model."
    return ""


def _what_it_stops(state: AgentState, workshop: Workshop) -> str:
    """Say what ends when it begins; a server that somebody else started is theirs."""
    serving = state.serving
    if serving.phase not in _BUSY:
        return "Nothing is running, so nothing is stopped. The unit should not be used for anything else meanwhile."
    if serving.started_outside:
        return "A server that somebody else started is running. It is not stopped: end it first."
    configuration = workshop.configuration(serving.configuration_id or "")
    name = "The running model" if configuration is None else configuration.name
    return f"{name} is stopped first, and nothing runs afterwards. Whoever chats with it loses the connection."
