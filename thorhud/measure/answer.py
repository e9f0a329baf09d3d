"""What of an answer has come so far."""

from bisect import bisect_right

from thorhud.domain.sse import ChatChunk
from thorhud.domain.timing import Arrival, PromptProgress, RequestTiming

RECENT_S = 1.0


class Answer:
    """Collects the chunks of one answer with the moments at which they came."""

    def __init__(self, sent_s: float) -> None:
        self._sent_s = sent_s
        self._arrivals: list[Arrival] = []
        self._content: list[str] = []
        self._reasoning: list[str] = []
        self._token_ids: list[int] = []
        self._told = 0
        self.chunks = 0
        """Events that brought text."""
        self.finish_reason: str | None = None
        self.prompt_tokens: int | None = None
        self.completion_tokens: int | None = None

    def add(self, chunk: ChatChunk, at_s: float) -> None:
        """Take in one chunk; the one with nothing but the role changes nothing."""
        counts_as_it_goes = chunk.usage is not None and (chunk.has_choice or self._counted_before())
        if chunk.has_text or chunk.finish_reason or (counts_as_it_goes and self._grew(chunk)):
            self._arrivals.append(
                Arrival(
                    at_s=at_s,
                    tokens_so_far=chunk.usage.completion_tokens if chunk.usage else None,
                    answer=bool(chunk.content),
                    reasoning=bool(chunk.reasoning),
                    tool_call=chunk.tool_call,
                )
            )
        if chunk.has_text:
            self.chunks += 1
            self._content.append(chunk.content)
            self._reasoning.append(chunk.reasoning)
        if chunk.token_ids:
            self._token_ids.extend(chunk.token_ids)
        self.finish_reason = chunk.finish_reason or self.finish_reason
        if chunk.usage is not None:
            self.prompt_tokens = chunk.usage.prompt_tokens
            self.completion_tokens = max(chunk.usage.completion_tokens, self.completion_tokens or 0)

    def _counted_before(self) -> bool:
        return bool(self._arrivals) and self._arrivals[-1].tokens_so_far is not None

    def _grew(self, chunk: ChatChunk) -> bool:
        return chunk.usage is not None and chunk.usage.completion_tokens > (self.completion_tokens or 0)

    @property
    def text(self) -> str:
        """The answer proper."""
        return "".join(self._content)

    @property
    def reasoning(self) -> str | None:
        """What the model thought before; None where it sent nothing of the kind."""
        return "".join(self._reasoning) or None

    @property
    def token_ids(self) -> tuple[int, ...]:
        """The ids that came with the chunks, where they were asked for."""
        return tuple(self._token_ids)

    @property
    def timing(self) -> RequestTiming:
        """The arrivals so far."""
        return RequestTiming(
            sent_s=self._sent_s, arrivals=tuple(self._arrivals), completion_tokens=self.completion_tokens
        )

    @property
    def has_news(self) -> bool:
        """Whether text came that `progress` has not told yet."""
        return self._told < len(self._content)

    def progress(self, now_s: float) -> PromptProgress:
        """Return where it stands at *now_s*, with the text that was not told before."""
        told, timing = len(self._content), self.timing
        text, reasoning = self._content[self._told :], self._reasoning[self._told :]
        self._told = told
        return PromptProgress(
            elapsed_s=now_s - self._sent_s,
            ttft_s=timing.ttft_s,
            completion_tokens=self.completion_tokens or 0,
            tokens_per_s_now=self._recent_tokens_per_s(now_s),
            tokens_per_s=timing.tokens_per_s,
            text="".join(text),
            reasoning="".join(reasoning),
        )

    def _recent_tokens_per_s(self, now_s: float) -> float | None:
        """Return the speed of the last second; None before there is a second of it, or where tokens are not counted."""
        recent = bisect_right(self._arrivals, now_s - RECENT_S, key=lambda each: each.at_s)
        if not recent or self._arrivals[recent - 1].tokens_so_far is None:
            return None
        then = self._arrivals[recent - 1]
        return ((self.completion_tokens or 0) - (then.tokens_so_far or 0)) / (now_s - then.at_s)
