"""A view that is drawn anew each second: on a terminal in place, on a pipe one block after another."""

import asyncio
import contextlib
import os
import signal
import sys
import termios
import tty
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from shutil import get_terminal_size
from typing import Final

PERIOD_S: Final = 1.0
_ENTER, _LEAVE = "\x1b[?1049h\x1b[?25l", "\x1b[?25h\x1b[?1049l"
"""A screen of its own without a cursor, and back to what stood there before."""
_HOME, _END_OF_LINE, _END_OF_SCREEN = "\x1b[H", "\x1b[K", "\x1b[J"

Draw = Callable[[int], list[str]]
"""Returns the lines of one picture for a terminal so many columns wide."""


async def show(draw: Draw, still_true: Callable[[], Awaitable[None]], *, in_place: bool) -> None:
    """Draw until somebody presses q or Ctrl+C, or the program is told to end.

    *in_place* needs a terminal; without it one picture follows the other.
    *still_true* is awaited before each picture and raises where there is nothing left to show.
    """
    view = _View()
    if not in_place:
        with _signals(view):
            await view.repeat(lambda: _print(draw), still_true)
        return
    with _signals(view), _own_screen(), _keys(view):
        await view.repeat(lambda: _paint(draw), still_true)


class _View:
    """Whether to go on, and what wakes it before its second is over."""

    def __init__(self) -> None:
        self._going_on = True
        self._wake = asyncio.Event()

    def leave(self) -> None:
        """Draw no more."""
        self._going_on = False
        self._wake.set()

    def draw_now(self) -> None:
        """Do not wait for the second to end."""
        self._wake.set()

    async def repeat(self, picture: Callable[[], None], still_true: Callable[[], Awaitable[None]]) -> None:
        """Make one picture each second."""
        while self._going_on:
            self._wake.clear()
            await still_true()
            picture()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), PERIOD_S)


def _print(draw: Draw) -> None:
    print("\n".join(draw(get_terminal_size((100, 24)).columns)), flush=True)


def _paint(draw: Draw) -> None:
    """Write one picture over the last one; what does not fit is cut, so that nothing scrolls."""
    # asked of the terminal itself: LINES and COLUMNS of the environment know nothing of a window that was resized
    columns, rows = os.get_terminal_size(sys.stdout.fileno())
    lines = [line[:columns] for line in draw(columns)]
    if len(lines) > rows:
        lines = [*lines[: rows - 1], f"... {len(lines) - rows + 1} more lines: a taller window shows them"[:columns]]
    picture = f"{_END_OF_LINE}\n".join(lines)
    sys.stdout.write(f"{_HOME}{picture}{_END_OF_LINE}{_END_OF_SCREEN}")
    sys.stdout.flush()


@contextmanager
def _own_screen() -> Iterator[None]:
    """Give the terminal back as it was, however the view ends."""
    sys.stdout.write(_ENTER)
    sys.stdout.flush()
    try:
        yield
    finally:
        sys.stdout.write(_LEAVE)
        sys.stdout.flush()


@contextmanager
def _signals(view: _View) -> Iterator[None]:
    """Let Ctrl+C and an end of the session leave, and another size draw at once."""
    loop = asyncio.get_running_loop()
    handlers = dict.fromkeys((signal.SIGINT, signal.SIGTERM, signal.SIGHUP), view.leave)
    handlers[signal.SIGWINCH] = view.draw_now
    for number, handler in handlers.items():
        loop.add_signal_handler(number, handler)
    try:
        yield
    finally:
        for number in handlers:
            loop.remove_signal_handler(number)


@contextmanager
def _keys(view: _View) -> Iterator[None]:
    """Leave at q without Enter, where there is a keyboard."""
    if not sys.stdin.isatty():
        yield
        return
    descriptor, loop = sys.stdin.fileno(), asyncio.get_running_loop()
    before = termios.tcgetattr(descriptor)

    def pressed() -> None:
        typed = os.read(descriptor, 64)
        if not typed:
            loop.remove_reader(descriptor)
        if {b"q"[0], b"Q"[0]} & set(typed):
            view.leave()

    tty.setcbreak(descriptor)
    loop.add_reader(descriptor, pressed)
    try:
        yield
    finally:
        loop.remove_reader(descriptor)
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
