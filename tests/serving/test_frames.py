"""The engine's streams, cut and put together, whatever the size of the pieces they arrive in."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thorhud.domain.containers import RecordedLine
from thorhud.domain.errors import EngineError
from thorhud.serving import frames as frames_module
from thorhud.serving.frames import HEADER, Frame, LineAssembler, frames, terminal_frames

STAMPS = [f"2026-11-23T20:53:54.{n:09d}Z" for n in range(9)]


def packed(frame: Frame) -> bytes:
    return HEADER.pack(frame.output, len(frame.payload)) + frame.payload


def cut(data: bytes, size: int) -> Iterator[bytes]:
    return (data[begin : begin + size] for begin in range(0, len(data), size))


def recorded(stamp: str, text: bytes, output: int = 1) -> Frame:
    return Frame(output, stamp.encode() + b" " + text)


def assembled(*pieces: Frame) -> list[RecordedLine]:
    assembler = LineAssembler()
    finished = [line for piece in pieces if (line := assembler.feed(piece))]
    return finished + list(assembler.rest())


@given(st.lists(st.tuples(st.sampled_from([1, 2]), st.binary(max_size=40)), max_size=8), st.integers(1, 50))
def test_frames_come_out_as_they_went_in_however_they_arrive(sent: list[tuple[int, bytes]], size: int) -> None:
    whole = [Frame(output, payload) for output, payload in sent]

    assert list(frames(cut(b"".join(map(packed, whole)), size))) == whole


def test_a_torn_last_frame_was_not_received() -> None:
    data = packed(Frame(1, b"whole")) + packed(Frame(2, b"torn"))

    assert list(frames([data[:-1]])) == [Frame(1, b"whole")]


def test_the_engines_own_words_in_the_stream_are_an_error() -> None:
    with pytest.raises(EngineError, match="invalid character") as caught:
        list(frames([packed(Frame(3, b"error: invalid character\n"))]))

    assert caught.value.next_step


def test_a_line_keeps_its_own_spaces_and_carriage_returns() -> None:
    assert assembled(recorded(STAMPS[0], b"  \rbar 1\rbar 2 \n")) == [RecordedLine(STAMPS[0], b"  \rbar 1\rbar 2 ")]


def test_an_empty_line_is_a_line() -> None:
    assert assembled(recorded(STAMPS[0], b"\n")) == [RecordedLine(STAMPS[0], b"")]


def test_pieces_of_two_long_lines_that_interleave_are_kept_apart() -> None:
    lines = assembled(
        recorded(STAMPS[0], b"out-1 ", 1),
        recorded(STAMPS[1], b"err-1 ", 2),
        recorded(STAMPS[0], b"out-2 ", 1),
        recorded(STAMPS[2], b"err-2\n", 2),
        recorded(STAMPS[0], b"out-3\n", 1),
    )

    assert lines == [RecordedLine(STAMPS[1], b"err-1 err-2"), RecordedLine(STAMPS[0], b"out-1 out-2 out-3")]


def test_last_words_without_a_line_feed_come_in_order_of_time() -> None:
    lines = assembled(recorded(STAMPS[3], b"later", 1), recorded(STAMPS[2], b"sooner", 2))

    assert lines == [RecordedLine(STAMPS[2], b"sooner"), RecordedLine(STAMPS[3], b"later")]


def test_a_line_without_an_end_is_cut_at_a_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames_module, "LONGEST_LINE_BYTES", 10)

    lines = assembled(*[recorded(STAMPS[0], b"12345") for _ in range(3)], recorded(STAMPS[0], b"end\n"))

    assert [line.text for line in lines] == [b"1234512345", b"12345end"]


def test_a_terminals_log_has_one_record_a_line() -> None:
    data = f"{STAMPS[0]} one\r\n{STAMPS[1]} two".encode()

    assert assembled(*terminal_frames(cut(data, 7))) == [
        RecordedLine(STAMPS[0], b"one\r"),
        RecordedLine(STAMPS[1], b"two"),
    ]
