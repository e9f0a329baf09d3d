"""thorhud beside other tools on one live vLLM, each against the server's own figures for that tool's requests.

    python -m benchmarks.other_tools --base-url http://127.0.0.1:8000 --tokenizer DIR
        --vllm PATH --guidellm PATH --aiperf PATH [--rounds 5] [--requests 4] [--goal]

In each round every tool sends the same number of requests, one at a time: prompts of the same text behind a number of
their own (so that no prefix cache knows them), the same number of output tokens, temperature 0, the end of text
ignored, tokens as the server counts them. The tools take turns at being first. `/metrics` is read before and after
each tool, and the tool's means over its requests are divided by the server's. Nobody else may use the server
meanwhile. A tool that is not there is left out with a sentence. With --goal it ends with 1 where thorhud is off by
more than 1 %.
"""

import argparse
import asyncio
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.other_tools_commands import TOOLS, Means, Tool, ToolFailed, Wish
from thorhud import __version__
from thorhud.domain.metrics_text import GENERATED, PROMPTED, RUNNING, TTFT, Difference, Scrape, read_scrape
from thorhud.domain.timing import PromptRequest, PromptResult
from thorhud.measure.runner import ChildPromptRunner

GOAL = 0.01
SETTLED_WITHIN_S = 5.0
SENTENCE = "A robot that answers on board needs no network, keeps what it hears, and tells each part what to do next. "
OURS = "thorhud"
OUR_FIGURES = {"ttft_s": Means.TTFT, "tpot_s": Means.TPOT}
Measure = Callable[[Wish], dict[str, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure of one tool in one round, beside the server's own."""

    tool: str
    name: str
    means: Means
    here_ms: float
    server_ms: float

    @property
    def ratio(self) -> float:
        return self.here_ms / self.server_ms


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """A tool that is there."""

    name: str
    version: str
    measure: Measure
    figures: Mapping[str, Means]


def main() -> int:
    arguments = parsed()
    wish = Wish(
        base_url=arguments.base_url,
        model=arguments.model,
        tokenizer=arguments.tokenizer or Path(),
        prompts=(),
        output_tokens=arguments.output_tokens,
        folder=Path(),
    )
    contenders = [Contender(name=OURS, version=__version__, measure=measure_with_thorhud, figures=OUR_FIGURES)]
    contenders += found_tools(arguments)
    print(f"{os.cpu_count()} cores, load {load()}; {', '.join(f'{each.name} {each.version}' for each in contenders)}")
    with tempfile.TemporaryDirectory() as folder:
        print("warming up", flush=True)
        measure_with_thorhud(replace(wish, prompts=prompts("warm-up", arguments)))
        figures = list(rounds(contenders, wish, arguments, Path(folder)))
    print()
    print_table(figures)
    return judge(figures, goal=arguments.goal)


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base-url", default="http://127.0.0.1:8000")
    parser.add_argument("--model", help="default: the first that the server names")
    parser.add_argument("--tokenizer", type=Path, help="the model's folder, which the other tools load")
    for tool in TOOLS:
        parser.add_argument(f"--{tool.program}", default=tool.program, metavar="PATH", help=f"{tool.name}")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=4, help="of each tool in each round")
    parser.add_argument("--output-tokens", type=int, default=256)
    parser.add_argument("--prompt-characters", type=int, default=6000, help="2 to 4 characters make a token")
    parser.add_argument("--goal", action="store_true")
    arguments = parser.parse_args()
    arguments.model = arguments.model or first_model(arguments.base_url)
    return arguments


def found_tools(arguments: argparse.Namespace) -> Iterator[Contender]:
    for tool in TOOLS:
        path = shutil.which(getattr(arguments, tool.program))
        if path is None or arguments.tokenizer is None:
            missing = f"there is no program {getattr(arguments, tool.program)!r}" if path is None else "no --tokenizer"
            print(f"{tool.name} is left out: {missing}.")
            continue
        yield Contender(
            name=tool.name, version=tool.version_of(path), measure=measure_with(tool, path), figures=tool.figures
        )


def measure_with(tool: Tool, path: str) -> Measure:
    def measure(wish: Wish) -> dict[str, float]:
        return tool.measure(path, wish)

    return measure


def measure_with_thorhud(wish: Wish) -> dict[str, float]:
    """Return the means over one measuring process for each prompt, as the product does it."""
    results = [asyncio.run(ask(prompt, wish)) for prompt in wish.prompts]
    values = {name: [getattr(each, name) for each in results] for name in OUR_FIGURES}
    if any(each is None for of_name in values.values() for each in of_name):
        raise ToolFailed(f"{OURS}: {results[0].error or results[0].note}")
    return {name: 1000 * statistics.fmean(of_name) for name, of_name in values.items()}


async def ask(prompt: str, wish: Wish) -> PromptResult:
    request = PromptRequest(
        base_url=wish.base_url,
        text=prompt,
        max_tokens=wish.output_tokens,
        temperature=0.0,
        model=wish.model,
        ignore_eos=True,
    )
    *_, result = [message async for message in ChildPromptRunner().run(request)]
    assert isinstance(result, PromptResult)
    return result


def rounds(
    contenders: Sequence[Contender], wish: Wish, arguments: argparse.Namespace, folder: Path
) -> Iterator[Figure]:
    """Let every tool measure in every round, each time another one first."""
    for number in range(arguments.rounds):
        first = number % len(contenders)
        for contender in [*contenders[first:], *contenders[:first]]:
            own = folder / f"{number}-{contender.name.replace(' ', '-')}"
            own.mkdir()
            texts = prompts(f"{contender.name} {number}", arguments)
            yield from measured(contender, replace(wish, prompts=texts, folder=own), f"round {number + 1}")


def measured(contender: Contender, wish: Wish, label: str) -> Iterator[Figure]:
    before = settled(wish.base_url)
    try:
        here = contender.measure(wish)
    except ToolFailed as failed:
        print(f"{label}: {failed}")
        return
    difference = Difference(before, settled(wish.base_url))
    server = {Means.TTFT: difference.mean(TTFT), Means.TPOT: difference.tpot_s}
    asked, tokens = difference.count(f"{TTFT}_count"), difference.count(GENERATED)
    print(
        f"{label} {contender.name:17} {asked} requests, {(difference.moved(PROMPTED) or 0) / (asked or 1):.0f} prompt"
        f" and {(tokens or 0) / (asked or 1):.0f} output tokens each; the server's own"
        f" {', '.join(f'{means} {1000 * (value or 0):.2f} ms' for means, value in server.items())}; load {load()}",
        flush=True,
    )
    if asked != len(wish.prompts) or tokens != asked * wish.output_tokens:
        print(f"  left out: {len(wish.prompts)} requests of {wish.output_tokens} output tokens were to be sent")
        return
    for name, means in contender.figures.items():
        server_s = server[Means.TPOT if means is Means.NEITHER else means]
        if server_s:
            yield Figure(tool=contender.name, name=name, means=means, here_ms=here[name], server_ms=1000 * server_s)


def print_table(figures: Sequence[Figure]) -> None:
    """Print medians over the rounds; least and largest ratio show how much of a difference is noise."""
    together: dict[tuple[str, str], list[Figure]] = defaultdict(list)
    for each in figures:
        together[each.tool, each.name].append(each)
    print(
        f"{'tool':17} {'its name':25} {'like':8} {'tool ms':>9} {'server ms':>9}"
        f" {'more ms':>8} {'ratio':>7}  {'least to largest':16}  n"
    )
    for (tool, name), found in together.items():
        ratios = [each.ratio for each in found]
        here = statistics.median(each.here_ms for each in found)
        server = statistics.median(each.server_ms for each in found)
        more = statistics.median(each.here_ms - each.server_ms for each in found)
        print(
            f"{tool:17} {name:25} {found[0].means:8} {here:9.3f} {server:9.3f}"
            f" {more:8.3f} {statistics.median(ratios):7.4f}  {min(ratios):.4f} to {max(ratios):.4f}  {len(found)}"
        )


def judge(figures: Sequence[Figure], *, goal: bool) -> int:
    missed = False
    for means in (Means.TTFT, Means.TPOT):
        ratios = [each.ratio for each in figures if each.tool == OURS and each.means is means]
        if not ratios:
            print(f"{OURS} has no {means} to compare.")
            missed = True
            continue
        off = statistics.median(ratios) - 1
        missed = missed or abs(off) > GOAL
        kept = "within" if abs(off) <= GOAL else "not within"
        print(f"{OURS}: {means} {off:+.2%} beside the server's, {kept} {GOAL:.0%}")
    return 1 if missed and goal else 0


def prompts(label: str, arguments: argparse.Namespace) -> list[str]:
    """Return texts of equal length that differ at once."""
    filled = SENTENCE * (1 + arguments.prompt_characters // len(SENTENCE))
    begin = time.time_ns()
    return [
        f"[{begin + number} {label}] {filled}"[: arguments.prompt_characters] for number in range(arguments.requests)
    ]


def settled(base_url: str) -> Scrape:
    """Return the server's counters once no request runs: the last answer may still be counted."""
    deadline = time.monotonic() + SETTLED_WITHIN_S
    while True:
        scrape = scraped(base_url)
        if not scrape.value(RUNNING) or time.monotonic() > deadline:
            time.sleep(0.5)
            return scraped(base_url)
        time.sleep(0.1)


def scraped(base_url: str) -> Scrape:
    with urllib.request.urlopen(f"{base_url}/metrics", timeout=30) as reply:  # noqa: S310
        return read_scrape(reply.read().decode())


def first_model(base_url: str) -> str:
    try:
        with urllib.request.urlopen(f"{base_url}/v1/models", timeout=30) as reply:  # noqa: S310
            return str(json.load(reply)["data"][0]["id"])
    except OSError as error:
        sys.exit(f"Nobody answers at {base_url} ({error}). Start a configuration and wait until it is ready.")


def load() -> str:
    return f"{os.getloadavg()[0]:.2f}"


if __name__ == "__main__":
    sys.exit(main())
