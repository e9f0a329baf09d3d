"""`thorhud kiosk`: the face of one unit, full screen on its display."""

import argparse
import re

from thorhud.gui.app import FaceOptions, run_kiosk
from thorhud.gui.theme import THEMES

_SIZE = re.compile(r"^(\d{3,5})x(\d{3,5})$")


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the program."""
    add_face_parser(subparsers, "kiosk", "the full-screen face of one unit, for the rack display", windowed=None)


def add_face_parser(
    subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    summary: str,
    *,
    windowed: tuple[int, int] | None,
) -> None:
    """Add a face; *windowed* is the size of its window where none is asked for."""
    parser = subparsers.add_parser(name, help=summary, description=f"Open {summary}. The agent is found or started.")
    parser.add_argument("--simulate", action="store_true", help="show a simulated unit; nothing there is a measurement")
    parser.add_argument("--windowed", type=_size, metavar="WxH", default=windowed, help="open a window, like 1440x900")
    parser.add_argument(
        "--speed", type=_speed, default=1.0, metavar="N", help="hurry the start of a simulated model; never its tokens"
    )
    parser.add_argument("--theme", choices=THEMES, default=THEMES[0], help="projector is for bright rooms (key T)")
    parser.set_defaults(run=run, who=name)


def run(arguments: argparse.Namespace) -> int:
    """Open the face and return when it is closed."""
    return run_kiosk(
        FaceOptions(
            simulated=arguments.simulate,
            start_speed=arguments.speed,
            windowed=arguments.windowed,
            theme=arguments.theme,
            who=arguments.who,
        )
    )


def _size(text: str) -> tuple[int, int]:
    found = _SIZE.match(text)
    if found is None:
        message = f"not a size like 1440x900: {text}"
        raise argparse.ArgumentTypeError(message)
    return int(found[1]), int(found[2])


def _speed(text: str) -> float:
    try:
        speed = float(text)
    except ValueError:
        speed = 0.0
    if not 0.1 <= speed <= 1000:
        message = f"not a number from 0.1 to 1000: {text}"
        raise argparse.ArgumentTypeError(message)
    return speed
