"""What somebody started by hand on a real Docker Engine is found, shown, and never ended without a yes."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.e2e.unit_folder import ROOT, Unit, phase, unit_folder
from tests.rig.stand_in import PROGRAM, StandIn, lay_out_weights
from tests.rig.typed_shell import TypedShell
from tests.serving.own_engine import folder, obstacle
from thorhud.domain.messages import LaunchRecord, Verb
from thorhud.domain.state import AgentState, PromptPhase, ServingPhase
from thorhud.records.store import Records
from thorhud.settings.workshop_file import load_workshop

pytestmark = pytest.mark.docker

WORKSHOP = load_workshop()
IMAGE = WORKSHOP.container.image
FP4, FP8 = "nvidia/Llama-3.1-8B-Instruct-FP4", "nvidia/Llama-3.1-8B-Instruct-FP8"


@pytest.fixture(scope="module")
def engine() -> Iterator[StandIn]:
    if (missing := obstacle()) is not None:
        pytest.skip(missing)
    with folder() as own, StandIn(own) as running:
        running.import_workshop_image(IMAGE)
        yield running


@pytest.fixture
def unit(engine: StandIn, tmp_path: Path) -> Iterator[Unit]:
    lay_out_weights(tmp_path / "data", WORKSHOP)
    environment = {
        **engine.environment,
        "THORHUD_DATA_DIR": str(tmp_path / "data"),
        "THORHUD_PORT": str(engine.port),
    }
    with unit_folder(simulated=False, environment=environment) as made:
        yield made
    if names := engine.docker("ps", "--all", "--quiet").split():
        engine.docker("rm", "--force", *names)


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
def kept_shell(engine: StandIn) -> Iterator[TypedShell]:
    """Keep one container, as the document does, and sit at its shell."""
    options = ("--network=host", "--runtime=nvidia", "--name=vllm")
    with TypedShell(["docker", "run", "--rm", "-it", *options, IMAGE, "sh"], engine.environment) as shell:
        shell.until("# ")
        yield shell


def serve(engine: StandIn, model: str) -> str:
    return f"vllm serve {model} --port {engine.port}"


def launches(unit: Unit) -> list[LaunchRecord]:
    with closing(Records(unit.home / "state/thorhud/records.sqlite3")) as records:
        return sorted(records.launches(), key=lambda each: each.start_number)


def log_of(unit: Unit, launch: LaunchRecord) -> str:
    with closing(Records(unit.home / "state/thorhud/records.sqlite3")) as records:
        return "\n".join(line.text.decode(errors="replace") for line in records.lines(launch.id))


def ready_and_read(state: AgentState) -> bool:
    """Whether it is ready and its log was read; the one may come a moment before the other."""
    timeline = state.serving.timeline
    return state.serving.phase is ServingPhase.READY and timeline is not None and timeline.shards_total == 4


def server_ended(state: AgentState) -> bool:
    return state.serving.server_ended


def test_one_container_kept_and_one_model_after_another_typed_into_it(unit: Unit, engine: StandIn) -> None:
    with kept_shell(engine) as shell, agent_of(unit):
        shell.enter(serve(engine, FP4))
        first = unit.until(ready_and_read, "ready with the first model").serving
        assert first.started_outside
        assert (first.model, first.like_configuration_id) == (FP4, "llama-3.1-8b-fp4")
        assert first.configuration_id is None
        assert first.served_by == "the container vllm"
        assert "SIGINT" in (first.how_to_stop or "")
        assert first.log_note is None

        shell.ctrl_c()
        ended = unit.until(server_ended, "ended while the container stays").serving
        assert (ended.phase, ended.failure) == (ServingPhase.IDLE, None)
        assert "the container goes on" in (ended.activity or "")

        shell.enter(serve(engine, FP8))
        second = unit.until(phase(ServingPhase.READY), "ready with the second model").serving
        assert second.model == FP8
        assert not second.server_ended

        one, two = launches(unit)
        assert (one.start_number, one.outcome, one.serve_arguments[0]) == (1, "stopped", FP4)
        assert (two.start_number, two.outcome, two.serve_arguments[0]) == (2, None, FP8)
        assert FP8 not in log_of(unit, one)
        assert FP4 not in log_of(unit, two)


def test_a_typed_server_that_dies_by_itself_is_a_failure_and_the_next_one_is_seen(unit: Unit, engine: StandIn) -> None:
    with kept_shell(engine) as shell, agent_of(unit):
        shell.enter(serve(engine, FP4))
        unit.until(phase(ServingPhase.READY), "ready")
        pid = engine.docker("top", "vllm", "-eo", "pid,args").split("/opt/vllm serve")[0].split()[-2]
        subprocess.run(["kill", "-KILL", pid], check=True)

        failed = unit.until(phase(ServingPhase.FAILED), "failed").serving
        assert failed.server_ended
        assert failed.failure is not None
        assert failed.failure.kind == "killed"

        shell.enter(serve(engine, FP4))
        unit.until(phase(ServingPhase.READY), "ready again")
        first, second = launches(unit)
        assert (first.outcome, first.failure_kind, second.start_number) == ("failed", "killed", 2)


def test_stopping_a_typed_server_asks_first_and_then_leaves_its_container_alone(unit: Unit, engine: StandIn) -> None:
    with kept_shell(engine) as shell, agent_of(unit):
        shell.enter(serve(engine, FP4))
        unit.until(phase(ServingPhase.READY), "ready")

        refused = unit.thorhud("stop")
        assert refused.returncode == 1
        assert "SIGINT" in refused.stderr
        assert "in the container vllm" in refused.stderr

        unit.ask(Verb.STOP, force=True)
        unit.until(server_ended, "ended")
        assert engine.docker("ps", "--format", "{{.Names}}").strip() == "vllm"
        engine.docker("rm", "--force", "vllm")
        unit.until(lambda state: not state.serving.server_ended, "seeing that the container is gone too")
        (launch,) = launches(unit)
        assert (launch.outcome, launch.stop_requested) == ("stopped", True)


def test_a_prompt_is_answered_by_a_typed_server(unit: Unit, engine: StandIn) -> None:
    with kept_shell(engine) as shell, agent_of(unit):
        shell.enter(serve(engine, FP4))
        unit.until(phase(ServingPhase.READY), "ready")

        unit.ask(Verb.PROMPT, text="Hello", max_tokens=16)
        prompt = unit.until(lambda state: state.prompt.phase is PromptPhase.DONE, "answered").prompt

        assert prompt.completion_tokens == 16
        assert prompt.configuration_id is None


def test_an_agent_that_is_killed_goes_on_with_the_same_typed_start(unit: Unit, engine: StandIn) -> None:
    with kept_shell(engine) as shell:
        with agent_of(unit) as first:
            shell.enter(serve(engine, FP4))
            unit.until(phase(ServingPhase.READY), "ready")
            first.send_signal(signal.SIGKILL)
            first.wait()
        with agent_of(unit):
            unit.until(ready_and_read, "ready again")
            (launch,) = launches(unit)
            assert log_of(unit, launch).count("Application startup complete") == 1


def test_what_docker_exec_starts_is_shown_without_a_log_and_that_is_said(unit: Unit, engine: StandIn) -> None:
    with kept_shell(engine), agent_of(unit):
        # what the runtime adds to a container's environment is not there for docker exec
        added = [option for each in engine.runtime.env for option in ("--env", each)]
        command = ["docker", "exec", "-it", *added, "vllm", *serve(engine, FP4).split()]
        with TypedShell(command, engine.environment) as typed:
            state = unit.until(phase(ServingPhase.READY), "ready").serving
            assert (state.model, state.like_configuration_id) == (FP4, "llama-3.1-8b-fp4")
            assert state.vllm_version
            assert "docker exec" in (state.log_note or "")
            assert state.timeline is None
            typed.ctrl_c()
            unit.until(server_ended, "ended while the container stays")
        unit.ask(Verb.STOP)
        assert engine.docker("ps", "--format", "{{.Names}}").strip() == "vllm"


def test_a_server_on_the_machine_itself_is_shown_with_its_process(unit: Unit, engine: StandIn, tmp_path: Path) -> None:
    program = tmp_path / "vllm"
    program.write_text(PROGRAM)
    environment = {**engine.environment, "PYTHONPATH": str(ROOT), "STAND_IN_PORT": str(engine.port)}
    arguments = ["serve", "own/model", "--port", str(engine.port)]
    with subprocess.Popen([sys.executable, str(program), *arguments], env=environment) as server, agent_of(unit):
        try:
            state = unit.until(phase(ServingPhase.READY), "ready").serving
            assert (state.model, state.like_configuration_id) == ("own/model", None)
            assert f"process {server.pid}" in (state.served_by or "")
            assert "outside Docker" in (state.log_note or "")
            unit.ask(Verb.STOP, force=True)
            unit.until(phase(ServingPhase.IDLE), "ended")
            assert server.wait(10) == 0
        finally:
            server.kill()


def test_what_answers_on_the_port_and_is_no_vllm_is_said_and_left_alone(unit: Unit, engine: StandIn) -> None:
    command = [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", str(engine.port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as other, agent_of(unit):
        try:
            state = unit.until(lambda state: "not vLLM" in (state.serving.activity or ""), "said")
            assert state.serving.phase is ServingPhase.IDLE
            assert f"process {other.pid}" in (state.serving.activity or "")
            assert launches(unit) == []
        finally:
            other.kill()
        unit.until(lambda state: state.serving.activity is None, "forgotten once it is gone")
