"""The options of one launch: the sum is asked with each change, what is wrong is said at once, closed by default."""

import time

import pytest
import samples
import samples_compare as sc
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from thorhud.domain.fit import Fit, FitVerdict, fit, idle_unit
from thorhud.domain.messages import QueryName, Verb
from thorhud.domain.option_rules import parse_options
from thorhud.domain.wire import plain
from thorhud.gui.store import FaceState
from thorhud.gui.widgets.action_button import SMALLEST_TOUCH_PX, ActionButton
from thorhud.gui.widgets.choice_bar import Choice, ChoiceBar
from thorhud.gui.widgets.model_button import ModelButton
from thorhud.gui.widgets.picker import Picker
from thorhud.gui.widgets.plain_text import PlainText
from thorhud.gui.widgets.toggle_row import ToggleRow
from thorhud.gui.windows.kiosk_window import KioskWindow
from thorhud.gui.windows.launch_options_dialog import LaunchOptionsDialog
from thorhud.gui.wishes import Inquiry, Wish

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

FP4 = "llama-3.1-8b-fp4"
FITS = Fit(configuration_id=FP4, verdict=FitVerdict.STARTS, sentence="FP4 starts.", arithmetic=("The sum.",))
TOO_LARGE = Fit(configuration_id=FP4, verdict=FitVerdict.DOES_NOT_FIT, sentence="It does not fit.", next_step="Less.")


class Unit:
    """Keeps what the dialog asks, and answers when told to."""

    def __init__(self, dialog: LaunchOptionsDialog) -> None:
        self.asked: list[Inquiry] = []
        self.wishes: list[Wish] = []
        dialog.inquiry_requested.connect(self.asked.append)
        dialog.command_requested.connect(self.wishes.append)


@pytest.fixture
def dialog(qtbot: QtBot) -> LaunchOptionsDialog:
    made = LaunchOptionsDialog()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def unit(dialog: LaunchOptionsDialog) -> Unit:
    told = Unit(dialog)
    dialog.ask(sc.state(), samples.workshop(), FP4)
    return told


def part(dialog: QWidget, kind: type[QWidget], name: str) -> QWidget:
    found = dialog.findChild(kind, name)
    assert isinstance(found, kind)
    return found


def bar(dialog: QWidget, name: str) -> ChoiceBar:
    found = part(dialog, ChoiceBar, name)
    assert isinstance(found, ChoiceBar)
    return found


def edit(dialog: QWidget, name: str) -> QLineEdit:
    found = part(dialog, QLineEdit, name)
    assert isinstance(found, QLineEdit)
    return found


def further(dialog: QWidget) -> ToggleRow:
    found = part(dialog, ToggleRow, "further_row")
    assert isinstance(found, ToggleRow)
    return found


def button(dialog: QWidget, name: str) -> ActionButton:
    found = part(dialog, ActionButton, name)
    assert isinstance(found, ActionButton)
    return found


def verdict(dialog: QWidget) -> str:
    found = part(dialog, PlainText, "verdict_label")
    assert isinstance(found, PlainText)
    return found.text()


def test_it_opens_with_everything_as_usual_and_the_rest_closed(dialog: LaunchOptionsDialog, unit: Unit) -> None:
    assert unit.asked[-1].args == {"configuration_id": FP4, "options": {}}
    assert part(dialog, QWidget, "further").isHidden()
    button(dialog, "act_button").click()
    assert unit.wishes == [Wish(Verb.LAUNCH, {"configuration_id": FP4})]


def test_each_change_asks_for_the_sum_of_exactly_that(dialog: LaunchOptionsDialog, unit: Unit) -> None:
    bar(dialog, "share_bar").press(4)
    bar(dialog, "context_bar").press(2)
    bar(dialog, "at_a_time_bar").press(2)
    bar(dialog, "start_bar").press(1)

    wanted = {"gpu_memory_utilization": 0.7, "max_model_len": 8192, "max_num_seqs": 4, "fast_start": True}
    assert unit.asked[-1].name is QueryName.FIT
    assert unit.asked[-1].args == {"configuration_id": FP4, "options": wanted}
    button(dialog, "act_button").click()
    assert unit.wishes == [Wish(Verb.LAUNCH, {"configuration_id": FP4, "options": wanted})]
    _, faults = parse_options(wanted)
    assert faults == ()


def test_an_answer_to_an_older_question_is_dropped(dialog: LaunchOptionsDialog, unit: Unit) -> None:
    first = unit.asked[-1]
    bar(dialog, "share_bar").press(6)
    unit.asked[-1].deliver(TOO_LARGE, "")
    first.deliver(FITS, "")

    assert verdict(dialog) == "It does not fit."


def test_what_is_not_allowed_is_said_at_once_and_cannot_be_started(dialog: LaunchOptionsDialog, unit: Unit) -> None:
    further(dialog).setChecked(True)
    asked = len(unit.asked)
    edit(dialog, "extra_edit").setText("--port 8001")

    assert "--port is refused" in verdict(dialog)
    assert len(unit.asked) == asked
    assert not button(dialog, "act_button").isEnabled()
    edit(dialog, "extra_edit").setText("--seed '7")
    assert "quotation mark" in verdict(dialog)
    edit(dialog, "extra_edit").setText("--seed 7")
    assert unit.asked[-1].args["options"] == {"extra_arguments": ["--seed", "7"]}
    assert button(dialog, "act_button").isEnabled()


def test_what_is_closed_away_does_not_count(dialog: LaunchOptionsDialog, unit: Unit) -> None:
    further(dialog).setChecked(True)
    edit(dialog, "other_edit").setText("a/b")
    assert unit.asked[-1].args["options"] == {"model": "a/b"}
    further(dialog).setChecked(False)

    assert unit.asked[-1].args["options"] == {}


def test_the_models_to_try_later_are_offered_by_name(dialog: LaunchOptionsDialog, unit: Unit) -> None:
    picker = part(dialog, Picker, "model_picker")
    assert isinstance(picker, Picker)
    known = [str(picker.itemData(at)) for at in range(picker.count())]
    workshop = samples.workshop()

    assert known[: len(workshop.configurations)] == [each.id for each in workshop.configurations]
    assert known[len(workshop.configurations) :] == [f"model:{each.model}" for each in workshop.other_models]
    assert unit.asked


def test_text_from_the_unit_stays_text(dialog: LaunchOptionsDialog, unit: Unit) -> None:
    unit.asked[-1].deliver(None, "<b>no</b>\x1b[31m")

    label = part(dialog, PlainText, "verdict_label")
    assert isinstance(label, PlainText)
    assert label.textFormat() is Qt.TextFormat.PlainText
    assert "<b>no</b>" in label.text()
    assert "\x1b" not in label.text()


def test_the_verdict_follows_a_press_within_a_twentieth_of_a_second(dialog: LaunchOptionsDialog) -> None:
    workshop = samples.workshop()
    configuration = workshop.configuration(FP4)
    assert configuration is not None

    def answer(inquiry: Inquiry) -> None:
        options, _ = parse_options(inquiry.args["options"])
        inquiry.deliver(fit(configuration, idle_unit(workshop), options=options), "")

    dialog.inquiry_requested.connect(answer)
    dialog.ask(sc.state(), workshop, FP4)
    took = []
    for index in (1, 3, 5, 6, 0):
        began_s = time.perf_counter()
        bar(dialog, "share_bar").press(index)
        took.append(time.perf_counter() - began_s)
        assert verdict(dialog)
    assert min(took) < 0.05


def test_everything_in_it_is_as_large_as_a_finger(dialog: LaunchOptionsDialog, unit: Unit) -> None:
    further(dialog).setChecked(True)
    targets = [
        each
        for kind in (Choice, ActionButton, ToggleRow, QLineEdit, Picker)
        for each in dialog.findChildren(kind)
        if each.isVisible()
    ]

    assert len(targets) > 20
    assert unit.asked
    assert [each for each in targets if each.height() < SMALLEST_TOUCH_PX] == []


@pytest.fixture
def window(qtbot: QtBot) -> KioskWindow:
    made = KioskWindow()
    qtbot.addWidget(made)
    made.resize(1920, 1080)
    made.show()
    made.display(FaceState(agent=sc.state(), workshop=samples.workshop()))
    return made


def dialogs(window: KioskWindow) -> list[LaunchOptionsDialog]:
    return [each for each in window.findChildren(LaunchOptionsDialog) if each.isVisible()]


def test_the_key_o_opens_it_on_the_kiosk(window: KioskWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_O)

    (opened,) = dialogs(window)
    opened.reject()


def test_a_held_model_opens_its_options_and_starts_nothing(window: KioskWindow, qtbot: QtBot) -> None:
    wishes: list[Wish] = []
    window.command_requested.connect(wishes.append)
    held = window.findChildren(ModelButton)[3]
    qtbot.mousePress(held, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(dialogs(window)))
    qtbot.mouseRelease(held, Qt.MouseButton.LeftButton)

    (opened,) = dialogs(window)
    picker = part(opened, Picker, "model_picker")
    assert isinstance(picker, Picker)
    assert held.card is not None
    assert picker.key == held.card.configuration.id
    assert wishes == []
    opened.reject()


def test_what_it_asks_for_is_plain_json(dialog: LaunchOptionsDialog, unit: Unit) -> None:
    further(dialog).setChecked(True)
    edit(dialog, "extra_edit").setText("--seed 7")

    assert plain(unit.asked[-1].args) == unit.asked[-1].args
