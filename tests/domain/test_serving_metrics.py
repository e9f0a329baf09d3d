"""What a server says about itself, from recorded pages of several versions."""

from pathlib import Path

import pytest

from thorhud.domain.metrics_text import quantile, read_buckets
from thorhud.domain.serving_metrics import (
    FIRST_LOOK,
    NO_DRAFT,
    NOT_OFFERED,
    NOTHING_ASKED,
    ServingMetrics,
    no_metrics,
    read_look,
    serving_metrics,
    still_of_interest,
)

API = Path(__file__).parents[1] / "data" / "vllm_api"
EVERY_PAGE = sorted(path.relative_to(API).as_posix() for path in API.rglob("metrics_*.txt"))


def between(before: str, after: str, seconds: float = 20.0) -> ServingMetrics:
    looks = [read_look((API / name).read_text(), at) for name, at in ((before, 0.0), (after, seconds))]
    return serving_metrics(looks)


@pytest.mark.parametrize("page", EVERY_PAGE)
def test_every_recorded_page_offers_everything_but_a_draft(page: str) -> None:
    metrics = serving_metrics([read_look((API / page).read_text(), 0.0)])

    assert metrics.running.value == 0
    assert metrics.waiting.value == 0
    assert metrics.kv_cache_usage.value is not None
    assert metrics.preemptions.value == 0
    assert metrics.generated_tokens_per_s.reason == FIRST_LOOK
    for reading in (metrics.ttft_p50_s, metrics.itl_p95_s, metrics.prefix_cache_hit_rate):
        assert reading.reason == NOTHING_ASKED
    assert metrics.acceptance.reason == (NOTHING_ASKED if "specdecode" in page else NO_DRAFT)


def test_there_are_pages_of_both_recorded_versions() -> None:
    assert len(EVERY_PAGE) >= 14
    assert any(page.startswith("v0.11.0/") for page in EVERY_PAGE)


@pytest.mark.parametrize(
    ("tool", "mean_ttft_s", "mean_itl_s"),
    [("vllm_bench", 0.285, 0.050), ("httpx", 0.293, 0.052), ("httpx2", 0.312, 0.055), ("aiperf", 0.346, 0.064)],
)
def test_quantiles_lie_about_the_means_that_were_measured(tool: str, mean_ttft_s: float, mean_itl_s: float) -> None:
    metrics = between(f"bench/metrics_before_{tool}.txt", f"bench/metrics_after_{tool}.txt")

    assert metrics.ttft_p50_s.value is not None
    assert metrics.ttft_p95_s.value is not None
    assert metrics.itl_p50_s.value is not None
    assert metrics.itl_p95_s.value is not None
    # a bucket is as wide as half its value
    assert metrics.ttft_p50_s.value == pytest.approx(mean_ttft_s, rel=0.5)
    assert metrics.itl_p50_s.value == pytest.approx(mean_itl_s, rel=0.5)
    assert metrics.ttft_p50_s.value <= metrics.ttft_p95_s.value
    assert metrics.itl_p50_s.value <= metrics.itl_p95_s.value


def test_rates_are_tokens_over_the_time_between_two_looks() -> None:
    metrics = between("bench/metrics_before_vllm_bench.txt", "bench/metrics_after_vllm_bench.txt", 10.0)

    assert metrics.generated_tokens_per_s.value == pytest.approx(38.4)
    assert metrics.prompt_tokens_per_s.value is not None
    assert metrics.window_s == 10.0


def test_version_0_11_is_read_by_its_own_names() -> None:
    metrics = between("v0.11.0/metrics_before_load.txt", "v0.11.0/metrics_after_load.txt")

    assert metrics.generated_tokens_per_s.value == pytest.approx(113 / 20)
    assert metrics.ttft_p95_s.value is not None
    assert metrics.itl_p50_s.value is not None
    assert metrics.prefix_cache_hit_rate.value is not None
    assert 0 <= metrics.prefix_cache_hit_rate.value <= 1


def test_version_0_10_knows_the_gap_between_steps_by_its_older_name() -> None:
    text = (API / "v0.11.0/metrics_after_load.txt").read_text()
    old = "\n".join(line for line in text.splitlines() if "inter_token_latency" not in line)

    look = read_look(old, 0.0)
    assert look.steps == read_buckets(text, "time_per_output_token_seconds")
    assert look.steps


def test_a_draft_model_s_acceptance_equals_the_log_line() -> None:
    text = (API / "metrics_06_specdecode_ngram.txt").read_text()
    nothing = "\n".join(line for line in text.splitlines() if "spec_decode" not in line)
    metrics = serving_metrics([read_look(nothing, 0.0), read_look(text, 1.0)])

    assert metrics.acceptance.value is not None
    assert metrics.acceptance.value.rate == pytest.approx(0.313, abs=5e-4)
    assert metrics.acceptance.value.length == pytest.approx(2.16, abs=5e-3)


def test_what_a_version_does_not_offer_is_not_zero() -> None:
    metrics = serving_metrics([read_look("", 0.0), read_look("# nothing\n", 2.0)])

    assert metrics.running.reason == NOT_OFFERED
    assert metrics.kv_cache_usage.reason == NOT_OFFERED
    assert metrics.generated_tokens_per_s.reason == NOT_OFFERED
    assert metrics.ttft_p50_s.reason == NOT_OFFERED
    assert metrics.prefix_cache_hit_rate.reason == NOT_OFFERED
    assert metrics.running.value is None


def test_a_server_that_began_anew_is_compared_with_nothing_before() -> None:
    after = read_look((API / "v0.11.0/metrics_after_load.txt").read_text(), 0.0)
    anew = read_look((API / "v0.11.0/metrics_before_load.txt").read_text(), 2.0)

    assert still_of_interest([after], anew) == [anew]


def test_looks_older_than_a_minute_are_forgotten() -> None:
    text = (API / "v0.11.0/metrics_after_load.txt").read_text()
    looks = [read_look(text, at) for at in (0.0, 30.0, 70.0)]

    assert [each.at_s for each in still_of_interest(looks[:2], looks[2])] == [30.0, 70.0]


def test_where_nothing_is_known_every_reading_says_why() -> None:
    assert no_metrics("because").waiting.reason == no_metrics("because").acceptance.reason == "because"


@pytest.mark.parametrize(
    ("counts", "share", "value"),
    [
        ({0.1: 0.0, 0.2: 10.0, float("inf"): 10.0}, 0.5, 0.15),
        ({0.1: 5.0, 0.2: 10.0, float("inf"): 10.0}, 0.5, 0.1),
        ({0.1: 5.0, 0.2: 5.0, float("inf"): 10.0}, 0.95, 0.2),
        ({0.1: 0.0, float("inf"): 0.0}, 0.5, None),
        ({}, 0.5, None),
    ],
)
def test_a_quantile_lies_between_two_bounds(counts: dict[float, float], share: float, value: float | None) -> None:
    found = quantile(counts, share)

    assert found == (None if value is None else pytest.approx(value))


def test_buckets_are_summed_over_engines_and_damage_is_left_out() -> None:
    text = """
vllm:x_bucket{engine="0",le="0.1",model_name="m"} 1.0
vllm:x_bucket{engine="1",le="0.1",model_name="m"} 2.0
vllm:x_bucket{engine="0",le="+Inf",model_name="m"} 3.0
vllm:x_bucket{engine="0",le="wide",model_name="m"} 3.0
vllm:x_bucket{engine="0",model_name="m"} 3.0
vllm:x_bucket{le="0.2"} many
vllm:y_bucket{le="0.1"} 9.0
"""

    assert read_buckets(text, "x") == {0.1: 3.0, float("inf"): 3.0}
