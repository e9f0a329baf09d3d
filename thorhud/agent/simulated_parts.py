"""The parts of a simulated unit."""

import socket
from functools import partial
from pathlib import Path

from thorhud.agent.hub import Hub
from thorhud.agent.parts import Availability, Parts
from thorhud.domain.bytes_per_token import published_read
from thorhud.domain.stages import STEP_OF, PipelineStep, Timeline
from thorhud.domain.state import AgentState, PromptPhase, ServingPhase
from thorhud.domain.workshop import Workshop
from thorhud.measure.runner import ChildPromptRunner
from thorhud.records.store import Records
from thorhud.serving.model_needs import need_for_launch
from thorhud.settings.declared import Settings
from thorhud.settings.pin_file import NAME as PIN_FILE
from thorhud.simulate.chat_page import SimulatedChatPages
from thorhud.simulate.engine import SimulatedEngine
from thorhud.simulate.planning import model_memory_gib
from thorhud.simulate.repairs import SimulatedRepairs
from thorhud.simulate.source import SimulatedActivity, SimulatedSource

KEPT_PORT = "simulated port"
NO_IMAGE = "image-missing"
"""The fault that takes the image away."""
HELD = "memory-at-start"
"""The fault that the hardware shows too."""


class Activity:
    """Tells the simulated hardware what serving does; the hub is known only once the parts are made."""

    def __init__(self, workshop: Workshop) -> None:
        self.hub: Hub | None = None
        self._workshop = workshop

    def __call__(self) -> SimulatedActivity:
        """Return what the newest state means for the hardware."""
        if self.hub is None:
            return SimulatedActivity()
        return activity_of(self.hub.state, self._workshop)


def activity_of(state: AgentState, workshop: Workshop) -> SimulatedActivity:
    """Return what a unit in that state does with its hardware."""
    serving = state.serving
    if serving.phase not in {ServingPhase.STARTING, ServingPhase.READY}:
        return SimulatedActivity()
    configuration = workshop.configuration(serving.configuration_id or "")
    timeline = serving.timeline or Timeline()
    at = STEP_OF[timeline.current] if serving.phase is ServingPhase.STARTING else None
    loaded = (timeline.shards_done or 0) / (timeline.shards_total or 1)
    if serving.phase is ServingPhase.READY or at in {PipelineStep.COMPILE, PipelineStep.GRAPHS, PipelineStep.READY}:
        loaded = 1.0
    return SimulatedActivity(
        reading_weights=at is PipelineStep.WEIGHTS,
        loaded=loaded,
        compiling=at is PipelineStep.COMPILE,
        capturing=at is PipelineStep.GRAPHS,
        serving=serving.phase is ServingPhase.READY,
        generating=state.prompt.phase is PromptPhase.STREAMING,
        model_memory_gib=timeline.model_memory_gib or model_memory_gib(configuration),
        kv_cache_gib=timeline.kv_cache_gib or 0.0,
    )


class SimulationOf:
    """Fulfils `thorhud.agent.parts.Simulation` for one engine."""

    def __init__(self, engine: SimulatedEngine, source: SimulatedSource) -> None:
        self._engine = engine
        self._source = source
        engine.still_wrong = lambda: HELD if source.holds_memory else None

    def hurry(self, start_speed: float) -> None:
        """Start servers so many times faster."""
        self._engine.start_speed = start_speed

    def fail_next(self, fault: str | None) -> None:
        """Let the next start show a known failure."""
        self._engine.images.gone = fault == NO_IMAGE
        # an image that is gone is gone until it is pulled, not for one start
        self._engine.next_fault = None if fault == NO_IMAGE else fault
        if fault == HELD:
            # the bar, the log and the sentence tell one story, until the memory is cleared
            self._source.hold_memory()


def simulated_parts(
    settings: Settings, workshop: Workshop, folder: Path, *, start_speed: float
) -> tuple[Parts, Activity]:
    """Return a simulated unit that keeps its records in *folder*."""
    activity = Activity(workshop)
    records = Records(folder / "records.sqlite3")
    port = _port(records)
    engine = SimulatedEngine(folder, workshop, port=port, start_speed=start_speed)

    runner = ChildPromptRunner()
    source = SimulatedSource(workshop, activity)
    parts = Parts(
        engine=engine,
        images=engine.images,
        source=source,
        runner=runner,
        sweeper=runner,
        records=records,
        history=folder / "history.sqlite3",
        workshop=workshop,
        data_dir=settings.data_dir,
        unit="thor-07",
        base_url=f"http://127.0.0.1:{port}",
        availability=lambda _configuration: Availability(complete=True),
        clears_memory=False,
        simulated=True,
        simulation=SimulationOf(engine, source),
        repairs=SimulatedRepairs(source),
        read_per_token=partial(published_read, workshop),
        model_need=partial(need_for_launch, settings.data_dir, workshop),
        pin_file=folder / PIN_FILE,
        chat_pages=SimulatedChatPages(port, lambda: engine.start_speed),
    )
    return parts, activity


def _port(records: Records) -> int:
    """Return the port of the simulated server: the same after a restart, so that a running one is found again."""
    kept = records.kept(KEPT_PORT)
    if kept is not None:
        return int(kept)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    records.keep(KEPT_PORT, str(port))
    return port
