"""What stands quietly below the stage, and what a failure offers beside its main fix."""

from dataclasses import replace

import pytest
import samples
import samples_compare as sc
from pressing import click
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from thorhud.domain.chat_page import ChatPagePhase, ChatPageState
from thorhud.domain.failures import failure_of
from thorhud.domain.messages import QueryName, Verb
from thorhud.domain.reading import Reading
from thorhud.domain.repairs import REPAIRS, RepairPlan, repair_of
from thorhud.domain.state import AgentState, Cup, CupColour, RepairPhase, RepairState, ServingState
from thorhud.domain.telemetry import Swap
from thorhud.gui.fixes import other_fixes
from thorhud.gui.pages.stage_area import StageArea
from thorhud.gui.remarks import remark_of
from thorhud.gui.widgets.action_button import ActionButton
from thorhud.gui.widgets.diff_view import DiffView, tone_of
from thorhud.gui.widgets.mono_text import MonoText
from thorhud.gui.windows.confirm_dialog import ConfirmDialog
from thorhud.gui.windows.fixes_dialog import FixesDialog
from thorhud.gui.wishes import Inquiry, Wish
from thorhud.simulate.repairs import DAEMON_JSON_DIFF

GIB = 1024**3

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")


@pytest.fixture
def area(qtbot: QtBot) -> StageArea:
    area = StageArea()
    qtbot.addWidget(area)
    area.resize(1270, 540)
    area.show()
    return area


def button(inside: QWidget, text: str) -> ActionButton:
    (found,) = [each for each in inside.findChildren(ActionButton) if each.text() == text and each.isVisibleTo(inside)]
    return found


def texts(inside: QWidget) -> list[str]:
    return [each.text() for each in inside.findChildren(ActionButton) if each.isVisibleTo(inside)]


def swapping(state: AgentState) -> AgentState:
    swap = Swap(total_bytes=16 * GIB, used_bytes=12 * GIB)
    return replace(state, telemetry=replace(state.telemetry, swap=Reading(value=swap)))


def unknown(**changes: object) -> AgentState:
    lines = tuple(f"line {number}" for number in range(20))
    failure = replace(failure_of("unknown", evidence="x", figures={"error": "x"}), last_lines=lines)
    return replace(sc.state(sc.failed(failure=failure)), cup=Cup(), **changes)  # type: ignore[arg-type]


def test_all_is_well_is_no_line() -> None:
    assert remark_of(samples.idle()) is None
    assert remark_of(samples.running()) is None


def test_a_unit_that_swaps_while_it_serves_says_so_with_its_fix(area: StageArea, qtbot: QtBot) -> None:
    state = swapping(samples.running())
    remark = remark_of(state)
    assert remark is not None
    assert (remark.title, remark.tone) == ("Memory is so short that the unit swaps", "amber")

    area.display(state, samples.workshop())
    with qtbot.waitSignal(area.command_requested) as asked:
        click(button(area, "Clear memory"))

    assert asked.args == [Wish(Verb.REPAIR, {"repair": "clear-memory"})]


def test_a_trouble_without_a_repair_says_what_to_do() -> None:
    state = samples.running()
    hot = replace(state, telemetry=replace(state.telemetry, throttle_causes=Reading(value=("tj-throttle-alert",))))
    remark = remark_of(hot)

    assert remark is not None
    assert remark.fix is None
    assert "Let air to the unit" in remark.detail


def test_a_chat_page_without_the_model_offers_to_reconnect_it() -> None:
    remark = remark_of(replace(samples.running(), chat_page=ChatPageState(phase=ChatPagePhase.NO_MODEL)))

    assert remark is not None
    assert remark.fix is not None
    assert remark.fix.wish == Wish(Verb.REPAIR, {"repair": "reconnect-chat"})


def test_several_troubles_show_the_worst_and_count_the_others() -> None:
    state = swapping(samples.running())
    both = replace(state, telemetry=replace(state.telemetry, disk_free_bytes=Reading(value=1000)))
    remark = remark_of(both)

    assert remark is not None
    assert remark.title == "The disk is full"
    assert remark.detail.endswith("And 1 more.")


def test_while_a_model_loads_or_has_failed_its_own_panel_speaks() -> None:
    assert remark_of(swapping(samples.loading())) is None
    assert remark_of(swapping(samples.failed())) is None


PROVEN = RepairState(
    phase=RepairPhase.DONE,
    repair_id="clear-memory",
    title="Clear memory",
    sentence="Memory cleared, 118.2 GiB is free",
    before="14.5 GiB free",
    after="118.2 GiB free",
    restarts="gpt-oss-120b",
)


def test_after_a_repair_its_proof_stands_below_the_start_that_follows(area: StageArea) -> None:
    state = replace(samples.loading(), repair=PROVEN)

    area.display(state, samples.workshop())

    assert area.remark_line.isVisible()
    assert area.remark_line.text() == "Clear memory: proven. Before: 14.5 GiB free. After: 118.2 GiB free."


def test_a_repair_without_figures_is_told_by_its_sentence() -> None:
    remark = remark_of(replace(samples.loading(), repair=replace(PROVEN, before="", after="")))

    assert remark is not None
    assert remark.detail == "Memory cleared, 118.2 GiB is free"


def test_a_start_that_failed_again_after_a_proven_repair_says_both(area: StageArea) -> None:
    area.display(replace(samples.failed(), repair=PROVEN), samples.workshop())

    told = " ".join(str(each.property("text")) for each in area.failure_panel.findChildren(QWidget))
    assert "Clear memory worked (Memory cleared, 118.2 GiB is free), and GPT-OSS-120B failed again." in told


def test_a_repair_that_runs_while_a_model_serves_says_what_it_does() -> None:
    running = RepairState(phase=RepairPhase.RUNNING, title="Set full power", sentence="Setting power mode 0")
    remark = remark_of(replace(samples.running(), repair=running))

    assert remark is not None
    assert (remark.title, remark.detail) == ("Set full power", "Setting power mode 0")


# an unknown end


def test_an_unknown_end_shows_its_last_lines_from_the_end_and_offers_the_cup(area: StageArea, qtbot: QtBot) -> None:
    area.display(unknown(), samples.workshop())

    lines = area.failure_panel.findChild(MonoText)
    assert lines is not None
    assert lines.isVisible()
    assert lines.toPlainText().splitlines() == [f"line {number}" for number in range(20)]
    assert lines.verticalScrollBar().value() == lines.verticalScrollBar().maximum()
    with qtbot.waitSignal(area.command_requested) as asked:
        click(button(area, "Raise the red cup"))
    assert asked.args == [Wish(Verb.CUP, {"colour": "red"})]


def test_what_somebody_reads_does_not_move_with_the_next_sample(area: StageArea) -> None:
    area.display(unknown(), samples.workshop())
    lines = area.failure_panel.findChild(MonoText)
    assert lines is not None
    lines.verticalScrollBar().setValue(2)

    area.display(unknown(), samples.workshop())

    assert lines.verticalScrollBar().value() == 2


def test_a_cup_that_is_up_is_not_offered_again(area: StageArea) -> None:
    area.display(replace(unknown(), cup=Cup(colour=CupColour.RED)), samples.workshop())

    assert "Raise the red cup" not in texts(area)
    assert "Try again" in texts(area)


def test_a_known_end_shows_its_line_and_no_others(area: StageArea) -> None:
    area.display(samples.failed(), samples.workshop())

    lines = area.failure_panel.findChild(MonoText)
    assert lines is not None
    assert not lines.isVisible()
    assert "Raise the red cup" not in texts(area)


def test_an_error_of_the_gpu_is_tried_again_first_then_docker_then_the_unit(area: StageArea) -> None:
    area.display(sc.state(sc.failed(failure=failure_of("gpu-error", evidence="x"))), samples.workshop())

    shown = texts(area)
    assert [each for each in shown if each in {"Try again", "Restart Docker", "Reboot"}] == [
        "Try again", "Restart Docker", "Reboot"
    ]  # fmt: skip


# the others


def test_every_other_repair_is_behind_one_button(area: StageArea, qtbot: QtBot) -> None:
    state = samples.failed()
    area.display(state, samples.workshop())
    click(button(area, "Other fixes"))
    dialog = area.findChild(FixesDialog)
    assert isinstance(dialog, FixesDialog)

    shown = {*texts(dialog), *texts(area.failure_panel)}
    assert all(any(repair.title in text for text in shown) for repair in REPAIRS.values())
    with qtbot.waitSignal(area.command_requested) as asked:
        click(button(dialog, "Copy token files"))
    assert asked.args == [Wish(Verb.REPAIR, {"repair": "put-encodings"})]


def test_no_repair_is_offered_twice() -> None:
    for state in (samples.failed(), unknown(), sc.state(ServingState())):
        titles = [fix.text for fix in other_fixes(state)]
        assert len(titles) == len(set(titles))


# the change of a file


@pytest.mark.parametrize(
    ("line", "tone"),
    [
        ('+  "default-runtime": "nvidia"', "green_text"),
        ("-  }", "red"),
        ("--- /etc/docker/daemon.json", "text3"),
        ("+++ new", "text3"),
        ("@@ -1 +1 @@", "text3"),
        (" }", "text2"),
        ("", "text2"),
    ],
)
def test_each_line_of_a_diff_has_the_colour_of_its_sign(line: str, tone: str) -> None:
    assert tone_of(line) == tone


def asked_before(area: StageArea, qtbot: QtBot) -> tuple[ConfirmDialog, Inquiry]:
    area.display(sc.state(sc.failed(failure=failure_of("gpu-not-visible", evidence="x"))), samples.workshop())
    with qtbot.waitSignal(area.inquiry_requested) as asked:
        click(button(area, "Set NVIDIA runtime and try again"))
    dialog = area.findChild(ConfirmDialog)
    assert isinstance(dialog, ConfirmDialog)
    assert asked.args is not None
    return dialog, asked.args[0]


def test_the_change_of_daemon_json_is_shown_before_the_yes(area: StageArea, qtbot: QtBot) -> None:
    dialog, inquiry = asked_before(area, qtbot)
    assert (inquiry.name, inquiry.args) == (QueryName.REPAIR_PLAN, {"repair": "default-runtime"})

    plan = RepairPlan(
        repair=repair_of("default-runtime"), steps=(), preview=DAEMON_JSON_DIFF + "+<b>x</b>\x1b[31m", stops=("vllm",)
    )
    inquiry.deliver(plan, "")

    diff = dialog.findChild(DiffView)
    assert diff is not None
    assert diff.isVisible()
    assert '+  "default-runtime": "nvidia"' in diff.toPlainText().splitlines()
    assert diff.toPlainText().endswith("+<b>x</b>\\x1b[31m")
    assert "Running now: vllm." in dialog.accessibleDescription()


def test_what_stands_in_the_way_is_said_and_nothing_can_be_pressed(area: StageArea, qtbot: QtBot) -> None:
    dialog, inquiry = asked_before(area, qtbot)
    what = repair_of("default-runtime")
    inquiry.deliver(RepairPlan(repair=what, steps=(), obstacle="It is not installed.", next_step="Install it."), "")

    assert "It cannot run now. It is not installed. Install it." in dialog.accessibleDescription()
    assert not button(dialog, "Set NVIDIA runtime").isEnabled()


def test_an_answer_that_comes_after_the_dialog_was_closed_is_for_nobody(area: StageArea, qtbot: QtBot) -> None:
    dialog, inquiry = asked_before(area, qtbot)
    dialog.reject()
    qtbot.waitUntil(lambda: area.findChild(ConfirmDialog) is None)

    inquiry.deliver(None, "too late")
