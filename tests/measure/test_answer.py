"""Recorded streams: what is measured equals what follows from `usage` by another way."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from thorhud.domain.sse import ChatChunk, EventDecoder, read_event
from thorhud.measure.answer import Answer

API = Path(__file__).parents[1] / "data" / "vllm_api"
EVENT = re.compile(r"^\[(\d+\.\d+)\] data: (\{.*\})$", re.MULTILINE)
STREAMS = sorted(str(path.relative_to(API)) for path in API.rglob("sse_*.txt"))


@dataclass
class Recording:
    """The events of a recorded stream as plain JSON."""

    events: list[tuple[float, dict[str, Any]]]

    @property
    def usages(self) -> list[tuple[float, int]]:
        return [(at_s, each["usage"]["completion_tokens"]) for at_s, each in self.events if each.get("usage")]

    @property
    def running(self) -> bool:
        """Whether every chunk names the tokens so far."""
        return sum(tokens > 0 for _, tokens in self.usages) > 1

    def texts(self, *names: str) -> list[tuple[float, str]]:
        """Return the pieces of text of that name with their moments; "content" is the answer proper."""
        pieces = [
            (at_s, str(choice.get("delta", {"content": choice.get("text")}).get(name) or ""))
            for at_s, each in self.events
            for choice in each.get("choices", [])
            for name in names
        ]
        return [(at_s, text) for at_s, text in pieces if text]

    @property
    def first_s(self) -> float:
        return self.texts("content", "reasoning")[0][0]


def recording(name: str) -> Recording:
    return Recording([(float(at_s), json.loads(data)) for at_s, data in EVENT.findall((API / name).read_text())])


def replayed(name: str) -> Answer:
    answer, decoder = Answer(0.0), EventDecoder()
    for at_s, data in EVENT.findall((API / name).read_text()):
        for event in decoder.feed(f"data: {data}\n\n".encode()):
            chunk = read_event(event)
            if isinstance(chunk, ChatChunk):
                answer.add(chunk, float(at_s))
    return answer


def test_all_recorded_streams_are_here() -> None:
    assert len(STREAMS) == 18


@pytest.mark.parametrize("name", STREAMS)
def test_tokens_text_and_first_token_are_those_of_the_stream(name: str) -> None:
    answer, stream = replayed(name), recording(name)

    assert answer.text == "".join(text for _, text in stream.texts("content"))
    assert (answer.reasoning or "") == "".join(text for _, text in stream.texts("reasoning"))
    assert answer.chunks == len(stream.texts("content", "reasoning"))
    assert answer.timing.ttft_s == stream.first_s
    assert answer.completion_tokens == max((tokens for _, tokens in stream.usages), default=None)


@pytest.mark.parametrize("name", STREAMS)
def test_the_rate_is_that_of_usage(name: str) -> None:
    answer, stream = replayed(name), recording(name)
    if not stream.usages:
        assert answer.timing.tokens_per_s is None
        return
    total = max(tokens for _, tokens in stream.usages)
    first_s = stream.first_s
    if stream.running:
        first = next(tokens for at_s, tokens in stream.usages if at_s == first_s)
        last_s = min(at_s for at_s, tokens in stream.usages if tokens == total)
    else:
        first, last_s = 1, max(at_s for at_s, each in stream.events if each["choices"])
    if total < 8 or last_s - first_s < 0.005:
        assert answer.timing.tokens_per_s is None
        assert answer.timing.no_rate_because
    else:
        assert answer.timing.tokens_per_s == pytest.approx((total - first) / (last_s - first_s), rel=1e-12)
        assert answer.timing.tpot_s == pytest.approx((last_s - first_s) / (total - first), rel=1e-12)


def test_streams_with_and_without_a_rate_are_both_among_them() -> None:
    rates = [replayed(name).timing.tokens_per_s for name in STREAMS]

    assert sum(rate is not None for rate in rates) >= 5
    assert sum(rate is None for rate in rates) >= 3


def test_speculation_brings_100_tokens_in_49_chunks() -> None:
    answer = replayed("sse_06_specdecode_ngram.txt")

    assert (answer.completion_tokens, answer.chunks) == (100, 49)
    assert answer.timing.tokens_per_s == pytest.approx(99 / (0.340691 - 0.176953))


def test_gpt_oss_thinks_first_and_its_frame_tokens_have_no_text() -> None:
    answer, stream = replayed("sse_gpt_oss_reasoning.txt"), recording("sse_gpt_oss_reasoning.txt")

    assert (answer.completion_tokens, answer.chunks) == (60, 45)
    assert answer.timing.first is not None
    assert answer.timing.first.tokens_so_far == 4
    assert answer.timing.ttft_s == stream.texts("reasoning")[0][0]
    assert answer.timing.ttfa_s == stream.texts("content")[0][0]


def test_the_end_of_text_token_counts_though_it_has_no_text() -> None:
    answer = replayed("sse_chat_natural_stop.txt")

    assert (answer.completion_tokens, answer.chunks, answer.finish_reason) == (29, 27, "stop")
    assert answer.timing.arrivals[-1].at_s == 0.087420


def test_a_burst_gives_no_rate() -> None:
    answer = replayed("sse_chat_continuous_usage.txt")

    assert answer.completion_tokens == 16
    assert answer.timing.tokens_per_s is None
    assert "one burst" in (answer.timing.no_rate_because or "")


def test_without_usage_chunks_are_not_taken_for_tokens() -> None:
    answer = replayed("sse_chat_no_usage.txt")

    assert answer.chunks == 7
    assert answer.completion_tokens is None
    assert answer.progress(1.0).completion_tokens == 0


def test_usage_that_comes_only_at_the_end_is_no_running_count() -> None:
    answer = replayed("sse_chat_include_usage_max_tokens.txt")

    assert all(each.tokens_so_far is None for each in answer.timing.arrivals)
    assert answer.completion_tokens == 64


def test_progress_tells_each_text_once_and_the_speed_of_the_last_second() -> None:
    answer = Answer(0.0)
    told = ""
    for number in range(1, 41):
        usage = json.dumps({"prompt_tokens": 1, "completion_tokens": number})
        chunk = read_event(f'{{"choices": [{{"delta": {{"content": "{number} "}}}}], "usage": {usage}}}')
        assert isinstance(chunk, ChatChunk)
        answer.add(chunk, number * 0.1 if number <= 20 else 2.0 + (number - 20) * 0.05)
        if number % 8 == 0:
            assert answer.has_news
            progress = answer.progress(answer.timing.arrivals[-1].at_s)
            told += progress.text
    assert not answer.has_news
    assert told == answer.text
    assert progress.tokens_per_s_now == pytest.approx(20.0)
    assert progress.tokens_per_s == pytest.approx(39 / 2.9)
