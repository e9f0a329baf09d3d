"""One repair from a terminal: say what it would do, ask, run it, show its proof, write it down."""

import asyncio
import getpass
import json
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

from thorhud.cli.conversation import Conversation
from thorhud.cli.repair_by_agent import agent_here, plan_by_agent, repair_by_agent
from thorhud.domain.containers import ContainerEngine
from thorhud.domain.errors import EngineError, RecordsError, SettingsError
from thorhud.domain.repairs import RepairPlan, RepairProgress, RepairProof
from thorhud.domain.wire import plain
from thorhud.records.store import Records
from thorhud.repair.context import RepairContext, context_for
from thorhud.repair.run import plan, repair
from thorhud.serving.docker_engine import DockerEngine
from thorhud.settings.declared import Settings
from thorhud.settings.load import load_settings
from thorhud.settings.paths import socket_path, state_dir
from thorhud.settings.workshop_file import load_workshop


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairWish:
    """What somebody typed after --fix."""

    repair_id: str
    as_json: bool = False
    confirmed: bool = False
    only_plan: bool = False
    simulated: bool = False
    again: bool = False
    """Start again what had failed; only an agent knows what that is."""


def repair_here(wish: RepairWish) -> int:
    """Run one repair on this machine and return the exit code: 0 where it proved itself."""
    settings = load_settings()
    return asyncio.run(_repair_here(wish, settings))


async def _repair_here(wish: RepairWish, settings: Settings) -> int:
    async with agent_here(simulated=wish.simulated) as talk:
        if talk is not None and (wanted := await plan_by_agent(talk, wish.repair_id)) is not None:
            return await _by_agent(wish, wanted, talk)
    return await _without_agent(wish, settings)


async def _by_agent(wish: RepairWish, wanted: RepairPlan, talk: Conversation) -> int:
    """Let the agent repair: it knows what is served, faces see it, and its records say who asked."""
    ended = _not_begun(wish, wanted)
    if ended is not None:
        return ended
    proof = await repair_by_agent(talk, wish.repair_id, again=wish.again, quiet=wish.as_json)
    _print(proof, proof_as_text(proof), as_json=wish.as_json)
    return 0 if proof.proven else 1


async def _without_agent(wish: RepairWish, settings: Settings) -> int:
    engine = DockerEngine(settings.docker_host)
    try:
        in_use = await launches_in_use(engine)
        context = context_for(settings, load_workshop(settings.workshop), engine, in_use=in_use)
        return await carry_out(wish, context, settings)
    finally:
        await engine.close()


async def launches_in_use(engine: ContainerEngine) -> frozenset[str]:
    """Return the launches whose containers are no leftovers: all that run while an agent watches them."""
    if not await asyncio.to_thread(_an_agent_answers):
        return frozenset()
    try:
        containers = await engine.containers()
    except EngineError:
        return frozenset()
    return frozenset(each.launch_id for each in containers if each.running and each.launch_id is not None)


def _an_agent_answers() -> bool:
    try:
        path = socket_path(simulated=False)
        with socket.socket(socket.AF_UNIX) as door:
            door.settimeout(2.0)
            door.connect(str(path))
    except (OSError, SettingsError):
        return False
    return True


async def carry_out(wish: RepairWish, context: RepairContext, settings: Settings) -> int:
    """Show the plan, ask where the repair asks, run it and show its proof."""
    ended = _not_begun(wish, await plan(wish.repair_id, context))
    if ended is not None:
        return ended
    proof = await _run(wish, replace(context, agreed=True))
    _write_down(proof, settings)
    _print(proof, proof_as_text(proof), as_json=wish.as_json)
    return 0 if proof.proven else 1


def _not_begun(wish: RepairWish, wanted: RepairPlan) -> int | None:
    """Show the plan and ask where the repair asks; return the exit code where it does not begin, None where it does."""
    if wish.only_plan or wanted.obstacle is not None or not wish.as_json:
        _print(wanted, plan_as_text(wanted), as_json=wish.as_json)
    if wish.only_plan:
        return 0
    if wanted.obstacle is not None:
        return 1
    if wanted.repair.asks and not wish.confirmed and not _agreed(wish):
        print("Nothing was changed. To run it without a question add --yes.", file=sys.stderr)
        return 1
    return None


def _print(value: RepairPlan | RepairProof, lines: Iterator[str], *, as_json: bool) -> None:
    print(json.dumps(plain(value), indent=2, ensure_ascii=False) if as_json else "\n".join(lines))


def _agreed(wish: RepairWish) -> bool:
    """Ask on the terminal; where there is none, nobody has agreed."""
    if wish.as_json or not sys.stdin.isatty():
        return False
    return input("Go on? [y/N] ").strip().lower() in {"y", "yes"}


async def _run(wish: RepairWish, context: RepairContext) -> RepairProof:
    proof = RepairProof(repair_id=wish.repair_id, proven=False, sentence="The repair ended without a result.")
    async for told in repair(wish.repair_id, context):
        match told:
            case RepairProgress():
                print(told.sentence, file=sys.stderr, flush=True)
            case RepairProof():
                proof = told
    return proof


def _write_down(proof: RepairProof, settings: Settings) -> None:
    """Record who repaired what; a repair that worked is no failure because its record could not be kept."""
    outcome = f"{'proven' if proof.proven else 'not proven'}: {proof.sentence}"
    try:
        records = Records(state_dir(simulated=False, chosen=settings.state_dir) / "records.sqlite3")
    except (RecordsError, SettingsError) as error:
        print(f"It was not written down: {error}", file=sys.stderr)
        return
    try:
        records.add_action(
            at_unix_s=time.time(), who=getpass.getuser(), verb="repair", args=proof.repair_id, outcome=outcome
        )
    except RecordsError as error:
        print(f"It was not written down: {error}", file=sys.stderr)
    finally:
        records.close()


def plan_as_text(wanted: RepairPlan) -> Iterator[str]:
    """Yield what a repair would do and what it costs."""
    yield f"{wanted.repair.title}: {wanted.repair.cost}."
    yield from (f"  {number}. {step}" for number, step in enumerate(wanted.steps, 1))
    if wanted.stops:
        yield f"  This ends: {', '.join(wanted.stops)}"
    if wanted.preview:
        yield ""
        yield wanted.preview.rstrip("\n")
        yield ""
    if wanted.obstacle:
        yield f"  {wanted.obstacle} {wanted.next_step}".rstrip()


def proof_as_text(proof: RepairProof) -> Iterator[str]:
    """Yield what a repair brought."""
    yield f"{'Proven' if proof.proven else 'Not proven'}: {proof.sentence}"
    if proof.before or proof.after:
        yield f"  before  {proof.before}"
        yield f"  after   {proof.after}"
    if proof.next_step:
        yield f"  next    {proof.next_step}"
    if proof.command:
        yield f"  type    {proof.command}"
