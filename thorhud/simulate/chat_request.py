"""One chat completion as a client asks for it, checked and refused in vLLM's words."""

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from thorhud.simulate.answers import pieces
from thorhud.simulate.server_plan import ServerPlan

_TEMPLATE_TOKENS = 35
"""What the chat template adds to a short question, with the date and the default system text."""
_UNLIMITED = 100_000


class Refused(Exception):
    """The request is not carried out; answered with an error in vLLM's form."""

    def __init__(self, status: HTTPStatus, message: str, error_type: str) -> None:
        super().__init__(message)
        self.status = status
        self.error_type = error_type

    def to_json(self) -> dict[str, Any]:
        """Return the body of the answer."""
        return error_body(str(self), self.error_type, self.status.value)


def error_body(message: str, error_type: str, code: int) -> dict[str, Any]:
    """Return vLLM's form of an error."""
    return {"error": {"message": message, "type": error_type, "param": None, "code": code}}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatRequest:
    """What of a chat completion matters to a simulated server."""

    prompt: str
    """The last message."""
    prompt_tokens: int
    max_tokens: int
    temperature: float
    seed: int | None
    ignore_eos: bool
    stream: bool
    include_usage: bool
    continuous_usage: bool
    completion: bool = False
    """Asked for at `/v1/completions`, without a chat template."""
    names_token_ids: bool = False
    """Whether log probabilities are wanted, with ids for names."""


def read_chat(body: bytes, plan: ServerPlan, *, completion: bool = False) -> ChatRequest:
    """Return the request, or raise `Refused` as vLLM refuses it."""
    values = _values(body, "prompt" if completion else "messages")
    model = values.get("model", plan.model)
    if model != plan.model:
        raise Refused(HTTPStatus.NOT_FOUND, f"The model `{model}` does not exist.", "NotFoundError")
    options = values.get("stream_options") or {}
    stream = bool(values.get("stream"))
    if options and not stream:
        raise _invalid("value_error", (), "Value error, Stream options can only be defined when `stream=True`.")
    prompt, prompt_tokens = _completion_prompt(values["prompt"]) if completion else _chat_prompt(values)
    return ChatRequest(
        prompt=prompt,
        prompt_tokens=prompt_tokens,
        max_tokens=_max_tokens(values, prompt_tokens, plan.max_model_len),
        temperature=_temperature(values),
        seed=values.get("seed"),
        ignore_eos=bool(values.get("ignore_eos")),
        stream=stream,
        include_usage=bool(options.get("include_usage")),
        continuous_usage=bool(options.get("include_usage") and options.get("continuous_usage_stats")),
        completion=completion,
        names_token_ids=values.get("logprobs") not in {None, False} and bool(values.get("return_tokens_as_token_ids")),
    )


def _chat_prompt(values: dict[str, Any]) -> tuple[str, int]:
    """Return the last message and how many tokens all of them are."""
    texts = _texts(values)
    return texts[-1] if texts else "", _TEMPLATE_TOKENS + sum(len(pieces(text)) for text in texts)


def _completion_prompt(prompt: object) -> tuple[str, int]:
    """Return a prompt and its tokens: a text, with the one that begins it, or the tokens themselves."""
    if isinstance(prompt, list):
        return "", len(prompt)
    return str(prompt), 1 + len(pieces(str(prompt)))


def _values(body: bytes, needed: str) -> dict[str, Any]:
    try:
        values = json.loads(body)
    except ValueError:
        raise _invalid("json_invalid", ("body", 0), "JSON decode error") from None
    if not isinstance(values, dict):
        raise _invalid("model_attributes_type", ("body",), "Input should be a valid dictionary")
    if not isinstance(values.get(needed), list if needed == "messages" else str | list):
        raise _invalid("missing", ("body", needed), "Field required")
    return values


def _texts(values: dict[str, Any]) -> list[str]:
    """Return the text of each message; a list of parts is joined."""
    texts = []
    for message in values["messages"]:
        content = message.get("content") if isinstance(message, dict) else None
        if isinstance(content, list):
            content = "".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
        texts.append(str(content or ""))
    return texts


def _max_tokens(values: dict[str, Any], prompt_tokens: int, max_model_len: int) -> int:
    if prompt_tokens >= max_model_len:
        raise _bad(
            f"This model's maximum context length is {max_model_len} tokens. However, your request has {prompt_tokens} "
            "input tokens. Please reduce the length of the input messages. None"
        )
    room = max_model_len - prompt_tokens
    asked = values.get("max_completion_tokens", values.get("max_tokens"))
    if asked is None:
        return min(room, _UNLIMITED)
    if asked < 1:
        raise _bad(f"max_tokens must be at least 1, got {asked}.")
    if asked > room:
        raise _bad(
            f"'max_tokens' or 'max_completion_tokens' is too large: {asked}. This model's maximum context length is "
            f"{max_model_len} tokens and your request has {prompt_tokens} input tokens ({asked} > {max_model_len} - "
            f"{prompt_tokens}). None"
        )
    return int(asked)


def _temperature(values: dict[str, Any]) -> float:
    temperature = float(1.0 if values.get("temperature") is None else values["temperature"])
    if temperature < 0:
        raise _bad(f"temperature must be non-negative, got {temperature}.")
    return temperature


def _bad(message: str) -> Refused:
    return Refused(HTTPStatus.BAD_REQUEST, message, "BadRequestError")


def _invalid(kind: str, place: tuple[str | int, ...], message: str) -> Refused:
    text = f"1 validation error:\n  {{'type': '{kind}', 'loc': {place}, 'msg': '{message}'}}"
    return Refused(HTTPStatus.BAD_REQUEST, text, "Bad Request")
