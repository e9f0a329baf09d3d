"""The vLLM servers that run on this machine, whoever started them, from `/proc`.

Command lines, parents and control groups can be read of every account's processes, so root's servers in containers are
seen by an agent that may do nothing to them.
"""

import os
import pwd
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from thorhud.telemetry.kernel_files import text_of

PROC: Final = Path("/proc")
_CONTAINER = re.compile(r"[/-]([0-9a-f]{64})(?:\.scope)?(?:/|$)", re.MULTILINE)
_MODULES: Final = ("vllm.entrypoints.openai.api_server", "vllm.entrypoints.cli.main")
_INTERPRETER_WORDS: Final = 4
"""So far into a command line an interpreter's own options may reach: "python3 -u -m MODULE"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerProcess:
    """One `vllm serve`; its engine and its workers are its children and not counted."""

    pid: int
    account: str
    arguments: tuple[str, ...]
    """What stands behind `vllm serve`, the model first."""
    ticks: int
    """When it began, in clock ticks since the machine did: with the process id it names one process for good."""
    began_unix_s: float
    """The same as Unix time by the clock as it goes now."""
    container: str | None = None
    """The id of the container it runs in."""
    inner_pid: int | None = None
    """Its number inside the container."""
    first: bool = False
    """Whether it is the container's first process: with it the container ends."""
    in_log: bool = False
    """Whether it writes to the terminal or pipe of the container's first process, which Docker records."""


def server_processes(proc: Path = PROC) -> tuple[ServerProcess, ...]:
    """Return every vLLM server of this machine, the newest first."""
    found = {int(path.name): words for path, words in _commands(proc)}
    servers = (
        _described(proc, pid, arguments)
        for pid, words in found.items()
        if (arguments := serve_arguments(words)) is not None
        # a forked engine or worker keeps its parent's command line
        and (parent := _parent(proc, pid)) is not None
        and serve_arguments(found.get(parent, ())) is None
    )
    return tuple(sorted((each for each in servers if each is not None), key=lambda each: -each.ticks))


def still_runs(process: ServerProcess, proc: Path = PROC) -> bool:
    """Whether that very process goes on; one that has ended and waits for its parent does not."""
    stat = stat_of(proc / str(process.pid))
    return stat is not None and stat[0] not in "ZX" and int(stat[19]) == process.ticks


def serve_arguments(words: Sequence[str]) -> tuple[str, ...] | None:
    """Return the arguments of `vllm serve`, the model first, from a command line; None where it is no server's.

    A program that only names it (a shell, `docker run`) is none: the program itself has to be vllm, or Python that runs
    it.
    """
    for place, word in enumerate(words[:_INTERPRETER_WORDS]):
        if place and not _is_python(words[0]):
            return None
        rest = tuple(words[place + 1 :])
        if word.rpartition("/")[2] == "vllm" and rest[:1] == ("serve",):
            return _model_first(rest[1:])
        if word in _MODULES and words[place - 1] == "-m":
            return _model_first(rest[1:] if rest[:1] == ("serve",) else rest)
    return None


def _is_python(program: str) -> bool:
    return program.rpartition("/")[2].startswith("python")


def _model_first(arguments: tuple[str, ...]) -> tuple[str, ...]:
    """Put the model of ``--model`` in front, where `vllm serve` has it."""
    if arguments and not arguments[0].startswith("-"):
        return arguments
    for place, word in enumerate(arguments):
        if word == "--model" and place + 1 < len(arguments):
            return (arguments[place + 1], *arguments[:place], *arguments[place + 2 :])
        if word.startswith("--model="):
            return (word.removeprefix("--model="), *arguments[:place], *arguments[place + 1 :])
    return arguments


def _commands(proc: Path) -> Iterator[tuple[Path, tuple[str, ...]]]:
    for path in proc.iterdir():
        if path.name.isdecimal() and (line := text_of(path / "cmdline")):
            yield path, tuple(line.rstrip("\0").split("\0"))


def stat_of(process: Path) -> list[str] | None:
    """Return the fields of `/proc/PID/stat` from the state on: parent is 1, start in ticks is 19."""
    told = text_of(process / "stat")
    return told.rpartition(")")[2].split() if told else None


def _parent(proc: Path, pid: int) -> int | None:
    stat = stat_of(proc / str(pid))
    return int(stat[1]) if stat else None


def _described(proc: Path, pid: int, arguments: tuple[str, ...]) -> ServerProcess | None:
    process = proc / str(pid)
    stat, status, groups = stat_of(process), text_of(process / "status"), text_of(process / "cgroup")
    if stat is None or status is None:  # it ended while we looked
        return None
    found = _CONTAINER.search(groups or "")
    inside, session = _numbers(status, "NSpid"), _numbers(status, "NSsid")
    return ServerProcess(
        pid=pid,
        account=_account(_numbers(status, "Uid")[0]),
        arguments=arguments,
        ticks=int(stat[19]),
        began_unix_s=_unix_s(proc, int(stat[19])),
        container=found[1] if found else None,
        inner_pid=inside[-1] if found and len(inside) > 1 else None,
        first=found is not None and inside[-1:] == [1],
        # runc makes the first process of a container, and that of each `docker exec`, the leader of its own session
        in_log=found is not None and len(session) > 1 and session[-1] == 1,
    )


def _numbers(status: str, name: str) -> list[int]:
    found = re.search(rf"^{name}:\s*(.*)$", status, re.MULTILINE)
    return [int(each) for each in found[1].split()] if found else []


def _account(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"account {number}"


def _unix_s(proc: Path, ticks: int) -> float:
    uptime = text_of(proc / "uptime")
    up_s = float(uptime.split()[0]) if uptime else 0.0
    return time.time() - max(0.0, up_s - ticks / os.sysconf("SC_CLK_TCK"))
