"""Read scripted streams with one of several readers, in a process of its own.

    python -m benchmarks.reader.stream_reader READER BASE_URL OUTPUT < scripts

READER is thorhud (what the measuring process does, progress on stdout included), sweep (the same with many streams at
once), httpx, or openai (httpx, a decoder of
server-sent events and an object for each, as that client does it). Scripts come as JSON lines; for each, OUTPUT gets a
line with the moments of the first and the last token, the moment of sending, and the processor time.
"""

import gc
import json
import os
import resource
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.reader import other_readers
from thorhud.domain.sweep import SweepRequest
from thorhud.domain.timing import PromptRequest
from thorhud.measure.answer import Answer
from thorhud.measure.exchange import Exchange
from thorhud.measure.reporting import Outlet, PromptReporter, SweepReporter
from thorhud.measure.sweep import Sweep
from thorhud.measure.watch import Watch


@dataclass
class Read:
    """What a reader found out about one stream, on the monotonic clock."""

    sent_s: float
    first_s: float
    last_s: float
    tokens: int
    cpu_s: float


def cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def read_as_thorhud(base_url: str, script: str, tokens: int) -> Read:
    reporter = PromptReporter(Outlet(sys.stdout.fileno()))
    began: list[float] = []

    def news(answer: Answer) -> None:
        if not began:
            began.append(cpu_s())
        reporter.news(answer)

    request = PromptRequest(base_url=base_url, text=script, max_tokens=tokens)
    exchange = Exchange(request, Watch((), reporter.still_here), news)
    result = exchange.run()
    used_s = cpu_s() - began[0]
    os.set_blocking(sys.stdout.fileno(), True)
    assert result.error is None, result.error
    assert exchange.answer is not None
    timing = exchange.answer.timing
    assert timing.first is not None
    assert timing.last is not None
    return Read(timing.sent_s, timing.first.at_s, timing.last.at_s, result.completion_tokens or 0, used_s)


def read_many(base_url: str, script: str, tokens: int) -> list[Read]:
    """Read as many streams at once as the script says, as a level of a sweep does."""
    reporter = SweepReporter(Outlet(sys.stdout.fileno()))
    users = json.loads(script)["users"]
    prompt = PromptRequest(base_url=base_url, text=script, max_tokens=tokens)
    request = SweepRequest(prompt=prompt, concurrency=users, requests=users)
    sweep = Sweep(request, Watch((), reporter.still_here), reporter.news)
    before_s = cpu_s()
    level = sweep.run()
    used_s = cpu_s() - before_s
    os.set_blocking(sys.stdout.fileno(), True)
    assert level.requests == users, level.error
    return [
        Read(each.sent_s, each.first.at_s, each.last.at_s, each.completion_tokens or 0, used_s / users)
        for each in sweep.whole
        if each.first and each.last
    ]


def read_by(loop: Callable[[str, dict[str, Any]], tuple[float, float, float, int]]) -> Callable[..., Read]:
    def read(base_url: str, script: str, tokens: int) -> Read:
        body = {
            "model": "bench",
            "messages": [{"role": "user", "content": script}],
            "max_tokens": tokens,
            "stream": True,
            "stream_options": {"include_usage": True, "continuous_usage_stats": True},
        }
        before_s = cpu_s()
        found = loop(base_url, body)
        return Read(*found, cpu_s() - before_s)

    return read


READERS: dict[str, Callable[..., Read | list[Read]]] = {
    "thorhud": read_as_thorhud,
    "sweep": read_many,
    "httpx": read_by(other_readers.read_lines),
    "openai": read_by(other_readers.read_as_openai),
}


def main() -> int:
    name, base_url, output = sys.argv[1:]
    if name in {"thorhud", "sweep"}:
        gc.disable()  # as the measuring process does
    read = READERS[name]
    with Path(output).open("w") as results:
        for line in sys.stdin:
            found = read(base_url, line.strip(), json.loads(line)["tokens"])
            each = found if isinstance(found, list) else [found]
            results.write("".join(json.dumps(one.__dict__) + "\n" for one in each))
    return 0


if __name__ == "__main__":
    sys.exit(main())
