"""`thorhud config pin`: set, change or take away the PIN that guards restarts on a touch display."""

import argparse
import getpass
import json
import sys
from collections.abc import Callable

from thorhud.domain.errors import SettingsError
from thorhud.domain.pin import DIGITS, is_pin
from thorhud.settings.load import load_settings
from thorhud.settings.paths import state_dir
from thorhud.settings.pin_file import NAME, PinFile

_TELL = "The agent sees it within seconds."


def add_parser(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `pin` to the actions of `config`."""
    parser = actions.add_parser(
        "pin",
        help="set or clear the PIN of the TAs, which a kiosk asks for before a restart",
        description=(
            "Set the PIN that a touch display asks for before it restarts Docker or the unit, and before it is left."
            " It is asked for twice and never shown. It guards the display; whoever has a shell needs none."
            " Type it as the account that runs the agent of this unit."
        ),
    )
    parser.add_argument("--clear", action="store_true", help="take the PIN away")
    parser.add_argument("--status", action="store_true", help="only say whether one is set")
    parser.add_argument("--simulate", action="store_true", help="the simulated unit's, to rehearse it")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Set, clear or look."""
    settings = load_settings()
    file = PinFile(state_dir(simulated=arguments.simulate, chosen=settings.state_dir) / NAME)
    if arguments.status:
        return _tell(arguments, "A PIN is set." if file.exists else "No PIN is set.", pin_set=file.exists)
    if arguments.clear:
        was_set = file.forget()
        return _tell(arguments, f"The PIN is gone. {_TELL}" if was_set else "There was no PIN.", pin_set=False)
    file.keep(ask_twice())
    return _tell(arguments, f"The PIN is set. {_TELL}", pin_set=True)


def ask_twice(ask: Callable[[str], str] | None = None) -> str:
    """Ask for a PIN without showing it, and for the same once more."""
    ask = ask or _from_terminal
    pin = ask(f"New PIN ({DIGITS[0]} to {DIGITS[1]} digits): ")
    if not is_pin(pin):
        raise SettingsError(
            f"A PIN has {DIGITS[0]} to {DIGITS[1]} digits and nothing else.", next_step="Nothing was changed."
        )
    if ask("The same once more: ") != pin:
        raise SettingsError("The two were not the same.", next_step="Nothing was changed.")
    return pin


def _from_terminal(prompt: str) -> str:
    if not sys.stdin.isatty():
        # on a pipe the PIN stood in somebody's script; getpass would show it besides
        raise SettingsError("A PIN is typed in a terminal.", next_step="Type: thorhud config pin")
    try:
        return getpass.getpass(prompt)
    except EOFError as error:
        raise SettingsError("No PIN was typed.", next_step="Nothing was changed.") from error


def _tell(arguments: argparse.Namespace, sentence: str, *, pin_set: bool) -> int:
    print(json.dumps({"pin_set": pin_set}) if arguments.json else sentence)
    return 0
