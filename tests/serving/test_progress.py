"""The bar that moves right now."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from tests.serving.own_engine import spec
from thorhud.serving.docker_engine import DockerEngine
from thorhud.serving.progress import newest_bar, progress


@pytest.mark.parametrize(
    ("unfinished", "bar"),
    [
        (b"\rCapturing:  50%|##### | 1/2", "Capturing:  50%|##### | 1/2"),
        (b"1/3\r2/3\r", "2/3"),
        (b"\r1/3\r2/3\r  ", "2/3"),
        ("\r1/3 █▉".encode()[:-1], "1/3 █"),
        (b"\r\xff1/3", "\ufffd1/3"),
        (b"", ""),
        (b"\r\r", ""),
    ],
)
def test_the_newest_text_is_the_bar(unfinished: bytes, bar: str) -> None:
    assert newest_bar(unfinished) == bar


class Attached:
    """An engine with one attached output; of an engine it has only what progress needs."""

    def __init__(self, *pieces: bytes, pause_s: float = 0.0) -> None:
        self.pieces = pieces
        self.pause_s = pause_s
        self.taken = 0

    async def attach(self, container: str) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            self.taken += 1
            yield piece
            await asyncio.sleep(self.pause_s)

    async def inspect(self, container: str) -> "Attached":
        return self

    running = False


async def shown(attached: Attached) -> list[str]:
    return [bar async for bar in progress(attached, "c")]  # type: ignore[arg-type]


async def test_a_finished_bar_is_not_shown_any_more() -> None:
    assert "2/2" not in await shown(Attached(b"\r1/2\r2/2\nINFO next", b" line\n"))


async def test_a_bar_is_shown_at_most_ten_times_a_second_and_ends_at_the_newest() -> None:
    attached = Attached(*[b"\r%d/50" % n for n in range(1, 51)], pause_s=0.01)
    began = time.monotonic()

    bars = await shown(attached)

    assert attached.taken == 50
    assert 2 <= len(bars) <= 2 + (time.monotonic() - began) / 0.1
    assert bars[-1] == "50/50"


@pytest.mark.docker
async def test_a_real_bar_moves_before_its_line_is_finished(engine: DockerEngine) -> None:
    bar = "for n in 1 2 3 4 5 6; do printf '\\rCapturing %s/6' $n >&2; usleep 200000; done; echo >&2; sleep 1"
    await engine.start(spec("bar", f"usleep 300000; echo INFO begin; {bar}"))

    async with asyncio.timeout(20):
        bars = [text async for text in progress(engine, "bar")]

    # a busy machine may attach late or see two steps at once; a log would show the bar once, when its line is finished
    assert bars == sorted(set(bars))
    assert len(bars) >= 3
    assert bars[-1] == "Capturing 6/6"
