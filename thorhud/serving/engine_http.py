"""The Docker Engine over its own HTTP, for what must be given up at any moment and for what the SDK's types hide."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any

import httpx

from thorhud.domain.errors import EngineUnreachable
from thorhud.serving import engine_errors


@contextlib.asynccontextmanager
async def talk_to(address: str) -> AsyncIterator[httpx.AsyncClient]:
    """Open a conversation with the engine at *address* (unix:// or tcp://); it waits as long as its caller does."""
    scheme, _, where = address.partition("://")
    transport = httpx.AsyncHTTPTransport(uds=where) if scheme == "unix" else None
    base_url = "http://docker" if scheme == "unix" else f"http://{where}"
    if scheme not in {"unix", "tcp", "http"}:
        raise EngineUnreachable(f"thorhud cannot look at a Docker Engine at {address}.")
    try:
        async with httpx.AsyncClient(transport=transport, base_url=base_url, timeout=None) as talk:  # noqa: S113
            yield talk
    except (httpx.HTTPError, OSError) as error:
        raise engine_errors.unanswered(address, error) from error


async def ask(talk: httpx.AsyncClient, method: str, path: str, json: object = None) -> httpx.Response:
    """Ask, and return the answer; raise an `EngineError` where the engine refuses."""
    return checked(await talk.request(method, path, json=json))


async def ask_json(talk: httpx.AsyncClient, method: str, path: str, json: object = None) -> Any:  # noqa: ANN401 - JSON
    """Ask for something that answers with JSON."""
    return (await ask(talk, method, path, json=json)).json()


def checked(answer: httpx.Response) -> httpx.Response:
    """Return *answer*, or raise what the engine refused with."""
    if answer.is_success:
        return answer
    try:
        words = str(answer.json()["message"])
    except (ValueError, KeyError, TypeError):
        words = answer.text or f"status {answer.status_code}"
    raise engine_errors.refused(words)
