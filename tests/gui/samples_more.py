"""Sample values of a whole ladder: five repeats with intervals, sweeps, break-even, parity, answers, votes and notes."""

from dataclasses import replace

import samples_compare as sc

from thorhud.domain.answer_quality import AnswerChecks, AnswerPair, Ballot, DiffPiece, Note, VoteTally
from thorhud.domain.comparison import Comparison, ComparisonCell, ComparisonRow, Dot
from thorhud.domain.ladder_plan import LadderPlan, LadderRecord, StepRecord
from thorhud.domain.roofline import ReadPerToken
from thorhud.domain.speculation import BreakEven, LengthPoint, ParityPrompt, ParityResult
from thorhud.domain.statistics import Interval, Verdict
from thorhud.domain.sweep import SweepLevel, SweepRecord
from thorhud.domain.timing import Acceptance

PLAIN, DRAFTED = "llama-3.1-8b-fp4", "llama-3.1-8b-fp4-eagle3"
ACCEPTANCE = Acceptance(drafts=2000, draft_tokens=6000, accepted_tokens=3180, accepted_per_position=(1560, 1020, 600))
VERDICT = "FP4 is faster than FP16 by 77 to 80 %, 95 % CI, n = 5, long prompt."


def _cell(median: float, ttft: float, tokens: int, **changes: object) -> ComparisonCell:
    values = [round(median * factor, 2) for factor in (0.991, 0.997, 1.0, 1.004, 1.011)]
    cell = ComparisonCell(
        dots=tuple(Dot(tokens_per_s=value, ttft_s=ttft, completion_tokens=tokens) for value in values),
        median_tokens_per_s=median,
        median_ttft_s=ttft,
        median_completion_tokens=tokens,
        interval=Interval(value=median, low=values[0], high=values[-1], n=5),
        ttft_interval=Interval(value=ttft, low=0.95 * ttft, high=1.06 * ttft, n=5),
        median_prompt_tokens_per_s=400.0,
        median_energy_per_token_j=2.31,
    )
    return replace(cell, **changes)  # type: ignore[arg-type]


def _row(key: str, short: float, long: float, ttft: float, memory: float, **changes: object) -> ComparisonRow:
    row = ComparisonRow(
        configuration_id=key,
        short=_cell(short, ttft, 141),
        long=_cell(long, ttft, 1024),
        model_memory_gib=memory,
        start_s=25.0,
        sweep=sweep(key, long),
    )
    return replace(row, **changes)  # type: ignore[arg-type]


def sweep(key: str, alone: float) -> SweepRecord:
    """Return what 1 to 32 users get: the unit yields more, each user less."""
    levels = []
    for users in (1, 2, 4, 8, 16, 32):
        total = alone * users / (1 + 0.09 * (users - 1))
        levels.append(
            SweepLevel(
                concurrency=users,
                requests=max(12, 2 * users),
                total_tokens_per_s=total,
                per_user_tokens_per_s=total / users,
                median_ttft_s=(0.1 + 0.02 * users) * 20 / alone,
                p95_ttft_s=(0.15 + 0.05 * users) * 20 / alone if users > 16 else None,
            )
        )
    return SweepRecord(
        id=f"sweep-{key}",
        at_unix_s=1_763_908_000.0,
        configuration_id=key,
        prompt_name="reference",
        levels=tuple(levels),
        stopped_because="The total no longer rises by 5 %.",
    )


def _lengths(rate: float, head_s: float) -> tuple[LengthPoint, ...]:
    return tuple(
        LengthPoint(tokens=count, seconds=head_s + count / rate, tokens_per_s=count / (head_s + count / rate))
        for count in (1, 16, 32, 64, 96, 128, 192, 256, 384, 512, 768, 1024)
    )


def comparison(**changes: object) -> Comparison:
    """Return a whole ladder: one row not measured, one with a marked run, one that cannot be compared."""
    fp8 = _row("llama-3.1-8b-fp8", 14.3, 14.0, 0.22, 8.49)
    hot = ("The power mode is 70W, not the fastest.",)
    fp8 = replace(fp8, short=replace(fp8.short, not_comparable=hot), long=replace(fp8.long, not_comparable=hot))
    fp4 = _row(PLAIN, 19.0, 18.8, 0.17, 6.07, share_of_limit=0.45)
    throttled = Dot(tokens_per_s=16.4, ttft_s=0.2, completion_tokens=141, marked="the unit throttled")
    fp4 = replace(fp4, short=replace(fp4.short, dots=(*fp4.short.dots, throttled)))
    eagle = _row(DRAFTED, 14.6, 25.1, 0.14, 6.86, share_of_limit=0.68)
    eagle = replace(eagle, long=replace(eagle.long, acceptance=ACCEPTANCE))
    read = ReadPerToken(configuration_id="llama-3.1-8b-fp16", weight_bytes=15_008_000_000, assumptions=("No look-up.",))
    rows = (
        _row("gpt-oss-120b", 34.1, 33.6, 0.42, 60.8, sweep=None),
        ComparisonRow(
            configuration_id="gpt-oss-20b",
            short=ComparisonCell(),
            long=ComparisonCell(),
            reason="The weights are not on this unit",
        ),
        _row("llama-3.1-8b-fp16", 10.6, 10.5, 0.31, 14.99, read=read),
        fp8,
        fp4,
        eagle,
    )
    values: dict[str, object] = {
        "rows": rows,
        "preliminary": False,
        "verdicts": (verdict(),),
        "break_evens": (break_even(),),
        "parity": (parity(),),
        "assumptions": ("Each token reads all weights once.", "273 GB/s is the data sheet's figure."),
        "conditions": ("5 measured runs behind each bar; the bar is their median, each run a dot.",),
        "measured_unix_s": (1_763_905_000.0, 1_763_908_000.0),
    }
    return sc.comparison(**(values | changes))


def verdict() -> Verdict:
    """Return what FP4 shows against FP16."""
    return Verdict(
        before_id="llama-3.1-8b-fp16",
        after_id=PLAIN,
        prompt_name="long",
        difference_shown=True,
        ratio=Interval(value=1.79, low=1.77, high=1.80, n=5),
        sentence=VERDICT,
    )


def break_even() -> BreakEven:
    """Return a draft model that pays from 206 tokens on."""
    plain, drafted = _lengths(18.8, 0.17), _lengths(26.5, 3.4)
    return BreakEven(
        plain_id=PLAIN,
        drafted_id=DRAFTED,
        tokens=206,
        longest_measured=1024,
        plain=plain,
        drafted=drafted,
        sentence="From 206 output tokens on, FP4 + EAGLE3 is there before FP4.",
    )


def parity() -> ParityResult:
    """Return two prompts, one of which parts."""
    return ParityResult(
        plain_id=PLAIN,
        drafted_id=DRAFTED,
        at_unix_s=1_763_908_000.0,
        prompts=(
            ParityPrompt(prompt_name="reference", plain_tokens=141, drafted_tokens=141),
            ParityPrompt(
                prompt_name="long",
                plain_tokens=1024,
                drafted_tokens=1024,
                first_difference=212,
                context="the memory bus is",
                plain_next=" the",
                drafted_next=" what",
            ),
        ),
        sentence="Lossless up to numerics: 1 of 2 answers parts, after 212 tokens.",
    )


def pair() -> AnswerPair:
    """Return two answers with the same beginning; the right one is too short."""
    return AnswerPair(
        prompt_name="reference",
        left_run_id="run-1",
        right_run_id="run-2",
        left_configuration_id="llama-3.1-8b-fp16",
        right_configuration_id=DRAFTED,
        left=(
            DiffPiece(text="Jetson Thor lets a developer run large models on the robot, so ", same=True),
            DiffPiece(text="perception and planning stay local. ", same=False),
            DiffPiece(text="Its memory holds several models at once. ", same=True),
            DiffPiece(text="Nothing leaves the device. Updates stay small. It saves power.", same=False),
        ),
        right=(
            DiffPiece(text="Jetson Thor lets a developer run large models on the robot, so ", same=True),
            DiffPiece(text="dialogue is fast. ", same=False),
            DiffPiece(text="Its memory holds several models at once. ", same=True),
            DiffPiece(text="Its memory holds several <b>models</b>", same=False),
        ),
        left_checks=AnswerChecks(words=33, sentences=5, asked_sentences=5),
        right_checks=AnswerChecks(
            words=28, sentences=2, asked_sentences=5, cut_off=True, repetition=0.21, note="It repeats itself."
        ),
        same_prefix_words=11,
        same_share=0.58,
    )


def ballot() -> Ballot:
    """Return two answers whose names nobody here knows."""
    texts = ["".join(piece.text for piece in pieces) for pieces in (pair().left, pair().right)]
    return Ballot(
        id="ballot-1", prompt_name="reference", prompt="Write a 5-sentence paragraph.", a=texts[0], b=texts[1]
    )


def tallies() -> list[VoteTally]:
    """Return three votes, one pair with a sentence of its own and one without."""
    return [
        VoteTally(before_id="llama-3.1-8b-fp16", after_id=PLAIN, for_before=3, for_after=2, same=4),
        VoteTally(before_id=PLAIN, after_id=DRAFTED, for_before=1, for_after=1, same=6, sentence="Nobody can tell."),
    ]


def notes() -> list[Note]:
    """Return a note to the second question and one to a model."""
    return [
        Note(subject="question:2", text="FP4 is good enough for us.", at_unix_s=1_763_908_000.0),
        Note(subject=f"configuration:{PLAIN}", text="Short and to the point.", at_unix_s=1_763_908_000.0),
    ]


def broken_off() -> LadderRecord:
    """Return a ladder of 14:20 UTC whose second model was not measured."""
    return LadderRecord(
        id="ladder-9",
        began_unix_s=1_763_907_600.0,
        plan=LadderPlan(configuration_ids=("llama-3.1-8b-fp16", "llama-3.1-8b-fp8")),
        outcome="interrupted",
        steps=(
            StepRecord(configuration_id="llama-3.1-8b-fp16", state="done"),
            StepRecord(configuration_id="llama-3.1-8b-fp8"),
        ),
    )
