"""What a face may cost: measured in a process of its own, after its first picture."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PROGRAM = """
import gc, json, sys, time
sys.path.insert(0, {here!r})
import samples
from thorhud.gui.app import make_application
from thorhud.gui.windows.kiosk_window import KioskWindow
now = [100.0]
application = make_application()
window = KioskWindow(clock=lambda: now[0], wall=lambda: samples.NOW_UNIX_S)
window.resize(1920, 1080)
window.show()
window.display(samples.face(samples.idle()))
application.processEvents()
found = {{"modules": sorted(sys.modules), "cpu_s": time.process_time()}}
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
found["rss_mib"] = int(status["VmRSS"].split()[0]) / 1024
faces = [samples.face(make()) for make in samples.ALL.values()]
def round_of_all():
    for face in faces:
        now[0] += 1
        window.display(face)
        application.processEvents()
        window.grab()
round_of_all()
gc.collect()
before = sys.getrefcount(None)
for _ in range(5):
    round_of_all()
gc.collect()
found["none_change"] = sys.getrefcount(None) - before
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def cost() -> dict[str, object]:
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    program = PROGRAM.format(here=str(HERE))
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("module", ["pyqtgraph", "numpy", "docker", "httpx", "matplotlib", "openai", "aiohttp"])
def test_the_first_picture_does_not_wait_for_what_it_does_not_need(cost: dict[str, object], module: str) -> None:
    modules = cost["modules"]
    assert isinstance(modules, list)
    assert module not in modules


def test_painting_loses_no_reference_to_none(cost: dict[str, object]) -> None:
    """A build of Qt for Python that loses some ends the program after a few thousand calls."""
    change = cost["none_change"]
    assert isinstance(change, int)
    assert abs(change) < 200


def test_the_kiosk_stays_within_its_memory(cost: dict[str, object]) -> None:
    """The aim is 95 MiB; the samples and another build of Qt may cost a little more."""
    rss_mib = cost["rss_mib"]
    assert isinstance(rss_mib, float)
    assert rss_mib <= 105
