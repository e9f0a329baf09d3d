"""The kiosk's window, repainted whole ten times a second and fed with the progress of a reader that it starts.

    python -m benchmarks.reader.repainting_face [--busy] -- COMMAND ...

Its standard input goes to the reader. Prints how often it repainted when the reader has ended. With --busy a thread of
this interpreter computes all the time.
"""

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).parents[2] / "tests" / "gui"))

import samples
from PySide6.QtCore import QSocketNotifier, QTimer
from PySide6.QtWidgets import QApplication

from thorhud.gui.fonts import load_fonts
from thorhud.gui.windows.kiosk_window import KioskWindow

PERIOD_MS = 100


class Face:
    """Shows the answer of a reader as the kiosk does."""

    def __init__(self, command: list[str]) -> None:
        self._window = KioskWindow("dark", clock=lambda: 100.0, wall=lambda: samples.NOW_UNIX_S)
        self._window.resize(1920, 1080)
        self._window.show()
        self._window.display(samples.faces()["running"])
        self._reader = subprocess.Popen(command, stdin=sys.stdin, stdout=subprocess.PIPE)
        assert self._reader.stdout is not None
        self._output = self._reader.stdout.fileno()
        self._notifier = QSocketNotifier(self._output, QSocketNotifier.Type.Read)
        self._notifier.activated.connect(self._hear)
        self._timer = QTimer(interval=PERIOD_MS)
        self._timer.timeout.connect(self._repaint)
        self._timer.start()
        self.told = 0
        self.repaints = 0
        self.painting_s = 0.0

    def end(self) -> int:
        return self._reader.wait()

    def _hear(self) -> None:
        piece = os.read(self._output, 1 << 20)
        if not piece:
            QApplication.quit()
        for line in piece.splitlines():
            text = json.loads(line).get("progress", {}).get("text", "") if line.endswith(b"}") else ""
            self.told += 1
            self._window.pages.kiosk.append_answer("run-1", text[-200:], reasoning=False)

    def _repaint(self) -> None:
        began_s = time.perf_counter()
        self._window.repaint()
        self.painting_s += time.perf_counter() - began_s
        self.repaints += 1


def spin() -> None:
    while True:
        sum(range(1000))


def main() -> int:
    options, command = sys.argv[1 : sys.argv.index("--")], sys.argv[sys.argv.index("--") + 1 :]
    application = QApplication([])
    load_fonts()
    face = Face(command)
    if "--busy" in options:
        threading.Thread(target=spin, daemon=True).start()
    application.exec()
    mean_ms = 1000 * face.painting_s / max(1, face.repaints)
    print(f"face: {face.repaints} repaints of {mean_ms:.1f} ms, {face.told} lines of progress", flush=True)
    return face.end()


if __name__ == "__main__":
    sys.exit(main())
