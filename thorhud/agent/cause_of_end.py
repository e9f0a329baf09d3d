"""Why a launch ended, as far as its log and its exit code tell, or why it did not begin."""

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


def cause_of_refusal(error: EngineError) -> Failure:
    """Return why Docker did not start a container: the words of its kind, and below them those of the error."""
    known = failure_of(error.kind or "docker-error", evidence=str(error))
    return replace(known, explanation=str(error), next_step=error.next_step or known.next_step)
