"""What the figures of a comparison show, each in one figure and one or two sentences.

Nothing here knows a configuration by name. The workshop's own data says what belongs together: the first
configuration of a family is its baseline, and one with a draft model is compared with the same model without. A
finding whose figures were not measured is left out, and so is a difference that a verdict does not show; with too few
repeats for a verdict it is a first look, which the page says.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from thorhud.domain.comparison_rows import MeasuredRow
from thorhud.domain.comparison_values import ComparisonCell, Finding
from thorhud.domain.statistics import Verdict
from thorhud.domain.sweep import SweepLevel
from thorhud.domain.verdicts import percent_change
from thorhud.domain.workshop import Workshop

_NO_DIFFERENCE = 0.02
"""At a first look, two speeds nearer than this are called equal."""

_Rows = Mapping[str, MeasuredRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    """Two configurations measured with the same prompt, the one they are compared with first."""

    before: MeasuredRow
    after: MeasuredRow
    prompt_name: str
    is_long: bool
    verdict: Verdict | None
    """None from too few repeats."""

    @property
    def gain(self) -> float:
        """Speed gained, as a share."""
        return self._speed(self.after) / self._speed(self.before) - 1

    @property
    def no_difference(self) -> bool:
        """Whether what lies between the two may be chance."""
        return abs(self.gain) <= _NO_DIFFERENCE if self.verdict is None else not self.verdict.difference_shown

    def _speed(self, row: MeasuredRow) -> float:
        cell = row.row.long if self.is_long else row.row.short
        return cell.median_tokens_per_s or 1.0


class _Pairs:
    """Finds two configurations that may be compared."""

    def __init__(self, workshop: Workshop, verdicts: Sequence[Verdict]) -> None:
        self._prompts = {True: workshop.long_prompt, False: workshop.short_prompt}
        self._verdicts = {(each.before_id, each.after_id, each.prompt_name): each for each in verdicts}

    def told(self, before: MeasuredRow, after: MeasuredRow) -> _Pair | None:
        """Return the pair whose difference is worth telling, of long answers where they show one, else of short."""
        found = (self.with_prompt(before, after, long=long) for long in (True, False))
        return next((each for each in found if each is not None and not _is_unproven(each)), None)

    def with_prompt(self, before: MeasuredRow, after: MeasuredRow, *, long: bool) -> _Pair | None:
        """Return both speeds of one prompt; None where one is missing or they were measured differently."""
        name = self._prompts[long]
        speeds = [_cell(each, long=long).median_tokens_per_s for each in (before, after)]
        if not all(speeds) or before.sets[name].differs_from(after.sets[name]):
            return None
        verdict = self._verdicts.get((before.configuration.id, after.configuration.id, name))
        return _Pair(before=before, after=after, prompt_name=name, is_long=long, verdict=verdict)


def findings_in(workshop: Workshop, rows: Sequence[MeasuredRow], verdicts: Sequence[Verdict]) -> Iterator[Finding]:
    """Yield what the rows show, the most telling first."""
    by_id = {each.configuration.id: each for each in rows}
    pairs = _Pairs(workshop, verdicts)
    precision = _smaller_weights(workshop, by_id, pairs)
    if precision is not None:
        yield _precision_finding(precision)
    yield from _draft_findings(workshop, by_id, pairs)
    if precision is not None:
        yield from _share_findings(precision)
    yield from _sweep_findings(rows)


def _smaller_weights(workshop: Workshop, rows: _Rows, pairs: _Pairs) -> _Pair | None:
    """Return the baseline and the measured configuration of its family that reads least, draft models left out."""
    for baseline in workshop.configurations:
        if workshop.baseline_of(baseline) is not baseline:
            continue
        first = rows[baseline.id]
        family = (each for each in workshop.configurations if each.family == baseline.family and not each.draft_model)
        smaller = [rows[each.id] for each in family if 0 < _read(rows[each.id]) < _read(first)]
        for other in sorted(smaller, key=_read):
            if (pair := pairs.told(first, other)) is not None:
                return pair
    return None


def _precision_finding(pair: _Pair) -> Finding:
    bytes_share = _read(pair.after) / _read(pair.before)
    where = "" if pair.is_long else " on short answers"
    sentence = (
        f"{_name(pair.after)} against {_name(pair.before)}{where}, with {100 * bytes_share:.0f} % of the bytes to read."
    )
    return Finding(figure=percent_change(pair.gain), sentence=sentence)


def _draft_findings(workshop: Workshop, rows: _Rows, pairs: _Pairs) -> Iterator[Finding]:
    for configuration in workshop.configurations:
        alone = workshop.without_draft(configuration)
        if alone is None:
            continue
        before, after = rows[alone.id], rows[configuration.id]
        pair = pairs.told(before, after)
        if pair is None:
            continue
        if pair.is_long:
            short = pairs.with_prompt(before, after, long=False)
            sentence = "Draft model on long answers." + ("" if short is None else f" {_on_short(short)}")
        else:
            sentence = f"Draft model on short answers, against {_name(before)} alone."
        yield Finding(figure=percent_change(pair.gain), sentence=sentence)
        return


def _on_short(pair: _Pair) -> str:
    alone = _name(pair.before)
    if not pair.no_difference:
        return f"On short ones it is {'slower' if pair.gain < 0 else 'faster'} than {alone} alone."
    if pair.verdict is None:
        return f"On short ones it is as fast as {alone} alone."
    return f"On short ones no difference from {alone} alone is shown."


def _share_findings(pair: _Pair) -> Iterator[Finding]:
    before, after = (each.shares[pair.prompt_name] for each in (pair.before, pair.after))
    if before is None or after is None or max(before, after) > 1:
        return  # without a draft model more than 1 is impossible: other bytes are read than the data says
    figure = f"{100 * before:.0f} → {100 * after:.0f} %"
    if before - after > 0.01:
        sentence = "Share of the memory limit reached. Smaller weights leave other costs showing."
    else:
        sentence = f"Share of the memory limit reached, {_name(pair.before)} to {_name(pair.after)}."
    yield Finding(figure=figure, sentence=sentence)


def _sweep_findings(rows: Sequence[MeasuredRow]) -> Iterator[Finding]:
    """Yield what many users at once get in all, of the configuration that yields most."""
    best: tuple[float, MeasuredRow, SweepLevel, SweepLevel] | None = None
    for each in rows:
        levels = () if each.row.sweep is None else each.row.sweep.levels
        alone = next((level for level in levels if level.concurrency == 1 and level.total_tokens_per_s), None)
        top = max(levels, key=lambda level: level.total_tokens_per_s or 0.0, default=None)
        if alone is None or top is None or top.concurrency == 1:
            continue
        total = top.total_tokens_per_s or 0.0
        if best is None or total > best[0]:
            best = (total, each, alone, top)
    if best is None:
        return
    total, row, alone, top = best
    kept = ""
    if alone.per_user_tokens_per_s and top.per_user_tokens_per_s:
        kept = f" Each of them still gets {100 * top.per_user_tokens_per_s / alone.per_user_tokens_per_s:.0f} %."
    yield Finding(
        figure=f"\N{MULTIPLICATION SIGN} {total / (alone.total_tokens_per_s or total):.1f}",
        sentence=f"Total speed of {_name(row)} with {top.concurrency} users at once.{kept}",
    )


def _is_unproven(pair: _Pair) -> bool:
    return pair.verdict is not None and not pair.verdict.difference_shown


def _cell(row: MeasuredRow, *, long: bool) -> ComparisonCell:
    return row.row.long if long else row.row.short


def _name(row: MeasuredRow) -> str:
    return row.configuration.short_name


def _read(row: MeasuredRow) -> float:
    """Return the GiB read for each token, 0 for a mixture of experts: it reads less without being more precise."""
    return 0.0 if row.configuration.read_gib_per_token is None else row.read_gib or 0.0
