"""How exactly and how cheaply a stream is measured, against the moments at which a scripted server sent it.

    python -m benchmarks.reader_accuracy [--seconds 5] [--requests 300] [--cases quiet repainting busy] [--goals]

Times to first token of many short answers, then streams at 20, 200, 2 000 and 20 000 tok/s: while nothing else runs,
while a kiosk's window in another process repaints ten times a second and is fed the progress, and while the
interpreter of that window computes without pause as well. Beside it, in the quiet case, httpx and a loop like that of
the openai package. The server, the reader and the window are processes of their own. Takes about 3 minutes; with
--seconds 1 --requests 60 less than one. With --goals it ends with 1 where a goal is missed.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
RATES = (20, 200, 2_000, 20_000)
CASES = ("quiet", "repainting", "busy")
GOAL_TTFT_MS = {"quiet": 0.3, "repainting": 0.3, "busy": 1.0}
GOAL_RATE_ERROR = 0.001
GOAL_CPU_US = 35.0
SHORT_TOKENS = 3
USERS, USER_RATE = 32, 200


@dataclass
class Stream:
    """One stream as the reader found it and as the server noted it."""

    read: dict[str, float]
    asked_s: float
    before_s: list[float]
    after_s: list[float]

    @property
    def ttft_error_ms(self) -> float:
        """The arrival of the first token after the moment before it was sent."""
        return 1000 * (self.read["first_s"] - self.before_s[0])

    @property
    def held_ms(self) -> float:
        """How long the server itself was in its send: up to so much of the error may be its own."""
        return 1000 * (self.after_s[0] - self.before_s[0])

    @property
    def beyond_ms(self) -> float:
        """The arrival of the first token after the moment at which its send was over."""
        return max(0.0, 1000 * (self.read["first_s"] - self.after_s[0]))

    @property
    def way_ms(self) -> float:
        """From before the request was sent until the server had it."""
        return 1000 * (self.asked_s - self.read["sent_s"])

    @property
    def rate_error(self) -> float:
        here = (self.read["tokens"] - 1) / (self.read["last_s"] - self.read["first_s"])
        there = (len(self.before_s) - 1) / (self.before_s[-1] - self.before_s[0])
        return here / there - 1

    @property
    def cpu_us(self) -> float:
        return 1e6 * self.read["cpu_s"] / self.read["tokens"]


@contextmanager
def server() -> Iterator[str]:
    command = [sys.executable, "-m", "benchmarks.reader.stamping_server"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        process.stdin.close()


def read_streams(base_url: str, reader: str, case: str, scripts: Sequence[dict[str, Any]]) -> list[Stream]:
    """Let a reader read them one after another, in that case."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "read"
        command = [sys.executable, "-m", "benchmarks.reader.stream_reader", reader, base_url, str(output)]
        if case != "quiet":
            busy = ["--busy"] if case == "busy" else []
            command = [sys.executable, "-m", "benchmarks.reader.repainting_face", *busy, "--", *command]
        lines = "".join(json.dumps(each) + "\n" for each in scripts)
        done = subprocess.run(command, cwd=ROOT, input=lines, stdout=subprocess.PIPE, text=True, check=True)
        if case != "quiet":
            print(f"  {done.stdout.splitlines()[-1]}")
        found = [json.loads(line) for line in output.read_text().splitlines()]
    noted = [one for each in scripts for one in _noted(base_url, each["name"])]
    if reader == "sweep":  # equal prompts: whose answer began first was sent first
        found.sort(key=lambda each: each["first_s"])
        noted.sort(key=lambda each: each["before_s"][0])
    return [Stream(read, **each) for read, each in zip(found, noted, strict=True)]


def _noted(base_url: str, name: str) -> list[dict[str, Any]]:
    with urllib.request.urlopen(f"{base_url}/stamps/{name}") as reply:  # noqa: S310
        return list(json.load(reply))


def waits(base_url: str, reader: str, case: str, requests: int) -> float:
    """Print the errors of many times to first token; return their 99th percentile in milliseconds."""
    scripts = [
        {"name": f"w{number}", "rate": 200, "tokens": SHORT_TOKENS, "wait_s": 0.01 + 0.0001 * (number % 97)}
        for number in range(requests)
    ]
    streams = read_streams(base_url, reader, case, scripts)
    errors = sorted(each.ttft_error_ms for each in streams)
    stalls = sum(each.held_ms > GOAL_TTFT_MS["quiet"] for each in streams)
    beyond = max(each.beyond_ms for each in streams)
    way = sorted(each.way_ms for each in streams)
    p99 = at(errors, 0.99)
    print(
        f"  {reader:8} TTFT error ms: p50 {at(errors, 0.5):6.3f}  p99 {p99:6.3f}  max {errors[-1]:6.3f}"
        f"  (n {len(errors)}; server held up in its send {stalls} times, beyond its end at most {beyond:.3f};"
        f" request on its way p50 {at(way, 0.5):.3f})"
    )
    return p99


def rates(base_url: str, reader: str, case: str, seconds: float) -> list[tuple[int, Stream]]:
    """Print the error and the price of one stream at each rate."""
    scripts = [
        {"name": f"r{rate}", "rate": rate, "tokens": max(20, int(rate * seconds)), "wait_s": 0.02} for rate in RATES
    ]
    streams = read_streams(base_url, reader, case, scripts)
    for rate, each in zip(RATES, streams, strict=True):
        sent = (len(each.before_s) - 1) / (each.before_s[-1] - each.before_s[0])
        print(
            f"  {reader:8} {rate:6} tok/s (sent {sent:8.1f}): tok/s error {each.rate_error:+.4%}"
            f"  TTFT error {each.ttft_error_ms:6.3f} ms  CPU {each.cpu_us:6.1f} microseconds per chunk"
        )
    return list(zip(RATES, streams, strict=True))


def users(base_url: str, case: str, seconds: float) -> None:
    """Print the errors and the price of many streams at once."""
    script = {
        "name": "u",
        "users": USERS,
        "rate": USER_RATE,
        "tokens": max(20, int(USER_RATE * seconds)),
        "wait_s": 0.05,
    }
    streams = read_streams(base_url, "sweep", case, [script])
    errors = sorted(each.ttft_error_ms for each in streams)
    worst = max((each.rate_error for each in streams), key=abs)
    cpu_us = sum(each.cpu_us for each in streams) / len(streams)
    print(
        f"  sweep    {USERS} users at {USER_RATE} tok/s: worst tok/s error {worst:+.4%}"
        f"  TTFT error ms: p50 {at(errors, 0.5):.3f}  max {errors[-1]:.3f}  CPU {cpu_us:.1f} microseconds per chunk"
    )


def at(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def held(stream: Stream) -> str:
    """Say how long the server was held up in the two sends that a rate is made of; so much of an error is its own."""
    longest = max(stream.after_s[at] - stream.before_s[at] for at in (0, -1))
    return f"server held up in a send for {1000 * longest:.2f} ms"


def missed(case: str, p99_ms: float, streams: Sequence[tuple[int, Stream]]) -> list[str]:
    found = [] if p99_ms <= GOAL_TTFT_MS[case] else [f"{case}: p99 TTFT error {p99_ms:.3f} ms"]
    found += [
        f"{case}: {rate} tok/s off by {each.rate_error:+.3%} ({held(each)})"
        for rate, each in streams
        if abs(each.rate_error) > GOAL_RATE_ERROR
    ]
    found += [
        f"{case}: {each.cpu_us:.1f} microseconds per chunk at {rate} tok/s"
        for rate, each in streams
        if rate == 2_000 and each.cpu_us > GOAL_CPU_US
    ]
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--requests", type=int, default=300)
    parser.add_argument("--cases", nargs="+", choices=CASES, default=CASES)
    parser.add_argument("--only-thorhud", action="store_true")
    parser.add_argument("--goals", action="store_true")
    arguments = parser.parse_args()
    trouble: list[str] = []
    with server() as base_url:
        for case in arguments.cases:
            print(f"{case}: {os.cpu_count()} cores, load {load()}")
            p99_ms = waits(base_url, "thorhud", case, arguments.requests)
            trouble += missed(case, p99_ms, rates(base_url, "thorhud", case, arguments.seconds))
            users(base_url, case, arguments.seconds)
            for other in ("httpx", "openai") if case == "quiet" and not arguments.only_thorhud else ():
                waits(base_url, other, case, arguments.requests)
                rates(base_url, other, case, arguments.seconds)
            print(f"  load afterwards {load()}")
    print("\n".join(["Missed:", *trouble]) if trouble else "Every goal is met.")
    return 1 if trouble and arguments.goals else 0


def load() -> str:
    return f"{os.getloadavg()[0]:.2f}"


if __name__ == "__main__":
    sys.exit(main())
