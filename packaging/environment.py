"""The virtual environment of the checkout: made once, renewed when the locked requirements or the Python change."""

import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from messages import CannotGoOnError, step
from system_libraries import obtain

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "thorhud-environment.json"

LOCKS = {"run": ROOT / "requirements" / "run.txt", "dev": ROOT / "requirements" / "dev.txt"}
"""`dev` holds all of `run`, in the same versions."""


def ensure(purpose: str) -> Path:
    """Return the Python of an environment that holds what *purpose* (`run` or `dev`) needs; make or renew it first."""
    with only_one():
        if not is_current(purpose):
            if not is_usable():
                make()
            install(purpose)
    return PYTHON


@contextmanager
def only_one() -> Iterator[None]:
    """Keep a second set-up of this checkout waiting while the first one is at work."""
    folder = os.open(ROOT, os.O_RDONLY)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            step("Waiting for another set-up of this checkout")
            fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def is_current(purpose: str) -> bool:
    """Tell whether the environment was made from these very locks, by this Python version, for at least *purpose*."""
    try:
        stamp = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return False
    return bool(stamp) and stamp in [wanted_stamp(at_least) for at_least in {purpose, "dev"}] and is_usable()


def wanted_stamp(purpose: str) -> dict[str, str]:
    """Describe the environment that *purpose* asks for; any difference is a reason to renew it."""
    project = hashlib.sha256((ROOT / "pyproject.toml").read_bytes() + LOCKS[purpose].read_bytes())
    return {"purpose": purpose, "digest": project.hexdigest(), "python": version(), "root": str(ROOT)}


def version() -> str:
    """Name the Python that runs this."""
    return ".".join(map(str, sys.version_info[:2]))


def is_usable() -> bool:
    """Tell whether the environment's Python starts, and is of the version that runs this."""
    probe = [str(PYTHON), "-c", "import sys, pip; print('.'.join(map(str, sys.version_info[:2])))"]
    try:
        answer = subprocess.run(probe, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return False
    return answer.stdout.strip() == version()


def make() -> None:
    """Make an empty environment in `.venv`."""
    if importlib.util.find_spec("ensurepip") is None:
        obtain([f"python{version()}-venv"], why="This Python cannot make virtual environments")
    if VENV.exists():
        if not (VENV / "pyvenv.cfg").exists() and any(VENV.iterdir()):
            raise CannotGoOnError(f"{VENV} is in the way: it is no virtual environment. Move it, then try again.")
        shutil.rmtree(VENV)
    step(f"Making a virtual environment in .venv (Python {version()})")
    run(sys.executable, "-m", "venv", str(VENV), why="The virtual environment could not be made")


def install(purpose: str) -> None:
    """Install the locked requirements, each checked by its hash, and the checkout itself."""
    lock = LOCKS[purpose]
    count = sum(1 for line in lock.read_text().splitlines() if "==" in line)
    step(f"Installing {count} locked packages from {lock.relative_to(ROOT)} (half a minute to a few minutes)")
    STAMP.unlink(missing_ok=True)
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    locked = ["--require-hashes", "--only-binary", ":all:", "--no-deps", "--requirement", str(lock)]
    run(*pip, *locked, why="The locked packages could not be installed (is there a way to a package index?)")
    step("Installing thorhud itself")
    checkout = ["--no-deps", "--no-build-isolation", "--editable", str(ROOT)]
    run(*pip, *checkout, why="The checkout could not be installed")
    STAMP.write_text(json.dumps(wanted_stamp(purpose)))


def run(*command: str, why: str) -> None:
    """Run *command* with its own words on the terminal."""
    if subprocess.run(command, check=False, cwd=ROOT).returncode != 0:
        raise CannotGoOnError(f"{why}; the lines above say more.")
