import pytest

from thorhud.domain.sweep import SweepLevel, SweepProgress, SweepRequest
from thorhud.domain.timing import Acceptance, PromptError, PromptProgress, PromptRequest, PromptResult, ServerFigures
from thorhud.measure.pipe import Message, PipeError, read_message, read_request, write_message, write_request


def test_a_request_arrives_as_it_was_sent() -> None:
    request = PromptRequest(base_url="http://unit:8000", text="Grüße\n✓ \ud800", max_tokens=9, seed=4, temperature=0.7)

    level = SweepRequest(prompt=request, concurrency=2, requests=4)

    assert read_request(write_request(request)) == request
    assert read_request(write_request(level)) == level


@pytest.mark.parametrize(
    "message",
    [
        PromptProgress(elapsed_s=0.5, ttft_s=0.1, completion_tokens=3, text="so\r\nweit"),
        PromptResult(model="m", text="a\u2028b", ttft_s=0.1, server=ServerFigures(ttft_s=0.2), note="few"),
        PromptResult(
            model="m",
            server=ServerFigures(
                acceptance=Acceptance(drafts=2, draft_tokens=6, accepted_tokens=3, accepted_per_position=(2, 1, 0))
            ),
            itl_s=(0.1, 0.2),
            token_ids=(7, 8),
            token_times=((1, 0.1), (2, 0.2)),
        ),
        SweepProgress(elapsed_s=1.0, requests_done=1, requests_planned=4),
        SweepLevel(concurrency=2, requests=4, ttft_s=(0.1, 0.2), server=ServerFigures(preemptions=0)),
        PromptResult(model="m", error=PromptError(kind="http", headline="no", next_step="ask again")),
    ],
)
def test_a_message_arrives_as_it_was_sent(message: Message) -> None:
    line = write_message(message)

    assert line.count(b"\n") == 1
    assert read_message(line) == message


@pytest.mark.parametrize("line", [b"Traceback", b"7", b"{}", b'{"progress": {}}', b'{"result": {"model": "m"}}'])
def test_a_line_that_is_none_of_ours_is_refused(line: bytes) -> None:
    with pytest.raises(PipeError):
        read_message(line)
    with pytest.raises(PipeError):
        read_request(line)
