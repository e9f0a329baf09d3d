"""Which runs belong together: one median never pools runs that were measured under different conditions."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from thorhud.domain.run_record import RunRecord

FIRST_LOOK = 3
"""A newer set of runs takes the place of an older one from so many repeats on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSet:
    """The runs of one configuration and prompt that may stand behind one bar, in the order of time."""

    runs: tuple[RunRecord, ...] = ()
    left_out: tuple[RunRecord, ...] = ()
    """Measured under other conditions."""
    differences: tuple[str, ...] = ()
    """In what they differ, in words."""

    @property
    def counted(self) -> tuple[RunRecord, ...]:
        """Those that count towards the median."""
        return tuple(each for each in self.runs if each.counts)


def newest_set(runs: Iterable[RunRecord]) -> RunSet:
    """Return the newest runs that were measured alike, and what is left out.

    A ladder's go before single prompts, which anybody may send meanwhile. Where the newest are fewer than three and
    older ones are more, the older ones stay until there are three.
    """
    newest_first = sorted(runs, key=lambda each: each.at_unix_s, reverse=True)
    sets = [
        (anchor, [each for each in newest_first if not differences(anchor, each)]) for anchor in _anchors(newest_first)
    ]
    if not sets:
        return RunSet()
    anchor, chosen = max(sets, key=lambda each: _rank(each[1]))
    left_out = [each for each in newest_first if differences(anchor, each)]
    named = dict.fromkeys(word for each in left_out for word in differences(anchor, each))
    return RunSet(runs=tuple(chosen[::-1]), left_out=tuple(left_out[::-1]), differences=tuple(named))


def differences(one: RunRecord, other: RunRecord, *, same_configuration: bool = True) -> tuple[str, ...]:
    """Name the conditions in which two runs differ; what one of them does not know is no difference.

    Runs of two configurations differ in their flags and their model by nature.
    """
    return tuple(
        name
        for name, read, of_configuration in _CONDITIONS
        if (same_configuration or not of_configuration) and _differ(read(one), read(other))
    )


def _anchors(newest_first: Sequence[RunRecord]) -> list[RunRecord]:
    """Return the newest run of each kind of condition."""
    anchors: list[RunRecord] = []
    for each in newest_first:
        if all(differences(anchor, each) for anchor in anchors):
            anchors.append(each)
    return anchors


def _rank(runs: Sequence[RunRecord]) -> tuple[int, bool, float]:
    counted = [each for each in runs if each.counts]
    newest = max(each.at_unix_s for each in runs)
    return min(len(counted), FIRST_LOOK), any(each.ladder_id for each in runs), newest


def _differ(one: object, other: object) -> bool:
    return one != other and one not in _UNKNOWN and other not in _UNKNOWN


_UNKNOWN: Final[tuple[object, ...]] = (None, "", ())


def _image(run: RunRecord) -> str:
    return run.image_digest or run.image


def _sampling(run: RunRecord) -> tuple[object, ...]:
    """Return what the answer's words depend on; greedy answers do not depend on the seed."""
    return ("greedy",) if run.temperature == 0 else ("sampled", run.temperature, run.seed)


_CONDITIONS: Final[tuple[tuple[str, Callable[[RunRecord], object], bool], ...]] = (
    ("measured or simulated", lambda run: run.simulated, False),
    ("unit", lambda run: run.unit, False),
    ("image", _image, False),
    ("vLLM version", lambda run: run.vllm_version, False),
    ("flags", lambda run: run.serve_arguments, True),
    ("model revision", lambda run: run.conditions.model_revision, True),
    ("sampling", _sampling, False),
    ("longest answer", lambda run: run.max_tokens, False),
    ("prompt against the prefix cache", lambda run: run.prompt_changed is not None, False),
    ("power mode", lambda run: run.power_mode, False),
    ("fixed clocks", lambda run: run.conditions.jetson_clocks, False),
    ("passed gates", lambda run: bool(run.not_comparable), False),
)
"""What must be alike: its name, where it stands, and whether it belongs to the configuration itself."""
