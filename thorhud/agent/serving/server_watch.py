"""What the agent asks of whatever keeps the serving state true: of a container, or of a process of somebody else."""

import asyncio
from typing import Protocol

from thorhud.domain.failures import Failure
from thorhud.domain.messages import LaunchRecord
from thorhud.serving.server import Report, StopReport


class ServerWatch(Protocol):
    """Keeps the serving state true for one server, from its start or its discovery to its end."""

    launch: LaunchRecord
    ready: asyncio.Event
    ended: asyncio.Event
    failure: Failure | None
    """Why it ended, where that was a failure."""

    @property
    def name(self) -> str:
        """What is served, as a person calls it."""
        ...

    @property
    def how_to_stop(self) -> str:
        """What a stop would do, in one sentence."""
        ...

    async def run(self) -> None:
        """Follow the server to its end."""
        ...

    async def request_stop(self) -> None:
        """Remember that the end is asked for, before anything is signalled."""
        ...

    async def end_server(self, report: Report) -> StopReport:
        """Ask the server to end, and say in *report* what is done."""
        ...
