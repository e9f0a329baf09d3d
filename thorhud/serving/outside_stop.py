"""End a server that is one process among others: typed into a container, or run on the machine itself.

Only what a person would do: Ctrl+C, Ctrl+C again, then SIGTERM. Never SIGKILL: the engine of a server that is killed
goes on and keeps its memory.
"""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, Protocol, runtime_checkable

from thorhud.domain.errors import EngineError
from thorhud.serving.server import Report, StopReport
from thorhud.serving.server_processes import ServerProcess, still_runs

LOOK_S: Final = 0.2


@runtime_checkable
class SignalsInside(Protocol):
    """An engine that can signal any process of a container."""

    async def signal_inside(self, container: str, pid: int, signal: str) -> None:
        """Send *signal* to the process with that number inside the container; one that is gone is no error."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AskPlan:
    """How long each request to end may take, in seconds."""

    interrupt_s: float = 15.0
    second_interrupt_s: float = 10.0
    terminate_s: float = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a process can be signalled from here, and what a person would type to do the same."""

    words: str
    """Whom a signal would reach: "process 4242 (vllm serve) of anna"."""
    command: str
    send: Callable[[str], Awaitable[None]] | None = None
    """None where this account may not."""

    @property
    def plan(self) -> str:
        """What a stop would do, in one sentence."""
        if self.send is None:
            return f"It cannot be stopped from here: {self.words} belongs to another account. Type: {self.command}"
        return f"A stop sends SIGINT, as Ctrl+C does, to {self.words}."


def way_to(process: ServerProcess, engine: object, container_name: str | None) -> Way:
    """Return how *process* is reached: through Docker where it runs in a container, else as far as this account may.

    Through Docker an agent that may start containers may signal root's processes in them, and no others.
    """
    container, inner = process.container, process.inner_pid
    if container is not None and inner is not None and container_name is not None:
        words = f"process {inner} (vllm serve) in the container {container_name}"
        command = f"docker exec {container_name} sh -c 'kill -INT {inner}'"
        if not isinstance(engine, SignalsInside):
            return Way(words=words, command=command)
        inside = engine

        async def send_inside(name: str) -> None:
            await inside.signal_inside(container, inner, name)

        return Way(words=words, command=command, send=send_inside)
    words = f"process {process.pid} (vllm serve) of {process.account}"
    if not may_signal(process.pid):
        return Way(words=words, command=f"sudo kill -INT {process.pid}")

    async def send(name: str) -> None:
        if still_runs(process):
            os.kill(process.pid, signal.Signals[name])

    return Way(words=words, command=f"kill -INT {process.pid}", send=send)


def may_signal(pid: int) -> bool:
    """Whether this account may signal that process; nothing is sent."""
    try:
        os.kill(pid, 0)
    except PermissionError:
        return False
    except ProcessLookupError:
        return True
    return True


async def ask_to_end(way: Way, process: ServerProcess, *, plan: AskPlan | None = None, report: Report) -> StopReport:
    """Ask *process* to end, more firmly each time, and say each step."""
    plan = plan or AskPlan()
    steps: list[str] = []

    def say(sentence: str) -> None:
        steps.append(sentence)
        report(sentence)

    if way.send is None:
        return StopReport(steps=(), exit_code=None, gone=False, reason=way.plan)
    waited = ""
    for name, wait_s in (
        ("SIGINT", plan.interrupt_s),
        ("SIGINT", plan.second_interrupt_s),
        ("SIGTERM", plan.terminate_s),
    ):
        say(f"{waited}Sent {name} to {way.words}.")
        try:
            await way.send(name)
        except (EngineError, OSError) as error:
            reason = f"{way.words} could not be signalled: {error} Type: {way.command}"
            return StopReport(steps=tuple(steps), exit_code=None, gone=False, reason=reason)
        if await _gone_within(process, wait_s):
            say("The server has ended.")
            return StopReport(steps=tuple(steps), exit_code=None, gone=True)
        waited = f"It has not ended after {wait_s:g} s. "
    reason = f"{waited}It is not killed, since its engine would go on without it. Type: {way.command}"
    say(reason)
    return StopReport(steps=tuple(steps), exit_code=None, gone=False, reason=reason)


async def _gone_within(process: ServerProcess, limit_s: float) -> bool:
    try:
        async with asyncio.timeout(limit_s):
            await gone(process)
    except TimeoutError:
        return False
    return True


async def gone(process: ServerProcess) -> None:
    """Wait until that very process has ended."""
    while still_runs(process):  # noqa: ASYNC110 - the kernel tells only a parent
        await asyncio.sleep(LOOK_S)
