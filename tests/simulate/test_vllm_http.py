"""The simulated server over real sockets: what it says, when, and whether its counters agree."""

import asyncio
import json
import re
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from thorhud.simulate.server_plan import ServerPlan
from thorhud.simulate.throughput_log import window_log
from thorhud.simulate.vllm_http import VllmHttp

FAST = ServerPlan(
    model="workshop/model",
    port=0,
    stages={},
    tokens_per_s_short=4000.0,
    tokens_per_s_long=4000.0,
    model_memory_gib=8.0,
    kv_cache_tokens=100_000,
)
SPECULATING = replace(FAST, draft_model="workshop/draft", speculative_tokens=5, tokens_per_s_long=8000.0)
LIMIT_S = 15.0


@dataclass
class Served:
    """A running server and what it logged."""

    http: VllmHttp
    port: int
    lines: list[str] = field(default_factory=list)


@pytest.fixture
def plan() -> ServerPlan:
    return FAST


@pytest.fixture
async def served(plan: ServerPlan) -> AsyncIterator[Served]:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    lines: list[str] = []
    http = VllmHttp(plan, write=lines.append)
    async with asyncio.timeout(LIMIT_S), http.listening(listener):
        yield Served(http, listener.getsockname()[1], lines)


def raw(method: str, path: str, body: bytes = b"") -> bytes:
    return b"%s %s HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: %d\r\n\r\n%s" % (
        method.encode(),
        path.encode(),
        len(body),
        body,
    )


async def ask(served: Served, method: str, path: str, body: bytes = b"") -> tuple[int, dict[str, str], bytes]:
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    writer.write(raw(method, path, body))
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    head, _, content = answer.partition(b"\r\n\r\n")
    status, *lines = head.decode().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    return int(status.split()[1]), headers, content


async def get_json(served: Served, path: str) -> Any:
    status, _, content = await ask(served, "GET", path)
    assert status == 200
    return json.loads(content)


def chat_body(text: str = "Hello! Tell me about Jetson Thor.", **values: Any) -> bytes:
    return json.dumps({"messages": [{"role": "user", "content": text}], "temperature": 0} | values).encode()


def streamed(**values: Any) -> bytes:
    options = {"include_usage": True, "continuous_usage_stats": True}
    return chat_body(stream=True, stream_options=options, **values)


async def events(served: Served, body: bytes) -> list[Any]:
    """Return the events of a stream; the marker of its end is the last one."""
    status, headers, content = await ask(served, "POST", "/v1/chat/completions", body)
    assert status == 200
    assert headers["content-type"] == "text/event-stream; charset=utf-8"
    assert content.endswith(b"0\r\n\r\n")
    found = re.findall(rb"^data: (.*)$", content.replace(b"\r\n", b"\n"), re.MULTILINE)
    return [data.decode() if data == b"[DONE]" else json.loads(data) for data in found]


async def samples(served: Served) -> dict[str, float]:
    _, headers, content = await ask(served, "GET", "/metrics")
    assert headers["content-type"].startswith("text/plain")
    found = {}
    for line in content.decode().splitlines():
        if line and not line.startswith("#"):
            name, _, value = line.rpartition(" ")
            found[re.sub(r'engine="0",?|model_name="[^"]*",?', "", name).replace("{}", "").replace(",}", "}")] = float(
                value
            )
    return found


async def test_it_is_healthy_and_says_what_it_serves(served: Served) -> None:
    assert (await ask(served, "GET", "/health"))[0] == 200
    assert (await get_json(served, "/version"))["version"] == "0.10.1.1"
    (model,) = (await get_json(served, "/v1/models"))["data"]
    assert (model["id"], model["max_model_len"]) == ("workshop/model", 131072)


async def test_a_stream_has_the_events_of_vllm_in_their_order(served: Served) -> None:
    role, *chunks, usage, done = await events(served, streamed(max_tokens=20))

    assert role["choices"][0]["delta"] == {"role": "assistant", "content": ""}
    assert role["usage"]["completion_tokens"] == 0
    assert [chunk["usage"]["completion_tokens"] for chunk in chunks] == list(range(1, 21))
    assert chunks[-1]["choices"][0]["finish_reason"] == "length"
    assert {chunk["choices"][0]["finish_reason"] for chunk in chunks[:-1]} == {None}
    assert usage["choices"] == []
    assert usage["usage"]["completion_tokens"] == 20
    assert usage["usage"]["total_tokens"] == usage["usage"]["prompt_tokens"] + 20
    assert done == "[DONE]"
    assert {chunk["object"] for chunk in chunks} == {"chat.completion.chunk"}


async def test_an_answer_ends_by_itself_with_a_token_that_has_no_text(served: Served) -> None:
    _, *chunks, usage, _ = await events(served, streamed())

    assert chunks[-1]["choices"][0]["finish_reason"] == "stop"
    assert chunks[-1]["choices"][0]["delta"] == {"content": ""}
    assert chunks[-1]["usage"]["completion_tokens"] == usage["usage"]["completion_tokens"] == len(chunks)


async def test_the_stream_and_the_whole_answer_say_the_same(served: Served) -> None:
    _, *chunks, _, _ = await events(served, streamed())
    _, _, content = await ask(served, "POST", "/v1/chat/completions", chat_body())
    (choice,) = json.loads(content)["choices"]

    assert choice["message"]["content"] == "".join(chunk["choices"][0]["delta"]["content"] for chunk in chunks)
    assert choice["finish_reason"] == "stop"
    assert choice["message"]["reasoning_content"] is None


async def test_ignoring_the_end_gives_exactly_the_tokens_that_were_asked_for(served: Served) -> None:
    _, *chunks, usage, _ = await events(served, streamed(max_tokens=400, ignore_eos=True))

    assert usage["usage"]["completion_tokens"] == 400
    assert chunks[-1]["choices"][0]["finish_reason"] == "length"


async def test_usage_comes_only_when_it_is_asked_for(served: Served) -> None:
    found = await events(served, chat_body(stream=True, max_tokens=5))

    assert not any("usage" in each for each in found[:-1])
    assert found[-2]["choices"][0]["finish_reason"] == "length"


@pytest.mark.parametrize("memory_gib", [15.0, 6.0])
async def test_the_reference_prompt_is_answered_as_asked(served: Served, plan: ServerPlan, memory_gib: float) -> None:
    served.http._plan = replace(plan, model_memory_gib=memory_gib)
    for seed in range(3):
        body = chat_body("Write a 5-sentence paragraph.", max_tokens=256, temperature=0.7, seed=seed)
        _, _, content = await ask(served, "POST", "/v1/chat/completions", body)
        answer = json.loads(content)

        assert answer["choices"][0]["finish_reason"] == "stop"
        assert len(re.findall(r"[.?!](?:\s|$)", answer["choices"][0]["message"]["content"])) == 5
        assert 115 < answer["usage"]["completion_tokens"] < 180


class TestReasoning:
    @pytest.fixture
    def plan(self) -> ServerPlan:
        return replace(FAST, reasoning=True)

    async def test_thoughts_come_first_and_in_their_own_field(self, served: Served) -> None:
        _, *chunks, _, _ = await events(served, streamed())
        fields = [next(iter(chunk["choices"][0]["delta"])) for chunk in chunks]

        assert fields[0] == "reasoning_content"
        assert fields[-1] == "content"
        assert fields == sorted(fields, reverse=True)

    async def test_without_a_chat_template_the_first_token_has_text(self, served: Served) -> None:
        body = json.dumps({"model": "workshop/model", "prompt": [1] * 64, "max_tokens": 8, "ignore_eos": True}).encode()

        _, _, content = await ask(served, "POST", "/v1/completions", body)

        answer = json.loads(content)
        assert answer["usage"]["completion_tokens"] == 8
        assert answer["choices"][0]["text"]


class TestSpeculation:
    @pytest.fixture
    def plan(self) -> ServerPlan:
        return SPECULATING

    async def test_chunks_are_not_tokens_and_the_counters_say_how_many_were_accepted(self, served: Served) -> None:
        _, *chunks, usage, _ = await events(served, streamed(max_tokens=120, ignore_eos=True))
        found = await samples(served)

        assert usage["usage"]["completion_tokens"] == 120
        assert len(chunks) < 120
        drafts = found["vllm:spec_decode_num_drafts_total"]
        accepted = found["vllm:spec_decode_num_accepted_tokens_total"]
        assert drafts == len(chunks) - 1
        assert accepted == 120 - 1 - drafts
        assert found["vllm:spec_decode_num_draft_tokens_total"] == 5 * drafts
        by_position = [found[f'vllm:spec_decode_num_accepted_tokens_per_pos_total{{position="{n}"}}'] for n in range(5)]
        assert sum(by_position) == accepted
        assert by_position == sorted(by_position, reverse=True)


async def test_the_counters_agree_with_what_was_streamed(served: Served) -> None:
    before = await samples(served)
    asked_for = (30, 50)
    prompt_tokens = 0
    for number in asked_for:
        found = await events(served, streamed(max_tokens=number, ignore_eos=True))
        prompt_tokens += found[-2]["usage"]["prompt_tokens"]
    after = await samples(served)

    def moved(name: str) -> float:
        return after[f"vllm:{name}"] - before[f"vllm:{name}"]

    assert moved("generation_tokens_total") == sum(asked_for)
    assert moved("prompt_tokens_total") == prompt_tokens
    assert moved('request_success_total{finished_reason="length"}') == len(asked_for)
    assert moved("time_to_first_token_seconds_count") == len(asked_for)
    assert moved("time_per_output_token_seconds_count") == sum(asked_for) - len(asked_for)
    assert moved("time_per_output_token_seconds_sum") == pytest.approx(moved("request_decode_time_seconds_sum"))
    assert moved("e2e_request_latency_seconds_sum") == pytest.approx(
        moved("request_decode_time_seconds_sum") + moved("request_prefill_time_seconds_sum")
    )
    assert moved('e2e_request_latency_seconds_bucket{le="+Inf"}') == len(asked_for)
    assert after["vllm:num_requests_running"] == 0
    assert after["vllm:kv_cache_usage_perc"] == 0


class TestAtWorkshopSpeed:
    @pytest.fixture
    def plan(self) -> ServerPlan:
        return replace(FAST, tokens_per_s_short=19.1, tokens_per_s_long=19.1)

    async def test_the_servers_own_rate_is_the_published_one(self, served: Served) -> None:
        await events(served, streamed(max_tokens=30, ignore_eos=True))
        found = await samples(served)

        assert 29 / found["vllm:request_decode_time_seconds_sum"] == pytest.approx(
            19.1, rel=0.03
        )  # a busy machine is late

    async def test_a_client_that_leaves_ends_its_answer(self, served: Served) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
        writer.write(raw("POST", "/v1/chat/completions", streamed(max_tokens=200)))
        await reader.readuntil(b"data: ")
        running = await samples(served)
        writer.close()
        await served.http.idle.wait()
        after = await samples(served)

        assert running["vllm:num_requests_running"] == 1
        assert running["vllm:kv_cache_usage_perc"] > 0
        assert after["vllm:num_requests_running"] == 0
        assert after['vllm:request_success_total{finished_reason="length"}'] == 0

    async def test_frozen_it_neither_goes_on_nor_ends_until_the_client_leaves(self, served: Served) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
        writer.write(raw("POST", "/v1/chat/completions", streamed(max_tokens=200)))
        await reader.readuntil(b"data: ")

        served.http.freeze()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.4):
                await reader.read(-1)
        assert served.http.streaming
        writer.close()
        await served.http.idle.wait()


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (chat_body(model="nope"), 404, "The model `nope` does not exist."),
        (b"not json", 400, "JSON decode error"),
        (b"[1]", 400, "valid dictionary"),
        (b'{"model": "workshop/model"}', 400, "Field required"),
        (chat_body(max_tokens=0), 400, "max_tokens must be at least 1, got 0."),
        (chat_body(max_tokens=999999), 400, "'max_tokens' or 'max_completion_tokens' is too large: 999999."),
        (chat_body(temperature=-3), 400, "temperature must be non-negative, got -3.0."),
        (chat_body(stream_options={"include_usage": True}), 400, "Stream options can only be defined"),
        (chat_body("word " * 140_000), 400, "This model's maximum context length is 131072 tokens."),
    ],
)
async def test_a_wrong_request_is_refused_in_vllms_words(served: Served, body: bytes, status: int, words: str) -> None:
    got, _, content = await ask(served, "POST", "/v1/chat/completions", body)
    error = json.loads(content)["error"]

    assert got == status == error["code"]
    assert words in error["message"]
    assert set(error) == {"message", "type", "param", "code"}


async def test_a_page_that_does_not_exist_and_a_method_that_does_not_fit(served: Served) -> None:
    assert (await ask(served, "GET", "/nothing"))[0] == 404
    assert (await ask(served, "GET", "/v1/chat/completions"))[0] == 404
    assert (await ask(served, "POST", "/health"))[0] == 405


async def test_what_is_no_http_is_hung_up_on(served: Served) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    writer.write(b"hello there\r\n\r\n")

    assert await reader.read() == b""
    writer.close()
    assert (await ask(served, "GET", "/health"))[0] == 200


async def test_each_request_leaves_its_line_in_the_log(served: Served) -> None:
    await ask(served, "POST", "/v1/chat/completions", chat_body(model="nope"))

    assert any('"POST /v1/chat/completions HTTP/1.1" 404 Not Found' in line for line in served.lines)


class TestWithoutVocabulary:
    @pytest.fixture
    def plan(self) -> ServerPlan:
        return replace(FAST, fault="gpt-oss-vocabulary")

    async def test_it_is_healthy_and_fails_every_chat(self, served: Served) -> None:
        assert (await ask(served, "GET", "/health"))[0] == 200
        for body in (chat_body(), streamed()):
            status, _, content = await ask(served, "POST", "/v1/chat/completions", body)
            assert status == 500
            assert "vocab file" in json.loads(content)["error"]["message"]
        assert any("openai_harmony.HarmonyError" in line for line in served.lines)


class TestEngineDeath:
    @pytest.fixture
    def plan(self) -> ServerPlan:
        return replace(FAST, fault="engine-died")

    async def test_it_dies_in_the_middle_of_a_stream_whose_status_was_200(self, served: Served) -> None:
        *_, chunk, error, done = await events(served, streamed(max_tokens=40))

        assert 0 < chunk["usage"]["completion_tokens"] < 40
        assert "EngineCore encountered an issue" in error["error"]["message"]
        assert done == "[DONE]"
        assert served.http.engine_died.is_set()
        assert (await ask(served, "GET", "/health"))[0] == 503


async def read_for(seconds: float, reader: asyncio.StreamReader, into: bytearray) -> None:
    async with asyncio.timeout(seconds):
        while data := await reader.read(4096):
            into += data


class TestAStreamThatHangs:
    @pytest.fixture
    def plan(self) -> ServerPlan:
        return replace(FAST, fault="stream-hangs")

    async def test_it_falls_silent_in_its_middle(self, served: Served) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
        writer.write(raw("POST", "/v1/chat/completions", streamed(max_tokens=40)))
        content = bytearray()
        with pytest.raises(TimeoutError):
            await read_for(0.5, reader, content)
        writer.close()

        assert b'"completion_tokens":15' in content
        assert b"[DONE]" not in content


class TestThroughputLog:
    @pytest.fixture
    def plan(self) -> ServerPlan:
        return SPECULATING

    async def test_a_window_tells_means_and_what_the_draft_won(self, served: Served) -> None:
        metrics = served.http._metrics
        before = metrics.totals
        await events(served, streamed(max_tokens=100, ignore_eos=True))

        text = window_log(metrics, before, metrics.totals, 10.0)

        assert "Avg generation throughput: 10.0 tokens/s, Running: 0 reqs" in text
        assert re.search(
            r"SpecDecoding metrics: Draft acceptance rate: [\d.]+%, Mean acceptance length: \d\.\d\d", text
        )
