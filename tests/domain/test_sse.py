import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thorhud.domain.sse import (
    LARGEST_EVENT_BYTES,
    ChatChunk,
    EventDecoder,
    ServerFault,
    StreamEnd,
    UnreadableEvent,
    Usage,
    read_event,
)


def events(*pieces: bytes) -> list[str]:
    decoder = EventDecoder()
    return [data for piece in pieces for data in decoder.feed(piece)] + decoder.finish()


@pytest.mark.parametrize(
    ("stream", "expected"),
    [
        (b"data: one\n\ndata: two\n\n", ["one", "two"]),
        (b"data: one\r\n\r\ndata: two\r\n\r\n", ["one", "two"]),
        (b"data: one\r\rdata: two\r\r", ["one", "two"]),
        (b": ping\n\ndata: one\n: ping\n\n: ping\n\n", ["one"]),
        (b"event: delta\nid: 7\nretry: 5\ndata: one\n\n", ["one"]),
        (b"data: first\ndata: second\n\n", ["first\nsecond"]),
        (b"data:tight\n\ndata:  two blanks\n\n", ["tight", " two blanks"]),
        (b"data\n\n", [""]),
        (b"\xef\xbb\xbfdata: after a byte order mark\n\n", ["after a byte order mark"]),
        (b"\n\n\ndata: one\n\n\n\n", ["one"]),
        (b"data: whole line, no empty one\n", ["whole line, no empty one"]),
        (b"data: cut in the mid", []),
    ],
)
def test_cuts_a_stream_into_events(stream: bytes, expected: list[str]) -> None:
    assert events(stream) == expected


@given(
    texts=st.lists(
        st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"])), min_size=1, max_size=5
    ),
    line_end=st.sampled_from([b"\n", b"\r", b"\r\n"]),
    cut=st.integers(1, 7),
)
def test_reads_the_same_however_the_bytes_are_cut(texts: list[str], line_end: bytes, cut: int) -> None:
    stream = b"".join(b"data: " + text.encode() + line_end * 2 for text in texts)

    assert events(*(stream[at : at + cut] for at in range(0, len(stream), cut))) == texts


def test_tells_of_an_event_as_soon_as_its_last_byte_is_there() -> None:
    decoder = EventDecoder()

    assert decoder.feed(b"data: now\r\n\r") == ["now"]
    assert decoder.feed(b"\ndata: next\r\n\r\n") == ["next"]


def test_does_not_keep_an_endless_event() -> None:
    decoder, half = EventDecoder(), b"data: " + b"x" * (LARGEST_EVENT_BYTES // 2) + b"\n"
    decoder.feed(half)
    decoder.feed(half)

    with pytest.raises(UnreadableEvent, match="larger than"):
        decoder.feed(half)


def chat(delta: object, **more: object) -> str:
    return json.dumps({"choices": [{"index": 0, "delta": delta, "finish_reason": None}]} | more)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (chat({"role": "assistant", "content": ""}), ChatChunk(has_choice=True)),
        (chat({"content": "Hi"}), ChatChunk(has_choice=True, content="Hi")),
        (chat({"content": None, "reasoning": "hm"}), ChatChunk(has_choice=True, reasoning="hm")),
        (chat({"reasoning_content": "hm"}), ChatChunk(has_choice=True, reasoning="hm")),
        (chat({"reasoning": "hm", "reasoning_content": "hm"}), ChatChunk(has_choice=True, reasoning="hm")),
        (chat({"tool_calls": [{"index": 0}]}), ChatChunk(has_choice=True, tool_call=True)),
        (chat({"tool_calls": []}), ChatChunk(has_choice=True)),
        (
            chat({"content": "a"}, usage={"prompt_tokens": 18, "completion_tokens": 3}),
            ChatChunk(has_choice=True, content="a", usage=Usage(prompt_tokens=18, completion_tokens=3)),
        ),
        (
            json.dumps({"choices": [], "usage": {"prompt_tokens": 18, "completion_tokens": 3}}),
            ChatChunk(usage=Usage(prompt_tokens=18, completion_tokens=3)),
        ),
        (json.dumps({"choices": [], "usage": None}), ChatChunk()),
        (json.dumps({"choices": [{"text": "old style"}]}), ChatChunk(has_choice=True, content="old style")),
        (" [DONE] ", StreamEnd()),
        (json.dumps({"error": {"message": "engine died", "code": 500}}), ServerFault("engine died", 500)),
        (json.dumps({"object": "error", "message": "engine died", "code": 400}), ServerFault("engine died", 400)),
        (json.dumps({"error": "engine died"}), ServerFault("engine died")),
    ],
)
def test_reads_what_an_event_says(data: str, expected: object) -> None:
    assert read_event(data) == expected


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["choices", "delta", "usage", "error", "message", "content", "object"]), inner
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_any_json_is_read_or_refused(fields: object) -> None:
    with contextlib.suppress(UnreadableEvent):
        assert isinstance(read_event(json.dumps(fields)), ChatChunk | ServerFault)


def test_half_a_character_does_not_travel_on() -> None:
    chunk = read_event('{"choices": [{"delta": {"content": "a\\ud83db"}}]}')

    assert isinstance(chunk, ChatChunk)
    assert chunk.content == "a?b"


@pytest.mark.parametrize("usage", [7, {"completion_tokens": -1}, {"completion_tokens": "7"}, {}])
def test_counts_that_are_none_are_not_taken(usage: object) -> None:
    chunk = read_event(chat({"content": "a"}, usage=usage))

    assert isinstance(chunk, ChatChunk)
    assert chunk.usage is None


def test_reads_the_end_of_an_answer() -> None:
    chunk = read_event(json.dumps({"choices": [{"delta": {"content": ""}, "finish_reason": "stop"}]}))

    assert chunk == ChatChunk(has_choice=True, finish_reason="stop")


@pytest.mark.parametrize("data", ["<html>", "[]", "7", "{}", '{"choices": 7}', "[" * 100_000, '{"choices": ['])
def test_says_that_it_cannot_read_anything_else(data: str) -> None:
    with pytest.raises(UnreadableEvent):
        read_event(data)
