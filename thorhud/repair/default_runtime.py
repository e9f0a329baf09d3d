"""Make NVIDIA's runtime Docker's default: merged into daemon.json, which keeps all else; it can be taken back."""

import asyncio
import difflib
import json
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

from thorhud.domain.repairs import RepairId, RepairPlan, RepairProgress, RepairProof, repair_of
from thorhud.repair.context import RepairContext
from thorhud.repair.docker_service import LOOK, running
from thorhud.repair.root import RootVerb
from thorhud.repair.root_helper import RUNTIME_NAME, Refused, ask_docker, document, merged, text_of
from thorhud.repair.words import listed, not_done

_ID = RepairId.DEFAULT_RUNTIME
SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
"""Where dockerd looks for the runtime's program."""


@dataclass(frozen=True, slots=True)
class _Change:
    """What daemon.json says, what it is to say, and why that cannot be."""

    diff: str = ""
    obstacle: str = ""
    next_step: str = ""


async def plan_default_runtime(context: RepairContext) -> RepairPlan:
    """Return the diff of daemon.json and the containers that the restart of Docker stops."""
    what = repair_of(_ID)
    change = await asyncio.to_thread(_change, context)
    return RepairPlan(
        repair=what,
        steps=what.steps,
        preview=change.diff,
        stops=await running(context),
        obstacle=change.obstacle or None,
        next_step=change.next_step,
    )


async def default_runtime(context: RepairContext) -> AsyncIterator[RepairProgress | RepairProof]:
    """Have the change made as root, with a copy kept and taken back where Docker does not come up."""
    change = await asyncio.to_thread(_change, context)
    before = await asyncio.to_thread(default_runtime_of, context.docker_address)
    if change.obstacle:
        yield RepairProof(
            repair_id=_ID, proven=False, sentence=change.obstacle, next_step=change.next_step, before=_words(before)
        )
        return
    stopping = f"; {listed(names)} stop by it" if (names := await running(context)) else ""
    yield RepairProgress(repair_id=_ID, sentence=f"Changing daemon.json and restarting Docker{stopping}")
    result = await context.root.ask(RootVerb.APPLY_DAEMON_JSON, proposal=_proposal(context))
    if not result.done:
        after = await asyncio.to_thread(default_runtime_of, context.docker_address)
        told = not_done(_ID, result, before=_words(before), otherwise=LOOK)
        yield replace(told, after=_words(after))
        return
    yield RepairProgress(repair_id=_ID, sentence="Asking Docker for its default runtime")
    after = await asyncio.to_thread(default_runtime_of, context.docker_address)
    proven = after == RUNTIME_NAME
    yield RepairProof(
        repair_id=_ID,
        proven=proven,
        sentence=result.sentence if proven else "daemon.json was changed, but Docker names another default runtime.",
        before=_words(before),
        after=_words(after),
        next_step="" if proven else "Look at: docker info. A flag of the docker service may say otherwise.",
        details={"backup": str(result.details.get("backup", "")), "diff": change.diff[:4000]},
    )


def default_runtime_of(address: str) -> str | None:
    """Return the runtime that this machine's Docker uses by default; None where it does not say."""
    answer = ask_docker(address.removeprefix("unix://"), "/info")
    try:
        return str(json.loads(answer)["DefaultRuntime"])
    except (ValueError, KeyError, TypeError):
        return None


def _proposal(context: RepairContext) -> dict[str, Any]:
    """Return what the workshop document asks for; a runtime entry that is there already is kept by the merge."""
    return {
        "runtimes": {RUNTIME_NAME: {"args": [], "path": context.runtime_program}},
        "default-runtime": RUNTIME_NAME,
    }


def _change(context: RepairContext) -> _Change:
    path = context.daemon_json
    try:
        old = path.read_bytes()
    except FileNotFoundError:
        old = b""
    except OSError as error:
        return _Change(obstacle=f"{path} cannot be read ({error.strerror}).", next_step=f"Type: sudo cat {path}")
    try:
        current = document(old)
    except Refused as refused:
        return _Change(obstacle=f"{refused} ({path})", next_step=f"Type: sudo nano {path}, and correct it by hand.")
    new = merged(current, _proposal(context))
    program = new["runtimes"][RUNTIME_NAME]
    program = str(program.get("path", "")) if isinstance(program, dict) else ""
    if program and shutil.which(program, path=SYSTEM_PATH) is None:
        return _Change(
            obstacle=f"{program} is not installed, so no container would start with it.",
            next_step="Install the NVIDIA Container Toolkit (package nvidia-container-toolkit).",
        )
    return _Change(diff="" if new == current else _diff(old.decode(errors="replace"), text_of(new, old), str(path)))


def _diff(old: str, new: str, path: str) -> str:
    return "\n".join(difflib.unified_diff(old.splitlines(), new.splitlines(), path, f"{path} (new)", lineterm=""))


def _words(runtime: str | None) -> str:
    return f"default runtime {runtime}" if runtime else "Docker does not say its default runtime"
