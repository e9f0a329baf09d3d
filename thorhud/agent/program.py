"""The agent as a program: one for each unit, found by its socket, ended by a signal or when nobody needs it."""

import asyncio
import fcntl
import logging
import os
import secrets
import signal
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import thorhud
from thorhud.agent.agent import Agent, ended_as_asked
from thorhud.agent.metrics_page import metrics_page
from thorhud.agent.metrics_text import exposition
from thorhud.agent.parts import Parts
from thorhud.agent.real_parts import real_parts
from thorhud.agent.simulated_parts import Activity, simulated_parts
from thorhud.domain.errors import LinkError
from thorhud.domain.state import AgentInfo, AgentState, ServingPhase
from thorhud.domain.workshop import Workshop
from thorhud.links.local import serve
from thorhud.settings.declared import Settings
from thorhud.settings.load import load_settings
from thorhud.settings.paths import lock_path, socket_path, state_dir
from thorhud.settings.workshop_file import load_workshop

log = logging.getLogger(__name__)

UNUSED_S = 20.0
"""An agent that a face started ends after so long without a face, with nothing served."""
SIMULATION_UNUSED_S = 120.0
"""A simulated server is of no use to anybody: it ends too, after so long without a face."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentProgramOptions:
    """How the agent was started."""

    simulated: bool = False
    start_speed: float = 1.0
    until_unused: bool = False
    group_may: bool = False
    """Let the socket's group command this agent (a unit's own service)."""
    metrics_port: int | None = None
    """Where Prometheus may ask on this machine; None where it may not."""


def run_agent(options: AgentProgramOptions) -> int:
    """Be the agent of this unit until the end; raise `LinkError` where one runs already."""
    settings = load_settings()
    with _only_one(lock_path(simulated=options.simulated)):
        asyncio.run(_run(options, settings))
    return 0


@contextmanager
def _only_one(path: Path) -> Iterator[None]:
    """Hold the lock that says an agent runs; the kernel lets go of it with the process, however that ends."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            pid = os.pread(descriptor, 20, 0).decode(errors="replace").strip() or "unknown"
            raise LinkError(
                f"An agent of this unit runs already (process {pid}).", next_step="Use it: thorhud status"
            ) from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(descriptor)


async def _run(options: AgentProgramOptions, settings: Settings) -> None:
    workshop = load_workshop(settings.workshop)
    folder = state_dir(options.simulated, chosen=settings.state_dir)
    activity: Activity | None = None
    if options.simulated:
        parts, activity = simulated_parts(settings, workshop, folder, start_speed=options.start_speed)
    else:
        parts = real_parts(settings, workshop, folder)
    identity = await parts.source.identity()
    unit = identity.hostname
    agent = Agent(
        AgentState(
            agent=AgentInfo(
                version=thorhud.__version__,
                boot=secrets.token_hex(8),
                pid=os.getpid(),
                workshop_id=workshop.id,
                simulated=options.simulated,
                start_speed=options.start_speed,
                data_dir=str(settings.data_dir),
            ),
            identity=identity,
            telemetry=await parts.source.read(),
        ),
        replace(parts, unit=unit),
    )
    if activity is not None:
        activity.hub = agent.hub
    try:
        async with AsyncExitStack() as stack:
            if options.metrics_port is not None:
                text = partial(_metrics, agent, workshop)
                await stack.enter_async_context(metrics_page(text, options.metrics_port))
            await _listen_and_run(agent, parts, options)
    finally:
        parts.source.close()
        await parts.engine.close()
        parts.records.close()


def _metrics(agent: Agent, workshop: Workshop) -> str:
    return exposition(agent.hub.state, workshop)


async def _listen_and_run(agent: Agent, parts: Parts, options: AgentProgramOptions) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, agent.ending.set)
    socket = socket_path(options.simulated)
    server: asyncio.AbstractServer | None = None

    async def listening() -> None:
        nonlocal server
        server = await serve(socket, agent.talk, group_may=options.group_may)
        log.info("listening at %s", socket)

    try:
        async with asyncio.TaskGroup() as tasks:
            if options.until_unused:
                tasks.create_task(_end_when_unused(agent, parts), name="end when unused")
            tasks.create_task(agent.run(listening), name="agent")
    except BaseExceptionGroup as group:
        if not ended_as_asked(group):
            raise
    finally:
        if server is not None:
            server.close()
            socket.unlink(missing_ok=True)


async def _end_when_unused(agent: Agent, parts: Parts) -> None:
    unused_s = 0.0
    while True:
        await asyncio.sleep(1.0)
        serving = agent.hub.state.serving.phase not in {ServingPhase.IDLE, ServingPhase.FAILED}
        if agent.hub.listeners or agent.hub.busy:
            unused_s = 0.0
            continue
        unused_s += 1.0
        if not serving and unused_s >= UNUSED_S:
            agent.ending.set()
            return
        if serving and parts.simulated and unused_s >= SIMULATION_UNUSED_S:
            await agent.stop_serving()
