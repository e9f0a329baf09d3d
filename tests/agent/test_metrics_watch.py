"""A ready server is looked at, and left alone while it is measured."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from tests.agent.conftest import Face, Unit
from thorhud.agent.hub import Hub
from thorhud.agent.metrics_watch import MEASURING, NO_ANSWER, MetricsWatch
from thorhud.domain.messages import AnswerKind, Verb
from thorhud.domain.state import LadderPhase, PromptPhase, ServingPhase

FP4 = "llama-3.1-8b-fp4"


class Page:
    """A server that has only `/metrics`, and counts who looks."""

    def __init__(self) -> None:
        self.looks = 0
        self.url = ""
        self.tokens = 0.0

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        self.looks += 1
        body = f'vllm:generation_tokens_total{{engine="0"}} {self.tokens}\nvllm:num_requests_running 1.0\n'.encode()
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
        await writer.drain()
        writer.close()


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    page = Page()
    server = await asyncio.start_server(page.answer, "127.0.0.1", 0)
    page.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    yield page
    server.close()


@pytest.fixture
def hub(unit: Unit) -> Hub:
    """Return a hub of its own: the agent's own watch stays out of it."""
    return Hub(unit.agent.hub.state)


def ready(hub: Hub, page: Page, launch_id: str = "launch") -> None:
    serving = replace(hub.state.serving, phase=ServingPhase.READY, launch_id=launch_id, base_url=page.url)
    hub.change(serving=serving)


async def test_a_ready_server_is_looked_at(hub: Hub, page: Page) -> None:
    ready(hub, page)
    watch = MetricsWatch(hub)
    await watch.look()
    page.tokens = 100.0
    await watch.look()

    metrics = hub.state.serving.metrics
    assert metrics is not None
    assert metrics.running.value == 1
    assert metrics.generated_tokens_per_s.value is not None
    assert metrics.generated_tokens_per_s.value > 0
    await watch._leave()


@pytest.mark.parametrize("phase", [each for each in ServingPhase if each is not ServingPhase.READY])
async def test_a_server_that_is_not_ready_is_left_alone(hub: Hub, page: Page, phase: ServingPhase) -> None:
    ready(hub, page)
    hub.change_serving(phase=phase)
    await MetricsWatch(hub).look()

    assert page.looks == 0
    assert hub.state.serving.metrics is None


async def test_a_comparison_is_not_disturbed_and_the_pause_is_said(hub: Hub, page: Page) -> None:
    ready(hub, page)
    hub.change_ladder(phase=LadderPhase.RUNNING)
    await MetricsWatch(hub).look()

    assert page.looks == 0
    assert hub.state.serving.metrics is not None
    assert hub.state.serving.metrics.running.reason == MEASURING


async def test_nobody_looks_while_a_first_token_is_waited_for(hub: Hub, page: Page) -> None:
    ready(hub, page)
    hub.change_prompt(phase=PromptPhase.WAITING)
    await MetricsWatch(hub).look()

    assert page.looks == 0


async def test_a_server_that_does_not_tell_is_said(hub: Hub, page: Page) -> None:
    ready(hub, page)
    hub.change_serving(base_url="http://127.0.0.1:9")
    watch = MetricsWatch(hub)
    await watch.look()

    assert hub.state.serving.metrics is not None
    assert hub.state.serving.metrics.waiting.reason == NO_ANSWER
    await watch._leave()


async def test_another_server_is_not_compared_with_the_one_before(hub: Hub, page: Page) -> None:
    ready(hub, page)
    watch = MetricsWatch(hub)
    page.tokens = 5.0
    await watch.look()
    ready(hub, page, "another")
    page.tokens = 900.0
    await watch.look()

    assert hub.state.serving.metrics is not None
    assert hub.state.serving.metrics.generated_tokens_per_s.value is None
    await watch._leave()


async def test_a_face_sees_what_the_simulated_server_counted(unit: Unit, face: Face) -> None:
    assert (await face.launch(FP4)).kind is AnswerKind.DONE
    await face.until(lambda each: each.serving.metrics is not None)
    assert (await face.do(Verb.PROMPT, text="Hi", max_tokens=24)).kind is AnswerKind.DONE
    state = await face.until(
        lambda each: (
            each.serving.metrics is not None
            and each.serving.metrics.ttft_p50_s.value is not None
            and each.serving.metrics.running.value == 0
        )
    )
    assert state.serving.metrics is not None
    assert state.serving.metrics.kv_cache_usage.value is not None
