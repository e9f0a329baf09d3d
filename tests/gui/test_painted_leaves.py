"""Leaves that paint themselves, looked at pixel by pixel where it matters."""

import re
from dataclasses import replace

import pytest
import samples
import segno
from PySide6.QtCore import QEvent, QObject, QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from thorhud.assets import asset
from thorhud.domain.workshop import Marker
from thorhud.gui.memory_parts import memory_parts
from thorhud.gui.theme import Theme, load_theme
from thorhud.gui.widgets.marker import draw_marker
from thorhud.gui.widgets.memory_bar import MemoryBar
from thorhud.gui.widgets.qr_code import QrCode
from thorhud.gui.widgets.stat_card import trace_points
from thorhud.gui.widgets.text_line import Run, TextLine, draw_runs, runs_width
from thorhud.gui.widgets.unit_number import UnitNumber

URL = "http://10.10.0.107:8080"
LINE = QRectF(0, 0, 59, 100)


def picture(qtbot: QtBot, widget: QWidget, width: int, height: int) -> QImage:
    qtbot.addWidget(widget)
    widget.setPalette(load_theme("dark").palette())
    widget.resize(width, height)
    widget.show()
    return widget.grab().toImage()


def share(image: QImage, colour: QColor) -> float:
    """Return how much of *image* has that colour, to within what antialiasing changes."""
    spots = [(x, y) for y in range(0, image.height(), 2) for x in range(0, image.width(), 3)]
    seen = (image.pixelColor(x, y) for x, y in spots)
    near = sum(
        max(abs(c.red() - colour.red()), abs(c.green() - colour.green()), abs(c.blue() - colour.blue())) < 6
        for c in seen
    )
    return near / len(spots)


def test_each_module_of_the_code_is_a_square_of_whole_pixels_with_a_quiet_zone(qtbot: QtBot) -> None:
    code = QrCode()
    code.display(URL)
    image = picture(qtbot, code, 198, 198)
    expected = [bytes(row) for row in segno.make_qr(URL, error="m").matrix]
    side = len(expected)
    start = (198 - 6 * side) // 2

    seen = [
        bytes(image.pixelColor(start + 6 * x + 3, start + 6 * y + 3).lightness() < 128 for x in range(side))
        for y in range(side)
    ]

    assert seen == expected
    assert start >= 4 * 6


def test_no_address_means_no_code(qtbot: QtBot) -> None:
    code = QrCode()
    qtbot.addWidget(code)
    code.display(URL)
    code.display("")

    assert code.isHidden()


@pytest.mark.parametrize(("used", "colour"), [("running", "#ecd346"), ("loading", "#a772f4")])
def test_the_memory_of_a_model_has_the_colour_of_its_configuration(qtbot: QtBot, used: str, colour: str) -> None:
    state = samples.ALL[used]()
    workshop = samples.workshop()
    memory = state.telemetry.memory.value
    assert memory is not None
    bar = MemoryBar()
    bar.display(memory_parts(memory, state, workshop), workshop.configuration(state.serving.configuration_id or ""))

    assert share(picture(qtbot, bar, 1272, 136), QColor(colour)) > 0.01


def test_memory_that_nobody_claims_is_striped_in_amber_and_nothing_else_is(qtbot: QtBot, theme: Theme) -> None:
    shares = {}
    for name in ("idle", "running", "failed"):
        state = samples.ALL[name]()
        memory = state.telemetry.memory.value
        assert memory is not None
        bar = MemoryBar()
        bar.display(memory_parts(memory, state, samples.workshop()), None)
        shares[name] = share(picture(qtbot, bar, 1272, 136), theme.colour.amber)

    assert shares["failed"] > 0.03
    assert max(shares["idle"], shares["running"]) < 0.001


def test_the_newest_point_of_a_trace_is_at_the_right_end() -> None:
    (points,) = trace_points((0.0, 0.5, 1.0), LINE)

    assert [(point.x(), point.y()) for point in points] == [(57, 100), (58, 50), (59, 0)]


def test_a_trace_has_a_gap_where_nothing_was_measured() -> None:
    pieces = trace_points((0.1, None, None, 0.2, 0.3), LINE)

    assert [len(piece) for piece in pieces] == [1, 2]
    assert trace_points((None, None), LINE) == []


def test_a_value_beyond_the_scale_stays_in_its_card() -> None:
    (points,) = trace_points((-1.0, 7.0), LINE)

    assert [point.y() for point in points] == [100, 0]


def test_digits_that_change_do_not_move_what_follows(theme: Theme) -> None:
    widths = {runs_width(theme, (Run(text, "value", figures=True),)) for text in ("111", "888", "407")}

    assert len(widths) == 1


def test_a_line_that_is_too_long_ends_with_dots_inside_its_room(theme: Theme) -> None:
    image = QImage(400, 60, QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    runs = (Run("A very long host name ", "hostname"), Run("that goes on", "note"))
    end = draw_runs(painter, theme, runs, QPointF(0, 48), room=200)
    painter.end()

    assert end <= 201
    assert all(image.pixelColor(x, y).lightness() == 0 for x in range(204, 400) for y in range(60))


def test_the_same_line_again_is_not_painted_again(qtbot: QtBot) -> None:
    line = TextLine()
    line.display(Run("14:32"))
    picture(qtbot, line, 200, 40)
    QApplication.processEvents()
    painted = Painted(line)

    line.display(Run("14:32"))
    qtbot.wait(20)
    same = painted.count
    line.display(Run("14:33"))
    qtbot.waitUntil(lambda: painted.count == 1)

    assert same == 0


class Painted(QObject):
    """Counts how often a widget is painted."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.count = 0
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        self.count += event.type() is QEvent.Type.Paint
        return False


@pytest.mark.parametrize("number", [7, 42, 107, 1000])
def test_a_number_of_any_length_keeps_its_place(qtbot: QtBot, theme: Theme, number: int) -> None:
    widget = UnitNumber()
    widget.display(number)
    image = picture(qtbot, widget, 520, widget.sizeHint().height())

    inked = [
        x for x in range(520) if any(image.pixelColor(x, y).lightness() > 200 for y in range(0, image.height(), 4))
    ]

    assert inked[0] <= 25
    assert inked[-1] < 519


def test_the_six_markers_have_six_shapes(theme: Theme) -> None:
    shapes = set()
    for marker in Marker:
        image = QImage(40, 40, QImage.Format.Format_ARGB32)
        image.fill(0)
        painter = QPainter(image)
        draw_marker(painter, marker, QRectF(0, 0, 40, 40), theme.colour.text1)
        painter.end()
        shapes.add(tuple(image.pixelColor(x, y).alpha() > 128 for x in range(40) for y in range(40)))

    assert len(shapes) == len(Marker)


def test_every_icon_that_is_shipped_is_used() -> None:
    source = asset("icons").parent.parent
    text = "".join(path.read_text() for path in [*source.glob("thorhud/gui/**/*.py"), *source.glob("ui/*.ui")])

    unused = [path.stem for path in asset("icons").glob("*.svg") if not re.search(rf"[\"'>]{path.stem}[\"'<]", text)]

    assert unused == []


def test_a_stale_memory_reading_says_how_old_it_is(qtbot: QtBot) -> None:
    state = replace(samples.idle())
    memory = state.telemetry.memory.value
    assert memory is not None
    bar = MemoryBar()
    fresh, old = (
        _drawn(qtbot, bar, memory_parts(memory, state, samples.workshop()), words) for words in ("", "4 s old")
    )

    assert fresh != old


def _drawn(qtbot: QtBot, bar: MemoryBar, parts: object, old: str) -> QImage:
    bar.display(parts, None, old=old)  # type: ignore[arg-type]
    return picture(qtbot, bar, 1272, 136)
