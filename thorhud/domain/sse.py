"""Server-sent events and the chat chunks in them: bytes in, typed chunks out.

Bytes may be cut anywhere, inside a character too. Line ends may be LF, CR or CRLF.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

LARGEST_EVENT_BYTES = 1 << 20
LINE_END = re.compile(rb"\r\n|\n|\r")
PLAIN = b"data: "
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
DONE = "[DONE]"
TOKEN_ID = re.compile(r"token_id:(\d+)")


class UnreadableEvent(ValueError):
    """What came is not an event of a chat stream; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens of the request so far, counted by the server."""

    prompt_tokens: int | None
    completion_tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatChunk:
    """One event of an answer. The first one often holds nothing but the role."""

    has_choice: bool = False
    """False for the last event with `include_usage`: `choices` is empty there."""
    content: str = ""
    reasoning: str = ""
    tool_call: bool = False
    finish_reason: str | None = None
    usage: Usage | None = None
    token_ids: tuple[int, ...] = ()
    """Ids of its tokens, where the request asked for them."""

    @property
    def has_text(self) -> bool:
        """Whether it brought anything a person can see."""
        return bool(self.content or self.reasoning or self.tool_call)


@dataclass(frozen=True, slots=True)
class ServerFault:
    """An error in the server's own words; inside a stream it comes with HTTP status 200."""

    message: str
    code: int | None = None


@dataclass(frozen=True, slots=True)
class StreamEnd:
    """`data: [DONE]`."""


class EventDecoder:
    """Cuts a stream of bytes into the data of its events."""

    def __init__(self) -> None:
        self._rest = b""
        self._data: list[bytes] = []
        self._size = 0
        self._ended_in_cr = False
        self._at_start = True

    def feed(self, piece: bytes) -> list[str]:
        """Return the data of each event that *piece* completes."""
        plain = self._plain_events(piece)
        if plain:
            return plain
        if self._ended_in_cr:  # the LF of a CRLF that was cut in two
            piece = piece.removeprefix(b"\n")
        self._ended_in_cr = piece.endswith(b"\r") if piece else False
        *lines, self._rest = LINE_END.split(self._rest + piece)
        if len(self._rest) + self._size > LARGEST_EVENT_BYTES:
            raise UnreadableEvent("one event is larger than 1 MiB")
        return [data for line in lines if (data := self._take(line)) is not None]

    def _plain_events(self, piece: bytes) -> list[str]:
        """Return the events of a piece that holds only whole ones of one line, as nearly all do; else none."""
        if not (piece.startswith(PLAIN) and piece.endswith(b"\n\n")) or b"\r" in piece:
            return []
        if self._rest or self._data or self._ended_in_cr or len(piece) > LARGEST_EVENT_BYTES:
            return []
        if piece.find(b"\n") == len(piece) - 2:
            self._at_start = False
            return [piece[len(PLAIN) : -2].decode("utf-8", errors="replace")]
        events = piece[:-2].split(b"\n\n")
        if piece.count(b"\n") != 2 * len(events) or not all(each.startswith(PLAIN) for each in events):
            return []
        self._at_start = False
        return [each[len(PLAIN) :].decode("utf-8", errors="replace") for each in events]

    def finish(self) -> list[str]:
        """Return the data of an event whose lines are whole but whose empty line never came."""
        self._rest = b""
        data = self._take(b"")
        return [] if data is None else [data]

    def _take(self, line: bytes) -> str | None:
        if self._at_start:
            line = line.removeprefix(BYTE_ORDER_MARK)
            self._at_start = False
        if not line:
            return self._dispatch()
        name, _, value = line.partition(b":")
        if name == b"data":  # comments (pings), event names and ids carry nothing for us
            self._data.append(value.removeprefix(b" "))
            self._size += len(value)
        return None

    def _dispatch(self) -> str | None:
        if not self._data:
            return None
        data = b"\n".join(self._data).decode("utf-8", errors="replace")
        self._data, self._size = [], 0
        return data


def read_event(data: str) -> ChatChunk | ServerFault | StreamEnd:
    """Return what the data of one event says."""
    if data.strip() == DONE:
        return StreamEnd()
    try:
        fields = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise UnreadableEvent("an event is not JSON") from error
    if not isinstance(fields, dict):
        raise UnreadableEvent("an event is not a JSON object")
    return read_fault(fields) or _read_chunk(fields)


def read_fault(fields: dict[str, Any]) -> ServerFault | None:
    """Return the error that a JSON object holds; vLLM nests it since 0.10.1, FastAPI calls it detail."""
    error = fields.get("error")
    if error is None and fields.get("object") == "error":
        error = fields
    if error is None and "choices" not in fields:
        error = fields.get("detail")
    if error is None:
        return None
    if not isinstance(error, dict):
        return ServerFault(str(error))
    code = error.get("code")
    return ServerFault(str(error.get("message") or error), code if isinstance(code, int) else None)


def _read_chunk(fields: dict[str, Any]) -> ChatChunk:
    choices = fields.get("choices")
    usage = _read_usage(fields.get("usage"))
    if not isinstance(choices, list):
        raise UnreadableEvent("an event has no choices")
    if not choices or not isinstance(choices[0], dict):
        return ChatChunk(usage=usage)
    choice = choices[0]
    delta = choice.get("delta")
    if not isinstance(delta, dict):
        delta = {"content": choice.get("text")}  # /v1/completions
    return ChatChunk(
        has_choice=True,
        content=_text(delta.get("content")),
        # 0.10 to 0.11.0 say reasoning_content, 0.17 on reasoning, between them both with the same text
        reasoning=_text(delta.get("reasoning")) or _text(delta.get("reasoning_content")),
        tool_call=bool(delta.get("tool_calls")),
        finish_reason=_text(choice.get("finish_reason")) or None,
        usage=usage,
        token_ids=read_token_ids(choice),
    )


def read_token_ids(choice: dict[str, Any]) -> tuple[int, ...]:
    """Return the ids of a choice's tokens: its own list, or before vLLM 0.10.2 the names in its log probabilities."""
    listed = choice.get("token_ids")
    if isinstance(listed, list):
        return tuple(each for each in listed if isinstance(each, int))
    match choice.get("logprobs"):
        case {"content": [*entries]}:  # a chat
            names = [each.get("token") for each in entries if isinstance(each, dict)]
        case {"tokens": [*names]}:  # /v1/completions
            pass
        case _:
            return ()
    return tuple(int(found[1]) for each in names if isinstance(each, str) and (found := TOKEN_ID.fullmatch(each)))


def whole_characters(text: str) -> str:
    """Replace halves of a character (JSON can hold them, UTF-8 cannot), so that the text can be sent on."""
    return text.encode("utf-8", errors="replace").decode()


def _text(value: object) -> str:
    return whole_characters(value) if isinstance(value, str) else ""


def _read_usage(value: object) -> Usage | None:
    if not isinstance(value, dict):
        return None
    prompt, completion = value.get("prompt_tokens"), value.get("completion_tokens")
    if not isinstance(completion, int) or completion < 0:
        return None
    return Usage(prompt_tokens=prompt if isinstance(prompt, int) else None, completion_tokens=completion)
