"""What the dialog of launch options offers, and what it says about a choice. No Qt in here."""

import shlex
from dataclasses import dataclass
from typing import Final

from thorhud.domain.fit import Fit, FitVerdict
from thorhud.domain.launch_options import LaunchOptions
from thorhud.domain.option_rules import OptionFault, faults_in
from thorhud.gui.unit_text import one_line, shown

USUAL: Final = "As usual"
SHARES: Final[tuple[float | None, ...]] = (None, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9)
CONTEXTS: Final[tuple[int | None, ...]] = (None, 4096, 8192, 16384, 32768, 65536, 131072)
AT_A_TIME: Final[tuple[int | None, ...]] = (None, 1, 4, 16, 64, 256)
STARTS: Final = (USUAL, "Fast start", "Eager")
START_DETAILS: Final = "Fast start leaves out torch.compile, Eager also CUDA graphs: both answer more slowly."

_TONES: Final = {
    FitVerdict.STARTS: ("check-circle-fill", "green_text"),
    FitVerdict.STARTS_AFTER_RECLAIM: ("info-fill", "text1"),
    FitVerdict.DOES_NOT_FIT: ("warning-fill", "amber"),
    FitVerdict.UNKNOWN: ("info", "text2"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What stands in the dialog."""

    share: int = 0
    context: int = 0
    at_a_time: int = 0
    start: int = 0
    model: str = ""
    image: str = ""
    extra: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictWords:
    """What is said about the choice."""

    sentence: str
    detail: str
    icon: str
    tone: str


def labels_of(values: tuple[float | None, ...] | tuple[int | None, ...]) -> tuple[str, ...]:
    """Return what the choices are called: 8192 tokens are 8K."""
    return tuple(USUAL if each is None else _number(each) for each in values)


def _number(value: float) -> str:
    return f"{int(value) // 1024}K" if value >= 1024 else f"{value:g}"


def options_note(options: LaunchOptions) -> str:
    """Say beside the model's name that this launch differs from the workshop's way, and in what; empty where not."""
    changes = (
        options.gpu_memory_utilization and f"share {options.gpu_memory_utilization:g}",
        options.max_model_len and f"{_number(options.max_model_len)} tokens",
        options.max_num_seqs and f"{options.max_num_seqs} at a time",
        options.enforce_eager and "eager",
        options.fast_start and not options.enforce_eager and "fast start",
        options.image and "another image",
        options.extra_arguments and "further arguments",
    )
    said = ", ".join(each for each in changes if each)
    return f"with {said}" if said else ""


def options_from(chosen: Chosen) -> tuple[LaunchOptions, tuple[OptionFault, ...]]:
    """Return what is chosen as options, and what is wrong with it."""
    try:
        extra = tuple(shlex.split(chosen.extra))
    except ValueError:
        return LaunchOptions(), (OptionFault("extra_arguments", "A quotation mark is not closed."),)
    options = LaunchOptions(
        gpu_memory_utilization=SHARES[chosen.share],
        max_model_len=CONTEXTS[chosen.context],
        max_num_seqs=AT_A_TIME[chosen.at_a_time],
        fast_start=chosen.start == 1,
        enforce_eager=chosen.start == 2,
        model=chosen.model.strip() or None,
        image=chosen.image.strip() or None,
        extra_arguments=extra,
    )
    return options, tuple(faults_in(options))


def verdict_words(found: Fit | None, reason: str, faults: tuple[OptionFault, ...]) -> VerdictWords:
    """Say whether it would start, why not, and what would help."""
    if faults:
        said = " ".join(each.sentence for each in faults)
        return VerdictWords(sentence=shown(said, 300), detail="", icon="warning-fill", tone="amber")
    if found is None:
        sentence = one_line(reason, 200) or "The sum is being done."
        return VerdictWords(sentence=sentence, detail="", icon="info", tone="text2")
    icon, tone = _TONES[found.verdict]
    lines = (found.next_step, *found.arithmetic[-3:])
    return VerdictWords(
        sentence=one_line(found.sentence, 200),
        detail=shown("\n".join(line for line in lines if line), 600),
        icon=icon,
        tone=tone,
    )
