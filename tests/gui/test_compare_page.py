"""Compare: charts, table, findings, the running comparison."""

import itertools
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import samples
import samples_compare as sc
import samples_more as sm
from pressing import click, key
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QStackedWidget, QWidget
from pytestqt.qtbot import QtBot

import thorhud
from thorhud.domain.comparison import Comparison, ComparisonCell, Dot, Finding
from thorhud.domain.messages import QueryName, Verb
from thorhud.domain.state import LadderPhase, LadderState
from thorhud.gui.pages.compare_page import ComparePage
from thorhud.gui.pages.more_page import MorePage
from thorhud.gui.widgets.action_button import SMALLEST_TOUCH_PX, ActionButton
from thorhud.gui.widgets.cap_line import CapLine
from thorhud.gui.widgets.chart_key import ChartKey
from thorhud.gui.widgets.choice_bar import Choice
from thorhud.gui.widgets.comparison_bars import spread
from thorhud.gui.widgets.comparison_chart import ComparisonChart
from thorhud.gui.widgets.data_table import DataTable
from thorhud.gui.widgets.detail_card import DetailCard
from thorhud.gui.widgets.ladder_steps import LadderSteps
from thorhud.gui.widgets.plain_text import PlainText
from thorhud.gui.widgets.roofline_chart import RooflineChart
from thorhud.gui.widgets.small_bars import SmallBars
from thorhud.gui.widgets.text_line import TextLine
from thorhud.gui.windows.kiosk_window import KioskWindow
from thorhud.gui.windows.ladder_dialog import LadderDialog
from thorhud.gui.wishes import Inquiry, Wish

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def page(qtbot: QtBot) -> ComparePage:
    widget = ComparePage()
    qtbot.addWidget(widget)
    widget.resize(1920, 1080)
    widget.show()
    return widget


def display(page: ComparePage, comparison: Comparison | None, ladder: LadderState | None = None) -> None:
    page.display(comparison, samples.workshop(), sc.state(sc.ready(), ladder=ladder))


def words(page: QWidget) -> str:
    kinds = PlainText | TextLine | CapLine | ActionButton
    found = [
        child.text() for child in page.findChildren(QWidget) if isinstance(child, kinds) and child.isVisibleTo(page)
    ]
    return "\n".join(found)


def chart(page: ComparePage) -> ComparisonChart:
    found = page.findChild(ComparisonChart)
    assert found is not None
    return found


def hover(surface: QWidget, at: QPointF) -> None:
    """Move the pointer there; the platform's own pointer may stand elsewhere."""
    nothing, held = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    place = QPointF(surface.mapToGlobal(at))
    QApplication.sendEvent(surface, QMouseEvent(QEvent.Type.MouseMove, at, place, nothing, nothing, held))


def dialog(page: ComparePage) -> LadderDialog:
    found = page.findChild(LadderDialog)
    assert found is not None
    return found


def press(qtbot: QtBot, page: ComparePage, name: str) -> None:
    button = page.findChild(ActionButton, name)
    assert button is not None
    assert button.isVisible()
    click(button)


def test_the_head_names_unit_host_and_address(page: ComparePage) -> None:
    display(page, sc.comparison())

    for line in ("07", "thor-07", "10.10.0.107", "What each step buys you"):
        assert line in words(page)


def test_without_results_it_says_what_to_do(page: ComparePage, qtbot: QtBot) -> None:
    display(page, None)

    assert "No results yet" in words(page)
    assert "Measure again" not in words(page)
    press(qtbot, page, "empty_button")
    assert dialog(page).isVisible()


def test_a_comparison_in_which_nothing_was_measured_is_empty(page: ComparePage) -> None:
    rows = tuple(replace(row, short=ComparisonCell(), long=ComparisonCell()) for row in sc.comparison().rows)
    display(page, sc.comparison(rows=rows))

    assert "No results yet" in words(page)


def test_there_are_two_bars_for_each_measured_row_in_the_workshops_order(page: ComparePage) -> None:
    display(page, sc.comparison())
    bars = chart(page).bars()

    assert [bar.which for bar in bars] == ["short", "long"] * 6
    assert [bar.configuration.id for bar in bars[::2]] == [each.id for each in samples.CONFIGURATIONS]
    assert all(upper.rect.bottom() <= lower.rect.top() for upper, lower in itertools.pairwise(bars))


def test_a_bar_is_as_long_as_its_median(page: ComparePage) -> None:
    display(page, sc.comparison())
    bars = {(bar.configuration.id, bar.which): bar.rect.width() for bar in chart(page).bars()}

    ratio = bars["llama-3.1-8b-fp4", "long"] / bars["llama-3.1-8b-fp16", "long"]
    assert ratio == pytest.approx(18.8 / 10.5, abs=0.02)
    assert bars["gpt-oss-20b", "short"] == 0


def test_the_chart_says_the_same_in_words(page: ComparePage) -> None:
    display(page, sc.comparison())

    lines = chart(page).lines()
    assert lines[0].startswith("GPT-OSS-120B: short 34.1 tokens per second, no published figure to compare with")
    assert lines[1] == "GPT-OSS-20B: Not measured: the weights are not on this unit"
    assert "long 25.1 tokens per second, published 25.6" in lines[5]


def test_pointing_at_a_bar_tells_its_runs_until_the_pointer_leaves_it(page: ComparePage) -> None:
    display(page, sc.comparison())
    page.grab()  # the layout has settled
    plot, bar = chart(page)._plot, chart(page).bars()[2 * 4]

    hover(plot.viewport(), bar.rect.center())
    assert "18.9, 19.0, 19.2" in plot.guide.words
    hover(plot.viewport(), QPointF(5, plot.viewport().height() - 2))
    assert plot.guide.words == ""


def test_a_touch_on_a_bar_keeps_its_words_until_the_next_touch_beside_it(page: ComparePage) -> None:
    display(page, sc.comparison())
    page.grab()  # the layout has settled
    plot, bar = chart(page)._plot, chart(page).bars()[0]

    QTest.mouseClick(plot.viewport(), Qt.MouseButton.LeftButton, pos=bar.rect.center().toPoint())
    card = page.findChild(DetailCard)
    assert card is not None
    assert card.isVisible()
    assert card.text().startswith("GPT-OSS-120B, short answer\nmedian 34.1 tok/s of n = 3 runs")
    QTest.mouseClick(plot.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(5, plot.viewport().height() - 2))
    assert not card.isVisible()


def test_the_arrow_keys_tell_what_pointing_tells(page: ComparePage, qtbot: QtBot) -> None:
    display(page, sc.comparison())
    plot = chart(page)._plot
    key(plot, Qt.Key.Key_Down)
    key(plot, Qt.Key.Key_Down)
    assert plot.guide.words.startswith("GPT-OSS-120B, long answer")
    key(plot, Qt.Key.Key_Up)
    assert plot.guide.words.startswith("GPT-OSS-120B, short answer")

    with qtbot.assertNotEmitted(page.back_requested):
        key(plot, Qt.Key.Key_Escape)
    assert plot.guide.words == ""
    with qtbot.waitSignal(page.back_requested):
        key(plot, Qt.Key.Key_Escape)


def test_where_only_short_answers_were_measured_there_is_one_bar_and_no_key_for_long(page: ComparePage) -> None:
    rows = tuple(replace(row, long=ComparisonCell()) for row in sc.comparison().rows)
    display(page, sc.comparison(rows=rows))
    key, limit = page.findChild(ChartKey), page.findChild(RooflineChart)
    assert key is not None
    assert limit is not None

    assert {bar.which for bar in chart(page).bars()} == {"short"}
    assert key.words() == "tok/s, short, each run, workshop, published"
    assert limit.answer_kind() == "short answer"


def test_labels_of_the_limit_cover_no_marker(page: ComparePage) -> None:
    display(page, sc.comparison())
    limit = page.findChild(RooflineChart)
    assert limit is not None
    frame = limit._plot.frame()
    labels = limit.labels(frame, [])

    assert len(labels) == 4
    for label in labels:
        assert frame.rect.contains(label.rect)
        others = [each.rect for each in labels if each is not label]
        assert not any(label.rect.intersects(other) for other in others)


def test_passing_the_limit_with_a_draft_model_is_explained(page: ComparePage) -> None:
    last = sc.comparison().rows[5]
    fast = replace(last, long=replace(last.long, median_tokens_per_s=60.0))
    workshop = replace(
        samples.workshop(),
        configurations=(*samples.CONFIGURATIONS[:5], replace(samples.CONFIGURATIONS[5], draft_model="draft")),
    )
    page.display(sc.comparison(rows=(*sc.comparison().rows[:5], fast)), workshop, sc.state())
    limit = page.findChild(RooflineChart)
    assert limit is not None

    assert "one read, several tokens" in limit.lines()[-1]


def test_small_bars_say_what_was_not_measured(page: ComparePage) -> None:
    display(page, sc.comparison())
    first, memory = page.findChildren(SmallBars)

    assert first.lines()[:3] == ["GPT-OSS-120B: 0.42", "GPT-OSS-20B: not measured", "Llama-3.1-8B FP16: 0.31"]
    assert memory.lines()[3] == "Llama-3.1-8B FP8: 8.49, published 8.49"


def test_findings_are_shown_and_without_them_how_it_was_measured(page: ComparePage) -> None:
    display(page, sc.comparison())
    assert "What you are seeing" in words(page)
    assert "+79 %" in words(page)

    display(page, sc.comparison(findings=()))
    assert "What you are seeing" not in words(page)
    assert "+79 %" not in words(page)
    assert "temperature 0, seed 1" in words(page)


def test_a_simulated_unit_says_so(page: ComparePage) -> None:
    display(page, sc.comparison(simulated=True))

    assert "on a simulated unit" in words(page)


def test_measure_again_and_done(page: ComparePage, qtbot: QtBot) -> None:
    display(page, sc.comparison())

    press(qtbot, page, "measure_button")
    assert dialog(page).isVisible()
    dialog(page).reject()
    with qtbot.waitSignal(page.back_requested):
        press(qtbot, page, "done_button")


def test_a_running_comparison_shows_progress_and_can_be_cancelled(page: ComparePage, qtbot: QtBot) -> None:
    display(page, sc.comparison(), sc.ladder())

    assert "Model 2 of 3: FP8, repeat 1 of 3. About 1:23 left" in words(page)
    with qtbot.waitSignal(page.command_requested) as asked:
        press(qtbot, page, "cancel_button")
    assert asked.args == [Wish(Verb.CANCEL_LADDER)]
    measure = page.findChild(ActionButton, "measure_button")
    assert measure is not None
    assert not measure.isEnabled()


def test_before_the_first_bar_a_running_comparison_is_not_called_empty(page: ComparePage) -> None:
    display(page, None, sc.ladder())

    assert "The first bar appears" in words(page)
    assert "No results yet" not in words(page)
    assert "Measure the comparison" not in words(page)


def test_a_comparison_that_failed_says_why(page: ComparePage) -> None:
    display(page, sc.comparison(), replace(sc.ladder(), phase=LadderPhase.FAILED, reason="Docker is gone."))

    assert "Docker is gone." in words(page)


def test_key_d_turns_to_the_data_and_back(page: ComparePage, qtbot: QtBot) -> None:
    display(page, sc.comparison())
    page.activateWindow()
    page.setFocus()
    stack, table = page.findChild(QStackedWidget), page.findChild(DataTable)
    assert stack is not None
    assert table is not None
    key(page, Qt.Key.Key_D)
    assert stack.currentWidget() is table.parentWidget()
    assert table.rows()[0][:4] == ["GPT-OSS-120B", "short", "34.1", "34.0, 34.1, 34.4"]

    with qtbot.assertNotEmitted(page.back_requested):
        key(page, Qt.Key.Key_Escape)
    assert stack.currentWidget() is not table.parentWidget()
    with qtbot.waitSignal(page.back_requested):
        key(page, Qt.Key.Key_Escape)


@pytest.mark.parametrize("text", sc.HOSTILE)
def test_hostile_text_breaks_nothing(page: ComparePage, text: str) -> None:
    row = sc.comparison().rows[0]
    odd = replace(
        row, short=replace(row.short, dots=(Dot(tokens_per_s=1e9, ttft_s=None, completion_tokens=None, marked=text),))
    )
    rows = (odd, replace(sc.comparison().rows[1], reason=text), *sc.comparison().rows[2:])
    finding = Finding(figure=text, sentence=text)
    display(page, sc.comparison(rows=rows, findings=(finding,) * 5, conditions=(text,)))
    page.turn_table()
    page.grab()

    assert page.minimumSizeHint().width() <= 1920
    guide = chart(page)._plot.guide
    guide.choose(0)
    assert guide.words.startswith("GPT-OSS-120B, short answer")
    guide.choose(None)


def test_only_one_module_knows_pyqtgraph_and_only_compare_loads_it() -> None:
    package = Path(thorhud.__file__).parent
    knows = [path.stem for path in package.rglob("*.py") if "import pyqtgraph" in path.read_text(encoding="utf-8")]
    modules = ("pages.kiosk_page", "pages.stage_area", "pages.log_page", "windows.commands_dialog")
    load = ";".join(f"import thorhud.gui.{name}" for name in modules)
    check = f"import sys;{load};sys.exit('pyqtgraph' in sys.modules or 'numpy' in sys.modules)"

    assert knows == ["plotting"]
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0


def test_one_configuration_without_published_figures_is_drawn(page: ComparePage) -> None:
    display(page, sc.comparison(rows=sc.comparison().rows[:1]))
    page.grab()

    assert len(chart(page).bars()) == 2


def test_a_zoom_stays_while_the_page_is_told_again_and_a_double_click_leaves_it(page: ComparePage) -> None:
    display(page, sc.comparison())
    plot = chart(page)._plot
    whole = plot.frame().x_range
    plot.getPlotItem().getViewBox().setXRange(10.0, 20.0, padding=0)
    display(page, sc.comparison(unit="thor-08"))
    assert plot.frame().x_range == pytest.approx((10.0, 20.0))

    QTest.mouseDClick(plot.viewport(), Qt.MouseButton.LeftButton)
    assert plot.frame().x_range == pytest.approx(whole)


def test_whiskers_are_drawn_and_named_only_where_there_are_intervals(page: ComparePage) -> None:
    legend = page.findChild(ChartKey)
    assert legend is not None
    display(page, sc.comparison())
    assert "interval" not in legend.words()
    display(page, sm.comparison())
    assert "95\u202f% interval" in legend.words()
    page.grab()


@pytest.mark.parametrize(
    ("places", "lanes"),
    [([10.0, 100.0], [0, 0]), ([10.0, 11.0, 12.0], [0, -1, 1]), ([12.0, 10.0], [-1, 0]), ([], [])],
)
def test_dots_that_would_cover_each_other_lie_side_by_side(places: list[float], lanes: list[int]) -> None:
    assert spread(places, 8.0) == lanes


def test_more_leads_to_the_second_page_and_escape_back(page: ComparePage, qtbot: QtBot) -> None:
    display(page, sm.comparison())
    more = page.findChild(MorePage)
    assert more is not None
    press(qtbot, page, "more_button")
    assert more.isVisible()
    with qtbot.assertNotEmitted(page.back_requested):
        key(page, Qt.Key.Key_Escape)
    assert not more.isVisible()
    assert chart(page).isVisible()


def test_without_results_there_is_still_more(page: ComparePage, qtbot: QtBot) -> None:
    display(page, None)
    press(qtbot, page, "more_button")

    assert "Nobody measured several users yet" in words(page)
    press(qtbot, page, "more_button")
    assert "No results yet" in words(page)


def test_key_e_leads_to_what_one_takes_home(page: ComparePage) -> None:
    display(page, sm.comparison())
    page.activateWindow()
    page.setFocus()
    key(page, Qt.Key.Key_E)

    assert "Results on your phone" in words(page)
    focused = page.focusWidget()
    assert isinstance(focused, Choice)
    key(focused, Qt.Key.Key_Left)
    assert "Results on your phone" not in words(page)
    assert "Questions to ask yourself" in words(page) or "This workshop asks no questions" in words(page)


def test_the_table_of_a_second_page_is_its_own_and_leads_back_to_it(page: ComparePage, qtbot: QtBot) -> None:
    display(page, sm.comparison())
    press(qtbot, page, "more_button")
    press(qtbot, page, "table_button")
    table = page.findChild(DataTable)
    assert table is not None
    assert table.rows()[0][:3] == ["Llama-3.1-8B FP16", "reference", "1"]

    press(qtbot, page, "table_button")
    more = page.findChild(MorePage)
    assert more is not None
    assert more.isVisible()


def test_the_whole_table_can_be_copied(page: ComparePage, qtbot: QtBot) -> None:
    display(page, sm.comparison())
    page.turn_table()
    press(qtbot, page, "copy_table_button")
    lines = QGuiApplication.clipboard().text().split("\n")

    assert lines[0].startswith("Configuration\tAnswer\tMedian tok/s")
    assert len(lines) == 12


def test_a_running_comparison_shows_every_step_and_what_a_cancel_keeps(page: ComparePage) -> None:
    display(page, sc.comparison(), sc.ladder())
    steps = page.findChild(LadderSteps)
    assert steps is not None

    assert steps.isVisible()
    assert steps.lines() == ["FP16: measured", "FP8: run 2 of 4", "FP4: waiting"]
    assert "Cancel keeps every finished run" in words(page)
    display(page, sc.comparison(), replace(sc.ladder(), reason="About 3 min more than thought: FP8 failed."))
    assert "About 3 min more than thought" in words(page)


def test_a_ladder_that_was_broken_off_can_be_continued(page: ComparePage, qtbot: QtBot) -> None:
    asked: list[Inquiry] = []
    page.inquiry_requested.connect(asked.append)
    display(page, sc.comparison(), LadderState(resumable_id="ladder-9"))
    display(page, sc.comparison(), LadderState(resumable_id="ladder-9"))
    assert [inquiry.name for inquiry in asked] == [QueryName.LADDERS]
    asked[0].deliver([sm.broken_off()], "")
    assert "Continue the comparison of" in words(page)

    with qtbot.waitSignal(page.command_requested) as wished:
        press(qtbot, page, "resume_button")
    assert wished.args == [Wish(Verb.LADDER, {"resume": "ladder-9"})]


@pytest.mark.parametrize("theme", ["dark", "projector"])
@pytest.mark.parametrize("size", [(1920, 1080), (1280, 800), (1024, 600), (2560, 1440)])
def test_the_page_fits_every_display_with_its_title_whole(qtbot: QtBot, theme: str, size: tuple[int, int]) -> None:
    window = KioskWindow(theme)
    qtbot.addWidget(window)
    window.resize(*size)
    window.show()
    window.display(replace(samples.face(sc.state(sc.ready())), comparison=sm.comparison()))
    window.open_page("compare")
    window.grab()
    title = window.findChild(PlainText, "title_label")
    assert title is not None

    assert title.fontMetrics().horizontalAdvance(title.text()) <= title.width()
    done = window.findChild(ActionButton, "done_button")
    assert done is not None
    assert window.rect().contains(QRect(done.mapTo(window, QPoint(0, 0)), done.size()))
    window.close()


def test_on_seven_inches_every_button_of_compare_is_large_enough_for_a_finger(qtbot: QtBot) -> None:
    window = KioskWindow()
    qtbot.addWidget(window)
    window.resize(1024, 600)
    window.show()
    state = sc.state(sc.ready(), ladder=LadderState(resumable_id="ladder-9"))
    window.display(replace(samples.face(state), comparison=sm.comparison()))
    window.open_page("compare")
    page, more = window.findChild(ComparePage), window.findChild(MorePage)
    assert page is not None
    assert more is not None
    seen: list[int] = []
    for tab in (None, more.concurrency, more.vote, more.notes, more.take_home):
        if tab is not None:
            more.open_tab(tab)
        window.grab()
        seen += [
            each.height() for each in page.findChildren(ActionButton) if each.isVisible() and each.text() != "Copy"
        ]
        if tab is None:
            page.turn_more()

    assert len(seen) > 15
    assert min(seen) >= SMALLEST_TOUCH_PX
    window.close()


def test_letters_typed_into_a_note_are_no_keys_of_the_page(qtbot: QtBot) -> None:
    window = KioskWindow()
    qtbot.addWidget(window)
    window.resize(1920, 1080)
    window.show()
    window.display(replace(samples.face(sc.state(sc.ready())), comparison=sm.comparison()))
    window.open_page("compare")
    page, more = window.findChild(ComparePage), window.findChild(MorePage)
    assert page is not None
    assert more is not None
    page.turn_more()
    more.open_tab(more.notes)
    note = more.notes.findChild(QPlainTextEdit)
    assert note is not None
    window.activateWindow()
    note.setFocus()
    qtbot.waitUntil(note.hasFocus)
    QTest.keyClicks(note, "Dear Ed, stop: clearer")

    assert note.toPlainText() == "Dear Ed, stop: clearer"
    assert more.notes.isVisible()
    window.close()
