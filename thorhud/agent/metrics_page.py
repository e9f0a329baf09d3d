"""`/metrics` on the loopback address: a page for Prometheus, and nothing else."""

import logging
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Final

from thorhud.domain.errors import LinkError
from thorhud.http_server import Limits, Request, answer, answering, bind

log = logging.getLogger(__name__)

ADDRESS: Final = "127.0.0.1"
_LIMITS: Final = Limits(connections=8, connections_of_one=8, writing_s=5.0)
_OWN_NAMES: Final = frozenset({None, "127.0.0.1", "localhost", "[::1]"})
_TEXT: Final = "text/plain; version=0.0.4; charset=utf-8"


@asynccontextmanager
async def metrics_page(text: Callable[[], str], port: int) -> AsyncIterator[int]:
    """Answer on *port* of this machine alone, with a fresh text for each reader; yield the port (0 chooses one)."""

    async def respond(request: Request) -> bytes:
        return _response(request, text)

    try:
        listener = bind(ADDRESS, port)
    except (OSError, OverflowError) as error:
        reason = os.strerror(error.errno or 0) if isinstance(error, OSError) else "there is no such port"
        raise LinkError(
            f"The metrics page cannot listen on port {port} of {ADDRESS}: {reason}.",
            next_step="Choose another port: thorhud agent --metrics PORT",
        ) from error
    chosen: int = listener.getsockname()[1]
    async with answering([listener], respond, _LIMITS):
        log.info("metrics at http://%s:%d/metrics", ADDRESS, chosen)
        yield chosen


def _response(request: Request, text: Callable[[], str]) -> bytes:
    if request.host not in _OWN_NAMES:
        # a web page elsewhere may give its own name this address; a browser then sends that name here
        return _page(HTTPStatus.FORBIDDEN, "Only this machine may ask, by its own address.\n")
    if request.path != "/metrics":
        return _page(HTTPStatus.NOT_FOUND, "There is only /metrics.\n")
    if request.method not in {"GET", "HEAD"}:
        return _page(HTTPStatus.METHOD_NOT_ALLOWED, "Metrics can only be read.\n", Allow="GET, HEAD")
    return _page(HTTPStatus.OK, text(), head=request.method == "HEAD")


def _page(status: HTTPStatus, content: str, *, head: bool = False, **fields: str) -> bytes:
    return answer(status, content.encode(), {"Content-Type": _TEXT} | fields, head=head)
