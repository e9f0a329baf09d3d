"""The answer as it comes."""

import pytest
from pressing import key
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from thorhud.gui.theme import Theme
from thorhud.gui.widgets.answer_view import LIMIT, AnswerView


@pytest.fixture
def view(qtbot: QtBot) -> AnswerView:
    widget = AnswerView()
    qtbot.addWidget(widget)
    widget.resize(700, 200)
    widget.show()
    return widget


def rows_with(image: QImage, colour: QColor) -> list[int]:
    """Return the rows of pixels that hold exactly *colour*."""
    wanted = colour.rgb()
    return [y for y in range(image.height()) if any(image.pixel(x, y) == wanted for x in range(image.width()))]


def picture(view: AnswerView) -> QImage:
    return view.grab().toImage()


def test_text_is_appended_and_never_smoothed(view: AnswerView) -> None:
    for piece in ("one ", "two", "\n", "three"):
        view.append(piece)

    assert view.text() == "one two\nthree"


def test_reasoning_is_told_apart_from_the_answer(view: AnswerView, theme: Theme) -> None:
    view.append("hm", reasoning=True)
    assert rows_with(picture(view), theme.colour.text1) == []
    view.append("42")

    assert view.text() == "hm\n42"
    assert rows_with(picture(view), theme.colour.text3) != []


def test_the_newest_line_is_visible_and_the_block_stands_behind_it(view: AnswerView, theme: Theme) -> None:
    view.set_streaming(on=True)
    view.append("\n".join(f"line {number}" for number in range(40)))
    block = rows_with(picture(view), theme.colour.green)

    assert block
    assert min(block) > view.height() // 2
    assert max(block) < view.height()


def test_the_block_goes_when_the_answer_is_whole(view: AnswerView, theme: Theme) -> None:
    view.set_streaming(on=True)
    view.append("whole")
    view.set_streaming(on=False)

    assert rows_with(picture(view), theme.colour.green) == []


def test_arrow_keys_look_back_and_a_new_answer_begins_at_its_end(view: AnswerView, qtbot: QtBot) -> None:
    view.append("\n".join(f"line {number}" for number in range(40)))
    newest = picture(view)
    key(view, Qt.Key.Key_PageUp)
    assert picture(view) != newest
    key(view, Qt.Key.Key_PageDown)
    assert picture(view) == newest


def test_endless_text_is_bounded(view: AnswerView) -> None:
    for _ in range(8):
        view.append("word " * 2000)

    assert len(view.text()) <= LIMIT + 10


def test_a_word_without_an_end_is_broken_to_the_width(view: AnswerView, theme: Theme) -> None:
    view.append("x" * 400)
    image = picture(view)

    assert len(rows_with(image, theme.colour.text1)) > 40
    assert image.rect().contains(QPoint(0, 0))
