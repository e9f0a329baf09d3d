"""A slot that breaks in a real window: its page says so, and the display is back on the same page within seconds."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.unit_folder import ROOT, Unit, unit_folder
from tests.e2e.x_server import XServer, save, shows
from thorhud.gui.theme import load_theme

BACK_WITHIN_S = 3.0
"""What a person waits, on a machine that does nothing else; a busy one is given more."""
PATIENCE = 5.0
THEME = load_theme("dark")

PROGRAM = """
import json, os, sys, time
from thorhud.cli.main import main
from thorhud.gui.windows.kiosk_window import KioskWindow
from thorhud.gui.store import Store
from thorhud.gui.windows.page_stack import PageStack

notes, breaks = sys.argv[1], int(sys.argv[2])

def note(what, **more):
    with open(notes, "a") as file:
        print(json.dumps({"what": what, "at": time.time(), "pid": os.getpid(), **more}), file=file)

def opened(self, name, face, true=PageStack.open_page):
    true(self, name, face)
    note("page", name=name)

def broken(self, true=KioskWindow._next_theme):
    past = sum('"break"' in line for line in open(notes))
    if past < breaks:
        note("break")
        raise RuntimeError("injected <b>fault</b>")
    true(self)

def received(self, state, true=Store.receive):
    past = sum('"break"' in line for line in open(notes))
    if past < breaks and self.state.agent is not None:
        note("break")
        raise RuntimeError("injected in a task")
    true(self, state)

PageStack.open_page = opened
if sys.argv[3] == "slot":
    KioskWindow._next_theme = broken
else:
    Store.receive = received
note("start")
sys.exit(main(["kiosk", "--simulate", "--windowed", "1280x720"]))
"""


@dataclass
class Display:
    """The program with a slot that breaks so many times."""

    unit: Unit
    screen: XServer
    notes: Path
    process: subprocess.Popen[bytes]

    def told(self, what: str) -> list[dict[str, object]]:
        lines = self.notes.read_text().splitlines()
        return [told for told in map(json.loads, lines) if told["what"] == what]

    def until(self, what: str, times: int, *, limit_s: float = 40.0) -> list[dict[str, object]]:
        deadline = time.monotonic() + limit_s
        while len(found := self.told(what)) < times:
            assert self.process.poll() is None, self.unit.face_log()
            assert time.monotonic() < deadline, f"{what}: {found}\n{self.unit.face_log()}"
            time.sleep(0.05)
        return found


@pytest.fixture
def screen() -> Iterator[XServer]:
    for program in ("Xvfb", "xdotool"):
        if shutil.which(program) is None:
            pytest.skip(f"not installed: {program}")
    with XServer(1280, 720) as screen:
        yield screen


@pytest.fixture
def unit() -> Iterator[Unit]:
    with unit_folder() as unit:
        yield unit


def start(unit: Unit, screen: XServer, *, breaks: int, where: str = "slot") -> Display:
    notes = unit.home / "notes"
    notes.touch()
    environment = {**unit.environment, "DISPLAY": screen.display, "QT_QPA_PLATFORM": "xcb"}
    with (unit.home / "face.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(notes), str(breaks), where],
            env=environment,
            cwd=ROOT,
            stdout=log,
            stderr=log,
        )
    unit._faces.append(process)
    display = Display(unit, screen, notes, process)
    display.until("page", 1)
    screen.until(shows(THEME.tone("amber")), "the unit", limit_s=60)
    return display


def test_a_broken_slot_is_shown_and_the_display_is_back_on_the_same_page(unit: Unit, screen: XServer) -> None:
    display = start(unit, screen, breaks=1)
    screen.press("l")
    display.until("page", 2)

    screen.press("t")
    (broke,) = display.until("break", 1)
    screen.until(shows(THEME.tone("red"), THEME.tone("green")), "the fault", limit_s=5)
    pages = display.until("page", 3)

    assert pages[-1]["name"] == "log"
    assert pages[-1]["pid"] == broke["pid"] == display.process.pid
    took_s = float(str(pages[-1]["at"])) - float(str(broke["at"]))
    assert took_s < BACK_WITHIN_S * (1 if os.environ.get("THORHUD_STRICT_TIMES") else PATIENCE), took_s
    log = unit.face_log()
    assert "RuntimeError: injected <b>fault</b>" in log
    assert "Traceback" in log


def test_a_fault_that_comes_back_at_once_waits_for_a_person(unit: Unit, screen: XServer) -> None:
    display = start(unit, screen, breaks=4)
    for times in range(1, 4):
        screen.press("t")
        display.until("break", times)
        display.until("start", times + 1)
        screen.until(shows(THEME.tone("amber")), "the unit", limit_s=60)

    screen.press("t")
    display.until("break", 4)
    seen = screen.until(shows(THEME.tone("red"), THEME.tone("green")), "the fault", limit_s=10)
    time.sleep(3.0)  # longer than it would take to begin again by itself
    assert len(display.told("start")) == 4
    save(seen, unit.home / "fault.png")
    screen.press("Return")
    display.until("start", 5)


def test_a_conversation_that_breaks_is_a_fault_too_and_the_display_hears_its_agent_again(
    unit: Unit, screen: XServer
) -> None:
    display = start(unit, screen, breaks=1, where="task")

    (broke,) = display.until("break", 1)
    (first, second) = display.until("start", 2)
    screen.until(shows(THEME.tone("amber")), "the unit", limit_s=60)

    assert first["pid"] == second["pid"] == broke["pid"]
    assert "injected in a task" in unit.face_log()
