"""The limit that the memory's bandwidth sets, on the workshop's published figures."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thorhud.domain.roofline import (
    BYTES_PER_GIB,
    ReadPerToken,
    about_bandwidth,
    about_draft,
    about_passing,
    implied_gb_per_s,
    limit_tokens_per_s,
    limit_with_context,
    needed_acceptance_length,
    share_of_limit,
    share_with_context,
)
from thorhud.domain.timing import Acceptance

KV_BYTES = 2 * 32 * 8 * 128 * 2
"""Keys and values of Llama-3.1-8B, 32 layers of 8 heads of 128 numbers of 2 bytes each."""


def read(gib: float, *, kv: int | None = None, draft_bytes: int | None = None) -> ReadPerToken:
    return ReadPerToken(
        configuration_id="x",
        weight_bytes=round(gib * BYTES_PER_GIB),
        kv_bytes_per_context_token=kv,
        draft_bytes=draft_bytes,
    )


@pytest.mark.parametrize(
    ("gib", "limit", "measured", "gb_per_s", "percent"),
    [(14.99, 17.0, 10.7, 172, 63), (8.49, 29.9, 14.2, 129, 47), (6.07, 41.9, 19.1, 124, 46)],
)
def test_the_document_s_figures_under_the_limit(
    gib: float, limit: float, measured: float, gb_per_s: int, percent: int
) -> None:
    assert limit_tokens_per_s(gib, 273.0) == pytest.approx(limit, abs=0.05)
    assert limit_with_context(read(gib), 273.0) == pytest.approx(limit, abs=0.05)
    assert round(implied_gb_per_s(measured, read(gib))) == gb_per_s
    assert round(100 * share_of_limit(measured, gib, 273.0)) == percent
    assert round(100 * share_with_context(measured, read(gib), 273.0)) == percent


@pytest.mark.parametrize(("gib", "limit"), [(14.99, 18.1), (8.49, 33.8), (6.07, 49.9)])
def test_without_the_embedding_table_the_limit_rises(gib: float, limit: float) -> None:
    embedding_bytes = 128_256 * 4096 * 2
    left = read(gib - embedding_bytes / BYTES_PER_GIB)

    assert limit_with_context(left, 273.0) == pytest.approx(limit, abs=0.1)


def test_eight_thousand_tokens_of_context_add_a_gigabyte_to_each_step() -> None:
    assert KV_BYTES == 131_072
    assert read(6.07, kv=KV_BYTES).bytes_at(8192) - read(6.07).bytes_at(8192) == pytest.approx(1.07e9, rel=0.01)


def test_a_draft_model_of_850_mb_must_yield_1_65_tokens_a_step() -> None:
    drafted = ReadPerToken(configuration_id="x", weight_bytes=6_518_000_000, draft_bytes=850_000_000)

    assert needed_acceptance_length(drafted, 5) == pytest.approx(1.65, abs=0.01)
    assert needed_acceptance_length(read(6.07), 5) is None


def test_what_a_draft_must_win_is_said_beside_what_it_won() -> None:
    drafted = ReadPerToken(configuration_id="x", weight_bytes=6_518_000_000, draft_bytes=850_000_000)

    won = Acceptance(drafts=100, draft_tokens=500, accepted_tokens=120)

    assert about_draft("FP4 + EAGLE3", drafted, won) == (
        "A step of FP4 + EAGLE3 reads 10.8 GB with 5 proposals, so it pays from 1.65 tokens per step on, "
        "at equal efficiency; measured: 2.20."
    )
    assert about_draft("x", read(6.07), won) is None
    assert about_draft("x", drafted, Acceptance(drafts=0, draft_tokens=0, accepted_tokens=0)) is None


@given(st.floats(0.5, 200), st.floats(0.1, 500), st.floats(0, 100_000), st.integers(0, 1_000_000))
def test_context_only_lowers_the_limit_and_shares_add_up(gib: float, speed: float, context: float, kv: int) -> None:
    counted = read(gib, kv=kv)
    limit = limit_with_context(counted, 273.0, context_tokens=context)

    assert limit <= limit_with_context(counted, 273.0) * (1 + 1e-12)
    assert share_with_context(speed, counted, 273.0, context_tokens=context) == pytest.approx(speed / limit)
    assert implied_gb_per_s(limit, counted, context_tokens=context) == pytest.approx(273.0)


def test_the_line_says_what_it_is_and_that_nobody_reaches_it() -> None:
    first, second = about_bandwidth(273.0, "Data sheet: LPDDR5X.")

    assert first == "The limit line is 273 GB/s over the bytes that one token reads (Data sheet: LPDDR5X)."
    assert "peak of the memory itself and was not measured here" in second
    assert next(about_bandwidth(273.5)).startswith("The limit line is 273.5 GB/s over")


def test_points_above_the_line_are_explained_by_what_they_are() -> None:
    assert list(about_passing()) == []
    assert list(about_passing(["FP4 + EAGLE3"])) == [
        "FP4 + EAGLE3 may pass the line: with a draft model one read of the weights yields several tokens."
    ]
    assert list(about_passing((), ["FP16"])) == [
        "FP16 stands above the line without a draft model: the estimate of the bytes it reads is too high."
    ]
