"""Chunks that are alike are read without JSON, and say the same as with it."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thorhud.domain import chunk_reading
from thorhud.domain.chunk_reading import MOST_LESSONS, ChunkReader, likeness_of
from thorhud.domain.sse import ChatChunk, UnreadableEvent, read_event

API = Path(__file__).parents[1] / "data" / "vllm_api"
STREAMS = sorted(str(path.relative_to(API)) for path in API.rglob("sse_*.txt"))
EVENT = re.compile(r"^\[\d+\.\d+\] data: (.*)$", re.MULTILINE)


@pytest.mark.parametrize("name", STREAMS)
def test_every_recorded_chunk_says_the_same(name: str) -> None:
    reader = ChunkReader()

    for data in EVENT.findall((API / name).read_text()):
        assert reader.read(data) == read_event(data)


def test_most_chunks_of_a_recorded_stream_need_no_json(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def counting(data: str) -> object:
        read.append(data)
        return read_event(data)

    monkeypatch.setattr(chunk_reading, "read_event", counting)
    events = EVENT.findall((API / "sse_mid_llama_clean_run1.txt").read_text())
    reader = ChunkReader()
    for data in events:
        reader.read(data)

    assert len(events) > 60
    assert len(read) < 10


def event(text: str, tokens: int, **more: object) -> str:
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": None} | more
    usage = {"prompt_tokens": 7, "completion_tokens": tokens}
    return json.dumps({"id": "x", "choices": [choice], "usage": usage}, ensure_ascii=False)


@given(st.lists(st.text(max_size=8), max_size=6), st.integers(0, 10**6))
def test_any_text_says_the_same(texts: list[str], tokens: int) -> None:
    reader = ChunkReader()
    for text in ["first", *texts]:
        data = event(text, tokens).encode(errors="replace").decode()
        assert reader.read(data) == read_event(data)


@pytest.mark.parametrize(
    "odd",
    [
        event("x", 2, finish_reason="stop"),
        event("x", 2, token_ids=[5]),
        event("x", 2).replace('"id": "x"', '"id": "y"'),
        event("x", 2).replace('"content"', '"reasoning"'),
        event("x", 2)[:-1],
        event("x", 2) + "}",
        event("x", 2).replace('"x"}', '"x", "tool_calls": [{}]}'),
        event("x", 2).replace('"completion_tokens": 2', '"completion_tokens": -2'),
        event("a\\b", 2),
        '{"error": {"message": "engine died"}}',
        "[DONE]",
    ],
)
def test_a_chunk_that_differs_anywhere_else_goes_through_json(odd: str) -> None:
    reader = ChunkReader()
    reader.read(event("first", 1))
    try:
        expected: object = read_event(odd)
    except UnreadableEvent:
        with pytest.raises(UnreadableEvent):
            reader.read(odd)
        return

    assert reader.read(odd) == expected


@pytest.mark.parametrize(
    "data",
    [
        '{"usage": {"prompt_tokens": 1, "completion_tokens": 2}, "choices": [{"delta": {"content": "a"}}]}',
        '{"choices": [{"delta": {"content": "a"}, "text": "b"}]}',
        '{"choices": [{"delta": {"content": "a\\u0301"}}]}',
    ],
)
def test_what_cannot_be_told_apart_is_not_learned_from(data: str) -> None:
    chunk = read_event(data)
    assert isinstance(chunk, ChatChunk)

    assert likeness_of(data, chunk) is None


def test_a_stream_of_which_no_two_chunks_are_alike_is_not_learned_from_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    learned: list[str] = []
    monkeypatch.setattr(chunk_reading, "likeness_of", lambda data, _: learned.append(data))
    reader = ChunkReader()
    for number in range(50):
        reader.read(event("x", 1).replace('"id": "x"', f'"id": "{number}"'))

    assert len(learned) == MOST_LESSONS
