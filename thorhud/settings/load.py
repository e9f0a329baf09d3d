"""Reading the settings: the file first, then the environment, then the defaults."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from thorhud.domain.errors import SettingsError
from thorhud.settings.declared import Declaration, Settings, declarations
from thorhud.settings.from_toml import did_you_mean
from thorhud.settings.toml_text import TomlProblem, read_toml

FILE_VARIABLE = "THORHUD_SETTINGS"
SYSTEM_FILE = Path("/etc/thorhud/settings.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedSettings:
    """The settings and where each came from."""

    settings: Settings
    file: Path | None
    """The file that was read; None where there is none."""
    origins: Mapping[str, str] = field(default_factory=dict)
    """For each setting that is not a default: the file with its line, or the environment variable."""


def settings_file(environment: Mapping[str, str] = os.environ) -> Path | None:
    """Return the settings file that counts: the named one, the account's own, the machine's, or None."""
    named = environment.get(FILE_VARIABLE)
    if named:
        return Path(named)
    home = environment.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    candidates = (Path(home) / "thorhud" / "settings.toml", SYSTEM_FILE)
    return next((each for each in candidates if each.is_file()), None)


def load_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings; raise `SettingsError` where the file or the environment is wrong."""
    return load_with_origins(environment).settings


def load_with_origins(environment: Mapping[str, str] = os.environ) -> LoadedSettings:
    """Return the settings with where each came from."""
    file = settings_file(environment)
    values, origins = ({}, {}) if file is None else read_settings_file(file)
    for declaration in declarations():
        variable = f"THORHUD_{declaration.name.upper()}"
        if environment.get(variable):
            values[declaration.name] = _from_environment(declaration, variable, environment[variable])
            origins[declaration.name] = f"environment variable {variable}"
    return LoadedSettings(settings=Settings(**values), file=file, origins=origins)


def read_settings_file(path: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the values of a settings file and where each stands; raise `SettingsError` with the line."""
    known = {each.name: each for each in declarations()}
    try:
        text = read_toml(path)
        for name in text.table:
            if name not in known:
                raise text.problem(f'unknown setting "{name}"{did_you_mean(name, known)}', (name,))
        values = {}
        for name, value in text.table.items():
            if (complaint := _complaint(known[name], value)) is not None:
                raise text.problem(complaint, (name,))
            values[name] = _typed(known[name], value, base=path.parent)
    except TomlProblem as problem:
        next_step = f"Correct the file and check it with: thorhud config check {path}"
        raise SettingsError(problem.located(path), next_step=next_step, kind="settings") from problem
    return values, {name: f"{path}:{text.lines[(name,)]}" for name in values}


def _from_environment(declaration: Declaration, variable: str, raw: str) -> Any:  # noqa: ANN401 - any setting
    value: Any = raw
    if declaration.kind is int:
        value = int(raw) if raw.strip().lstrip("-").isdecimal() else raw
    if (complaint := _complaint(declaration, value)) is not None:
        next_step = f"Correct {variable}, or unset it."
        raise SettingsError(f"environment variable {variable}: {complaint}", next_step=next_step, kind="settings")
    return _typed(declaration, value, base=Path.cwd())


def _complaint(declaration: Declaration, value: Any) -> str | None:  # noqa: ANN401 - whatever the file holds
    """Say what is wrong with *value* and what is expected, or None."""
    shown = f'"{value}"' if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)
    wrong = f"{declaration.name} is {shown}; expected {declaration.expected}"
    if declaration.kind is int:
        is_number = isinstance(value, int) and not isinstance(value, bool)
        low, high = declaration.minimum, declaration.maximum
        fits = is_number and (low is None or value >= low) and (high is None or value <= high)
        return None if fits else wrong
    if not isinstance(value, str) or not value.strip():
        return wrong
    if declaration.choices and value not in declaration.choices:
        return wrong + did_you_mean(value, declaration.choices)
    return None


def _typed(declaration: Declaration, value: Any, *, base: Path) -> Any:  # noqa: ANN401 - any setting
    """Return the checked value; a relative path is relative to the file it stands in."""
    return base / Path(value).expanduser() if declaration.kind is Path else value
