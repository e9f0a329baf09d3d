"""One repair from a terminal where an agent runs: it carries it out, shows it to every face, and writes it down."""

import getpass
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from thorhud.cli.conversation import Conversation, StatusLine, conversation
from thorhud.domain.errors import LinkError, SettingsError, ThorHudError
from thorhud.domain.messages import QueryName, Verb
from thorhud.domain.repairs import RepairPlan, RepairProof
from thorhud.domain.state import AgentState, RepairPhase, ServingPhase
from thorhud.domain.wire import convert
from thorhud.links.start_agent import AgentOptions


@asynccontextmanager
async def agent_here(*, simulated: bool) -> AsyncIterator[Conversation | None]:
    """Talk to this machine's agent; None where none runs. A simulated one is started: nothing else has its unit."""
    options = AgentOptions(simulated=simulated, who=f"terminal of {_account()}", start=simulated)
    try:
        opened = conversation(options)
        talk = await opened.__aenter__()
    except (LinkError, SettingsError):
        if simulated:
            raise
        yield None
        return
    try:
        yield talk
    finally:
        await opened.__aexit__(*sys.exc_info())


async def plan_by_agent(talk: Conversation, repair_id: str) -> RepairPlan | None:
    """Return what the repair would do there; None where the agent is too old to say."""
    try:
        return convert(await talk.link.query(QueryName.REPAIR_PLAN, repair=repair_id), RepairPlan)
    except LinkError:
        return None


async def repair_by_agent(talk: Conversation, repair_id: str, *, again: bool, quiet: bool) -> RepairProof:
    """Have it repaired, and return the proof that every face sees; raise where it was refused.

    *again*: what had failed is started again once the repair is proven.
    """
    args: dict[str, Any] = {"repair": repair_id, "agreed": True}
    if again and talk.state.serving.phase is ServingPhase.FAILED:
        args["restart_launch"] = True
    line = StatusLine(quiet=quiet)

    def show(state: AgentState) -> None:
        if state.repair.phase is RepairPhase.RUNNING and state.repair.repair_id == repair_id:
            line.show(state.repair.sentence)

    try:
        await talk.carry_out(Verb.REPAIR, args, show)
    except ThorHudError as error:
        if not _is_of(talk.state, repair_id, RepairPhase.FAILED):
            raise
        told = _proof(talk.state, proven=False)
        return told if told.sentence else RepairProof(repair_id=repair_id, proven=False, sentence=str(error))
    finally:
        line.end()
    return _proof(talk.state, proven=_is_of(talk.state, repair_id, RepairPhase.DONE))


def _is_of(state: AgentState, repair_id: str, phase: RepairPhase) -> bool:
    return state.repair.repair_id == repair_id and state.repair.phase is phase


def _proof(state: AgentState, *, proven: bool) -> RepairProof:
    repair = state.repair
    return RepairProof(
        repair_id=repair.repair_id or "",
        proven=proven,
        sentence=repair.sentence,
        before=repair.before,
        after=repair.after,
        next_step=repair.next_step,
        command=repair.command,
    )


def _account() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "an unknown account"
