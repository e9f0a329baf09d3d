"""Which Python has the unit's jetson-stats: client and service must be of one version, so it is the service's own."""

import importlib.util
import os
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

_SYSTEMD_UNITS = ("etc/systemd/system/jtop.service", "usr/lib/systemd/system/jtop.service")
_EXEC = re.compile(r"^ExecStart=[-@:+!]*(\S+)", re.MULTILINE)
_PROGRAMS = ("usr/local/bin/jtop", "usr/bin/jtop", "opt/jtop/bin/jtop")
_SCRIPT_EXEC = re.compile(r"""^'''exec'\s+"?([^"\s]+)""", re.MULTILINE)
"""How a launcher starts its Python where the path is too long for its first line."""


def find_python(root: Path = Path("/")) -> str | None:
    """Return the Python to run the helper under; None where no jetson-stats is to be found."""
    for program in _programs(root):
        python = python_of(program)
        if python is not None and os.access(python, os.X_OK):
            return python
    return sys.executable if importlib.util.find_spec("jtop") is not None else None


def _programs(root: Path) -> Iterator[Path]:
    """Yield what may be the unit's `jtop`: what systemd runs first, then what a person would run."""
    for unit in _SYSTEMD_UNITS:
        try:
            text = (root / unit).read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        if found := _EXEC.search(text):
            yield root / found[1].lstrip("/")
    yield from (root / program for program in _PROGRAMS)
    if (on_path := shutil.which("jtop")) and root == Path("/"):
        yield Path(on_path)


def python_of(program: Path) -> str | None:
    """Return the interpreter that a launcher names, whether pip, pipx, uv or a distribution wrote it."""
    try:
        with program.open("rb") as file:
            start = file.read(1024).decode(errors="replace")
    except OSError:
        return None
    if not start.startswith("#!"):
        return None
    command = start[2:].split("\n", maxsplit=1)[0].split()
    if not command:
        return None
    if Path(command[0]).name == "env":
        names = [word for word in command[1:] if not word.startswith("-")]
        return shutil.which(names[0]) if names else None
    if Path(command[0]).name == "sh":
        long = _SCRIPT_EXEC.search(start)
        return long[1] if long else None
    return command[0] if "python" in Path(command[0]).name else None
