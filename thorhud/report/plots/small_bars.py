"""One small bar for each configuration: time to first token, model memory, or energy for each token."""

from collections.abc import Sequence

from matplotlib.figure import Figure

from thorhud.report.plots.canvas import COLOUR, SMALL, VALUE, Row, frame, left_of_zero, mark, tick, write

_LEFT = 40.0


def small_bars_plot(rows: Sequence[Row], key: str, published_key: str | None = None) -> Figure:
    """Draw the values of *key*, with a tick for what was published under *published_key*."""
    figure, axes = frame(390, 31 * len(rows) + 8, (_LEFT, 4, 12, 4))
    keys = [each for each in (key, published_key) if each is not None]
    axes.set_xlim(0, 1.3 * max((row[each] for row in rows for each in keys if row[each] is not None), default=1.0))
    axes.set_ylim(len(rows), 0)
    axes.set_xticks([])
    axes.set_yticks([])
    for index, row in enumerate(rows):
        y, value = index + 0.5, row[key]
        mark(axes, (0, y), row, 12, hollow=value is None, transform=left_of_zero(axes, _LEFT - 14))
        if value is None:
            write(axes, (0, y), "not measured", color=COLOUR["text3"], fontsize=SMALL)
            continue
        axes.barh(y, value, 0.36, color=COLOUR[row["colour"]])
        published = None if published_key is None else row[published_key]
        if published is not None:
            tick(axes, published, y, 0.3)
        write(axes, (max(value, published or 0.0), y), f"{value:.2f}", (10, 0), weight=600, fontsize=VALUE)
    return figure
