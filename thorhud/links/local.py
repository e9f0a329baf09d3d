"""The local socket: the default way to an agent, for this account or its group only."""

import asyncio
import os
import stat
from collections.abc import Awaitable, Callable
from pathlib import Path

from thorhud.domain.errors import LinkError
from thorhud.domain.wire import DOWN_LIMIT, UP_LIMIT
from thorhud.links.connection import Connection, StreamConnection
from thorhud.links.wire_link import WireLink


def local_link(socket: Path, *, who: str = "") -> WireLink:
    """Return a link to the agent that listens on *socket*."""

    async def connect() -> Connection:
        try:
            reader, writer = await asyncio.open_unix_connection(str(socket), limit=DOWN_LIMIT + 1)
        except PermissionError as error:
            raise LinkError(
                f"This account may not talk to the agent at {socket}.",
                next_step="Add the account to the group thorhud, or use the account that started the agent.",
            ) from error
        except OSError as error:
            raise LinkError(f"No agent listens at {socket}.", next_step="Start one: thorhud agent") from error
        return StreamConnection(reader, writer)

    return WireLink(connect, who=who)


async def serve(
    socket: Path, handle: Callable[[Connection], Awaitable[None]], *, group_may: bool = False
) -> asyncio.AbstractServer:
    """Listen on *socket* (0600, or 0660 where the group may command) and hand each connection to *handle*.

    A socket left by a dead agent is replaced; the caller holds the lock that says it is dead.
    """

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await handle(StreamConnection(reader, writer))

    _make_way(socket)
    server = await asyncio.start_unix_server(accept, path=str(socket), limit=UP_LIMIT + 1)
    os.chmod(socket, 0o660 if group_may else 0o600)  # noqa: PTH101 - one system call
    return server


def _make_way(socket: Path) -> None:
    if socket.exists() and not stat.S_ISSOCK(socket.stat().st_mode):
        raise LinkError(
            f"{socket} is in the way and no socket.", next_step="Move that file, then start the agent again."
        )
    socket.unlink(missing_ok=True)
