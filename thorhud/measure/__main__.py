"""The measuring process: `python -m thorhud.measure`.

One request as a JSON line on stdin, JSON lines on stdout, and nothing else to do, so that neither a repainting window
nor a busy agent stands between a token and its time stamp. It gives up when stdin closes or on SIGTERM.
"""

import contextlib
import sys

from thorhud.measure.exchange import Exchange
from thorhud.measure.pipe import PipeError, read_request
from thorhud.measure.reporting import Reporter
from thorhud.measure.watch import Watch, stop_signals


def main() -> int:
    """Measure the one prompt of stdin; the exit code only says whether it could be asked."""
    stop = stop_signals()
    try:
        request = read_request(sys.stdin.buffer.readline())
    except PipeError as error:
        print(f"thorhud.measure: {error}", file=sys.stderr)  # noqa: T201
        return 2
    reporter = Reporter(sys.stdout.fileno())
    watch = Watch((stop, sys.stdin.fileno()), reporter.still_here)
    with contextlib.suppress(BrokenPipeError):  # the parent has gone, and with it whom to tell
        reporter.result(Exchange(request, watch, reporter.news).run())
    return 0


if __name__ == "__main__":
    sys.exit(main())
