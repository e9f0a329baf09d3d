"""The ladder on the simulated unit: what is measured, labelled, kept and taken up again."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from tests.agent.conftest import Face, Unit, end_containers, face_of, run_unit
from thorhud.domain.comparison import Comparison
from thorhud.domain.ladder_plan import LadderRecord
from thorhud.domain.messages import AnswerKind, QueryName, Verb
from thorhud.domain.run_record import RunRecord
from thorhud.domain.state import AgentState, LadderPhase, LadderStep, PromptPhase, ServingPhase
from thorhud.domain.wire import convert

B20, FP4, EAGLE3 = "gpt-oss-20b", "llama-3.1-8b-fp4", "llama-3.1-8b-fp4-eagle3"
ONE_WARM_UP = {"least_warm_ups": 1, "most_warm_ups": 1}
BRIEF = {"max_tokens": 10, "parts": ["short"], "ready_for_s": 0, **ONE_WARM_UP}


def measured(unit: Unit, configuration_id: str) -> list[RunRecord]:
    """Return the runs that count, oldest first."""
    runs = unit.parts.records.runs()
    return [run for run in reversed(runs) if run.configuration_id == configuration_id and not run.warm_up]


def runs_done(state: AgentState) -> int:
    return sum(step.runs_done for step in state.ladder.steps)


def steps_of(unit: Unit) -> list[LadderStep]:
    return list(unit.agent.hub.state.ladder.steps)


def ladder_events(unit: Unit) -> list[str]:
    return [event.text for event in unit.agent.hub.events if event.kind == "ladder"]


async def test_it_warms_up_until_three_answers_agree_and_measures_both_prompts(unit: Unit, face: Face) -> None:
    wish = {"configuration_ids": [B20], "repeats": 2, "max_tokens": 12, "ready_for_s": 0}
    answer = await face.do(Verb.LADDER, **wish)

    assert answer.kind is AnswerKind.DONE, answer.reason
    runs = list(reversed(unit.parts.records.runs()))
    kinds = [(run.prompt_name, run.warm_up) for run in runs]
    short_warm_ups = kinds.count(("reference", True))
    assert 3 <= short_warm_ups <= 8
    assert kinds[:short_warm_ups] == [("reference", True)] * short_warm_ups
    assert kinds[short_warm_ups:] == [
        ("reference", False),
        ("reference", False),
        ("long", True),
        ("long", False),
        ("long", False),
    ]
    assert {(run.temperature, run.seed) for run in runs} == {(0.0, 42)}


async def test_no_two_runs_begin_alike_and_each_says_how_its_prompt_was_changed(unit: Unit, face: Face) -> None:
    await face.do(Verb.LADDER, configuration_ids=[FP4, B20], repeats=2, **BRIEF)
    for configuration_id in (FP4, B20):
        lines = [run.prompt_changed or "" for run in measured(unit, configuration_id)]
        assert ["[Run 1]" in lines[0], "[Run 2]" in lines[1]] == [True, True]
    runs = unit.parts.records.runs()
    servers = [run.result.server for run in runs]
    assert {server.prefix_cache_hits for server in servers if server} <= {0, None}
    assert all(server is not None for server in servers)
    assert len({(run.launch_id, run.prompt_changed) for run in runs}) == len(runs)


async def test_what_the_gates_found_stands_on_every_run_and_on_the_step(unit: Unit, face: Face) -> None:
    await face.do(Verb.LADDER, configuration_ids=[B20], repeats=2, **BRIEF)
    for run in unit.parts.records.runs():
        assert any("simulated" in sentence for sentence in run.not_comparable)
        assert any("ready for" in sentence for sentence in run.not_comparable)
    for run in measured(unit, B20):
        assert any("warm-up" in sentence for sentence in run.not_comparable)
    (step,) = steps_of(unit)
    assert all(sentence in step.not_comparable for run in measured(unit, B20) for sentence in run.not_comparable)
    (ladder,) = unit.parts.records.ladders()
    assert ladder.steps[0].not_comparable == step.not_comparable


async def test_a_server_that_is_left_alone_for_long_enough_passes_that_gate(unit: Unit, face: Face) -> None:
    await face.do(Verb.LADDER, configuration_ids=[B20], repeats=1, **{**BRIEF, "ready_for_s": 10})
    (run,) = measured(unit, B20)
    assert not any("ready for" in sentence or "else" in sentence for sentence in run.not_comparable)


async def test_another_client_is_seen_and_named_on_the_runs(unit: Unit, face: Face) -> None:
    first = await face.first(Verb.LADDER, {"configuration_ids": [B20], "repeats": 1, **BRIEF, "ready_for_s": 2})
    state = await face.until(lambda state: state.ladder.steps[0].state == "gating" if state.ladder.steps else False)
    assert state.serving.base_url is not None
    await _chat(state.serving.base_url)
    await face.link.outcome(first.id)
    (run,) = measured(unit, B20)
    assert any("somebody else" in sentence for sentence in run.not_comparable)


async def _chat(base_url: str) -> None:
    host, port = base_url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    body = b'{"messages": [{"role": "user", "content": "Hello"}], "max_tokens": 5}'
    writer.write(b"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n")
    writer.write(b"Connection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
    assert b"200" in (await reader.read())[:20]
    writer.close()


async def test_a_cancelled_ladder_goes_on_where_it_was(unit: Unit, face: Face) -> None:
    first = await face.first(Verb.LADDER, {"configuration_ids": [B20, FP4], "repeats": 3, **BRIEF})
    await face.until(lambda state: bool(state.ladder.steps) and state.ladder.steps[1].runs_done == 1)
    await face.do(Verb.CANCEL_LADDER)
    assert (await face.link.outcome(first.id)).failure_kind == "cancelled"
    state = await face.until(lambda state: state.ladder.phase is LadderPhase.CANCELLED)
    before = {run.id for run in (*measured(unit, B20), *measured(unit, FP4)) if run.result.error is None}
    assert state.ladder.resumable_id == state.ladder.ladder_id

    answer = await face.do(Verb.LADDER, resume=state.ladder.resumable_id)

    assert answer.kind is AnswerKind.DONE, answer.reason
    assert answer.details["ladder_id"] == state.ladder.ladder_id
    for configuration_id in (B20, FP4):
        whole = [run for run in measured(unit, configuration_id) if run.result.error is None]
        assert len(whole) == 3
        assert {run.ladder_id for run in whole} == {state.ladder.ladder_id}
    after = {run.id for run in (*measured(unit, B20), *measured(unit, FP4))}
    assert before <= after
    assert any("1 of 3 short kept" in text and "goes on" in text for text in ladder_events(unit))
    assert (await face.until(lambda state: state.ladder.phase is LadderPhase.DONE)).ladder.resumable_id is None


async def test_runs_of_another_power_mode_are_not_put_beside_new_ones(unit: Unit, face: Face) -> None:
    first = await face.first(Verb.LADDER, {"configuration_ids": [FP4], "repeats": 2, **BRIEF})
    await face.until(lambda state: runs_done(state) == 1)
    await face.do(Verb.CANCEL_LADDER)
    await face.link.outcome(first.id)
    (old,) = [run for run in measured(unit, FP4) if run.result.error is None]
    unit.parts.records.add_run(replace(old, power_mode="MAXN"))

    answer = await face.do(Verb.LADDER, resume=old.ladder_id)

    assert answer.kind is AnswerKind.DONE, answer.reason
    of_ladder = unit.parts.records.runs(ladder_id=old.ladder_id)
    assert len([run for run in of_ladder if not run.warm_up and run.result.error is None]) == 2
    (kept,) = [run for run in unit.parts.records.runs() if run.id == old.id]
    assert kept.ladder_id is None
    assert any("power mode was MAXN and is 120W" in text for text in ladder_events(unit))


async def test_after_the_end_of_its_agent_a_ladder_finds_its_server_again(tmp_path: Path) -> None:
    first = await run_unit(tmp_path, boot="first")
    async with face_of(first) as face:
        await face.first(Verb.LADDER, {"configuration_ids": [FP4], "repeats": 3, **BRIEF})
        await face.until(lambda state: runs_done(state) == 1)
        await first.end()
    second = await run_unit(tmp_path, boot="second")
    async with face_of(second) as face:
        state = await face.until(lambda state: state.ladder.resumable_id is not None)
        (record,) = convert(await face.link.query(QueryName.LADDERS), list[LadderRecord])
        assert (record.outcome, record.id) == ("interrupted", state.ladder.resumable_id)
        # an expectation is of one moment; adopting the server moves it
        await face.until(lambda state: state.serving.phase is ServingPhase.READY)
        answer = await face.do(Verb.LADDER, resume=record.id)
        assert answer.kind is AnswerKind.DONE, answer.reason
        runs = [run for run in second.parts.records.runs(ladder_id=record.id) if run.result.error is None]
        assert len([run for run in runs if not run.warm_up]) == 3
        assert len({run.launch_id for run in runs}) == 1
        assert any("still running" in text for text in ladder_events(second))
        assert len({run.prompt_changed for run in runs}) == len(runs)
    await second.end()
    await end_containers(tmp_path)


async def test_a_server_that_dies_fails_its_step_with_the_cause_and_the_next_goes_on(unit: Unit, face: Face) -> None:
    first = await face.first(Verb.LADDER, {"configuration_ids": [B20, FP4], "repeats": 2, **BRIEF, "max_tokens": 60})
    await face.until(lambda state: runs_done(state) == 1 and state.prompt.phase is PromptPhase.STREAMING)
    (container,) = await unit.parts.engine.containers()
    await unit.parts.engine.kill(container.id, "SIGKILL")
    end = await face.link.outcome(first.id)
    assert end.kind is AnswerKind.DONE, end.reason
    dead, well = steps_of(unit)
    assert (dead.state, well.state) == ("failed", "done")
    assert dead.reason
    assert "cancelled" not in dead.reason
    assert len(measured(unit, FP4)) == 2


async def test_a_face_that_goes_away_does_not_end_the_ladder(unit: Unit) -> None:
    async with face_of(unit) as face:
        await face.first(Verb.LADDER, {"configuration_ids": [FP4], "repeats": 2, **BRIEF})
        await face.until(lambda state: state.ladder.phase is LadderPhase.RUNNING)
    async with face_of(unit) as another:
        state = await another.until(lambda state: state.ladder.phase is not LadderPhase.RUNNING)
    assert state.ladder.phase is LadderPhase.DONE
    assert len(measured(unit, FP4)) == 2


async def test_an_answer_that_somebody_cancels_is_asked_for_again(unit: Unit, face: Face) -> None:
    first = await face.first(Verb.LADDER, {"configuration_ids": [FP4], "repeats": 1, **BRIEF, "max_tokens": 40})
    await face.until(
        lambda state: (
            state.prompt.phase is PromptPhase.STREAMING and not state.prompt.warm_up and bool(state.ladder.steps)
        )
    )
    await face.do(Verb.CANCEL_PROMPT)
    assert (await face.link.outcome(first.id)).kind is AnswerKind.DONE
    broken, whole = measured(unit, FP4)
    assert broken.result.error is not None
    assert whole.result.error is None
    assert broken.prompt_changed != whole.prompt_changed


async def test_the_memory_is_back_before_the_next_step_and_both_figures_are_kept(unit: Unit, face: Face) -> None:
    await face.do(Verb.LADDER, configuration_ids=[FP4], repeats=1, **BRIEF)
    (ladder,) = unit.parts.records.ladders()
    (step,) = ladder.steps
    assert step.memory.startswith("The memory is back: ")
    assert step.memory.count("GiB") == 2
    assert step.took_s is not None
    assert step.parts_done == ("short",)


async def test_greedy_answers_with_and_without_the_draft_are_compared(unit: Unit, face: Face) -> None:
    wish = {"configuration_ids": [FP4, EAGLE3], "repeats": 1, **BRIEF, "max_tokens": 8, "parts": ["short", "parity"]}
    answer = await face.do(Verb.LADDER, **wish)
    assert answer.kind is AnswerKind.DONE, answer.reason
    (parity,) = unit.parts.records.parities(ladder_id=str(answer.details["ladder_id"]))
    assert (parity.plain_id, parity.drafted_id, parity.simulated) == (FP4, EAGLE3, True)
    assert "reference" in {each.prompt_name for each in parity.prompts}
    comparison = convert(await face.link.query(QueryName.COMPARISON, ladder_id=answer.details["ladder_id"]), Comparison)
    assert comparison.parity == (parity,)
    dots = {row.configuration_id: len(row.short.dots) for row in comparison.rows if row.short.dots}
    assert dots == {FP4: 1, EAGLE3: 1}, "answers for parity are no measurement of speed"


async def test_the_conditions_of_the_unit_are_written_down_with_each_run(unit: Unit, face: Face) -> None:
    await face.do(Verb.LADDER, configuration_ids=[FP4], repeats=1, **{**BRIEF, "max_tokens": 120, "ready_for_s": 4})
    (run,) = measured(unit, FP4)
    conditions = run.conditions
    assert (conditions.l4t, conditions.jetson_clocks) == ("38.2.2", False)
    assert conditions.temp_c is not None
    assert conditions.gpu_clock_mhz is not None
    assert conditions.energy_j is not None
    assert run.result.total_s is not None
    assert 20.0 < conditions.energy_j / run.result.total_s < 130.0
    assert conditions.idle_power_w is not None
    assert conditions.idle_power_w < conditions.energy_j / run.result.total_s


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ({"parts": ["short", "tall"]}, "no part tall"),
        ({"repeats": 0}, "repeats must be a whole number"),
        ({"repeats": True}, "repeats must be a whole number"),
        ({"sweep_levels": [0]}, "sweep_levels"),
        ({"ready_for_s": -1}, "ready_for_s"),
        ({"configuration_ids": ["llama-9"]}, "no configuration llama-9"),
    ],
)
async def test_what_makes_no_sense_is_refused(face: Face, wish: dict[str, object], words: str) -> None:
    answer = await face.first(Verb.LADDER, wish)
    assert answer.kind is AnswerKind.REFUSED
    assert words in answer.reason


async def test_a_ladder_that_nobody_knows_cannot_be_taken_up(face: Face) -> None:
    answer = await face.do(Verb.LADDER, resume="nothing")
    assert answer.kind is AnswerKind.FAILED
    assert "--list" in answer.next_step
