"""The logs of failed starts in tests/data/failing_starts, as Docker recorded them, each given its cause."""

from pathlib import Path

import pytest

from tests.domain.failure_samples import DOCKER_SAYS
from tests.domain.vllm_log_samples import raw, reading_of
from tests.rig.failing_starts import RECORDED
from thorhud.domain.failures import Failure, diagnose, outcome
from thorhud.domain.log_reading import LogReading
from thorhud.domain.log_text import has_docker_timestamps, pieces_of, read_docker_timestamps

FOLDER = Path(__file__).parents[1] / "data" / "failing_starts"
READY = "ready-with-an-unknown-tokenizer-class"
GENERIC = ("Engine core initialization failed", "See root cause above", "EngineCore failed to start", "Worker failed")


def recorded(name: str) -> LogReading:
    data = (FOLDER / f"{name}.log").read_bytes()
    assert has_docker_timestamps(data) or not data  # the kernel may end it before its first word
    return reading_of(list(read_docker_timestamps(data.split(b"\n"))))


def failure_of_log(name: str) -> Failure | None:
    reading = recorded(name)
    return diagnose(
        reading.evidence, exit_code=RECORDED[name].exit_code, stop_requested=False, timeline=reading.timeline
    )


def test_there_is_a_recorded_log_of_every_start_and_of_every_end() -> None:
    assert {path.stem for path in FOLDER.glob("*.log")} == {*RECORDED, READY}


@pytest.mark.parametrize("name", RECORDED)
def test_every_recorded_failure_has_its_kind_and_the_line_of_the_root_cause(name: str) -> None:
    failure = failure_of_log(name)

    assert failure is not None
    assert failure.kind == RECORDED[name].kind
    assert RECORDED[name].evidence in failure.evidence
    assert not any(words in failure.evidence for words in GENERIC)
    assert "{" not in failure.explanation.replace('{"', "")


@pytest.mark.parametrize(("kind", "line"), DOCKER_SAYS)
def test_what_a_real_docker_prints_where_a_start_is_typed_has_its_cause(kind: str, line: str) -> None:
    reading = reading_of(list(pieces_of(line.encode())))
    failure = diagnose(reading.evidence, exit_code=125, stop_requested=False, timeline=reading.timeline)
    assert failure is not None
    assert failure.kind == kind


@pytest.mark.parametrize("name", RECORDED)
def test_an_end_that_was_asked_for_is_never_given_a_cause(name: str) -> None:
    reading = recorded(name)
    code = RECORDED[name].exit_code
    assert diagnose(reading.evidence, exit_code=code, stop_requested=True, timeline=reading.timeline) is None


def test_a_server_that_became_ready_in_spite_of_a_warning_about_its_tokenizer_is_healthy() -> None:
    reading = recorded(READY)
    failure = diagnose(reading.evidence, exit_code=None, stop_requested=False, timeline=reading.timeline)
    assert outcome(reading.start, failure) == "ready"


def test_json_that_is_none_is_told_from_a_key_that_is_old() -> None:
    bad, old = failure_of_log("bad-json-compilation"), failure_of_log("old-compile-key")
    assert bad is not None
    assert old is not None
    assert (bad.kind, old.kind) == ("bad-json", "compile-option")
    assert "--compilation-config;" in bad.explanation


@pytest.mark.parametrize(
    ("name", "named"),
    [
        ("old-compile-key", 'no key "level" there'),
        ("value-of-a-word", "the value of --max-model-len"),
        ("unknown-flag", "no --no-such-flag"),
        ("context-too-long", "200000 tokens were asked for, and the model was made for 8192"),
        ("cache-too-large", "900.0 GiB were asked for conversations"),
        ("no-such-path", "/models/no-such-model is neither"),
    ],
)
def test_the_words_name_what_the_log_names(name: str, named: str) -> None:
    failure = failure_of_log(name)
    assert failure is not None
    assert named in failure.explanation


@pytest.mark.parametrize("name", ["42_engine_core_killed_midstream", "58_v0.11.0_fail_max_model_len_too_large"])
def test_the_bytes_of_a_container_say_the_same_as_its_timed_log(name: str) -> None:
    reading = reading_of(list(pieces_of(raw(name))))
    code = 0 if name.startswith("42") else 1
    failure = diagnose(reading.evidence, exit_code=code, stop_requested=False, timeline=reading.timeline)
    assert failure is not None
    assert failure.kind == ("engine-died" if code == 0 else "max-model-len")
