"""An agent of a simulated unit in this process, and a face that talks to it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from thorhud.agent.agent import Agent, ended_as_asked
from thorhud.agent.parts import Parts
from thorhud.agent.simulated_parts import simulated_parts
from thorhud.domain.messages import AnswerKind, CommandAnswer, Expectation, Snapshot, StreamPiece, Verb
from thorhud.domain.state import AgentInfo, AgentState
from thorhud.links.local import local_link, serve
from thorhud.links.wire_link import WireLink
from thorhud.settings.declared import Settings
from thorhud.settings.workshop_file import load_workshop

START_SPEED = 60.0
LIMIT_S = 120.0


@dataclass
class Unit:
    """A running agent with its parts."""

    agent: Agent
    parts: Parts
    socket: Path
    task: asyncio.Task[None]

    async def end(self) -> None:
        """End the agent as asked; what it serves goes on."""
        self.agent.ending.set()
        with contextlib.suppress(asyncio.CancelledError):
            await self.task
        await self.parts.engine.close()
        self.parts.records.close()


class Face:
    """A face reduced to what tests ask."""

    def __init__(self, link: WireLink) -> None:
        self.link = link
        self.state: AgentState | None = None
        self.pieces: list[StreamPiece] = []
        self._moved = asyncio.Condition()

    async def keep_up(self) -> None:
        async for message in self.link.messages():
            if isinstance(message, Snapshot):
                async with self._moved:
                    self.state = message.state
                    self._moved.notify_all()
            elif isinstance(message, StreamPiece):
                self.pieces.append(message)

    async def until(self, holds: Callable[[AgentState], bool]) -> AgentState:
        async with asyncio.timeout(LIMIT_S), self._moved:
            await self._moved.wait_for(lambda: self.state is not None and holds(self.state))
        assert self.state is not None
        return self.state

    async def first(self, verb: Verb, args: Mapping[str, Any] | None = None, *, expect: bool = True) -> CommandAnswer:
        state = await self.until(lambda _: True)
        seen = Expectation(boot=state.agent.boot, serving_generation=state.serving.generation) if expect else None
        return await self.link.command(verb, args, expect=seen)

    async def do(self, verb: Verb, **args: Any) -> CommandAnswer:
        first = await self.first(verb, args)
        assert first.kind is AnswerKind.ACCEPTED, first.reason
        async with asyncio.timeout(LIMIT_S):
            return await self.link.outcome(first.id)

    async def launch(self, configuration_id: str) -> CommandAnswer:
        return await self.do(Verb.LAUNCH, configuration_id=configuration_id)


async def run_unit(folder: Path, *, boot: str = "boot") -> Unit:
    """Start an agent in *folder*; one that served there before is succeeded."""
    workshop = load_workshop()
    parts, activity = simulated_parts(Settings(), workshop, folder, start_speed=START_SPEED)
    agent = Agent(
        AgentState(
            agent=AgentInfo(
                version="test", boot=boot, pid=0, workshop_id=workshop.id, simulated=True, start_speed=START_SPEED
            ),
            identity=await parts.source.identity(),
            telemetry=await parts.source.read(),
        ),
        parts,
    )
    activity.hub = agent.hub
    socket = folder / f"{boot}.sock"
    up = asyncio.Event()

    servers: list[asyncio.AbstractServer] = []

    async def listening() -> None:
        servers.append(await serve(socket, agent.talk))
        up.set()

    async def run() -> None:
        try:
            await agent.run(listening)
        except BaseExceptionGroup as group:
            if not ended_as_asked(group):
                raise
        finally:
            for server in servers:
                server.close()

    task = asyncio.get_running_loop().create_task(run())
    waiting = asyncio.ensure_future(up.wait())
    await asyncio.wait([task, waiting], return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        task.result()
    return Unit(agent, parts, socket, task)


@contextlib.asynccontextmanager
async def face_of(unit: Unit, *, who: str = "test") -> AsyncIterator[Face]:
    link = local_link(unit.socket, who=who)
    await link.open()
    face = Face(link)
    keeping_up = asyncio.get_running_loop().create_task(face.keep_up())
    try:
        await face.until(lambda state: bool(state.availability) and state.agent.docker.value is not None)
        yield face
    finally:
        keeping_up.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await keeping_up
        await link.close()


@pytest.fixture
async def unit(tmp_path: Path) -> AsyncIterator[Unit]:
    unit = await run_unit(tmp_path)
    yield unit
    await unit.end()
    await end_containers(tmp_path)


@pytest.fixture
async def face(unit: Unit) -> AsyncIterator[Face]:
    async with face_of(unit) as face:
        yield face


async def end_containers(folder: Path) -> None:
    """Leave no simulated server behind."""
    parts, _ = simulated_parts(Settings(), load_workshop(), folder, start_speed=START_SPEED)
    for container in await parts.engine.containers():
        if container.running:
            await parts.engine.kill(container.id, "SIGKILL")
            await parts.engine.wait(container.id)
        await parts.engine.remove(container.id)
    await parts.engine.close()
    parts.records.close()
