"""Before a ladder begins: what it measures, how long it takes and what it stops."""

from dataclasses import replace

import pytest
import samples
import samples_compare as sc
import samples_more as sm
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from thorhud.domain.ladder_plan import LadderPlan, Part
from thorhud.domain.messages import Verb
from thorhud.domain.state import AgentState, ConfigurationAvailability, LadderState
from thorhud.gui.ladder_time import ladder_time
from thorhud.gui.widgets.action_button import SMALLEST_TOUCH_PX, ActionButton
from thorhud.gui.widgets.choice_bar import Choice, ChoiceBar
from thorhud.gui.widgets.plain_text import PlainText
from thorhud.gui.widgets.toggle_row import ToggleRow
from thorhud.gui.windows.kiosk_window import KioskWindow
from thorhud.gui.windows.ladder_dialog import LadderDialog
from thorhud.gui.wishes import Wish

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

FP16, FP4, EAGLE3 = "llama-3.1-8b-fp16", "llama-3.1-8b-fp4", "llama-3.1-8b-fp4-eagle3"
AVAILABLE = tuple(
    ConfigurationAvailability(
        configuration_id=each.id,
        startable=each.id != "gpt-oss-20b",
        reason="The weights are not on this unit." if each.id == "gpt-oss-20b" else None,
    )
    for each in samples.CONFIGURATIONS
)


@pytest.fixture
def dialog(qtbot: QtBot) -> LadderDialog:
    made = LadderDialog()
    qtbot.addWidget(made)
    return made


def ask(dialog: LadderDialog, state: AgentState | None = None, **more: object) -> None:
    state = state or sc.state()
    state = replace(state, availability=AVAILABLE)
    dialog.ask(state, samples.workshop(), sm.comparison(), **more)  # type: ignore[arg-type]


def row(dialog: LadderDialog, key: str) -> ToggleRow:
    return next(each for each in dialog.findChildren(ToggleRow) if each.key == key)


def button(dialog: LadderDialog, name: str) -> ActionButton:
    found = dialog.findChild(ActionButton, name)
    assert found is not None
    return found


def said(dialog: LadderDialog, name: str) -> str:
    found = dialog.findChild(PlainText, name)
    assert found is not None
    return found.text()


def test_what_can_start_is_chosen_and_what_cannot_says_why(dialog: LadderDialog) -> None:
    ask(dialog)

    assert dialog.plan().configuration_ids == tuple(
        each.id for each in samples.CONFIGURATIONS if each.id != "gpt-oss-20b"
    )
    missing = row(dialog, "gpt-oss-20b")
    assert not missing.isEnabled()
    assert missing.accessibleDescription() == "The weights are not on this unit."


def test_the_wish_names_models_parts_and_repeats(dialog: LadderDialog, qtbot: QtBot) -> None:
    ask(dialog, also=Part.SWEEP)
    for key in ("gpt-oss-120b", FP16, "llama-3.1-8b-fp8"):
        row(dialog, key).click()
    repeats = dialog.findChild(ChoiceBar)
    assert repeats is not None
    repeats.press(2)

    with qtbot.waitSignal(dialog.command_requested) as asked:
        button(dialog, "act_button").click()
    args = {"configuration_ids": [FP4, EAGLE3], "parts": ["short", "long", "sweep"], "repeats": 7}
    assert asked.args == [Wish(Verb.LADDER, args)]
    assert not dialog.isVisible()


def test_without_a_model_or_a_part_it_cannot_begin(dialog: LadderDialog) -> None:
    ask(dialog)
    for each in dialog.findChildren(ToggleRow):
        if each.isChecked() and each.key not in set(Part):
            each.click()

    assert said(dialog, "time_label") == "Choose at least one model."
    assert not button(dialog, "act_button").isEnabled()
    row(dialog, FP4).click()
    assert button(dialog, "act_button").isEnabled()


def test_it_says_what_it_stops(dialog: LadderDialog) -> None:
    ask(dialog)
    assert "nothing is stopped" in said(dialog, "loss_label")
    ask(dialog, sc.state(sc.ready(FP4)))
    assert said(dialog, "loss_label").startswith("Llama-3.1-8B FP4 is stopped first")


def test_a_server_that_somebody_else_started_is_not_taken_from_them(dialog: LadderDialog) -> None:
    ask(dialog, sc.state(sc.ready(None, started_outside=True)))

    assert "It is not stopped" in said(dialog, "loss_label")
    assert not button(dialog, "act_button").isEnabled()


def test_three_repeats_are_called_a_first_look(dialog: LadderDialog) -> None:
    ask(dialog)
    repeats = dialog.findChild(ChoiceBar)
    assert repeats is not None
    assert "first look" not in said(dialog, "repeats_note")
    repeats.press(0)
    assert "first look" in said(dialog, "repeats_note")
    assert dialog.plan().repeats == 3


def test_a_ladder_that_was_broken_off_is_continued_by_its_id(dialog: LadderDialog, qtbot: QtBot) -> None:
    ask(dialog, resume="Continue")
    assert not button(dialog, "resume_button").isVisible()
    ask(dialog, sc.state(ladder=LadderState(resumable_id="ladder-9")), resume="Continue the comparison of 14:20")
    assert button(dialog, "resume_button").text() == "Continue the comparison of 14:20"

    with qtbot.waitSignal(dialog.command_requested) as asked:
        button(dialog, "resume_button").click()
    assert asked.args == [Wish(Verb.LADDER, {"resume": "ladder-9"})]


def test_space_ticks_a_row_and_a_touch_anywhere_on_it_does(dialog: LadderDialog, qtbot: QtBot) -> None:
    ask(dialog)
    parity = row(dialog, "parity")
    parity.setFocus()
    qtbot.keyClick(parity, Qt.Key.Key_Space)
    assert parity.isChecked()
    qtbot.mouseClick(parity, Qt.MouseButton.LeftButton, pos=parity.rect().bottomRight() - parity.rect().center() / 8)
    assert not parity.isChecked()


@pytest.mark.parametrize("size", [(1920, 1080), (1024, 600)])
def test_it_fits_the_window_and_every_target_is_large_enough_for_a_finger(qtbot: QtBot, size: tuple[int, int]) -> None:
    window = KioskWindow()
    qtbot.addWidget(window)
    window.resize(*size)
    window.show()
    dialog = LadderDialog(window)
    ask(dialog)
    targets: list[QWidget] = [*dialog.findChildren(ToggleRow), *dialog.findChildren(Choice)]

    assert dialog.width() <= size[0]
    assert dialog.height() <= size[1]
    assert min(each.height() for each in targets) >= SMALLEST_TOUCH_PX
    window.close()


def plan(*ids: str, **more: object) -> LadderPlan:
    return LadderPlan(configuration_ids=ids, **more)  # type: ignore[arg-type]


def test_the_time_grows_with_models_repeats_and_parts() -> None:
    workshop, measured = samples.workshop(), sm.comparison()
    one = ladder_time(plan(FP4), workshop, measured).seconds

    assert ladder_time(plan(FP4, FP16), workshop, measured).seconds > 1.5 * one
    assert ladder_time(plan(FP4, repeats=7), workshop, measured).seconds > one
    assert ladder_time(plan(FP4, parts=tuple(Part)), workshop, measured).seconds > 1.5 * one


def test_the_time_of_one_model_is_its_start_its_answers_and_its_stop() -> None:
    """25 s start, 10 s ready, 6 s stop; 3 warm-ups and 5 runs of 141 tokens at 19.0; 5 runs of 1024 at 18.8."""
    found = ladder_time(plan(FP4), samples.workshop(), sm.comparison())

    assert found.seconds == pytest.approx(25 + 10 + 6 + 8 * (141 / 19.0 + 1) + 5 * (1024 / 18.8 + 1))
    assert found.words == "About 6 min, from this unit's own runs"


def test_without_runs_the_time_comes_from_published_figures_and_says_so() -> None:
    found = ladder_time(plan(FP4), samples.workshop(), None)

    assert found.seconds == pytest.approx(21 + 16 + 8 * (140 / 19.1 + 1) + 5 * (1024 / 19.1 + 1), rel=0.02)
    assert "from the workshop's figures" in found.words


def test_answers_are_compared_only_where_both_sides_are_measured() -> None:
    workshop, measured = samples.workshop(), sm.comparison()
    alone, both = plan(FP4, parts=(Part.PARITY,)), plan(FP4, EAGLE3, parts=(Part.PARITY,))
    none = ladder_time(plan(FP4, parts=()), workshop, measured).seconds

    assert ladder_time(alone, workshop, measured).seconds == none
    drafted = tuple(
        replace(each, model=f"models/{FP4}") if each.id == EAGLE3 else each for each in samples.CONFIGURATIONS
    )
    paired = replace(workshop, configurations=drafted)
    assert ladder_time(both, paired, measured).seconds > ladder_time(replace(both, parts=()), paired, measured).seconds
