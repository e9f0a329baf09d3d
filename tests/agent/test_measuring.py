"""The agent measures: prompts, streams, the ladder."""

import pytest

from tests.agent.conftest import Face, Unit
from thorhud.domain.comparison import Comparison
from thorhud.domain.messages import AnswerKind, Channel, QueryName, Verb
from thorhud.domain.state import CupColour, LadderPhase, PromptPhase, ServingPhase
from thorhud.domain.wire import convert

B20, FP4 = "gpt-oss-20b", "llama-3.1-8b-fp4"
SHORT = {"max_tokens": 10, "parts": ["short"], "least_warm_ups": 1, "most_warm_ups": 1, "ready_for_s": 0}
"""A first look."""


async def test_the_first_run_after_a_start_is_a_warm_up(unit: Unit, face: Face) -> None:
    await face.launch(B20)
    for _ in range(2):
        answer = await face.do(Verb.PROMPT, max_tokens=12)
        assert answer.kind is AnswerKind.DONE
    second, first = unit.parts.records.runs()
    assert (first.warm_up, second.warm_up) == (True, False)
    assert second.result.completion_tokens == 12
    assert second.result.server is not None
    assert second.image_digest
    assert second.simulated
    assert second.counts


async def test_the_answer_can_be_watched_and_is_the_text_that_is_recorded(unit: Unit, face: Face) -> None:
    await face.launch(FP4)
    await face.link.watch(Channel.ANSWER)
    await face.do(Verb.PROMPT, max_tokens=24)
    state = (await face.until(lambda state: state.prompt.phase is PromptPhase.DONE)).prompt
    pieces = face.pieces
    (run,) = unit.parts.records.runs()
    assert state.tokens_per_s == run.result.tokens_per_s
    assert "".join(piece.text for piece in pieces if not piece.reasoning) == run.result.text
    assert {piece.of for piece in pieces} == {run.id}
    offset = 0
    for piece in pieces:
        assert piece.offset == offset
        offset += len(piece.text)


async def test_a_prompt_can_be_cancelled_and_the_server_is_free(unit: Unit, face: Face) -> None:
    await face.launch(FP4)
    first = await face.first(Verb.PROMPT, {"prompt": "long"})
    await face.until(lambda state: state.prompt.phase is PromptPhase.STREAMING)
    await face.do(Verb.CANCEL_PROMPT)
    assert (await face.link.outcome(first.id)).failure_kind == "cancelled"
    assert (await face.do(Verb.PROMPT, max_tokens=10)).kind is AnswerKind.DONE


async def test_the_ladder_launches_measures_and_stops_each(unit: Unit, face: Face) -> None:
    answer = await face.do(Verb.LADDER, configuration_ids=[FP4, B20], repeats=2, **SHORT)

    assert answer.kind is AnswerKind.DONE
    state = await face.until(lambda state: state.ladder.phase is LadderPhase.DONE)
    assert [(step.configuration_id, step.state, step.runs_done) for step in state.ladder.steps] == [
        (B20, "done", 2),
        (FP4, "done", 2),
    ]
    assert state.serving.phase is ServingPhase.IDLE
    runs = unit.parts.records.runs()
    assert [run.warm_up for run in reversed(runs)] == [True, False, False] * 2
    assert {(run.temperature, run.seed) for run in runs} == {(0.0, 42)}
    assert {run.ladder_id for run in runs} == {answer.details["ladder_id"]}
    comparison = convert(await face.link.query(QueryName.COMPARISON, ladder_id=answer.details["ladder_id"]), Comparison)
    measured = {row.configuration_id: len(row.short.dots) for row in comparison.rows if row.short.dots}
    assert measured == {FP4: 2, B20: 2}
    assert comparison.preliminary


async def test_one_configuration_that_fails_does_not_end_the_ladder(unit: Unit, face: Face) -> None:
    await face.do(Verb.SIMULATE, fault="gpu-not-visible")
    answer = await face.do(Verb.LADDER, configuration_ids=[FP4, B20], repeats=1, **SHORT)
    assert answer.kind is AnswerKind.DONE
    state = await face.until(lambda state: state.ladder.phase is LadderPhase.DONE)
    assert [step.state for step in state.ladder.steps] == ["failed", "done"]
    assert state.ladder.steps[0].reason


async def test_a_cancelled_ladder_stops_its_model_and_keeps_its_runs(unit: Unit, face: Face) -> None:
    first = await face.first(Verb.LADDER, {"configuration_ids": [FP4, B20], **SHORT})
    await face.until(lambda state: any(step.runs_done >= 1 for step in state.ladder.steps))
    refused = await face.first(Verb.LAUNCH, {"configuration_id": FP4})
    assert refused.kind is AnswerKind.REFUSED
    await face.do(Verb.CANCEL_LADDER)
    assert (await face.link.outcome(first.id)).kind is AnswerKind.FAILED
    state = await face.until(lambda state: state.ladder.phase is LadderPhase.CANCELLED)
    assert state.serving.phase is ServingPhase.IDLE
    assert await unit.parts.engine.containers() == ()
    assert unit.parts.records.runs()


@pytest.mark.parametrize("colour", list(CupColour))
async def test_the_cup_is_shown_and_kept(unit: Unit, face: Face, colour: CupColour) -> None:
    await face.do(Verb.CUP, colour=colour.value)
    state = await face.until(lambda state: state.cup.since_unix_s is not None)
    assert state.cup.colour is colour
    assert colour.value in (unit.parts.records.kept("cup") or "")
