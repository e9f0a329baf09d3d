"""`thorhud prompt`: one streamed answer of a server, with its figures."""

import argparse
import asyncio
import json
import math
from dataclasses import asdict
from typing import Any

from thorhud.cli.main import say
from thorhud.domain.errors import ThorHudError
from thorhud.domain.ports import PromptRunner
from thorhud.domain.state import ServingPhase
from thorhud.domain.timing import PromptProgress, PromptRequest, PromptResult
from thorhud.domain.workshop import Workshop
from thorhud.measure import words
from thorhud.measure.runner import AnswerSoFar, ChildPromptRunner

DEFAULT_BASE_URL = "http://127.0.0.1:8000"
NOT_MEASURED = "\N{EN DASH}"
DOCUMENT_MAX_TOKENS, DOCUMENT_TEMPERATURE = 256, 0.7
"""The sampling of the workshop document, for a workshop that names no prompt of its own."""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the arguments of `thorhud prompt`."""
    parser = subparsers.add_parser(
        "prompt",
        help="one streamed answer with its time to first token and tokens per second",
        description="Send one prompt to a server of the OpenAI API, show its answer as it comes and measure it. "
        "Tokens are those the server counts; the speed leaves the first token out.",
    )
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--base-url", default=DEFAULT_BASE_URL, metavar="URL", help="default: %(default)s")
    where.add_argument("--simulate", action="store_true", help="the server of the simulated unit")
    parser.add_argument(
        "--prompt", metavar="NAME|TEXT", help="a prompt of the workshop or a text (default: the reference prompt)"
    )
    parser.add_argument("--max-tokens", type=positive_number, metavar="N", help="default: that of the prompt")
    parser.add_argument("--temperature", type=sampling_temperature, metavar="T", help="default: that of the prompt")
    parser.add_argument("--seed", type=int, metavar="N", help="the same seed gives the same answer where it can")
    parser.add_argument("--model", metavar="ID", help="default: the first that the server names")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON and nothing else")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Send the prompt; 0 where the answer came to its end, 1 where it did not."""
    from thorhud.settings.workshop_file import load_workshop  # noqa: PLC0415 - `--help` needs no workshop

    if arguments.simulate:
        arguments.base_url = asyncio.run(_simulated_server())
    request = request_of(arguments, load_workshop())
    listener = _Listener(request, shows=not arguments.json)
    try:
        result = asyncio.run(listener.listen(ChildPromptRunner()))
    except KeyboardInterrupt:
        result = listener.so_far.ended(words.cancelled())
    listener.close()
    if arguments.json:
        print(json.dumps(as_json(result), ensure_ascii=False))
    elif result.chunks or result.text:
        print(in_words(result))
    if result.error is None:
        return 0
    return 1 if arguments.json else say(result.error.headline, result.error.next_step)


async def _simulated_server() -> str:
    """Return where the simulated unit serves; raise a `ThorHudError` where it does not."""
    from thorhud.cli.conversation import conversation  # noqa: PLC0415 - only a unit needs the links
    from thorhud.links.start_agent import AgentOptions  # noqa: PLC0415

    async with conversation(AgentOptions(simulated=True, who="terminal")) as talk:
        await talk.known_weights()
        serving = talk.state.serving
    if serving.phase is not ServingPhase.READY or serving.base_url is None:
        next_step = "Start one: thorhud launch ID --simulate"
        raise ThorHudError("No model is ready on the simulated unit.", next_step=next_step)
    return serving.base_url


def request_of(arguments: argparse.Namespace, workshop: Workshop) -> PromptRequest:
    """Return what to send: a prompt of the workshop with its sampling, or a text with that of the reference prompt."""
    reference = workshop.prompt(workshop.short_prompt)
    named = reference if arguments.prompt is None else workshop.prompt(arguments.prompt)
    sampling = named or reference
    max_tokens = DOCUMENT_MAX_TOKENS if sampling is None else sampling.max_tokens
    temperature = DOCUMENT_TEMPERATURE if sampling is None else sampling.temperature
    return PromptRequest(
        base_url=arguments.base_url,
        text=named.text if named is not None else arguments.prompt or "",
        max_tokens=arguments.max_tokens or max_tokens,
        temperature=temperature if arguments.temperature is None else arguments.temperature,
        seed=arguments.seed,
        model=arguments.model,
        prompt_name=named.name if named is not None else None,
    )


class _Listener:
    """Follows one answer and, where a person looks, shows its text as it comes."""

    def __init__(self, request: PromptRequest, *, shows: bool) -> None:
        self._request = request
        self._shows = shows
        self._reasoning = False
        self._in_a_line = False
        self.so_far = AnswerSoFar(request)

    async def listen(self, runner: PromptRunner) -> PromptResult:
        async for message in runner.run(self._request):
            if isinstance(message, PromptResult):
                return message
            self.so_far.add(message)
            if self._shows:
                self._show(message)
        return self.so_far.ended(words.child_ended(None))

    def _show(self, progress: PromptProgress) -> None:
        if progress.reasoning:
            self._say("" if self._reasoning else "[reasoning] ", progress.reasoning)
            self._reasoning = True
        if progress.text:
            self._say("\n[answer] " if self._reasoning else "", progress.text)
            self._reasoning = False

    def _say(self, heading: str, text: str) -> None:
        print(heading + for_a_terminal(text), end="", flush=True)
        self._in_a_line = True

    def close(self) -> None:
        """End the line in which the answer stands."""
        if self._in_a_line:
            print()


def for_a_terminal(text: str) -> str:
    """Show control characters of a model instead of letting them act on the terminal."""
    return "".join(each if each.isprintable() or each in "\n\t" else f"\\x{ord(each):02x}" for each in text)


def as_json(result: PromptResult) -> dict[str, Any]:
    """Return the figures in the order and under the names that scripts may count on."""
    fields = asdict(result)
    first = (
        *("model", "ttft_s", "ttfa_s", "tpot_s", "tokens_per_s", "prompt_tokens", "completion_tokens"),
        *("chunks", "finish_reason", "text", "reasoning", "error"),
    )
    return {name: fields[name] for name in first} | {name: fields[name] for name in fields if name not in first}


def in_words(result: PromptResult) -> str:
    """Return the line of figures under an answer, and what there is to say about them."""
    speed = None if result.tokens_per_s is None else f"{result.tokens_per_s:.1f} tok/s"
    figures = (
        speed or f"{NOT_MEASURED} tok/s",
        f"first token after {_seconds(result.ttft_s)}",
        None if result.ttfa_s is None else f"first of the answer after {_seconds(result.ttfa_s)}",
        None if result.tpot_s is None else f"{result.tpot_s * 1000:.1f} ms per token",
        f"{NOT_MEASURED if result.completion_tokens is None else result.completion_tokens} tokens",
        None if result.finish_reason is None else f"ended by {result.finish_reason}",
    )
    remarks = [f"Note: {each}" for each in (result.disagreement, result.note) if each]
    return "\n".join((" · ".join(each for each in figures if each), *remarks))


def _seconds(value: float | None) -> str:
    return NOT_MEASURED if value is None else f"{value:.2f} s"


def positive_number(text: str) -> int:
    """Read how many tokens may come."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def sampling_temperature(text: str) -> float:
    """Read a temperature; 0 is greedy."""
    number = float(text)
    if not (math.isfinite(number) and number >= 0):
        raise argparse.ArgumentTypeError("must be a number from 0 on")
    return number
