import re
from pathlib import Path

import pytest

from thorhud.domain.metrics_text import Difference, Scrape, read_scrape, server_figures

API = Path(__file__).parents[1] / "data" / "vllm_api"
DIFFS = (API / "bench" / "server_metrics_diffs.txt").read_text()
HISTOGRAM = re.compile(r"^(\w+): sum ([\d.]+) count (\d+) mean ([\d.]+) ms$", re.MULTILINE)
LABELS = '{engine="0",model_name="m"}'


def recorded(name: str) -> Scrape:
    return read_scrape((API / name).read_text())


def between(tool: str) -> Difference:
    return Difference(recorded(f"bench/metrics_before_{tool}.txt"), recorded(f"bench/metrics_after_{tool}.txt"))


def section(tool: str) -> str:
    return next(part for part in DIFFS.split("== server metrics diff during ") if part.startswith(f"{tool}\n"))


@pytest.mark.parametrize("tool", ["vllm_bench", "httpx"])
def test_every_difference_equals_the_one_worked_out_by_hand(tool: str) -> None:
    difference, rows = between(tool), HISTOGRAM.findall(section(tool))

    assert len(rows) == 8
    for name, total, count, mean_ms in rows:
        assert difference.moved(f"{name}_sum") == pytest.approx(float(total), abs=5.1e-5)
        assert difference.moved(f"{name}_count") == float(count)
        assert (difference.mean(name) or 0.0) * 1000 == pytest.approx(float(mean_ms), abs=5.1e-4)


@pytest.mark.parametrize("tool", ["vllm_bench", "httpx"])
def test_tokens_equal_those_worked_out_by_hand(tool: str) -> None:
    found = re.search(r"prompt_tokens ([\d.]+) generation_tokens ([\d.]+)", section(tool))

    assert found is not None
    assert between(tool).moved("prompt_tokens_total") == float(found[1])
    assert between(tool).moved("generation_tokens_total") == float(found[2])


def test_before_0_11_the_decode_time_over_the_tokens_gives_the_same() -> None:
    difference = between("vllm_bench")
    old = [
        Scrape({name: value for name, value in scrape.samples.items() if "request_time_per_output" not in name})
        for scrape in (difference.before, difference.after)
    ]

    assert Difference(*old).tpot_s == pytest.approx(0.049938, abs=1e-6)
    assert difference.tpot_s == pytest.approx(0.049938, abs=1e-6)


@pytest.mark.parametrize(
    ("name", "finished", "tokens"),
    [("metrics_0.32_after_load.txt", 10, 184), ("v0.11.0/metrics_after_load.txt", 4, 113)],
)
def test_reads_the_counters_of_each_version(name: str, finished: float, tokens: float) -> None:
    scrape = recorded(name)

    assert scrape.value("request_success_total") == finished
    assert scrape.value("generation_tokens_total") == tokens


def test_sums_over_engines_and_reads_labels_with_blanks_and_braces() -> None:
    scrape = read_scrape(
        'vllm:generation_tokens_total{engine="0",model_name="a } b\\" {"} 3.0\n'
        'vllm:generation_tokens_total{engine="1",model_name="a"} 4 1795418235\n'
        "vllm:bare 5\n"
        "vllm:broken{} \n"
        "vllm:endless NaN\n"
        "vllm:request_success_created 1.7e9\n"
        "other:generation_tokens_total 9\n"
    )

    assert scrape.samples == {"generation_tokens_total": 7.0, "bare": 5.0}


def counters(**changes: float) -> Scrape:
    values = {
        "request_success_total": 3.0,
        "time_to_first_token_seconds_sum": 1.0,
        "time_to_first_token_seconds_count": 4.0,
        "request_decode_time_seconds_sum": 2.0,
        "generation_tokens_total": 90.0,
        "num_requests_running": 0.0,
    }
    return Scrape(values | changes)


AFTER_ONE = {
    "request_success_total": 4.0,
    "time_to_first_token_seconds_sum": 1.25,
    "time_to_first_token_seconds_count": 5.0,
    "request_decode_time_seconds_sum": 4.0,
    "generation_tokens_total": 111.0,
}


def test_the_figures_of_one_request() -> None:
    figures, note = server_figures(counters(), counters(**AFTER_ONE))

    assert note is None
    assert figures is not None
    assert figures.ttft_s == pytest.approx(0.25)
    assert figures.tpot_s == pytest.approx(0.1)
    assert figures.tokens_per_s == pytest.approx(10.0)
    assert figures.completion_tokens == 21


def test_an_answer_of_one_token_has_no_speed() -> None:
    figures, _ = server_figures(counters(), counters(**AFTER_ONE | {"generation_tokens_total": 91.0}))

    assert figures is not None
    assert figures.tokens_per_s is None


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({}, "did not move"),
        (AFTER_ONE | {"request_success_total": 5.0}, "Other requests"),
        (AFTER_ONE | {"time_to_first_token_seconds_count": 6.0}, "Other requests"),
        (AFTER_ONE | {"num_requests_running": 1.0}, "Other requests"),
        (AFTER_ONE | {"num_requests_waiting": 2.0}, "Other requests"),
        ({"request_success_total": 1.0}, "started again"),
    ],
)
def test_figures_that_are_not_those_of_one_request_are_left_out(changes: dict[str, float], why: str) -> None:
    figures, note = server_figures(counters(), counters(**changes))

    assert figures is None
    assert note is not None
    assert why in note


def test_a_server_of_another_kind_has_nothing_to_compare_with() -> None:
    figures, note = server_figures(read_scrape("llamacpp:tokens 7\n"), read_scrape("llamacpp:tokens 9\n"))

    assert figures is None
    assert note is not None
    assert "no vLLM counters" in note


def test_the_caches_and_preemptions_of_one_request() -> None:
    changes = {
        "prompt_tokens_total": 100.0,
        "request_prefill_time_seconds_sum": 0.25,
        "prefix_cache_queries_total": 100.0,
        "prefix_cache_hits_total": 0.0,
        "num_preemptions_total": 2.0,
    }
    figures, _ = server_figures(counters(), counters(**AFTER_ONE | changes), kv_cache_usage=0.5)

    assert figures is not None
    assert figures.prompt_tokens_per_s == pytest.approx(400)
    assert (figures.prefix_cache_queries, figures.prefix_cache_hits, figures.preemptions) == (100, 0, 2)
    assert figures.kv_cache_usage == 0.5
    assert figures.acceptance is None


def test_a_prompt_that_the_prefix_cache_held_has_no_speed() -> None:
    changes = {
        "prompt_tokens_total": 100.0,
        "request_prefill_time_seconds_sum": 0.001,
        "prefix_cache_hits_total": 96.0,
    }
    figures, _ = server_figures(counters(), counters(**AFTER_ONE | changes))

    assert figures is not None
    assert figures.prompt_tokens_per_s is None
    assert figures.prefix_cache_hits == 96


def test_names_of_0_10_are_only_looked_at_where_the_newer_ones_are_missing() -> None:
    old = {"gpu_prefix_cache_hits_total": 9.0, "gpu_prefix_cache_queries_total": 10.0}
    both = old | {"prefix_cache_hits_total": 9.0, "prefix_cache_queries_total": 10.0}

    for changes in (old, both):
        figures, _ = server_figures(counters(), counters(**AFTER_ONE | changes))
        assert figures is not None
        assert (figures.prefix_cache_queries, figures.prefix_cache_hits) == (10, 9)
    assert read_scrape("vllm:gpu_cache_usage_perc 0.25\n").kv_cache_usage == 0.25


def test_of_several_engines_the_fullest_kv_cache_counts() -> None:
    scrape = read_scrape(
        'vllm:kv_cache_usage_perc{engine="0"} 0.25\nvllm:kv_cache_usage_perc{engine="1"} 0.75\n'
        'vllm:gpu_cache_usage_perc{engine="0"} 0.25\n'
    )

    assert scrape.kv_cache_usage == 0.75


def test_what_became_of_drafted_tokens_is_that_of_the_servers_own_log() -> None:
    acceptance = Difference(Scrape({}), recorded("metrics_06_specdecode_ngram.txt")).acceptance

    assert acceptance is not None
    assert (acceptance.drafts, acceptance.draft_tokens, acceptance.accepted_tokens) == (132, 489, 153)
    assert acceptance.rate == pytest.approx(0.313, abs=5e-4)
    assert acceptance.length == pytest.approx(2.16, abs=5e-3)
    assert acceptance.rate_per_position == pytest.approx((0.864, 0.159, 0.068, 0.068), abs=5e-4)
    assert sum(acceptance.accepted_per_position) == acceptance.accepted_tokens


def test_only_drafts_between_the_scrapes_count() -> None:
    text = (
        "vllm:spec_decode_num_drafts_total{0} {1}\nvllm:spec_decode_num_draft_tokens_total{0} {2}\n"
        "vllm:spec_decode_num_accepted_tokens_total{0} {3}\n"
        'vllm:spec_decode_num_accepted_tokens_per_pos_total{{engine="0",position="1"}} {5}\n'
        'vllm:spec_decode_num_accepted_tokens_per_pos_total{{engine="0",position="0"}} {4}\n'
    )
    labels = '{engine="0"}'
    before, after = (read_scrape(text.format(labels, *values)) for values in ((10, 20, 5, 4, 1), (14, 28, 11, 8, 3)))
    acceptance = Difference(before, after).acceptance

    assert acceptance is not None
    assert (acceptance.drafts, acceptance.draft_tokens, acceptance.accepted_tokens) == (4, 8, 6)
    assert acceptance.accepted_per_position == (4, 2)


def test_several_requests_of_ours_are_not_others() -> None:
    changes = AFTER_ONE | {"request_success_total": 6.0, "time_to_first_token_seconds_count": 7.0}

    assert server_figures(counters(), counters(**changes), requests=3)[0] is not None
    assert server_figures(counters(), counters(**changes), requests=2)[0] is None
