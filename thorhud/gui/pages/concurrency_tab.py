"""Several users at once: what the unit yields in all, what each user still gets, and how long the first token takes."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from thorhud.domain.comparison import Comparison
from thorhud.domain.ladder_plan import Part
from thorhud.domain.sweep import SweepLevel, SweepRecord
from thorhud.domain.workshop import Workshop
from thorhud.gui.forms.ui_concurrency_tab import Ui_ConcurrencyTab
from thorhud.gui.sweep_words import SWEEP_HEADER, Value, level_words, reasons, sweep_rows, sweeps
from thorhud.gui.widgets.line_chart import Line, LineData, Point
from thorhud.gui.widgets.text_line import Run

_USERS = "users at once"


class ConcurrencyTab(QWidget):
    """Three charts of the same levels and, in words, why each went no further."""

    measure_requested = Signal(object)
    """The `Part` that is missing here."""
    title = "Many users"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._form = Ui_ConcurrencyTab()
        self._form.setupUi(self)
        form = self._form
        form.total_card_title.setText("All users together")
        form.total_card_note.display(Run("tok/s, higher is better", "small", "text2"))
        form.user_card_title.setText("Each user")
        form.user_card_note.display(Run("tok/s, higher is better", "small", "text2"))
        form.wait_card_title.setText("Wait for the first token")
        form.wait_card_note.display(Run("s, median; hollow: 95 of 100 within", "small", "text2"))
        form.why_card_title.setText("Why it stopped there")
        form.empty_card.display(
            "Nobody measured several users yet",
            "Measure with \u201cMany users at once\u201d: 1, 2, 4 and up to 32 users ask the same model, until the "
            "unit yields no more. It takes about eight minutes for each model.",
            "Measure many users",
        )
        form.empty_card.pressed.connect(lambda: self.measure_requested.emit(Part.SWEEP))

    @property
    def draws(self) -> bool:
        """Whether there is data to draw."""
        return self._form.stack.currentWidget() is self._form.charts

    def display(self, comparison: Comparison | None, workshop: Workshop) -> None:
        """Show the sweeps of *comparison*."""
        found = sweeps(comparison, workshop)
        self._form.stack.setCurrentWidget(self._form.charts if found else self._form.empty)
        values: tuple[Value, Value, Value] = (
            lambda level: level.total_tokens_per_s,
            lambda level: level.per_user_tokens_per_s,
            lambda level: level.median_ttft_s,
        )
        charts = (self._form.total_chart, self._form.user_chart, self._form.wait_chart)
        for chart, title, value in zip(charts, ("All users together", "Each user", "First token"), values, strict=True):
            upper = _slowest if chart is self._form.wait_chart else None
            chart.display(_data(title, comparison, workshop, value, upper))
        self._form.why.display(list(reasons(comparison, workshop)))

    def table(self, comparison: Comparison | None, workshop: Workshop) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
        """Return header and rows of what is shown here."""
        return SWEEP_HEADER, sweep_rows(comparison, workshop)


def _slowest(level: SweepLevel) -> float | None:
    return level.p95_ttft_s


def _data(name: str, comparison: Comparison | None, workshop: Workshop, value: Value, upper: Value | None) -> LineData:
    lines = []
    for configuration, sweep in sweeps(comparison, workshop):
        points = _points(sweep, value)
        if points:
            lines.append(Line(configuration, points, () if upper is None else _points(sweep, upper)))
    users = {float(level.concurrency) for _, sweep in sweeps(comparison, workshop) for level in sweep.levels}
    return LineData(name=name, x_name=_USERS, lines=tuple(lines), x_values=tuple(sorted(users)), doubling=True)


def _points(sweep: SweepRecord, value: Value) -> tuple[Point, ...]:
    return tuple(
        Point(float(level.concurrency), one, level_words(level))
        for level in sweep.levels
        if (one := value(level)) is not None
    )
