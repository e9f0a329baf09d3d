"""Read what to draw, draw it, and write the plots."""

import json
import sys
from io import StringIO
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from thorhud.report.plots.limit import limit_plot
from thorhud.report.plots.small_bars import small_bars_plot
from thorhud.report.plots.speed import speed_plot


def draw(data: dict[str, Any]) -> dict[str, str]:
    """Return every plot that *data* (see `thorhud.report.chart_data`) can fill, as SVG text."""
    rows = data["rows"]
    plots = {
        "speed": speed_plot(rows, data["lengths"]),
        "ttft": small_bars_plot(rows, "ttft_s"),
        "memory": small_bars_plot(rows, "model_memory_gib", "published_memory_gib"),
    }
    below_the_limit = [row for row in rows if row["limit"]]
    if below_the_limit:
        plots["limit"] = limit_plot(below_the_limit, data["bandwidth_gb_per_s"])
    return {name: _svg(figure) for name, figure in plots.items()}


def _svg(figure: Figure) -> str:
    out = StringIO()
    figure.savefig(out, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return out.getvalue()


def main() -> None:
    """Turn the job on standard input into plots on standard output."""
    mpl.use("svg")
    mpl.rcParams["svg.fonttype"] = "none"  # text stays text: it can be found, copied and read aloud
    mpl.rcParams["svg.hashsalt"] = "thorhud"
    mpl.rcParams["font.family"] = "sans-serif"
    mpl.rcParams["font.sans-serif"] = ["Inter", "DejaVu Sans"]
    json.dump(draw(json.load(sys.stdin)), sys.stdout)


if __name__ == "__main__":
    main()
