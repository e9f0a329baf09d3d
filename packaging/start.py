"""`make run` and `make test`: set up what is missing, then start.

Runs on the standard library alone, by whatever Python `find-python` found.
"""

import os
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import NoReturn

import display
import environment
import system_libraries
from messages import CannotGoOnError, give_up, step

WINDOW = "1600x900"

SPEED = "30"
"""How much the simulated unit hurries its start-up in the terminal; token rates stay as they are."""

MAX_TOKENS = "32"
"""Cuts the answers there, so that all six configurations are through in under two minutes."""

END_A_HANGING_TEST = ("-o", "faulthandler_timeout=300", "-o", "faulthandler_exit_on_timeout=true")
"""Says where it hangs, instead of hanging for as long as the machine that runs it."""

TWO_AT_A_TIME = ("-n", "2", "--dist", "loadfile")
"""Half of the tests wait for something; those of one file share what they start, a Docker Engine for example."""

JETSON = Path("/etc/nv_tegra_release")


def main(arguments: list[str]) -> int:
    """Carry out `run` or `test`."""
    verbs: dict[str, Callable[[list[str]], int]] = {"run": run, "test": test, "environment": only_environment}
    try:
        return verbs[arguments[0]](arguments[1:])
    except CannotGoOnError as error:
        return give_up(error)
    except OSError as error:
        return give_up(CannotGoOnError(f"The set-up could not go on: {error}."))
    except KeyboardInterrupt:
        print("\nInterrupted.", file=sys.stderr)
        return 130


def run(more: list[str]) -> int:
    """Open the kiosk in a window; where there is no screen, run the ladder on a simulated unit in the terminal."""
    platform = display.platform()
    if platform is None:
        return run_ladder(more)
    system_libraries.ensure(
        system_libraries.QT, system_libraries.WAYLAND if platform == "wayland" else system_libraries.X11
    )
    python = environment.ensure("run")
    simulated = [] if JETSON.exists() else ["--simulate"]
    step("Opening the kiosk in a window" + (" on a simulated unit (this is no Jetson)" if simulated else ""))
    return become(python, "thorhud", "kiosk", *simulated, "--windowed", WINDOW, *more)


def run_ladder(more: list[str]) -> int:
    """Compare the configurations of the workshop on a simulated unit and write the report."""
    python = environment.ensure("run")
    folder = environment.ROOT / "reports" / f"ladder-{datetime.now().astimezone():%Y%m%d-%H%M%S}"
    hurried = ["--quick", "--speed", SPEED, "--max-tokens", MAX_TOKENS]
    step("No display answers here, so the ladder runs on a simulated unit in the terminal")
    step(f"The report will be in {folder.relative_to(environment.ROOT)}/")
    return become(python, "thorhud", "ladder", "--simulate", *hurried, "--report", str(folder), *more)


def test(more: list[str]) -> int:
    """Run the tests, but for those that need a Jetson or the vLLM rig (`make test-vllm`)."""
    system_libraries.ensure(system_libraries.QT)
    python = environment.ensure("dev")
    return become(python, "pytest", "-m", "not vllm and not hardware", *END_A_HANGING_TEST, *TWO_AT_A_TIME, *more)


def only_environment(_: list[str]) -> int:
    """Set up what the other scripts need, and print the Python to use."""
    system_libraries.ensure(system_libraries.QT)
    environment.ensure("dev")
    return 0


def become(python: Path, module: str, *arguments: str) -> NoReturn:
    """Go on as `python -m module`, so that Ctrl-C and the exit code are its own."""
    sys.stdout.flush()
    os.chdir(environment.ROOT)
    os.execv(python, [str(python), "-m", module, *arguments])  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
