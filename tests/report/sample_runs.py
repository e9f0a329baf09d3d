"""Runs like those of a ladder, for the tests of the report."""

from dataclasses import replace

from thorhud.domain.comparison import Comparison, ComparisonCell, ComparisonRow, Dot, compare
from thorhud.domain.ladder_gates import LABEL
from thorhud.domain.roofline import ReadPerToken
from thorhud.domain.run_record import RunConditions, RunRecord
from thorhud.domain.speculation import BreakEven, LengthPoint, ParityPrompt, ParityResult
from thorhud.domain.statistics import Interval, Verdict
from thorhud.domain.sweep import SweepLevel, SweepRecord
from thorhud.domain.timing import Acceptance, PromptResult, ServerFigures
from thorhud.domain.workshop import Workshop

SPEEDS = {
    "llama-3.1-8b-fp16": (10.6, 10.5, 14.99),
    "llama-3.1-8b-fp8": (14.3, 14.0, 8.49),
    "llama-3.1-8b-fp4": (19.0, 18.8, 6.07),
    "llama-3.1-8b-fp4-eagle3": (14.6, 25.1, 6.86),
}
"""Short, long, memory: the sample figures of the design."""

HOSTILE = '<script>alert("1")</script> & <img src=x onerror=alert(1)> \x1b[31mred\x1b[0m'


def ladder_runs(
    workshop: Workshop, *, repeats: int = 3, lengths: tuple[str, ...] = ("reference", "long"), simulated: bool = False
) -> list[RunRecord]:
    """Return one warm-up and *repeats* runs of each prompt and configuration, all different."""
    return [
        _run(workshop, configuration_id, length, repeat, simulated=simulated)
        for configuration_id in SPEEDS
        for length in lengths
        for repeat in range(-1, repeats)
    ]


def _run(workshop: Workshop, configuration_id: str, length: str, repeat: int, *, simulated: bool) -> RunRecord:
    configuration = workshop.configuration(configuration_id)
    assert configuration is not None
    speeds = SPEEDS[configuration_id]
    number = list(SPEEDS).index(configuration_id) * 100 + (50 if length == "long" else 0) + repeat + 1
    speed = speeds[1 if length == "long" else 0] + 0.011 * repeat
    return RunRecord(
        id=f"run-{number}",
        at_unix_s=1_790_000_000.0 + number,
        configuration_id=configuration_id,
        prompt_name=length,
        result=PromptResult(
            model=configuration.model,
            tokens_per_s=speed,
            ttft_s=0.2 + number / 10_000,
            prompt_tokens=36,
            completion_tokens=100 + number,
            finish_reason="stop",
            text=f"Answer {number}. {HOSTILE}",
            server=ServerFigures(tokens_per_s=speed + 0.01),
        ),
        warm_up=repeat < 0,
        ladder_id="ladder-1",
        unit="thor-07",
        workshop=workshop.id,
        image=workshop.container.image,
        image_digest="sha256:5f1d",
        vllm_version="0.10.1.1",
        serve_arguments=configuration.serve_arguments,
        temperature=0.0,
        seed=7,
        max_tokens=256,
        power_mode="MAXN",
        model_memory_gib=speeds[2],
        simulated=simulated,
        start_speed=10.0 if simulated else 1.0,
        hud_version="0.1.0",
    )


# A comparison as a whole ladder gives it, with everything that can be measured; figures made up but of the right size


def whole_runs(workshop: Workshop, *, simulated: bool = False) -> list[RunRecord]:
    """Return seven runs of each prompt with energy, temperatures, clocks and the server's own figures."""
    return [_with_conditions(each) for each in ladder_runs(workshop, repeats=7, simulated=simulated)]


def whole_comparison(workshop: Workshop, *, simulated: bool = False) -> Comparison:
    """Return what `whole_runs` and the further parts of a ladder come to."""
    runs = whole_runs(workshop, simulated=simulated)
    basis = compare(workshop, runs, unit="thor-07", not_measured={"gpt-oss-20b": "The weights are not on this unit"})
    rows = tuple(_whole_row(each, number) for number, each in enumerate(basis.rows))
    return replace(
        basis,
        rows=rows,
        conditions=(*basis.conditions, "MAXN with jetson_clocks."),
        verdicts=_verdicts(),
        break_evens=(_break_even(),),
        parity=(_parity(),),
        assumptions=("Weights as stored in the safetensors files, without the embedding look-up.",),
        ladder_id="ladder-1",
        measured_unix_s=(1_790_000_000.0, 1_790_003_600.0),
    )


def _with_conditions(run: RunRecord) -> RunRecord:
    tokens = run.result.completion_tokens or 1
    acceptance = Acceptance(drafts=100, draft_tokens=500, accepted_tokens=130, accepted_per_position=(68, 36, 16, 7, 3))
    is_drafted = run.configuration_id.endswith("eagle3")
    server = ServerFigures(
        tokens_per_s=run.result.tokens_per_s,
        ttft_s=run.result.ttft_s,
        kv_cache_usage=0.013,
        prefix_cache_hits=0,
        acceptance=acceptance if is_drafted else None,
    )
    return replace(
        run,
        result=replace(run.result, server=server, prompt_tokens_per_s=180.0, itl_s=(0.05, 0.051, 0.052, 0.053, 0.06)),
        conditions=RunConditions(
            energy_j=3.25 * tokens,
            energy_source="VIN",
            idle_power_w=32.0,
            temp_c=58.4,
            gpu_clock_mhz=1575.0,
            memory_clock_mhz=4266.0,
            jetson_clocks=True,
            model_revision="0e9e39f249a16976918f6564b8830bc894c89659",
            l4t="38.2.2",
            jetpack="7.0",
        ),
    )


def _whole_row(row: ComparisonRow, number: int) -> ComparisonRow:
    if row.long.median_tokens_per_s is None:
        return row
    is_drafted = row.configuration_id.endswith("eagle3")
    apart = (f"{LABEL}The power mode was 120W, not MAXN.",) if row.configuration_id.endswith("fp8") else ()
    weights = {"fp16": 15.0e9, "fp8": 8.0e9, "fp4": 5.4e9, "eagle3": 5.4e9}[row.configuration_id.rpartition("-")[2]]
    read = ReadPerToken(
        configuration_id=row.configuration_id,
        weight_bytes=int(weights),
        kv_bytes_per_context_token=131_072,
        assumptions=("All tensors but the embedding look-up.",),
    )
    energy = 9.0 / (row.long.median_tokens_per_s / 10)
    return replace(
        row,
        short=_whole_cell(row.short, energy=energy, apart=apart),
        long=_whole_cell(row.long, energy=0.95 * energy, apart=apart, is_drafted=is_drafted),
        shape=_shape_cell(row.long.median_tokens_per_s * 0.97),
        read=read,
        share_of_limit=row.long.median_tokens_per_s * read.bytes_at(600) / 273e9,
        sweep=_sweep(row, number),
        start_s=20.0 + number,
    )


def _whole_cell(
    cell: ComparisonCell, *, energy: float, apart: tuple[str, ...], is_drafted: bool = False
) -> ComparisonCell:
    speed, ttft = cell.median_tokens_per_s or 0.0, cell.median_ttft_s or 0.0
    acceptance = Acceptance(
        drafts=700, draft_tokens=3500, accepted_tokens=910, accepted_per_position=(476, 252, 112, 49, 21)
    )
    return replace(
        cell,
        interval=Interval(value=speed, low=0.985 * speed, high=1.012 * speed, n=7),
        ttft_interval=Interval(value=ttft, low=0.9 * ttft, high=1.15 * ttft, n=7),
        median_energy_per_token_j=energy,
        acceptance=acceptance if is_drafted else None,
        not_comparable=apart,
    )


def _shape_cell(speed: float) -> ComparisonCell:
    dots = tuple(Dot(tokens_per_s=speed + 0.1 * step, ttft_s=0.6, completion_tokens=128) for step in (-2, -1, 0, 1, 2))
    return ComparisonCell(
        dots=dots,
        median_tokens_per_s=speed,
        median_ttft_s=0.6,
        median_prompt_tokens_per_s=3400.0,
        interval=Interval(value=speed, low=speed - 0.2, high=speed + 0.2, n=5),
    )


def _sweep(row: ComparisonRow, number: int) -> SweepRecord:
    alone = row.long.median_tokens_per_s or 1.0
    levels = tuple(
        SweepLevel(
            concurrency=users,
            requests=max(10, 2 * users),
            total_tokens_per_s=alone * users**0.82,
            per_user_tokens_per_s=alone * users**-0.18,
            ttft_s=tuple(0.2 + 0.02 * users + 0.001 * each for each in range(max(10, 2 * users))),
            median_ttft_s=0.2 + 0.02 * users,
            p95_ttft_s=0.25 + 0.02 * users if users >= 20 else None,
        )
        for users in (1, 2, 4, 8, 16, 32)[: 6 if number != 2 else 4]
    )
    return SweepRecord(
        id=f"sweep-{number}",
        at_unix_s=1_790_000_000.0,
        configuration_id=row.configuration_id,
        prompt_name="2048/128",
        levels=levels,
        stopped_because="each user got less than 5 tok/s." if number == 2 else None,
    )


def _verdicts() -> tuple[Verdict, ...]:
    shown = (
        ("llama-3.1-8b-fp16", "llama-3.1-8b-fp8", "long", (1.33, 1.30, 1.36)),
        ("llama-3.1-8b-fp16", "llama-3.1-8b-fp4", "long", (1.79, 1.75, 1.82)),
        ("llama-3.1-8b-fp4", "llama-3.1-8b-fp4-eagle3", "long", (1.34, 1.29, 1.38)),
        ("llama-3.1-8b-fp4", "llama-3.1-8b-fp4-eagle3", "reference", (0.99, 0.96, 1.02)),
    )
    return tuple(_verdict(*each) for each in shown)


def _verdict(before: str, after: str, prompt: str, ends: tuple[float, float, float]) -> Verdict:
    value, low, high = ends
    is_shown = low > 1
    names = [each.rpartition("-")[2].upper() for each in (before, after)]
    by = f"{names[1]} is faster than {names[0]} by {100 * low - 100:.0f} to {100 * high - 100:.0f} %"
    none = f"No difference between {names[1]} and {names[0]} is shown"
    return Verdict(
        before_id=before,
        after_id=after,
        prompt_name=prompt,
        difference_shown=is_shown,
        ratio=Interval(value=value, low=low, high=high, n=7),
        sentence=f"{by if is_shown else none}, 95 % CI, n = 7, {'long' if prompt == 'long' else 'short'} prompt.",
    )


def _break_even() -> BreakEven:
    lengths = (8, 16, 32, 64, 96, 128, 192, 256, 384, 512, 768, 1024)
    plain = tuple(_point(each, 0.2 + each / 18.8) for each in lengths)
    drafted = tuple(_point(each, 0.9 + each / (15 + 10.1 * min(1.0, each / 400))) for each in lengths)
    return BreakEven(
        plain_id="llama-3.1-8b-fp4",
        drafted_id="llama-3.1-8b-fp4-eagle3",
        tokens=217,
        longest_measured=1024,
        plain=plain,
        drafted=drafted,
        sentence="The draft model pays from 217 output tokens on.",
    )


def _point(tokens: int, seconds: float) -> LengthPoint:
    return LengthPoint(tokens=tokens, seconds=seconds, tokens_per_s=tokens / seconds)


def _parity() -> ParityResult:
    parted = ParityPrompt(
        prompt_name="long",
        plain_tokens=1024,
        drafted_tokens=1024,
        first_difference=212,
        context="the memory bandwidth is",
        plain_next=" the",
        drafted_next=" what",
    )
    return ParityResult(
        plain_id="llama-3.1-8b-fp4",
        drafted_id="llama-3.1-8b-fp4-eagle3",
        at_unix_s=1_790_000_000.0,
        prompts=(ParityPrompt(prompt_name="reference", plain_tokens=141, drafted_tokens=141), parted),
        sentence="Lossless up to numerics: one of two answers is the same token for token, the other parts at token 213.",
    )
