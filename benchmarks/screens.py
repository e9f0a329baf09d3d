"""Draw the kiosk in each sample state: python benchmarks/screens.py FOLDER [--size WxH] [--theme NAME] [STATE ...]."""

import argparse
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "gui"))

import samples
from PySide6.QtWidgets import QApplication

from thorhud.gui.fonts import load_fonts
from thorhud.gui.theme import THEMES
from thorhud.gui.windows.kiosk_window import KioskWindow


def main() -> int:
    os.environ["TZ"] = "UTC"
    time.tzset()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("states", nargs="*", default=list(samples.faces()))
    parser.add_argument("--size", default="1920x1080")
    parser.add_argument("--theme", choices=THEMES, default="dark")
    arguments = parser.parse_args()
    width, height = (int(part) for part in arguments.size.split("x"))
    application = QApplication.instance() or QApplication([])
    load_fonts()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    for name in arguments.states:
        window = KioskWindow(arguments.theme, clock=lambda: 100.0, wall=lambda: samples.NOW_UNIX_S)
        window.resize(width, height)
        window.show()
        window.display(samples.faces()[name])
        if name == "running":
            window.pages.kiosk.append_answer("run-1", samples.ANSWER, reasoning=False)
        application.processEvents()
        application.processEvents()
        path = arguments.folder / f"kiosk-{width}-{name}-{arguments.theme}.png"
        window.grab().save(str(path))
        print(path)
        window.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
