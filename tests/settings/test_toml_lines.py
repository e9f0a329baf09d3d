"""Where keys stand, in every form that TOML allows."""

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thorhud.assets import asset
from thorhud.settings.toml_lines import Place, line_at, lines_of
from thorhud.settings.workshop_file import SHIPPED

TEXT = '''\
# a comment with [brackets] and "quotes"
plain = 1
"quoted.key" = "a # b"   # not part of it
dotted.inner = 'it''s'

[table]
list = [
  1, # first
  2,
  { deep = [3, 4] },
]
inline = { one = 1, "t w o" = """
three
""" }

[[items]]
name = "first"
long = """a
[not.a.table]
b = 1"""

[[items]]
name = \'\'\'second
x = 2\'\'\'

  [[items.parts]]
  size = 1

  [[items.parts]]
  size = 2 # here

[items.rest]
when = 1979-05-27T07:32:00Z
'''

PLACES: dict[Place, int] = {
    ("plain",): 2,
    ("quoted.key",): 3,
    ("dotted", "inner"): 4,
    ("table",): 6,
    ("table", "list"): 7,
    ("table", "list", 0): 8,
    ("table", "list", 2, "deep"): 10,
    ("table", "list", 2, "deep", 1): 10,
    ("table", "inline", "one"): 12,
    ("table", "inline", "t w o"): 12,
    ("items", 0): 16,
    ("items", 0, "long"): 18,
    ("items", 1): 22,
    ("items", 1, "name"): 23,
    ("items", 1, "parts", 0, "size"): 27,
    ("items", 1, "parts", 1): 29,
    ("items", 1, "parts", 1, "size"): 30,
    ("items", 1, "rest"): 32,
    ("items", 1, "rest", "when"): 33,
}


@pytest.fixture(scope="module")
def lines() -> dict[Place, int]:
    text = TEXT.replace("'it''s'", "'its'")
    tomllib.loads(text)
    return lines_of(text)


@pytest.mark.parametrize("place", PLACES)
def test_every_key_and_item_has_its_line(lines: dict[Place, int], place: Place) -> None:
    assert lines[place] == PLACES[place]


def test_what_stands_inside_a_long_text_is_no_key(lines: dict[Place, int]) -> None:
    assert ("not", "a", "table") not in lines
    assert ("items", 0, "b") not in lines
    assert ("items", 1, "x") not in lines


def test_an_absent_key_is_told_at_the_table_around_it(lines: dict[Place, int]) -> None:
    assert line_at(lines, ("items", 1, "parts", 1, "missing")) == 29
    assert line_at(lines, ("nothing", "of", "this")) == 1


def test_every_value_of_the_shipped_file_has_a_line() -> None:
    text = asset(SHIPPED).read_text(encoding="utf-8")

    assert set(places_in(tomllib.loads(text))) <= set(lines_of(text))


def places_in(value: Any, place: Place = ()) -> list[Place]:
    items: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    return [each for key, inner in items for each in ((*place, key), *places_in(inner, (*place, key)))]


keys = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=6)
strings = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=12)


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


@given(st.dictionaries(keys, st.one_of(strings, st.lists(strings, max_size=3)), max_size=6))
def test_any_texts_and_lists_are_found_on_their_lines(table: dict[str, str | list[str]]) -> None:
    lines: list[str] = []
    expected: dict[Place, int] = {}
    for key, value in table.items():
        expected[(key,)] = len(lines) + 1
        if isinstance(value, str):
            lines.append(f"{quoted(key)} = {quoted(value)} # ]}} comment")
            continue
        lines.append(f"{quoted(key)} = [")
        for index, each in enumerate(value):
            expected[(key, index)] = len(lines) + 1
            lines.append(f"  {quoted(each)},")
        lines.append("]")
    text = "\n".join(lines) + "\n"

    assert tomllib.loads(text) == table
    assert lines_of(text) == expected
