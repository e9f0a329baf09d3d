from collections.abc import AsyncIterator

import pytest

from tests.fakes.openai_server import OpenAiServer, spoken


@pytest.fixture
async def server() -> AsyncIterator[OpenAiServer]:
    async with OpenAiServer(spoken(20)) as server:
        yield server
