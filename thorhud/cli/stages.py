"""`thorhud stages FILE`: a vLLM log as a timeline of stages, with its outcome and the cause of a failure."""

import argparse
import json
import sys
from collections.abc import Iterable
from pathlib import Path

from thorhud.cli.words import failure_lines
from thorhud.domain.errors import ThorHudError
from thorhud.domain.failures import Failure, diagnose, outcome, outcome_of_earlier
from thorhud.domain.log_reading import LogReading, Start, read
from thorhud.domain.log_text import has_docker_timestamps, pieces_of, read_docker_timestamps
from thorhud.domain.timeline import LogPiece, Timeline

NOT_KNOWN = "\N{EN DASH}"


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `stages` to the command line."""
    parser = subparsers.add_parser(
        "stages",
        help="a vLLM log: how long each stage took, and how it ended",
        description=(
            "Read the log of a vLLM start, as raw output or with Docker's timestamps in front (docker logs -t), and"
            " print its stages, its figures and how it ended. Stage times exist only where the log has timestamps."
        ),
    )
    parser.add_argument("file", metavar="FILE", help="the log; - reads standard input")
    parser.add_argument("--exit-code", type=int, metavar="N", help="the exit code, if the process has ended")
    parser.add_argument("--stop-requested", action="store_true", help="the end was asked for")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Read the log and print what it tells; how the start itself went is no failure of this command."""
    reading = LogReading()
    for piece in _pieces(_content(arguments.file)):
        reading = read(reading, piece)
    failure = diagnose(
        reading.evidence,
        exit_code=arguments.exit_code,
        stop_requested=arguments.stop_requested,
        timeline=reading.timeline,
    )
    how = outcome(reading.start, failure, stop_requested=arguments.stop_requested)
    if arguments.json:
        result = as_json(reading.timeline, how, failure)
        result["earlier"] = [_earlier_as_json(start) for start in reading.earlier]
        print(json.dumps(result, indent=2, ensure_ascii=False))
    else:
        print("\n".join(_as_text(reading, how, failure)))
    return 0


def _content(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except OSError as error:
        reason = (error.strerror or "it cannot be read").lower()
        raise ThorHudError(
            f"The log {file} cannot be read: {reason}.", next_step="Check the path of the log file."
        ) from error


def _pieces(data: bytes) -> Iterable[LogPiece]:
    return read_docker_timestamps(data.split(b"\n")) if has_docker_timestamps(data) else pieces_of(data)


def as_json(timeline: Timeline, how: str, failure: Failure | None) -> dict[str, object]:
    """Return what is printed of one start."""
    return {
        "outcome": how,
        "failure": None if failure is None else _failure_as_json(failure),
        "vllm_version": timeline.vllm_version,
        "model": timeline.model,
        "stages": [
            {
                "name": stage.name.value,
                "started_s": _rounded(stage.started_s),
                "ended_s": _rounded(stage.ended_s),
                "duration_s": _rounded(stage.duration_s),
            }
            for stage in timeline.stages
        ],
        "shards_total": timeline.model_shards_total,
        "weights_s": timeline.weights_s,
        "model_memory_gib": timeline.model_memory_gib,
        "compile_s": timeline.compile_s,
        "compile_cache": timeline.compile_cache,
        "graph_capture_s": timeline.graph_capture_s,
        "kv_cache_tokens": timeline.kv_cache_tokens,
    }


def _failure_as_json(failure: Failure) -> dict[str, object]:
    return {
        "kind": failure.kind,
        "headline": failure.headline,
        "explanation": failure.explanation,
        "evidence": failure.evidence,
        "next_step": failure.next_step,
        "last_lines": failure.last_lines,
    }


def _earlier_as_json(start: Start) -> dict[str, object]:
    how, failure = outcome_of_earlier(start)
    return as_json(start.timeline, how, failure)


def _rounded(seconds: float | None) -> float | None:
    """Cut what no clock measured: the sum or difference of two floats has digits of its own."""
    return None if seconds is None else round(seconds, 6)


def _as_text(reading: LogReading, how: str, failure: Failure | None) -> Iterable[str]:
    for number, start in enumerate(reading.earlier, 1):
        earlier_how, earlier_failure = outcome_of_earlier(start)
        yield f"Start {number} of {len(reading.earlier) + 1}"
        yield from _start_as_text(start.timeline, earlier_how, earlier_failure)
        yield ""
    yield from _start_as_text(reading.timeline, how, failure)


def _start_as_text(timeline: Timeline, how: str, failure: Failure | None) -> Iterable[str]:
    version = f"vLLM {timeline.vllm_version}" if timeline.vllm_version else "a vLLM of unknown version"
    yield f"{how.capitalize()}: {timeline.model or 'an unknown model'}, {version}"
    if failure is not None:
        yield from failure_lines(failure)
    yield ""
    yield f"{'stage':<12} {'began':>10} {'ended':>10} {'took':>10}"
    for stage in timeline.stages:
        took = _seconds(stage.duration_s)
        yield f"{stage.name.value:<12} {_seconds(stage.started_s):>10} {_seconds(stage.ended_s):>10} {took:>10}"
    yield ""
    for label, value in _figures(timeline):
        yield f"{label:<20} {NOT_KNOWN if value is None else value}"


def _figures(timeline: Timeline) -> Iterable[tuple[str, str | float | int | None]]:
    yield "weight files", timeline.model_shards_total
    yield "model memory, GiB", timeline.model_memory_gib
    yield "compile cache", timeline.compile_cache
    yield "torch.compile, s", timeline.compile_s
    yield "CUDA graphs, s", timeline.graph_capture_s
    yield "cache, tokens", timeline.kv_cache_tokens


def _seconds(value: float | None) -> str:
    return NOT_KNOWN if value is None else f"{value:.2f} s"
