"""Starts of a real vLLM that fail, and servers that end, in real containers: what the HUD makes of each.

One of each way to fail runs each time, the others with THORHUD_STARTS=all (ten minutes). Every log is kept in
reports/failing-starts (or under THORHUD_REPORTS); the recorded ones are diagnosed without an engine in
tests/domain/test_recorded_failures.py.
"""

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.e2e.unit_folder import ROOT, Unit, Wanted, phase, unit_folder
from tests.rig.broken_models import lay_out_broken_models
from tests.rig.engine import RigError
from tests.rig.failing_starts import ENDINGS, EVERY_TIME, STARTS, Ending, FailingStart, workshop_of
from tests.rig.rig import Rig, cache_folder, running_rig
from thorhud.domain.messages import Verb
from thorhud.domain.stages import PipelineStep
from thorhud.domain.state import AgentState, ServingPhase

pytestmark = pytest.mark.vllm

EAGER = FailingStart(kind="", evidence="", exit_code=0, arguments=("--enforce-eager",))
"""A start that goes well, as fast as it can."""
ONE_START_S = 240.0
NAME, IMAGE = "vllm", "nvcr.io/nvidia/vllm:25.09-py3"
GENERIC = ("See root cause above", "EngineCore failed to start", "Worker failed with error")


@dataclass
class RigUnit:
    """The rig with an agent inside its network."""

    rig: Rig
    unit: Unit

    def thorhud(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Carry out a command in the rig's network; the first one starts the agent there."""
        command = self.rig.inside(sys.executable, "-m", "thorhud", *arguments)
        return subprocess.run(
            command,
            env=self.unit.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=ONE_START_S,
            check=False,
        )

    def launch(self, name: str) -> dict[str, Any]:
        """Launch and return what `--json` prints."""
        ended = self.thorhud("launch", name, "--json")
        assert ended.stdout, f"{ended.stderr}\n{self.unit.agent_log()}"
        told: dict[str, Any] = json.loads(ended.stdout)
        return told

    def launches(self) -> list[dict[str, Any]]:
        """Return the recorded launches, the newest last."""
        bodies = [json.loads(body) for (body,) in self._ask("SELECT body FROM launches")]
        return sorted(bodies, key=lambda launch: float(launch["started_unix_s"]))

    def newest_run(self) -> dict[str, Any]:
        """Return the newest recorded answer."""
        bodies = [json.loads(body) for (body,) in self._ask("SELECT body FROM runs")]
        return max(bodies, key=lambda run: float(run["at_unix_s"]))

    def log(self, launch_id: str) -> bytes:
        """Return the recorded lines of a launch with the stamps of Docker."""
        lines = self._ask("SELECT stamp, text FROM log_lines WHERE launch_id = ? ORDER BY number", launch_id)
        return b"".join(f"{stamp} ".encode() + text + b"\n" for stamp, text in lines)

    def container(self, format_: str) -> str:
        """Ask Docker about the container."""
        return self.rig.engine.docker("inspect", "--format", format_, NAME).strip()

    def signal(self, name: str) -> None:
        """Send a signal to the container's first process, as somebody outside the HUD would."""
        self.rig.engine.docker("kill", "--signal", name, NAME)

    def processes(self) -> list[psutil.Process]:
        """Return the container's processes."""
        first = psutil.Process(int(self.container("{{.State.Pid}}")))
        return [first, *first.children(recursive=True)]

    def ended(self) -> AgentState:
        """Wait until the HUD shows a failure."""
        return self.unit.until(phase(ServingPhase.FAILED), "failed", limit_s=ONE_START_S)

    def _ask(self, question: str, *values: str) -> list[Any]:
        path = self.unit.home / "state/thorhud/records.sqlite3"
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            return database.execute(question, values).fetchall()


@pytest.fixture(scope="module")
def rig_unit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RigUnit]:
    folder = tmp_path_factory.mktemp("rig")
    try:
        with running_rig(folder) as rig:
            models = rig.data_dir / "models/huggingface"
            lay_out_broken_models(cache_folder() / "models/llama", models, folder / "spoiled")
            workshop = folder / "workshop.toml"
            workshop.write_text(workshop_of({**STARTS, "eager": EAGER}), encoding="utf-8")
            environment = {**rig.environment, "THORHUD_WORKSHOP": str(workshop)}
            with unit_folder(simulated=False, environment=environment) as unit:
                running = RigUnit(rig, unit)
                assert running.thorhud("status").returncode == 0
                yield running
    except RigError as error:
        if "vllm" in os.environ.get("THORHUD_REQUIRE", "").split(","):
            raise
        pytest.skip(str(error))


@pytest.fixture(autouse=True)
def nothing_is_left(request: pytest.FixtureRequest, rig_unit: RigUnit) -> Iterator[None]:
    """Begin with an idle unit, and clear away what only a failed test leaves."""
    name = getattr(request.node, "callspec", None) and request.node.callspec.params.get("name")
    if name not in {None, *EVERY_TIME} and os.environ.get("THORHUD_STARTS") != "all":
        pytest.skip("recorded; THORHUD_STARTS=all runs it again")
    rig_unit.unit.ask(Verb.DISMISS)
    yield
    if names := rig_unit.rig.engine.docker("ps", "--all", "--quiet").split():
        rig_unit.rig.engine.docker("rm", "--force", *names)
        rig_unit.unit.until(
            lambda state: state.serving.phase not in {ServingPhase.READY, ServingPhase.STARTING}, "over"
        )


def reports() -> Path:
    folder = Path(os.environ.get("THORHUD_REPORTS", ROOT / "reports")) / "failing-starts"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def without_places(unit: RigUnit, log: bytes) -> bytes:
    """Write neutral paths for where this machine keeps vLLM and Python."""
    environment, *others = (mount for mount in unit.rig.engine.runtime.mounts if ":" not in mount)
    for place, neutral in [(environment, "/opt/vllm"), *((other, "/usr") for other in others)]:
        log = log.replace(place.encode(), neutral.encode())
    return log


def check(
    unit: RigUnit, name: str, expected: FailingStart | Ending, failure: Mapping[str, Any], *, outside: bool = False
) -> None:
    """Compare what is shown and what is recorded with what had to come of it."""
    launch = unit.launches()[-1]
    (reports() / f"{name}.log").write_bytes(without_places(unit, unit.log(launch["id"])))
    assert failure["kind"] == expected.kind, failure
    assert expected.evidence in failure["evidence"], failure
    assert not any(words in failure["evidence"] for words in GENERIC), failure
    assert failure["headline"]
    assert failure["next_step"].endswith(".")
    assert (launch["exit_code"], launch["outcome"]) == (expected.exit_code, "failed"), launch
    assert (launch["failure_kind"], launch["stop_requested"]) == (expected.kind, False), launch
    assert launch["started_outside"] is outside
    if not outside:
        assert unit.rig.engine.docker("ps", "--all", "--quiet") == ""


def shown(state: AgentState) -> dict[str, Any]:
    failure = state.serving.failure
    assert failure is not None
    return {name: getattr(failure, name) for name in ("kind", "headline", "evidence", "next_step", "explanation")}


# starts that fail by themselves


@pytest.mark.parametrize("name", [name for name, start in STARTS.items() if not start.by_hand])
def test_a_launch_that_fails_names_its_cause_and_leaves_nothing_behind(rig_unit: RigUnit, name: str) -> None:
    told = rig_unit.launch(name)

    assert told["outcome"] == "failed"
    check(rig_unit, name, STARTS[name], told["failure"])


@pytest.mark.parametrize("name", [name for name, start in STARTS.items() if start.by_hand])
def test_a_start_typed_by_hand_is_found_and_its_end_explained(rig_unit: RigUnit, name: str) -> None:
    start = STARTS[name]

    run_by_hand(rig_unit, start)
    state = rig_unit.ended()

    check(rig_unit, name, start, shown(state), outside=True)
    assert state.serving.started_outside


@pytest.mark.parametrize("what", ["missing-shard", "truncated-shard", "not-in-the-cache"])
def test_a_launch_that_could_not_go_well_is_refused_before_a_container_is_made(rig_unit: RigUnit, what: str) -> None:
    before = len(rig_unit.launches())

    told = rig_unit.launch(what)

    assert told["failure"]["kind"] == "weights-missing"
    if what != "not-in-the-cache":
        assert "model-00003-of-00005.safetensors" in told["failure"]["headline"]
    assert len(rig_unit.launches()) == before


def run_by_hand(unit: RigUnit, start: FailingStart) -> None:
    """Type the document's `docker run`."""
    options = ["--detach", "--network=host", "--shm-size=16g", "--runtime=nvidia", f"--name={NAME}"]
    environment = [option for key, value in start.environment.items() for option in ("--env", f"{key}={value}")]
    cache = f"{unit.rig.data_dir}/models/huggingface:/root/.cache/huggingface"
    command = ["vllm", "serve", start.model, *start.arguments]
    unit.rig.engine.docker("run", *options, *environment, "--volume", cache, IMAGE, *command)


# what happens to a start from outside


def has_a_model(state: AgentState) -> bool:
    """Whether vLLM has printed which model it serves: Python's handlers of signals are set by then."""
    timeline = state.serving.timeline
    return state.serving.phase is ServingPhase.STARTING and timeline is not None and timeline.model is not None


def has_a_container(state: AgentState) -> bool:
    """Whether the container has begun."""
    return state.serving.phase is ServingPhase.STARTING and state.serving.image_digest is not None


def test_a_port_that_another_program_holds_is_the_cause(rig_unit: RigUnit) -> None:
    program = "import socket, sys\nserver = socket.create_server(('0.0.0.0', 8000))\nprint('open', flush=True)\nsys.stdin.read()"
    command = rig_unit.rig.inside(sys.executable, "-c", program)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"open\n"
        told = rig_unit.launch("eager")
        holder.communicate(b"")

    check(rig_unit, "port-taken", ENDINGS["port-taken"], told["failure"])


def interrupt(unit: RigUnit) -> None:
    unit.signal("INT")


def kill(unit: RigUnit) -> None:
    unit.signal("KILL")


def leave_little_memory(unit: RigUnit) -> None:
    """Give a container that has just begun less memory than vLLM takes for its own program."""
    unit.rig.engine.docker("update", "--memory", "300m", "--memory-swap", "300m", NAME)


@pytest.mark.parametrize(
    ("name", "moment", "strike"),
    [
        ("interrupted-while-starting", has_a_model, interrupt),
        ("killed-while-starting", has_a_model, kill),
        ("out-of-memory-while-starting", has_a_container, leave_little_memory),
    ],
)
def test_a_start_that_is_ended_from_outside_says_so(
    rig_unit: RigUnit, name: str, moment: Wanted, strike: Callable[[RigUnit], None]
) -> None:
    with ThreadPoolExecutor(1) as others:
        launching = others.submit(rig_unit.launch, "eager")
        rig_unit.unit.until(moment, "far enough")
        strike(rig_unit)
        told = launching.result(ONE_START_S)

    check(rig_unit, name, ENDINGS[name], told["failure"])
    if strike is leave_little_memory:
        assert told["failure"]["explanation"] == "Docker says that the kernel ended it because memory ran out."


def test_a_stop_that_is_asked_for_while_it_starts_is_no_failure(rig_unit: RigUnit) -> None:
    with ThreadPoolExecutor(1) as others:
        launching = others.submit(rig_unit.launch, "eager")
        rig_unit.unit.until(has_a_model, "busy with its arguments")
        rig_unit.unit.ask(Verb.STOP, limit_s=60)
        told = launching.result(ONE_START_S)

    launch = rig_unit.launches()[-1]
    assert told["failure"]["kind"] == "stopped"
    assert (launch["outcome"], launch["stop_requested"], launch["failure_kind"]) == ("stopped", True, None)
    assert rig_unit.rig.engine.docker("ps", "--all", "--quiet") == ""


# what happens to a server


def kill_the_engine(unit: RigUnit) -> None:
    """Kill the process that computes, and leave the one that answers."""
    (engine,) = [process for process in unit.processes() if "EngineCore" in " ".join(process.cmdline())]
    engine.kill()


@pytest.mark.parametrize("name", ["engine-killed"])
def test_a_server_whose_engine_is_killed_is_a_failure_although_it_ends_with_0(rig_unit: RigUnit, name: str) -> None:
    assert rig_unit.launch("eager")["outcome"] == "ready"

    kill_the_engine(rig_unit)
    state = rig_unit.ended()

    check(rig_unit, name, ENDINGS[name], shown(state))
    assert state.serving.failed_step == PipelineStep.READY


@pytest.mark.parametrize(
    ("name", "strike"), [("engine-killed-in-an-answer", kill_the_engine), ("interrupted-in-an-answer", interrupt)]
)
def test_a_server_that_is_ended_in_the_middle_of_an_answer_ends_both(
    rig_unit: RigUnit, name: str, strike: Callable[[RigUnit], None]
) -> None:
    assert rig_unit.launch("eager")["outcome"] == "ready"

    with ThreadPoolExecutor(1) as others:
        asking = others.submit(rig_unit.unit.ask, Verb.PROMPT, limit_s=ONE_START_S, max_tokens=6000)
        rig_unit.unit.until(answer_has_begun, "answering")
        strike(rig_unit)
        began = time.monotonic()
        state = rig_unit.ended()
        asking.result(ONE_START_S)

    check(rig_unit, name, ENDINGS[name], shown(state))
    assert time.monotonic() - began < 100
    error = rig_unit.newest_run()["result"]["error"]
    assert error["headline"], "the answer is called whole"
    assert error["next_step"]


def answer_has_begun(state: AgentState) -> bool:
    return state.prompt.ttft_s is not None
