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
    known: tuple[object, ...] = ()
    """What is known of the conditions of the runs together, in the order of the conditions."""

    @property
    def counted(self) -> tuple[RunRecord, ...]:
        """Those that count towards the median."""
        return tuple(each for each in self.runs if each.counts)

    def differs_from(self, other: "RunSet") -> tuple[str, ...]:
        """Name the conditions in which the sets of two configurations differ; one without runs differs in nothing.

        Flags and model are left out: two configurations have their own.
        """
        if not self.counted or not other.counted:
            return ()
        own = {name for name, _, of_configuration in _CONDITIONS if of_configuration}
        return tuple(name for name in _contradictions(self.known, other.known) if name not in own)


def newest_set(runs: Iterable[RunRecord]) -> RunSet:
    """Return the newest runs that were measured alike, and what is left out.

    A ladder's go before single prompts, which anybody may send meanwhile. Where the newest are fewer than three and
    older ones are more, the older ones stay until there are three. What a run does not know is no difference.
    """
    newest_first = sorted(runs, key=lambda each: each.at_unix_s, reverse=True)
    groups: list[_Group] = []
    for position, anchor in enumerate(newest_first):
        if not any(position in each.members for each in groups):
            groups.append(_Group(newest_first, anchor))
    if not groups:
        return RunSet()
    chosen = max(groups, key=lambda each: _rank(each.runs))
    left_out = [each for position, each in enumerate(newest_first) if position not in chosen.members]
    named = dict.fromkeys(word for each in left_out for word in _contradictions(chosen.known, _read(each)))
    return RunSet(
        runs=tuple(chosen.runs[::-1]),
        left_out=tuple(left_out[::-1]),
        differences=tuple(named),
        known=tuple(chosen.known),
    )


class _Group:
    """The runs that contradict neither their anchor nor each other, the newest first."""

    def __init__(self, newest_first: Sequence[RunRecord], anchor: RunRecord) -> None:
        self.known = list(_read(anchor))
        self.runs: list[RunRecord] = []
        self.members: set[int] = set()
        for position, each in enumerate(newest_first):
            values = _read(each)
            if not _contradictions(self.known, values):
                self.runs.append(each)
                self.members.add(position)
                self.known = [new if old in _UNKNOWN else old for old, new in zip(self.known, values, strict=True)]


def _rank(runs: Sequence[RunRecord]) -> tuple[int, bool, float]:
    counted = sum(each.counts for each in runs)
    return min(counted, FIRST_LOOK), any(each.ladder_id for each in runs), runs[0].at_unix_s


def _read(run: RunRecord) -> tuple[object, ...]:
    return tuple(read(run) for _, read, _ in _CONDITIONS)


def _contradictions(one: Sequence[object], other: Sequence[object]) -> tuple[str, ...]:
    """Name the conditions that both know and that differ."""
    return tuple(
        name
        for (name, _, _), mine, yours in zip(_CONDITIONS, one, other, strict=True)
        if mine != yours and mine not in _UNKNOWN and yours not in _UNKNOWN
    )


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
