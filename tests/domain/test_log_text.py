"""Bytes become pieces of text, however the chunks are cut."""

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.vllm_log_samples import names, raw, reading_of
from thorhud.domain.log_text import (
    PIECE_LIMIT,
    LogMessage,
    Piece,
    PieceSplitter,
    clean,
    has_docker_timestamps,
    pieces_of,
    read_docker_timestamps,
    read_message,
    stamp_s,
)

ALPHABET = (b"\r", b"\n", b"\r\n", "█".encode(), b"\x1b[1;36m", b"abc", b"\xff", b" ", "日本".encode())


def split(chunks: list[bytes]) -> list[Piece]:
    splitter = PieceSplitter()
    pieces = [piece for chunk in chunks for piece in splitter.feed(chunk)]
    return pieces + splitter.finish()


@given(parts=st.lists(st.sampled_from(ALPHABET), max_size=40), cuts=st.lists(st.integers(0, 200), max_size=10))
def test_any_cut_of_the_bytes_gives_the_same_pieces(parts: list[bytes], cuts: list[int]) -> None:
    data = b"".join(parts)
    places = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    chunks = [data[begin:end] for begin, end in pairwise(places)]
    assert split(chunks) == split([data])


@pytest.mark.parametrize("name", names("raw"))
def test_recorded_bytes_fed_one_by_one_give_the_same_pieces(name: str) -> None:
    data = raw(name)
    assert split([data[place : place + 1] for place in range(len(data))]) == split([data])


@pytest.mark.parametrize(
    "length", [PIECE_LIMIT - 1, PIECE_LIMIT, PIECE_LIMIT + 1, 2 * PIECE_LIMIT, 3 * PIECE_LIMIT + 5]
)
@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n", b""])
def test_a_piece_without_an_end_is_cut_at_the_same_places_however_it_comes(length: int, end: bytes) -> None:
    data = b"x" * length + end
    whole = split([data])
    assert split([data[place : place + 1000] for place in range(0, len(data), 1000)]) == whole
    assert sum(len(piece.text) for piece in whole) == length
    assert max(len(piece.text) for piece in whole) <= PIECE_LIMIT + 1


def test_each_piece_tells_the_bytes_that_ended_it() -> None:
    assert split([b"a\rb\nc\r\nd"]) == [Piece("a", "\r"), Piece("b", "\n"), Piece("c", "\r\n"), Piece("d", "")]


def test_a_carriage_return_waits_for_the_line_feed_that_may_follow() -> None:
    splitter = PieceSplitter()
    assert splitter.feed(b"record\r") == []
    assert splitter.feed(b"\nnext") == [Piece("record", "\r\n")]


def test_the_newest_state_of_a_bar_can_be_seen_before_its_end() -> None:
    splitter = PieceSplitter()
    splitter.feed("\rCapturing CUDA graphs:  12%|█".encode())
    assert splitter.pending == "Capturing CUDA graphs:  12%|█"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "\x1b[1;36m(APIServer pid=18282)\x1b[0;0m INFO 11-23 07:27:54 [api_server.py:1839] vLLM API server version 0.11.0",
            LogMessage("vLLM API server version 0.11.0", "INFO", "APIServer"),
        ),
        ("(EngineCore_DP0 pid=12) ERROR 11-23 07:27:54 [core.py:1] x", LogMessage("x", "ERROR", "EngineCore_DP0")),
        ("(Worker_TP0 pid=12) WARNING 11-23 07:27:54 [w.py:1] x", LogMessage("x", "WARNING", "Worker_TP0")),
        ("(VllmWorker-0 pid=12) x", LogMessage("x", None, "VllmWorker-0")),
        ("(EngineCore_0 pid=12) (Worker pid=13) x", LogMessage("x", None, "EngineCore_0")),
        ("INFO 08-05 12:00:00 [__init__.py:244] x", LogMessage("x", "INFO", None)),
        ("INFO:     Application startup complete.", LogMessage("Application startup complete.", "INFO", None)),
        ("(APIServer pid=92) INFO: Waiting", LogMessage("Waiting", "INFO", "APIServer")),
        ("2026-10-12T07:15:28.123456Z  INFO vllm_rs::server: listening", LogMessage("listening", "INFO", None)),
        ('{"level": "ERROR", "message": "x"}', LogMessage("x", "ERROR", None)),
        ('{"no": "message"}', LogMessage('{"no": "message"}', None, None)),
        ('{"broken', LogMessage('{"broken', None, None)),
        ("INFORMATION is not a level", LogMessage("INFORMATION is not a level", None, None)),
        ("(see below) INFO", LogMessage("(see below) INFO", None, None)),
    ],
)
def test_the_decoration_of_every_version_is_taken_off(line: str, message: LogMessage) -> None:
    assert read_message(line) == message
    assert clean(line) == message.text


def test_terminal_codes_of_every_kind_vanish() -> None:
    assert clean("\x1b[2K\x1b]0;title\x07\x1b[38;5;9mred\x1b[0m") == "red"


def test_empty_pieces_are_left_out() -> None:
    assert [piece.text for piece in pieces_of(b"\r\n\r a\n\n")] == [" a"]


def test_docker_s_stamps_become_seconds_since_the_first_line() -> None:
    lines = [
        b"2026-11-23T07:15:00.000000000Z first",
        b"2026-11-23T07:15:01.250000000Z \rbar 1\rbar 2",
        b"no stamp",
        b"2026-11-23T08:15:02.500000000+01:00 last",
        b"",
    ]
    assert has_docker_timestamps(b"\n".join(lines))
    assert [(piece.text, piece.at_s) for piece in read_docker_timestamps(lines)] == [
        ("first", 0.0), ("bar 1", 1.25), ("bar 2", 1.25), ("no stamp", 1.25), ("last", 2.5),
    ]  # fmt: skip


def test_docker_s_stamps_count_from_the_start_of_the_container_where_it_is_known() -> None:
    begin = stamp_s("2026-11-23T07:15:00Z")
    (piece,) = read_docker_timestamps([b"2026-11-23T07:15:03.500000000Z x"], started_unix_s=begin)
    assert piece.at_s == 3.5


def test_vllm_s_own_times_are_not_taken_for_docker_s() -> None:
    assert not has_docker_timestamps(b"INFO 11-23 07:15:00 [a.py:1] x\n")
    assert not has_docker_timestamps(b"")


def test_a_stamp_that_is_none_is_none() -> None:
    assert stamp_s("yesterday") is None


def test_twenty_thousand_lines_take_well_under_a_second_of_the_processor() -> None:
    lines = raw("52_v0.11.0_warm_start_api_sigint").split(b"\n")
    data = b"\n".join((lines * (20_000 // len(lines) + 1))[:20_000])
    begin = time.process_time()
    reading_of(list(pieces_of(data)))
    assert time.process_time() - begin < 3.0  # measured 0.4 s; the rest is for slow machines
