"""`thorhud desk`, and `thorhud` alone: the face of this machine's unit in a window."""

import argparse

from thorhud.cli.kiosk import add_face_parser, run

__all__ = ["add_parser", "run"]

LAPTOP = (1440, 900)


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the program."""
    add_face_parser(subparsers, "desk", "the face for a laptop; `thorhud` alone opens it", windowed=LAPTOP)
