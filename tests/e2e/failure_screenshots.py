"""Take the pictures of failures and of what is asked before a repair: a part of `packaging/screenshots`.

Each failure is one that the simulated unit can show; the window is real. Alone: python -m tests.e2e.failure_screenshots
"""

import subprocess
import sys
import time

from tests.e2e.picture import keep
from tests.e2e.unit_folder import Unit, phase, unit_folder
from tests.e2e.x_server import XServer, shows
from thorhud.domain.messages import Verb
from thorhud.domain.state import ServingPhase
from thorhud.gui.theme import load_theme
from thorhud.settings.pin_file import NAME, PinFile

THEME = load_theme("dark")
RED, CARE = THEME.tone("red"), THEME.tone("amber")
HURRIED = 50.0
SAMPLE_S = 2.5
"""Until the cards show hardware that has come to rest."""
FAILURES = (
    ("failed-memory-not-released", "memory-at-start", "3"),
    ("failed-runtime-missing", "gpu-not-visible", "5"),
    ("failed-token-files", "gpt-oss-vocabulary", "1"),
    ("failed-weights-cut-short", "weights-damaged", "4"),
    ("failed-unknown", "unknown", "6"),
    ("failed-docker-not-running", "docker-unreachable", "4"),
)
"""Picture, fault of the simulated unit, key of the model."""


def main() -> int:
    """Take them all."""
    with unit_folder() as unit, XServer() as screen:
        take_all(screen, unit)
    return 0


def take_all(screen: XServer, unit: Unit) -> None:
    """Keep each failure, the question before daemon.json is changed, and the keypad."""
    unit.thorhud("status")
    PinFile(unit.home / "state/thorhud/simulated" / NAME).keep("4711")
    unit.until(lambda state: state.pin_set, "guarded by a PIN")
    face = unit.open_window(screen)
    screen.until(shows(CARE), "the unit")
    for name, fault, key in FAILURES:
        take_failure(screen, unit, name, fault, key)
        if fault == "gpu-not-visible":
            take_question(screen)
        if fault == "memory-at-start":
            take_keypad(screen)
            unit.ask(Verb.REPAIR, repair="clear-memory")
        unit.ask(Verb.DISMISS)
        unit.until(phase(ServingPhase.IDLE), "dismissed")
    end(face)


def take_failure(screen: XServer, unit: Unit, name: str, fault: str, key: str) -> None:
    unit.ask(Verb.SIMULATE, start_speed=HURRIED, fault=fault)
    screen.press(key)
    unit.until(phase(ServingPhase.FAILED), f"failed by {fault}")
    unit.ask(Verb.SIMULATE, start_speed=1.0)
    time.sleep(SAMPLE_S)
    keep(name, screen.until(shows(RED), "the failure"))


def take_question(screen: XServer) -> None:
    """Keep the change of daemon.json before the yes; then leave it as it is."""
    screen.press("f")
    time.sleep(1.5)
    keep("asked-daemon-json", screen.settled(limit_s=1.0))
    screen.press("Escape")
    time.sleep(0.5)


def take_keypad(screen: XServer) -> None:
    """Keep the keypad with three digits and after a wrong PIN; then cancel."""
    screen.press("Tab", "Tab", "Return")
    time.sleep(1.0)
    screen.press("Tab", "Return")
    time.sleep(1.0)
    screen.press("1", "1", "1", "1", "Return")
    time.sleep(1.5)
    screen.press("4", "7", "1")
    time.sleep(0.5)
    keep("asked-pin", screen.settled(limit_s=1.0))
    screen.press("Escape")
    time.sleep(0.5)


def end(face: subprocess.Popen[bytes]) -> None:
    """Close the window as the end of a session does; the PIN is not asked then."""
    face.terminate()
    face.wait()


if __name__ == "__main__":
    sys.exit(main())
