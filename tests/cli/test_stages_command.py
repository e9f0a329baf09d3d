"""`thorhud stages`: the JSON that scripts count on, and what a person reads."""

import argparse
import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.domain.vllm_log_samples import GPU_WORDINGS, capture, gpu_log, raw
from thorhud.cli import stages as command
from thorhud.domain.errors import ThorHudError


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    command.add_parser(parser.add_subparsers())
    arguments = parser.parse_args(["stages", *words])
    code: int = arguments.run(arguments)
    return code


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    assert run(*words, "--json") == 0
    result: dict[str, Any] = json.loads(capsys.readouterr().out)
    return result


def stage(result: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in result["stages"] if each["name"] == name)
    return found


def stamped(name: str) -> bytes:
    """Write a timed capture as `docker logs --timestamps` would."""
    lines = []
    for piece in capture(name).pieces:
        nanoseconds = round((piece.at_s or 0.0) * 1e9)
        minutes, rest = divmod(nanoseconds, 60 * 10**9)
        clock = f"07:{minutes:02}:{rest // 10**9:02}.{rest % 10**9:09}"
        lines.append(f"2026-11-23T{clock}Z {piece.text}\n".encode())
    return b"2026-11-23T07:00:00.000000000Z \n" + b"".join(lines)


@pytest.fixture
def gpu_file(tmp_path: Path) -> str:
    path = tmp_path / "vllm.log"
    path.write_bytes(gpu_log(GPU_WORDINGS[1]))
    return str(path)


def test_a_gpu_start_prints_exactly_the_agreed_fields(capsys: pytest.CaptureFixture[str], gpu_file: str) -> None:
    nothing = {"started_s": None, "ended_s": None, "duration_s": None}
    assert printed(capsys, gpu_file) == {
        "outcome": "ready",
        "failure": None,
        "vllm_version": "0.10.1.1",
        "model": "openai/gpt-oss-120b",
        "stages": [
            {"name": "container", **nothing},
            {"name": "engine-init", **nothing},
            {"name": "weights", **nothing, "duration_s": 24.72},
            {"name": "compile", **nothing, "duration_s": 19.69},
            {"name": "kv-cache", **nothing},
            {"name": "cuda-graphs", **nothing, "duration_s": 21.0},
            {"name": "server", **nothing},
        ],
        "shards_total": 15,
        "weights_s": 24.72,
        "model_memory_gib": 14.9889,
        "compile_s": 19.69,
        "compile_cache": "miss",
        "graph_capture_s": 21.0,
        "kv_cache_tokens": 1587648,
        "earlier": [],
    }


def test_docker_s_timestamps_give_stage_times_since_the_first_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "stamped.log"
    path.write_bytes(stamped("01_cold_start_default"))
    result = printed(capsys, str(path), "--exit-code", "0", "--stop-requested")
    assert result["outcome"] == "stopped"
    assert stage(result, "container") == {
        "name": "container",
        "started_s": 0.0,
        "ended_s": 41.905,
        "duration_s": 41.905,
    }
    assert stage(result, "weights") == {"name": "weights", "started_s": 48.567, "ended_s": 48.695, "duration_s": 0.02}
    assert stage(result, "compile")["started_s"] == 49.618
    assert stage(result, "server")["ended_s"] == 81.254


def test_a_failure_is_named_with_its_evidence_and_is_no_failure_of_the_command(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "failed.log"
    path.write_bytes(raw("56_v0.11.0_fail_model_path_missing"))
    result = printed(capsys, str(path), "--exit-code", "1")
    assert result["outcome"] == "failed"
    assert result["failure"]["kind"] == "model-not-found"
    assert result["failure"]["headline"]
    assert "HFValidationError: Repo id must be" in result["failure"]["evidence"]


def test_a_negative_exit_code_is_read_as_a_signal(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "interrupted.log"
    path.write_bytes(raw("40_sigint_during_weight_loading"))
    assert printed(capsys, str(path), "--exit-code", "-2", "--stop-requested")["outcome"] == "stopped"
    assert printed(capsys, str(path), "--exit-code", "-2")["failure"]["kind"] == "stopped-outside"


def test_the_last_of_several_starts_counts_and_the_others_are_listed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "twice.log"
    path.write_bytes(raw("52_v0.11.0_warm_start_api_sigint") + raw("56_v0.11.0_fail_model_path_missing"))
    result = printed(capsys, str(path), "--exit-code", "1")
    assert (result["outcome"], result["failure"]["kind"]) == ("failed", "model-not-found")
    (earlier,) = result["earlier"]
    assert (earlier["outcome"], earlier["failure"], earlier["kv_cache_tokens"]) == ("stopped", None, 524288)


def test_standard_input_is_read_for_a_dash(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"INFO: Loading weights took 24.72 seconds\n")))
    result = printed(capsys, "-")
    assert (result["outcome"], result["weights_s"]) == ("starting", 24.72)


def test_without_json_a_person_reads_a_table(capsys: pytest.CaptureFixture[str], gpu_file: str) -> None:
    assert run(gpu_file) == 0
    text = capsys.readouterr().out
    assert text.startswith("Ready: openai/gpt-oss-120b, vLLM 0.10.1.1\n")
    assert "24.72 s" in text
    assert "cache, tokens        1587648" in text


def test_a_person_reads_why_it_failed_and_what_to_do(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "failed.log"
    path.write_bytes(b"vllm: error: unrecognized arguments: --no-such-flag \x07\n")
    run(str(path), "--exit-code", "2")
    text = capsys.readouterr().out
    assert "This version of vLLM has no --no-such-flag." in text
    assert "Next: Remove the argument" in text
    assert "\\x07" in text
    assert "\x07" not in text


def test_a_file_that_cannot_be_read_is_one_sentence_with_a_next_step(tmp_path: Path) -> None:
    with pytest.raises(ThorHudError, match=r"cannot be read: no such file or directory\.$") as caught:
        run(str(tmp_path / "nowhere.log"))
    assert caught.value.next_step
    with pytest.raises(ThorHudError, match="is a directory"):
        run(str(tmp_path))


def test_an_empty_log_is_a_start_that_has_said_nothing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "empty.log"
    path.write_bytes(b"")
    assert printed(capsys, str(path))["outcome"] == "starting"


def test_an_end_that_nobody_knows_shows_how_the_log_ended(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("".join(f"a line {number}\n" for number in range(40)) + "\x1b[2Jlast\n")

    run(str(log), "--exit-code", "1")
    told = capsys.readouterr().out
    failure = printed(capsys, str(log), "--exit-code", "1")["failure"]

    assert failure["kind"] == "unknown"
    assert len(failure["last_lines"]) == 20
    assert "Last 20 lines of the log:" in told
    assert "    a line 39\n" in told
    assert "\x1b" not in told
