"""What one line of a terminal says of serving."""

from thorhud.cli.words import cannot_start_lines, serving_line, time_words, told_lines
from thorhud.domain.state import ConfigurationAvailability, ServingPhase, ServingState


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


def test_a_start_from_outside_says_so_while_it_goes_on() -> None:
    serving = ServingState(
        phase=ServingPhase.STARTING, started_outside=True, elapsed_s=5, served_by="the container vllm"
    )

    assert serving_line(serving, "m") == "m: container, 0:05 so far, started outside the HUD (the container vllm)"


def test_who_asked_what_the_log_lacks_and_what_a_stop_would_do_is_said() -> None:
    serving = ServingState(
        changing_who="anna", log_note="Docker holds \x1b[31mless.", how_to_stop="A stop sends SIGINT."
    )

    assert list(told_lines(serving)) == [
        "Asked for by: anna",
        r"Log: Docker holds \x1b[31mless.",
        "A stop sends SIGINT.",
    ]
    assert list(told_lines(ServingState())) == []


def test_a_failed_server_whose_container_goes_on_says_so_beside_the_failure() -> None:
    failed = ServingState(phase=ServingPhase.FAILED, server_ended=True, activity="The container goes on.")

    assert list(told_lines(failed)) == ["The container goes on."]


def test_what_cannot_start_says_why_and_how_it_comes_onto_the_unit() -> None:
    missing = ConfigurationAvailability(
        configuration_id="gpt-oss-20b", startable=False, reason="It is not here.", next_step="Type: hf download it"
    )
    there = ConfigurationAvailability(configuration_id="fp4", startable=True)

    assert list(cannot_start_lines((there, missing))) == [
        "gpt-oss-20b cannot start: It is not here. Type: hf download it"
    ]
