"""What comes before and after the measured part: a hello, the model's name, and the server's counters."""

import json
import time

from thorhud.domain.metrics_text import Difference, Scrape, read_scrape, server_figures
from thorhud.domain.sse import whole_characters
from thorhud.domain.timing import PromptRequest, ServerFigures
from thorhud.measure import words
from thorhud.measure.connection import Connection
from thorhud.measure.kv_peak import KvPeak
from thorhud.measure.watch import Watch
from thorhud.measure.wording import Wording, wording_of
from thorhud.measure.words import PromptFailed

COUNTERS_LIMIT_S = 2.0
"""The server counts a request when it has ended, which may be a moment after its last byte."""
COUNTERS_PAUSE_S = 0.05


class Visit:
    """Prepares at a server what will be measured, and reads its counters before and after."""

    def __init__(self, request: PromptRequest, watch: Watch) -> None:
        self._request = request
        self._watch = watch
        self._before: Scrape | None = None
        self.connection = Connection(request.base_url, watch)
        self.model = request.model or ""

    def prepare(self) -> Wording:
        """Open the connection before the clock starts, and learn what has to be known before."""
        health = self.connection.get("/health")
        if health.status == 503:
            raise PromptFailed(words.http_error(health.status, health.body, model=None))
        if self._request.model is None:
            reply = self.connection.get("/v1/models")
            if reply.status != 200:
                raise PromptFailed(words.http_error(reply.status, reply.body, model=None))
            self.model = _first_model(reply.body)
        wording = wording_of(self._request, self.model, self.connection)
        self._before = self._scrape()
        return wording

    def kv_peak(self) -> KvPeak:
        """Return what will look at the KV cache meanwhile."""
        counts = self._before is not None and self._before.kv_cache_usage is not None
        return KvPeak(self._watch, Connection(self._request.base_url, self._watch) if counts else None)

    def compare(
        self, whole: int, kv_cache_usage: float | None, *, ours: int
    ) -> tuple[ServerFigures | None, str | None]:
        """Ask the server's counters until they have taken notice of all *whole* answers; *ours* were begun."""
        before = self._before
        if before is None:
            return None, "The server has no /metrics to compare with."
        deadline = time.monotonic() + COUNTERS_LIMIT_S
        while (after := self._scrape()) is not None:
            finished = Difference(before, after).finished
            if finished is None or finished < 0 or finished >= whole or time.monotonic() > deadline:
                return server_figures(before, after, requests=ours, kv_cache_usage=kv_cache_usage)
            time.sleep(COUNTERS_PAUSE_S)
        return None, "The server's /metrics stopped answering."

    def _scrape(self) -> Scrape | None:
        """Return the server's counters, or None: a server without them is measured all the same."""
        try:
            reply = self.connection.get("/metrics")
        except PromptFailed:
            self.connection.close()
            return None
        return read_scrape(reply.body.decode("utf-8", errors="replace")) if reply.status == 200 else None


def _first_model(body: bytes) -> str:
    """Return the first id of `/v1/models`: the name the server wants to hear, whatever the weights are called."""
    try:
        match json.loads(body):
            case {"data": [{"id": str(model)}, *_]}:
                return whole_characters(model)
    except (ValueError, RecursionError) as error:
        raise PromptFailed(words.unreadable("/v1/models is not JSON")) from error
    raise PromptFailed(words.unreadable("/v1/models names no model"))
