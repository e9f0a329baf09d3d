"""What a person is told about one cause of a failure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """The words for one kind; ``{names}`` are filled with what the log line says."""

    headline: str
    explanation: str
    next_step: str
    explanation_with_figures: str | None = None
    """Used instead where the line carries every figure it names."""
    seen_by: str = ""
    """Where no log line tells it: what does, in words; empty where log lines do."""
