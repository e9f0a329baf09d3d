"""What went wrong between us and the server, each one sentence and a next step."""

import json
import re

from thorhud.domain.sse import ServerFault, read_fault
from thorhud.domain.timing import PromptError

LONGEST_QUOTE = 200
HARMONY = re.compile(r"tiktoken|harmony|vocab file", re.IGNORECASE)
TOO_LONG = re.compile(r"maximum context length|max_model_len", re.IGNORECASE)
LOOK_AT_THE_LOG = "Look at the end of the log; if the server has ended, start the configuration again."


class PromptFailed(Exception):
    """The answer did not come or did not end well."""

    def __init__(self, error: PromptError) -> None:
        super().__init__(error.headline)
        self.error = error


def plain_text(text: str, limit: int = LONGEST_QUOTE) -> str:
    """Make a server's words fit to show: one line, control characters visible, not longer than *limit*."""
    line = " ".join(text.split())
    shown = "".join(each if each.isprintable() else f"\\x{ord(each):02x}" for each in line)
    return shown if len(shown) <= limit else shown[: limit - 1].rstrip() + "…"


def not_an_address(base_url: str) -> PromptError:
    """Tell of a base URL that is none."""
    return PromptError(
        kind="unreachable",
        headline=f"{plain_text(base_url)} is not the address of a server.",
        next_step="An address looks like http://127.0.0.1:8000.",
    )


def unreachable(base_url: str, reason: str) -> PromptError:
    """Tell that nobody is there."""
    return PromptError(
        kind="unreachable",
        headline=f"Nobody answers at {plain_text(base_url)}: {plain_text(reason)}.",
        next_step="Start a configuration and wait until it is ready, or check the address.",
    )


def http_error(status: int, body: bytes, *, model: str | None) -> PromptError:
    """Tell what the server said instead of an answer."""
    said = _message(body)
    if HARMONY.search(said):
        return _harmony(said)
    quoted = f": {plain_text(said)}" if said else "."
    if status == 503:
        return PromptError(
            kind="refused",
            headline=f"The server is not ready (503){quoted}",
            next_step="Wait until it is ready. If it was ready before, its engine has died: start it again.",
        )
    return PromptError(
        kind="http", headline=f"The server refused with {status}{quoted}", next_step=_next_step(status, said, model)
    )


def _next_step(status: int, said: str, model: str | None) -> str:
    if status == 404 and model is not None:
        return f"Ask for a model that the server serves instead of {plain_text(model)}: GET /v1/models lists them."
    if status == 400 and TOO_LONG.search(said):
        return "Send a shorter prompt or ask for fewer tokens, or start the server with a larger --max-model-len."
    if status >= 500:
        return LOOK_AT_THE_LOG
    return "Correct the request; the server's own words say what it did not like."


def _message(body: bytes) -> str:
    text = body.decode("utf-8", errors="replace")
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):
        return "" if text.lstrip().startswith("<") else text
    fault = read_fault(fields) if isinstance(fields, dict) else None
    return text if fault is None else fault.message


def _harmony(said: str) -> PromptError:
    return PromptError(
        kind="harmony",
        headline=f"The server cannot load the GPT-OSS encodings: {plain_text(said)}",
        next_step="Put o200k_base.tiktoken and cl100k_base.tiktoken into the encodings folder and start it again.",
    )


def mid_stream(fault: ServerFault) -> PromptError:
    """Tell of an error inside a stream whose HTTP status was 200."""
    if HARMONY.search(fault.message):
        return _harmony(fault.message)
    return PromptError(
        kind="mid-stream",
        headline=f"The server broke off with an error: {plain_text(fault.message)}",
        next_step=LOOK_AT_THE_LOG,
    )


def aborted() -> PromptError:
    """Tell of a connection that ended before the answer did."""
    return PromptError(
        kind="aborted",
        headline="The connection ended before the answer did.",
        next_step=LOOK_AT_THE_LOG,
    )


def silent(limit_s: float) -> PromptError:
    """Tell of a stream that hangs."""
    return PromptError(
        kind="silent",
        headline=f"The server sent nothing for {limit_s:g} s, so the request was given up.",
        next_step="Stop the server and start it again; a server that is being stopped leaves its streams hanging.",
    )


def unreadable(why: str) -> PromptError:
    """Tell of an answer that is not what a server of the OpenAI API sends."""
    return PromptError(
        kind="unreadable",
        headline=f"The server's answer cannot be read: {plain_text(why)}.",
        next_step="Check that the address is that of vLLM's API and not of another program.",
    )


def no_such_shape(tokens: int, nearest: int) -> PromptError:
    """Tell that no prompt of exactly so many tokens was found."""
    return PromptError(
        kind="http",
        headline=f"No prompt of exactly {tokens} tokens was found: the nearest has {nearest}.",
        next_step="Serve the model with a vLLM that has /tokenize, or take another length.",
    )


def cancelled() -> PromptError:
    """Tell that somebody stopped it."""
    return PromptError(kind="cancelled", headline="The prompt was stopped before its answer was complete.")


def child_ended(exit_code: int | None) -> PromptError:
    """Tell that the measuring process itself died."""
    how = f"was ended by signal {-exit_code}" if exit_code is not None and exit_code < 0 else f"ended ({exit_code})"
    return PromptError(
        kind="measuring",
        headline=f"The process that measures the answer {how} before it had a result.",
        next_step="Send the prompt again; if it happens twice, look for what ended it, for example too little memory.",
    )
