"""What a draft model buys: speed over the length of the answer, and which of its tokens are accepted."""

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from thorhud.report.plots.canvas import (
    COLOUR,
    SMALL,
    VALUE,
    Row,
    frame,
    ground_lines,
    mark,
    name_ends,
    place,
    width_of,
    write,
)


def lengths_plot(pair: dict[str, Any]) -> Figure:
    """Draw tok/s up to each output token, time to first token included, with and without the draft model."""
    lines = pair["lines"]
    room = 26 + max(width_of(line["name"], SMALL) for line in lines)
    figure, axes = frame(860, 330, (52, 16, room, 52))
    axes.set_xlim(0, 1.02 * max(tokens for line in lines for tokens, _ in line["points"]))
    axes.set_ylim(0, 1.2 * max(speed for line in lines for _, speed in line["points"]))
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.set_xlabel("output tokens", color=COLOUR["text2"], fontsize=SMALL, loc="right", labelpad=8)
    ground_lines(axes)
    for line in lines:
        axes.plot(*zip(*line["points"], strict=True), color=COLOUR[line["colour"]], linewidth=2.4, zorder=3)
        mark(axes, tuple(line["points"][-1]), line, 11, zorder=4)
    name_ends(axes, [(tuple(line["points"][-1]), line["name"]) for line in lines])
    if pair["tokens"] is not None:
        _break_even(axes, pair["tokens"])
    return figure


def acceptance_plot(rows: Sequence[Row]) -> Figure:
    """Draw the share of proposals whose token at each place was accepted, configurations beside each other."""
    figure, axes = frame(390, 330, (48, 16, 14, 52))
    places = max(len(row["acceptance"]) for row in rows)
    axes.set_xlim(0.4, places + 0.6)
    axes.set_ylim(0, 1.12)
    axes.set_xticks(range(1, places + 1), [str(each) for each in range(1, places + 1)])
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0", "25", "50", "75", "100 %"])
    axes.set_xlabel("place in the proposal", color=COLOUR["text2"], fontsize=SMALL, loc="right", labelpad=8)
    ground_lines(axes)
    width = 0.66 / len(rows)
    for number, row in enumerate(rows):
        for index, share in enumerate(row["acceptance"]):
            x = index + 1 + (number - (len(rows) - 1) / 2) * width
            axes.bar(x, share, 0.92 * width, color=COLOUR[row["colour"]], zorder=2)
            write(axes, (x, share), f"{100 * share:.0f}", (0, 11), ha="center", weight=600, fontsize=VALUE)
    return figure


def _break_even(axes: Axes, tokens: int) -> None:
    """Draw from which token on the draft model's answer is there first."""
    top = axes.get_ylim()[1]
    axes.axvline(tokens, color=COLOUR["text1"], linewidth=1.6, dashes=(4, 3), zorder=1)
    is_left = place(axes, (tokens, 0))[0] < place(axes, (axes.get_xlim()[1], 0))[0] * 0.62
    words = f"pays from {tokens} tokens on" if tokens > 1 else "pays from the first token on"
    write(axes, (tokens, top), words, (9 if is_left else -9, -10), ha="left" if is_left else "right", fontsize=SMALL)
