"""Read what to draw, draw it, and write the plots: SVG for the page, PNG for slides."""

import base64
import json
import sys
import textwrap
from io import BytesIO, StringIO
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager

from thorhud.report.plots.canvas import COLOUR, LABEL, SMALL
from thorhud.report.plots.card import card, watermark
from thorhud.report.plots.drafting import acceptance_plot, lengths_plot
from thorhud.report.plots.limit import limit_plot
from thorhud.report.plots.shape import shape_plot
from thorhud.report.plots.small_bars import small_bars_plot
from thorhud.report.plots.speed import speed_plot
from thorhud.report.plots.sweep import sweep_plot

_DOTS_PER_INCH = 160
_CARD_DOTS_PER_INCH = 144
"""Twice the card's own pixels: sharp on a phone and on a slide."""
_NO_METADATA = {"Software": None}
"""The same figures give the same bytes."""


def draw(data: dict[str, Any]) -> dict[str, Figure]:
    """Return every plot that *data* (see `thorhud.report.chart_data`) can fill."""
    rows = data["rows"]
    plots = {
        "speed": speed_plot(rows, data["lengths"]),
        "ttft": small_bars_plot(rows, "ttft_s"),
        "memory": small_bars_plot(rows, "model_memory_gib", "published_memory_gib"),
    }
    below_the_limit = [row for row in rows if row["limit"]]
    if below_the_limit:
        plots["limit"] = limit_plot(below_the_limit, data["bandwidth_gb_per_s"])
    if any(row["energy_j"] is not None for row in rows):
        plots["energy"] = small_bars_plot(rows, "energy_j")
    return plots | _draw_further(data)


def _draw_further(data: dict[str, Any]) -> dict[str, Figure]:
    """Return the plots of what not every ladder measures: the shape, the sweep, the draft model."""
    rows, plots = data["rows"], {}
    if shaped := [row for row in rows if row["shape"]]:
        plots["shape"] = shape_plot(shaped)
    if swept := [row for row in rows if row["sweep"]]:
        plots |= {f"sweep_{key}": sweep_plot(swept, key) for key in ("total", "per_user", "ttft")}
    if drafted := [row for row in rows if row["acceptance"]]:
        plots["acceptance"] = acceptance_plot(drafted)
    for number, pair in enumerate(data["break_evens"]):
        plots[f"lengths_{number}"] = lengths_plot(pair)
    return plots


def _svg(figure: Figure) -> str:
    out = StringIO()
    figure.savefig(out, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return out.getvalue()


def _png(figure: Figure, title: str, caption: str, mark: str) -> str:
    """Return a picture that explains itself, as base64."""
    if mark:
        watermark(figure, mark)
    above = 1 + 20 / (72 * figure.get_figheight())
    below = -16 / (72 * figure.get_figheight())
    look: dict[str, Any] = {"parse_math": False, "x": 0.01}
    figure.text(y=above, s=title, color=COLOUR["text1"], fontsize=LABEL + 3, weight=600, **look)
    wrapped = textwrap.fill(caption, width=round(72 * figure.get_figwidth() / 6.6))
    figure.text(y=below, s=wrapped, color=COLOUR["text2"], fontsize=SMALL, va="top", **look)
    out = BytesIO()
    ground = COLOUR["surface1"]
    figure.savefig(
        out,
        format="png",
        dpi=_DOTS_PER_INCH,
        facecolor=ground,
        bbox_inches="tight",
        pad_inches=0.3,
        metadata=_NO_METADATA,
    )
    return base64.b64encode(out.getvalue()).decode()


def _card(job: dict[str, Any]) -> str:
    figure = card(job["data"], job["card"])
    if job["watermark"]:
        watermark(figure, job["watermark"])
    out = BytesIO()
    figure.savefig(out, format="png", dpi=_CARD_DOTS_PER_INCH, facecolor=COLOUR["bg"], metadata=_NO_METADATA)
    return base64.b64encode(out.getvalue()).decode()


def _set_up(fonts: list[str]) -> None:
    mpl.use("agg")
    mpl.rcParams["svg.fonttype"] = "none"  # text stays text: it can be found, copied and read aloud
    mpl.rcParams["svg.hashsalt"] = "thorhud"
    for path in fonts:
        fontManager.addfont(path)
    mpl.rcParams["font.family"] = "sans-serif"
    mpl.rcParams["font.sans-serif"] = ["Inter", "DejaVu Sans"]


def main() -> None:
    """Turn the job on standard input into plots on standard output."""
    job = json.load(sys.stdin)
    _set_up(job["fonts"])
    drawn: dict[str, Any] = {"svg": {}, "png": {}, "card": None}
    if "svg" in job["wanted"]:
        drawn["svg"] = {name: _svg(figure) for name, figure in draw(job["data"]).items()}
    if "png" in job["wanted"]:
        COLOUR.update(job["colours"]["light"])
        for name, figure in draw(job["data"]).items():
            drawn["png"][name] = _png(figure, job["titles"].get(name, ""), job["caption"], job["watermark"])
        COLOUR.update(job["colours"]["dark"])
        drawn["card"] = _card(job)
    json.dump(drawn, sys.stdout)


if __name__ == "__main__":
    main()
