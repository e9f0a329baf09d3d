"""A stream begins again with each link; what was shown is not shown twice."""

from thorhud.domain.messages import Channel, StreamPiece
from thorhud.gui.streams import AnswerStream


def answer(offset: int, text: str, of: str = "run") -> StreamPiece:
    return StreamPiece(channel=Channel.ANSWER, of=of, offset=offset, text=text)


def test_an_answer_that_is_sent_again_continues_where_it_was() -> None:
    stream = AnswerStream()

    shown = [stream.take(piece) for piece in (answer(0, "Jetson "), answer(0, "Jetson Thor"), answer(7, "Thor runs"))]

    assert "".join(shown) == "Jetson Thor runs"


def test_another_run_begins_empty() -> None:
    stream = AnswerStream()
    stream.take(answer(0, "old text"))

    assert stream.take(answer(0, "new", of="next")) == "new"
