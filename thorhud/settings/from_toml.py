"""From a TOML table to a frozen dataclass, strictly, with a place for every complaint.

The dataclass is the schema: a field's type says what is expected. A field whose type admits None, or that has a
default, may be left out; TOML has no null, so absent is None. A table all of whose keys may be left out may itself
be left out.
"""

import difflib
import math
import types
import typing
from collections.abc import Iterable
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import StrEnum
from typing import Any, TypeVar, cast

from thorhud.settings.toml_lines import Place
from thorhud.settings.toml_text import TomlProblem, TomlText

T = TypeVar("T")

_WORDS: dict[type, str] = {
    str: "a text in quotes",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    dict: "a table",
    list: "a list",
}


def build(cls: type[T], text: TomlText) -> T:
    """Return the *cls* that the file describes; raise `TomlProblem` at the first thing that is wrong."""
    return cast("T", _Builder(text).table(cls, text.table, ()))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return `` (did you mean "x"?)`` where a known word is near, else nothing."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f' (did you mean "{near[0]}"?)' if near else ""


class _Builder:
    """Turns the values of one file into typed ones."""

    def __init__(self, text: TomlText) -> None:
        self._text = text

    def table(self, cls: type, value: Any, place: Place) -> Any:  # noqa: ANN401 - any dataclass
        table = self._expect(dict, value, place)
        known = {each.name: each for each in fields(cls)}
        for key in table:
            if key not in known:
                raise self._text.problem(f'unknown key "{key}"{did_you_mean(key, known)}', (*place, key))
        types_of = typing.get_type_hints(cls)
        given = {
            name: self._field(field, types_of[name], table, place)
            for name, field in known.items()
            if name in table or _has_no_default(field)
        }
        return cls(**given)

    def _field(self, field: Field[Any], kind: Any, table: dict[str, Any], place: Place) -> Any:  # noqa: ANN401
        if field.name in table:
            return self.value(kind, table[field.name], (*place, field.name))
        if type(None) in typing.get_args(kind):
            return None
        if is_dataclass(kind) and _may_be_empty(cast("type", kind)):
            return self.table(cast("type", kind), {}, place)
        raise self._text.problem(f'the key "{field.name}" is missing{_where(place)}; expected {_words(kind)}', place)

    def value(self, kind: Any, value: Any, place: Place) -> Any:  # noqa: ANN401 - any type of a field
        origin = typing.get_origin(kind)
        if origin in {types.UnionType, typing.Union}:
            present = next(each for each in typing.get_args(kind) if each is not type(None))
            return self.value(present, value, place)
        if origin is tuple:
            return self._items(typing.get_args(kind), value, place)
        if origin is dict:
            inner = typing.get_args(kind)[1]
            table = self._expect(dict, value, place)
            return {key: self.value(inner, each, (*place, key)) for key, each in table.items()}
        if is_dataclass(kind):
            return self.table(cast("type", kind), value, place)
        if issubclass(kind, StrEnum):
            return self._choice(kind, value, place)
        return self._expect(kind, value, place)

    def _items(self, kinds: tuple[Any, ...], value: Any, place: Place) -> tuple[Any, ...]:  # noqa: ANN401
        items = self._expect(list, value, place)
        if kinds[-1] is not Ellipsis and len(items) != len(kinds):
            raise self._text.problem(f'"{_name(place)}" has {len(items)} items; expected {len(kinds)}', place)
        expected = [kinds[0]] * len(items) if kinds[-1] is Ellipsis else list(kinds)
        return tuple(
            self.value(kind, item, (*place, index))
            for index, (kind, item) in enumerate(zip(expected, items, strict=True))
        )

    def _choice(self, kind: type[StrEnum], value: Any, place: Place) -> StrEnum:  # noqa: ANN401
        word = self._expect(str, value, place)
        known = [each.value for each in kind]
        if word not in known:
            hint = did_you_mean(word, known)
            what = f'unknown {_name(place)} "{word}"{hint}; expected one of {", ".join(known)}'
            raise self._text.problem(what, place)
        return kind(word)

    def _expect(self, kind: type, value: Any, place: Place) -> Any:  # noqa: ANN401
        fits = isinstance(value, (int, float) if kind is float else kind) and (kind is bool) == isinstance(value, bool)
        if not fits:
            what = f'"{_name(place)}" is {_words(type(value))}; expected {_words(kind)}'
            raise self._text.problem(what, place)
        if isinstance(value, float) and not math.isfinite(value):
            raise self._text.problem(f'"{_name(place)}" is {value}; expected a finite number', place)
        return float(value) if kind is float else value


def _has_no_default(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _may_be_empty(cls: type) -> bool:
    """Say whether every key of the table may be left out."""
    types_of = typing.get_type_hints(cls)
    required = (each for each in fields(cls) if _has_no_default(each))
    return all(type(None) in typing.get_args(types_of[each.name]) for each in required)


def _name(place: Place) -> str:
    """Return the key a person would look for: indices mean nothing to them."""
    return next((each for each in reversed(place) if isinstance(each, str)), "the file")


def _where(place: Place) -> str:
    return f" in {_name(place)}" if place else ""


def _words(kind: Any) -> str:  # noqa: ANN401 - a type, however it is written
    """Say in words what a type is."""
    origin = typing.get_origin(kind)
    if origin in {types.UnionType, typing.Union}:
        kind = next(each for each in typing.get_args(kind) if each is not type(None))
        origin = typing.get_origin(kind)
    if origin in {tuple, dict}:
        kind = list if origin is tuple else dict
    if is_dataclass(kind):
        kind = dict
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return "one of " + ", ".join(each.value for each in kind)
    return _WORDS.get(kind, "something else")


__all__ = ["TomlProblem", "build", "did_you_mean"]
