"""Replay the recorded starts of a real vLLM and hold the time left that would have been shown against the truth.

`python -m benchmarks.time_left`. Each recording that became ready is replayed three times: expecting what the other
recordings took (a first start of another model), expecting its own times (the same start again), and expecting its own
times stretched and shrunk by a fifth (the same start on another day).
"""

import argparse
import statistics
from collections.abc import Iterable, Mapping, Sequence

from tests.domain.vllm_log_samples import Capture, capture, names, reading_of
from thorhud.domain.estimate import Expectation
from thorhud.domain.estimate_error import SHARES, StartErrors, figures_of, replay
from thorhud.domain.stages import PipelineStep, step_seconds

Steps = Mapping[PipelineStep, float]


def main() -> int:
    argparse.ArgumentParser(description=__doc__).parse_args()
    starts = {each.name: (each, steps) for each in map(capture, names("log")) if (steps := steps_of(each))}
    print(f"{len(starts)} recorded starts became ready\n")
    print(f"{'expecting':<34}{'begin':>15}" + "".join(f"{f'{share:.0%}':>15}" for share in SHARES) + f"{'rise':>8}")
    for title, errors in (
        ("what the other recordings took", [one(each, others(starts, name)) for name, (each, _) in starts.items()]),
        ("its own times", [one(each, steps) for each, steps in starts.values()]),
        ("its own times, a fifth too long", [one(each, scaled(steps, 1.2)) for each, steps in starts.values()]),
        ("its own times, a fifth too short", [one(each, scaled(steps, 0.8)) for each, steps in starts.values()]),
    ):
        print(row(title, [each for each in errors if each is not None]))
    return 0


def steps_of(recorded: Capture) -> Steps:
    return step_seconds(reading_of(recorded.pieces).timeline)


def one(recorded: Capture, steps: Steps) -> StartErrors | None:
    cached_s = steps.get(PipelineStep.COMPILE, 0.0)
    return replay(recorded.pieces, Expectation(usual_s=steps, cached_compile_s=cached_s))


def others(starts: Mapping[str, tuple[Capture, Steps]], name: str) -> Steps:
    """Return the medians of all recordings but the one called *name*."""
    every = [steps for other, (_, steps) in starts.items() if other != name]
    return {
        step: statistics.median(known)
        for step in PipelineStep
        if (known := [each[step] for each in every if step in each])
    }


def scaled(steps: Steps, factor: float) -> Steps:
    return {step: factor * seconds for step, seconds in steps.items()}


def row(title: str, errors: Sequence[StartErrors]) -> str:
    cells = [cell(each.at_begin_s for each in errors)]
    cells += [cell(each.at_share_s[share] for each in errors) for share in SHARES]
    rise_s = max(each.largest_rise_s for each in errors)
    return f"{title:<34}" + "".join(f"{each:>15}" for each in cells) + f"{rise_s:>7.1f}s"


def cell(errors: Iterable[float | None]) -> str:
    figures = figures_of(errors)
    if figures.median_s is None or figures.p90_s is None:
        return "-"
    lost = f" -{figures.not_shown}" if figures.not_shown else ""
    return f"{figures.median_s:.1f} ({figures.p90_s:.1f}){lost}"


if __name__ == "__main__":
    raise SystemExit(main())
