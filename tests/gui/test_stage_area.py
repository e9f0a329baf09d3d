"""The stage area: which panel, which words, which wishes."""

from collections.abc import Callable

import pytest
import samples
import samples_compare as sc
from pressing import click
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from thorhud.domain.failures import Failure
from thorhud.domain.messages import Verb
from thorhud.domain.reading import Reading
from thorhud.domain.state import AgentState, PromptPhase, ServingPhase, ServingState
from thorhud.domain.timing import PromptError
from thorhud.gui.pages.stage_area import StageArea
from thorhud.gui.widgets.action_button import ActionButton, Kind
from thorhud.gui.widgets.answer_view import AnswerView
from thorhud.gui.widgets.cap_line import CapLine
from thorhud.gui.widgets.configuration_label import ConfigurationLabel
from thorhud.gui.widgets.plain_text import PlainText
from thorhud.gui.widgets.shard_row import ShardRow
from thorhud.gui.widgets.text_line import TextLine
from thorhud.gui.windows.confirm_dialog import ConfirmDialog
from thorhud.gui.wishes import Wish

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
"""The offscreen platform says so of every window that has a smallest size."""

SIZE = (1272, 542)
NARROW = "\u202f"


@pytest.fixture
def area(qtbot: QtBot) -> StageArea:
    widget = StageArea()
    qtbot.addWidget(widget)
    widget.resize(*SIZE)
    widget.show()
    return widget


def display(area: StageArea, state: AgentState) -> None:
    area.display(state, samples.workshop())


def words(area: QWidget) -> str:
    """Return everything a person can read in *area*, form by form."""
    kinds = PlainText | TextLine | CapLine | ConfigurationLabel | ActionButton
    found = [
        child.text() for child in area.findChildren(QWidget) if isinstance(child, kinds) and child.isVisibleTo(area)
    ]
    return "\n".join(found).replace(NARROW, " ")


def button(area: QWidget, text: str) -> ActionButton:
    found = [each for each in area.findChildren(ActionButton) if each.text() == text and each.isVisibleTo(area)]
    assert len(found) == 1, f"{len(found)} buttons say {text!r}"
    return found[0]


def press(qtbot: QtBot, area: StageArea, text: str) -> None:
    click(button(area, text))


def wish(qtbot: QtBot, area: StageArea, text: str) -> Wish:
    with qtbot.waitSignal(area.command_requested) as asked:
        press(qtbot, area, text)
    assert asked.args is not None
    wished: Wish = asked.args[0]
    return wished


@pytest.mark.parametrize(
    ("phase", "panel"),
    [
        (ServingPhase.IDLE, "idle_panel"),
        (ServingPhase.STARTING, "starting_panel"),
        (ServingPhase.STOPPING, "starting_panel"),
        (ServingPhase.FAILED, "failure_panel"),
        (ServingPhase.READY, "ready_panel"),
    ],
)
def test_exactly_one_panel_is_seen(area: StageArea, phase: ServingPhase, panel: str) -> None:
    display(area, samples.running())
    display(area, sc.state(ServingState(phase=phase)))

    names = ("idle_panel", "starting_panel", "failure_panel", "ready_panel")
    assert [name for name in names if getattr(area, name).isVisible()] == [panel]


@pytest.mark.parametrize("make", [samples.idle, samples.loading, samples.failed, samples.running])
def test_there_is_at_most_one_green_button(area: StageArea, make: Callable[[], AgentState]) -> None:
    display(area, make())

    buttons = [each for each in area.findChildren(ActionButton) if each.isVisibleTo(area)]
    assert sum(each.kind is Kind.MAIN for each in buttons) <= 1


def test_idle_asks_which_model_and_says_how_much_memory_is_free(area: StageArea) -> None:
    display(area, samples.idle())

    assert "Pick a model to start" in words(area)
    assert "Nothing is running. 118.2 GiB of memory is free." in words(area)


def test_idle_says_that_docker_does_not_answer(area: StageArea) -> None:
    state = samples.idle()
    gone = samples.agent(docker=Reading(reason="Nobody answers on the Docker socket."))
    display(area, AgentState(agent=gone, identity=state.identity, telemetry=state.telemetry))

    assert "No model can start: Nobody answers on the Docker socket." in words(area)


def test_idle_shows_a_running_comparison_and_cancels_it(area: StageArea, qtbot: QtBot) -> None:
    display(area, sc.state(ladder=sc.ladder()))

    assert "Model 2 of 3: FP8, repeat 1 of 3. About 1:23 left" in words(area)
    assert wish(qtbot, area, "Cancel") == Wish(Verb.CANCEL_LADDER)


def test_a_start_says_what_how_far_and_how_long(area: StageArea) -> None:
    display(area, samples.loading())

    seen = words(area)
    for line in ("GPT-OSS-120B", "Loading weights", "Shard 9 of 15", "2.6 GB/s from disk", "1:23", "left, about"):
        assert line in seen
    assert "0:27 so far" in seen
    assert "torch.compile takes about 5 s" in seen


def test_shards_are_blocks_up_to_twenty_and_a_bar_above(area: StageArea) -> None:
    row = area.findChild(ShardRow)
    assert row is not None
    for total, blocks in ((15, 15), (20, 20), (21, 1), (1, 1)):
        display(area, sc.state(sc.loading(timeline=sc.loading_timeline(done=1, total=total))))
        assert len(row.blocks()) == blocks


def test_stop_loading_asks_for_a_stop(area: StageArea, qtbot: QtBot) -> None:
    display(area, samples.loading())

    assert wish(qtbot, area, "Stop loading") == Wish(Verb.STOP)


def test_during_a_comparison_stop_loading_cancels_the_comparison(area: StageArea, qtbot: QtBot) -> None:
    display(area, sc.state(sc.loading(), ladder=sc.ladder()))

    assert "comparison, 2 of 3" in words(area)
    assert wish(qtbot, area, "Cancel the comparison") == Wish(Verb.CANCEL_LADDER)


def test_a_switch_names_the_next_model_and_what_happens(area: StageArea) -> None:
    serving = ServingState(
        phase=ServingPhase.STOPPING,
        configuration_id="llama-3.1-8b-fp8",
        next_configuration_id="llama-3.1-8b-fp4",
        activity="Stopping FP8",
    )
    display(area, sc.state(serving))

    assert "Llama-3.1-8B FP4" in words(area)
    assert "Stopping FP8" in words(area)


def test_a_plain_stop_offers_no_second_stop(area: StageArea) -> None:
    display(
        area,
        sc.state(
            ServingState(phase=ServingPhase.STOPPING, configuration_id="llama-3.1-8b-fp8", activity="Stopping FP8")
        ),
    )

    assert "Stop loading" not in words(area)


def test_an_overdue_start_opens_the_log(area: StageArea, qtbot: QtBot) -> None:
    display(area, sc.state(sc.loading(remaining_s=None, longer_than_usual=True)))

    assert "longer than usual" in words(area)
    with qtbot.waitSignal(area.page_requested) as asked:
        press(qtbot, area, "Look at the log")
    assert asked.args == ["log"]


def test_a_failure_says_what_why_and_what_next(area: StageArea) -> None:
    display(area, samples.failed())

    seen = words(area)
    assert "GPT-OSS-120B did not start" in seen
    assert "The last model still holds the memory" in seen
    assert "only 14.5 GiB is free" in seen
    assert "Clear memory and try again." in seen
    assert "ValueError: Free memory on device (14.45/122.82 GiB)" in seen


def test_a_server_that_ended_by_itself_is_not_said_to_have_failed_to_start(area: StageArea) -> None:
    display(area, sc.state(sc.failed(ready_after_s=20.0)))

    assert "GPT-OSS-120B stopped by itself" in words(area)


def test_a_failure_without_a_cause_is_still_a_sentence(area: StageArea) -> None:
    display(area, sc.state(sc.failed(failure=None, timeline=None, failed_step=None)))

    assert "vLLM stopped and we do not know why" in words(area)


def test_trying_again_launches_the_same_configuration(area: StageArea, qtbot: QtBot) -> None:
    display(area, samples.failed())

    assert wish(qtbot, area, "Try again") == Wish(Verb.LAUNCH, {"configuration_id": "gpt-oss-120b"})
    assert wish(qtbot, area, "Dismiss") == Wish(Verb.DISMISS)
    with qtbot.waitSignal(area.page_requested) as asked:
        press(qtbot, area, "Show the full log")
    assert asked.args == ["log"]


def test_what_nobody_configured_cannot_be_tried_again(area: StageArea) -> None:
    display(area, sc.state(sc.failed(configuration_id=None)))

    assert "Try again" not in words(area)
    assert "Dismiss" in words(area)


def test_ready_runs_the_reference_prompt(area: StageArea, qtbot: QtBot) -> None:
    display(area, sc.state(sc.ready()))

    assert samples.PROMPT in words(area)
    assert button(area, "Run the prompt").kind is Kind.MAIN
    assert wish(qtbot, area, "Run the prompt") == Wish(Verb.PROMPT, {"prompt": "reference"})
    assert wish(qtbot, area, "Stop") == Wish(Verb.STOP)


def test_what_was_not_measured_is_a_dash(area: StageArea) -> None:
    display(area, sc.state(sc.ready()))

    speed = area.findChild(CapLine, "speed_line")
    first = area.findChild(TextLine, "ttft_line")
    tokens = area.findChild(TextLine, "tokens_line")
    assert speed is not None
    assert first is not None
    assert tokens is not None
    assert (speed.text(), first.text(), tokens.text()) == ("\u2013", "\u2013", "\u2013")


def test_a_streaming_answer_shows_its_speed_and_can_be_cancelled(area: StageArea, qtbot: QtBot) -> None:
    display(area, samples.running())

    seen = words(area)
    for line in ("Speed now", "25.1", "tokens per second", "0.14 s", "96 of 256"):
        assert line in seen
    assert "Run the prompt" not in seen
    assert wish(qtbot, area, "Cancel") == Wish(Verb.CANCEL_PROMPT)


def test_a_finished_answer_shows_the_mean_and_the_warm_up(area: StageArea) -> None:
    display(area, sc.state(sc.ready(), sc.streaming(phase=PromptPhase.DONE, warm_up=True)))

    seen = words(area)
    assert "Speed, mean of the run" in seen
    assert "24.0" in seen
    assert "not used for Compare" in seen
    assert "Run it again" in seen


def test_a_disagreement_is_said(area: StageArea) -> None:
    prompt = sc.streaming(phase=PromptPhase.DONE, disagreement="Client 25.1 tok/s, server 21.9 tok/s: 14 % apart.")
    display(area, sc.state(sc.ready(), prompt))

    assert "Client 25.1 tok/s, server 21.9 tok/s: 14 % apart." in words(area)


@pytest.mark.parametrize(
    ("configuration", "line"),
    [("llama-3.1-8b-fp4", "Workshop 19.1"), ("gpt-oss-120b", "no published figure")],
)
def test_the_bar_names_the_published_speed(area: StageArea, configuration: str, line: str) -> None:
    display(area, sc.state(sc.ready(configuration)))

    bar = area.findChild(QWidget, "published_bar")
    assert bar is not None
    assert bar.accessibleName() == line


def test_the_answer_is_shown_as_it_came_and_begins_anew_with_each_run(area: StageArea) -> None:
    display(area, samples.running())
    area.append_answer("Jetson ")
    area.append_answer("Thor")
    view = area.findChild(AnswerView)
    assert view is not None
    assert view.text() == "Jetson Thor"

    area.start_answer("run-1")
    assert view.text() == "Jetson Thor"
    area.start_answer("run-2")
    assert view.text() == ""


def test_text_that_comes_before_its_state_is_kept(area: StageArea) -> None:
    view = area.findChild(AnswerView)
    assert view is not None
    old = sc.streaming(phase=PromptPhase.DONE)
    display(area, sc.state(sc.ready(), old))
    area.start_answer("run-2")
    area.append_answer("early")
    display(area, sc.state(sc.ready(), old))
    display(area, sc.state(sc.ready(), sc.streaming(run_id="run-2")))

    assert view.text() == "early"


def test_the_first_text_of_all_may_come_before_its_state(area: StageArea) -> None:
    view = area.findChild(AnswerView)
    assert view is not None
    display(area, sc.state(sc.ready()))
    area.start_answer("run-1")
    area.append_answer("early")
    display(area, sc.state(sc.ready()))
    display(area, samples.running())

    assert view.text() == "early"


def test_another_model_begins_without_the_old_answer(area: StageArea) -> None:
    view = area.findChild(AnswerView)
    assert view is not None
    display(area, samples.running())
    area.append_answer("of EAGLE3")
    display(area, sc.state(sc.ready("llama-3.1-8b-fp8"), sc.streaming(phase=PromptPhase.DONE)))

    assert view.text() == ""


def test_while_a_comparison_is_measured_nobody_can_run_a_prompt(area: StageArea, qtbot: QtBot) -> None:
    display(area, sc.state(sc.ready(), ladder=sc.ladder()))

    assert not button(area, "Run the prompt").isEnabled()
    assert "Comparison: FP8, repeat 1 of 3" in words(area)
    assert wish(qtbot, area, "Cancel") == Wish(Verb.CANCEL_LADDER)


@pytest.mark.parametrize(("text", "page"), [("Compare", "compare"), ("Commands", "commands")])
def test_ready_leads_to_the_other_pages(area: StageArea, qtbot: QtBot, text: str, page: str) -> None:
    display(area, sc.state(sc.ready()))

    with qtbot.waitSignal(area.page_requested) as asked:
        press(qtbot, area, text)
    assert asked.args == [page]


def test_a_server_of_somebody_else_is_stopped_only_after_an_explicit_yes(area: StageArea, qtbot: QtBot) -> None:
    serving = sc.ready(started_outside=True, configuration_id=None, model="other/model")
    display(area, sc.state(serving))
    asked: list[Wish] = []
    area.command_requested.connect(asked.append)

    press(qtbot, area, "Stop")
    dialog = area.findChild(ConfirmDialog)
    assert dialog is not None
    assert dialog.isVisible()
    assert asked == []
    click(button(dialog, "Stop it"))

    assert asked == [Wish(Verb.STOP, {"force": True})]


def test_keeping_a_server_of_somebody_else_asks_for_nothing(area: StageArea, qtbot: QtBot) -> None:
    display(area, sc.state(sc.ready(started_outside=True, configuration_id=None)))

    with qtbot.assertNotEmitted(area.command_requested):
        press(qtbot, area, "Stop")
        dialog = area.findChild(ConfirmDialog)
        assert dialog is not None
        click(button(dialog, "Keep it running"))


def test_the_focus_goes_to_the_fix_and_to_the_prompt(area: StageArea, qtbot: QtBot) -> None:
    area.activateWindow()
    display(area, samples.failed())
    assert area.focusWidget() is button(area, "Clear memory and try again")

    display(area, sc.state(sc.ready()))
    assert area.focusWidget() is button(area, "Run the prompt")


def test_the_focus_stays_on_the_prompts_button_and_never_falls_on_stop(area: StageArea) -> None:
    area.activateWindow()
    display(area, sc.state(sc.ready()))
    display(area, samples.running())
    assert area.focusWidget() is button(area, "Cancel")

    display(area, sc.state(sc.ready(), sc.streaming(phase=PromptPhase.DONE)))
    assert area.focusWidget() is button(area, "Run it again")


@pytest.mark.parametrize("text", sc.HOSTILE)
def test_hostile_text_is_shown_and_breaks_nothing(area: StageArea, text: str) -> None:
    failure = Failure(kind="x", headline=text, explanation=text, evidence=text, next_step=text)
    error = PromptError(kind="x", headline=text, next_step=text)
    for state in (
        sc.state(sc.failed(failure=failure, model=text, configuration_id=None)),
        sc.state(sc.loading(activity=text, model=text, configuration_id=None, phase=ServingPhase.STOPPING)),
        sc.state(sc.ready(model=text, configuration_id=None), sc.streaming(configuration_id=None, error=error)),
        sc.state(sc.ready(), sc.streaming(phase=PromptPhase.DONE, disagreement=text, note=text)),
    ):
        display(area, state)
        area.append_answer(text)
        area.append_answer(text, reasoning=True)
        area.grab()
        assert area.minimumSizeHint().width() <= SIZE[0]


@pytest.mark.parametrize("make", [samples.idle, samples.loading, samples.failed, samples.running])
def test_each_panel_fits_its_place(area: StageArea, make: Callable[[], AgentState]) -> None:
    display(area, make())

    needed = area.minimumSizeHint()
    assert (needed.width() <= SIZE[0], needed.height() <= SIZE[1]) == (True, True)
