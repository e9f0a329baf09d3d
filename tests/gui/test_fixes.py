"""The fixes of the failure panel: which are offered, what they ask first, and what is said while one runs."""

from dataclasses import replace

import pytest
import samples
import samples_compare as sc
from pressing import click
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from thorhud.domain.failure_causes import ALIASES, KINDS
from thorhud.domain.failures import Failure, failure_of
from thorhud.domain.messages import Verb
from thorhud.domain.repairs import _LADDERS, REPAIRS, RepairId, ladder_after, main_repair
from thorhud.domain.state import AgentState, RepairPhase, RepairState
from thorhud.gui.fixes import fixes, question_before
from thorhud.gui.pages.stage_area import StageArea
from thorhud.gui.widgets.action_button import ActionButton, Kind
from thorhud.gui.widgets.plain_text import PlainText
from thorhud.gui.widgets.text_line import TextLine
from thorhud.gui.windows.confirm_dialog import ConfirmDialog
from thorhud.gui.wishes import Wish

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

AGAIN = {"restart_launch": True}


@pytest.fixture
def area(qtbot: QtBot) -> StageArea:
    widget = StageArea()
    qtbot.addWidget(widget)
    widget.resize(1272, 542)
    widget.show()
    return widget


def failed(kind: str, **changes: object) -> AgentState:
    return sc.state(sc.failed(failure=failure_of(kind, evidence="a line"), **changes))


def button(area: QWidget, text: str) -> ActionButton:
    (found,) = [each for each in area.findChildren(ActionButton) if each.text() == text and each.isVisibleTo(area)]
    return found


def texts(area: QWidget) -> list[str]:
    return [each.text() for each in area.findChildren(ActionButton) if each.isVisibleTo(area)]


def sent(qtbot: QtBot, area: StageArea, text: str) -> Wish:
    with qtbot.waitSignal(area.command_requested) as asked:
        click(button(area, text))
    assert asked.args is not None
    wish: Wish = asked.args[0]
    return wish


def test_every_ladder_is_for_a_kind_that_exists_and_repairs_once() -> None:
    assert set(_LADDERS) <= set(KINDS)
    assert not set(_LADDERS) & set(ALIASES)
    for ladder in _LADDERS.values():
        assert len(set(ladder)) == len(ladder)


@pytest.mark.parametrize(
    ("kind", "first", "others"),
    [
        ("memory-at-start", "clear-memory", ["restart-docker", "reboot"]),
        ("memory-file-cache", "clear-memory", ["restart-docker", "reboot"]),
        ("memory-unclaimed", "clear-memory", ["restart-docker", "reboot"]),
        ("memory-other-program", "stop-leftovers", ["restart-docker", "reboot"]),
        ("gpu-not-visible", "default-runtime", ["restart-docker", "reboot"]),
        ("docker-unreachable", "restart-docker", ["reboot"]),
        ("docker-not-running", "restart-docker", ["reboot"]),
        ("gpt-oss-vocabulary", "put-encodings", []),
        ("harmony", "put-encodings", []),
        ("port-in-use", "free-port", ["stop-leftovers"]),
        ("gated", "use-local-copy", []),
        ("no-network", "use-local-copy", []),
        ("chat-model-missing", "reconnect-chat", []),
        ("gpu-error", None, ["restart-docker", "reboot"]),
        ("name-taken", "stop-leftovers", []),
        ("memory-does-not-fit", None, []),
        ("unknown-flag", None, []),
        ("unknown", None, []),
        ("no such kind", None, []),
    ],
)
def test_the_main_fix_and_the_ladder_behind_it(kind: str, first: str | None, others: list[str]) -> None:
    main = main_repair(kind)

    assert (main.id.value if main else None) == first
    assert [each.id.value for each in ladder_after(kind)] == others


@pytest.mark.parametrize("repair_id", RepairId)
def test_each_repair_says_duration_and_loss_and_what_is_asked_first_needs_the_pin_or_keeps_a_copy(
    repair_id: RepairId,
) -> None:
    what = REPAIRS[repair_id]

    assert what.cost.startswith("About ")
    assert what.steps
    assert len(f"{what.title} and try again") <= 34
    assert not what.needs_pin or what.asks


def test_the_green_button_clears_memory_and_tries_again(area: StageArea, qtbot: QtBot) -> None:
    area.display(samples.failed(), samples.workshop())

    main = button(area, "Clear memory and try again")
    assert main.kind is Kind.MAIN
    assert main.accessibleDescription() == "About 10 s, nothing is deleted"
    assert sent(qtbot, area, "Clear memory and try again") == Wish(Verb.REPAIR, {"repair": "clear-memory", **AGAIN})
    assert texts(area).index("Restart Docker") < texts(area).index("Reboot")


@pytest.mark.parametrize(
    ("text", "title", "wish"),
    [
        ("Restart Docker", "Restart Docker on thor-07?", Wish(Verb.REPAIR, {"repair": "restart-docker", **AGAIN})),
        ("Reboot", "Reboot thor-07?", Wish(Verb.REPAIR, {"repair": "reboot"})),
    ],
)
def test_what_ends_the_work_of_others_asks_first_and_the_safe_answer_sends_nothing(
    area: StageArea, qtbot: QtBot, text: str, title: str, wish: Wish
) -> None:
    area.display(samples.failed(), samples.workshop())

    with qtbot.assertNotEmitted(area.command_requested):
        click(button(area, text))
        dialog = area.findChild(ConfirmDialog)
        assert dialog is not None
        assert dialog.windowTitle() == title
        click(button(dialog, "Leave it as it is"))
    qtbot.waitUntil(lambda: area.findChild(ConfirmDialog) is None)
    click(button(area, text))
    again = area.findChild(ConfirmDialog)
    assert again is not None
    with qtbot.waitSignal(area.command_requested) as asked:
        click(button(again, title.removesuffix("?").removesuffix(" on thor-07")))
    assert asked.args == [Wish(wish.verb, {**wish.args, "agreed": True})]


def test_a_change_of_daemon_json_says_what_it_changes_and_that_a_copy_is_kept() -> None:
    state = failed("gpu-not-visible")
    main = fixes(state)[0]

    asked = question_before(main.wish, state)

    assert asked is not None
    assert '"default-runtime": "nvidia"' in asked.loss
    assert "a copy" in asked.loss


def test_where_no_repair_helps_the_green_button_tries_again(area: StageArea, qtbot: QtBot) -> None:
    area.display(failed("unknown-flag"), samples.workshop())

    assert button(area, "Try again").kind is Kind.MAIN
    assert "Restart Docker" not in texts(area)
    assert sent(qtbot, area, "Try again") == Wish(Verb.LAUNCH, {"configuration_id": "gpt-oss-120b"})


def test_a_server_of_nobodys_configuration_is_repaired_without_a_promise_to_start_it(
    area: StageArea, qtbot: QtBot
) -> None:
    area.display(failed("memory-unclaimed", configuration_id=None), samples.workshop())

    assert sent(qtbot, area, "Clear memory") == Wish(Verb.REPAIR, {"repair": "clear-memory"})
    assert "Try again" not in texts(area)


def test_while_it_runs_the_panel_says_what_happens_and_that_the_model_starts_again(area: StageArea) -> None:
    repair = RepairState(
        phase=RepairPhase.RUNNING,
        repair_id="clear-memory",
        title="Clear memory",
        sentence="Dropping the copies of files",
        restarts="gpt-oss-120b",
    )
    area.display(replace(samples.failed(), repair=repair), samples.workshop())

    seen = "\n".join(each.text() for each in area.findChildren(PlainText) if each.isVisibleTo(area))
    assert "Clear memory: Dropping the copies of files. GPT-OSS-120B starts again after that." in seen
    assert not button(area, "Clear memory and try again").isEnabled()
    assert not button(area, "Reboot").isEnabled()


def test_a_repair_that_did_not_help_says_so_with_the_next_step(area: StageArea) -> None:
    repair = RepairState(
        phase=RepairPhase.FAILED,
        repair_id="clear-memory",
        title="Clear memory",
        sentence="This account may not.",
        next_step="Type: sudo sysctl -w vm.drop_caches=3",
    )
    area.display(replace(samples.failed(), repair=repair), samples.workshop())

    seen = "\n".join(each.text() for each in area.findChildren(PlainText) if each.isVisibleTo(area))
    assert "Clear memory: This account may not. Type: sudo sysctl -w vm.drop_caches=3" in seen
    assert button(area, "Restart Docker").isEnabled()


@pytest.mark.parametrize("kind", sorted(_LADDERS))
def test_the_words_of_every_main_fix_fit_their_button(area: StageArea, kind: str) -> None:
    area.display(failed(kind), samples.workshop())
    main = fixes(failed(kind))[0]

    shown = button(area, main.text)
    assert shown.sizeHint().width() <= shown.width(), (main.text, shown.sizeHint().width(), shown.width())


@pytest.mark.parametrize("text", sc.HOSTILE)
def test_hostile_text_in_a_repair_breaks_nothing(area: StageArea, text: str) -> None:
    failure = Failure(kind="memory-at-start", headline=text)
    for phase in RepairPhase:
        repair = RepairState(phase=phase, title=text, sentence=text, next_step=text, restarts=text)
        area.display(replace(sc.state(sc.failed(failure=failure)), repair=repair), samples.workshop())
        area.grab()
        assert area.minimumSizeHint().width() <= 1272


def test_the_well_shows_what_the_line_says_and_not_who_logged_it(area: StageArea) -> None:
    line = (
        "(EngineCore_0 pid=271) ERROR 11-23 22:52:43 [core.py:700] ValueError: Free memory on device (14.45/122.82 GiB)"
    )
    area.display(sc.state(sc.failed(failure=failure_of("memory-at-start", evidence=line))), samples.workshop())

    well = area.failure_panel.findChild(TextLine, "evidence_line")

    assert well is not None
    assert well.text().startswith("ValueError: Free memory")
