"""The way from one model to the next on the stage area, and who asked for it."""

from dataclasses import replace

import pytest
import samples
import samples_compare as sc
from pytestqt.qtbot import QtBot

from thorhud.domain.launch_options import LaunchOptions
from thorhud.domain.messages import Verb
from thorhud.domain.state import AgentState, ServingPhase, ServingState
from thorhud.domain.switching import StepState, SwitchStepName, all_waiting, changed
from thorhud.gui.model_cards import model_cards
from thorhud.gui.option_words import options_note
from thorhud.gui.questions import AskFirst, pressed
from thorhud.gui.widgets.action_button import ActionButton
from thorhud.gui.widgets.plain_text import PlainText
from thorhud.gui.widgets.stage_pipeline import StagePipeline
from thorhud.gui.widgets.starting_panel import StartingPanel
from thorhud.gui.widgets.switch_steps import SwitchSteps
from thorhud.gui.widgets.text_line import TextLine
from thorhud.gui.wishes import Wish

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

FP4, FP8 = "llama-3.1-8b-fp4", "llama-3.1-8b-fp8"
STEPS = changed(
    changed(all_waiting(), SwitchStepName.CHECK, state=StepState.DONE, seconds=0.1, detail="All is here."),
    SwitchStepName.STOP,
    state=StepState.RUNNING,
    seconds=4.0,
)
SWITCHING = ServingState(
    phase=ServingPhase.STOPPING, configuration_id=FP4, next_configuration_id=FP8, switch_steps=STEPS
)


@pytest.fixture
def panel(qtbot: QtBot) -> StartingPanel:
    made = StartingPanel()
    qtbot.addWidget(made)
    made.resize(1272, 520)
    made.show()
    return made


def with_serving(serving: ServingState) -> AgentState:
    return replace(sc.state(), serving=serving)


def show(panel: StartingPanel, serving: ServingState) -> SwitchSteps:
    panel.display(with_serving(serving), samples.workshop())
    found = panel.findChild(SwitchSteps)
    assert found is not None
    return found


def note(panel: StartingPanel) -> str:
    found = panel.findChild(PlainText, "note_label")
    assert found is not None
    return found.text()


def test_the_steps_stand_there_with_their_times_while_the_model_before_goes(panel: StartingPanel) -> None:
    steps = show(panel, SWITCHING)

    lines = steps.lines()
    assert len(lines) == len(SwitchStepName)
    assert lines[0].startswith("Check that FP8 can start 0.1")
    assert lines[0].endswith("All is here.")
    assert "Stop FP4 4" in lines[2]
    assert steps.isVisible()
    pipeline = panel.findChild(StagePipeline)
    assert pipeline is not None
    assert pipeline.isHidden()


def test_the_button_cancels_the_switch(panel: StartingPanel) -> None:
    wishes: list[Wish] = []
    panel.command_requested.connect(wishes.append)
    show(panel, SWITCHING)
    stop = panel.findChild(ActionButton, "stop_button")
    assert stop is not None

    assert stop.text() == "Cancel the switch"
    stop.click()
    assert wishes == [Wish(Verb.STOP)]


def test_a_step_left_out_says_what_to_type(panel: StartingPanel) -> None:
    command = "sudo sysctl -w vm.drop_caches=3"
    steps = changed(
        STEPS, SwitchStepName.CLEAR, state=StepState.SKIPPED, seconds=0.0, detail="Not allowed.", command=command
    )

    assert any(command in line for line in show(panel, replace(SWITCHING, switch_steps=steps)).lines())


def test_the_memory_before_and_after_stays_beside_the_next_start(panel: StartingPanel) -> None:
    proof = "30.2 GiB was free before, 118.2 GiB is now."
    steps = changed(STEPS, SwitchStepName.PROVE, state=StepState.DONE, seconds=1.0, detail=proof)
    starting = ServingState(phase=ServingPhase.STARTING, configuration_id=FP8, switch_steps=steps)
    widget = show(panel, starting)

    assert widget.isHidden()
    assert proof in note(panel)
    assert note(panel).startswith("Switched in 5")


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ("terminal of mina", "Mina is starting FP8 here."),
        ("kiosk", ""),
        (None, ""),
    ],
)
def test_it_says_who_else_is_starting_something(panel: StartingPanel, who: str | None, said: str) -> None:
    show(panel, ServingState(phase=ServingPhase.STARTING, configuration_id=FP8, changing_who=who))

    detail = panel.findChild(TextLine, "detail_line")
    assert detail is not None
    assert (said in detail.text()) if said else ("here" not in detail.text())


def test_pressing_another_model_meanwhile_offers_to_watch_or_to_take_over() -> None:
    theirs = ServingState(phase=ServingPhase.STARTING, configuration_id=FP8, changing_who="mina")
    state, workshop = with_serving(theirs), samples.workshop()
    card = next(each for each in model_cards(state, workshop) if each.configuration.id == FP4)

    asked = pressed(card, state, workshop)
    assert isinstance(asked, AskFirst)
    assert (asked.title, asked.stay) == ("Mina is starting FP8 here.", "Watch")
    assert asked.wish == Wish(Verb.LAUNCH, {"configuration_id": FP4, "take_over": True})
    own = pressed(card, state, workshop, own="mina")
    assert isinstance(own, AskFirst)
    assert "take_over" not in own.wish.args


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (LaunchOptions(), ""),
        (LaunchOptions(gpu_memory_utilization=0.7, max_model_len=8192), "with share 0.7, 8K tokens"),
        (LaunchOptions(max_num_seqs=4, enforce_eager=True, fast_start=True), "with 4 at a time, eager"),
        (LaunchOptions(image="a:1", extra_arguments=("--seed", "7")), "with another image, further arguments"),
    ],
)
def test_a_launch_that_differs_says_in_what(options: LaunchOptions, said: str) -> None:
    assert options_note(options) == said
