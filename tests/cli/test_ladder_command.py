"""`thorhud ladder` in words: progress, tables, what can be asked for."""

import argparse
from dataclasses import replace

import pytest

from thorhud.cli.conversation import StatusLine
from thorhud.cli.ladder import QUICK, _named, _parts
from thorhud.cli.ladder_words import Progress, how_to_go_on, ladder_lines, table_lines
from thorhud.domain.comparison import Comparison, ComparisonCell, ComparisonRow, Dot
from thorhud.domain.errors import ThorHudError
from thorhud.domain.identity import UnitIdentity
from thorhud.domain.ladder_plan import LadderPlan, LadderRecord, StepRecord
from thorhud.domain.state import AgentInfo, AgentState, LadderPhase, LadderState, LadderStep
from thorhud.domain.statistics import Interval, Verdict
from thorhud.domain.sweep import SweepLevel, SweepRecord
from thorhud.domain.telemetry import TelemetrySnapshot
from thorhud.domain.workshop import Workshop
from thorhud.settings.workshop_file import load_workshop

FP16, FP4 = "llama-3.1-8b-fp16", "llama-3.1-8b-fp4"


@pytest.fixture(scope="module")
def workshop() -> Workshop:
    return load_workshop()


def cell(median: float, count: int = 5, *, marked: str | None = None) -> ComparisonCell:
    dots = [Dot(tokens_per_s=median, ttft_s=0.1, completion_tokens=140) for _ in range(count)]
    if marked:
        dots.append(Dot(tokens_per_s=1.0, ttft_s=9.0, completion_tokens=140, marked=marked))
    return ComparisonCell(
        dots=tuple(dots),
        median_tokens_per_s=median,
        median_ttft_s=0.12,
        median_energy_per_token_j=4.25,
        interval=Interval(value=median, low=median - 0.2, high=median + 0.3, n=count),
    )


def state_of(ladder: LadderState) -> AgentState:
    return AgentState(
        agent=AgentInfo(version="test", boot="b", pid=1, workshop_id="w"),
        identity=UnitIdentity(hostname="thor-07"),
        telemetry=TelemetrySnapshot(taken_s=0.0),
        ladder=ladder,
    )


def test_a_table_has_median_interval_count_and_what_was_published(workshop: Workshop) -> None:
    rows = (
        ComparisonRow(configuration_id=FP16, short=cell(10.7, marked="throttled"), long=ComparisonCell()),
        ComparisonRow(configuration_id=FP4, short=ComparisonCell(), long=ComparisonCell(), reason="no weights"),
    )
    verdict = Verdict(
        before_id=FP16,
        after_id=FP4,
        prompt_name="reference",
        difference_shown=False,
        ratio=Interval(value=1.0, low=0.9, high=1.1, n=5),
        sentence="No difference is shown.",
    )
    comparison = Comparison(unit="thor-07", rows=rows, preliminary=False, verdicts=(verdict,), conditions=("MAXN.",))
    lines = list(table_lines(comparison, workshop))
    (fp16,) = [line for line in lines if line.startswith("Llama-3.1-8B FP16")]
    assert fp16.split()[2:] == ["10.7", "10.5", "to", "11.0", "5", "0.12", "s", "4.25", "10.7"]
    assert any(line.startswith("Llama-3.1-8B FP4") and "no weights" in line for line in lines)
    assert not any("Long answer" in line or "2048" in line for line in lines)
    assert lines[-3:] == ["No difference is shown.", "", "MAXN."]


def test_a_sweep_is_told_level_by_level_and_why_it_ended(workshop: Workshop) -> None:
    levels = (
        SweepLevel(concurrency=1, requests=4, total_tokens_per_s=19.0, per_user_tokens_per_s=19.0, median_ttft_s=0.1),
        SweepLevel(concurrency=32, requests=64, total_tokens_per_s=200.0, p95_ttft_s=2.5),
    )
    sweep = SweepRecord(
        id="s", at_unix_s=1.0, configuration_id=FP4, prompt_name="reference", levels=levels, stopped_because="Enough."
    )
    row = ComparisonRow(configuration_id=FP4, short=cell(19.0), long=ComparisonCell(), sweep=sweep)
    text = "\n".join(table_lines(Comparison(unit="u", rows=(row,)), workshop))
    assert "  1:    19.0 tok/s in all,   19.0 each, first token 0.10 s\n" in text
    assert "95 % within 2.50 s" in text
    assert "Enough." in text
    assert "Preliminary" in text


def test_progress_in_a_pipe_is_a_line_for_each_thing_and_one_for_each_step(
    workshop: Workshop, capsys: pytest.CaptureFixture[str]
) -> None:
    progress = Progress(StatusLine(), workshop, quiet=False)
    steps = (LadderStep(configuration_id=FP16, state="measuring"), LadderStep(configuration_id=FP4))
    ladder = LadderState(
        phase=LadderPhase.RUNNING, steps=steps, activity="FP16: short run 1 of 5", elapsed_s=5.0, remaining_s=125.0
    )
    progress.show(state_of(ladder))
    progress.show(state_of(replace(ladder, elapsed_s=6.0)))
    failed = (replace(steps[0], state="failed", reason="It ran out of memory."), replace(steps[1], state="starting"))
    more = replace(ladder, steps=failed, activity="Starting FP4", reason="About 3 min less than thought: FP16 failed.")
    progress.show(state_of(more))
    progress.show(state_of(more))
    assert capsys.readouterr().err.splitlines() == [
        "[1 of 2] FP16: short run 1 of 5, 0:05 so far, about 2:05 left",
        "Llama-3.1-8B FP16: failed. It ran out of memory.",
        "About 3 min less than thought: FP16 failed.",
        "[2 of 2] Starting FP4, 0:05 so far, about 2:05 left",
    ]


def ladder(ladder_id: str, outcome: str | None) -> LadderRecord:
    steps = (StepRecord(configuration_id=FP16, state="done"), StepRecord(configuration_id=FP4))
    plan = LadderPlan(configuration_ids=(FP16, FP4))
    return LadderRecord(id=ladder_id, began_unix_s=1e9, plan=plan, outcome=outcome, steps=steps)


def test_the_list_says_which_ladder_can_go_on(workshop: Workshop) -> None:
    ladders = [ladder("aaaaaaaaaa", "interrupted"), ladder("bbbbbbbbbb", "done")]
    first, second, hint = ladder_lines(ladders, workshop, simulated=True)
    assert first.startswith("aaaaaaaa  ")
    assert first.endswith("interrupted, 1 of 2 measured; --resume goes on: FP16, FP4")
    assert second.endswith("done, 1 of 2 measured: FP16, FP4")
    assert hint == "To go on: thorhud ladder --resume --simulate"


def test_the_newest_ladder_that_broke_off_is_meant_unless_one_is_named() -> None:
    ladders = [ladder("ccc", "done"), ladder("bbb", "cancelled"), ladder("baa", "interrupted")]
    assert _named("", ladders) == "bbb"
    assert _named("ba", ladders) == "baa"
    for wrong in ("b", "ccc", "x"):
        with pytest.raises(ThorHudError, match="broke off"):
            _named(wrong, ladders)
    with pytest.raises(ThorHudError, match="No ladder broke off"):
        _named("", ladders[:1])


def test_how_to_go_on_names_the_unit() -> None:
    assert how_to_go_on(1, simulated=False) == ("Cancelled; 1 measured run is kept. To go on: thorhud ladder --resume")
    assert how_to_go_on(7, simulated=True).endswith("thorhud ladder --resume --simulate")


def test_parts_are_words_with_commas() -> None:
    assert _parts("short, sweep") == ["short", "sweep"]
    for wrong in ("tall", "", "short,tall"):
        with pytest.raises(argparse.ArgumentTypeError, match="no part"):
            _parts(wrong)


def test_a_quick_look_is_too_small_for_a_verdict() -> None:
    assert QUICK["repeats"] < 5
    assert QUICK["parts"] == ["short"]
