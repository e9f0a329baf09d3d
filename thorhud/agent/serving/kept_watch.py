"""One start of `vllm serve` typed into a container that stays: from the Enter key to Ctrl+C, the container left alone.

The workshop document's own way: one container with a shell, in which one model after another is served. Each start is a
launch of its own, with its own part of the container's log.
"""

import asyncio
from datetime import UTC, datetime

from thorhud.agent.hub import Hub
from thorhud.agent.parts import Parts
from thorhud.agent.serving.cause_of_end import cause_of_typed_end
from thorhud.agent.serving.launch_watch import LaunchWatch
from thorhud.domain.containers import ContainerState
from thorhud.domain.errors import EngineError
from thorhud.domain.failures import Failure
from thorhud.domain.messages import LaunchRecord
from thorhud.serving.outside_stop import ask_to_end, gone, way_to
from thorhud.serving.server import Report, StopReport
from thorhud.serving.server_processes import ServerProcess

BEFORE_S = 0.5
"""The echo of what was typed is in the log a moment before the process exists."""
LOG_LAG_S = 1.0
"""How long after its end a server's last lines may take to come from Docker."""


class KeptWatch(LaunchWatch):
    """Keeps the serving state true for one server in a container that outlives it."""

    def __init__(
        self, hub: Hub, parts: Parts, *, launch: LaunchRecord, container: ContainerState, process: ServerProcess
    ) -> None:
        self._process = process
        self._way = way_to(process, parts.engine, container.name)
        super().__init__(hub, parts, launch=launch, container=container, configuration=None)

    @property
    def how_to_stop(self) -> str:
        """What a stop would do, in one sentence."""
        return self._way.plan

    @property
    def name(self) -> str:
        """What is served, as a person calls it."""
        return f"vllm serve {self.launch_model or '(unknown)'} in the container {self.container.name}"

    async def end_server(self, report: Report) -> StopReport:
        """Ask the server's process to end; the container goes on."""
        return await ask_to_end(self._way, self._process, report=report)

    def _began_unix_s(self) -> float:
        return self._process.began_unix_s

    async def _server_end(self) -> int | None:
        """Wait until the process has ended; its exit code stays with the shell that started it."""
        await gone(self._process)
        return None

    async def _follow_log(self, *, since: str | None = None) -> None:
        since = since or _stamp(self._process.began_unix_s - BEFORE_S)
        async with asyncio.TaskGroup() as tasks:
            following = tasks.create_task(super()._follow_log(since=since), name="log of a typed start")
            await self._server_end()
            await asyncio.wait((following,), timeout=LOG_LAG_S)
            following.cancel()

    def _cause(self, exit_code: int | None) -> Failure | None:  # noqa: ARG002 - the shell keeps it to itself
        return cause_of_typed_end(self._reading, self.launch)

    async def _container_goes_on(self) -> bool:
        try:
            return (await self._parts.engine.inspect(self.container.id)).running
        except EngineError:
            return False


def _stamp(unix_s: float) -> str:
    """Write a time as the engine stamps its lines."""
    at = datetime.fromtimestamp(unix_s, UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond:06d}000Z"
