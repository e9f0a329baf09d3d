"""On which line of a TOML text each key stands.

`tomllib` gives values without places, and a person with a wrong file needs the place. The scanner below walks a
text that `tomllib` has accepted, so it may trust the syntax and look only for where keys and values begin.
"""

import re

Place = tuple[str | int, ...]
"""The way to a value: keys of tables and indices of arrays, for example ``("prompts", 2, "text")``."""

_BLANKS = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACES = re.compile(r"[ \t]*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]}#\n]+")
_STRINGS = (
    re.compile(r'"""(?:\\.|[^\\])*?"{3,5}', re.DOTALL),
    re.compile(r"'''.*?'{3,5}", re.DOTALL),
    re.compile(r'"(?:\\.|[^"\\\n])*"'),
    re.compile(r"'[^'\n]*'"),
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")


def lines_of(text: str) -> dict[Place, int]:
    """Return the line (from 1) of every key, table and array item of a valid TOML *text*."""
    return _Scanner(text).scan()


def line_at(lines: dict[Place, int], place: Place) -> int:
    """Return the line of *place*, or of the nearest thing around it that stands in the file."""
    while place and place not in lines:
        place = place[:-1]
    return lines.get(place, 1)


class _Scanner:
    """One walk over one text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._lines: dict[Place, int] = {}
        self._items: dict[Place, int] = {}
        """How many ``[[tables]]`` each array of tables has so far."""

    def scan(self) -> dict[Place, int]:
        table: Place = ()
        self._skip(_BLANKS)
        while self._at < len(self._text):
            if self._text[self._at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._skip(_BLANKS)
        return self._lines

    def _header(self) -> Place:
        """Read ``[a.b]`` or ``[[a.b]]`` and return the way to the table it opens."""
        start = self._at
        is_item = self._text.startswith("[[", start)
        self._at += 2 if is_item else 1
        keys = self._keys()
        place = (*self._resolve(keys[:-1]), keys[-1])
        if is_item:
            self._items[place] = self._items.get(place, 0) + 1
            self._note(place, start)
        place = self._newest(place)
        self._note(place, start)
        self._at += 2 if is_item else 1
        return place

    def _resolve(self, keys: tuple[str, ...]) -> Place:
        """Follow *keys* from the root; an array of tables on the way means its newest item."""
        place: Place = ()
        for key in keys:
            place = self._newest((*place, key))
        return place

    def _newest(self, place: Place) -> Place:
        count = self._items.get(place)
        return place if count is None else (*place, count - 1)

    def _pair(self, table: Place) -> None:
        """Read ``key = value``."""
        start = self._at
        place = table
        for key in self._keys():
            place = (*place, key)
            self._note(place, start)
        self._at += 1  # the equals sign
        self._skip(_SPACES)
        self._value(place)

    def _keys(self) -> tuple[str, ...]:
        """Read a dotted key and the spaces after it."""
        keys = [self._key()]
        while self._text.startswith(".", self._at):
            self._at += 1
            keys.append(self._key())
        return tuple(keys)

    def _key(self) -> str:
        self._skip(_SPACES)
        quote = self._text[self._at]
        token = self._skip(_STRINGS[2] if quote == '"' else _STRINGS[3] if quote == "'" else _BARE_KEY)
        self._skip(_SPACES)
        if quote == '"':
            return _ESCAPE.sub(_unescaped, token[1:-1])
        return token[1:-1] if quote == "'" else token

    def _value(self, place: Place) -> None:
        match self._text[self._at]:
            case "[":
                self._array(place)
            case "{":
                self._inline_table(place)
            case '"' | "'":
                self._skip(next(each for each in _STRINGS if each.match(self._text, self._at)))
            case _:
                self._skip(_SCALAR)

    def _array(self, place: Place) -> None:
        self._at += 1
        index = 0
        self._skip(_BLANKS)
        while self._text[self._at] != "]":
            self._note((*place, index), self._at)
            self._value((*place, index))
            index += 1
            self._comma()
        self._at += 1

    def _inline_table(self, place: Place) -> None:
        self._at += 1
        self._skip(_BLANKS)
        while self._text[self._at] != "}":
            self._pair(place)
            self._comma()
        self._at += 1

    def _comma(self) -> None:
        self._skip(_BLANKS)
        if self._text[self._at] == ",":
            self._at += 1
            self._skip(_BLANKS)

    def _note(self, place: Place, position: int) -> None:
        self._lines.setdefault(place, self._text.count("\n", 0, position) + 1)

    def _skip(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._text, self._at)
        if found is None:
            raise ValueError(f"no {pattern.pattern!r} at {self._at}: is the text valid TOML?")
        self._at = found.end()
        return found.group()


def _unescaped(found: re.Match[str]) -> str:
    """Give back the character of one escape; in a key only these matter."""
    digits = found.group(1) or found.group(2)
    return chr(int(digits, 16)) if digits else {"t": "\t", "n": "\n", "r": "\r"}.get(found.group(3), found.group(3))
