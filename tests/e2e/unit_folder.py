"""A unit whose agent, records and settings lie in a folder of their own, and a window that looks at it."""

import asyncio
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from pathlib import Path

import psutil

from tests.e2e.x_server import XServer
from thorhud.domain.comparison import Comparison
from thorhud.domain.errors import LinkError
from thorhud.domain.messages import AnswerKind, Expectation, QueryName, Snapshot, Verb
from thorhud.domain.state import AgentState, ServingPhase
from thorhud.domain.wire import convert
from thorhud.links.local import local_link
from thorhud.links.wire_link import WireLink

ROOT = Path(__file__).parents[2]

Wanted = Callable[[AgentState], bool]


class Unit:
    """Processes that meet each other, and nobody else, through *home*."""

    def __init__(self, home: Path, *, simulated: bool = True, environment: Mapping[str, str] = os.environ) -> None:
        self.home = home
        (home / "run").mkdir(mode=0o700)
        self._simulated = simulated
        self._socket = home / "run/thorhud" / ("agent-simulated.sock" if simulated else "agent.sock")
        self.environment = {
            **environment,
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(home / "run"),
            "XDG_STATE_HOME": str(home / "state"),
            "XDG_CONFIG_HOME": str(home / "config"),
        }
        self._faces: list[subprocess.Popen[bytes]] = []

    def open_window(self, screen: XServer, *arguments: str, size: str = "1920x1080") -> subprocess.Popen[bytes]:
        """Start the kiosk on *screen* and wait until its window is seen."""
        environment = {**self.environment, "DISPLAY": screen.display, "QT_QPA_PLATFORM": "xcb"}
        simulate = ["--simulate"] if self._simulated else []
        with (self.home / "face.log").open("ab") as log:
            face = subprocess.Popen(
                [sys.executable, "-m", "thorhud", "kiosk", *simulate, "--windowed", size, *arguments],
                env=environment,
                cwd=ROOT,
                stdout=log,
                stderr=log,
            )
        self._faces.append(face)
        deadline = time.monotonic() + 60
        while not screen.windows("^thorhud$"):
            assert face.poll() is None, self.face_log()
            assert time.monotonic() < deadline, f"no window after a minute\n{self.face_log()}"
            time.sleep(0.1)
        return face

    def thorhud(self, *arguments: str, limit_s: float = 120) -> subprocess.CompletedProcess[str]:
        """Carry out a command in the terminal."""
        command = [sys.executable, "-m", "thorhud", *arguments, *(["--simulate"] if self._simulated else [])]
        return subprocess.run(
            command, env=self.environment, cwd=ROOT, capture_output=True, text=True, timeout=limit_s, check=False
        )

    def until(self, wanted: Wanted, what: str, *, limit_s: float = 60.0) -> AgentState:
        """Look at the agent's state over a link of our own until it is as *wanted*; a broken link is opened again."""
        return asyncio.run(self._until(wanted, what, limit_s))

    def ask(self, verb: Verb, *, limit_s: float = 30.0, **args: object) -> None:
        """Let a second person do *verb*, and wait for what comes of it."""
        asyncio.run(self._ask(verb, args, limit_s))

    def comparison(self) -> Comparison:
        """Return what a Compare page is told."""
        return asyncio.run(self._comparison())

    def agents(self) -> list[psutil.Process]:
        """Return the agents of this unit that run."""
        return [process for process in self._processes() if process.cmdline()[1:4] == ["-m", "thorhud", "agent"]]

    def face_log(self) -> str:
        """Return what the windows said."""
        path = self.home / "face.log"
        return path.read_text(errors="replace")[-3000:] if path.exists() else "(no window)"

    def agent_log(self) -> str:
        """Return the agent's last words."""
        folder = self.home / "state/thorhud"
        path = (folder / "simulated" if self._simulated else folder) / "agent.log"
        return path.read_text(errors="replace")[-3000:] if path.exists() else "(nothing)"

    def end(self) -> None:
        """Stop what is served and end every process of this unit."""
        with contextlib.suppress(AssertionError, LinkError, TimeoutError):
            if self.agents():
                self.ask(Verb.STOP)
        for face in self._faces:
            face.kill()
            face.wait()
        left = self._processes()
        for process in left:
            with contextlib.suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(left, timeout=10)

    async def _until(self, wanted: Wanted, what: str, limit_s: float) -> AgentState:
        newest: AgentState | None = None
        try:
            async with asyncio.timeout(limit_s):
                while True:
                    with contextlib.suppress(LinkError):
                        async for newest in self._states():
                            if wanted(newest):
                                return newest
                    await asyncio.sleep(0.1)
        except TimeoutError:
            shown = newest.serving if newest else None
            message = f"not {what} after {limit_s:.0f} s: {shown}\n{self.agent_log()}\n{self.face_log()}"
            raise AssertionError(message) from None

    async def _states(self) -> AsyncIterator[AgentState]:
        link = await self._link()
        try:
            async for message in link.messages():
                if isinstance(message, Snapshot):
                    yield message.state
        finally:
            await link.close()

    async def _ask(self, verb: Verb, args: Mapping[str, object], limit_s: float) -> None:
        link = await self._link()
        try:
            async for message in link.messages():
                if isinstance(message, Snapshot):
                    state = message.state
                    break
            expect = Expectation(boot=state.agent.boot, serving_generation=state.serving.generation)
            answer = await link.command(verb, dict(args), expect=expect)
            if answer.kind is AnswerKind.ACCEPTED:
                async with asyncio.timeout(limit_s):
                    await link.outcome(answer.id)
        finally:
            await link.close()

    async def _comparison(self) -> Comparison:
        link = await self._link()
        try:
            return convert(await link.query(QueryName.COMPARISON), Comparison)
        finally:
            await link.close()

    async def _link(self) -> WireLink:
        link = local_link(self._socket, who="test")
        await link.open()
        return link

    def _processes(self) -> list[psutil.Process]:
        mine = str(self.home / "run")
        found = []
        for process in psutil.process_iter(["environ", "status"]):
            alive = process.info["status"] != psutil.STATUS_ZOMBIE
            if alive and (process.info["environ"] or {}).get("XDG_RUNTIME_DIR") == mine:
                found.append(process)
        return found


@contextlib.contextmanager
def unit_folder(*, simulated: bool = True, environment: Mapping[str, str] = os.environ) -> Iterator[Unit]:
    """Give a unit a folder with a short path (sockets lie in it), and leave neither the folder nor a process behind."""
    home = Path(tempfile.mkdtemp(prefix="unit-"))
    unit = Unit(home, simulated=simulated, environment=environment)
    try:
        yield unit
    finally:
        unit.end()
        shutil.rmtree(home, ignore_errors=True)


def screens() -> Path:
    """Return the folder in which the pictures of a run are kept."""
    folder = Path(os.environ.get("THORHUD_REPORTS", ROOT / "reports")) / "screens"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def phase(wanted: ServingPhase, configuration_id: str | None = None) -> Wanted:
    """Return whether serving stands there, with that configuration if one is named."""

    def holds(state: AgentState) -> bool:
        serving = state.serving
        return serving.phase is wanted and configuration_id in {None, serving.configuration_id}

    return holds
