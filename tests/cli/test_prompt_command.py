import argparse
import asyncio
import json
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.openai_server import OpenAiServer, Script, error_answer, recorded, spoken
from thorhud.cli import prompt
from thorhud.cli.main import build_parser
from thorhud.domain.timing import PromptRequest, PromptResult, ServerFigures
from thorhud.domain.workshop import Workshop
from thorhud.settings.workshop_file import load_workshop

API = Path(__file__).parents[1] / "data" / "vllm_api"
LIMIT_S = 30.0
DOCUMENTED = [
    *("model", "ttft_s", "ttfa_s", "tpot_s", "tokens_per_s", "prompt_tokens", "completion_tokens"),
    *("chunks", "finish_reason", "text", "reasoning", "error"),
]


@pytest.fixture
async def server() -> AsyncIterator[OpenAiServer]:
    async with OpenAiServer(spoken(20)) as server:
        yield server


@pytest.fixture(scope="module")
def workshop() -> Workshop:
    return load_workshop()


async def start(*typed: str) -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "thorhud", "prompt", *typed, stdout=pipe, stderr=pipe, start_new_session=True
    )


async def said(child: asyncio.subprocess.Process) -> tuple[int | None, str, str]:
    async with asyncio.timeout(LIMIT_S):
        output, complaints = await child.communicate()
    assert b"Traceback" not in complaints
    return child.returncode, output.decode(), complaints.decode()


async def test_streams_the_answer_and_prints_one_line_of_figures(server: OpenAiServer) -> None:
    code, output, complaints = await said(await start("--base-url", server.base_url))

    answer, figures = output.splitlines()
    assert code == 0
    assert complaints == ""
    assert answer.split() == [f"w{number}" for number in range(1, 21)]
    assert "tok/s" in figures
    assert re.search(r"first token after \d\.\d\d s", figures)
    assert "20 tokens" in figures


async def test_reasoning_is_shown_apart_from_the_answer(server: OpenAiServer) -> None:
    server.script = spoken(20, reasoning=5)

    _, output, _ = await said(await start("--base-url", server.base_url))

    reasoning, answer, figures = output.splitlines()
    assert reasoning == "[reasoning] t1 t2 t3 t4 t5 "
    assert answer.startswith("[answer] w6 ")
    assert "first of the answer after" in figures


async def test_json_has_the_documented_fields_first_and_nothing_around_it(server: OpenAiServer) -> None:
    server.script = recorded(API / "sse_06_specdecode_ngram.txt")

    code, output, complaints = await said(await start("--base-url", server.base_url, "--json"))

    fields = json.loads(output)
    assert code == 0
    assert complaints == ""
    assert output.count("\n") == 1
    assert list(fields)[: len(DOCUMENTED)] == DOCUMENTED
    assert (fields["completion_tokens"], fields["chunks"], fields["finish_reason"]) == (100, 49, "length")
    assert fields["tokens_per_s"] == pytest.approx(1 / fields["tpot_s"])
    assert fields["error"] is None


async def test_a_refusal_is_a_sentence_and_a_next_step(server: OpenAiServer) -> None:
    server.script = error_answer("404 Not Found", '{"error": {"message": "The model `x` does not exist."}}')

    code, output, complaints = await said(await start("--base-url", server.base_url, "--model", "x"))

    sentence, next_step = complaints.splitlines()
    assert code == 1
    assert output == ""
    assert "The model `x` does not exist." in sentence
    assert next_step.strip()


async def test_with_json_a_failure_is_json_too(server: OpenAiServer) -> None:
    server.script = Script(spoken(20).pieces[:5], ending="cut")

    code, output, _ = await said(await start("--base-url", server.base_url, "--json"))

    fields = json.loads(output)
    assert code == 1
    assert fields["error"]["kind"] == "aborted"
    assert fields["error"]["headline"]
    assert fields["text"] == "w1 w2 w3 w4 "


@pytest.mark.parametrize(
    "typed", [("--max-tokens", "0"), ("--max-tokens", "x"), ("--temperature", "-1"), ("--nonsense",)]
)
async def test_wrong_usage_is_two(typed: tuple[str, ...]) -> None:
    code, _, complaints = await said(await start(*typed))

    assert code == 2
    assert "usage:" in complaints


@pytest.mark.parametrize("whole_group", [True, False])
async def test_ctrl_c_hangs_up_and_says_so(server: OpenAiServer, *, whole_group: bool) -> None:
    server.script = spoken(20, gap_s=0.02).with_(ending="hang")
    child = await start("--base-url", server.base_url)
    async with asyncio.timeout(LIMIT_S):
        assert child.stdout is not None
        await child.stdout.readuntil(b"w20 ")
        (os.killpg if whole_group else os.kill)(child.pid, signal.SIGINT)
        await server.disconnected.wait()

    code, output, complaints = await said(child)
    assert code == 1
    assert "20 tokens" in output
    assert complaints == "thorhud: The prompt was stopped before its answer was complete.\n"


def asked(workshop: Workshop, *typed: str) -> PromptRequest:
    return prompt.request_of(build_parser(["prompt", *typed]).parse_args(["prompt", *typed]), workshop)


def test_without_a_prompt_the_reference_prompt_is_sent_as_the_document_sends_it(workshop: Workshop) -> None:
    request = asked(workshop)
    reference = workshop.prompt(workshop.short_prompt)

    assert reference is not None
    assert request.text == reference.text
    assert (request.max_tokens, request.temperature) == (256, 0.7)
    assert (request.base_url, request.prompt_name) == ("http://127.0.0.1:8000", reference.name)


def test_every_prompt_of_the_workshop_can_be_named(workshop: Workshop) -> None:
    for each in workshop.prompts:
        request = asked(workshop, "--prompt", each.name)
        assert (request.text, request.max_tokens, request.temperature) == (each.text, each.max_tokens, each.temperature)


def test_what_is_no_name_is_the_text_itself(workshop: Workshop) -> None:
    request = asked(workshop, "--prompt", "Hello!", "--temperature", "0", "--max-tokens", "9", "--seed", "4")

    assert request.text == "Hello!"
    assert request.prompt_name is None
    assert (request.max_tokens, request.temperature, request.seed) == (9, 0.0, 4)


def test_control_characters_of_a_model_do_not_reach_the_terminal() -> None:
    assert prompt.for_a_terminal("a\x1b[2Jb\n\tc\x07\x9b") == "a\\x1b[2Jb\n\tc\\x07\\x9b"


def test_a_disagreement_and_a_note_stand_under_the_figures() -> None:
    result = PromptResult(
        model="m", tokens_per_s=20.0, tpot_s=0.05, server=ServerFigures(), disagreement="Two.", note="One."
    )

    assert prompt.in_words(result).splitlines()[1:] == ["Note: Two.", "Note: One."]


def test_the_command_declares_itself() -> None:
    parser = argparse.ArgumentParser()
    prompt.add_parser(parser.add_subparsers())

    assert parser.parse_args(["prompt"]).run is prompt.run
