import re
from pathlib import Path

import pytest

from thorhud.domain.sse import ServerFault
from thorhud.measure import words

API = Path(__file__).parents[1] / "data" / "vllm_api"
REFUSAL = re.compile(r"HTTP/1\.1 (4\d\d|5\d\d) (?:.+\n)+\n(\{.*?\})(?=$|###)", re.MULTILINE)


def refusals(name: str) -> list[tuple[int, bytes]]:
    text = (API / name).read_text().replace("\r\n", "\n")
    return [(int(status), body.encode()) for status, body in REFUSAL.findall(text)]


@pytest.mark.parametrize("name", ["api_errors_invalid_requests.txt", "v0.11.0/api_errors_invalid_requests.txt"])
def test_every_recorded_refusal_becomes_one_sentence_with_the_servers_words(name: str) -> None:
    found = refusals(name)

    assert len(found) >= 6
    for status, body in found:
        error = words.http_error(status, body, model="nope")
        assert error.kind == "http"
        assert str(status) in error.headline
        assert error.next_step
        assert "\n" not in error.headline
        assert '{"' not in error.headline
        assert len(error.headline) < 250


@pytest.mark.parametrize("name", ["api_errors_invalid_requests.txt", "v0.11.0/api_errors_invalid_requests.txt"])
def test_a_wrong_model_and_a_long_prompt_have_next_steps_of_their_own(name: str) -> None:
    steps = {words.http_error(status, body, model="nope").next_step for status, body in refusals(name)}

    assert any("nope" in step and "/v1/models" in step for step in steps)
    assert any("--max-model-len" in step for step in steps)


@pytest.mark.parametrize(
    "said",
    [
        "invalid tiktoken vocab file: No such file or directory (os error 2)",
        "invalid tiktoken vocab file: hash mismatch: computed=e3b0c442, expected=446a9538",
        "error downloading or loading vocab file: failed to download or load vocab file",
    ],
)
def test_missing_encodings_of_gpt_oss_have_a_kind_of_their_own(said: str) -> None:
    body = f'{{"error": {{"message": "{said}", "type": "Internal Server Error", "code": 500}}}}'.encode()

    assert words.http_error(500, body, model=None).kind == "harmony"
    assert words.mid_stream(ServerFault(said)).kind == "harmony"


@pytest.mark.parametrize(
    ("status", "body", "kind", "quoted"),
    [
        (503, b'{"error": {"message": "Loading model", "code": 503}}', "refused", "Loading model"),
        (500, b'{"object": "error", "message": "engine died", "code": 500}', "http", "engine died"),
        (500, b"Internal Server Error", "http", "Internal Server Error"),
        (502, b"<html><h1>Bad Gateway</h1></html>", "http", "502."),
        (404, b'{"detail": "Not Found"}', "http", "Not Found"),
        (500, b"", "http", "500."),
    ],
)
def test_other_servers_are_quoted_too(status: int, body: bytes, kind: str, quoted: str) -> None:
    error = words.http_error(status, body, model=None)

    assert error.kind == kind
    assert quoted in error.headline


def test_hostile_words_are_shown_and_not_obeyed() -> None:
    shown = words.plain_text("\x1b[31mred\x07\nnext " + "x" * 500)

    assert shown.startswith("\\x1b[31mred\\x07 next")
    assert len(shown) == words.LONGEST_QUOTE
