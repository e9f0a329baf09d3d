"""Recorded logs, disturbed as the world disturbs them: cut, stamped, coloured, renumbered, interleaved, broken.

A healthy one is never given a cause, a failed one always the same one, and nothing takes longer than its length.
"""

import re
import time
from collections.abc import Callable, Iterable
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.domain.failure_samples import ASKED, KIND_OF_CAPTURE
from tests.domain.vllm_log_samples import GPU_WORDINGS, capture, gpu_log, names, reading_of
from thorhud.domain.failure_patterns import READ_LIMIT, RULES, WHILE_SERVING, clue_in
from thorhud.domain.failures import Failure, diagnose, outcome
from thorhud.domain.log_reading import LogReading, read
from thorhud.domain.log_text import has_docker_timestamps, pieces_of, read_docker_timestamps
from thorhud.domain.timeline import LogPiece

STOPPING = ("Shutting down", "[shutdown]", "KeyboardInterrupt", "Waiting for connections to close", "CancelledError")

few = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def lines_of(name: str) -> list[str]:
    return [piece.text for piece in capture(name).pieces]


def before_its_stop(name: str) -> list[str]:
    """Return what a healthy start said until somebody ended it."""
    lines = lines_of(name)
    end = next((place for place, line in enumerate(lines) if any(word in line for word in STOPPING)), len(lines))
    return lines[:end]


HEALTHY = {
    **{name: before_its_stop(name) for name in names("log") if name[:2] in ASKED},
    **{f"GPU {wording.version}": gpu_log(wording).decode().splitlines() for wording in GPU_WORDINGS},
}
FAILED = {name: (lines_of(name), KIND_OF_CAPTURE[name[:2]]) for name in names("log") if name[:2] in KIND_OF_CAPTURE}

HARMLESS = (
    "(APIServer pid=1) ERROR 11-23 07:28:12 [serving_chat.py:178] Error with model error=ErrorInfo(message='The model `nope` does not exist.', type='NotFoundError', param=None, code=404)",
    "(APIServer pid=1) ERROR 11-23 07:28:12 [serving_chat.py:263] ValueError: This model's maximum context length is 4096 tokens. However, your request has 9014 input tokens.",
    "(APIServer pid=1) ERROR 11-23 07:28:12 [registry.py:1] Error in inspecting something that nobody needs",
    "Exception ignored in: <function CPUDNNLGEMMHandler.__del__ at 0x7f>",
    "AssertionError: Please convert all Tensors to FakeTensors first or instantiate FakeTensorMode with 'allow_non_fake_inputs'.",
    "(EngineCore pid=2) WARNING 11-23 07:28:12 [u.py:255] Found ulimit of 20000 and failed to automatically increase with error current limit exceeds maximum limit. This can cause fd limit errors like `OSError: [Errno 24] Too many open files`.",
    "UserWarning: Can't initialize NVML",
    "(APIServer pid=1) WARNING 11-23 07:28:12 [h.py:1] PermissionError: [Errno 13] Permission denied: '/root/.config'",
)
"""What has been seen in logs of starts that became ready."""


def read_lines(lines: Iterable[str | bytes]) -> LogReading:
    data = b"\n".join(line.encode() if isinstance(line, str) else line for line in lines)
    return reading_of(list(pieces_of(data)))


def told(reading: LogReading, exit_code: int | None = None) -> tuple[str, Failure | None]:
    failure = diagnose(reading.evidence, exit_code=exit_code, stop_requested=False, timeline=reading.timeline)
    return outcome(reading.start, failure), failure


def kind_in(lines: Iterable[str | bytes], exit_code: int = 1) -> str | None:
    failure = told(read_lines(lines), exit_code)[1]
    return failure.kind if failure else None


# healthy


@pytest.mark.parametrize("name", HEALTHY)
@few
@given(data=st.data())
def test_a_healthy_log_with_error_lines_in_it_is_never_given_a_cause(name: str, data: st.DataObject) -> None:
    lines = list(HEALTHY[name])
    for _ in range(data.draw(st.integers(1, 6))):
        lines.insert(data.draw(st.integers(0, len(lines))), data.draw(st.sampled_from(HARMLESS)))
    assert told(read_lines(lines))[1] is None


@pytest.mark.parametrize("name", HEALTHY)
@few
@given(data=st.data())
def test_a_healthy_log_cut_at_any_byte_is_never_given_a_cause(name: str, data: st.DataObject) -> None:
    whole = "\n".join(HEALTHY[name]).encode()
    cut = whole[: data.draw(st.integers(0, len(whole)))]
    how, failure = told(reading_of(list(pieces_of(cut))))
    assert failure is None
    assert how in {"starting", "ready"}


@pytest.mark.parametrize("name", HEALTHY)
@few
@given(data=st.data())
def test_no_error_of_a_request_ends_a_server_that_is_ready(name: str, data: st.DataObject) -> None:
    lines = [*HEALTHY[name], "INFO:     Application startup complete."]
    not_fatal = [rule.needle for rule in RULES if rule.kind not in WHILE_SERVING]
    errors = data.draw(st.lists(st.sampled_from(not_fatal), min_size=1, max_size=5))
    lines += [f"(APIServer pid=1) ERROR 11-23 07:28:12 [serving.py:1] ValueError: {error}" for error in errors]
    assert told(read_lines(lines)) == ("ready", None)


# failed: whatever surrounds the words, the cause stays the same


def stamped(lines: list[str]) -> list[str]:
    return [f"2026-11-23T09:{n // 60 % 60:02}:{n % 60:02}.{n:09}Z {line}" for n, line in enumerate(lines)]


def at_another_time(lines: list[str]) -> list[str]:
    return [re.sub(r"\b\d\d-\d\d \d\d:\d\d:\d\d\b", "02-29 00:00:01", line) for line in lines]


def with_a_year(lines: list[str]) -> list[str]:
    return [re.sub(r"\b(\d\d-\d\d \d\d:\d\d:\d\d)\b", r"2027-\1", line) for line in lines]


def coloured(lines: list[str]) -> list[str]:
    painted = [re.sub(r"^(\([^)]*pid=\d+\))", "\x1b[1;36m\\1\x1b[0;0m", line) for line in lines]
    return [re.sub(r"\b(INFO|WARNING|ERROR)\b", "\x1b[31m\\1\x1b[0m", line, count=1) for line in painted]


def renumbered(lines: list[str]) -> list[str]:
    return [re.sub(r"pid=\d+", "pid=4194303", line) for line in lines]


def of_old_processes(lines: list[str]) -> list[str]:
    return [re.sub(r"\((EngineCore|Worker)(?:_DP0)?( pid=\d+)\)", r"(\1_DP0_TP0\2)", line) for line in lines]


def without_processes(lines: list[str]) -> list[str]:
    return [re.sub(r"^\([^)]*pid=\d+\) ?", "", line) for line in lines]


def with_prefix_everywhere(lines: list[str]) -> list[str]:
    return [line if " pid=" in line[:40] else f"\x1b[1;36m(APIServer pid=92)\x1b[0;0m {line}" for line in lines]


def on_windows(lines: list[str]) -> list[str]:
    return [f"{line}\r" for line in lines]


WAYS: tuple[Callable[[list[str]], list[str]], ...] = (
    at_another_time,
    with_a_year,
    coloured,
    renumbered,
    of_old_processes,
    without_processes,
    with_prefix_everywhere,
    on_windows,
)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize("name", FAILED)
def test_a_failed_start_has_the_same_cause_however_its_lines_are_dressed(
    name: str, way: Callable[[list[str]], list[str]]
) -> None:
    lines, kind = FAILED[name]
    assert kind_in(way(lines), exit_code=capture(name).exit_code) == kind


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize("name", HEALTHY)
def test_a_healthy_start_has_none_however_its_lines_are_dressed(
    name: str, way: Callable[[list[str]], list[str]]
) -> None:
    assert told(read_lines(way(HEALTHY[name])))[1] is None


@pytest.mark.parametrize("name", FAILED)
def test_docker_s_stamps_in_front_change_nothing(name: str) -> None:
    lines, kind = FAILED[name]
    data = "\n".join(stamped(lines)).encode()
    assert has_docker_timestamps(data)
    reading = reading_of(list(read_docker_timestamps(data.split(b"\n"))))
    failure = told(reading, capture(name).exit_code)[1]
    assert failure is not None
    assert failure.kind == kind


@pytest.mark.parametrize("name", FAILED)
@few
@given(data=st.data())
def test_bytes_that_are_no_text_between_the_lines_change_nothing(name: str, data: st.DataObject) -> None:
    lines, kind = FAILED[name]
    broken: list[str | bytes] = list(lines)
    for _ in range(data.draw(st.integers(1, 5))):
        noise = data.draw(st.binary(min_size=1, max_size=40).map(lambda noise: b"\xff" + noise.replace(b"\x1b", b"")))
        broken.insert(data.draw(st.integers(0, len(lines))), noise)
    assert kind_in(broken, exit_code=capture(name).exit_code) == kind


@pytest.mark.parametrize("name", FAILED)
@few
@given(data=st.data())
def test_error_lines_of_a_healthy_start_do_not_hide_the_cause_of_a_failed_one(name: str, data: st.DataObject) -> None:
    lines, kind = list(FAILED[name][0]), FAILED[name][1]
    for _ in range(data.draw(st.integers(1, 4))):
        lines.insert(data.draw(st.integers(0, len(lines))), data.draw(st.sampled_from(HARMLESS[:3])))
    assert kind_in(lines, exit_code=capture(name).exit_code) == kind


@pytest.mark.parametrize("name", FAILED)
def test_a_failed_log_cut_after_any_line_names_its_cause_or_none_and_never_another(name: str) -> None:
    reading, kind = LogReading(), FAILED[name][1]
    for line in FAILED[name][0]:
        reading = read(reading, LogPiece(line))
        failure = told(reading)[1]
        assert failure is None or failure.kind in {kind, "unknown"}, line


# size


def seconds_for(data: bytes) -> float:
    """Return the processor's seconds for a whole log, the best of three: others work on this machine too."""
    took = []
    for _ in range(3):
        began = time.process_time()
        reading = LogReading()
        for piece in pieces_of(data):
            reading = read(reading, piece)
        took.append(time.process_time() - began)
    return min(took)


@pytest.mark.parametrize("filling", [b"x", b" ", b"\xff", b"(", b"ValueError: ", b"\x1b[31m", b"error: argument x"])
def test_a_line_of_ten_megabytes_costs_ten_times_one_of_one(filling: bytes) -> None:
    one = filling * (1_000_000 // len(filling))
    short_s, long_s = seconds_for(one), seconds_for(one * 10)
    assert long_s < 30 * short_s + 0.5


def test_a_long_line_before_the_cause_does_not_hide_it() -> None:
    lines, kind = FAILED["33_fail_truncated_shard"]
    assert kind_in(["x" * 10_000_000, *lines]) == kind


def nasty(needle: str) -> tuple[str, ...]:
    """Return messages that make a pattern with a gap in it go back again and again."""
    size = 1 << 16
    return (
        "x" * size + needle,
        "(" * size + needle,
        needle * (size // len(needle)),
        "error: argument x" * (size // 17),
    )


@pytest.mark.parametrize("needle", sorted({rule.needle for rule in RULES if rule.pattern is not None}))
def test_no_wording_is_slow_on_a_line_made_to_be_slow(needle: str) -> None:
    began = time.process_time()
    for message in nasty(needle):
        clue_in(message)
    assert time.process_time() - began < 2.0


def test_a_cause_is_looked_for_where_every_known_wording_begins() -> None:
    longest = max(len(line) for lines, _ in FAILED.values() for line in lines if clue_in(line.split("] ", 1)[-1]))
    assert longest < READ_LIMIT


def test_a_log_of_many_lines_costs_no_more_for_each() -> None:
    lines = "\n".join(HARMLESS).encode() + b"\n"
    costs = [seconds_for(lines * count) for count in (200, 2000)]
    assert all(later < 30 * earlier + 0.5 for earlier, later in pairwise(costs))
