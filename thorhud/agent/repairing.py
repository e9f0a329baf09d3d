"""One repair at a time, asked for by a person: shown while it runs, then proven; what had failed starts again."""

import asyncio
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from thorhud.agent.dispatcher import Details, Refusal
from thorhud.agent.hub import Hub
from thorhud.agent.parts import Parts, Repairs
from thorhud.agent.pins import Pins
from thorhud.agent.serving.launch_extras import LaunchExtras
from thorhud.agent.serving.serving_control import ServingControl
from thorhud.domain.custom_model import configuration_of
from thorhud.domain.errors import ThorHudError
from thorhud.domain.failure_patterns import Clue, figures_in
from thorhud.domain.failures import Failure
from thorhud.domain.messages import Command
from thorhud.domain.repairs import (
    STOPS_CONTAINERS,
    Repair,
    RepairId,
    RepairPlan,
    RepairProgress,
    RepairProof,
    Situation,
    UnknownRepair,
    repair_of,
)
from thorhud.domain.state import RepairPhase, RepairState, ServingPhase
from thorhud.domain.workshop import Configuration

GIB = 1024**3
REBOOT_OF = "boot that a reboot was asked to end"
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_SERVED = frozenset({ServingPhase.STARTING, ServingPhase.READY})


class Repairing:
    """Carries out the command "repair"."""

    def __init__(self, hub: Hub, parts: Parts, serving: ServingControl) -> None:
        self.pins = Pins(hub, parts.pin_file, parts.records)
        self._hub = hub
        self._parts = parts
        self._serving = serving
        self._running: Repair | None = None

    def not_while_repairing(self) -> None:
        """Refuse what must not happen beside a repair."""
        if self._running is not None:
            raise Refusal(
                f"A repair is going on: {self._running.title}.", next_step="Wait until it is done.", kind="repairing"
            )

    def check(self, command: Command) -> None:
        """Refuse a repair that is unknown, or that would meet another change."""
        self.not_while_repairing()
        if self._parts.repairs is None:
            raise Refusal("This unit cannot be repaired from here.")
        try:
            what = repair_of(str(command.args.get("repair", "")))
        except UnknownRepair as error:
            raise Refusal(str(error), next_step=error.next_step) from error
        if self._serving.changing:
            raise Refusal("A model is being started or stopped on this unit.", next_step="Wait until it is done.")
        if command.args.get("restart_launch") and self._failed() is None:
            raise Refusal("No start has failed on this unit, so none can be started again.")
        # from here on the repair counts as running: two commands of one moment must not both be accepted
        self._running = what

    async def run(self, command: Command) -> Details | None:
        """Repair, show the proof, and start what failed again where that was asked for and the repair is proven."""
        what, again = repair_of(str(command.args["repair"])), None
        if command.args.get("restart_launch"):
            again = self._failed()
        as_before = LaunchExtras(options=self._hub.state.serving.options)
        try:
            if what.needs_pin:
                await self.pins.guard(command)
            proof = await self._repair(what, again, who=command.who, agreed=bool(command.args.get("agreed")))
        finally:
            self._running = None
        if not proof.proven or (again is not None and proof.next_step):
            raise ThorHudError(f"{what.title}: {proof.sentence}", next_step=proof.next_step, kind="repair")
        details: Details = {"sentence": proof.sentence, "before": proof.before, "after": proof.after}
        if again is not None:
            await self._serving.launch(again, who=command.who, extras=as_before)
            details["ready_after_s"] = self._hub.state.serving.ready_after_s
        return details

    async def plan(self, args: dict[str, Any]) -> RepairPlan:
        """Answer the query "repair-plan": what a repair would do on this unit now, for whoever is asked before."""
        if self._parts.repairs is None:
            raise ThorHudError("This unit cannot be repaired from here.")
        return await self._parts.repairs.plan(str(args.get("repair", "")), self._situation())

    def forget(self) -> None:
        """Take the newest repair off the screen: what it was for is over."""
        if self._running is None and self._hub.state.repair.phase is not RepairPhase.NONE:
            self._hub.change(repair=RepairState())

    async def look_back(self) -> None:
        """Prove a reboot that an agent before this one asked for: only another boot can."""
        if self._parts.simulated:
            return
        ended = await asyncio.to_thread(self._parts.records.kept, REBOOT_OF)
        if not ended or ended == await asyncio.to_thread(_boot):
            return
        await asyncio.to_thread(self._parts.records.keep, REBOOT_OF, "")
        what = repair_of(RepairId.REBOOT)
        sentence = f"{self._parts.unit} was rebooted and is back."
        self._hub.change(
            repair=RepairState(phase=RepairPhase.DONE, repair_id=what.id.value, title=what.title, sentence=sentence)
        )
        self._hub.tell("action", sentence, repair=what.id.value, proven=True)

    async def _keep_boot(self) -> None:
        if not self._parts.simulated:
            await asyncio.to_thread(self._parts.records.keep, REBOOT_OF, await asyncio.to_thread(_boot))

    async def _repair(self, what: Repair, again: Configuration | None, *, who: str, agreed: bool) -> RepairProof:
        repairs = self._parts.repairs
        assert repairs is not None  # noqa: S101 - checked before it was accepted
        self._hub.change(
            repair=RepairState(
                phase=RepairPhase.RUNNING,
                repair_id=what.id.value,
                title=what.title,
                sentence=what.steps[0],
                who=who,
                began_unix_s=time.time(),
                restarts=again.id if again else None,
            )
        )
        self._hub.tell("action", f"{who or 'Somebody'} asked for: {what.title}", repair=what.id.value)
        situation = replace(self._situation(), agreed=agreed)
        if what.id in STOPS_CONTAINERS and self._hub.state.serving.phase in _SERVED:
            # an end that was asked for: it must not stand there as a failure
            await self._serving.stop(who=who, force=True)
        if what.id is RepairId.REBOOT:
            await self._keep_boot()
        proof = await self._to_the_proof(repairs, what, situation)
        self._show(proof)
        self._hub.tell("action", f"{what.title}: {proof.sentence}", repair=what.id.value, proven=proof.proven)
        return proof

    async def _to_the_proof(self, repairs: Repairs, what: Repair, situation: Situation) -> RepairProof:
        proof = RepairProof(repair_id=what.id, proven=False, sentence="It ended without saying what came of it.")
        async for step in repairs.run(what.id, situation):
            match step:
                case RepairProgress(sentence=sentence):
                    self._hub.change_repair(sentence=sentence)
                case RepairProof():
                    proof = step
        return proof

    def _show(self, proof: RepairProof) -> None:
        self._hub.change(
            repair=replace(
                self._hub.state.repair,
                phase=RepairPhase.DONE if proof.proven else RepairPhase.FAILED,
                sentence=proof.sentence,
                before=proof.before,
                after=proof.after,
                next_step=proof.next_step,
                command=proof.command,
            )
        )

    def _failed(self) -> Configuration | None:
        """Return the configuration whose failure is on the screen, or None."""
        serving = self._hub.state.serving
        if serving.phase is not ServingPhase.FAILED:
            return None
        return configuration_of(self._parts.workshop, serving.configuration_id)

    def _situation(self) -> Situation:
        serving = self._hub.state.serving
        in_use = frozenset({serving.launch_id} if serving.phase in _SERVED and serving.launch_id else ())
        ready = serving.phase is ServingPhase.READY
        return Situation(
            in_use=in_use,
            need_bytes=needed_bytes(serving.failure),
            configuration_id=serving.configuration_id,
            served_model=serving.model if ready else None,
        )


def needed_bytes(failure: Failure | None) -> int | None:
    """Return how much memory the failed start asked for, from its log line; None where that does not say it."""
    if failure is None:
        return None
    figures = figures_in(Clue("memory-at-start", failure.evidence))
    try:
        return round(float(figures["needed"]) * GIB)
    except (KeyError, ValueError):
        return None


def _boot() -> str:
    """Return the kernel's name for this boot; empty where it has none."""
    try:
        return BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:
        return ""
