"""A comparison in words, figures and table rows. No Qt in here."""

import math
import time
from dataclasses import dataclass

from thorhud.domain.comparison import Comparison, ComparisonRow, read_gib
from thorhud.domain.roofline import share_of_limit
from thorhud.domain.workshop import Configuration, Workshop
from thorhud.gui.stage_words import DASH, NARROW
from thorhud.gui.unit_text import one_line

NO_PUBLISHED = "no published figure to compare with"


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitPoint:
    """One configuration below the bandwidth curve: weights read per token against tokens per second."""

    configuration_id: str
    read_gib: float
    measured: float | None
    published: float | None
    share: float | None
    """Share of the bandwidth limit, 0 to 1 and above where speculative decoding passes it; of the measured value,
    else of the published one."""
    speculative: bool = False


def one_decimal(value: float | None) -> str:
    """Return tokens per second or GiB as the screen writes them; a dash where nothing was measured."""
    return DASH if value is None or not math.isfinite(value) else f"{value:.1f}"


def two_decimals(value: float | None) -> str:
    """Return seconds under ten, or a model's memory, with two decimals."""
    return DASH if value is None or not math.isfinite(value) else f"{value:.2f}"


def percent(share: float) -> str:
    """Return a share as the screen writes it."""
    return f"{round(100 * share)}{NARROW}%"


def ticks(highest: float, about: int = 6) -> tuple[float, ...]:
    """Return round axis values from zero that reach at most to *highest*."""
    if not math.isfinite(highest) or highest <= 0:
        return (0.0,)
    step = _round_step(highest / about)
    return tuple(step * index for index in range(int(highest / step + 1e-9) + 1))


def _round_step(raw: float) -> float:
    size = math.pow(10, math.floor(math.log10(raw)))
    return next(factor * size for factor in (1, 2, 5, 10) if factor * size >= raw * (1 - 1e-9))


def axis_end(values: list[float], at_least: float) -> float:
    """Return where an axis ends: a tenth beyond the largest value, so that its label has room."""
    finite = [value for value in values if math.isfinite(value)]
    return max([at_least, *(1.1 * value for value in finite)])


def speeds(comparison: Comparison, workshop: Workshop) -> list[float]:
    """Return every speed that the chart must hold: dots, medians and published ticks."""
    found: list[float] = []
    for row in comparison.rows:
        for cell in (row.short, row.long):
            found += [dot.tokens_per_s for dot in cell.dots]
            found += [] if cell.interval is None else [cell.interval.high]
            found += [] if cell.median_tokens_per_s is None else [cell.median_tokens_per_s]
    for each in workshop.configurations:
        figures = each.published
        found += [one.value for one in (figures.short_tokens_per_s, figures.long_tokens_per_s) if one.value is not None]
    return found


def nothing_measured(row: ComparisonRow) -> bool:
    """Tell whether a row has no dot and no median at all."""
    return all(not cell.dots and cell.median_tokens_per_s is None for cell in (row.short, row.long))


def reason_words(row: ComparisonRow) -> str:
    """Return why nothing was measured, as the row says it in place of a bar."""
    reason = one_line(row.reason or "", 160)
    if reason.startswith(("Not measured", "No run counts")):
        return reason
    return f"Not measured: {_lower_first(reason)}" if reason else "Not measured yet"


def _lower_first(sentence: str) -> str:
    if len(sentence) > 1 and sentence[1].isupper():
        return sentence  # an abbreviation keeps its capitals
    return sentence[:1].lower() + sentence[1:]


def has_published_speed(configuration: Configuration) -> bool:
    """Tell whether the workshop publishes any speed of this configuration."""
    figures = configuration.published
    return figures.short_tokens_per_s.value is not None or figures.long_tokens_per_s.value is not None


def is_long(comparison: Comparison | None) -> bool:
    """Tell whether the bandwidth chart shows long answers: where none was measured it shows the short ones."""
    rows = () if comparison is None else comparison.rows
    return all(nothing_measured(row) for row in rows) or any(row.long.median_tokens_per_s is not None for row in rows)


def limit_points(comparison: Comparison | None, workshop: Workshop) -> tuple[LimitPoint, ...]:
    """Return the points of the bandwidth chart.

    A mixture of experts is left out until its weight files were read: each token reads only a part of them.
    """
    rows = {row.configuration_id: row for row in comparison.rows} if comparison else {}
    points = (
        _limit_point(each, rows.get(each.id), workshop, long=is_long(comparison)) for each in workshop.configurations
    )
    return tuple(point for point in points if point is not None)


def _limit_point(
    configuration: Configuration, row: ComparisonRow | None, workshop: Workshop, *, long: bool
) -> LimitPoint | None:
    reads = configuration.read_gib_per_token if row is None else _reads(configuration, row)
    if reads is None or reads <= 0:
        return None
    figures = configuration.published
    published = (figures.long_tokens_per_s if long else figures.short_tokens_per_s).value
    cell = None if row is None else row.long if long else row.short
    measured = None if cell is None else cell.median_tokens_per_s
    speed = measured if measured is not None else published
    if speed is None:
        return None
    bandwidth = workshop.bandwidth_gb_per_s
    share = share_of_limit(speed, reads, bandwidth) if bandwidth else None
    if row is not None and long and measured is not None and row.share_of_limit is not None:
        share = row.share_of_limit
    return LimitPoint(
        configuration_id=configuration.id,
        read_gib=reads,
        measured=measured,
        published=published,
        share=share,
        speculative=configuration.draft_model is not None,
    )


def _reads(configuration: Configuration, row: ComparisonRow) -> float | None:
    """Return the GiB read for each token, from the weight files themselves where they were read tensor by tensor."""
    return read_gib(configuration, row) if row.read is None else row.read.weight_bytes / 2**30


def header_line(comparison: Comparison, now_unix_s: float | None = None) -> str:
    """Return the line below the title: what kind of measurement this is."""
    where = "on a simulated unit" if comparison.simulated else "on this unit"
    if comparison.preliminary:
        return f"First look {where}: {_repeats(comparison)}"
    return f"Same prompt, measured {where}{_when(comparison.measured_unix_s, now_unix_s)}"


def _when(measured: tuple[float, float] | None, now_unix_s: float | None) -> str:
    if measured is None or now_unix_s is None:
        return ""
    last = time.localtime(measured[1])
    if last[:3] == time.localtime(now_unix_s)[:3]:
        return " today"
    return time.strftime(" on %d %b %Y", last).replace(" 0", " ")


def _repeats(comparison: Comparison) -> str:
    cells = [cell for row in comparison.rows for cell in (row.short, row.long) if cell.dots]
    counts = {sum(dot.marked is None for dot in cell.dots) for cell in cells}
    low, high = min(counts, default=0), max(counts, default=0)
    runs = f"{low}" if low == high else f"{low} to {high}"
    return f"{runs} {'run' if high == 1 else 'runs'} behind each bar"
