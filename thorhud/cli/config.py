"""`thorhud config`: show the settings and where they come from, check a file, set the PIN of the TAs."""

import argparse
import json
from pathlib import Path

from thorhud.cli import pin
from thorhud.domain.errors import SettingsError, ThorHudError
from thorhud.settings.declared import Declaration, declarations
from thorhud.settings.load import LoadedSettings, load_with_origins, read_settings_file
from thorhud.settings.toml_text import TomlProblem, read_toml
from thorhud.settings.workshop_file import load_workshop

_NOT_SET = "\N{EN DASH}"


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `config` with `show`, `check` and `pin` to the command line."""
    parser = subparsers.add_parser("config", help="check and show settings and workshop files")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    show = actions.add_parser("show", help="every setting, its value and where it comes from")
    show.add_argument("--json", action="store_true", help="print JSON")
    show.set_defaults(run=_show)
    check = actions.add_parser("check", help="say whether a settings file or a workshop file is right")
    check.add_argument("file", type=Path, metavar="FILE")
    check.add_argument("--json", action="store_true", help="print JSON")
    check.set_defaults(run=_check)
    pin.add_parser(actions)


def _show(arguments: argparse.Namespace) -> int:
    loaded = load_with_origins()
    if arguments.json:
        print(json.dumps(_as_json(loaded), indent=2, ensure_ascii=False))
        return 0
    print(f"Settings file: {loaded.file or 'none, every setting has its default'}")
    for declaration in declarations():
        print(f"\n{declaration.name} = {_value(loaded, declaration)}")
        print(f"    {declaration.sentence}")
        print(f"    {_origin(loaded, declaration)}; may be {declaration.expected}")
    workshop = load_workshop(loaded.settings.workshop)
    width = max(len(each.id) for each in workshop.configurations)
    print(f"\nConfigurations of the workshop ({workshop.title}), for `thorhud launch ID`:")
    for each in workshop.configurations:
        print(f"    {each.id:{width}}  {each.name}")
    return 0


def _as_json(loaded: LoadedSettings) -> dict[str, object]:
    settings = {
        each.name: {
            "value": None if (value := getattr(loaded.settings, each.name)) is None else _plain(value),
            "from": _origin(loaded, each),
            "expected": each.expected,
            "sentence": each.sentence,
        }
        for each in declarations()
    }
    return {"file": None if loaded.file is None else str(loaded.file), "settings": settings}


def _plain(value: object) -> object:
    return value if isinstance(value, int) else str(value)


def _value(loaded: LoadedSettings, declaration: Declaration) -> str:
    value = getattr(loaded.settings, declaration.name)
    return _NOT_SET if value is None else str(value)


def _origin(loaded: LoadedSettings, declaration: Declaration) -> str:
    return loaded.origins.get(declaration.name, "default")


def _check(arguments: argparse.Namespace) -> int:
    """Check the file as what it looks like; without --json `main` tells what is wrong."""
    path: Path = arguments.file
    try:
        kind, summary = _checked(path)
    except ThorHudError as error:
        if not arguments.json:
            raise
        print(json.dumps({"file": str(path), "ok": False, "error": str(error), "next_step": error.next_step}))
        return 1
    if arguments.json:
        print(json.dumps({"file": str(path), "ok": True, "kind": kind, "summary": summary}))
    else:
        print(f"{path} is right: {summary}.")
    return 0


def _checked(path: Path) -> tuple[str, str]:
    if _looks_like_a_workshop(path):
        workshop = load_workshop(path)
        count = len(workshop.configurations)
        return "workshop", f"a workshop file with {count} configurations and {len(workshop.prompts)} prompts"
    values, _ = read_settings_file(path)
    return "settings", f"a settings file with {len(values)} of {len(tuple(declarations()))} settings"


def _looks_like_a_workshop(path: Path) -> bool:
    """Tell the two kinds of file apart: settings are flat, a workshop has tables."""
    try:
        table = read_toml(path).table
    except TomlProblem as problem:
        raise SettingsError(problem.located(path), next_step="Correct the file and check it again.") from problem
    return any(isinstance(value, dict | list) for value in table.values())
