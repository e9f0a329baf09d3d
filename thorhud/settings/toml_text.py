"""A TOML file as values with the line of each."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from thorhud.settings.toml_lines import Place, line_at, lines_of

_SIZE_LIMIT = 1_000_000
_LINE_IN_MESSAGE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


class TomlProblem(Exception):
    """What is wrong in a TOML file, and on which line; ``line`` is None where the file cannot be read at all."""

    def __init__(self, what: str, *, line: int | None = None) -> None:
        super().__init__(what)
        self.line = line

    def located(self, path: Path) -> str:
        """Return the sentence with the file and the line in front, as compilers write it."""
        return f"{path}: {self}" if self.line is None else f"{path}:{self.line}: {self}"


@dataclass(frozen=True, slots=True)
class TomlText:
    """The parsed table and where its keys stand."""

    table: dict[str, Any]
    lines: dict[Place, int]

    def problem(self, what: str, place: Place) -> TomlProblem:
        """Make the problem that *what* is at *place*."""
        return TomlProblem(what, line=line_at(self.lines, place))


def read_toml(path: Path) -> TomlText:
    """Read and parse *path*; raise `TomlProblem` where that fails."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError as error:
        raise TomlProblem("there is no such file") from error
    except OSError as error:
        raise TomlProblem(f"the file cannot be read ({error.strerror})") from error
    if len(raw) > _SIZE_LIMIT:
        raise TomlProblem(f"the file has {len(raw)} bytes, more than the {_SIZE_LIMIT} that are read")
    return parse_toml(raw)


def parse_toml(raw: bytes) -> TomlText:
    """Parse the bytes of a TOML file; raise `TomlProblem` with the line where that fails."""
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise TomlProblem("the text is not UTF-8", line=line) from error
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _syntax_problem(str(error), text) from error
    return TomlText(table, lines_of(text.replace("\r\n", "\n")))


def _syntax_problem(message: str, text: str) -> TomlProblem:
    found = _LINE_IN_MESSAGE.search(message)
    line = int(found.group(1)) if found and found.group(1) else text.rstrip("\n").count("\n") + 1
    said = _LINE_IN_MESSAGE.sub("", message)
    return TomlProblem(f"this is not TOML: {said[:1].lower()}{said[1:]}", line=line)
