"""The records as the log follower wants them: without blocking the loop."""

import asyncio
from collections.abc import Sequence

from thorhud.domain.containers import RecordedLine
from thorhud.records.store import Records


class StoredLines:
    """Fulfils `thorhud.serving.follower.LineStore`."""

    def __init__(self, records: Records) -> None:
        self._records = records

    async def last_stamp(self, launch_id: str) -> str | None:
        """Return the newest stamp that is stored."""
        return await asyncio.to_thread(self._records.last_stamp, launch_id)

    async def append(self, launch_id: str, lines: Sequence[RecordedLine]) -> None:
        """Store lines, all or none."""
        await asyncio.to_thread(self._records.append_lines, launch_id, lines)

    async def stored_at(self, launch_id: str, stamp: str) -> Sequence[bytes]:
        """Return the texts stored with exactly that stamp."""
        return await asyncio.to_thread(self._records.lines_at, launch_id, stamp)
