"""`thorhud kiosk` and `thorhud desk` on the command line."""

import argparse

import pytest

from thorhud.cli import desk, kiosk
from thorhud.gui.app import FaceOptions


def options(monkeypatch: pytest.MonkeyPatch, *typed: str) -> FaceOptions:
    opened: list[FaceOptions] = []

    def open_face(wanted: FaceOptions) -> int:
        opened.append(wanted)
        return 0

    monkeypatch.setattr(kiosk, "run_kiosk", open_face)
    parser = argparse.ArgumentParser()
    subparsers = parser.add_subparsers()
    kiosk.add_parser(subparsers)
    desk.add_parser(subparsers)
    arguments = parser.parse_args(typed)
    assert arguments.run(arguments) == 0
    return opened[0]


def test_the_kiosk_fills_the_screen_of_a_real_unit(monkeypatch: pytest.MonkeyPatch) -> None:
    assert options(monkeypatch, "kiosk") == FaceOptions(who="kiosk")


def test_the_desk_opens_a_window_for_a_laptop(monkeypatch: pytest.MonkeyPatch) -> None:
    assert options(monkeypatch, "desk") == FaceOptions(windowed=(1440, 900), who="desk")


def test_a_simulated_unit_a_window_and_a_theme_can_be_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    typed = ("kiosk", "--simulate", "--windowed", "1280x800", "--speed", "10", "--theme", "projector")

    assert options(monkeypatch, *typed) == FaceOptions(
        simulated=True, windowed=(1280, 800), start_speed=10.0, theme="projector", who="kiosk"
    )


@pytest.mark.parametrize("typed", [("--windowed", "wide"), ("--speed", "0"), ("--speed", "fast"), ("--theme", "pink")])
def test_a_wrong_value_is_wrong_usage(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], typed: tuple[str, str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        options(monkeypatch, "kiosk", *typed)

    assert ended.value.code == 2
    assert typed[1] in capsys.readouterr().err
