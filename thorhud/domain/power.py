"""Whether speeds measured now may be compared with published ones: power mode, clocks and throttling.

The published figures for Thor were made in MAXN, most of them with the clocks fixed. A unit comes up in its 120 W mode,
serves as if all were well, and is quietly slower.
"""

import re
from dataclasses import dataclass
from typing import Final

from thorhud.domain.telemetry import TelemetrySnapshot

FULL_POWER: Final = "MAXN"
_WATTS: Final = re.compile(r"(?i)^(\d+)\s*W$")


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerJudgement:
    """One sentence for a person, and whether a measurement may begin."""

    comparable: bool
    """Whether speeds measured now may stand beside published ones; False also where nobody knows the mode."""
    sentence: str
    next_step: str = ""


def judge_power(telemetry: TelemetrySnapshot, *, is_jetson: bool = True) -> PowerJudgement:
    """Judge power mode, throttling and clocks; the worst of them gives the sentence."""
    if telemetry.throttling.value:
        causes = ", ".join(telemetry.throttle_causes.value or ())
        return PowerJudgement(
            comparable=False,
            sentence=f"The unit throttles{f' ({causes})' if causes else ''}: speeds measured now are too low.",
            next_step="Let it cool, look at the fan, then measure again.",
        )
    if not is_jetson:
        sentence = "This machine is no Jetson: its speeds are its own and not a Thor's."
        return PowerJudgement(comparable=False, sentence=sentence)
    mode = telemetry.power_mode.value
    if mode is None:
        why = f" {telemetry.power_mode.reason}" if telemetry.power_mode.reason else ""
        return PowerJudgement(comparable=False, sentence=f"The power mode is not known.{why}")
    if not is_full_power(mode):
        return PowerJudgement(
            comparable=False,
            sentence=f"{mode_name(mode)} mode: measured speeds will be lower than published ones.",
            next_step="Set MAXN (sudo nvpmodel -m 0), and note that some modes need a reboot.",
        )
    return _judge_clocks(telemetry)


def _judge_clocks(telemetry: TelemetrySnapshot) -> PowerJudgement:
    fixed = telemetry.jetson_clocks.value
    if fixed is None:
        return PowerJudgement(comparable=True, sentence="MAXN mode; whether jetson_clocks is on is not known.")
    if not fixed:
        return PowerJudgement(
            comparable=True,
            sentence="MAXN mode, jetson_clocks off: clocks rise with the load, so short answers vary more.",
            next_step="For steady figures: sudo jetson_clocks",
        )
    return PowerJudgement(comparable=True, sentence="MAXN mode with fixed clocks, as published figures are made.")


def is_full_power(mode: str) -> bool:
    """Whether *mode* leaves the module all its power ("MAXN", "MAXN_SUPER")."""
    return mode.upper().startswith(FULL_POWER)


def mode_name(mode: str) -> str:
    """Return a power mode as it is written on screen: "120 W" for nvpmodel's "120W"."""
    match = _WATTS.match(mode)
    return f"{match[1]} W" if match else mode


def about_modes(modes: list[str], *, all_known: bool = True, measured: bool = True) -> list[str]:
    """Say as conditions of a comparison in which power modes its runs were made.

    A simulated unit is as fast in every mode: *measured* is False where nothing else is compared.
    """
    if not modes:
        return ["The power mode is not known."]
    sentences = [f"Power mode: {', '.join(mode_name(mode) for mode in modes)}."]
    if not all_known:
        sentences.append("The power mode of some runs is not known.")
    low = [mode_name(mode) for mode in modes if not is_full_power(mode)]
    if low and measured:
        sentences.append(f"{' and '.join(low)} mode: measured speeds are lower than published ones, made in MAXN.")
    if modes[1:]:
        sentences.append("Not all bars were measured in the same power mode.")
    return sentences
