import pytest

from thorhud.domain.timing import PromptError, PromptProgress, PromptRequest, PromptResult, ServerFigures
from thorhud.measure.pipe import PipeError, read_message, read_request, write_message, write_request


def test_a_request_arrives_as_it_was_sent() -> None:
    request = PromptRequest(base_url="http://unit:8000", text="Grüße\n✓ \ud800", max_tokens=9, seed=4, temperature=0.7)

    assert read_request(write_request(request)) == request


@pytest.mark.parametrize(
    "message",
    [
        PromptProgress(elapsed_s=0.5, ttft_s=0.1, completion_tokens=3, text="so\r\nweit"),
        PromptResult(model="m", text="a\u2028b", ttft_s=0.1, server=ServerFigures(ttft_s=0.2), note="few"),
        PromptResult(model="m", error=PromptError(kind="http", headline="no", next_step="ask again")),
    ],
)
def test_a_message_arrives_as_it_was_sent(message: PromptProgress | PromptResult) -> None:
    line = write_message(message)

    assert line.count(b"\n") == 1
    assert read_message(line) == message


@pytest.mark.parametrize("line", [b"Traceback", b"7", b"{}", b'{"progress": {}}', b'{"result": {"model": "m"}}'])
def test_a_line_that_is_none_of_ours_is_refused(line: bytes) -> None:
    with pytest.raises(PipeError):
        read_message(line)
    with pytest.raises(PipeError):
        read_request(line)
