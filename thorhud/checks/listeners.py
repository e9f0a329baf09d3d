"""Who listens on a port, and which processes are a vLLM, from `/proc`."""

import re
from collections.abc import Iterator
from pathlib import Path

from thorhud.domain.unit_judgement import PortHolder, SeenProcess
from thorhud.telemetry.kernel_files import text_of

_LISTENS = "0A"
_CONTAINER = re.compile(r"(?:docker[/-]|/)([0-9a-f]{64})(?:\.scope)?")
_SERVER = re.compile(r"(?:^|[\s/])vllm\s+serve\b|\bvllm\.entrypoints\.|VLLM::|\bVllmWorker")
"""A command line of vLLM; its engine calls itself VLLM::EngineCore."""
_ONLY_NAME_IT = frozenset(
    {"docker", "docker-init", "containerd-shim-runc-v2", "runc", "tini", "sudo", "su", "sh", "bash", "dash", "zsh"}
    | {"tmux", "screen", "ssh", "watch", "timeout", "tail", "grep", "less", "vi", "vim", "nano"}
)
"""Programs that have vLLM on their command line and are none."""
_LONGEST_NAME = 60


def port_holder(root: Path, port: int) -> PortHolder | None:
    """Return who listens on *port* of this machine, by its container's id where it runs in one; None if nobody does."""
    sockets = {socket for name in ("tcp", "tcp6") for socket in _listening(root / "proc/net" / name, port)}
    if not sockets:
        return None
    for process in _processes(root):
        if sockets & set(_sockets_of(process)):
            name = text_of(process / "comm") or ""
            return PortHolder(pid=int(process.name), name=name, container=_container_of(process))
    return PortHolder(pid=None)


def vllm_processes(root: Path) -> tuple[SeenProcess, ...]:
    """Return every process that looks like vLLM's own."""
    found = []
    for process in _processes(root):
        command = (text_of(process / "cmdline") or "").replace("\0", " ")
        program = command.partition(" ")[0].rpartition("/")[2]
        if _SERVER.search(command) and program not in _ONLY_NAME_IT:
            found.append(
                SeenProcess(
                    pid=int(process.name),
                    name=_shortened(command),
                    container=_container_of(process),
                    orphan="VLLM::" in command and _parent_of(process) == 1,
                )
            )
    return tuple(sorted(found, key=lambda each: each.pid))


def _processes(root: Path) -> Iterator[Path]:
    yield from (path for path in (root / "proc").iterdir() if path.name.isdecimal())


def _listening(table: Path, port: int) -> Iterator[str]:
    """Yield the inode of each socket that listens on *port*, from `/proc/net/tcp`."""
    for line in (text_of(table) or "").splitlines()[1:]:
        columns = line.split()
        if len(columns) > 9 and columns[3] == _LISTENS and int(columns[1].rpartition(":")[2], 16) == port:
            yield columns[9]


def _sockets_of(process: Path) -> Iterator[str]:
    try:
        for descriptor in (process / "fd").iterdir():
            target = str(descriptor.readlink())
            if target.startswith("socket:["):
                yield target[len("socket:[") : -1]
    except OSError:  # it ended, or it is another account's
        return


def _container_of(process: Path) -> str | None:
    found = _CONTAINER.search(text_of(process / "cgroup") or "")
    return found[1] if found else None


def _parent_of(process: Path) -> int | None:
    found = re.search(r"^PPid:\s*(\d+)", text_of(process / "status") or "", re.MULTILINE)
    return int(found[1]) if found else None


def _shortened(command: str) -> str:
    shown = "".join(letter if letter.isprintable() else "?" for letter in " ".join(command.split()))
    return shown if len(shown) <= _LONGEST_NAME else f"{shown[: _LONGEST_NAME - 1]}…"
