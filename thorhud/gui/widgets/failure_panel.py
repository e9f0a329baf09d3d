"""The stage area when a start or a server failed: what, why, the log line and what to press."""

from itertools import zip_longest

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QWidget

from thorhud.domain.custom_model import configuration_of
from thorhud.domain.failures import Failure
from thorhud.domain.log_text import clean
from thorhud.domain.messages import Verb
from thorhud.domain.repairs import main_repair
from thorhud.domain.state import AgentState, RepairPhase, RepairState
from thorhud.domain.workshop import Configuration, Workshop
from thorhud.gui.fixes import Fix, kind_of, offered, repair_words
from thorhud.gui.forms.ui_failure_panel import Ui_FailurePanel
from thorhud.gui.stage_words import segments
from thorhud.gui.theme import theme_of
from thorhud.gui.unit_text import one_line, tool_tip
from thorhud.gui.widgets.action_button import ActionButton, Kind
from thorhud.gui.widgets.text_line import Run
from thorhud.gui.wishes import Wish

UNKNOWN = Failure(
    kind="unknown",
    headline="vLLM stopped and we do not know why",
    explanation="The log may say more.",
    next_step="Try once more. If it stops again, raise the red cup.",
)
_ONE_LINE_HEADLINE = 44
"""A longer headline is set smaller, so that it keeps within two lines."""


class FailurePanel(QFrame):
    """Red outline, never red fill; one green fix."""

    command_requested = Signal(object)
    page_requested = Signal(str)
    others_wanted = Signal()
    """Show the repairs that have no button here."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._form = Ui_FailurePanel()
        self._form.setupUi(self)
        self._configuration: Configuration | None = None
        self._form.pipeline.show_captions(on=False)
        self._form.failed_icon.display("warning-octagon-fill", "red")
        self._fixes: tuple[Fix, ...] = ()
        self._form.again_button.setText("Try again")
        self._form.others_button.setText("Other fixes")
        self._form.others_button.clicked.connect(self.others_wanted)
        self._form.lines_view.setAccessibleName("How the log ended")
        self._form.lines_view.hide()
        self._lines: tuple[str, ...] = ()
        self._form.commands_button.setText("Commands")
        self._form.dismiss_button.setText("Dismiss")
        self._form.log_button.setText("Show the full log")
        self._form.full_log_button.setText("Full log")
        for log_button in (self._form.log_button, self._form.full_log_button):
            log_button.clicked.connect(lambda: self.page_requested.emit("log"))
        self._form.again_button.clicked.connect(self._try_again)
        for place, fix_button in enumerate(self._fix_buttons()):
            # the row keeps its places: a button that has nothing to offer leaves its own empty
            policy = fix_button.sizePolicy()
            policy.setRetainSizeWhenHidden(True)
            fix_button.setSizePolicy(policy)
            fix_button.clicked.connect(lambda _checked=False, place=place: self._fix(place))
        self._form.dismiss_button.clicked.connect(lambda: self.command_requested.emit(Wish(Verb.DISMISS)))
        self._form.commands_button.clicked.connect(lambda: self.page_requested.emit("commands"))

    def display(self, state: AgentState, workshop: Workshop) -> None:
        """Show why serving failed."""
        serving = state.serving
        failure = serving.failure or UNKNOWN
        name = serving.configuration_id
        self._configuration = configuration_of(workshop, name)
        what = "stopped by itself" if serving.ready_after_s is not None else "did not start"
        self._form.configuration_label.display(
            self._configuration, fallback=serving.model or "The model", suffix=f" {what}", tone="red"
        )
        self._show_words(failure, state.repair)
        self._show_fixes(state)
        self._form.pipeline.display(segments(serving))

    def main_action(self) -> QWidget:
        """Return where the focus goes first: the fix, where there is one."""
        return self._form.fix_button if self._fixes else self._form.dismiss_button

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        theme = theme_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = theme.length(theme.line["alarm"])
        painter.setPen(QPen(theme.colour.red, width))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        radius = theme.length(theme.radius["card"])
        inset = width / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), radius, radius)

    def _show_words(self, failure: Failure, repair: RepairState) -> None:
        title = one_line(failure.headline, 160) or UNKNOWN.headline
        large = len(title) <= _ONE_LINE_HEADLINE and not failure.last_lines
        self._form.headline_label.set_role("headline" if large else "model_name")
        self._form.headline_label.setText(title)
        self._form.headline_label.setAccessibleName(title)
        told = repair_words(repair, self._configuration.name if self._configuration else "")
        why = [one_line(failure.explanation, 260), told or one_line(failure.next_step, 200)]
        if repair.phase is RepairPhase.FAILED:
            why = [told]
        self._form.explanation_label.set_role("note" if failure.last_lines or sum(map(len, why)) > 200 else "body")
        self._form.explanation_label.setText(" ".join(_ended(each) for each in why if each))
        # the well is short: what matters of a log line comes after process, level and date
        evidence = one_line(failure.evidence)
        said = one_line(clean(failure.evidence))
        self._show_last_lines(failure.last_lines)
        self._form.evidence_line.display(Run(said or evidence or "The log has no line that says why.", "log", "text2"))
        self._form.evidence_line.setToolTip(tool_tip(evidence))

    def _show_last_lines(self, lines: tuple[str, ...]) -> None:
        """Show how the log ended where nobody knows the cause; a person may be reading, so only what changed moves."""
        self._form.lines_view.setVisible(bool(lines))
        self._form.full_log_button.setVisible(bool(lines))
        # the lines need the room of the line and of the stages; the buttons say what to do
        self._form.well.setVisible(not lines)
        self._form.pipeline.setVisible(not lines)
        if lines == self._lines:
            return
        self._lines = lines
        self._form.lines_view.setPlainText("\n".join(one_line(each, 400) for each in lines))
        bar = self._form.lines_view.verticalScrollBar()
        bar.setValue(bar.maximum())

    def _show_fixes(self, state: AgentState) -> None:
        """Offer the repairs for this failure; where none is in front, the green button tries again."""
        known = self._configuration is not None
        self._fixes = offered(state, known=known)[: len(self._fix_buttons())]
        running = state.repair.phase is RepairPhase.RUNNING
        for fix_button, fix in zip_longest(self._fix_buttons(), self._fixes):
            fix_button.set_kind(Kind.MAIN if fix_button is self._form.fix_button else Kind.OUTLINE)
            fix_button.setVisible(fix is not None)
            fix_button.setEnabled(not running)
            if fix is not None:
                fix_button.setText(fix.text)
                fix_button.set_detail(fix.detail)
                fix_button.set_icon(fix.icon)
        self._form.again_button.setVisible(known and main_repair(kind_of(state)) is not None)
        # beside the button for the full log there is no room left for the name of what failed
        self._form.commands_button.setVisible(known and not self._lines)
        self._form.others_button.setEnabled(not running)
        for other in (self._form.again_button, self._form.dismiss_button):
            other.setEnabled(not running)

    def _fix_buttons(self) -> tuple[ActionButton, ...]:
        return (self._form.fix_button, self._form.next_button, self._form.last_button)

    def _fix(self, place: int) -> None:
        if place < len(self._fixes):
            self.command_requested.emit(self._fixes[place].wish)

    def _try_again(self) -> None:
        if self._configuration is not None:
            self.command_requested.emit(Wish(Verb.LAUNCH, {"configuration_id": self._configuration.id}))


def _ended(sentence: str) -> str:
    """Return a sentence with its full stop: a log line that is quoted at its end has none."""
    return sentence if sentence.endswith((".", "!", "?", "\u2026")) else f"{sentence}."
