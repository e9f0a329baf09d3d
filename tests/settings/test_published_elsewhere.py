"""What others published, as a workshop file says it."""

from pathlib import Path

import pytest

from thorhud.assets import asset
from thorhud.domain.errors import WorkshopError
from thorhud.settings.workshop_file import SHIPPED, load_workshop

FIGURE = """
[[published_elsewhere]]
title = "Somebody's"
tokens_per_s = 12.5
source = "https://example.org/table"
conditions = "One request at a time."
"""


def written(folder: Path, figure: str) -> Path:
    file = folder / "workshop.toml"
    file.write_text(asset(SHIPPED).read_text(encoding="utf-8") + figure, encoding="utf-8")
    return file


def test_every_shipped_figure_of_others_has_an_address_and_conditions() -> None:
    figures = load_workshop().published_elsewhere

    assert figures
    assert all(each.source.startswith("https://") and each.conditions for each in figures)


def test_the_shape_of_2048_and_128_tokens_has_a_figure_to_stand_beside() -> None:
    alone = {each.configuration_id: each.tokens_per_s for each in load_workshop().published_elsewhere
             if each.shape == "2048/128" and each.concurrency == 1}  # fmt: skip

    assert alone == {"gpt-oss-20b": 59.0, "llama-3.1-8b-fp4": 44.0}


def test_a_figure_of_no_configuration_of_ours_may_stand_there(tmp_path: Path) -> None:
    last = load_workshop(written(tmp_path, FIGURE)).published_elsewhere[-1]

    assert (last.title, last.tokens_per_s, last.configuration_id, last.concurrency) == ("Somebody's", 12.5, None, 1)


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ('"https://example.org/table"', '"a paper"', 'source is "a paper"; expected the address'),
        ("12.5", "0.0", "tokens_per_s is 0.0; expected a number above zero"),
        ('"One request at a time."', '" "', "conditions is empty"),
        ("12.5", '12.5\nshape = "2048"', 'shape is "2048"; expected prompt and output tokens'),
        ("12.5", "12.5\nconcurrency = 0", "concurrency is 0; expected a number above zero"),
        ("12.5", '12.5\nconfiguration_id = "gpt-oss-20"', 'did you mean "gpt-oss-20b"?'),
        ("12.5", "12.5\nunit = 1", 'unknown key "unit"'),
    ],
)
def test_what_is_wrong_with_a_figure_is_said_with_its_line(tmp_path: Path, right: str, wrong: str, told: str) -> None:
    file = written(tmp_path, FIGURE.replace(right, wrong))

    with pytest.raises(WorkshopError) as caught:
        load_workshop(file)

    assert told in str(caught.value)
    assert str(file) in str(caught.value)
