"""A container as the Docker Engine describes it in JSON, and its way to write a time."""

import calendar
import re
import time
from collections.abc import Mapping
from typing import Any

from thorhud.domain.containers import ContainerState

NEVER = "0001-01-01T00:00:00Z"


def state_of(told: Mapping[str, Any], digest: str) -> ContainerState:
    """Read what `docker inspect` *told*; the image's digest stands elsewhere."""
    state = told["State"]
    running = bool(state["Running"])
    started_at_s = unix_s(state["StartedAt"])
    return ContainerState(
        id=told["Id"],
        name=told["Name"].removeprefix("/"),
        image=told["Config"]["Image"],
        image_digest=digest,
        command=(*(told["Config"].get("Entrypoint") or ()), *(told["Config"].get("Cmd") or ())),
        labels=dict(told["Config"].get("Labels") or {}),
        running=running,
        exit_code=None if running or started_at_s is None else int(state["ExitCode"]),
        started_at_s=started_at_s,
        finished_at_s=None if running else unix_s(state["FinishedAt"]),
        out_of_memory=bool(state.get("OOMKilled")),
        error=str(state.get("Error") or ""),
    )


def unix_s(stamp: str) -> float | None:
    """Turn the engine's RFC 3339 stamp in UTC, with any number of decimals, into Unix time; None is never."""
    if stamp in {"", NEVER}:
        return None
    fraction = re.search(r"\.\d+", stamp)
    return whole_seconds(stamp) + (float(fraction[0]) if fraction else 0.0)


def whole_seconds(stamp: str) -> int:
    """Return the second in which *stamp* lies, as Unix time."""
    return calendar.timegm(time.strptime(stamp[:19], "%Y-%m-%dT%H:%M:%S"))
