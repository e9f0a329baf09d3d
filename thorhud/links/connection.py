"""Whole messages over some byte stream, in both directions."""

import asyncio
from typing import Protocol

from thorhud.domain.errors import LinkError


class Connection(Protocol):
    """Carries whole messages; a socket, an SSH channel and a broker can each be one."""

    async def send(self, data: bytes) -> None:
        """Send one message and wait until the other side keeps up; raise `LinkError` where it is gone."""
        ...

    async def receive(self) -> bytes | None:
        """Return the next message, or None at the end of the conversation."""
        ...

    async def close(self) -> None:
        """End the conversation."""
        ...


class StreamConnection:
    """Messages as lines over a pair of asyncio streams."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def send(self, data: bytes) -> None:
        """Write one line and wait while the other side is slow."""
        try:
            self._writer.write(data + b"\n")
            await self._writer.drain()
        except OSError as error:
            raise LinkError("The other side of the link is gone.") from error

    async def receive(self) -> bytes | None:
        """Return the next line; a line that ends in the middle is the end of the conversation."""
        try:
            line = await self._reader.readuntil(b"\n")
        except asyncio.IncompleteReadError:
            return None
        except asyncio.LimitOverrunError as error:
            raise LinkError("The other side sent a message that is larger than allowed.") from error
        except OSError:
            return None
        return line[:-1]

    async def close(self) -> None:
        """Close the stream; one that is broken already is no error."""
        self._writer.close()
        try:
            await self._writer.wait_closed()
        except OSError:
            return
