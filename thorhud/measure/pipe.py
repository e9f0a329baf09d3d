"""What the measuring process and its parent say to each other: JSON lines.

Down: one request. Up: progress, then exactly one result, or one level of a sweep. Both ends are of the same release,
so a field that is unknown or missing is a bug and raises.
"""

import dataclasses
import json
from typing import Any

from thorhud.domain.sweep import SweepLevel, SweepProgress, SweepRequest
from thorhud.domain.timing import Acceptance, PromptError, PromptProgress, PromptRequest, PromptResult, ServerFigures

Request = PromptRequest | SweepRequest
Message = PromptProgress | PromptResult | SweepProgress | SweepLevel
KINDS: dict[str, type[Any]] = {
    "prompt": PromptRequest,
    "sweep": SweepRequest,
    "progress": PromptProgress,
    "result": PromptResult,
    "sweep_progress": SweepProgress,
    "level": SweepLevel,
}
NAMES = {kind: name for name, kind in KINDS.items()}
INNER: dict[str, type[Any]] = {
    "prompt": PromptRequest,
    "error": PromptError,
    "server": ServerFigures,
    "acceptance": Acceptance,
}
"""Fields that hold a value of ours, by their name; each has the same type wherever it occurs."""


class PipeError(ValueError):
    """A line that is none of ours."""


def write_request(request: Request) -> bytes:
    """Return the line that asks for one prompt or one level."""
    return _line(request)


def read_request(line: bytes) -> Request:
    """Read the line that asks for one prompt or one level."""
    request = _value(line)
    if not isinstance(request, Request):
        raise PipeError("not a request")
    return request


def write_message(message: Message) -> bytes:
    """Return the line of one progress, of the result or of the level."""
    return _line(message)


def read_message(line: bytes) -> Message:
    """Read one progress, the result or the level."""
    message = _value(line)
    if not isinstance(message, Message):
        raise PipeError("not a message")
    return message


def _line(value: Request | Message) -> bytes:
    return json.dumps({NAMES[type(value)]: dataclasses.asdict(value)}).encode() + b"\n"


def _value(line: bytes) -> object:
    try:
        match json.loads(line):
            case {**said} if len(said) == 1 and (name := next(iter(said))) in KINDS:
                return _built(KINDS[name], said[name])
    except (ValueError, TypeError) as error:
        raise PipeError(f"not a line of ours: {error}") from error
    raise PipeError("not a line of ours")


def _built(kind: type[Any], fields: object) -> object:
    """Return a value of that kind; JSON knows no tuples, and none of our values holds a list."""
    if not isinstance(fields, dict) or fields.keys() != {each.name for each in dataclasses.fields(kind)}:
        raise PipeError(f"not the fields of a {kind.__name__}")
    return kind(**{name: _field(name, value) for name, value in fields.items()})


def _field(name: str, value: object) -> object:
    if isinstance(value, dict):
        return _built(INNER[name], value) if name in INNER else value
    return tuple(_field(name, each) for each in value) if isinstance(value, list) else value
