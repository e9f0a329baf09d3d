"""Recorded lines into a store, each exactly once, whatever breaks off in between.

The engine is asked again from a minute before the newest stored stamp, and what is stored already is left out. The
minute is needed: two outputs race, so neighbours may be recorded in the wrong order, and a line of more than 16 KiB
carries the stamp of its first piece, which may be older than whole lines that were recorded before its end.
"""

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Sequence
from datetime import timedelta
from typing import Protocol

from thorhud.domain.containers import ContainerEngine, RecordedLine
from thorhud.domain.errors import ContainerGone, EngineError, EngineUnreachable
from thorhud.serving.gathered import gathered
from thorhud.serving.log_end import earlier
from thorhud.serving.server import exit_code_of

log = logging.getLogger(__name__)

OVERLAP = timedelta(minutes=1)
BACKOFF_S = (0.1, 0.2, 0.5, 1.0, 2.0)
"""Waits between attempts while the engine is away; the last one repeats."""
REFUSALS_BELIEVED = 2
"""So often the log of an ended container is asked for again where the engine refuses it."""


class LineStore(Protocol):
    """Where lines are kept; one launch has one log."""

    async def last_stamp(self, launch_id: str) -> str | None:
        """Return the greatest stamp that is stored, or None."""
        ...

    async def append(self, launch_id: str, lines: Sequence[RecordedLine]) -> None:
        """Store all *lines* or none."""
        ...

    async def stored_at(self, launch_id: str, stamp: str) -> Sequence[bytes]:
        """Return the texts that are stored with exactly that stamp."""
        ...


async def follow(
    engine: ContainerEngine,
    store: LineStore,
    *,
    container: str,
    launch_id: str,
    since: str | None = None,
    refused: Callable[[EngineError], None] = lambda _: None,
) -> AsyncGenerator[tuple[RecordedLine, ...], None]:
    """Store the container's recorded lines and yield them once they are stored, until the container has ended.

    With *since* only the lines from that stamp on: what is before it belongs to an earlier start in the same container.
    An engine that goes away is waited for; a container that is gone ends it too. Where the engine gives no log, which
    is told to *refused*, the end of the container is waited for without one.
    """
    known = _Known(store, launch_id)
    failures = 0
    while True:
        lines = engine.logs(container, since=max(await known.begin_again() or "", since or "") or None)
        try:
            async with contextlib.aclosing(gathered(lines)) as batches:
                async for batch in batches:
                    failures = 0
                    if new := await known.not_yet_stored(batch):
                        await store.append(launch_id, new)
                        known.add(new)
                        yield new
        except EngineUnreachable as error:
            log.log(logging.DEBUG if failures else logging.WARNING, "the log of %s broke off: %s", container, error)
            await asyncio.sleep(BACKOFF_S[min(failures, len(BACKOFF_S) - 1)])
            failures += 1
        except ContainerGone:
            log.warning("the container %s is gone, its log ends here", container)
            return
        except EngineError as error:  # a logging driver that keeps nothing, or a refusal that may pass
            log.log(
                logging.DEBUG if failures else logging.WARNING, "the log of %s cannot be read: %s", container, error
            )
            refused(error)
            ended = await _ends_within(engine, container, BACKOFF_S[min(failures, len(BACKOFF_S) - 1)])
            failures += 1
            if ended and failures > REFUSALS_BELIEVED:
                return
        else:
            return


async def _ends_within(engine: ContainerEngine, container: str, limit_s: float) -> bool:
    """Wait until the container has ended, but no longer than *limit_s*."""
    try:
        async with asyncio.timeout(limit_s):
            await exit_code_of(engine, container)
    except TimeoutError:
        return False
    return True


class _Known:
    """Which lines of the overlap are stored, by stamp and by how often each text is there.

    Only the store holds texts: a container may print 200 MB within the overlap.
    """

    def __init__(self, store: LineStore, launch_id: str) -> None:
        self._store = store
        self._launch_id = launch_id
        self._newest: str | None = None
        self._latest: str | None = None
        """The stamp of the line that came last: smaller than the newest where somebody set the clock back."""
        self._told_again_up_to = ""
        """Up to this stamp the engine may send lines once more on this connection."""
        self._repeats: dict[str, Counter[bytes]] = {}
        """What of each of those stamps is stored and was not sent once more yet."""

    async def begin_again(self) -> str | None:
        """Expect everything of the overlap once more; return the stamp from which the engine must be asked."""
        self._newest = await self._store.last_stamp(self._launch_id)
        self._repeats = {}
        if self._newest is None:
            return None
        self._told_again_up_to = self._newest
        return earlier(min(self._newest, self._latest or self._newest), OVERLAP)

    async def not_yet_stored(self, lines: Sequence[RecordedLine]) -> tuple[RecordedLine, ...]:
        """Return those of *lines* that are not repeats."""
        return tuple([line for line in lines if not await self._is_repeat(line)])

    def add(self, lines: Sequence[RecordedLine]) -> None:
        """Take note that *lines* are stored now."""
        self._latest = lines[-1].stamp

    async def _is_repeat(self, line: RecordedLine) -> bool:
        if line.stamp > self._told_again_up_to:
            self._repeats = {}
            return False
        repeats = self._repeats.get(line.stamp)
        if repeats is None:
            repeats = Counter(await self._store.stored_at(self._launch_id, line.stamp))
            self._repeats[line.stamp] = repeats
        if not repeats[line.text]:
            return False
        repeats[line.text] -= 1
        if not repeats[line.text]:
            del repeats[line.text]
        return True
