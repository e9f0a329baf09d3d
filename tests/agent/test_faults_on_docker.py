"""What happens to a start or a server from outside, on a real Docker Engine: nothing is lost, doubled or left unsaid."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psutil
import pytest

from tests.e2e.unit_folder import ROOT, Unit, Wanted, phase, unit_folder
from tests.rig.stand_in import StandIn, lay_out_weights
from tests.serving.own_engine import folder, obstacle
from thorhud.domain.messages import LaunchRecord
from thorhud.domain.state import AgentState, ServingPhase
from thorhud.domain.timeline import StageName
from thorhud.records.store import Records
from thorhud.settings.workshop_file import load_workshop

pytestmark = pytest.mark.docker

WORKSHOP = load_workshop()
IMAGE = WORKSHOP.container.image
FP4 = "llama-3.1-8b-fp4"


@contextmanager
def engine_and_unit(data: Path, *, stretch: float = 1.0, live_restore: bool = False) -> Iterator[tuple[StandIn, Unit]]:
    if (missing := obstacle()) is not None:
        pytest.skip(missing)
    lay_out_weights(data, WORKSHOP)
    with folder() as own, StandIn(own, live_restore=live_restore, stretch=stretch) as engine:
        engine.import_workshop_image(IMAGE)
        environment = {**engine.environment, "THORHUD_DATA_DIR": str(data), "THORHUD_PORT": str(engine.port)}
        with unit_folder(simulated=False, environment=environment) as unit:
            yield engine, unit


@contextmanager
def agent_of(unit: Unit) -> Iterator["subprocess.Popen[bytes]"]:
    with (unit.home / "agent.out").open("ab") as log:
        agent = subprocess.Popen(
            [sys.executable, "-m", "thorhud", "agent"], env=unit.environment, cwd=ROOT, stdout=log, stderr=log
        )
    try:
        yield agent
    finally:
        agent.kill()
        agent.wait()


@contextmanager
def asked_to_launch(unit: Unit) -> Iterator[None]:
    """Ask for a launch without waiting for what comes of it."""
    command = [sys.executable, "-m", "thorhud", "launch", FP4]
    with subprocess.Popen(
        command, env=unit.environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as asking:
        try:
            yield
        finally:
            asking.kill()


@contextmanager
def records_of(unit: Unit) -> Iterator[Records]:
    with closing(Records(unit.home / "state/thorhud/records.sqlite3")) as records:
        yield records


def only_launch(unit: Unit) -> LaunchRecord:
    with records_of(unit) as records:
        (launch,) = records.launches()
        return launch


def at_another_stage(than: set[StageName]) -> Wanted:
    def holds(state: AgentState) -> bool:
        serving = state.serving
        if serving.phase is ServingPhase.READY:
            return True
        return serving.timeline is not None and serving.timeline.current not in than

    return holds


def test_an_agent_that_is_killed_at_every_stage_picks_the_same_start_up_each_time(tmp_path: Path) -> None:
    with engine_and_unit(tmp_path, stretch=40) as (engine, unit):
        killed_at: set[StageName] = set()
        ready = False
        with contextlib.ExitStack() as asking:
            while not ready:
                with agent_of(unit) as agent:
                    if not killed_at:
                        unit.until(lambda state: bool(state.availability), "answering")
                        asking.enter_context(asked_to_launch(unit))
                    state = unit.until(at_another_stage(killed_at), "one stage further")
                    ready = state.serving.phase is ServingPhase.READY
                    if state.serving.timeline is not None:
                        killed_at.add(state.serving.timeline.current)
                    agent.kill()
                    agent.wait()
        with agent_of(unit):
            state = unit.until(phase(ServingPhase.READY, FP4), "ready after all")
            assert state.serving.timeline is not None
            assert state.serving.timeline.shards_total == 4
            launch = only_launch(unit)
            assert launch.ready_after_s is not None
            (name,) = engine.docker("ps", "--quiet").split()
            with records_of(unit) as records:
                stored = [line.text for line in records.lines(launch.id)]
            assert sum(b"Application startup complete" in text for text in stored) == 1
            assert sum(b"Loading weights took" in text for text in stored) == 1
            assert name
    assert len(killed_at) >= 4, killed_at


@pytest.mark.parametrize("while_", ["starting", "serving"])
def test_dockerd_restarts_and_what_it_runs_lives_on(tmp_path: Path, while_: str) -> None:
    with engine_and_unit(tmp_path, stretch=10, live_restore=True) as (engine, unit), agent_of(unit):
        unit.until(lambda state: bool(state.availability), "answering")
        with asked_to_launch(unit):
            if while_ == "starting":
                unit.until(lambda state: state.serving.timeline is not None, "starting")
            else:
                unit.until(phase(ServingPhase.READY, FP4), "ready")
            engine.kill()
            unit.until(lambda state: state.agent.docker.reason is not None, "seeing that Docker is away")
            engine.start()
            state = unit.until(lambda state: state.agent.docker.value is not None, "seeing that Docker is back")
            state = unit.until(phase(ServingPhase.READY, FP4), "ready")
        assert state.serving.failure is None
        assert only_launch(unit).outcome is None


def test_dockerd_dies_with_its_containers_while_one_starts_and_the_cause_is_said(tmp_path: Path) -> None:
    with engine_and_unit(tmp_path, stretch=20) as (engine, unit), agent_of(unit):
        unit.until(lambda state: bool(state.availability), "answering")
        with asked_to_launch(unit):
            unit.until(lambda state: state.serving.timeline is not None, "starting")
            engine.docker("kill", "--signal", "KILL", *engine.docker("ps", "--quiet").split())
            engine.kill()
            engine.start()
            state = unit.until(phase(ServingPhase.FAILED), "failed")
        assert state.serving.failure is not None
        assert state.serving.failure.kind == "killed"
        assert (only_launch(unit).outcome, only_launch(unit).exit_code) == ("failed", 137)
        assert engine.docker("ps", "--all", "--quiet") == ""


def by_hand(engine: StandIn, script: str, *options: str) -> None:
    """Run a container that looks like a vLLM on the unit's port and does what *script* says."""
    command = ("/bin/busybox", "sh", "-c", script, "vllm", "--port", str(engine.port))
    engine.docker("run", "--detach", "--network=host", "--name=vllm", *options, IMAGE, *command)


def test_a_container_that_runs_out_of_memory_is_said_to(tmp_path: Path) -> None:
    script = """/bin/busybox sleep 5; exec /bin/busybox awk 'BEGIN { s = "x"; while (1) s = s s }'"""
    with engine_and_unit(tmp_path) as (engine, unit), agent_of(unit):
        by_hand(engine, script, "--memory=32m", "--memory-swap=32m")
        unit.until(phase(ServingPhase.STARTING), "found")
        state = unit.until(phase(ServingPhase.FAILED), "failed")
        assert state.serving.failure is not None
        assert state.serving.failure.kind == "killed"
        assert "memory" in state.serving.failure.explanation


def test_two_hundred_megabytes_bytes_of_no_alphabet_and_a_line_of_ten_megabytes(tmp_path: Path) -> None:
    lines, width = 200_000, 1_000
    script = f"""
        /bin/busybox printf '\\377\\376 no text \\300\\n'
        /bin/busybox awk 'BEGIN {{ s = "x"; while (length(s) < 10485760) s = s s; print s }}'
        /bin/busybox awk 'BEGIN {{ s = sprintf("%{width - 10}s", ""); gsub(" ", "y", s)
            for (i = 0; i < {lines}; i++) printf "INFO 11-24 11:43:54 [a.py:1] %09d %s\\n", i, s }}'
        echo 'INFO 11-24 11:43:54 [a.py:1] Starting to load model own/model...'
        while :; do /bin/busybox usleep 100000; done
    """
    with engine_and_unit(tmp_path) as (engine, unit), agent_of(unit) as agent:
        process = psutil.Process(agent.pid)
        unit.until(lambda state: bool(state.availability), "answering")
        before = process.memory_info().rss
        by_hand(engine, script)
        state = unit.until(
            lambda state: (
                state.serving.model == "own/model"
                or (state.serving.timeline is not None and state.serving.timeline.model == "own/model")
            ),
            "at the end of the log",
            limit_s=300,
        )
        assert state.serving.phase is ServingPhase.STARTING
        assert process.memory_info().rss - before < 300 * 1024**2
        launch = only_launch(unit)
        with records_of(unit) as records:
            extent = records.log_extent(launch.id)
            stored = records.numbered_lines(launch.id)
        numbers = [int(each.line.text.split()[4]) for each in stored if each.line.text.endswith(b"yyy")]
        assert numbers == sorted(set(numbers))
        # Docker itself writes what is no UTF-8 as replacement characters
        assert stored[0].line.text.decode() == "\ufffd\ufffd no text \ufffd"
        assert extent.total >= lines + 2
        kept_and_dropped = len(stored) + extent.dropped_to - extent.dropped_from
        assert kept_and_dropped == extent.total
