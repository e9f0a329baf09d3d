"""Whether what was measured here agrees with what the server counted itself, and what may have come between."""

from thorhud.domain.timing import ServerFigures

AGREEMENT = 0.10
TTFT_FLOOR_S = 0.025
"""What HTTP, the chat template and the tokenizer take before the server's own clock starts, on a busy unit as well."""
FASTER_HERE = "chunks were held up on their way and then came together"
SLOWER_HERE = "chunks came later than they were made, because the server's API process or this machine was busy"
LATER_HERE = "the prompt or its first token waited outside the engine: its API process or this machine was busy"
EARLIER_HERE = "the server's clock started before the prompt was sent, or it counted another request"


def disagreement(
    tokens_per_s: float | None, server: ServerFigures | None, *, ttft_s: float | None = None
) -> str | None:
    """Return a sentence with both figures and a reason where client and server differ by over 10 %, else None.

    The time to first token has to differ by 25 ms as well.
    """
    if server is None:
        return None
    return _speeds_differ(tokens_per_s, server.tokens_per_s) or _first_tokens_differ(ttft_s, server.ttft_s)


def _speeds_differ(here: float | None, there: float | None) -> str | None:
    if here is None or there is None or not _apart(here, there):
        return None
    reason = FASTER_HERE if here > there else SLOWER_HERE
    return (
        f"Measured here: {here:.1f} tok/s; counted by the server: {there:.1f} tok/s. "
        f"They differ by more than 10 % ({reason}), so this run does not count."
    )


def _first_tokens_differ(here: float | None, there: float | None) -> str | None:
    if here is None or there is None or not _apart(here, there) or abs(here - there) <= TTFT_FLOOR_S:
        return None
    reason = LATER_HERE if here > there else EARLIER_HERE
    return (
        f"First token after {here:.3f} s here; after {there:.3f} s by the server's clock. "
        f"They differ by more than 10 % ({reason}), so this run does not count."
    )


def _apart(here: float, there: float) -> bool:
    return abs(here - there) > AGREEMENT * there
