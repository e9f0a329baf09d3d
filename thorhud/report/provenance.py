"""What must be known to repeat a comparison: image, version, flags, sampling, machine."""

import shlex
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime

from thorhud.domain.comparison import Comparison
from thorhud.domain.run_record import RunRecord
from thorhud.domain.workshop import Workshop

_UNKNOWN = "not known"


def provenance(
    runs: Sequence[RunRecord], comparison: Comparison, workshop: Workshop
) -> Iterator[tuple[str, list[str]]]:
    """Yield each item and its values; several values mean that the runs differ."""
    yield "Unit", [comparison.unit or _UNKNOWN]
    yield "Measured", [_span(runs)]
    if comparison.ladder_id is not None:
        yield "Ladder", [comparison.ladder_id]
    yield "Workshop", [f"{workshop.title} ({workshop.id})", workshop.source]
    yield "Container image", _values(runs, lambda run: run.image)
    yield "Image digest", _values(runs, lambda run: run.image_digest)
    yield "vLLM version", _values(runs, lambda run: run.vllm_version)
    for configuration in workshop.configurations:
        own = [each for each in runs if each.configuration_id == configuration.id and each.serve_arguments]
        if own:
            yield f"vllm serve, {configuration.name}", _values(own, lambda run: shlex.join(run.serve_arguments))
    for configuration in workshop.configurations:
        own = [each for each in runs if each.configuration_id == configuration.id and each.conditions.model_revision]
        if own:
            yield f"Model revision, {configuration.name}", _values(own, _revision)
    yield "L4T", _values(runs, lambda run: run.conditions.l4t)
    yield "JetPack", _values(runs, lambda run: run.conditions.jetpack)
    yield "Power mode", _values(runs, lambda run: run.power_mode)
    yield "Clocks", _values(runs, _clocks_locked)
    yield "GPU clock, lowest read", [_range(runs, lambda run: run.conditions.gpu_clock_mhz, "MHz")]
    yield "Memory clock", [_range(runs, lambda run: run.conditions.memory_clock_mhz, "MHz")]
    yield "Hottest sensor (tj)", [_range(runs, lambda run: run.conditions.temp_c, "°C")]
    if any(each.conditions.energy_source for each in runs):
        yield "Energy summed from", _values(runs, lambda run: run.conditions.energy_source)
    yield "Sampling", _values(runs, _sampling)
    if changed := [each.prompt_changed for each in runs if each.prompt_changed]:
        yield "Prompts changed", [f"in {len(changed)} of {len(runs)} runs, for example: {changed[0]}"]
    yield "Simulated", _values(runs, _simulated)
    yield "HUD version", _values(runs, lambda run: run.hud_version)
    if workshop.bandwidth_source:
        yield "Memory bandwidth", [workshop.bandwidth_source]


def _values(runs: Iterable[RunRecord], of: Callable[[RunRecord], str | None]) -> list[str]:
    """Return each different value once, in the order of the runs."""
    return list(dict.fromkeys(of(each) or _UNKNOWN for each in runs)) or [_UNKNOWN]


def _span(runs: Sequence[RunRecord]) -> str:
    """Say when the runs were measured, in UTC."""
    times = sorted(datetime.fromtimestamp(each.at_unix_s, UTC) for each in runs)
    if not times:
        return _UNKNOWN
    first, last = (each.strftime("%Y-%m-%d %H:%M UTC") for each in (times[0], times[-1]))
    return first if first == last else f"{first} to {last}"


def _revision(run: RunRecord) -> str | None:
    return run.conditions.model_revision


def _clocks_locked(run: RunRecord) -> str | None:
    words = {True: "locked at their highest (jetson_clocks)", False: "not locked (no jetson_clocks)"}
    locked = run.conditions.jetson_clocks
    return None if locked is None else words[locked]


def _range(runs: Sequence[RunRecord], of: Callable[[RunRecord], float | None], unit: str) -> str:
    """Return the least and the largest of what was read."""
    found = sorted(value for each in runs if (value := of(each)) is not None)
    if not found:
        return _UNKNOWN
    low, high = round(found[0]), round(found[-1])
    return f"{low} {unit}" if low == high else f"{low} to {high} {unit}"


def _sampling(run: RunRecord) -> str:
    temperature = "the server's own" if run.temperature is None else f"{run.temperature:g}"
    seed = "none" if run.seed is None else str(run.seed)
    return f"{run.prompt_name}: temperature {temperature}, seed {seed}, max_tokens {run.max_tokens or _UNKNOWN}"


def _simulated(run: RunRecord) -> str:
    if not run.simulated:
        return "no: measured on a real server"
    hurried = f", start hurried {run.start_speed:g} times" if run.start_speed != 1.0 else ""
    return f"yes: token rates are the published ones{hurried}"
