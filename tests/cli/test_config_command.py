"""`thorhud config` as a person types it."""

import json
from pathlib import Path

import pytest

from thorhud.assets import asset
from thorhud.cli.main import main
from thorhud.settings.declared import declarations
from thorhud.settings.workshop_file import load_workshop

WORKSHOP = "workshops/gtc-dc-2025.toml"


@pytest.fixture(autouse=True)
def no_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("THORHUD_SETTINGS", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setattr("thorhud.settings.load.SYSTEM_FILE", tmp_path / "etc.toml")


def test_show_names_every_setting_with_its_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "show"]) == 0

    shown = capsys.readouterr().out
    for declaration in declarations():
        assert f"\n{declaration.name} = " in shown
        assert declaration.sentence in shown


def test_show_says_where_a_value_comes_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('rack = "B"\n')
    monkeypatch.setenv("THORHUD_SETTINGS", str(file))
    monkeypatch.setenv("THORHUD_PORT", "8001")

    assert main(["config", "show", "--json"]) == 0

    shown = json.loads(capsys.readouterr().out)
    assert shown["file"] == str(file)
    assert (shown["settings"]["rack"]["value"], shown["settings"]["rack"]["from"]) == ("B", f"{file}:1")
    assert shown["settings"]["port"]["value"] == 8001
    assert shown["settings"]["port"]["from"] == "environment variable THORHUD_PORT"
    assert (shown["settings"]["slot"]["value"], shown["settings"]["slot"]["from"]) == (None, "default")


def test_show_with_a_wrong_file_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "settings.toml").write_text("port = 0\n")
    monkeypatch.setenv("THORHUD_SETTINGS", str(tmp_path / "settings.toml"))

    assert main(["config", "show"]) == 1

    assert "settings.toml:1: port is 0" in capsys.readouterr().err


def test_check_knows_a_workshop_from_settings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text("port = 8001\n")

    assert main(["config", "check", str(asset(WORKSHOP))]) == 0
    assert main(["config", "check", str(settings)]) == 0

    told = capsys.readouterr().out
    assert "a workshop file with 6 configurations" in told
    assert "a settings file with 1 of" in told


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[container]\nport = 1\n", ":1: the key "),
        ("prot = 8001\n", ':1: unknown setting "prot" (did you mean "port"?)'),
        ("port = = 1\n", ":1: this is not TOML"),
    ],
)
def test_check_names_the_line_of_what_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    file = tmp_path / "some.toml"
    file.write_text(text)

    assert main(["config", "check", str(file)]) == 1
    assert f"{file}{said}" in capsys.readouterr().err

    assert main(["config", "check", "--json", str(file)]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["ok"] is False
    assert f"{file}{said}" in told["error"]


def test_check_of_a_file_that_is_not_there_is_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "check", str(tmp_path / "none.toml")]) == 1

    assert "there is no such file" in capsys.readouterr().err


@pytest.mark.parametrize("typed", [["config"], ["config", "check"], ["config", "chek", "x"]])
def test_wrong_usage_is_two(typed: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(typed)

    assert caught.value.code == 2
    assert "usage: thorhud config" in capsys.readouterr().err


def test_show_lists_what_can_be_launched(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "show"]) == 0
    shown = capsys.readouterr().out
    for configuration in load_workshop().configurations:
        assert f"    {configuration.id} " in shown
        assert configuration.name in shown
