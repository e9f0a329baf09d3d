"""The pieces of a ladder by themselves: prompts, warm-ups that never settle, parity, memory, Docker that is away."""

from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from thorhud.agent.answers import PAGE_BYTES, _page
from thorhud.agent.hub import Hub
from thorhud.agent.ladder import answers as ladder_answers
from thorhud.agent.ladder import reclaim as ladder_reclaim
from thorhud.agent.ladder import start as ladder_start
from thorhud.agent.ladder.answers import Answers, PartFailed
from thorhud.agent.ladder.book import LadderBook, broken_off
from thorhud.agent.ladder.clock import LadderClock
from thorhud.agent.ladder.gates import Gates
from thorhud.agent.ladder.parity import _prompt, _sentence, pairs
from thorhud.agent.ladder.prompts import labelled, parity_prompts, prompt_of, shortened
from thorhud.agent.ladder.reclaim import Reclaim
from thorhud.agent.ladder.resume import Kept, changed_since
from thorhud.agent.ladder.start import Starter
from thorhud.agent.ladder.sweep import SweepPart
from thorhud.agent.ladder.usual import Usual
from thorhud.agent.parts import Parts
from thorhud.agent.prompting import Prompting, PromptOrder
from thorhud.agent.serving.serving_control import ServingControl
from thorhud.domain.errors import EngineUnreachable, RecordsError, ThorHudError
from thorhud.domain.failures import Failure
from thorhud.domain.identity import UnitIdentity
from thorhud.domain.ladder_plan import LadderPlan, LadderRecord, Part, StepRecord
from thorhud.domain.memory import GIB
from thorhud.domain.reading import Reading
from thorhud.domain.repairs import RepairProof, RepairStep, Situation
from thorhud.domain.run_record import RunConditions, RunRecord
from thorhud.domain.state import AgentInfo, AgentState, ServingPhase
from thorhud.domain.sweep import SweepLevel, SweepProgress, SweepRequest
from thorhud.domain.telemetry import Memory, TelemetrySnapshot
from thorhud.domain.timing import PromptError, PromptResult
from thorhud.domain.wire import encode_value
from thorhud.domain.workshop import Workshop
from thorhud.records.store import Records
from thorhud.settings.workshop_file import load_workshop

FP4, EAGLE3 = "llama-3.1-8b-fp4", "llama-3.1-8b-fp4-eagle3"
PLAN = LadderPlan(configuration_ids=(FP4, EAGLE3), repeats=5, sweep_levels=(1, 2, 4))


@pytest.fixture(scope="module")
def workshop() -> Workshop:
    return load_workshop()


def memory(available_gib: float) -> Reading[Memory]:
    size = round(available_gib * GIB)
    return Reading(
        value=Memory(total_bytes=122 * GIB, free_bytes=size, available_bytes=size, file_cache_bytes=0), source="proc"
    )


@pytest.fixture
def hub() -> Hub:
    hub = Hub(
        AgentState(
            agent=AgentInfo(version="test", boot="b", pid=1, workshop_id="w"),
            identity=UnitIdentity(hostname="thor-07"),
            telemetry=TelemetrySnapshot(taken_s=0.0, memory=memory(118.0)),
        )
    )
    hub.change_serving(phase=ServingPhase.READY, launch_id="l", configuration_id=FP4)
    return hub


@pytest.fixture
def records(tmp_path: Path) -> Any:
    with closing(Records(tmp_path / "records.sqlite3")) as records:
        yield records


def book_of(hub: Hub, records: Records, plan: LadderPlan = PLAN) -> LadderBook:
    steps = tuple(StepRecord(configuration_id=each) for each in plan.configuration_ids)
    return LadderBook(hub, records, LadderRecord(id="a", began_unix_s=1.0, plan=plan, steps=steps))


def run_of(text: str = "", **changes: Any) -> RunRecord:
    result = PromptResult(model="m", tokens_per_s=19.0, text=text, token_ids=changes.pop("token_ids", ()))
    fields = {"id": "r", "at_unix_s": 1.0, "configuration_id": FP4, "prompt_name": "parity: long", "result": result}
    return RunRecord(**{**fields, **changes})


class FakePrompting:
    """Answers as told: a speed, or an error's kind."""

    def __init__(self, *script: float | str) -> None:
        self._script = list(script)
        self.orders: list[PromptOrder] = []

    async def run(self, order: PromptOrder) -> RunRecord:
        self.orders.append(order)
        told = self._script.pop(0) if len(self._script) > 1 else self._script[0]
        if isinstance(told, str):
            error = PromptError(kind=told, headline=f"It was {told}.")
            return run_of(result=PromptResult(model="m", error=error))
        return run_of(result=PromptResult(model="m", tokens_per_s=told), not_comparable=order.not_comparable)


class QuietGates:
    """Nothing is wrong, unless told."""

    def __init__(self, *found: str, well: bool = True) -> None:
        self.found = found
        self._well = well

    async def look(self) -> tuple[str, ...]:
        return self.found

    async def answers(self) -> bool:
        return self._well


def answers_of(
    hub: Hub, records: Records, workshop: Workshop, prompting: FakePrompting, gates: QuietGates | None = None
) -> Answers:
    configuration = workshop.configuration(FP4)
    assert configuration is not None
    return Answers(
        hub,
        prompting=cast("Prompting", prompting),
        book=book_of(hub, records),
        clock=LadderClock(hub, PLAN, Usual(workshop, PLAN)),
        gates=cast("Gates", gates or QuietGates()),
        configuration=configuration,
    )


@pytest.fixture(autouse=True)
def _no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ladder_answers, "LOOK_EVERY_S", 0.001)
    monkeypatch.setattr(ladder_answers, "WELL_AFTER_S", 0.0)
    monkeypatch.setattr(ladder_start, "LOOK_EVERY_S", 0.001)
    monkeypatch.setattr(ladder_reclaim, "LOOK_EVERY_S", 0.001)
    monkeypatch.setattr(ladder_reclaim, "BACK_AFTER_S", 0.05)


# prompts


def test_a_run_begins_with_a_line_that_no_other_run_of_its_server_has(workshop: Workshop) -> None:
    long = prompt_of(Part.LONG, workshop, PLAN)
    changed, words = labelled(long, "Run 3")
    assert changed.prompt.text.startswith("[Run 3]\nWrite a guide")
    assert changed.prompt.name == "long"
    assert '"[Run 3]"' in words
    assert (long.prompt.temperature, long.prompt.max_tokens) == (0.0, 1024)


def test_the_shape_has_exactly_its_tokens_and_no_early_end(workshop: Workshop) -> None:
    shape = prompt_of(Part.SHAPE, workshop, replace(PLAN, max_tokens=20))
    assert (shape.prompt.name, shape.prompt_tokens, shape.prompt.max_tokens, shape.ignore_eos) == (
        "2048/128",
        2048,
        128,
        True,
    )


def test_parity_asks_the_prompts_as_they_stand(workshop: Workshop) -> None:
    asked = parity_prompts(workshop, PLAN)
    reference = workshop.prompt(workshop.short_prompt)
    assert reference is not None
    assert (asked[0].name, asked[0].text, asked[0].temperature) == ("parity: reference", reference.text, 0.0)
    assert len({each.name for each in asked}) == len(asked) > 5


def test_a_warm_up_of_a_long_answer_is_cut_short(workshop: Workshop) -> None:
    assert shortened(prompt_of(Part.LONG, workshop, PLAN)).prompt.max_tokens == 256


# warm-ups and repeats


async def test_a_speed_that_never_settles_is_measured_and_said_on_every_run(
    hub: Hub, records: Records, workshop: Workshop
) -> None:
    prompting = FakePrompting(*[10.0, 20.0] * 10)
    answers = answers_of(hub, records, workshop, prompting)
    chosen = prompt_of(Part.SHORT, workshop, PLAN)
    await answers.warm_up(chosen)
    assert len(prompting.orders) == 8
    assert all(order.warm_up for order in prompting.orders)
    run = await answers.measure(Part.SHORT, chosen, 1)
    assert any("had not settled after 8 warm-ups" in sentence for sentence in run.not_comparable)


async def test_three_that_agree_are_enough(hub: Hub, records: Records, workshop: Workshop) -> None:
    prompting = FakePrompting(8.0, 10.0, 10.2, 10.1)
    answers = answers_of(hub, records, workshop, prompting)
    await answers.warm_up(prompt_of(Part.SHORT, workshop, PLAN))
    assert len(prompting.orders) == 4
    assert answers.labels == ()


async def test_an_answer_that_breaks_off_is_asked_for_again_with_another_line(
    hub: Hub, records: Records, workshop: Workshop
) -> None:
    prompting = FakePrompting("mid-stream", 19.0)
    run = await answers_of(hub, records, workshop, prompting).measure(
        Part.SHORT, prompt_of(Part.SHORT, workshop, PLAN), 2
    )
    assert run.result.tokens_per_s == 19.0
    first, second = (order.prompt.text.splitlines()[0] for order in prompting.orders)
    assert (first, second) == ("[Run 2]", "[Run 2, try 2]")


async def test_one_that_always_breaks_off_costs_its_part_only(hub: Hub, records: Records, workshop: Workshop) -> None:
    prompting = FakePrompting("http")
    with pytest.raises(PartFailed, match="It was http"):
        await answers_of(hub, records, workshop, prompting).measure(
            Part.SHORT, prompt_of(Part.SHORT, workshop, PLAN), 1
        )
    assert len(prompting.orders) == 3


async def test_the_cause_of_a_server_that_ended_is_told_and_not_what_came_of_it(
    hub: Hub, records: Records, workshop: Workshop
) -> None:
    failure = Failure(kind="memory", headline="The kernel ended it for want of memory", next_step="", evidence="")
    prompting = FakePrompting("cancelled")
    answers = answers_of(hub, records, workshop, prompting, QuietGates(well=False))
    hub.change_serving(phase=ServingPhase.FAILED, failure=failure)
    with pytest.raises(ThorHudError, match="want of memory") as caught:
        await answers.measure(Part.SHORT, prompt_of(Part.SHORT, workshop, PLAN), 1)
    assert not isinstance(caught.value, PartFailed)
    assert len(prompting.orders) == 1


async def test_what_a_gate_finds_before_one_run_is_on_that_run_only(
    hub: Hub, records: Records, workshop: Workshop
) -> None:
    gates = QuietGates("Not comparable: the unit throttles.")
    answers = answers_of(hub, records, workshop, FakePrompting(19.0), gates)
    chosen = prompt_of(Part.SHORT, workshop, PLAN)
    hot = await answers.measure(Part.SHORT, chosen, 1)
    gates.found = ()
    cool = await answers.measure(Part.SHORT, chosen, 2)
    assert (hot.not_comparable, cool.not_comparable) == (("Not comparable: the unit throttles.",), ())


# what is kept


def test_runs_are_kept_only_where_everything_is_as_it_was() -> None:
    old = run_of(image_digest="sha256:1", vllm_version="0.10.1", power_mode="MAXN", serve_arguments=("m",))
    kept = Kept(runs=(old, old))
    assert changed_since(kept, old) is None
    assert changed_since(kept, replace(old, id="other", prompt_name="x", warm_up=True)) is None
    for change, words in (
        ({"power_mode": "120W"}, "power mode was MAXN and is 120W"),
        ({"image_digest": "sha256:2"}, "image was sha256:1 and is sha256:2"),
        ({"vllm_version": None}, "vLLM was 0.10.1 and is not known"),
        ({"serve_arguments": ("m", "--enforce-eager")}, "--enforce-eager"),
        ({"conditions": RunConditions(jetson_clocks=True)}, "jetson_clocks was not known and is True"),
        ({"hud_version": "9"}, "thorhud was"),
    ):
        assert words in (changed_since(kept, replace(old, **cast("Any", change))) or "nothing"), change


async def test_a_ladder_whose_agent_died_is_closed_and_offered(records: Records) -> None:
    record = LadderRecord(id="a", began_unix_s=1.0, plan=PLAN, steps=(StepRecord(configuration_id=FP4),))
    records.save_ladder(record)
    assert await broken_off(records) == "a"
    assert [each.outcome for each in records.ladders()] == ["interrupted"]
    records.save_ladder(replace(record, id="b", began_unix_s=2.0, outcome="done"))
    assert await broken_off(records) is None


async def test_a_full_disk_costs_the_record_and_not_the_ladder(hub: Hub, records: Records) -> None:
    def refuse(_: LadderRecord) -> None:
        raise RecordsError("The disk is full.")

    book = book_of(hub, cast("Records", SimpleNamespace(save_ladder=refuse)))
    await book.open(runs_planned={})
    await book.change(FP4, state="starting")
    assert hub.state.ladder.steps[0].state == "starting"
    told = [event.text for event in hub.events if "full" in event.text]
    assert len(told) == 1


# parity


def test_pairs_are_of_the_same_model_and_both_asked_for(workshop: Workshop) -> None:
    assert pairs(workshop, (FP4, EAGLE3)) == ((FP4, EAGLE3),)
    assert pairs(workshop, (FP4, "llama-3.1-8b-fp8")) == ()


def test_the_first_token_at_which_they_part_is_shown_with_its_context() -> None:
    plain = run_of("A robot sees far.", token_ids=(1, 2, 3, 4))
    drafted = run_of("A robot hears well.", token_ids=(1, 2, 9, 9))
    found = _prompt(plain, drafted)
    assert (found.prompt_name, found.first_difference, found.compared_by) == ("long", 2, "tokens")
    assert (found.context, found.plain_next, found.drafted_next) == ("A robot ", "sees far.", "hears well.")


def test_without_token_ids_words_are_compared_and_that_is_said() -> None:
    found = _prompt(run_of("one two three"), run_of("one two"))
    assert (found.first_difference, found.compared_by) == (2, "text")
    assert _sentence([found]) == "The greedy answers to 1 of 1 prompt part, the earliest at word 2."


def test_answers_that_agree_are_never_called_identical() -> None:
    found = _prompt(run_of("one two", token_ids=(1, 2)), run_of("one two", token_ids=(1, 2)))
    assert found.first_difference is None
    assert _sentence([found, found]).startswith("Lossless up to numerics: ")
    assert "identical" not in _sentence([found])


# sweep


class FakeSweeper:
    """Yields the levels that it is told, by number of users."""

    def __init__(self, **levels: SweepLevel) -> None:
        self._levels = levels
        self.requests: list[SweepRequest] = []

    async def sweep(self, request: SweepRequest) -> AsyncIterator[SweepProgress | SweepLevel]:
        self.requests.append(request)
        yield SweepProgress(elapsed_s=0.1, requests_done=0, requests_planned=request.requests)
        yield self._levels[f"users_{request.concurrency}"]


def level(users: int, total: float) -> SweepLevel:
    return SweepLevel(
        concurrency=users, requests=4, total_tokens_per_s=total, per_user_tokens_per_s=total / users, ttft_s=(0.1,)
    )


def sweep_part(
    hub: Hub, records: Records, workshop: Workshop, sweeper: FakeSweeper | None, plan: LadderPlan = PLAN
) -> SweepPart:
    parts = SimpleNamespace(workshop=workshop, records=records, sweeper=sweeper, base_url="http://x", simulated=True)
    answers = answers_of(hub, records, workshop, FakePrompting(19.0))
    clock = LadderClock(hub, plan, Usual(workshop, plan))
    return SweepPart(hub, cast("Parts", parts), book=book_of(hub, records, plan), clock=clock, answers=answers)


async def test_a_sweep_ends_where_more_users_bring_nothing(hub: Hub, records: Records, workshop: Workshop) -> None:
    sweeper = FakeSweeper(users_1=level(1, 20.0), users_2=level(2, 20.2))
    configuration = workshop.configuration(FP4)
    assert configuration is not None
    record = await sweep_part(hub, records, workshop, sweeper).measure(configuration)
    assert [each.concurrency for each in record.levels] == [1, 2]
    assert record.stopped_because
    assert records.sweeps(ladder_id="a") == [record]
    assert {request.prompt.ignore_eos for request in sweeper.requests} == {True}
    assert not hub.sweeping


async def test_a_sweep_asks_the_fixed_shape_where_that_is_measured(
    hub: Hub, records: Records, workshop: Workshop
) -> None:
    plan = replace(PLAN, parts=(Part.SHAPE, Part.SWEEP), sweep_levels=(1,))
    sweeper = FakeSweeper(users_1=level(1, 20.0))
    configuration = workshop.configuration(FP4)
    assert configuration is not None
    record = await sweep_part(hub, records, workshop, sweeper, plan).measure(configuration)
    assert record.prompt_name == "2048/128"
    assert sweeper.requests[0].prompt.prompt_tokens == 2048


async def test_a_sweep_that_got_no_answer_is_no_sweep(hub: Hub, records: Records, workshop: Workshop) -> None:
    nothing = SweepLevel(concurrency=1, requests=0, failed=4, error=PromptError(kind="http", headline="Refused."))
    configuration = workshop.configuration(FP4)
    assert configuration is not None
    for sweeper in (FakeSweeper(users_1=nothing), None):
        with pytest.raises(PartFailed):
            await sweep_part(hub, records, workshop, sweeper).measure(configuration)
    assert records.sweeps() == []


# memory


class FakeRepairs:
    """Clears memory by letting the telemetry say so."""

    def __init__(self, hub: Hub, available_gib: float) -> None:
        self._hub = hub
        self._available_gib = available_gib
        self.asked: list[str] = []

    async def run(self, repair_id: str, _situation: Situation) -> AsyncIterator[RepairStep]:
        self.asked.append(repair_id)
        self._hub.change(telemetry=TelemetrySnapshot(taken_s=9.0, memory=memory(self._available_gib)))
        yield RepairProof(repair_id=repair_id, proven=True, sentence="Memory cleared.")


def reclaim_of(hub: Hub, repairs: FakeRepairs | None, *, known: bool = True) -> Reclaim:
    parts = SimpleNamespace(clears_memory=True, repairs=repairs)
    return Reclaim(hub, cast("Parts", parts), known=known)


async def test_memory_that_is_back_is_said_with_both_figures(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ladder_reclaim, "BACK_AFTER_S", 5.0)
    reclaim = reclaim_of(hub, None)
    hub.change(telemetry=TelemetrySnapshot(taken_s=1.0, memory=memory(60.0)))
    samples = iter((70.0, 117.5))

    async def next_sample(_seconds: float) -> None:
        taken_s = hub.state.telemetry.taken_s + 1
        hub.change(telemetry=TelemetrySnapshot(taken_s=taken_s, memory=memory(next(samples))))

    monkeypatch.setattr("thorhud.agent.ladder.reclaim.asyncio.sleep", next_sample)
    back, words = await reclaim.memory()
    assert back
    assert words == ("The memory is back: 118.0 GiB was available before the start, 117.5 GiB is after the stop.")


async def test_memory_that_stays_away_is_cleared(hub: Hub) -> None:
    repairs = FakeRepairs(hub, 60.0)
    reclaim = reclaim_of(hub, repairs)
    hub.change(telemetry=TelemetrySnapshot(taken_s=1.0, memory=memory(60.0)))
    back, words = await reclaim.memory()
    assert repairs.asked == ["clear-memory"]
    assert not back
    assert words.startswith("Not all memory came back: 118.0 GiB was available before the start, 60.0 GiB")


async def test_a_server_that_ran_before_leaves_nothing_to_compare_with(hub: Hub) -> None:
    back, words = await reclaim_of(hub, None, known=False).memory()
    assert back
    assert "cannot be told" in words


# Docker


class FakeEngine:
    """Away for so many looks."""

    def __init__(self, away: int) -> None:
        self.looks = 0
        self._away = away

    async def version(self) -> str:
        self.looks += 1
        if self.looks <= self._away:
            raise EngineUnreachable("Docker does not answer.")
        return "28"


class FakeServing:
    """Cannot start while Docker is away."""

    def __init__(self, *trouble: Exception) -> None:
        self._trouble = list(trouble)
        self.launched = 0

    async def launch(self, _configuration: object, *, who: str) -> None:
        assert who == "ladder"
        self.launched += 1
        if self._trouble:
            raise self._trouble.pop(0)


async def test_a_docker_that_restarts_under_a_start_is_waited_for(hub: Hub, workshop: Workshop) -> None:
    engine, serving = FakeEngine(3), FakeServing(EngineUnreachable("Docker does not answer."))
    parts = cast("Parts", SimpleNamespace(engine=engine))
    configuration = workshop.configuration(FP4)
    assert configuration is not None
    await Starter(hub, parts, cast("ServingControl", serving), Usual(workshop, PLAN)).launch(configuration)
    assert (engine.looks, serving.launched) == (4, 2)


async def test_a_docker_that_stays_away_is_the_reason(
    hub: Hub, workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ladder_start, "DOCKER_WITHIN_S", 0.01)
    parts = cast("Parts", SimpleNamespace(engine=FakeEngine(10_000)))
    serving = FakeServing(EngineUnreachable("Docker does not answer."))
    configuration = workshop.configuration(FP4)
    assert configuration is not None
    with pytest.raises(ThorHudError, match="Docker does not answer"):
        await Starter(hub, parts, cast("ServingControl", serving), Usual(workshop, PLAN)).launch(configuration)


# pages


def test_a_page_of_long_answers_fits_into_a_message() -> None:
    runs = [run_of("x" * 200_000, id=str(number)) for number in range(20)]
    page = _page(runs)
    assert 1 <= len(page) < 20
    assert sum(len(encode_value(run)) for run in page) <= PAGE_BYTES
    assert len(_page([run_of("x" * (PAGE_BYTES + 1))])) == 1
