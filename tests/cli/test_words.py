"""What one line of a terminal says of serving."""

from thorhud.cli.words import serving_line, time_words
from thorhud.domain.state import ServingPhase, ServingState


def test_a_server_from_outside_is_named_with_its_place_and_what_it_is_like() -> None:
    serving = ServingState(
        phase=ServingPhase.READY,
        started_outside=True,
        served_by="the container vllm",
        like_configuration_id="llama-3.1-8b-fp4",
    )

    said = serving_line(serving, "nvidia/Llama-3.1-8B-Instruct-FP4")
    assert said.endswith(": ready, started outside the HUD (the container vllm), like llama-3.1-8b-fp4")


def test_what_goes_on_although_nothing_is_served_is_said() -> None:
    assert serving_line(ServingState(), "x") == "nothing is being served"
    ended = ServingState(server_ended=True, activity="The server in the container vllm has ended.")
    assert serving_line(ended, "x") == "nothing is being served. The server in the container vllm has ended."


def test_time_left_that_rises_has_its_reason_beside_it() -> None:
    serving = ServingState(elapsed_s=70, remaining_s=100, remaining_why="Compiling takes longer than last time")
    assert time_words(serving) == "1:10 so far, about 1:40 left (Compiling takes longer than last time)"


def test_a_start_that_stands_still_promises_no_time() -> None:
    serving = ServingState(elapsed_s=70, remaining_s=100, stalled="Nothing has moved for 60 s.")
    assert time_words(serving) == "1:10 so far. Nothing has moved for 60 s."
