"""What a person types to measure the same again."""

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from thorhud.domain.comparison import Comparison
from thorhud.domain.run_record import RunRecord
from thorhud.domain.workshop import Configuration, Workshop
from thorhud.report.html import folded, section, text
from thorhud.serving.launch_plan import curl, docker_run, plan

DATA_DIR = Path("/home/jetson/data")
"""Where the weights lie on a unit; elsewhere a reader puts their own folder."""


def how_to_repeat(comparison: Comparison, runs: Sequence[RunRecord], workshop: Workshop) -> str:
    """Return the commands of the ladder and, for each configuration, those to do the same by hand."""
    measured = [each for each in workshop.configurations if any(run.configuration_id == each.id for run in runs)]
    if not measured:
        return ""
    by_hand = "".join(folded(f"{each.name} by hand", _well(*by_hand_of(each, runs, workshop))) for each in measured)
    shown = _well(*ladder_commands(comparison, runs, measured)) + by_hand
    note = "The same ladder with this program, or each configuration by hand."
    return section("wide", "How to repeat it", shown, note=note)


def ladder_commands(
    comparison: Comparison, runs: Sequence[RunRecord], measured: Sequence[Configuration]
) -> Iterator[str]:
    """Yield what measures the same configurations as often, and what writes this report."""
    simulated = " --simulate" if comparison.simulated else ""
    names = " ".join(each.id for each in measured)
    yield f"thorhud ladder {names} --repeats {_repeats(runs)}{simulated}"
    ladder = f" --ladder {shlex.quote(comparison.ladder_id)}" if comparison.ladder_id else ""
    yield f"thorhud report{ladder}{simulated}"


def by_hand_of(configuration: Configuration, runs: Sequence[RunRecord], workshop: Workshop) -> Iterator[str]:
    """Yield the `docker run` and the request with the image, the flags and the sampling that were recorded."""
    own = [each for each in runs if each.configuration_id == configuration.id]
    newest = max(own, key=lambda each: each.at_unix_s)
    options = workshop.container
    image = newest.image or options.image
    if newest.image_digest and "@" not in image:
        image = f"{image.rpartition(':')[0] or image}@{newest.image_digest}"
    served = replace(configuration, serve_arguments=newest.serve_arguments or configuration.serve_arguments)
    recorded = replace(workshop, container=replace(options, image=image))
    spec = plan(recorded, served, data_dir=DATA_DIR, launch_id="", unit="", offline=False)
    yield docker_run(replace(spec, labels={}))
    for name in dict.fromkeys(each.prompt_name for each in own):
        prompt = workshop.prompt(name)
        if prompt is None:
            continue
        run = next(each for each in own if each.prompt_name == name)
        asked = replace(prompt, temperature=run.temperature, max_tokens=run.max_tokens or prompt.max_tokens)
        yield curl(configuration.model, asked, options.port)


def _repeats(runs: Sequence[RunRecord]) -> int:
    """Return how often each prompt of a configuration was measured, warm-ups left out."""
    counted: dict[tuple[str, str], int] = {}
    for run in runs:
        if not run.warm_up:
            key = (run.configuration_id, run.prompt_name)
            counted[key] = counted.get(key, 0) + 1
    return max(counted.values(), default=1)


def _well(*commands: str) -> str:
    return "".join(f'<pre class="answer">{text(each)}</pre>' for each in commands)
