"""A whole face on Qt's loop, from its first snapshot to its closed window, in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
OFFSCREEN = "propagateSizeHints"
"""The offscreen platform says that it has none whenever a visible dialog grows."""
PROGRAM = """
import asyncio, sys
sys.path.insert(0, {here!r})
import samples
from fake_link import FakeLink
from thorhud.domain.messages import Channel, QueryName, StreamPiece, Verb
from thorhud.gui.app import make_application, talk
from thorhud.gui.qt_loop import run_on_qt
from thorhud.gui.store import LinkPhase
from thorhud.gui.windows.kiosk_window import KioskWindow

links = [FakeLink(samples.running()), FakeLink(samples.idle())]
waiting = list(links)

async def connect():
    return waiting.pop(0)

async def until(condition):
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.01)

async def person(window):
    face = asyncio.create_task(talk(window, connect))
    await until(lambda: window.face.agent == samples.running())
    links[0].push(StreamPiece(channel=Channel.ANSWER, of="run-1", offset=0, text="Jetson Thor"))
    window.open_page("commands")
    window.open_page("log")
    await until(lambda: QueryName.LAUNCHES in links[0].asked)
    window.open_page("kiosk")
    window.open_page("compare")
    window.pages.back()
    print("commands", sorted(name.value for name in set(links[0].asked)))
    links[0].break_off()
    await until(lambda: window.face.link.phase is LinkPhase.GONE or window.face.agent == samples.idle())
    await until(lambda: window.face.agent == samples.idle())
    window.pages.kiosk.press_model(3)
    await until(lambda: links[1].sent)
    print("sent", links[1].sent[0][0].value, links[1].sent[0][1])
    window.close()
    code = await face
    print("closed", links[1].closed)
    return code

application = make_application()
window = KioskWindow()
window.resize(1440, 900)
window.show()
sys.exit(run_on_qt(application, person(window)))
"""


@pytest.fixture(scope="module")
def said() -> list[str]:
    done = subprocess.run(
        [sys.executable, "-W", "error::RuntimeWarning", "-c", PROGRAM.format(here=str(HERE))],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert [line for line in done.stderr.splitlines() if OFFSCREEN not in line] == []
    return done.stdout.splitlines()


def test_it_asks_for_the_workshop_the_comparison_the_commands_and_the_log(said: list[str]) -> None:
    assert said[0] == "commands ['commands', 'comparison', 'find-in-log', 'launches', 'log', 'workshop']"


def test_a_wish_after_a_lost_agent_reaches_the_new_one(said: list[str]) -> None:
    assert said[1] == "sent launch {'configuration_id': 'llama-3.1-8b-fp16'}"


def test_closing_the_window_closes_the_link_and_ends_well(said: list[str]) -> None:
    assert said[2] == "closed True"
