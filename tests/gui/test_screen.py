"""Qt ends the process where it finds no screen, so it is asked before, and the answer is a sentence."""

import socket
from pathlib import Path

import pytest

from thorhud.domain.errors import SettingsError
from thorhud.gui import screen
from thorhud.gui.screen import require_screen


def test_without_a_display_it_says_so_and_what_works_instead() -> None:
    with pytest.raises(SettingsError, match="There is no display here") as caught:
        require_screen({})

    assert "thorhud ladder --simulate" in caught.value.next_step


def test_a_display_on_which_nobody_answers_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(screen, "_X_SOCKETS", tmp_path)

    with pytest.raises(SettingsError, match="No X server answers on the display :77"):
        require_screen({"DISPLAY": ":77.0"})


def test_a_missing_system_library_is_named_with_the_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def missing(name: str) -> None:
        raise OSError(name)

    monkeypatch.setattr(screen, "_X_SOCKETS", tmp_path)
    monkeypatch.setattr("ctypes.CDLL", missing)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "X5"))
        server.listen()

        with pytest.raises(SettingsError) as caught:
            require_screen({"DISPLAY": ":5"})

    assert caught.value.next_step == "Install it with: sudo apt-get install libxcb-cursor0"


@pytest.mark.parametrize("environment", [{"QT_QPA_PLATFORM": "offscreen"}, {"WAYLAND_DISPLAY": "wayland-0"}])
def test_a_chosen_platform_is_not_second_guessed(environment: dict[str, str]) -> None:
    require_screen(environment)
