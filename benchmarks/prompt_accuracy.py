"""How well the figures of a prompt agree with the server's own counters.

    python benchmarks/prompt_accuracy.py --base-url http://127.0.0.1:8000 --runs 5

Sends one warm-up and then the measured runs, one at a time, to a server that nobody else uses. Ends with 0 where the
median time per output token agrees with the server's `/metrics` within 2 %.
"""

import argparse
import asyncio
import statistics
import sys

from thorhud.domain.timing import PromptRequest, PromptResult
from thorhud.measure.runner import ChildPromptRunner

TEXT = "What does a robot gain from a language model that runs on board?"
AGREED = 0.02


def main() -> int:
    """Measure, print one line for each run, and compare the medians."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base-url", default="http://127.0.0.1:8000")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--max-tokens", type=int, default=128)
    arguments = parser.parse_args()
    request = PromptRequest(
        base_url=arguments.base_url,
        text=TEXT,
        max_tokens=arguments.max_tokens,
        temperature=0.0,
        seed=1,
        ignore_eos=True,
    )
    results = asyncio.run(measure(request, arguments.runs))
    return compare(results)


async def measure(request: PromptRequest, runs: int) -> list[PromptResult]:
    print("   run  tokens  chunks   TTFT ms (server)    TPOT ms (server)   tok/s  client/server")
    return [await one(request, "warm" if number == 0 else str(number)) for number in range(runs + 1)][1:]


async def one(request: PromptRequest, name: str) -> PromptResult:
    *_, result = [message async for message in ChildPromptRunner().run(request)]
    assert isinstance(result, PromptResult)
    if result.error is not None:
        sys.exit(f"{result.error.headline} {result.error.next_step}")
    server = result.server
    if server is None or result.tpot_s is None or server.tpot_s is None or None in {result.ttft_s, server.ttft_s}:
        sys.exit(f"No figures to compare: {result.note}")
    print(
        f"{name:>6}  {result.completion_tokens:>6}  {result.chunks:>6}"
        f"  {1000 * (result.ttft_s or 0):>8.2f} ({1000 * (server.ttft_s or 0):>7.2f})"
        f"  {1000 * result.tpot_s:>8.3f} ({1000 * server.tpot_s:>7.3f})"
        f"  {1 / result.tpot_s:>6.2f}  {result.tpot_s / server.tpot_s:.4f}"
        f"{'  ' + result.disagreement if result.disagreement else ''}"
    )
    return result


def compare(results: list[PromptResult]) -> int:
    client = statistics.median(each.tpot_s for each in results if each.tpot_s is not None)
    server = statistics.median(each.server.tpot_s for each in results if each.server and each.server.tpot_s)
    off = client / server - 1
    print(f"median TPOT: {1000 * client:.3f} ms here, {1000 * server:.3f} ms by the server's counters: {off:+.2%}")
    return 0 if abs(off) <= AGREED else 1


if __name__ == "__main__":
    sys.exit(main())
