"""Leaves of the Compare pages by themselves: lines, names that do not cover each other, cards that stay in the window."""

import itertools

import pytest
import samples
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from thorhud.gui.theme import Theme
from thorhud.gui.widgets.choice_bar import Choice, ChoiceBar
from thorhud.gui.widgets.detail_card import DetailCard
from thorhud.gui.widgets.line_chart import Line, LineChart, LineData, Point
from thorhud.gui.widgets.picker import Picker
from thorhud.gui.widgets.subject_row import SubjectRow
from thorhud.gui.widgets.toggle_row import ToggleRow

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def chart(qtbot: QtBot, data: LineData) -> LineChart:
    made = LineChart()
    qtbot.addWidget(made)
    made.resize(800, 360)
    made.display(data)
    made.show()
    return made


def lines(*ends: float) -> tuple[Line, ...]:
    return tuple(
        Line(configuration, (Point(1.0, end / 2, "one"), Point(4.0, end, "four")))
        for configuration, end in zip(samples.CONFIGURATIONS, ends, strict=False)
    )


@pytest.mark.parametrize("ends", [(10.0, 10.0, 10.1, 30.0), (0.0, 0.1, 0.2, 0.3), (5.0,), (1.0, 1.0, 1.0, 1.0, 1.0)])
def test_names_at_the_ends_of_lines_do_not_cover_each_other_and_stay_above_the_axis(
    qtbot: QtBot, theme: Theme, ends: tuple[float, ...]
) -> None:
    made = chart(qtbot, LineData(name="n", x_name="x", lines=lines(*ends), doubling=True))
    rows = sorted(y for _, y in made._label_rows(theme, made.frame()))

    assert len(rows) == len(ends)
    assert all(lower - upper >= theme.length(26) - 0.01 for upper, lower in itertools.pairwise(rows))
    assert rows[-1] <= made.frame().rect.bottom()
    made.grab()


def test_twice_as_many_users_are_one_step_to_the_right(qtbot: QtBot) -> None:
    points = tuple(Point(float(2**step), 10.0) for step in range(4))
    data = LineData(name="n", x_name="users", lines=(Line(samples.CONFIGURATIONS[0], points),), doubling=True)
    spots = chart(qtbot, data).spots()
    steps = [right.rect.x() - left.rect.x() for left, right in itertools.pairwise(spots)]

    assert steps == pytest.approx([steps[0]] * 3)


def test_zero_is_at_the_bottom(qtbot: QtBot) -> None:
    frame = chart(qtbot, LineData(name="n", x_name="x", lines=lines(20.0))).frame()

    assert frame.y(0.0) == pytest.approx(frame.rect.bottom())
    assert frame.y(20.0) > frame.rect.top()


@pytest.mark.parametrize("data", [LineData(name="n", x_name="x"), LineData(name="n", x_name="x", lines=lines(0.0))])
def test_nothing_and_nothing_but_zero_are_drawn(qtbot: QtBot, data: LineData) -> None:
    chart(qtbot, data).grab()


@pytest.mark.parametrize("beside", [QRectF(5, 5, 20, 20), QRectF(770, 570, 20, 20), QRectF(0, 300, 800, 20)])
def test_the_card_of_a_mark_stays_in_its_window(qtbot: QtBot, beside: QRectF) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(800, 600)
    window.show()
    card = DetailCard(window)
    card.display("FP4, long answer\n" + "a sentence about it " * 20, beside)

    assert window.rect().contains(card.geometry())
    assert card.text().startswith("FP4, long answer\na sentence")
    card.grab()


def test_markup_in_the_words_of_a_mark_stays_words(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    card = DetailCard(window)
    card.display("<b>bold</b>\n<img src=x>", QRectF(0, 0, 10, 10))

    assert card.text() == "<b>bold</b>\n<img src=x>"


def test_a_picker_keeps_its_choice_when_the_offer_grows(qtbot: QtBot) -> None:
    picker = Picker()
    qtbot.addWidget(picker)
    picker.offer("Prompt", [("a", "A"), ("b", "B")])
    picker.choose("b")
    picker.offer("Prompt", [("z", "Z"), ("a", "A"), ("b", "B")])

    assert picker.key == "b"
    picker.choose("unknown")
    assert picker.key == "b"
    picker.show()
    picker.grab()


def test_exactly_one_choice_is_chosen_and_by_keys_too(qtbot: QtBot) -> None:
    bar = ChoiceBar()
    qtbot.addWidget(bar)
    bar.display("How often", ("3", "5", "7"), 1)
    bar.resize(600, 64)
    bar.show()
    bar.grab()  # the layout has settled
    bar.activateWindow()
    choices = bar.findChildren(Choice)
    choices[1].setFocus()
    qtbot.waitUntil(choices[1].hasFocus)
    with qtbot.waitSignal(bar.chosen) as chosen:
        qtbot.keyClick(choices[1], Qt.Key.Key_Right)

    assert chosen.args == [2]
    assert [each.isChecked() for each in choices] == [False, False, True]


@pytest.mark.parametrize(
    ("widget", "role"),
    [
        (lambda: ToggleRow(key="x"), QAccessible.Role.CheckBox),
        (lambda: SubjectRow("Question?"), QAccessible.Role.RadioButton),
        (lambda: Choice("5"), QAccessible.Role.RadioButton),
        (Picker, QAccessible.Role.ComboBox),
    ],
)
def test_a_screen_reader_knows_what_each_of_them_is(
    qtbot: QtBot, widget: type[QWidget], role: QAccessible.Role
) -> None:
    made = widget()
    qtbot.addWidget(made)
    interface = QAccessible.queryAccessibleInterface(made)

    assert interface is not None
    assert interface.role() == role
