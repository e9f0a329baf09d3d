"""One level of a sweep: so many users at once, each with a connection of its own, all read by one loop."""

import time
from collections import deque
from collections.abc import Callable

from thorhud.domain.sweep import SweepLevel, SweepProgress, SweepRequest
from thorhud.domain.sweep_level import level_of
from thorhud.domain.timing import PromptError, RequestTiming, ServerFigures
from thorhud.measure import words
from thorhud.measure.asking import Asking
from thorhud.measure.connection import Connection
from thorhud.measure.kv_peak import KvPeak
from thorhud.measure.round import Round
from thorhud.measure.visit import Visit
from thorhud.measure.watch import Cancelled, Watch
from thorhud.measure.wording import Wording
from thorhud.measure.words import PromptFailed

NUMBERS_PER_S = 1000
"""Requests are numbered on from the clock, so that those of the next level, a second later, get other numbers."""
RECENT_S = 1.0


class Sweep:
    """Keeps so many answers under way until all that were asked for have ended."""

    def __init__(self, request: SweepRequest, watch: Watch, news: Callable[["Sweep"], None]) -> None:
        self._request = request
        self._watch = watch
        self._news = news
        self._started_s = time.monotonic()
        self._first_number = int(time.time() * NUMBERS_PER_S)
        self._sent = 0
        self._failed = 0
        self._first_error: PromptError | None = None
        self.whole: list[RequestTiming] = []
        """The answers that came whole, in the order of their ends."""
        self._under_way: dict[Asking, Connection] = {}
        self._recent: deque[tuple[float, int]] = deque()

    def run(self) -> SweepLevel:
        """Return the figures of the level; trouble is part of them."""
        try:
            visit = Visit(self._request.prompt, self._watch)
        except PromptFailed as failed:
            return self._level(error=failed.error)
        kv_peak: KvPeak | None = None
        try:
            wording = visit.prepare()
            kv_peak = visit.kv_peak()
            self._serve(visit.model, wording, Round(self._watch, kv_peak))
            server, _ = visit.compare(len(self.whole), kv_peak.usage, ours=self._sent)
            return self._level(server)
        except PromptFailed as failed:
            return self._level(error=failed.error)
        except Cancelled:
            return self._level(error=words.cancelled())
        finally:
            for connection in (visit.connection, *self._under_way.values()):
                connection.close()
            if kv_peak is not None:
                kv_peak.close()

    def progress(self, now_s: float) -> SweepProgress:
        """Return where the level stands."""
        tokens = sum(each.completion_tokens or 0 for each in self.whole)
        tokens += sum(each.answer.completion_tokens or 0 for each in self._under_way)
        return SweepProgress(
            elapsed_s=now_s - self._started_s,
            requests_done=len(self.whole),
            requests_planned=self._request.requests,
            tokens_per_s_now=self._recent_tokens_per_s(now_s, tokens),
        )

    def _serve(self, model: str, wording: Wording, rounds: Round) -> None:
        """Let every user ask, and ask again, until enough answers have ended."""
        base_url, users = self._request.prompt.base_url, min(self._request.concurrency, self._request.requests)
        connections = [Connection(base_url, self._watch) for _ in range(users)]
        for connection in connections:
            connection.open()
        for connection in connections:
            self._ask(connection, model, wording, rounds)
        while self._under_way:
            for asking in rounds.turn():
                connection = self._under_way.pop(asking)
                self._keep(asking)
                if self._sent < self._request.requests:
                    self._ask(connection, model, wording, rounds)
            self._news(self)

    def _ask(self, connection: Connection, model: str, wording: Wording, rounds: Round) -> None:
        asking = Asking(connection, model=model, silence_limit_s=self._request.prompt.silence_limit_s)
        self._under_way[asking] = connection
        rounds.begin(asking, wording.path, wording.numbered(self._first_number + self._sent))
        self._sent += 1

    def _keep(self, asking: Asking) -> None:
        error = asking.error or self._wrong_shape(asking)
        if error is None:
            self.whole.append(asking.answer.timing)
        else:
            self._failed += 1
            self._first_error = self._first_error or error

    def _wrong_shape(self, asking: Asking) -> PromptError | None:
        """Return what is wrong where the server counted another number of prompt tokens than were to be sent."""
        wanted, counted = self._request.prompt.prompt_tokens, asking.answer.prompt_tokens
        return None if wanted is None or counted in {None, wanted} else words.no_such_shape(wanted, counted or 0)

    def _level(self, server: ServerFigures | None = None, error: PromptError | None = None) -> SweepLevel:
        """Single answers that failed are counted; only where all did is that the trouble of the level."""
        if not self.whole:
            error = error or self._first_error
        return level_of(self._request.concurrency, self.whole, failed=self._failed, server=server, error=error)

    def _recent_tokens_per_s(self, now_s: float, tokens: int) -> float | None:
        """Return the speed of about the last second, all users together."""
        self._recent.append((now_s, tokens))
        while len(self._recent) > 1 and self._recent[1][0] <= now_s - RECENT_S:
            self._recent.popleft()
        then_s, before = self._recent[0]
        return (tokens - before) / (now_s - then_s) if now_s - then_s >= RECENT_S / 2 else None
