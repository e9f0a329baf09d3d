"""Environments with a chosen jetson-stats, made once and kept outside the repository."""

import importlib.metadata
import os
import shutil
import subprocess
import sys
from pathlib import Path

CACHE = Path(os.environ.get("THORHUD_JTOP_CACHE", Path.home() / ".cache/thorhud-jtop"))


class CannotBeHad(Exception):
    """Why there is no such jetson-stats here."""


def python_with(version: str) -> Path:
    """Return a Python with jetson-stats *version*; raise `CannotBeHad` with the reason."""
    if _installed_here() == version:
        return Path(sys.executable)
    folder = CACHE / f"{version}-py{sys.version_info[0]}.{sys.version_info[1]}"
    finished = folder / "thorhud-finished"
    if not finished.exists():
        shutil.rmtree(folder, ignore_errors=True)
        _run([sys.executable, "-m", "venv", str(folder)])
        _run([str(folder / "bin/pip"), "install", "--quiet", "--no-input", f"jetson-stats=={version}"])
        finished.touch()
    return folder / "bin/python"


def _installed_here() -> str | None:
    try:
        return importlib.metadata.version("jetson-stats")
    except importlib.metadata.PackageNotFoundError:
        return None


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise CannotBeHad(f"{' '.join(command[-2:])} failed: {done.stderr.strip()[-300:]}")
