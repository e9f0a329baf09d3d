"""What is sent: token ids asked for by version, and prompts of exactly so many tokens."""

import pytest

from tests.fakes.openai_server import DONE, OpenAiServer, Piece, Script, event, spoken
from tests.measure.asking import failed_with, request, result_of


def with_ids(tokens: int, *, old: bool, sent: int | None = None) -> Script:
    """Return an answer whose chunks carry ids, in the list of newer versions or in the names of older ones."""
    pieces = []
    for number in range(1, tokens + 1):
        choice: dict[str, object] = {"index": 0, "delta": {"content": "a"}, "finish_reason": None}
        if sent is None or number <= sent:
            named = {"logprobs": {"content": [{"token": f"token_id:{number}", "logprob": -0.1}]}}
            choice |= named if old else {"token_ids": [number]}
        if number == tokens:
            choice["finish_reason"] = "length"
        usage = {"prompt_tokens": 7, "completion_tokens": number}
        pieces.append(Piece(0.005 * number, event({"choices": [choice], "usage": usage})))
    return Script((*pieces, Piece(pieces[-1].at_s, DONE)))


@pytest.mark.parametrize(
    ("version", "asked", "old"),
    [
        ("0.10.1.1", {"logprobs": True, "return_tokens_as_token_ids": True}, True),
        ("0.10.2", {"return_token_ids": True}, False),
        ("0.32.0", {"return_token_ids": True}, False),
        (None, {"return_token_ids": True}, False),
    ],
)
async def test_token_ids_are_asked_for_as_the_version_offers_them(
    server: OpenAiServer, version: str | None, asked: dict[str, object], old: bool
) -> None:
    server.version, server.script = version, with_ids(12, old=old)

    result = await result_of(request(server, want_token_ids=True))

    assert result.token_ids == tuple(range(1, 13))
    assert {name: server.bodies[0].get(name) for name in asked} == asked


async def test_a_server_that_sends_no_ids_gives_none(server: OpenAiServer) -> None:
    result = await result_of(request(server, want_token_ids=True))

    assert result.error is None
    assert result.token_ids == ()


async def test_ids_that_did_not_all_come_are_left_out_and_that_is_said(server: OpenAiServer) -> None:
    server.script = with_ids(12, old=False, sent=9)

    result = await result_of(request(server, want_token_ids=True))

    assert result.token_ids == ()
    assert "9 token ids came for 12 tokens" in (result.note or "")


async def test_a_fixed_shape_is_sent_as_so_many_tokens_without_a_template(server: OpenAiServer) -> None:
    server.tokenizer = lambda text, special: [1] * special + [100 + len(word) for word in text.split()]

    result = await result_of(request(server, text="a bb ccc", prompt_tokens=7))

    assert server.seen[-2] == ("POST", "/v1/completions")
    assert server.bodies[0]["prompt"] == [1, 101, 102, 103, 101, 102, 103]
    assert server.bodies[0]["ignore_eos"] is True
    assert "messages" not in server.bodies[0]
    assert result.prompt_tokens == 7
    assert result.disagreement is None


async def test_without_a_tokenizer_a_text_of_that_length_is_found(server: OpenAiServer) -> None:
    server.counted = lambda prompt: 1 + len(prompt.split())

    await result_of(request(server, text="one two three", prompt_tokens=50))

    assert server.bodies[-1]["stream"] is True
    assert server.counted(server.bodies[-1]["prompt"]) == 50


async def test_a_length_that_no_text_has_is_said(server: OpenAiServer) -> None:
    server.counted = lambda prompt: 2 * len(prompt.split())

    assert "exactly 51 tokens" in failed_with(await result_of(request(server, prompt_tokens=51)), "http")


async def test_a_server_that_counts_another_length_marks_the_run(server: OpenAiServer) -> None:
    server.tokenizer = lambda text, _: [100] * len(text.split())
    server.script = spoken(20)

    result = await result_of(request(server, prompt_tokens=9))

    assert result.prompt_tokens == 7
    assert "7 prompt tokens where 9" in (result.disagreement or "")


async def test_an_empty_text_has_no_shape(server: OpenAiServer) -> None:
    server.counted = lambda prompt: len(prompt.split())

    result = await result_of(request(server, text="", prompt_tokens=5))

    assert result.error is None
    assert len(server.bodies[-1]["prompt"].split()) == 5
