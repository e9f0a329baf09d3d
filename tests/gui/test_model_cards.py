"""Each of the seven states of a model button, in words."""

from dataclasses import replace
from typing import Any

import pytest
import samples

from thorhud.domain.messages import Verb
from thorhud.domain.state import AgentState, ConfigurationAvailability, ServingPhase, ServingState
from thorhud.gui.model_cards import CardState, ModelCard, model_cards
from thorhud.gui.questions import AskFirst, ShowFix, pressed
from thorhud.gui.store import Notice
from thorhud.gui.wishes import Wish

FP16, FP8, FP4 = "llama-3.1-8b-fp16", "llama-3.1-8b-fp8", "llama-3.1-8b-fp4"


def card(state: AgentState, key: str, measured: frozenset[str] = frozenset()) -> ModelCard:
    cards = model_cards(state, samples.workshop(), measured)
    return next(each for each in cards if each.configuration.id == key)


def serving(phase: ServingPhase, key: str | None, **more: Any) -> AgentState:
    return replace(samples.idle(), serving=ServingState(phase=phase, configuration_id=key, **more))


def test_the_first_startable_model_is_recommended_while_nothing_runs() -> None:
    first = card(samples.idle(), "gpt-oss-120b")

    assert first.state is CardState.RECOMMENDED
    assert first.action == "Start here"
    assert first.subtitle == "GPT-OSS, the big one"
    assert first.line == "Starts in about 1\u00a0min 50\u00a0s"
    assert first.figure == ""


def test_what_was_measured_already_is_not_recommended_again() -> None:
    measured = frozenset({"gpt-oss-120b"})

    assert card(samples.idle(), "gpt-oss-120b", measured).state is CardState.AVAILABLE
    assert card(samples.idle(), FP16, measured).state is CardState.RECOMMENDED


@pytest.mark.parametrize(
    ("key", "subtitle", "figure"),
    [
        (FP16, "Llama-3.1-8B, the baseline", "10.7"),
        (FP8, "Llama-3.1-8B, 57 % of the bytes", "14.2"),
        (FP4, "Llama-3.1-8B, 40 % of the bytes", "19.1"),
        ("llama-3.1-8b-fp4-eagle3", "Llama-3.1-8B, with a draft", "25.6"),
    ],
)
def test_a_card_says_what_sets_it_apart_and_the_published_speed(key: str, subtitle: str, figure: str) -> None:
    shown = card(samples.idle(), key)

    assert (shown.subtitle, shown.figure) == (subtitle, figure)


def test_a_missing_start_time_is_said_and_not_guessed() -> None:
    assert card(samples.idle(), "llama-3.1-8b-fp4-eagle3").line == "No published start time"


def test_missing_weights_are_told_with_their_reason_and_cannot_be_started() -> None:
    shown = card(samples.idle(), "gpt-oss-20b")

    assert shown.state is CardState.MISSING
    assert shown.line == "The weights are not on this unit"
    assert shown.status == "No weights"
    assert shown.action == ""
    assert isinstance(pressed(shown, samples.idle(), samples.workshop()), Notice)


def test_a_stopped_docker_disables_every_button_with_the_reason() -> None:
    blocked = tuple(
        ConfigurationAvailability(
            configuration_id=each.id, startable=False, reason="Docker is not running.", label="No Docker"
        )
        for each in samples.CONFIGURATIONS
    )

    cards = model_cards(replace(samples.idle(), availability=blocked), samples.workshop())

    assert {each.state for each in cards} == {CardState.DISABLED}
    assert {each.line for each in cards} == {"Docker is not running"}


def test_a_hostile_reason_stays_one_printable_line() -> None:
    hostile = ConfigurationAvailability(
        configuration_id=FP8, startable=False, reason="a\n\x1b[31m<b>\u202e", label="No\nDocker"
    )

    shown = card(replace(samples.idle(), availability=(hostile,)), FP8)

    assert shown.line.isprintable()
    assert "<b>" in shown.line
    assert shown.status == "No Docker"


def test_a_start_counts_its_shards() -> None:
    shown = card(samples.loading(), "gpt-oss-120b")

    assert shown.state is CardState.STARTING
    assert shown.line == "Shard 9 of 15"
    assert shown.progress == pytest.approx(8 / 15)


def test_while_switching_the_coming_model_is_the_active_one() -> None:
    state = serving(ServingPhase.STOPPING, FP8, next_configuration_id=FP4, activity="Stopping FP8")

    assert card(state, FP4).state is CardState.STARTING
    assert card(state, FP4).line == "Stopping FP8"
    assert card(state, FP8).state is CardState.AVAILABLE


def test_a_ready_model_says_for_how_long() -> None:
    shown = card(serving(ServingPhase.READY, FP8, elapsed_s=780.0, ready_after_s=20.0), FP8)

    assert shown.state is CardState.READY
    assert shown.line == "Ready for 12\u00a0min"


def test_a_failed_model_says_why_and_pressing_it_shows_the_fix() -> None:
    shown = card(samples.failed(), "gpt-oss-120b")

    assert shown.state is CardState.FAILED
    assert shown.line == "The last model still holds the memory"
    assert isinstance(pressed(shown, samples.failed(), samples.workshop()), ShowFix)


def test_a_server_that_somebody_else_started_activates_no_card() -> None:
    state = serving(ServingPhase.READY, None, started_outside=True)

    assert not any(each.active for each in model_cards(state, samples.workshop()))


@pytest.mark.parametrize("state", [samples.idle(), samples.failed()])
def test_pressing_starts_at_once_while_nothing_runs(state: AgentState) -> None:
    wish = pressed(card(state, FP16), state, samples.workshop())

    assert wish == Wish(Verb.LAUNCH, {"configuration_id": FP16})


def test_pressing_another_model_asks_once_and_names_both() -> None:
    state = serving(ServingPhase.READY, FP8)

    question = pressed(card(state, FP4), state, samples.workshop())

    assert isinstance(question, AskFirst)
    assert question.title == "Stop FP8 and start FP4?"
    assert question.loss == "About 21\u00a0s, memory is cleared in between."
    assert question.wish == Wish(Verb.LAUNCH, {"configuration_id": FP4})


def test_pressing_the_running_model_asks_before_it_stops() -> None:
    state = serving(ServingPhase.READY, FP8)

    question = pressed(card(state, FP8), state, samples.workshop())

    assert isinstance(question, AskFirst)
    assert question.stay == "Keep it running"
    assert question.wish == Wish(Verb.STOP)
