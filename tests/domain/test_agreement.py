import pytest

from thorhud.domain.agreement import FASTER_HERE, LATER_HERE, SLOWER_HERE, disagreement
from thorhud.domain.timing import ServerFigures


@pytest.mark.parametrize(("client", "server"), [(111.0, 100.0), (89.0, 100.0), (74750.0, 408.0)])
def test_a_difference_of_over_ten_percent_is_said_with_both_figures(client: float, server: float) -> None:
    sentence = disagreement(client, ServerFigures(tokens_per_s=server))

    assert sentence is not None
    assert f"{client:.1f}" in sentence
    assert f"{server:.1f}" in sentence


@pytest.mark.parametrize(
    ("client", "server"),
    [
        (109.0, ServerFigures(tokens_per_s=100.0)),
        (None, ServerFigures(tokens_per_s=100.0)),
        (5.0, ServerFigures()),
        (5.0, None),
    ],
)
def test_what_agrees_or_cannot_be_compared_is_not_marked(client: float | None, server: ServerFigures | None) -> None:
    assert disagreement(client, server) is None


@pytest.mark.parametrize(("client", "reason"), [(150.0, FASTER_HERE), (50.0, SLOWER_HERE)])
def test_a_speed_that_differs_has_its_reason(client: float, reason: str) -> None:
    assert reason in (disagreement(client, ServerFigures(tokens_per_s=100.0)) or "")


@pytest.mark.parametrize(
    ("here", "there", "marked"),
    [
        (0.381, 0.0167, True),
        (0.098, 0.052, True),
        (0.291, 0.285, False),
        (0.020, 0.010, False),
        (1.05, 1.0, False),
        (0.5, 1.0, True),
        (None, 1.0, False),
    ],
)
def test_a_first_token_that_came_much_later_than_the_server_says_is_marked(
    here: float | None, there: float, marked: bool
) -> None:
    assert (disagreement(None, ServerFigures(ttft_s=there), ttft_s=here) is not None) is marked


def test_the_first_tokens_sentence_has_both_figures_and_the_reason() -> None:
    sentence = disagreement(100.0, ServerFigures(tokens_per_s=100.0, ttft_s=0.0167), ttft_s=0.381) or ""

    assert "0.381 s" in sentence
    assert "0.017 s" in sentence
    assert LATER_HERE in sentence
