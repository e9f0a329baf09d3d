"""Messages as bytes and back: versioned JSON, decoded strictly, limited in size, never pickle.

One message is one line: ``{"v": 1, "kind": "command", "body": {...}}``. Which type a kind means depends on the
direction (see `thorhud.domain.messages`). Unknown fields are ignored, so that a newer peer may add some; a wrong type,
an unknown kind or another major version is refused with a sentence.
"""

from typing import Any, TypeVar, cast

import msgspec

from thorhud.domain.errors import LinkError
from thorhud.domain.messages import (
    MAJOR_VERSION,
    Command,
    CommandAnswer,
    Down,
    Event,
    EventsAfter,
    Query,
    QueryAnswer,
    Snapshot,
    StreamPiece,
    Up,
    Watch,
)

T = TypeVar("T")

UP_LIMIT = 64 * 1024
"""Bytes of one message from a face to an agent."""
DOWN_LIMIT = 2 * 1024 * 1024
"""Bytes of one message from an agent to a face; a page of records is the largest."""

_DOWN: dict[str, type] = {
    "snapshot": Snapshot,
    "event": Event,
    "stream": StreamPiece,
    "query": QueryAnswer,
    "command": CommandAnswer,
}
_UP: dict[str, type] = {"event": EventsAfter, "stream": Watch, "query": Query, "command": Command}
_KIND = {message: kind for table in (_DOWN, _UP) for kind, message in table.items()}


class _Envelope(msgspec.Struct):
    v: int
    kind: str
    body: msgspec.Raw


class WireError(LinkError):
    """Bytes that are no message of ours."""


_encoder = msgspec.json.Encoder()
_open = msgspec.json.Decoder(_Envelope)
_decoders: dict[type, msgspec.json.Decoder[Any]] = {message: msgspec.json.Decoder(message) for message in _KIND}


def encode(message: Down | Up) -> bytes:
    """Return *message* as one line without its line feed; raise `WireError` where it is larger than its limit."""
    kind = _KIND[type(message)]
    data = _encoder.encode(_Envelope(MAJOR_VERSION, kind, msgspec.Raw(_encoder.encode(message))))
    limit = UP_LIMIT if type(message) in _UP.values() else DOWN_LIMIT
    if len(data) > limit:
        raise WireError(f"A {kind} message of {len(data)} bytes is larger than the {limit} allowed.")
    return data


def decode_down(data: bytes) -> Down:
    """Return the message that an agent sent; raise `WireError` with a sentence where it is none."""
    return cast("Down", _decode(data, _DOWN, DOWN_LIMIT))


def decode_up(data: bytes) -> Up:
    """Return the message that a face sent; raise `WireError` with a sentence where it is none."""
    return cast("Up", _decode(data, _UP, UP_LIMIT))


def _decode(data: bytes, table: dict[str, type], limit: int) -> object:
    if len(data) > limit:
        raise WireError(f"The other side sent a message of {len(data)} bytes; at most {limit} are read.")
    try:
        envelope = _open.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise WireError(f"The other side sent something that is no message: {error}.") from error
    if envelope.v != MAJOR_VERSION:
        raise WireError(
            f"The other side speaks version {envelope.v} of the messages, this program version {MAJOR_VERSION}.",
            next_step="Install the same thorhud on both sides.",
        )
    message = table.get(envelope.kind)
    if message is None:
        raise WireError(f"The other side sent an unknown kind of message: {envelope.kind[:40]!r}.")
    try:
        return _decoders[message].decode(envelope.body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise WireError(f"The other side sent a {envelope.kind} message that is not valid: {error}.") from error


def encode_value(value: object) -> bytes:
    """Return any domain value as JSON, for records and reports."""
    return _encoder.encode(value)


def decode_value(data: bytes | str, kind: type[T]) -> T:
    """Return the domain value that *data* holds; raise `WireError` where it does not fit *kind*."""
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise WireError(f"This is no {kind.__name__}: {error}.") from error


def plain(value: object) -> Any:  # noqa: ANN401 - plain JSON has no narrower type
    """Return a domain value as plain JSON: dicts, lists, strings, numbers."""
    return msgspec.to_builtins(value)


def convert(value: object, kind: type[T]) -> T:
    """Return plain JSON as a domain value; raise `WireError` where it does not fit *kind*."""
    try:
        return msgspec.convert(value, kind)
    except msgspec.MsgspecError as error:
        raise WireError(f"This is no {getattr(kind, '__name__', kind)}: {error}.") from error
