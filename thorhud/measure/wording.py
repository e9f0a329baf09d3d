"""What is sent for a prompt: a chat, or exactly so many prompt tokens without a chat template."""

import json
import re
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Any

from thorhud.domain.timing import PromptRequest
from thorhud.measure import words
from thorhud.measure.connection import Connection
from thorhud.measure.words import PromptFailed

VERSION = re.compile(r"(\d+)\.(\d+)(?:\.(\d+))?")
NAMES_TOKEN_IDS = (0, 10, 2)
"""From this vLLM on `return_token_ids` exists; before it, ids could only be had as names in log probabilities."""
TRIES = 8


@dataclass(frozen=True, slots=True)
class Wording:
    """The path and the body of a request; a fixed shape has its prompt apart, so that each request can differ."""

    path: str
    body: dict[str, Any]
    start: tuple[int, ...] = ()
    """What the tokenizer puts in front of every text."""
    tokens: tuple[int, ...] = ()

    def numbered(self, number: int) -> dict[str, Any]:
        """Return the body of one of many: a fixed shape then begins with tokens that no other number begins with.

        Else the prefix cache would hold the second of two equal prompts, and nothing of it would be computed.
        """
        if not self.tokens:
            return self.body
        vocabulary = sorted(set(self.tokens))
        leading: list[int] = []
        while len(vocabulary) > 1 and number:
            number, place = divmod(number, len(vocabulary))
            leading.append(vocabulary[place])
        return self.body | {"prompt": [*self.start, *leading, *self.tokens][: len(self.start) + len(self.tokens)]}


def wording_of(request: PromptRequest, model: str, connection: Connection) -> Wording:
    """Return what to send; a fixed shape and token ids need to know something of the server first."""
    body: dict[str, Any] = {
        "model": model,
        "max_tokens": request.max_tokens,
        "stream": True,
        "stream_options": {"include_usage": True, "continuous_usage_stats": True},
    }
    fixed = request.prompt_tokens is not None
    optional = {
        "temperature": request.temperature,
        "seed": request.seed,
        "ignore_eos": True if fixed or request.ignore_eos else None,
    }
    body |= {name: value for name, value in optional.items() if value is not None}
    if request.want_token_ids:
        body |= _asking_for_ids(connection, chat=not fixed)
    if request.prompt_tokens is None:
        return Wording("/v1/chat/completions", body | {"messages": [{"role": "user", "content": request.text}]})
    return _of_shape(request.text, request.prompt_tokens, body, connection)


def _asking_for_ids(connection: Connection, *, chat: bool) -> dict[str, Any]:
    said = VERSION.search(connection.get("/version").body.decode("utf-8", errors="replace"))
    if said is None or tuple(int(each or 0) for each in said.groups()) >= NAMES_TOKEN_IDS:
        return {"return_token_ids": True}
    return {"logprobs": True if chat else 1, "return_tokens_as_token_ids": True}


def _of_shape(text: str, tokens: int, body: dict[str, Any], connection: Connection) -> Wording:
    """Repeat the tokens of *text*; where the server shows no tokens, cut its words until their number is right."""
    path = "/v1/completions"
    start = _tokenized(connection, body["model"], text, special=True)
    plain = _tokenized(connection, body["model"], text, special=False)
    if not start or not plain:
        return Wording(path, body | {"prompt": _text_of_length(text, tokens, body["model"], connection)})
    before = tuple(start[: len(start) - len(plain)] if start[-len(plain) :] == plain else ())[:tokens]
    repeated = tuple(islice(cycle(plain), tokens - len(before)))
    return Wording(path, body | {"prompt": [*before, *repeated]}, before, repeated)


def _tokenized(connection: Connection, model: str, text: str, *, special: bool) -> list[int]:
    """Return the server's tokens of *text*; none where it does not offer that."""
    reply = connection.post("/tokenize", {"model": model, "prompt": text, "add_special_tokens": special})
    fields = _json_object(reply.body) if reply.status == 200 else {}
    listed = fields.get("tokens")
    return [each for each in listed if isinstance(each, int)] if isinstance(listed, list) else []


def _text_of_length(text: str, tokens: int, model: str, connection: Connection) -> str:
    """Return a text that the server counts as exactly so many tokens, found by asking for one token of an answer."""
    source = text.split() or ["robot"]
    low, high, words_sent = 0, 2 * tokens, max(1, tokens // 2)
    counted = 0
    for _ in range(TRIES + tokens.bit_length()):
        prompt = " ".join(islice(cycle(source), words_sent))
        counted = _counted(connection, model, prompt)
        if counted == tokens:
            return prompt
        low, high = (words_sent, high) if counted < tokens else (low, words_sent)
        if high - low <= 1:
            break
        words_sent = (low + high) // 2
    raise PromptFailed(words.no_such_shape(tokens, counted))


def _counted(connection: Connection, model: str, prompt: str) -> int:
    reply = connection.post("/v1/completions", {"model": model, "prompt": prompt, "max_tokens": 1})
    if reply.status != 200:
        raise PromptFailed(words.http_error(reply.status, reply.body, model=model))
    match _json_object(reply.body):
        case {"usage": {"prompt_tokens": int(counted)}}:
            return counted
    raise PromptFailed(words.unreadable("it does not count the tokens of a prompt"))


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return fields if isinstance(fields, dict) else {}
