"""One answer of a simulated model: its tokens, its timing, and the JSON that vLLM 0.10 wraps them in."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from thorhud.simulate.answers import answer_pieces, reasoning_pieces
from thorhud.simulate.chat_request import ChatRequest
from thorhud.simulate.pace import Step, decode_steps, ttft_s
from thorhud.simulate.server_plan import ServerPlan
from thorhud.simulate.token_ids import token_id

_CHUNK = "chat.completion.chunk"
REASONING, CONTENT = "reasoning_content", "content"


@dataclass(frozen=True, slots=True)
class Token:
    """One token: the field of the delta it belongs to, and its text; the one that ends an answer has none."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """What one engine step brings: when, in seconds since the request, which tokens, and how many there were before."""

    at_s: float
    tokens: Sequence[Token]
    tokens_so_far: int


class ChatAnswer:
    """The answer to one request, wholly known before its first token is sent."""

    def __init__(self, plan: ServerPlan, request: ChatRequest, *, number: int) -> None:
        self.id = f"{'cmpl' if request.completion else 'chatcmpl'}-{number:032x}"
        self.ttft_s = ttft_s(plan, request.prompt_tokens, request=number)
        self._model = plan.model
        self._request = request
        self._created = int(time.time())
        self.tokens, self.finish_reason = _tokens(plan, request, number)
        self._steps = decode_steps(plan, len(self.tokens), request=number)

    @property
    def steps(self) -> Sequence[Step]:
        """Return when how many tokens come, since the first one."""
        return self._steps

    def chunks(self) -> Iterator[Chunk]:
        """Yield what comes when; the last one has the end."""
        came = 0
        for step in self._steps:
            tokens = self.tokens[came : came + step.tokens]
            came += step.tokens
            yield Chunk(self.ttft_s + step.at_s, tokens, came)

    def role_json(self) -> dict[str, Any] | None:
        """Return the chunk that opens a stream; a completion has none."""
        return None if self._request.completion else self._chunk_json({"role": "assistant", "content": ""}, None, 0)

    def chunk_json(self, chunk: Chunk) -> dict[str, Any]:
        """Return one chunk of a stream; the last one says why the answer ends."""
        last = chunk.tokens_so_far == len(self.tokens)
        reason = self.finish_reason if last else None
        return self._chunk_json(_joined(chunk.tokens), reason, chunk.tokens_so_far, chunk.tokens)

    def usage_json(self) -> dict[str, Any]:
        """Return the chunk without choices that carries the usage of the whole answer."""
        return self._frame() | {"choices": [], "usage": self._usage(len(self.tokens))}

    def whole_json(self) -> dict[str, Any]:
        """Return the answer to a request that did not ask for a stream."""
        text = _joined(self.tokens)
        message: dict[str, Any] = {
            "role": "assistant",
            "content": text.get(CONTENT),
            "refusal": None,
            "annotations": None,
            "audio": None,
            "function_call": None,
            "tool_calls": [],
            REASONING: text.get(REASONING),
        }
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": self.finish_reason}
        if self._request.completion:
            choice = {"index": 0, "text": text.get(CONTENT, ""), "logprobs": None, "finish_reason": self.finish_reason}
        usage = self._usage(len(self.tokens)) | {"prompt_tokens_details": None}
        return self._frame("text_completion" if self._request.completion else "chat.completion") | {
            "choices": [choice | {"stop_reason": None}],
            "service_tier": None,
            "system_fingerprint": None,
            "usage": usage,
            "prompt_logprobs": None,
            "kv_transfer_params": None,
        }

    def _chunk_json(
        self, delta: dict[str, str], finish_reason: str | None, tokens: int, brought: Sequence[Token] = ()
    ) -> dict[str, Any]:
        named = [f"token_id:{token_id(each.text)}" for each in brought] if self._request.names_token_ids else []
        if self._request.completion:
            logprobs: object = {"tokens": named, "token_logprobs": [-0.1] * len(named)} if named else None
            choice: dict[str, Any] = {"index": 0, "text": delta.get(CONTENT, ""), "logprobs": logprobs}
        else:
            logprobs = {"content": [{"token": each, "logprob": -0.1} for each in named]} if named else None
            choice = {"index": 0, "delta": delta, "logprobs": logprobs}
        choice["finish_reason"] = finish_reason
        if finish_reason is not None:
            choice["stop_reason"] = None
        value = self._frame("text_completion" if self._request.completion else _CHUNK) | {"choices": [choice]}
        return value | {"usage": self._usage(tokens)} if self._request.continuous_usage else value

    def _frame(self, kind: str = _CHUNK) -> dict[str, Any]:
        return {"id": self.id, "object": kind, "created": self._created, "model": self._model}

    def _usage(self, tokens: int) -> dict[str, Any]:
        prompt = self._request.prompt_tokens
        return {"prompt_tokens": prompt, "total_tokens": prompt + tokens, "completion_tokens": tokens}


def _tokens(plan: ServerPlan, request: ChatRequest, number: int) -> tuple[list[Token], str]:
    """Return the tokens of an answer and why it ends: the model's own end is a token too, one without text.

    What comes without a chat template is text from its first token on: nothing there tells thoughts apart.
    """
    variant = 0 if request.temperature == 0 else (request.seed if request.seed is not None else number)
    said = answer_pieces(
        request.prompt,
        model=plan.model,
        memory_gib=plan.model_memory_gib,
        variant=variant,
        max_tokens=request.max_tokens,
        ignore_eos=request.ignore_eos,
    )
    thought = reasoning_pieces() if plan.reasoning and not request.completion else []
    tokens = [Token(REASONING, text) for text in thought] + [Token(CONTENT, text) for text in said]
    if len(tokens) < request.max_tokens:
        return [*tokens, Token(CONTENT, "")], "stop"
    return tokens[: request.max_tokens], "length"


def _joined(tokens: Sequence[Token]) -> dict[str, str]:
    texts: dict[str, str] = {}
    for token in tokens:
        texts[token.field] = texts.get(token.field, "") + token.text
    return texts
