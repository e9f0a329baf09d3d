"""Which server that the HUD did not start serves on this unit's port."""

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from thorhud.checks.listeners import port_holder
from thorhud.domain.containers import ContainerState
from thorhud.domain.serve_arguments import count_of
from thorhud.serving.server import is_kept, looks_like_vllm
from thorhud.serving.server_processes import ServerProcess, server_processes

USUAL_PORT: Final = 8000
"""Where `vllm serve` listens unless it is told otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideServer:
    """One server, as far as it can be seen."""

    container: ContainerState | None = None
    process: ServerProcess | None = None
    whole_container: bool = False
    """Whether the container ends with it, so that the container's log and exit code are the server's."""

    @property
    def launch_id(self) -> str:
        """Return a name that the same server has after a restart of the agent, whatever the clock does."""
        if self.container is not None and self.whole_container:
            return f"outside-{self.container.id[:24]}-{self.container.started_at_s or 0:.0f}"
        if self.process is None:
            return "outside"
        place = "machine" if self.container is None else self.container.id[:24]
        return f"outside-{place}-{self.process.pid}-{self.process.ticks}"

    @property
    def where(self) -> str:
        """Name it for a person."""
        if self.container is not None:
            return f"the container {self.container.name}"
        return f"process {self.process.pid} of {self.process.account}" if self.process else "a process"

    @property
    def arguments(self) -> tuple[str, ...]:
        """What stands behind `vllm serve`."""
        if self.process is not None:
            return self.process.arguments
        command = self.container.command if self.container else ()
        return command[command.index("serve") + 1 :] if "serve" in command else ()

    @property
    def began_unix_s(self) -> float:
        """When it was started."""
        if self.container is not None and self.whole_container:
            return self.container.started_at_s or 0.0
        return self.process.began_unix_s if self.process else 0.0


async def find_outside(
    containers: Sequence[ContainerState], port: int, *, simulated: bool = False
) -> OutsideServer | None:
    """Return the newest server that is to serve on *port*; a container that waits without a server is none."""
    running = {each.id: each for each in containers if each.running}
    processes = () if simulated else await asyncio.to_thread(server_processes)
    for process in processes:
        if port_of(process.arguments) != port:
            continue
        container = running.get(process.container or "")
        if container is not None:
            return _in_container(container, process)
        if process.container is None and _reachable(process):
            return OutsideServer(process=process)
    for container in running.values():
        if looks_like_vllm(container) and not is_kept(container) and port_of(container.command) == port:
            return OutsideServer(container=container, whole_container=True)
    return None


def _in_container(container: ContainerState, process: ServerProcess) -> OutsideServer:
    whole = process.first or (process.in_log and not is_kept(container))
    return OutsideServer(container=container, process=process, whole_container=whole)


def port_of(arguments: Sequence[str]) -> int:
    """Return where a server with these arguments listens."""
    return count_of(arguments, "--port") or USUAL_PORT


def _reachable(process: ServerProcess) -> bool:
    """Whether the process is in this agent's network; where this account may not see that, it is taken to be."""
    with contextlib.suppress(OSError):
        its, ours = (Path(f"/proc/{pid}/ns/net").readlink() for pid in (process.pid, "self"))
        return its == ours
    return True


def who_listens(port: int) -> str | None:
    """Name the program that listens on *port* of this machine; None where nobody does."""
    holder = port_holder(Path("/"), port)
    if holder is None:
        return None
    return f"{holder.name} (process {holder.pid})" if holder.pid else "a program of another account"
