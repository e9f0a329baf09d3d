"""A stream begins again with each link; what was shown is not shown twice."""

from thorhud.domain.messages import Channel, StreamPiece
from thorhud.gui.streams import AnswerStream, LogStream


def answer(offset: int, text: str, of: str = "run") -> StreamPiece:
    return StreamPiece(channel=Channel.ANSWER, of=of, offset=offset, text=text)


def log(offset: int, text: str, of: str = "launch") -> StreamPiece:
    return StreamPiece(channel=Channel.LOG, of=of, offset=offset, text=text)


def test_an_answer_that_is_sent_again_continues_where_it_was() -> None:
    stream = AnswerStream()

    shown = [stream.take(piece) for piece in (answer(0, "Jetson "), answer(0, "Jetson Thor"), answer(7, "Thor runs"))]

    assert "".join(shown) == "Jetson Thor runs"


def test_another_run_begins_empty() -> None:
    stream = AnswerStream()
    stream.take(answer(0, "old text"))

    assert stream.take(answer(0, "new", of="next")) == "new"


def test_log_lines_are_counted_and_empty_ones_kept() -> None:
    stream = LogStream()

    shown = [stream.take(piece) for piece in (log(0, "a\n\nb"), log(0, "a\n\nb\nc"), log(4, "d"))]

    assert shown == [["a", "", "b"], ["c"], ["d"]]


def test_the_log_of_another_launch_begins_at_its_first_line() -> None:
    stream = LogStream()
    stream.take(log(0, "a\nb\nc"))

    assert stream.take(log(0, "x", of="next")) == ["x"]
