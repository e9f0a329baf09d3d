"""The progress bar that moves right now: the part of the output that no line feed has finished yet.

A recorded log shows a bar only once it is finished; the attached output shows it as it grows. Nothing here is stored.
"""

import asyncio
import codecs
import contextlib
from collections.abc import AsyncGenerator

from thorhud.domain.containers import ContainerEngine
from thorhud.domain.errors import ContainerGone, EngineUnreachable
from thorhud.serving.gathered import gathered

PERIOD_S = 0.1
LONGEST_BAR_BYTES = 4096
ATTACH_AGAIN_S = 1.0


async def progress(engine: ContainerEngine, container: str) -> AsyncGenerator[str, None]:
    """Yield the newest unfinished text, at most ten times a second, until the container has ended.

    The output is read on all the while, whether anybody takes the text or not; an engine that goes away is waited for.
    """
    while True:
        try:
            async with contextlib.aclosing(_bars(engine, container)) as bars:
                async for bar in bars:
                    yield bar
            if not (await engine.inspect(container)).running:
                return
        except ContainerGone:
            return
        except EngineUnreachable:
            pass
        await asyncio.sleep(ATTACH_AGAIN_S)


async def _bars(engine: ContainerEngine, container: str) -> AsyncGenerator[str, None]:
    unfinished = b""
    shown = ""
    async with contextlib.aclosing(gathered(engine.attach(container), period_s=PERIOD_S)) as batches:
        async for pieces in batches:
            unfinished = (unfinished + b"".join(pieces)).rpartition(b"\n")[2][-LONGEST_BAR_BYTES:]
            bar = newest_bar(unfinished)
            if bar and bar != shown:
                yield bar
            shown = bar


def newest_bar(unfinished: bytes) -> str:
    """Return the newest text among those that a carriage return sets apart; a character cut in two is left out."""
    texts = [text for text in unfinished.split(b"\r") if text.strip()]
    return codecs.getincrementaldecoder("utf-8")("replace").decode(texts[-1]).strip() if texts else ""
