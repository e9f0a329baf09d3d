"""Repairs asked for by a face: run, shown, proven, recorded, and the launch that failed started again."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.agent.conftest import Face, Unit
from thorhud.agent.repairing import REBOOT_OF, Repairing, needed_bytes
from thorhud.agent.serving.serving_control import ServingControl
from thorhud.domain.errors import ThorHudError
from thorhud.domain.failures import Failure, failure_of
from thorhud.domain.memory import Part, ledger_of
from thorhud.domain.messages import AnswerKind, Command, Verb
from thorhud.domain.repairs import RepairId, RepairPlan, RepairProgress, RepairProof, RepairStep, Situation, repair_of
from thorhud.domain.state import RepairPhase, ServingPhase

FP8 = "llama-3.1-8b-fp8"
LINE = (
    "ValueError: Free memory on device (14.45/122.82 GiB) on startup is less than desired GPU memory utilization "
    "(0.7, 85.98 GiB). Decrease GPU memory utilization or reduce GPU memory used by other processes."
)


class SlowRepairs:
    """Repairs that wait for the test, and do not work."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.may_end = asyncio.Event()
        self.situations: list[Situation] = []

    async def plan(self, repair_id: str, _situation: Situation) -> RepairPlan:
        return RepairPlan(repair=repair_of(repair_id), steps=())

    async def run(self, repair_id: str, situation: Situation) -> AsyncIterator[RepairStep]:
        self.situations.append(situation)
        yield RepairProgress(repair_id=repair_id, sentence="Working")
        self.begun.set()
        await self.may_end.wait()
        yield RepairProof(
            repair_id=repair_id,
            proven=False,
            sentence="It did not help.",
            next_step="Restart Docker.",
            command="sudo x",
        )


async def failed_start(face: Face, fault: str = "memory-at-start") -> None:
    await face.do(Verb.SIMULATE, fault=fault)
    assert (await face.launch(FP8)).kind is AnswerKind.FAILED
    await face.until(lambda state: state.serving.phase is ServingPhase.FAILED)


async def test_clear_memory_and_try_again_ends_with_a_model_that_serves(face: Face) -> None:
    await failed_start(face)

    answer = await face.do(Verb.REPAIR, repair="clear-memory", restart_launch=True)

    state = await face.until(lambda state: state.serving.phase is ServingPhase.READY)
    assert answer.kind is AnswerKind.DONE, answer.reason
    assert answer.details["ready_after_s"] is not None
    assert state.serving.configuration_id == FP8
    assert (state.repair.phase, state.repair.repair_id) == (RepairPhase.DONE, "clear-memory")
    assert state.repair.restarts == FP8
    assert "is free" in state.repair.sentence


async def test_a_repair_alone_starts_nothing(face: Face) -> None:
    await failed_start(face)

    answer = await face.do(Verb.REPAIR, repair="clear-memory")

    state = await face.until(lambda state: state.repair.phase is RepairPhase.DONE)
    assert answer.kind is AnswerKind.DONE
    assert state.serving.phase is ServingPhase.FAILED


async def test_it_is_written_down_with_who_and_what_came_of_it(face: Face, tmp_path: Path) -> None:
    await face.do(Verb.REPAIR, repair="max-power")

    with sqlite3.connect(tmp_path / "records.sqlite3") as db:
        rows = db.execute("SELECT who, verb, args, outcome FROM actions WHERE verb = 'repair'").fetchall()
    db.close()
    ((who, _, args, outcome),) = rows
    assert who == "test"
    assert args == '{"repair": "max-power"}'
    assert outcome.startswith("done: The power mode is MAXN (0)")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({"repair": "format-disk"}, "no repair called 'format-disk'"),
        ({}, "no repair called ''"),
        ({"repair": "clear-memory", "restart_launch": True}, "No start has failed"),
    ],
)
async def test_what_cannot_begin_is_refused_with_a_reason(face: Face, args: dict[str, object], words: str) -> None:
    answer = await face.first(Verb.REPAIR, args)

    assert answer.kind is AnswerKind.REFUSED
    assert words in answer.reason
    # a refusal leaves nothing behind that would refuse the next one
    assert (await face.do(Verb.REPAIR, repair="clear-memory")).kind is AnswerKind.DONE


async def test_a_repair_for_a_state_that_has_moved_is_refused(face: Face) -> None:
    answer = await face.first(Verb.REPAIR, {"repair": "reboot"}, expect=False)

    assert answer.kind is AnswerKind.REFUSED


async def test_a_restart_of_docker_stops_the_model_as_asked_and_leaves_no_failure(face: Face) -> None:
    await face.launch(FP8)

    answer = await face.do(Verb.REPAIR, repair="restart-docker")

    state = await face.until(lambda state: state.serving.phase is ServingPhase.IDLE)
    assert answer.kind is AnswerKind.DONE
    assert state.serving.failure is None


async def test_clearing_memory_leaves_a_model_running(face: Face) -> None:
    await face.launch(FP8)

    await face.do(Verb.REPAIR, repair="clear-memory")

    state = await face.until(lambda state: state.repair.phase is RepairPhase.DONE)
    assert state.serving.phase is ServingPhase.READY


async def test_nothing_else_begins_beside_a_repair_and_one_that_fails_starts_nothing(
    unit: Unit, face: Face, monkeypatch: pytest.MonkeyPatch
) -> None:
    await failed_start(face)
    slow = SlowRepairs()
    repairing = _repairing_of(unit)
    monkeypatch.setattr(repairing, "_parts", replace(unit.parts, repairs=slow))
    going_on = asyncio.ensure_future(face.do(Verb.REPAIR, repair="clear-memory", restart_launch=True))
    await slow.begun.wait()
    await face.until(lambda state: state.repair.sentence == "Working")

    refused = [
        await face.first(verb, args)
        for verb, args in (
            (Verb.LAUNCH, {"configuration_id": FP8}),
            (Verb.REPAIR, {"repair": "reboot"}),
            (Verb.LADDER, {}),
        )
    ]
    slow.may_end.set()
    ended = await going_on

    assert {each.kind for each in refused} == {AnswerKind.REFUSED}
    assert all("A repair is going on: Clear memory" in each.reason for each in refused)
    assert (ended.kind, ended.reason) == (AnswerKind.FAILED, "Clear memory: It did not help.")
    state = await face.until(lambda state: state.repair.phase is RepairPhase.FAILED)
    assert state.serving.phase is ServingPhase.FAILED
    assert (state.repair.next_step, state.repair.command) == ("Restart Docker.", "sudo x")


async def test_a_repair_knows_which_launch_is_in_use(unit: Unit, face: Face, monkeypatch: pytest.MonkeyPatch) -> None:
    await face.launch(FP8)
    slow = SlowRepairs()
    slow.may_end.set()
    monkeypatch.setattr(_repairing_of(unit), "_parts", replace(unit.parts, repairs=slow))

    await face.do(Verb.REPAIR, repair="stop-leftovers")

    state = await face.until(lambda state: state.serving.launch_id is not None)
    (seen,) = slow.situations
    assert seen == Situation(
        in_use=frozenset({str(state.serving.launch_id)}), configuration_id=FP8, served_model=state.serving.model
    )


async def test_the_next_agent_proves_a_reboot_that_was_asked_for(
    unit: Unit, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    boot = tmp_path / "boot_id"
    boot.write_text("first\n")
    monkeypatch.setattr("thorhud.agent.repairing.BOOT_ID", boot)
    slow = SlowRepairs()
    slow.may_end.set()
    parts = replace(unit.parts, repairs=slow, simulated=False, unit="thor-07")
    async with asyncio.TaskGroup() as tasks:
        serving = ServingControl(unit.agent.hub, parts, tasks, cancel_requests=_nothing)
        repairing = Repairing(unit.agent.hub, parts, serving)
        command = Command(id="1", verb=Verb.REPAIR, args={"repair": RepairId.REBOOT.value})
        repairing.check(command)
        with pytest.raises(ThorHudError):
            await repairing.run(command)

        await repairing.look_back()
        before = unit.agent.hub.state.repair.phase
        boot.write_text("second\n")
        await repairing.look_back()

    assert before is RepairPhase.FAILED
    assert unit.agent.hub.state.repair.sentence == "thor-07 was rebooted and is back."
    assert parts.records.kept(REBOOT_OF) == ""


def test_what_a_failed_start_needed_is_read_from_its_line() -> None:
    assert needed_bytes(failure_of("memory-at-start", evidence=LINE)) == round(85.98 * 1024**3)
    assert needed_bytes(Failure(kind="port-in-use", headline="x", evidence="address already in use")) is None
    assert needed_bytes(None) is None


async def _nothing() -> None:
    return


def _repairing_of(unit: Unit) -> Repairing:
    dispatcher = unit.agent._dispatcher
    assert dispatcher is not None
    repairing = getattr(dispatcher._actions[Verb.REPAIR].work, "__self__", None)
    assert isinstance(repairing, Repairing)
    return repairing


async def test_bar_sentence_and_log_of_a_simulated_lack_of_memory_tell_one_story(face: Face) -> None:
    await failed_start(face)
    # the next sample of the hardware; a hurried start ends before it
    await face.until(lambda state: ledger_of(state, None).free_bytes < 20 * 1024**3)  # type: ignore[union-attr]
    again = await face.launch(FP8)

    state = await face.until(lambda state: state.serving.phase is ServingPhase.FAILED)
    ledger = ledger_of(state, None)
    assert again.kind is AnswerKind.FAILED, "the memory is held until somebody clears it"
    assert state.serving.failure is not None
    assert state.serving.failure.kind == "memory-unclaimed"
    assert "14.45/122.82 GiB" in state.serving.failure.evidence
    assert ledger is not None
    assert ledger.free_bytes / 1024**3 == pytest.approx(14.45, abs=0.1)
    assert f"{ledger.parts[Part.UNCLAIMED] / 1024**3:.1f} GiB" in state.serving.failure.explanation

    await face.do(Verb.REPAIR, repair="clear-memory", restart_launch=True)
    await face.until(lambda state: state.serving.phase is ServingPhase.READY)
