"""The stage area when a start or a server failed: what, why, the log line and what to press."""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QWidget

from thorhud.domain.failures import Failure
from thorhud.domain.messages import Verb
from thorhud.domain.state import AgentState, ServingState
from thorhud.domain.workshop import Configuration, Workshop
from thorhud.gui.forms.ui_failure_panel import Ui_FailurePanel
from thorhud.gui.stage_words import segments, usual
from thorhud.gui.theme import theme_of
from thorhud.gui.unit_text import one_line, tool_tip
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

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._form = Ui_FailurePanel()
        self._form.setupUi(self)
        self._configuration: Configuration | None = None
        self._form.pipeline.show_captions(on=False)
        self._form.failed_icon.display("warning-octagon-fill", "red")
        self._form.fix_button.setText("Try again")
        self._form.commands_button.setText("Commands")
        self._form.commands_button.set_detail("To type by hand")
        self._form.dismiss_button.setText("Dismiss")
        self._form.dismiss_button.set_detail("Back to the models")
        self._form.log_button.setText("Show the full log")
        self._form.fix_button.clicked.connect(self._try_again)
        self._form.dismiss_button.clicked.connect(lambda: self.command_requested.emit(Wish(Verb.DISMISS)))
        self._form.log_button.clicked.connect(lambda: self.page_requested.emit("log"))
        self._form.commands_button.clicked.connect(lambda: self.page_requested.emit("commands"))

    def display(self, state: AgentState, workshop: Workshop) -> None:
        """Show why serving failed."""
        serving = state.serving
        failure = serving.failure or UNKNOWN
        name = serving.configuration_id
        self._configuration = None if name is None else workshop.configuration(name)
        what = "stopped by itself" if serving.ready_after_s is not None else "did not start"
        self._form.configuration_label.display(
            self._configuration, fallback=serving.model or "The model", suffix=f" {what}", tone="red"
        )
        self._show_words(failure)
        self._show_fix(serving)
        self._form.pipeline.display(segments(serving))

    def main_action(self) -> QWidget:
        """Return where the focus goes first: the fix, where there is one."""
        return self._form.fix_button if self._configuration is not None else self._form.dismiss_button

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

    def _show_words(self, failure: Failure) -> None:
        title = one_line(failure.headline, 160) or UNKNOWN.headline
        self._form.headline_label.set_role("headline" if len(title) <= _ONE_LINE_HEADLINE else "model_name")
        self._form.headline_label.setText(title)
        self._form.headline_label.setAccessibleName(title)
        why = [one_line(failure.explanation, 260), one_line(failure.next_step, 200)]
        self._form.explanation_label.set_role("note" if sum(map(len, why)) > 200 else "body")
        self._form.explanation_label.setText(" ".join(each for each in why if each))
        evidence = one_line(failure.evidence)
        self._form.evidence_line.display(Run(evidence or "The log has no line that says why.", "log", "text2"))
        self._form.evidence_line.setToolTip(tool_tip(evidence))

    def _show_fix(self, serving: ServingState) -> None:
        known = self._configuration is not None
        self._form.fix_button.setVisible(known)
        self._form.commands_button.setVisible(known)
        total = sum(serving.expected_s.values())
        self._form.fix_button.set_detail(f"About {usual(total)}, nothing is deleted" if total else "Nothing is deleted")

    def _try_again(self) -> None:
        if self._configuration is not None:
            self.command_requested.emit(Wish(Verb.LAUNCH, {"configuration_id": self._configuration.id}))
