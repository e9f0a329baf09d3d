"""An X server without a screen, a hand on its keyboard and mouse, and eyes for what it shows."""

import os
import shutil
import struct
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QColor, QImage

Pixels = npt.NDArray[np.uint8]
"""Rows of pixels, each blue, green, red and nothing."""

_WIDTH, _HEIGHT, _LINE_BYTES, _COLOURS = 4, 5, 12, 19
"""Where the header of an XWD file says so, counted in words of four bytes."""
_COLOUR_BYTES = 12


class XServer:
    """Xvfb on a free display; its picture lies in a file that is read without asking it."""

    def __init__(self, width: int = 1920, height: int = 1080) -> None:
        self._size = (width, height)
        self._folder = Path(tempfile.mkdtemp(prefix="x-server-"))
        self.display = ""

    def __enter__(self) -> Self:
        listening, writing = os.pipe()
        screen = f"{self._size[0]}x{self._size[1]}x24"
        options = ["-displayfd", str(writing), "-screen", "0", screen, "-fbdir", str(self._folder)]
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                ["Xvfb", *options, "-nolisten", "tcp", "-noreset"], pass_fds=(writing,), stdout=log, stderr=log
            )
        os.close(writing)
        with os.fdopen(listening) as ready:  # it says its number once it listens, and nothing where it cannot
            number = ready.readline().strip()
        assert number, (self._folder / "log").read_text()
        self.display = f":{number}"
        self._park()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.wait(timeout=10)
        shutil.rmtree(self._folder, ignore_errors=True)

    def press(self, *keys: str) -> None:
        """Press keys one after another, by X's names of them."""
        self._xdotool("key", "--delay", "60", *keys)

    def click(self, at: tuple[int, int]) -> None:
        """Move the mouse there, click, and take it out of the picture."""
        self._xdotool("mousemove", str(at[0]), str(at[1]), "click", "1")
        self._park()

    def windows(self, title: str) -> list[str]:
        """Return the ids of the windows that are seen and whose title matches."""
        return self._xdotool("search", "--onlyvisible", "--name", title, check=False).split()

    def pixels(self) -> Pixels:
        """Return what is seen now."""
        dump = (self._folder / "Xvfb_screen0").read_bytes()
        words = struct.unpack(">25I", dump[:100])
        start = words[0] + words[_COLOURS] * _COLOUR_BYTES
        height, line = words[_HEIGHT], words[_LINE_BYTES]
        rows = np.frombuffer(dump, np.uint8, height * line, start).reshape(height, line // 4, 4)
        return rows[:, : words[_WIDTH]].copy()

    def settled(self, *, limit_s: float = 5.0) -> Pixels:
        """Return the picture once it stands still for a moment, or as it is after *limit_s*: some of it always moves."""
        deadline = time.monotonic() + limit_s
        before = self.pixels()
        while True:
            time.sleep(0.15)
            now = self.pixels()
            if np.array_equal(before, now) or time.monotonic() > deadline:
                return now
            before = now

    def until(self, wanted: Callable[[Pixels], bool], what: str, *, limit_s: float = 20.0) -> Pixels:
        """Return the first settled picture that is as *wanted*."""
        deadline = time.monotonic() + limit_s
        while True:
            now = self.settled(limit_s=1.0)
            if wanted(now):
                return now
            if time.monotonic() > deadline:
                save(now, Path(tempfile.gettempdir()) / "thorhud-last-screen.png")
                raise AssertionError(f"{what} was not seen within {limit_s:.0f} s")

    def _park(self) -> None:
        """Move the mouse to the corner, where it points at nothing."""
        self._xdotool("mousemove", *(str(each - 1) for each in self._size))

    def _xdotool(self, *words: str, check: bool = True) -> str:
        environment = os.environ | {"DISPLAY": self.display}
        command = ["xdotool", *words]
        done = subprocess.run(command, env=environment, check=check, capture_output=True, text=True, timeout=30)
        return done.stdout


def save(pixels: Pixels, path: Path) -> None:
    """Write a picture."""
    height, width, _ = pixels.shape
    image = QImage(pixels.tobytes(), width, height, 4 * width, QImage.Format.Format_RGB32)
    assert image.save(str(path)), path


def mask(pixels: Pixels, colour: QColor, *, within: int = 2) -> npt.NDArray[np.bool_]:
    """Return where *colour* is seen."""
    wanted = np.array([colour.blue(), colour.green(), colour.red()], np.int16)
    near: npt.NDArray[np.bool_] = (np.abs(pixels[:, :, :3].astype(np.int16) - wanted) <= within).all(axis=2)
    return near


def shows(*colours: QColor) -> Callable[[Pixels], bool]:
    """Return whether a picture has something in each of *colours*."""
    return lambda pixels: all(mask(pixels, colour, within=1).sum() > 20 for colour in colours)


def differs_from(before: Pixels, share: float) -> Callable[[Pixels], bool]:
    """Return whether at least *share* of a picture is not as it was."""
    return lambda pixels: share_of_other_pixels(before, pixels) >= share


def middle_of(pixels: Pixels, colour: QColor) -> tuple[int, int]:
    """Return x and y of the middle of what is seen in *colour*."""
    rows, columns = np.nonzero(mask(pixels, colour))
    assert len(rows), f"nothing is {colour.name()}"
    return int(np.median(columns)), int(np.median(rows))


def share_of_other_pixels(one: Pixels, other: Pixels) -> float:
    """Return how much of two pictures differs, 0 to 1."""
    return float((one[:, :, :3] != other[:, :, :3]).any(axis=2).mean())
