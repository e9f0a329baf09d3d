"""Starts typed into one shell, as a terminal shows them: prompts, echoes, escapes, ^C, and one log for all."""

import pytest

from tests.domain.vllm_log_samples import capture, raw, reading_of_text
from thorhud.agent.serving.cause_of_end import cause_of_typed_end
from thorhud.domain.log_reading import LogReading
from thorhud.domain.messages import LaunchRecord

LAUNCH = LaunchRecord(id="l", configuration_id=None, started_unix_s=0.0, started_outside=True)
PROMPT = "\x1b[?2004hroot@thor:/workspace# "
SERVED = "52_v0.11.0_warm_start_api_sigint"


def output_of(name: str, *, until: str | None = None) -> str:
    text = raw(name).decode(errors="replace").replace("\n", "\r\n")
    return text if until is None else text[: text.index(until) + len(until)]


def typed(model: str) -> str:
    return f"{PROMPT}vllm serve {model}\r\n\x1b[?2004l\r"


def kind_of(reading: LogReading) -> str | None:
    failure = cause_of_typed_end(reading, LAUNCH)
    return failure.kind if failure else None


def test_each_start_of_one_log_has_a_timeline_of_its_own() -> None:
    first = output_of(SERVED, until="Application startup complete.")
    second = output_of("58_v0.11.0_fail_max_model_len_too_large")
    reading = reading_of_text(typed("models/tiny-llama-v4") + first + "\r\n^C" + typed("m") + second)

    (earlier,) = reading.earlier
    assert earlier.timeline.serving
    assert earlier.evidence.interrupted
    assert not reading.timeline.serving
    assert not reading.evidence.interrupted
    assert kind_of(reading) == "max-model-len"


def test_the_same_model_typed_again_is_another_start() -> None:
    one = output_of(SERVED)
    reading = reading_of_text(typed("m") + one + "^C\r\n" + typed("m") + one)

    assert len(reading.earlier) == 1
    assert reading.timeline.serving


@pytest.mark.parametrize(
    "end",
    ["^C", "^CINFO 11-24 11:43:54 [launcher.py:99] Shutting down FastAPI HTTP server.", "^C^C"],
)
def test_ctrl_c_is_no_failure_wherever_the_terminal_shows_it(end: str) -> None:
    reading = reading_of_text(typed("m") + output_of(SERVED, until="Application startup complete.") + "\r\n" + end)

    assert kind_of(reading) is None


def test_ctrl_c_behind_a_bar_is_seen() -> None:
    bar = "Loading safetensors checkpoint shards:  50% Completed | 5/10 [00:01<00:01,  3.88it/s]"

    assert kind_of(reading_of_text(f"{typed('m')}{bar}^C\r\n")) is None


def test_ctrl_c_while_it_loads_leaves_a_traceback_and_is_no_failure() -> None:
    pieces = capture("40_sigint_during_weight_loading").pieces
    text = "\r\n".join(piece.text for piece in pieces)

    assert kind_of(reading_of_text(typed("m") + text)) is None


@pytest.mark.parametrize(
    ("name", "kind"),
    [("59_v0.11.0_fail_unknown_flag", "unknown-flag"), ("42_engine_core_killed_midstream", "engine-died")],
)
def test_an_end_by_itself_has_its_cause(name: str, kind: str) -> None:
    assert kind_of(reading_of_text(typed("m") + output_of(name))) == kind


def test_ctrl_c_after_it_has_given_up_does_not_hide_the_cause() -> None:
    failed = output_of("58_v0.11.0_fail_max_model_len_too_large")

    assert kind_of(reading_of_text(typed("m") + failed + "\r\n^C")) == "max-model-len"


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Killed", "killed"),
        ("bash: line 1:    42 Killed                  vllm serve m", "killed"),
        ("[1]+  Killed                  vllm serve m", "killed"),
        ("Segmentation fault (core dumped)", "crashed"),
        ("Terminated", None),
    ],
)
def test_the_shell_says_what_killed_it(words: str, kind: str | None) -> None:
    served = output_of(SERVED, until="Application startup complete.")

    assert kind_of(reading_of_text(f"{typed('m')}{served}\r\n{words}\r\n")) == kind


def test_a_line_that_speaks_of_a_killed_job_is_no_such_word() -> None:
    served = output_of(SERVED, until="Application startup complete.")

    assert kind_of(reading_of_text(f"{typed('m')}{served}\r\nTwo jobs were Killed today\r\n")) == "unknown"
