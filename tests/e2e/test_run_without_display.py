"""The product without a screen: the ladder of the simulated unit, in a pipe."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.unit_folder import Unit, unit_folder
from thorhud.domain.messages import Verb

FP4, EAGLE3 = "llama-3.1-8b-fp4", "llama-3.1-8b-fp4-eagle3"
HURRIED = ("--quick", "--speed", "20", "--max-tokens", "16", "--repeats", "2")


@pytest.fixture
def unit() -> Iterator[Unit]:
    with unit_folder() as folder:
        yield folder


def test_the_ladder_tells_how_far_it_is_and_leaves_a_report_with_plots(unit: Unit, tmp_path: Path) -> None:
    ended = unit.thorhud("ladder", FP4, EAGLE3, *HURRIED, "--report", str(tmp_path / "report"))

    assert ended.returncode == 0, ended.stderr
    told = ended.stderr.splitlines()
    assert any(line.startswith("[1 of 2] ") and "left" in line for line in told), ended.stderr
    assert any(line.startswith("[2 of 2] ") and "left" in line for line in told), ended.stderr
    assert "\x1b" not in ended.stderr + ended.stdout
    assert "\r" not in ended.stderr + ended.stdout
    assert f"Report: {tmp_path / 'report' / 'report.html'}" in ended.stdout
    page = (tmp_path / "report/report.html").read_text(encoding="utf-8")
    assert page.count("<svg") >= 3
    assert "simulated" in page.lower()
    assert "hurried 20 times" in page


def test_one_that_fails_is_named_and_the_rest_is_measured_and_reported(unit: Unit, tmp_path: Path) -> None:
    assert unit.thorhud("status").returncode == 0  # its agent runs, and can be told to fail
    unit.ask(Verb.SIMULATE, fault="memory-at-start")

    ended = unit.thorhud("ladder", FP4, EAGLE3, *HURRIED, "--report", str(tmp_path / "report"))

    assert ended.returncode == 1, ended.stderr
    assert f"{FP4} was not measured: " in ended.stdout
    assert "Traceback" not in ended.stdout + ended.stderr
    figures = json.loads((tmp_path / "report/report.json").read_text(encoding="utf-8"))
    assert {run["configuration"] for run in figures["runs"]} == {EAGLE3}


def test_a_configuration_that_does_not_exist_is_a_sentence(unit: Unit, tmp_path: Path) -> None:
    ended = unit.thorhud("ladder", "llama-9", *HURRIED, "--report", str(tmp_path / "report"))

    assert ended.returncode in {1, 2}
    assert "llama-9" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not (tmp_path / "report").exists()


def test_a_kiosk_without_a_display_says_what_to_do_instead(unit: Unit) -> None:
    for variable in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        unit.environment.pop(variable, None)

    ended = unit.thorhud("kiosk")

    assert ended.returncode == 1
    assert "There is no display here" in ended.stderr
    assert "thorhud ladder --simulate" in ended.stderr
    assert unit.agents() == []
