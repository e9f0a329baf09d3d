"""Find the agent of this machine, or start one that outlives the face that needed it."""

import asyncio
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from thorhud.domain.errors import LinkError
from thorhud.links.local import local_link
from thorhud.links.wire_link import WireLink
from thorhud.settings.paths import runtime_dir, socket_path, state_dir

START_LIMIT_S = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentOptions:
    """Which agent a face wants."""

    simulated: bool = False
    start_speed: float = 1.0
    """Hurries the start of a simulated server; never its token rates."""
    who: str = ""
    start: bool = True
    """False: only find one."""
    socket: Path | None = None
    """None: this account's own, else the system's."""


async def connect(options: AgentOptions) -> WireLink:
    """Return an open link to this machine's agent, started if need be; raise `LinkError` where there is none."""
    socket = options.socket or socket_path(simulated=options.simulated)
    link = local_link(socket, who=options.who)
    try:
        await link.open()
    except LinkError:
        if not options.start or options.socket is not None:
            raise
    else:
        return link
    runtime_dir()
    log = state_dir(simulated=options.simulated) / "agent.log"
    await asyncio.to_thread(_spawn, options, log)
    return await _wait_for(socket, options, log)


def _spawn(options: AgentOptions, log: Path) -> None:
    arguments = [sys.executable, "-m", "thorhud", "agent", "--until-unused"]
    if options.simulated:
        arguments += ["--simulate", "--speed", f"{options.start_speed:g}"]
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        # a session of its own, and no child of ours: closing the face must not end it, and its end leaves no zombie
        subprocess.run(
            ["setsid", "--fork", *arguments], stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=True
        )


async def _wait_for(socket: Path, options: AgentOptions, log: Path) -> WireLink:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + START_LIMIT_S
    while True:
        link = local_link(socket, who=options.who)
        try:
            await link.open()
        except LinkError as error:
            if loop.time() > deadline:
                raise LinkError(
                    f"The agent did not start within {START_LIMIT_S:.0f} s{_last_words(log)}.",
                    next_step="Run it in the foreground to see why: thorhud agent",
                ) from error
            await asyncio.sleep(0.05)
        else:
            return link


def _last_words(log: Path) -> str:
    try:
        lines = log.read_text(errors="replace").strip().splitlines()
    except OSError:
        return ""
    # a sentence that the agent meant for a person; anything else is for the log's reader
    said = [line.removeprefix("thorhud: ").rstrip(".") for line in lines[-2:] if line.startswith("thorhud: ")]
    return f": {said[-1]}" if said else f"; its own words are in {log}"
