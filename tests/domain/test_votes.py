"""Blind votes, counted."""

import pytest

from thorhud.assets import asset
from thorhud.domain.answer_quality import Vote
from thorhud.domain.votes import chance_of, tally
from thorhud.settings.workshop_file import load_workshop

WORKSHOP = load_workshop(asset("workshops/gtc-dc-2025.toml"))
BEFORE, AFTER = (each.id for each in WORKSHOP.configurations[:2])


def votes(*choices: tuple[str, str, str]) -> list[Vote]:
    return [
        Vote(
            id=str(number),
            at_unix_s=float(number),
            prompt_name="reference",
            a_run_id="1",
            b_run_id="2",
            a_configuration_id=a,
            b_configuration_id=b,
            choice=choice,
        )
        for number, (a, b, choice) in enumerate(choices)
    ]


def test_a_vote_counts_for_who_wrote_the_answer_on_whichever_side_it_stood() -> None:
    (pair,) = tally(
        votes((BEFORE, AFTER, "a"), (AFTER, BEFORE, "a"), (AFTER, BEFORE, "b"), (AFTER, BEFORE, "same")), WORKSHOP
    )
    assert (pair.before_id, pair.after_id) == (BEFORE, AFTER)
    assert (pair.for_before, pair.for_after, pair.same) == (2, 1, 1)


def test_few_votes_show_no_preference() -> None:
    (pair,) = tally(votes(*[(BEFORE, AFTER, "b")] * 5), WORKSHOP)
    assert pair.sentence.startswith("No preference shown")


def test_six_votes_to_none_show_one() -> None:
    (pair,) = tally(votes(*[(BEFORE, AFTER, "b")] * 6), WORKSHOP)
    assert pair.sentence == f"{WORKSHOP.configurations[1].name} was preferred, 6 to 0 (sign test, 5 %)."


def test_nobody_preferring_either_is_said() -> None:
    (pair,) = tally(votes((BEFORE, AFTER, "same")), WORKSHOP)
    assert pair.sentence.startswith("Nobody preferred")


def test_a_configuration_that_the_workshop_no_longer_has_keeps_its_votes() -> None:
    (pair,) = tally(votes(("gone", BEFORE, "a")), WORKSHOP)
    assert (pair.before_id, pair.after_id, pair.for_after) == (BEFORE, "gone", 1)


@pytest.mark.parametrize(
    ("one", "other", "chance"), [(6, 0, 0.03125), (5, 0, 0.0625), (3, 3, 1.0), (9, 1, 0.021484375)]
)
def test_the_chance_is_that_of_a_fair_coin(one: int, other: int, chance: float) -> None:
    assert chance_of(one, other) == pytest.approx(chance)
    assert chance_of(other, one) == pytest.approx(chance)
