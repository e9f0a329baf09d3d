"""What a server says about itself, in words."""

from thorhud.domain.reading import Reading
from thorhud.domain.serving_metrics import ServingMetrics, no_metrics
from thorhud.domain.serving_metrics_words import rows, summary
from thorhud.domain.timing import Acceptance

BUSY = ServingMetrics(
    running=Reading(value=2),
    waiting=Reading(value=1),
    kv_cache_usage=Reading(value=0.034),
    ttft_p50_s=Reading(value=0.1404),
    ttft_p95_s=Reading(value=1.5),
    acceptance=Reading(value=Acceptance(drafts=132, draft_tokens=489, accepted_tokens=153)),
    prefix_cache_hit_rate=Reading(reason="nothing was asked in the last minute"),
)


def test_one_line_says_how_busy_it_is() -> None:
    assert summary(BUSY).replace("\u202f", " ") == "2 running, 1 waiting, KV cache 3 %"
    assert summary(ServingMetrics(running=Reading(value=0), waiting=Reading(value=0))) == "0 running"
    assert summary(no_metrics("the server does not tell")) == "Server: the server does not tell"


def test_every_value_is_there_or_says_why_not() -> None:
    said = {label: words.replace("\u202f", " ") for label, words in rows(BUSY)}

    assert said["first token, p50 and p95"] == "140 ms, 1.50 s"
    assert said["draft tokens accepted"] == "31 %, 2.16 tokens in each step"
    assert said["found in the prefix cache"] == "nothing was asked in the last minute"
    assert said["tokens per second"] == "not known"
