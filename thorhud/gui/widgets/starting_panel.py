"""The stage area while a model starts or stops: what happens now, how far it is and how long it still takes."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from thorhud.domain.custom_model import configuration_of
from thorhud.domain.messages import Verb
from thorhud.domain.stages import StageName, Timeline
from thorhud.domain.state import AgentState, LadderPhase, ServingPhase, ServingState
from thorhud.domain.workshop import Workshop
from thorhud.gui.forms.ui_starting_panel import Ui_StartingPanel
from thorhud.gui.ladder_words import place_in_ladder
from thorhud.gui.option_words import options_note
from thorhud.gui.outside_words import outside_line
from thorhud.gui.stage_words import NARROW, cache_line, headline, segments, shard_words, time_left
from thorhud.gui.switch_words import is_switching, switched_line, whose_line
from thorhud.gui.unit_text import one_line
from thorhud.gui.widgets.text_line import Run
from thorhud.gui.wishes import Wish

_MEANING: dict[StageName, str] = {
    StageName.CONTAINER: "docker run made the container, vLLM is about to speak",
    StageName.ENGINE_INIT: "vLLM reads the model's settings",
    StageName.WEIGHTS: "The weights are read from disk into memory",
    StageName.COMPILE: "torch.compile makes kernels for this GPU",
    StageName.KV_CACHE: "vLLM finds out how much memory is left for conversations",
    StageName.CUDA_GRAPHS: "Recorded once, replayed for every token",
    StageName.SERVER: "The server opens its port, then /health must answer",
}
_STOPPING = "The model is stopped and its memory given back"


class StartingPanel(QFrame):
    """Headline, shards, time left and the pipeline of one start."""

    command_requested = Signal(object)
    page_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._form = Ui_StartingPanel()
        self._form.setupUi(self)
        self._comparing = False
        self._form.time_line.setProperty("align", "right")
        self._form.log_button.setText("Look at the log")
        self._form.log_button.clicked.connect(lambda: self.page_requested.emit("log"))
        self._form.stop_button.clicked.connect(self._stop)
        self._keep_room(kept=True)

    def display(self, state: AgentState, workshop: Workshop) -> None:
        """Show the start, the stop or the switch in *state*."""
        serving = state.serving
        self._comparing = state.ladder.phase is LadderPhase.RUNNING
        self._show_names(state, workshop)
        self._form.headline_line.display(one_line(headline(serving), 60))
        whose = whose_line(serving, workshop)
        self._form.detail_line.display(*((Run(whose, "body", "text1"),) if whose else _detail(state)))
        self._show_steps(serving, workshop)
        moving = serving.phase is ServingPhase.STARTING and not serving.stalled
        self._show_shards(serving.timeline or Timeline(), starting=moving)
        self._show_time(serving)
        self._show_note(serving, workshop)

    def main_action(self) -> QWidget:
        """Return where the focus goes first."""
        return self._form.stop_button

    def _stop(self) -> None:
        self.command_requested.emit(Wish(Verb.CANCEL_LADDER if self._comparing else Verb.STOP))

    def _show_names(self, state: AgentState, workshop: Workshop) -> None:
        serving = state.serving
        next_one = serving.next_configuration_id or serving.configuration_id
        configuration = configuration_of(workshop, next_one)
        note = place_in_ladder(state.ladder) or options_note(serving.options)
        self._form.configuration_label.display(configuration, fallback=serving.model or "A model", note=note)
        ends = serving.phase is ServingPhase.STOPPING and serving.next_configuration_id is None
        self._form.stop_button.setText(self._stop_words(serving))
        self._form.stop_button.setVisible(self._comparing or not ends)

    def _stop_words(self, serving: ServingState) -> str:
        if self._comparing:
            return "Cancel the comparison"
        return "Cancel the switch" if serving.next_configuration_id is not None else "Stop loading"

    def _show_shards(self, timeline: Timeline, *, starting: bool) -> None:
        reading = starting and timeline.current is StageName.WEIGHTS
        self._form.shard_row.setVisible(reading and bool(timeline.shards_total))
        self._form.shard_row.display(timeline.shards_done, timeline.shards_total)

    def _show_time(self, serving: ServingState) -> None:
        left = time_left(serving)
        self._form.time_line.display(left.figure, meaning=left.label)
        self._form.time_line.setVisible(bool(left.figure))
        tone = "amber" if left.ask_log else "text2"
        self._form.left_line.display(Run(left.label, "body", tone))
        self._form.so_far_line.display(Run(left.so_far, "body", "text1", figures=True))
        self._form.so_far_line.setVisible(bool(left.so_far))
        self._form.why_label.setText(left.why)
        self._form.why_label.setVisible(bool(left.why))
        self._form.log_button.setVisible(left.ask_log)

    def _show_steps(self, serving: ServingState, workshop: Workshop) -> None:
        """Show the way from the model before while it goes on, the pipeline of the start after it."""
        switching = is_switching(serving)
        self._keep_room(kept=not switching and not serving.stalled)
        self._form.switch_steps.setVisible(switching)
        self._form.pipeline.setVisible(not switching)
        if switching:
            self._form.switch_steps.display(serving, workshop)
        else:
            self._form.pipeline.display(segments(serving))

    def _keep_room(self, *, kept: bool) -> None:
        """Keep the place of what comes and goes; the steps of a switch need it, and why a start stands still."""
        for keeper in (self._form.shard_row, self._form.note_icon):
            policy = keeper.sizePolicy()
            policy.setRetainSizeWhenHidden(kept)
            keeper.setSizePolicy(policy)

    def _show_note(self, serving: ServingState, workshop: Workshop) -> None:
        note = "" if serving.timeline is None else cache_line(serving.timeline, serving)
        note = switched_line(serving) or note
        # below the panel it would take the room of the figure
        told = f"{outside_line(serving, workshop)} {one_line(serving.log_note or '', 240)}".strip()
        note = told or note
        if serving.stalled:
            note = ""  # why it stands still needs the room
        self._form.note_label.setText(note)
        for part in (self._form.note_icon, self._form.note_label):
            part.setVisible(not serving.stalled)
        self._form.note_icon.display("info" if note else "", "text2")


def _detail(state: AgentState) -> tuple[Run, ...]:
    serving = state.serving
    if serving.phase is ServingPhase.STOPPING or serving.timeline is None:
        return (Run(_STOPPING if serving.phase is ServingPhase.STOPPING else "", "body", "text2"),)
    timeline = serving.timeline
    if timeline.current is StageName.WEIGHTS and timeline.shards_total:
        return (*_counted(*shard_words(timeline)), *_disk(state))
    if timeline.current is StageName.CUDA_GRAPHS and timeline.graphs_total:
        return _counted("Graph ", str(timeline.graphs_done or 0), f" of {timeline.graphs_total}")
    return (Run(_MEANING[timeline.current], "body", "text2"),)


def _counted(before: str, figure: str, after: str) -> tuple[Run, ...]:
    return (
        Run(before, "body", "text2"),
        Run(figure, "body_strong", "text1", figures=True),
        Run(after, "body", "text2"),
    )


def _disk(state: AgentState) -> tuple[Run, ...]:
    rate = state.telemetry.disk_read_bytes_per_s.value
    if not rate:
        return ()
    return (
        Run("      ", "body", "text2"),
        Run(f"{rate / 1e9:.1f}", "body_strong", "text1", figures=True),
        Run(f"{NARROW}GB/s from disk", "body", "text2"),
    )
