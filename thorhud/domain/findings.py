"""What the figures of a comparison show, in at most three sentences.

Nothing here knows a configuration by name. The workshop's own data says what belongs together: the first
configuration of a family is its baseline, and one with a draft model is compared with the same model without. A
finding whose figures were not measured is left out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from thorhud.domain.roofline import share_of_limit
from thorhud.domain.workshop import Configuration, Workshop

_NO_DIFFERENCE = 0.02
"""Two speeds nearer than this are called equal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speeds:
    """What was measured of one configuration, as medians."""

    short_tokens_per_s: float | None = None
    long_tokens_per_s: float | None = None
    read_gib: float | None = None
    """Weights read for each token; None for a mixture of experts."""


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two configurations measured with the same prompt, the one they are compared with first."""

    before: Configuration
    after: Configuration
    before_tokens_per_s: float
    after_tokens_per_s: float
    is_long: bool

    @property
    def gain(self) -> float:
        return self.after_tokens_per_s / self.before_tokens_per_s - 1


def findings_in(workshop: Workshop, measured: Mapping[str, Speeds]) -> Iterator[tuple[str, str]]:
    """Yield the figure and the sentence of each finding that *measured* (by configuration id) carries."""
    precision = _smaller_weights(workshop, measured)
    if precision is not None:
        yield _precision_finding(precision, measured)
    yield from _draft_findings(workshop, measured)
    if precision is not None and workshop.bandwidth_gb_per_s is not None:
        yield from _share_findings(precision, measured, workshop.bandwidth_gb_per_s)


def percent_change(gain: float) -> str:
    """Write a change with its sign: "+79 %"."""
    percent = round(100 * gain)
    return f"{percent:+d} %".replace("-", "\N{MINUS SIGN}") if percent else "0 %"


def _smaller_weights(workshop: Workshop, measured: Mapping[str, Speeds]) -> _Pair | None:
    """Return the baseline and the measured configuration of its family that reads least, draft models left out."""
    for baseline in workshop.configurations:
        if workshop.baseline_of(baseline) is not baseline:
            continue
        family = (each for each in workshop.configurations if each.family == baseline.family and not each.draft_model)
        smaller = (each for each in family if 0 < _read(measured, each) < _read(measured, baseline))
        for other in sorted(smaller, key=lambda each: _read(measured, each)):
            if (pair := _pair(baseline, other, measured)) is not None:
                return pair
    return None


def _precision_finding(pair: _Pair, measured: Mapping[str, Speeds]) -> tuple[str, str]:
    bytes_share = _read(measured, pair.after) / _read(measured, pair.before)
    where = "" if pair.is_long else " on short answers"
    sentence = (
        f"{pair.after.short_name} against {pair.before.short_name}{where}, "
        f"with {100 * bytes_share:.0f} % of the bytes to read."
    )
    return percent_change(pair.gain), sentence


def _draft_findings(workshop: Workshop, measured: Mapping[str, Speeds]) -> Iterator[tuple[str, str]]:
    for drafted in workshop.configurations:
        alone = workshop.without_draft(drafted)
        pair = None if alone is None else _pair(alone, drafted, measured)
        if pair is None:
            continue
        if pair.is_long:
            short = _pair(pair.before, drafted, measured, long=False)
            sentence = "Draft model on long answers." + ("" if short is None else f" {_on_short(short)}")
        else:
            sentence = f"Draft model on short answers, against {pair.before.short_name} alone."
        yield percent_change(pair.gain), sentence
        return


def _on_short(pair: _Pair) -> str:
    alone = pair.before.short_name
    if abs(pair.gain) <= _NO_DIFFERENCE:
        return f"On short ones it is as fast as {alone} alone."
    return f"On short ones it is {'slower' if pair.gain < 0 else 'faster'} than {alone} alone."


def _share_findings(pair: _Pair, measured: Mapping[str, Speeds], bandwidth: float) -> Iterator[tuple[str, str]]:
    before = share_of_limit(pair.before_tokens_per_s, _read(measured, pair.before), bandwidth)
    after = share_of_limit(pair.after_tokens_per_s, _read(measured, pair.after), bandwidth)
    if max(before, after) > 1:
        return  # without a draft model that is impossible: other bytes are read than the data says
    figure = f"{100 * before:.0f} → {100 * after:.0f} %"
    if before - after > 0.01:
        yield figure, "Share of the memory limit reached. Smaller weights leave other costs showing."
    else:
        yield figure, f"Share of the memory limit reached, {pair.before.short_name} to {pair.after.short_name}."


def _pair(
    before: Configuration, after: Configuration, measured: Mapping[str, Speeds], *, long: bool | None = None
) -> _Pair | None:
    """Return both speeds of the same prompt, long answers where both have them; None where no prompt has both."""
    first, second = measured.get(before.id, Speeds()), measured.get(after.id, Speeds())
    if long is not False and first.long_tokens_per_s and second.long_tokens_per_s:
        return _Pair(before, after, first.long_tokens_per_s, second.long_tokens_per_s, is_long=True)
    if long is not True and first.short_tokens_per_s and second.short_tokens_per_s:
        return _Pair(before, after, first.short_tokens_per_s, second.short_tokens_per_s, is_long=False)
    return None


def _read(measured: Mapping[str, Speeds], configuration: Configuration) -> float:
    """Return the GiB read for each token, 0 where that is not known."""
    return measured.get(configuration.id, Speeds()).read_gib or 0.0
