"""What the measuring process and its parent say to each other: JSON lines.

Down: one request. Up: progress, then exactly one result. Both ends are of the same release, so a field that is
unknown or missing is a bug and raises.
"""

import dataclasses
import json
from typing import Any

from thorhud.domain.timing import PromptError, PromptProgress, PromptRequest, PromptResult, ServerFigures


class PipeError(ValueError):
    """A line that is none of ours."""


def write_request(request: PromptRequest) -> bytes:
    """Return the line that asks for one prompt."""
    return _line(dataclasses.asdict(request))


def read_request(line: bytes) -> PromptRequest:
    """Read the line that asks for one prompt."""
    try:
        return PromptRequest(**_object(line))
    except TypeError as error:
        raise PipeError(f"not a request: {error}") from error


def write_message(message: PromptProgress | PromptResult) -> bytes:
    """Return the line of one progress or of the result."""
    kind = "progress" if isinstance(message, PromptProgress) else "result"
    return _line({kind: dataclasses.asdict(message)})


def read_message(line: bytes) -> PromptProgress | PromptResult:
    """Read one progress or the result."""
    message = _object(line)
    try:
        if "progress" in message:
            return PromptProgress(**message["progress"])
        if "result" in message:
            return _result(**message["result"])
    except TypeError as error:
        raise PipeError(f"not a message: {error}") from error
    raise PipeError("neither progress nor a result")


def _result(*, error: dict[str, Any] | None, server: dict[str, Any] | None, **fields: Any) -> PromptResult:  # noqa: ANN401
    return PromptResult(
        error=None if error is None else PromptError(**error),
        server=None if server is None else ServerFigures(**server),
        **fields,
    )


def _line(fields: dict[str, Any]) -> bytes:
    return json.dumps(fields).encode() + b"\n"


def _object(line: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(line)
    except ValueError as error:
        raise PipeError("a line is not JSON") from error
    if not isinstance(fields, dict):
        raise PipeError("a line is not a JSON object")
    return fields
