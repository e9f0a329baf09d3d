"""Read what to draw, draw it, and write the plots: SVG for the page, PNG for slides."""

import base64
import json
import sys
import textwrap
from io import BytesIO, StringIO
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from thorhud.report.plots.canvas import COLOUR, LABEL, SMALL
from thorhud.report.plots.limit import limit_plot
from thorhud.report.plots.small_bars import small_bars_plot
from thorhud.report.plots.speed import speed_plot

_DOTS_PER_INCH = 160


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
    return plots


def _svg(figure: Figure) -> str:
    out = StringIO()
    figure.savefig(out, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return out.getvalue()


def _png(figure: Figure, title: str, caption: str) -> str:
    """Return a picture that explains itself, as base64."""
    above = 1 + 20 / (72 * figure.get_figheight())
    below = -16 / (72 * figure.get_figheight())
    look: dict[str, Any] = {"parse_math": False, "x": 0.01}
    figure.text(y=above, s=title, color=COLOUR["text1"], fontsize=LABEL + 3, weight=600, **look)
    wrapped = textwrap.fill(caption, width=round(72 * figure.get_figwidth() / 6.6))
    figure.text(y=below, s=wrapped, color=COLOUR["text2"], fontsize=SMALL, va="top", **look)
    out = BytesIO()
    ground = COLOUR["surface1"]
    figure.savefig(out, format="png", dpi=_DOTS_PER_INCH, facecolor=ground, bbox_inches="tight", pad_inches=0.3)
    return base64.b64encode(out.getvalue()).decode()


def main() -> None:
    """Turn the job on standard input into plots on standard output."""
    mpl.use("agg")
    mpl.rcParams["svg.fonttype"] = "none"  # text stays text: it can be found, copied and read aloud
    mpl.rcParams["svg.hashsalt"] = "thorhud"
    mpl.rcParams["font.family"] = "sans-serif"
    mpl.rcParams["font.sans-serif"] = ["Inter", "DejaVu Sans"]
    job = json.load(sys.stdin)
    svg = {name: _svg(figure) for name, figure in draw(job["data"]).items()}
    COLOUR.update(job["colours"])
    png = {name: _png(figure, job["titles"][name], job["caption"]) for name, figure in draw(job["data"]).items()}
    json.dump({"svg": svg, "png": png}, sys.stdout)


if __name__ == "__main__":
    main()
