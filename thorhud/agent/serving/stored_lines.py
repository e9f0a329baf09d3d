"""The records as the log follower wants them: without blocking the loop."""

import asyncio
from collections.abc import Sequence

from thorhud.domain.containers import RecordedLine
from thorhud.records.store import Records


class StoredLines:
    """Fulfils `thorhud.serving.follower.LineStore`."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._left_out: tuple[str, str] | None = None
        """Stamps of lines that an agent before this one stored and dropped again."""

    async def last_stamp(self, launch_id: str) -> str | None:
        """Return the newest stamp that is stored; from here on the engine tells everything once more."""
        self._left_out = await asyncio.to_thread(self._records.dropped_stamps, launch_id)
        return await asyncio.to_thread(self._records.last_stamp, launch_id)

    async def append(self, launch_id: str, lines: Sequence[RecordedLine]) -> None:
        """Store lines, all or none; those that were dropped from the middle do not come back at the end."""
        if self._left_out is not None:
            first, last = self._left_out
            lines = [line for line in lines if not first <= line.stamp <= last]
        if lines:
            await asyncio.to_thread(self._records.append_lines, launch_id, lines)

    async def stored_at(self, launch_id: str, stamp: str) -> Sequence[bytes]:
        """Return the texts stored with exactly that stamp."""
        return await asyncio.to_thread(self._records.lines_at, launch_id, stamp)
