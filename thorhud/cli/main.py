"""Read the command line, carry out one command, and turn what comes of it into an exit code.

0 done, 1 failed, 2 wrong usage, 130 interrupted. A person sees a sentence and a next step; a traceback means that the
program itself is wrong.
"""

import argparse
import importlib
import io
import logging
import os
import sys
from collections.abc import Callable, Sequence
from types import ModuleType

import thorhud
from thorhud.cli.commands import COMMANDS, CommandEntry
from thorhud.domain.errors import ThorHudError

DONE, FAILED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130

DEFAULT_COMMAND = "desk"

FACE_LIBRARIES = {"PySide6", "pyqtgraph", "qasync", "segno"}


def main(argv: Sequence[str] | None = None) -> int:
    """Carry out the command in *argv* (default: what was typed) and return the exit code."""
    _print_what_can_be_printed()
    typed = list(sys.argv[1:] if argv is None else argv) or [DEFAULT_COMMAND]
    try:
        arguments = build_parser(typed).parse_args(typed)
        logging.basicConfig(
            level=logging.INFO if arguments.verbose else logging.WARNING, format="%(name)s: %(message)s"
        )
        run: Callable[[argparse.Namespace], int] = arguments.run
        return _flushed(run(arguments))
    except ThorHudError as error:
        return say(str(error), error.next_step)
    except KeyboardInterrupt:
        print("\nthorhud: interrupted.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader (`| head`) has enough. Python would complain once more while it closes standard output.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED


def say(what_happened: str, next_step: str = "") -> int:
    """Tell a person on standard error what happened and what to try; the exit code of a failure."""
    print(f"thorhud: {what_happened}", file=sys.stderr)
    if next_step:
        print(f"  {next_step}", file=sys.stderr)
    return FAILED


def build_parser(typed: Sequence[str]) -> argparse.ArgumentParser:
    """Build the parser for *typed*: one line for each command, the arguments of the one that was typed."""
    parser = argparse.ArgumentParser(
        prog="thorhud",
        description=thorhud.__doc__,
        epilog="`thorhud COMMAND --help` explains a command. Exit codes: 0 done, 1 failed, 2 wrong usage.",
    )
    parser.add_argument("--version", action="version", version=f"thorhud {thorhud.__version__}")
    parser.add_argument("-v", "--verbose", action="store_true", help="say on standard error what is going on")
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    chosen = next((word for word in typed if not word.startswith("-")), None)
    for entry in COMMANDS:
        if entry.name == chosen:
            command_module(entry).add_parser(subparsers)
        else:
            subparsers.add_parser(entry.name, help=entry.help)
    return parser


def command_module(entry: CommandEntry) -> ModuleType:
    """Import what carries out *entry*; what is not installed is said in a sentence."""
    try:
        return importlib.import_module(entry.module)
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if error.name == entry.module:
            message = f"`thorhud {entry.name}` is not part of thorhud {thorhud.__version__}."
            raise ThorHudError(message, next_step="`thorhud --help` lists the commands.") from error
        if missing in FACE_LIBRARIES:
            message = f"`thorhud {entry.name}` opens a window and needs {missing}, which is not installed."
            raise ThorHudError(message, next_step="Install it with: pip install 'thorhud[gui]'") from error
        raise
    except ImportError as error:
        if ".so" not in str(error):
            raise
        message = f"A system library that windows need is missing: {error}."
        next_step = (
            "`make run` in the checkout names the packages; elsewhere: apt-get install libegl1 libgl1 libxcb-cursor0"
        )
        raise ThorHudError(message, next_step=next_step) from error


def _log_to_standard_error(level: int) -> None:
    logging.basicConfig(level=level, format="%(name)s: %(message)s")


def _print_what_can_be_printed() -> None:
    """Let a terminal that is not UTF-8 show `?` for a dash instead of ending the program."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _flushed(code: int) -> int:
    """Meet a reader who has gone here, and not while Python shuts down."""
    sys.stdout.flush()
    return code
