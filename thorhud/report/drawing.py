"""Having the plots and the card drawn, in a process of its own, which matplotlib may not outlive."""

import base64
import json
import logging
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field

from thorhud.assets import asset
from thorhud.domain.comparison import Comparison
from thorhud.domain.workshop import Workshop
from thorhud.report.card import card_words
from thorhud.report.chart_data import chart_data
from thorhud.report.style import picture_colours
from thorhud.report.svg import inline

TITLES = {
    "speed": "Generation speed, tok/s",
    "limit": "How close to the memory limit, tok/s",
    "ttft": "Time to first token, seconds",
    "memory": "Model memory, GiB",
    "energy": "Energy for each token, joules",
    "sweep_total": "All users together, tok/s",
    "sweep_per_user": "What each user gets, tok/s",
    "sweep_ttft": "Wait for the first token with several users, seconds",
    "acceptance": "Accepted tokens by place in the proposal",
    "shape": "2048 prompt tokens and 128 output tokens, tok/s",
    "lengths": "Speed over the length of the answer, tok/s",
}
"""What each plot shows: its heading as a picture file, its label for a screen reader."""

FONTS = (
    "report/fonts/Inter-Regular.ttf",
    "report/fonts/Inter-SemiBold.ttf",
    "report/fonts/InterDisplay-Bold.ttf",
    "report/fonts/InterDisplay-ExtraBold.ttf",
)
"""Latin subsets as plain TrueType: matplotlib cannot read the packed typefaces of the screens."""

_DRAWING_LIMIT_S = 120.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Plots:
    """Each plot by its name; all are empty where drawing failed."""

    svg: dict[str, str] = field(default_factory=dict)
    """For the page, in its colours."""
    png: dict[str, bytes] = field(default_factory=dict)
    """For slides: on white, with a heading and what the marks mean."""
    card: bytes | None = None
    """The whole ladder on one picture (PNG)."""


def draw_plots(comparison: Comparison, workshop: Workshop, *, wanted: Iterable[str] = ("svg", "png")) -> Plots:
    """Draw what is *wanted*: "svg" for the page, "png" for the card and the pictures."""
    job = {
        "data": chart_data(comparison, workshop),
        "card": card_words(comparison, workshop),
        "colours": picture_colours(workshop),
        "titles": {name: title_of(name) for name in _names(comparison)},
        "caption": _caption(comparison),
        "watermark": "Simulated" if comparison.simulated else "",
        "fonts": [str(asset(each)) for each in FONTS],
        "wanted": list(wanted),
    }
    try:
        done = subprocess.run(
            [sys.executable, "-m", "thorhud.report.plots"],
            input=json.dumps(job),
            capture_output=True,
            check=True,
            encoding="utf-8",
            timeout=_DRAWING_LIMIT_S,
        )
        drawn = json.loads(done.stdout)
    except subprocess.CalledProcessError as error:
        log.warning("the plots could not be drawn: %s", (error.stderr or "").strip().splitlines()[-1:])
        return Plots()
    except (OSError, subprocess.TimeoutExpired, ValueError) as error:
        log.warning("the plots could not be drawn: %s", error)
        return Plots()
    return Plots(
        svg={name: inline(svg, name=name, label=title_of(name)) for name, svg in drawn["svg"].items()},
        png={name: base64.b64decode(picture) for name, picture in drawn["png"].items()},
        card=None if drawn["card"] is None else base64.b64decode(drawn["card"]),
    )


def title_of(name: str) -> str:
    """Return what a plot shows; of several of one kind the kind stands before a number."""
    return TITLES[name if name in TITLES else name.rpartition("_")[0]]


def _names(comparison: Comparison) -> list[str]:
    return [*TITLES, *(f"lengths_{number}" for number in range(len(comparison.break_evens)))]


def _caption(comparison: Comparison) -> str:
    """Say below a picture file what a reader of the page sees around it."""
    unit = comparison.unit or "this unit"
    labels = (("a first look", comparison.preliminary), ("simulated", comparison.simulated))
    told = ", ".join([unit, *(word for word, holds in labels if holds)])
    return f"{told}. Bar or filled mark: median of this unit, dot: one run, tick or hollow mark: published."
