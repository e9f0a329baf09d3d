"""Why the log of a server does not reach back to its start, or why there is none, in words."""

from typing import Final

from thorhud.domain.errors import EngineError

BEGINS_AT_ONCE_S: Final = 120.0
"""A server has printed something so long after its start; a log that begins later has lost its beginning."""


def beginning_gone(first_line_s: float) -> str | None:
    """Judge a log by when its first line was written, in seconds since the start; None where it is whole."""
    if first_line_s <= BEGINS_AT_ONCE_S:
        return None
    return f"Docker holds the log only from {_after(first_line_s)} after the start on: the beginning was thrown away."


def no_log(error: EngineError) -> str:
    """Say that Docker gives no log of the container, in its own words."""
    return f"Docker gives no log of this container: {error}"


def typed_in(container: str) -> str:
    """Say why there is no log of what was typed with `docker exec`."""
    return (
        f"It was started with docker exec in the container {container}, and Docker records no log of that:"
        " its lines are on the terminal where it was typed."
    )


def on_the_machine(process: str) -> str:
    """Say why there is no log of a process that runs in no container."""
    return f"It runs outside Docker ({process}), so its lines are only where it was started."


def ended_words(container: str) -> str:
    """Say that a server has ended and its container has not."""
    return f"The server in the container {container} has ended; the container goes on. Type vllm serve in it again."


UNSEEN: Final = "Who serves it cannot be seen from this account, so there is no log of it."


def _after(seconds: float) -> str:
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.0f} h"
