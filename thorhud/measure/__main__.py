"""The measuring process: `python -m thorhud.measure`.

One request as a JSON line on stdin, JSON lines on stdout, and nothing else to do, so that neither a repainting window
nor a busy agent stands between a token and its time stamp. It gives up when stdin closes or on SIGTERM.
"""

import contextlib
import gc
import sys

from thorhud.domain.sweep import SweepRequest
from thorhud.domain.timing import PromptRequest
from thorhud.measure.exchange import Exchange
from thorhud.measure.pipe import PipeError, read_request
from thorhud.measure.reporting import Outlet, PromptReporter, SweepReporter
from thorhud.measure.sweep import Sweep
from thorhud.measure.watch import Watch, stop_signals


def main() -> int:
    """Measure the one prompt or the one level of stdin; the exit code only says whether it could be asked."""
    gc.disable()  # it would stop a long stream for some milliseconds, and this process ends with its one request
    stop = stop_signals()
    try:
        request = read_request(sys.stdin.buffer.readline())
    except PipeError as error:
        print(f"thorhud.measure: {error}", file=sys.stderr)  # noqa: T201
        return 2
    outlet, stops = Outlet(sys.stdout.fileno()), (stop, sys.stdin.fileno())
    with contextlib.suppress(BrokenPipeError):  # the parent has gone, and with it whom to tell
        if isinstance(request, SweepRequest):
            _sweep(request, outlet, stops)
        else:
            _prompt(request, outlet, stops)
    return 0


def _prompt(request: PromptRequest, outlet: Outlet, stops: tuple[int, ...]) -> None:
    reporter = PromptReporter(outlet)
    reporter.result(Exchange(request, Watch(stops, reporter.still_here), reporter.news).run())


def _sweep(request: SweepRequest, outlet: Outlet, stops: tuple[int, ...]) -> None:
    reporter = SweepReporter(outlet)
    reporter.level(Sweep(request, Watch(stops, reporter.still_here), reporter.news).run())


if __name__ == "__main__":
    sys.exit(main())
