"""Which configuration a server from outside has: by its model and what its arguments mean, not how they are typed."""

import json
from collections.abc import Iterator, Sequence
from typing import Final

from thorhud.domain.workshop import Configuration, Workshop

_NO_MATTER: Final = frozenset(
    {"--host", "--port", "--uvicorn-log-level", "--disable-log-requests", "--disable-log-stats", "--api-key"}
)
"""Where it listens and what it prints: the model is served the same."""


def like_configuration(workshop: Workshop, arguments: Sequence[str]) -> Configuration | None:
    """Return the configuration that `vllm serve` with these *arguments* amounts to; None where it is one of its own."""
    if not arguments:
        return None
    wanted = _meaning(arguments)
    return next((each for each in workshop.configurations if _meaning(each.serve_arguments) == wanted), None)


def _meaning(arguments: Sequence[str]) -> tuple[str, dict[str, str]]:
    model, *rest = arguments
    return model, {name: value for name, value in _flags(rest) if name not in _NO_MATTER}


def _flags(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield each flag with its value, "" where it has none; dashes and underscores are alike."""
    name = ""
    for word in words:
        if word.startswith("--"):
            if name:
                yield name, ""
            typed, equals, value = word.partition("=")
            name = typed.replace("_", "-")
            if equals:
                yield name, _value(value)
                name = ""
        elif name:
            yield name, _value(word)
            name = ""
    if name:
        yield name, ""


def _value(text: str) -> str:
    """Return a value as vLLM understands it: JSON without its white space and in one order."""
    try:
        return json.dumps(json.loads(text), sort_keys=True)
    except (ValueError, RecursionError):
        return text
