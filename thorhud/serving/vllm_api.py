"""vLLM's HTTP API, as far as serving needs it: is it ready, what does it serve, does it answer a chat."""

import json
import re
from dataclasses import dataclass
from enum import StrEnum

import httpx

from thorhud.domain.failures import Failure

TIMEOUT_S = 3.0
CHAT_TIMEOUT_S = 90.0
"""The first chat after a start is slow: kernels are warmed up and vocabularies read."""
HARMONY = re.compile(r"vocab file|tiktoken|harmony", re.IGNORECASE)


class HealthState(StrEnum):
    """What `/health` says."""

    OK = "ok"
    LOADING = "loading"
    """Nobody listens yet, or nobody answers in time."""
    DEAD = "dead"
    """The server answers and says that its engine core is gone; it will end by itself."""


@dataclass(frozen=True, slots=True)
class Health:
    """The server's health with the words that explain it."""

    state: HealthState
    words: str = ""


class VllmApi:
    """A client of one server, made once: a new one costs tens of milliseconds."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url.rstrip("/")
        self._client = httpx.AsyncClient(base_url=self.base_url, timeout=TIMEOUT_S, trust_env=False)

    async def close(self) -> None:
        """Close the client's connections."""
        await self._client.aclose()

    async def health(self) -> Health:
        """Ask `/health`; trouble is an answer."""
        try:
            answer = await self._client.get("/health")
        except httpx.ConnectError:
            return Health(HealthState.LOADING, "Nobody listens yet.")
        except httpx.HTTPError as error:
            return Health(HealthState.LOADING, f"No answer yet ({type(error).__name__}).")
        if answer.is_success:
            return Health(HealthState.OK)
        if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
            return Health(HealthState.DEAD, "The server says that its engine core is gone.")
        return Health(HealthState.LOADING, f"Something answers /health with {answer.status_code}.")

    async def models(self) -> tuple[str, ...] | None:
        """Return the ids that are served, or None where nobody answers as vLLM does."""
        try:
            answer = (await self._client.get("/v1/models")).raise_for_status()
            return tuple(str(model["id"]) for model in answer.json()["data"])
        except (httpx.HTTPError, ValueError, KeyError, TypeError):
            return None

    async def version(self) -> str | None:
        """Return vLLM's version, or None where nobody answers as vLLM does."""
        try:
            answer = (await self._client.get("/version")).raise_for_status()
            return str(answer.json()["version"])
        except (httpx.HTTPError, ValueError, KeyError, TypeError):
            return None

    async def metrics(self) -> str | None:
        """Return the text of `/metrics`, or None where there is none."""
        try:
            return (await self._client.get("/metrics")).raise_for_status().text
        except httpx.HTTPError:
            return None

    async def chat_probe(self, model: str) -> Failure | None:
        """Send one short chat; return why it failed, or None where it did not."""
        body = {"model": model, "messages": [{"role": "user", "content": "Hi"}], "max_tokens": 4, "temperature": 0}
        try:
            answer = await self._client.post("/v1/chat/completions", json=body, timeout=CHAT_TIMEOUT_S)
        except httpx.HTTPError as error:
            return _no_chat(f"{type(error).__name__}: {error}".rstrip(": "))
        if answer.is_success:
            return None
        words = _error_words(answer)
        return _harmony(words) if HARMONY.search(words) else _no_chat(f"HTTP {answer.status_code}: {words}")


def _error_words(answer: httpx.Response) -> str:
    """Return vLLM's error message; 0.10 writes it at the top, later versions below ``error``."""
    try:
        told = answer.json()
        return str(told.get("error", told)["message"])
    except (json.JSONDecodeError, AttributeError, KeyError, TypeError):
        return answer.text[:400]


def _harmony(words: str) -> Failure:
    return Failure(
        kind="gpt-oss-vocabulary",
        headline="The GPT-OSS vocabulary files are missing or damaged",
        explanation="The server runs, but it answers every chat with an error: GPT-OSS needs two vocabulary files,"
        " and they are not where TIKTOKEN_ENCODINGS_BASE points.",
        evidence=words,
        next_step="Put o200k_base.tiktoken (3,613,922 bytes) and cl100k_base.tiktoken (1,681,126 bytes) into the"
        " encodings folder of the data directory and start again.",
    )


def _no_chat(words: str) -> Failure:
    return Failure(
        kind="chat-failed",
        headline="The server is up but does not answer a chat",
        explanation="One short chat was sent to prove that the model is usable, and it failed.",
        evidence=words,
        next_step="Read the last lines of the log, then stop it and start it again.",
    )
