"""Asking a server of the tests through the whole way: runner, measuring process, HTTP and back."""

import asyncio
from typing import Any

from tests.fakes.openai_server import OpenAiServer
from thorhud.domain.timing import PromptProgress, PromptRequest, PromptResult
from thorhud.measure.runner import ChildPromptRunner

LIMIT_S = 30.0


def request(server: OpenAiServer, **changes: Any) -> PromptRequest:
    fields: dict[str, Any] = {"base_url": server.base_url, "text": "Hello", "max_tokens": 64}
    return PromptRequest(**fields | changes)


async def measured(asked: PromptRequest) -> tuple[list[PromptProgress], PromptResult]:
    """Run to the end; exactly one result, and it is the last word."""
    async with asyncio.timeout(LIMIT_S):
        *progress, result = [message async for message in ChildPromptRunner().run(asked)]
    assert isinstance(result, PromptResult)
    told = [each for each in progress if isinstance(each, PromptProgress)]
    assert len(told) == len(progress)
    return told, result


async def result_of(asked: PromptRequest) -> PromptResult:
    return (await measured(asked))[1]


def failed_with(result: PromptResult, kind: str) -> str:
    assert result.error is not None
    assert result.error.kind == kind
    assert "Traceback" not in result.error.headline
    assert result.error.next_step or kind == "cancelled"
    return result.error.headline
