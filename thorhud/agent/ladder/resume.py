"""What of a step that was broken off can be kept: its runs, if the unit and the server are as they were."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from thorhud.domain.ladder_plan import Part
from thorhud.domain.run_record import RunRecord
from thorhud.records.store import Records

_COMPARED: Final[dict[str, Callable[[RunRecord], object]]] = {
    "thorhud": lambda run: run.hud_version,
    "image": lambda run: run.image_digest or run.image,
    "vLLM": lambda run: run.vllm_version,
    "arguments": lambda run: " ".join(run.serve_arguments),
    "model revision": lambda run: run.conditions.model_revision,
    "power mode": lambda run: run.power_mode,
    "jetson_clocks": lambda run: run.conditions.jetson_clocks,
    "L4T": lambda run: run.conditions.l4t,
    "temperature": lambda run: run.temperature,
    "seed": lambda run: run.seed,
}
"""What must be the same for two runs to stand behind one bar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The whole, measured runs of one step, by the name of their prompt."""

    runs: tuple[RunRecord, ...] = ()

    def count(self, prompt_name: str) -> int:
        """Return how many runs of a prompt there are."""
        return sum(run.prompt_name == prompt_name for run in self.runs)

    @property
    def launches(self) -> set[str | None]:
        """The launches they were measured on."""
        return {run.launch_id for run in self.runs}


async def measured_before(records: Records, ladder_id: str, configuration_id: str) -> Kept:
    """Return what a ladder has measured of a configuration already; warm-ups and broken answers are left out."""
    runs = await asyncio.to_thread(records.runs, -1, ladder_id=ladder_id)
    whole = [
        run
        for run in reversed(runs)
        if run.configuration_id == configuration_id and not run.warm_up and run.result.error is None
    ]
    return Kept(runs=tuple(whole))


def changed_since(kept: Kept, now: RunRecord) -> str | None:
    """Say what differs between the kept runs and *now*, a warm-up that was just made; None where nothing does."""
    return "; ".join(_changes(kept.runs, now)) or None


def _changes(runs: Sequence[RunRecord], now: RunRecord) -> Iterator[str]:
    for name, value in _COMPARED.items():
        before = {value(run) for run in runs}
        if before - {value(now)}:
            was = ", ".join(sorted(_words(each) for each in before))
            yield f"{name} was {was} and is {_words(value(now))}"


def _words(value: object) -> str:
    return "not known" if value is None else str(value)


def kept_words(kept: Kept, names: dict[Part, str], repeats: int) -> str:
    """Say how many runs of each part there are: "3 of 5 short"."""
    counts = ((part, kept.count(name)) for part, name in names.items())
    return ", ".join(f"{count} of {repeats} {part.value}" for part, count in counts if count)
