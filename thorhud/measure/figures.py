"""The result of one prompt, from its answer and the server's own counters."""

from thorhud.domain.agreement import disagreement
from thorhud.domain.length_times import token_times
from thorhud.domain.timing import PromptError, PromptRequest, PromptResult, ServerFigures, prompt_tokens_per_s
from thorhud.measure.answer import Answer


def result_of(
    request: PromptRequest,
    answer: Answer | None,
    *,
    model: str,
    error: PromptError | None = None,
    server: ServerFigures | None = None,
    note: str | None = None,
) -> PromptResult:
    """Return all figures that there are; *note* says why the server's are missing."""
    if answer is None:
        return PromptResult(model=model, error=error)
    timing = answer.timing
    notes = (None if error else timing.no_rate_because, note, _lost_ids(request, answer))
    return PromptResult(
        model=model,
        ttft_s=timing.ttft_s,
        ttfa_s=timing.ttfa_s,
        tpot_s=timing.tpot_s,
        tokens_per_s=timing.tokens_per_s,
        total_s=timing.total_s,
        prompt_tokens=answer.prompt_tokens,
        completion_tokens=answer.completion_tokens,
        chunks=answer.chunks,
        finish_reason=answer.finish_reason,
        text=answer.text,
        reasoning=answer.reasoning,
        error=error,
        server=server,
        disagreement=_another_shape(request, answer) or disagreement(timing.tokens_per_s, server, ttft_s=timing.ttft_s),
        note=" ".join(each for each in notes if each) or None,
        prompt_tokens_per_s=prompt_tokens_per_s(timing.ttft_s, answer.prompt_tokens, server),
        itl_s=timing.itl_s,
        token_ids=answer.token_ids if _lost_ids(request, answer) is None else (),
        token_times=token_times(timing),
    )


def _another_shape(request: PromptRequest, answer: Answer) -> str | None:
    """Say so where the server counted another number of prompt tokens than was asked for."""
    if request.prompt_tokens is None or answer.prompt_tokens in {None, request.prompt_tokens}:
        return None
    return (
        f"The server counted {answer.prompt_tokens} prompt tokens where {request.prompt_tokens} were to be sent, "
        "so this run does not count."
    )


def _lost_ids(request: PromptRequest, answer: Answer) -> str | None:
    """Say so where token ids were asked for and did not all come; the one that ends a text need not be sent."""
    if not request.want_token_ids or not answer.token_ids or answer.completion_tokens is None:
        return None
    missing = answer.completion_tokens - len(answer.token_ids)
    if missing in {0, 1}:
        return None
    return f"{len(answer.token_ids)} token ids came for {answer.completion_tokens} tokens, so they are left out."
