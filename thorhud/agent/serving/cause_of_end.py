"""Why a launch ended, as far as its log and its exit code tell, or why it did not begin."""

import re
from dataclasses import replace

from thorhud.domain.errors import EngineError
from thorhud.domain.failures import Failure, diagnose, failure_of
from thorhud.domain.log_reading import LogReading
from thorhud.domain.messages import LaunchRecord

GONE = Failure(
    kind="container-gone",
    headline="Somebody removed the container",
    explanation="It is not on this unit any more, and with it went its exit code and the end of its log.",
    next_step="Start the model again.",
)


_SHELL_WORDS = {
    "Killed": 137,
    "Segmentation fault": 139,
    "Aborted": 134,
    "Bus error": 135,
    "Illegal instruction": 132,
    "Terminated": 143,
}
_SHELL = re.compile(
    r"(?:\S*sh: line \d+: +\d+ |\[\d+\]\+? +)?"
    r"(?:Killed|Segmentation fault|Aborted|Bus error|Illegal instruction|Terminated)(?: \(core dumped\))?(?: .*)?"
)
"""How bash and its like say it, alone or with the command behind."""


def cause_of_end(
    reading: LogReading, launch: LaunchRecord, *, exit_code: int | None, ready_seen: bool
) -> Failure | None:
    """Return the cause, or None where the end was asked for; *exit_code* is None for a container that is gone."""
    if launch.stop_requested or (launch.started_outside and exit_code == 0):
        return None
    if exit_code is None:
        return GONE
    return diagnose(
        reading.evidence,
        exit_code=exit_code,
        stop_requested=False,
        timeline=reading.timeline,
        ready_seen=ready_seen or launch.ready_after_s is not None,
    )


def cause_of_typed_end(reading: LogReading, launch: LaunchRecord) -> Failure | None:
    """Return why a server ended that somebody had typed into a shell, or None where Ctrl+C did it.

    Nobody but that shell knows the exit code; it says in a word what killed the server, and its log says the rest.
    """
    evidence = reading.evidence
    if launch.stop_requested or evidence.interrupted:
        return None
    exit_code = next((code for line in evidence.last_lines[-5:] if (code := _told_by_shell(line))), 1)
    failure = diagnose(evidence, exit_code=exit_code, stop_requested=False, timeline=reading.timeline)
    return None if failure is not None and failure.kind == "stopped-outside" else failure


def _told_by_shell(line: str) -> int | None:
    """Return the exit code that a shell puts into words when the program in front of it was killed."""
    words = line.strip()
    return next((code for start, code in _SHELL_WORDS.items() if _SHELL.fullmatch(words) and start in words), None)


def cause_of_refusal(error: EngineError) -> Failure:
    """Return why Docker did not start a container: the words of its kind, and below them those of the error."""
    known = failure_of(error.kind or "docker-error", evidence=str(error))
    return replace(known, explanation=str(error), next_step=error.next_step or known.next_step)
