"""What the repeats of two configurations show about each other, in one sentence."""

from collections.abc import Sequence

from thorhud.domain.bootstrap import ratio_interval
from thorhud.domain.statistics import Interval, Verdict


def verdict_between(
    before: Sequence[float],
    after: Sequence[float],
    *,
    before_id: str,
    after_id: str,
    before_name: str,
    after_name: str,
    prompt_name: str,
    prompt_words: str,
    remark: str = "",
) -> Verdict | None:
    """Judge whether *after* is faster than *before*, both in tokens per second; None from fewer than 5 repeats of each.

    *prompt_words* and *remark* end the sentence: "long prompt", "simulated unit".
    """
    ratio = ratio_interval(before, after)
    if ratio is None:
        return None
    repeats = f"{len(before)}" if len(before) == len(after) else f"{len(after)} and {len(before)}"
    details = ", ".join(part for part in ("95 % CI", f"n = {repeats}", prompt_words, remark) if part)
    return Verdict(
        before_id=before_id,
        after_id=after_id,
        prompt_name=prompt_name,
        difference_shown=is_shown(ratio),
        ratio=ratio,
        sentence=f"{_claim(ratio, before_name, after_name)}, {details}.",
    )


def is_shown(ratio: Interval) -> bool:
    """Whether an interval of a ratio leaves out 1."""
    return not ratio.low <= 1 <= ratio.high


def percent_change(gain: float) -> str:
    """Write a change with its sign: "+79 %"."""
    percent = round(100 * gain)
    return f"{percent:+d} %".replace("-", "\N{MINUS SIGN}") if percent else "0 %"


def _claim(ratio: Interval, before_name: str, after_name: str) -> str:
    if ratio.low > 1:
        return f"{after_name} is faster than {before_name} by {_span(ratio.low - 1, ratio.high - 1)}"
    if ratio.high < 1:
        return f"{after_name} is slower than {before_name} by {_span(1 - ratio.high, 1 - ratio.low)}"
    low, high = (percent_change(each - 1).removesuffix(" %") for each in (ratio.low, ratio.high))
    return f"No difference shown between {after_name} and {before_name}: {low} to {high} %"


def _span(low: float, high: float) -> str:
    """Write two shares as "34 to 41 %", with a decimal where whole percents would say nothing."""
    digits = 0 if low >= 0.0095 else 1
    first, last = f"{100 * low:.{digits}f}", f"{100 * high:.{digits}f}"
    if float(last) == 0:
        return "less than 0.1 %"
    if float(first) == 0:
        return f"up to {last} %"
    return f"{last} %" if first == last else f"{first} to {last} %"
