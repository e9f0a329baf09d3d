"""How one would commonly read a stream: with httpx and its lines, and in the manner of the openai package."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx

CLIENT = httpx.Client(timeout=60)
Found = tuple[float, float, float, int]
"""Sent, first and last token, tokens."""


def read_lines(base_url: str, body: dict[str, Any]) -> Found:
    CLIENT.get(f"{base_url}/health")
    sent_s = time.monotonic()
    first_s = last_s = 0.0
    tokens = 0
    with CLIENT.stream("POST", f"{base_url}/v1/chat/completions", json=body) as response:
        for line in response.iter_lines():
            if not line.startswith("data: ") or line == "data: [DONE]":
                continue
            event = json.loads(line[6:])
            if event["choices"] and event["choices"][0]["delta"].get("content"):
                last_s = time.monotonic()
                first_s = first_s or last_s
                tokens = event["usage"]["completion_tokens"]
    return sent_s, first_s, last_s, tokens


@dataclass
class Delta:
    content: str | None = None
    role: str | None = None


@dataclass
class Choice:
    index: int
    delta: Delta
    finish_reason: str | None


@dataclass
class Event:
    id: str
    model: str
    created: int
    choices: list[Choice]
    usage: dict[str, int] | None
    extra: dict[str, Any] = field(default_factory=dict)


def read_as_openai(base_url: str, body: dict[str, Any]) -> Found:
    """Decode lines of bytes to events, events to objects; without that package's checks, so this is its least."""
    CLIENT.get(f"{base_url}/health")
    sent_s = time.monotonic()
    first_s = last_s = 0.0
    tokens = 0
    with CLIENT.stream("POST", f"{base_url}/v1/chat/completions", json=body) as response:
        for data in _events(response.iter_bytes()):
            if data == "[DONE]":
                continue
            event = _event(json.loads(data))
            if event.choices and event.choices[0].delta.content:
                last_s = time.monotonic()
                first_s = first_s or last_s
                tokens = (event.usage or {}).get("completion_tokens", 0)
    return sent_s, first_s, last_s, tokens


def _events(pieces: Iterator[bytes]) -> Iterator[str]:
    event = b""
    for piece in pieces:
        for line in piece.splitlines(keepends=True):
            event += line
            if event.endswith((b"\n\n", b"\r\n\r\n", b"\r\r")):
                yield "\n".join(
                    each.partition(":")[2].removeprefix(" ")
                    for each in event.decode().splitlines()
                    if each.startswith("data:")
                )
                event = b""


def _event(fields: dict[str, Any]) -> Event:
    choices = [Choice(each["index"], Delta(**each["delta"]), each["finish_reason"]) for each in fields["choices"]]
    return Event(fields["id"], fields["model"], fields["created"], choices, fields.get("usage"))
