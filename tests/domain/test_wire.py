"""What travels between an agent and a face."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thorhud.domain.identity import UnitIdentity
from thorhud.domain.messages import (
    AnswerKind,
    Channel,
    Command,
    CommandAnswer,
    Event,
    EventsAfter,
    Expectation,
    Query,
    QueryAnswer,
    QueryName,
    Snapshot,
    StreamPiece,
    Verb,
    Watch,
)
from thorhud.domain.reading import Reading
from thorhud.domain.state import AgentInfo, AgentState
from thorhud.domain.telemetry import TelemetrySnapshot
from thorhud.domain.wire import UP_LIMIT, WireError, convert, decode_down, decode_up, decode_value, encode, encode_value

STATE = AgentState(
    agent=AgentInfo(version="0.1.0", boot="b", pid=1, workshop_id="w"),
    identity=UnitIdentity(hostname="thor-07", number=7),
    telemetry=TelemetrySnapshot(taken_s=1.0, gpu_load=Reading(reason="no GPU"), cpu_load=Reading(value=0.5)),
)


@pytest.mark.parametrize(
    "message",
    [
        Snapshot(number=3, state=STATE),
        Event(number=1, at_unix_s=2.0, kind="ready", text="ready", details={"a": 1, "b": None}),
        StreamPiece(channel=Channel.ANSWER, of="r", offset=4, text="häß\u2028\u0000"),
        QueryAnswer(id="q", result=[1, {"a": "b"}]),
        CommandAnswer(id="c", kind=AnswerKind.DONE),
    ],
)
def test_what_an_agent_sends_arrives_as_it_was(message: object) -> None:
    data = encode(message)  # type: ignore[arg-type]
    assert b"\n" not in data
    assert decode_down(data) == message


@pytest.mark.parametrize(
    "message",
    [
        EventsAfter(number=7),
        Watch(channel=Channel.LOG, on=False),
        Query(id="q", name=QueryName.RUNS, args={"limit": 3}),
        Command(id="c", verb=Verb.LAUNCH, expect=Expectation(boot="b", serving_generation=2), who="kiosk"),
    ],
)
def test_what_a_face_sends_arrives_as_it_was(message: object) -> None:
    assert decode_up(encode(message)) == message  # type: ignore[arg-type]


def test_unknown_fields_are_ignored() -> None:
    data = b'{"v":1,"kind":"event","new":1,"body":{"number":3,"later":"x"}}'
    assert decode_up(data) == EventsAfter(number=3)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b'{"v":2,"kind":"event","body":{"number":3}}', "version 2"),
        (b'{"v":1,"kind":"gossip","body":{}}', "unknown kind"),
        (b'{"v":1,"kind":"snapshot","body":{}}', "unknown kind"),
        (b'{"v":1,"kind":"event","body":{"number":"3"}}', "not valid"),
        (b'{"v":1,"kind":"command","body":{"id":"1","verb":"rm -rf"}}', "not valid"),
        (b"\x80\x04K*.", "no message"),
        (b"", "no message"),
        (b'{"v":1,"kind":"query","body":' + b"[" * 5000, "no message"),
    ],
)
def test_anything_else_is_refused_with_a_sentence(data: bytes, words: str) -> None:
    with pytest.raises(WireError, match=words):
        decode_up(data)


def test_a_message_that_is_too_large_is_neither_sent_nor_read() -> None:
    large = Command(id="c", verb=Verb.PROMPT, args={"text": "x" * UP_LIMIT})
    with pytest.raises(WireError, match="larger than"):
        encode(large)
    with pytest.raises(WireError, match="at most"):
        decode_up(b'{"v":1,' + b" " * UP_LIMIT + b"}")


@given(st.binary(max_size=200))
def test_no_bytes_do_anything_but_decode_or_be_refused(data: bytes) -> None:
    with contextlib.suppress(WireError):
        assert encode(decode_up(data))


def test_plain_json_becomes_a_value_only_where_it_fits() -> None:
    assert convert({"number": 3}, EventsAfter) == EventsAfter(number=3)
    with pytest.raises(WireError):
        convert({"number": []}, EventsAfter)


def test_the_state_survives_a_round_trip_without_losing_reasons() -> None:
    again = decode_value(encode_value(STATE), AgentState)
    assert again.telemetry.gpu_load.reason == "no GPU"
    assert again == STATE
