"""The shape of 2048 prompt and 128 output tokens, beside what others published of it."""

from collections.abc import Sequence

from matplotlib.figure import Figure

from thorhud.report.plots.canvas import COLOUR, SMALL, Row, dots, row_label, whisker, write
from thorhud.report.plots.speed import bar_frame, end_of, write_value

_LEFT = 196.0


def shape_plot(rows: Sequence[Row]) -> Figure:
    """Draw the rows whose shape was measured; a figure of others is a dashed tick."""
    figure, axes = bar_frame(rows, 1.3 * max(end_of(row["shape"]) for row in rows))
    for index, row in enumerate(rows):
        cell, y = row["shape"], index + 0.5
        row_label(axes, row, index, _LEFT, is_absent=cell["median"] is None)
        if cell["median"] is not None:
            axes.barh(y, cell["median"], 0.36, color=COLOUR[row["colour"]], zorder=2)
        dots(axes, cell["dots"], y)
        whisker(axes, cell["interval"], y, 0.1)
        for value in cell["elsewhere"]:
            axes.plot([value, value], [y - 0.3, y + 0.3], color=COLOUR["text1"], linewidth=2.2, dashes=(1.6, 1.1))
        own_end = (end_of(cell | {"elsewhere": []}), y)
        behind = write_value(axes, "not measured" if cell["median"] is None else f"{cell['median']:.1f}", "", own_end)
        if not cell["is_comparable"]:
            write(axes, own_end, "not comparable", (behind, 0), fontsize=SMALL, weight=600, color=COLOUR["amber"])
    return figure
