# SPDX-License-Identifier: AGPL-3.0-or-later
# This file imports jetson-stats, which is AGPL-3.0-or-later, and is licensed alike. The rest of thorhud is not: it runs
# this file as a program of its own and reads the lines that it prints.
"""Print what the jtop service says, one JSON object a line: `python jtop_helper.py [SOCKET]`.

A program of its own, because a jtop client can hang for ever, unpickles what it reads and changes how its process
forks; whoever started this one can kill it. It needs a Python from 3.7 on that has jetson-stats, and nothing else.
It ends when its standard input ends. It only reads: nothing is ever sent to the service but what a client must send.

Lines: `connected` (versions, interval), `sample` (values in jtop's own units, and their age), `trouble` (and it ends).
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Callable
from types import ModuleType
from typing import Any

PERIOD_S = 1.0
Client = Any
"""`jtop.jtop`, which has no types."""

if sys.path and os.path.realpath(sys.path[0] or ".") == os.path.dirname(os.path.realpath(__file__)):  # noqa: PTH120 - as old as Python 3.7
    del sys.path[0]  # the modules beside this file are not jtop's


def main() -> int:
    """Connect, print samples until the input ends or the service does."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what jtop itself prints must not get between the lines
    threading.Thread(target=end_with_input, daemon=True).start()

    def say(kind: str, **values: object) -> None:
        out.write(json.dumps(dict(values, kind=kind), default=str) + "\n")
        out.flush()

    try:
        import jtop  # noqa: PLC0415 - its absence is an answer
    except ImportError as error:
        say("trouble", what="missing", text=str(error))
        return 1
    try:
        follow(jtop, say)
    except BrokenPipeError:
        return 0
    except Exception as error:  # noqa: BLE001 - whatever jtop raises is told to whoever started this
        say("trouble", what=type(error).__name__, text=str(getattr(error, "message", "") or error))
    return 1


def end_with_input() -> None:
    """End this process when whoever started it is gone, also while jtop hangs."""
    while os.read(0, 4096):
        pass
    os._exit(0)


def follow(package: ModuleType, say: Callable[..., None]) -> None:
    """Read samples; a service that somebody set to a longer interval is read at that one."""
    if len(sys.argv) > 1:
        vars(sys.modules["jtop.service"])["JTOP_PIPE"] = sys.argv[1]
    versions = note_versions()
    period_s = PERIOD_S
    client = connected(package, period_s)
    if client.interval > period_s:
        period_s = client.interval
        client.close()
        client = connected(package, period_s)
    say("connected", interval_s=period_s, client=package.__version__, service=versions.get("service"))
    first = True
    while client.ok():
        if not first:  # the first one may be of an earlier client, its loads averages since the start of the machine
            say("sample", **sample(client))
        first = False
    say("trouble", what="frozen", text="no sample for three intervals")
    client.close()


def note_versions() -> dict[str, str]:
    """Connect whatever the versions are, and remember them: what they mean for the values is not decided here."""
    versions: dict[str, str] = {}

    def compare(service: str, _client: str) -> bool:
        versions["service"] = service
        return True

    vars(sys.modules["jtop.jtop"])["compare_versions"] = compare
    return versions


def connected(package: ModuleType, period_s: float) -> Client:
    """Return a client that is connected; a thread cannot be started twice, so it is a new one each time."""
    client = package.jtop(interval=period_s)
    client.start()
    return client


def sample(client: Client) -> dict[str, Any]:
    """Return everything that the client has, as jtop has it."""
    uptime_s = client.uptime.total_seconds()
    clocks, mode = client.jetson_clocks, client.nvpmodel
    return {
        "uptime_s": uptime_s,
        "age_s": time.clock_gettime(time.CLOCK_BOOTTIME) - uptime_s,
        "gpu": plain(client.gpu),
        "cpu": plain(client.cpu),
        "memory": plain(client.memory),
        "power": plain(client.power),
        "temperature": plain(client.temperature),
        "fan": plain(client.fan),
        "processes": plain(client.processes),
        "jetson_clocks": None if clocks is None else bool(clocks),
        "nvpmodel": None if mode is None else {"name": mode.name, "models": plain(mode.models)},
    }


def plain(value: Any) -> Any:  # noqa: ANN401 - whatever jtop holds
    """Return *value* as what JSON can hold."""
    if hasattr(value, "items"):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [plain(each) for each in value]
    return value if isinstance(value, (int, float, str, bool, type(None))) else str(value)


if __name__ == "__main__":
    sys.exit(main())
