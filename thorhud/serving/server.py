"""The procedures around one server: wait until it is ready, stop it, let it go, find it again."""

import asyncio
import re
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from thorhud.domain.containers import ContainerEngine, ContainerState
from thorhud.domain.errors import ContainerGone, EngineError, EngineUnreachable
from thorhud.domain.failures import Failure
from thorhud.serving.vllm_api import HealthState, VllmApi

Report = Callable[[str], None]
"""Takes one sentence about what happens now, for the screen."""

POLL_S = 0.5
ENGINE_AWAY_S = 1.0
OUTSIDE = re.compile(r"\bvllm\b")
_WAITING = frozenset({"sh", "bash", "dash", "ash", "zsh", "infinity", "null"})
"""How the command of a container ends that only waits: a shell, `sleep infinity`, `tail -f /dev/null`."""


@dataclass(frozen=True, slots=True)
class Ready:
    """The server answers, and answers a chat where that was asked for."""

    vllm_version: str | None


@dataclass(frozen=True, slots=True)
class Ended:
    """The container ended before it was ready."""

    exit_code: int | None
    """None where the container is gone altogether."""


@dataclass(frozen=True, slots=True)
class NotUsable:
    """The server is healthy and yet of no use."""

    failure: Failure


@dataclass(frozen=True, slots=True, kw_only=True)
class StopPlan:
    """How long each request to stop may take, in seconds."""

    interrupt_s: float = 10.0
    second_interrupt_s: float = 10.0
    terminate_s: float = 5.0
    kill_s: float = 15.0
    """After SIGKILL the kernel needs time to give back a hundred gigabytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StopReport:
    """What it took to stop a server."""

    steps: tuple[str, ...]
    exit_code: int | None
    gone: bool
    """Whether it runs no more."""
    reason: str | None = None
    """Why it still runs, as a sentence; None where it does not."""


@dataclass(frozen=True, slots=True)
class Found:
    """A server that was there before the agent."""

    container: ContainerState
    ours: bool
    """False for one that was started outside: it is never stopped without an explicit yes."""


async def wait_ready(
    engine: ContainerEngine,
    api: VllmApi,
    container: str,
    *,
    model: str | None = None,
    needs_chat_probe: bool = False,
    report: Report = lambda _: None,
) -> Ready | Ended | NotUsable:
    """Wait until the server is of use, or until its container ends; there is no time limit.

    With *model*, a server that does not list it is somebody else's on the same port and does not count.
    """
    return await wait_useful(
        exit_code_of(engine, container), api, model=model, needs_chat_probe=needs_chat_probe, report=report
    )


async def wait_useful(
    end: Coroutine[Any, Any, int | None],
    api: VllmApi,
    *,
    model: str | None = None,
    needs_chat_probe: bool = False,
    report: Report = lambda _: None,
) -> Ready | Ended | NotUsable:
    """Do the same for a server whose *end* somebody else waits for; what *end* returns is its exit code."""
    ended = asyncio.create_task(end, name="wait for the server's end")
    useful = asyncio.create_task(_until_useful(api, model, needs_chat_probe=needs_chat_probe, report=report))
    try:
        await asyncio.wait((ended, useful), return_when=asyncio.FIRST_COMPLETED)
        return Ended(ended.result()) if ended.done() else useful.result()
    finally:
        await _put_down(ended, useful)


async def exit_code_of(engine: ContainerEngine, container: str) -> int | None:
    """Wait for the container's end, also across an engine that goes away; None where the container is gone."""
    while True:
        try:
            return await engine.wait(container)
        except ContainerGone:
            return None
        except EngineUnreachable:
            await asyncio.sleep(ENGINE_AWAY_S)


async def stop(
    engine: ContainerEngine, container: str, *, plan: StopPlan | None = None, report: Report = lambda _: None
) -> StopReport:
    """Ask the server to end, ever more firmly, and wait until it has; the container stays for `finish`.

    The first process of a container ignores a signal that it has no handler for: while vLLM imports Python modules
    neither SIGINT nor SIGTERM may reach it, and only SIGKILL ends it.
    """
    stopping = _Stopping(engine, container, plan or StopPlan(), report)
    return await stopping.run()


async def finish(engine: ContainerEngine, container: str) -> None:
    """Remove an ended container; only after its log and its exit code are stored."""
    await engine.remove(container)


async def adopt(engine: ContainerEngine) -> Found | None:
    """Find the server that is there already: ours (running, else the newest ended one), else one started outside."""
    containers = await engine.containers()
    ours = [each for each in containers if each.launch_id is not None]
    for each in sorted(ours, key=_age_order):
        return Found(each, ours=True)
    for each in containers:
        if each.running and looks_like_vllm(each):
            return Found(each, ours=False)
    return None


def is_kept(container: ContainerState) -> bool:
    """Whether it was started to type into: its first process is a shell or waits, and servers come and go in it."""
    last_word = container.command[-1] if container.command else "sh"
    return PurePath(last_word).name in _WAITING


def _age_order(container: ContainerState) -> tuple[bool, float]:
    return not container.running, -(container.started_at_s or 0.0)


def looks_like_vllm(container: ContainerState) -> bool:
    """Whether command, image or name say that vLLM is meant to run in it."""
    repository = container.image.partition("@")[0].rpartition(":")[0] or container.image
    return bool(
        OUTSIDE.search(" ".join(container.command)) or OUTSIDE.search(repository) or OUTSIDE.search(container.name)
    )


async def _until_useful(
    api: VllmApi, model: str | None, *, needs_chat_probe: bool, report: Report
) -> Ready | NotUsable:
    while True:
        if await _answers(api, model):
            break
        await asyncio.sleep(POLL_S)
    if needs_chat_probe and model is not None:
        report("Asking for one short chat")
        if failure := await api.chat_probe(model):
            return NotUsable(failure)
    return Ready(await api.version())


async def _answers(api: VllmApi, model: str | None) -> bool:
    health = await api.health()
    if health.state is not HealthState.OK:
        return False
    return model is None or model in (await api.models() or ())


async def _put_down(*tasks: asyncio.Task[object]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    for task in tasks:
        if not task.cancelled():
            task.exception()


class _Stopping:
    """One stop: signals on a clock, each said in a sentence."""

    def __init__(self, engine: ContainerEngine, container: str, plan: StopPlan, report: Report) -> None:
        self._engine = engine
        self._container = container
        self._report = report
        self._steps: list[str] = []
        self._signals = (
            ("SIGINT", plan.interrupt_s, "Asked the server to end (SIGINT)."),
            ("SIGINT", plan.second_interrupt_s, "Asked it again (SIGINT)."),
            ("SIGTERM", plan.terminate_s, "Told it to end (SIGTERM)."),
            ("SIGKILL", plan.kill_s, "Ended it by force (SIGKILL)."),
        )

    async def run(self) -> StopReport:
        ended = asyncio.create_task(exit_code_of(self._engine, self._container), name="wait for the container's end")
        try:
            return await self._escalate(ended)
        finally:
            await _put_down(ended)

    async def _escalate(self, ended: asyncio.Task[int | None]) -> StopReport:
        waited = ""
        reason = None
        for signal, wait_s, sentence in self._signals:
            self._say(waited + sentence)
            reason = await self._send(signal)
            done, _ = await asyncio.wait((ended,), timeout=wait_s)
            if done:
                return self._ended(ended.result())
            waited = f"It has not ended after {wait_s:g} s. "
        reason = reason or "The kernel has not let go of the server's process. Wait a minute, else reboot the unit."
        self._say(waited + reason)
        return StopReport(steps=tuple(self._steps), exit_code=None, gone=False, reason=reason)

    async def _send(self, signal: str) -> str | None:
        """Send *signal*; return why it could not be sent."""
        try:
            await self._engine.kill(self._container, signal)
        except ContainerGone:
            return None
        except EngineError as error:
            self._say(str(error))
            return f"{error} {error.next_step}".strip()
        return None

    def _ended(self, exit_code: int | None) -> StopReport:
        self._say("The container is gone." if exit_code is None else f"The server has ended (exit code {exit_code}).")
        return StopReport(steps=tuple(self._steps), exit_code=exit_code, gone=True)

    def _say(self, sentence: str) -> None:
        self._steps.append(sentence)
        self._report(sentence)
