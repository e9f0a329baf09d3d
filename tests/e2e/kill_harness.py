"""Kill anything at any moment, and look whether something was lost.

A unit with a real Docker Engine, a real agent and a real face (the kiosk, without a screen). Prompts run all the time;
each kill hits the agent, the face, the container or dockerd. After each the unit has to come back by itself, and at the
end every run that was told done must be in the records, every launch closed, and no container left.
"""

import asyncio
import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tests.serving.own_engine import OwnEngine
from thorhud.domain.errors import LinkError, ThorHudError
from thorhud.domain.messages import AnswerKind, Expectation, Snapshot, Verb
from thorhud.domain.state import AgentState, ServingPhase
from thorhud.links.local import local_link
from thorhud.links.wire_link import WireLink
from thorhud.records.store import Records

ROOT = Path(__file__).parents[2]
VICTIMS = ("agent", "face", "container", "dockerd")
QUIET = {ServingPhase.IDLE, ServingPhase.READY, ServingPhase.FAILED}


@dataclass
class Outcome:
    """What the kills did."""

    kills: Counter[str] = field(default_factory=Counter)
    told_done: list[str] = field(default_factory=list)
    """Run ids whose prompt the agent reported as done."""
    recovery_s: dict[str, list[float]] = field(default_factory=dict)
    launches: int = 0
    lines_compared: int = 0
    faults: list[str] = field(default_factory=list)


class KillHarness:
    """One unit under attack."""

    def __init__(
        self,
        engine: OwnEngine,
        *,
        home: Path,
        data_dir: Path,
        port: int,
        configuration_id: str,
        limit_s: float = 60.0,
        work_s: float = 3.0,
    ) -> None:
        self.engine = engine
        self.outcome = Outcome()
        self._configuration_id = configuration_id
        self._limit_s = limit_s
        self._work_s = work_s
        """The longest time between two kills."""
        self._home = home
        self._socket = home / "thorhud/agent.sock"
        self._face: subprocess.Popen[bytes] | None = None
        self._environment = {
            **engine.environment,
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(home),
            "XDG_STATE_HOME": str(home / "state"),
            "XDG_CONFIG_HOME": str(home / "config"),
            "THORHUD_DATA_DIR": str(data_dir),
            "THORHUD_PORT": str(port),
            "QT_QPA_PLATFORM": "offscreen",
        }

    async def attack(self, kills: int, *, seed: int, tell: Callable[[str], None] = lambda _: None) -> Outcome:
        """Kill *kills* times, then stop and look."""
        chance = random.Random(seed)
        self._start_face()
        try:
            await self._settled()
            for number in range(kills):
                victim = chance.choice(VICTIMS)
                await self._work_until_hit(victim, after_s=chance.uniform(0.0, self._work_s))
                began = time.monotonic()
                await self._recover(victim)
                took_s = time.monotonic() - began
                self.outcome.recovery_s.setdefault(victim, []).append(took_s)
                tell(f"{number + 1} of {kills}: {victim}, back after {took_s:.1f} s")
            await self._serve_again()
            await self._compare_log()
            await self._stop_serving()
        finally:
            self._end_processes()
        self._look_at_records()
        return self.outcome

    # at work

    async def _work_until_hit(self, victim: str, *, after_s: float) -> None:
        """Prompt again and again; in the midst of it *victim* is killed."""
        async with asyncio.timeout(self._limit_s):
            working = asyncio.ensure_future(self._prompts())
            await asyncio.sleep(after_s)
            self._kill(victim)
            working.cancel()
            with contextlib.suppress(asyncio.CancelledError, ThorHudError):
                await working

    async def _prompts(self) -> None:
        async with self._talk() as (link, state_of):
            while True:
                state = state_of()
                expect = Expectation(boot=state.agent.boot, serving_generation=state.serving.generation)
                if state.serving.phase in {ServingPhase.IDLE, ServingPhase.FAILED}:
                    args = {"configuration_id": self._configuration_id}
                    await self._do(link, Verb.LAUNCH, args, expect)
                elif state.serving.phase is ServingPhase.READY:
                    await self._do(link, Verb.PROMPT, {"max_tokens": 16}, expect)
                await asyncio.sleep(0.05)

    async def _serve_again(self) -> None:
        """After the last kill: everything still works."""
        working = asyncio.ensure_future(self._prompts())
        done = len(self.outcome.told_done)
        try:
            async with asyncio.timeout(self._limit_s):
                while len(self.outcome.told_done) < done + 2 and not working.done():
                    await asyncio.sleep(0.1)
        finally:
            working.cancel()
            with contextlib.suppress(asyncio.CancelledError, ThorHudError):
                await working
        await self._settled()

    async def _do(self, link: WireLink, verb: Verb, args: Mapping[str, object], expect: Expectation) -> None:
        answer = await link.command(verb, args, expect=expect)
        if answer.kind is not AnswerKind.ACCEPTED:
            return
        end = await link.outcome(answer.id)
        if verb is Verb.PROMPT and end.kind is AnswerKind.DONE:
            self.outcome.told_done.append(str(end.details["run_id"]))

    # killing

    def _kill(self, victim: str) -> None:
        self.outcome.kills[victim] += 1
        match victim:
            case "agent":
                for process in self._agents():
                    process.kill()
            case "face":
                assert self._face is not None
                self._face.kill()
                self._face.wait()
            case "container":
                with contextlib.suppress(Exception):
                    names = self.engine.docker("ps", "--quiet").split()
                    if names:
                        self.engine.docker("kill", "--signal", "KILL", *names)
            case "dockerd":
                self.engine.kill()

    async def _recover(self, victim: str) -> None:
        if victim == "face":
            self._start_face()
        if victim == "dockerd":
            await asyncio.to_thread(self.engine.start)
        await self._settled()

    async def _settled(self) -> None:
        """Wait until a face is connected, Docker answers and serving is at rest."""
        began = time.monotonic()
        try:
            async with asyncio.timeout(self._limit_s):
                while not await self._at_rest():
                    await asyncio.sleep(0.1)
        except TimeoutError:
            raise AssertionError(
                f"not back after {time.monotonic() - began:.0f} s; the agent's last words:\n{self.agent_log()}"
            ) from None

    async def _at_rest(self) -> bool:
        assert self._face is not None
        if self._face.poll() is not None:
            raise AssertionError(f"the face ended by itself with {self._face.returncode}:\n{self._face_log()}")
        if not self._faces_connected():
            return False
        try:
            async with self._talk() as (_, state_of):
                state = state_of()
        except LinkError:
            return False
        return state.agent.docker.value is not None and state.serving.phase in QUIET

    # looking

    @contextlib.asynccontextmanager
    async def _talk(self) -> AsyncIterator[tuple[WireLink, Callable[[], AgentState]]]:
        link = local_link(self._socket, who="harness")
        await link.open()
        newest: list[AgentState] = []
        first = asyncio.Event()

        async def keep_up() -> None:
            async for message in link.messages():
                if isinstance(message, Snapshot):
                    newest[:] = [message.state]
                    first.set()
            first.set()

        keeping = asyncio.ensure_future(keep_up())
        try:
            await first.wait()
            if not newest:
                raise LinkError("The agent went before it said anything.")
            yield link, lambda: newest[0]
        finally:
            keeping.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await keeping
            await link.close()

    def _agents(self) -> list[psutil.Process]:
        found = []
        for process in psutil.process_iter(["cmdline", "environ"]):
            words = process.info["cmdline"] or []
            home = (process.info["environ"] or {}).get("XDG_RUNTIME_DIR")
            if words[1:4] == ["-m", "thorhud", "agent"] and home == str(self._home):
                found.append(process)
        return found

    def _faces_connected(self) -> bool:
        """Whether the agent holds a connection: nobody else than the face does while the harness is silent."""
        for process in self._agents():
            with contextlib.suppress(psutil.Error):
                ends = [each for each in process.net_connections("unix") if str(each.laddr) == str(self._socket)]
                return len(ends) >= 2  # the listening socket and one accepted
        return False

    async def _compare_log(self) -> None:
        """Hold what is stored of the running container against what the engine has recorded."""
        names = self.engine.docker("ps", "--quiet", "--no-trunc", "--filter", "label=thorhud.launch").split()
        if not names:
            return
        label = self.engine.docker("inspect", "--format", '{{index .Config.Labels "thorhud.launch"}}', names[0]).strip()
        deadline = time.monotonic() + 10.0
        async with asyncio.timeout(self._limit_s):
            while True:
                said = subprocess.run(
                    ["docker", "logs", "--timestamps", names[0]],
                    env=self.engine.environment,
                    check=True,
                    capture_output=True,
                )
                # docker prints the two outputs apart: compare as sorted lines
                recorded = sorted(line.rstrip(b"\r") for line in (said.stdout + said.stderr).split(b"\n") if line)
                records = Records(self._home / "state/thorhud/records.sqlite3")
                stored = sorted(f"{line.stamp} ".encode() + line.text.rstrip(b"\r\n") for line in records.lines(label))
                records.close()
                if recorded == stored:
                    self.outcome.lines_compared = len(stored)
                    return
                if time.monotonic() > deadline:
                    differs = next((pair for pair in zip(recorded, stored, strict=False) if pair[0] != pair[1]), None)
                    self.outcome.faults.append(
                        f"{len(stored)} lines stored, {len(recorded)} recorded; first difference {differs}"
                    )
                    return
                await asyncio.sleep(0.2)

    async def _stop_serving(self) -> None:
        async with self._talk() as (link, state_of):
            state = state_of()
            if state.serving.phase is ServingPhase.READY:
                expect = Expectation(boot=state.agent.boot, serving_generation=state.serving.generation)
                await self._do(link, Verb.STOP, {}, expect)

    def _look_at_records(self) -> None:
        records = Records(self._home / "state/thorhud/records.sqlite3")
        known = {run.id for run in records.runs(100_000)}
        lost = [run_id for run_id in self.outcome.told_done if run_id not in known]
        if lost:
            self.outcome.faults.append(f"{len(lost)} finished runs are not in the records")
        self.outcome.launches = len(records.launches(100_000))
        if still_open := records.open_launches():
            self.outcome.faults.append(f"{len(still_open)} launches were never closed")
        records.close()
        left = self.engine.docker("ps", "--all", "--format", "{{.Names}} {{.Status}}").strip()
        if left:
            self.outcome.faults.append(f"containers left: {left}")

    # processes

    def _start_face(self) -> None:
        with (self._home / "face.log").open("ab") as log:
            self._face = subprocess.Popen(
                [sys.executable, "-m", "thorhud", "kiosk", "--windowed", "1280x800"],
                env=self._environment,
                cwd=ROOT,
                stdout=log,
                stderr=log,
            )

    def _end_processes(self) -> None:
        if self._face is not None:
            self._face.kill()
            self._face.wait()
        for process in self._agents():
            os.kill(process.pid, signal.SIGTERM)
            psutil.wait_procs([process], timeout=10)

    def agent_log(self) -> str:
        path = self._home / "state/thorhud/agent.log"
        return path.read_text(errors="replace")[-4000:] if path.exists() else "(nothing)"

    def _face_log(self) -> str:
        return (self._home / "face.log").read_text(errors="replace")[-3000:]
