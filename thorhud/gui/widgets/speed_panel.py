"""The right half of the stage area when a model is ready: how fast, beside what the workshop published."""

from PySide6.QtCore import QPoint, QRect, QRectF, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QFrame, QWidget

from thorhud.domain.custom_model import configuration_of
from thorhud.domain.messages import Verb
from thorhud.domain.serving_metrics import ServingMetrics
from thorhud.domain.serving_metrics_words import rows, summary
from thorhud.domain.state import AgentState, LadderPhase, PromptPhase, PromptState
from thorhud.domain.workshop import Configuration, Workshop
from thorhud.gui.forms.ui_speed_panel import Ui_SpeedPanel
from thorhud.gui.prompt_words import figure, seconds_figure, shown_prompt, speed_of
from thorhud.gui.stage_words import DASH, NARROW
from thorhud.gui.widgets.detail_card import DetailCard
from thorhud.gui.widgets.text_line import Run
from thorhud.gui.wishes import Wish


class SpeedPanel(QFrame):
    """The figure, the bar with the published tick, time to first token and tokens."""

    command_requested = Signal(object)
    page_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._form = Ui_SpeedPanel()
        self._form.setupUi(self)
        self._comparing = False
        self._form.speed_line.setProperty("role", "speed")
        self._form.unit_label.setText("tokens per second")
        self._form.ttft_label.setText("First token")
        self._form.tokens_label.setText("Tokens")
        self._form.compare_button.setText("Compare")
        self._form.server_button.setAccessibleName("What the server says about itself")
        self._form.server_button.hide()
        self._form.server_button.clicked.connect(self._unfold_server)
        self._server = ""
        self._details: DetailCard | None = None
        self._form.stop_button.clicked.connect(self._stop)
        self._form.compare_button.clicked.connect(lambda: self.page_requested.emit("compare"))

    def display(self, state: AgentState, workshop: Workshop) -> None:
        """Show the speed of the answer in *state*."""
        prompt = shown_prompt(state)
        self._comparing = state.ladder.phase is LadderPhase.RUNNING
        self._form.stop_button.setText("Cancel" if self._comparing else "Stop")
        label, speed = speed_of(prompt)
        self._form.speed_label.setText(label)
        self._form.speed_line.display(figure(speed), meaning=label, tone="text1" if speed is not None else "text3")
        self._show_published(speed, state.serving.configuration_id, workshop)
        self._show_counts(prompt)
        self._show_server(state.serving.metrics)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._fold_server()

    def _show_server(self, metrics: ServingMetrics | None) -> None:
        self._form.server_button.setVisible(metrics is not None)
        if metrics is None:
            self._fold_server()
            return
        self._form.server_button.setText(summary(metrics))
        self._server = "\n".join(("The server", *(f"{label}: {words}" for label, words in rows(metrics))))
        self._form.server_button.setAccessibleDescription(self._server)
        if self._details is not None:
            self._details.display(self._server, self._server_place())

    def _unfold_server(self) -> None:
        """Show everything that the server says, or no more."""
        if self._details is not None:
            self._fold_server()
            return
        self._details = DetailCard(self.window())
        self._details.display(self._server, self._server_place())

    def _fold_server(self) -> None:
        if self._details is not None:
            self._details.hide()
            self._details.deleteLater()
            self._details = None

    def _server_place(self) -> QRectF:
        button = self._form.server_button
        return QRectF(QRect(button.mapTo(self.window(), QPoint(0, 0)), button.size()))

    def _stop(self) -> None:
        self.command_requested.emit(Wish(Verb.CANCEL_LADDER if self._comparing else Verb.STOP))

    def _show_published(self, speed: float | None, configuration_id: str | None, workshop: Workshop) -> None:
        configuration = configuration_of(workshop, configuration_id)
        published = None if configuration is None else configuration.published.short_tokens_per_s.value
        self._form.published_bar.display(
            speed, published, end=_bar_end(workshop.configurations), configuration=configuration
        )

    def _show_counts(self, prompt: PromptState) -> None:
        first = seconds_figure(prompt.ttft_s)
        unit = () if first == DASH else (Run(f"{NARROW}s", "note", "text2"),)
        self._form.ttft_line.display(Run(first, "figure", "text1", figures=True), *unit)
        begun = prompt.phase is not PromptPhase.NONE
        tokens = Run(str(prompt.completion_tokens) if begun else DASH, "figure", "text1", figures=True)
        most = begun and prompt.max_tokens is not None
        self._form.tokens_line.display(tokens, *((Run(f" of {prompt.max_tokens}", "note", "text2"),) if most else ()))


def _bar_end(configurations: tuple[Configuration, ...]) -> float:
    """Return one end of the bar for all configurations, so that their bars can be compared."""
    figures = [each.published for each in configurations]
    known = [one.value for each in figures for one in (each.short_tokens_per_s, each.long_tokens_per_s) if one.value]
    return 1.5 * max(known, default=20.0)
