"""Settings come from the file, then the environment, then their defaults; a wrong one is a sentence."""

from pathlib import Path

import pytest

from thorhud.domain.errors import SettingsError
from thorhud.settings.declared import Settings, declarations
from thorhud.settings.load import load_settings, load_with_origins, settings_file


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Describe an account, on a machine, without any settings file."""
    monkeypatch.setattr("thorhud.settings.load.SYSTEM_FILE", tmp_path / "etc" / "settings.toml")
    return {"XDG_CONFIG_HOME": str(tmp_path / "config"), "THORHUD_SETTINGS": ""}


def named(path: Path) -> dict[str, str]:
    return {"THORHUD_SETTINGS": str(path)}


def test_without_a_file_every_setting_has_its_default(environment: dict[str, str]) -> None:
    loaded = load_with_origins(environment)

    assert loaded.settings == Settings()
    assert loaded.origins == {}


def test_every_setting_is_declared_with_a_sentence_and_what_it_may_be() -> None:
    for declaration in declarations():
        assert declaration.sentence.endswith(".")
        assert declaration.expected
        assert hasattr(Settings(), declaration.name)


def test_a_file_sets_what_it_names_and_leaves_the_rest(tmp_path: Path) -> None:
    path = write(tmp_path / "s.toml", 'unit_number = 7\nrack = "A"\ndata_dir = "/srv/data"\ntheme = "light"\n')

    loaded = load_with_origins(named(path))

    assert (loaded.settings.unit_number, loaded.settings.rack, loaded.settings.theme) == (7, "A", "light")
    assert loaded.settings.data_dir == Path("/srv/data")
    assert loaded.settings.port == 8000
    assert loaded.origins["rack"] == f"{path}:2"


def test_the_account_s_own_file_is_found(environment: dict[str, str], tmp_path: Path) -> None:
    path = write(tmp_path / "config" / "thorhud" / "settings.toml", "port = 8001\n")

    assert settings_file(environment) == path
    assert load_settings(environment).port == 8001


def test_the_machine_s_file_counts_where_the_account_has_none(environment: dict[str, str], tmp_path: Path) -> None:
    write(tmp_path / "etc" / "settings.toml", "port = 8003\n")
    assert load_settings(environment).port == 8003

    write(tmp_path / "config" / "thorhud" / "settings.toml", "port = 8001\n")
    assert load_settings(environment).port == 8001


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    path = write(tmp_path / "s.toml", "port = 8001\nunit_number = 3\n")

    loaded = load_with_origins(named(path) | {"THORHUD_PORT": "8002"})

    assert (loaded.settings.port, loaded.settings.unit_number) == (8002, 3)
    assert loaded.origins["port"] == "environment variable THORHUD_PORT"


def test_an_empty_variable_is_no_setting(environment: dict[str, str]) -> None:
    assert load_settings(environment | {"THORHUD_PORT": ""}).port == 8000


def test_a_relative_path_is_relative_to_the_file_it_stands_in(tmp_path: Path) -> None:
    path = write(tmp_path / "s.toml", 'workshop = "mine.toml"\n')

    assert load_settings(named(path)).workshop == tmp_path / "mine.toml"


def test_a_tilde_is_the_account_s_home(tmp_path: Path) -> None:
    path = write(tmp_path / "s.toml", 'data_dir = "~/models"\n')

    assert load_settings(named(path)).data_dir == Path.home() / "models"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a = 1\nprt = 8000\n", '1: unknown setting "a"'),
        ('rack = "A"\nprt = 8000\n', '2: unknown setting "prt" (did you mean "port"?)'),
        ('port = "8000"\n', '1: port is "8000"; expected a whole number from 1 to 65535'),
        ("port = 0\n", "1: port is 0; expected a whole number from 1 to 65535"),
        ("port = true\n", "1: port is true; expected a whole number"),
        ("\n\nunit_number = 7.5\n", "3: unit_number is 7.5; expected a whole number from 0 to 9999"),
        ('theme = "drak"\n', '1: theme is "drak"; expected one of dark, light (did you mean "dark"?)'),
        ("data_dir = 7\n", "1: data_dir is 7; expected a path in quotes"),
        ('rack = ""\n', '1: rack is ""; expected a text in quotes'),
        ("rack = \n", "1: this is not TOML"),
    ],
)  # fmt: skip
def test_a_wrong_file_names_its_line_and_what_is_expected(tmp_path: Path, text: str, said: str) -> None:
    path = write(tmp_path / "s.toml", text)

    with pytest.raises(SettingsError) as caught:
        load_settings(named(path))

    assert str(caught.value).startswith(f"{path}:{said}")
    assert "thorhud config check" in caught.value.next_step


def test_a_named_file_that_is_not_there_is_not_passed_over(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="there is no such file"):
        load_settings(named(tmp_path / "none.toml"))


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("THORHUD_PORT", "many", 'port is "many"; expected a whole number from 1 to 65535'),
        ("THORHUD_PORT", "70000", "port is 70000; expected"),
        ("THORHUD_UNIT_NUMBER", "-1", "unit_number is -1; expected"),
        ("THORHUD_THEME", "pink", 'theme is "pink"; expected one of dark, light'),
    ],
)
def test_a_wrong_variable_is_named(environment: dict[str, str], variable: str, value: str, said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(environment | {variable: value})

    assert str(caught.value).startswith(f"environment variable {variable}: {said}")
    assert variable in caught.value.next_step


def test_the_unit_s_own_folder_is_the_default_where_it_exists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("thorhud.settings.declared.UNIT_DATA", tmp_path)
    assert Settings().data_dir == tmp_path

    monkeypatch.setattr("thorhud.settings.declared.UNIT_DATA", tmp_path / "none")
    assert Settings().data_dir == Path.home() / "data"
