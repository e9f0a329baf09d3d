"""Whose processes run on this unit: by their control group a process belongs to a container, or to somebody else."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import psutil

_CONTAINER = re.compile(r"[/-]([0-9a-f]{64})(?:\.scope)?(?:/|$)", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """One process, as far as this account may see it."""

    pid: int
    name: str
    account: str
    container: str | None
    """The id of the container it runs in; None where it runs in none."""

    @property
    def words(self) -> str:
        """Name it for a person: "python3 (process 4242 of anna)"."""
        return f"{self.name} (process {self.pid} of {self.account})"


def listener_on(port: int) -> Process | None:
    """Return who listens on a TCP port of this machine; process 0 where this account may not see it, None if nobody."""
    for connection in psutil.net_connections(kind="tcp"):
        # an address without a port is no listener
        if connection.status == psutil.CONN_LISTEN and connection.laddr and connection.laddr.port == port:
            return describe(connection.pid) if connection.pid else unseen()
    return None


def vllm_processes() -> Iterator[Process]:
    """Yield every process that looks like a part of vLLM."""
    for process in psutil.process_iter(["cmdline"]):
        words: list[str] = process.info["cmdline"] or []
        if any(map(_is_vllm, words)) and (seen := describe(process.pid)) is not None:
            yield seen


def _is_vllm(word: str) -> bool:
    """Whether a word of a command line is vLLM's program, one of its modules, or what its engine calls itself."""
    return word.rpartition("/")[2] == "vllm" or word.startswith(("vllm.", "VLLM::"))


def processes_in(containers: frozenset[str]) -> Iterator[Process]:
    """Yield every process that runs in one of these containers."""
    for pid in psutil.pids():
        if container_of(pid) in containers and (seen := describe(pid)) is not None:
            yield seen


def describe(pid: int) -> Process | None:
    """Return what can be seen of a process; None where it has ended."""
    try:
        process = psutil.Process(pid)
        with process.oneshot():
            return Process(pid=pid, name=process.name(), account=process.username(), container=container_of(pid))
    except psutil.NoSuchProcess:
        return None
    except psutil.AccessDenied:
        return unseen()


def unseen() -> Process:
    """Return a process of which this account may see nothing."""
    return Process(pid=0, name="a program", account="another account", container=None)


def container_of(pid: int) -> str | None:
    """Return the id of the container a process runs in, from its control group; None where it runs in none."""
    try:
        with open(f"/proc/{pid}/cgroup", encoding="ascii", errors="replace") as file:  # noqa: PTH123 - a hot path
            found = _CONTAINER.search(file.read())
    except OSError:
        return None
    return found[1] if found else None
