"""One prompt from the first hello to its figures."""

from collections.abc import Callable

from thorhud.domain.timing import PromptError, PromptRequest, PromptResult, ServerFigures
from thorhud.measure import words
from thorhud.measure.answer import Answer
from thorhud.measure.asking import Asking
from thorhud.measure.figures import result_of
from thorhud.measure.kv_peak import KvPeak
from thorhud.measure.round import Round
from thorhud.measure.visit import Visit
from thorhud.measure.watch import Cancelled, Watch
from thorhud.measure.wording import Wording
from thorhud.measure.words import PromptFailed


class Exchange:
    """Sends one prompt and keeps what came of it, also when it breaks off."""

    def __init__(self, request: PromptRequest, watch: Watch, news: Callable[[Answer], None]) -> None:
        self._request = request
        self._watch = watch
        self._news = news
        self._model = request.model or ""
        self.answer: Answer | None = None
        """What has come, once the prompt was sent."""

    def run(self) -> PromptResult:
        """Return the figures; trouble is part of them."""
        try:
            visit = Visit(self._request, self._watch)
        except PromptFailed as failed:
            return self._result(error=failed.error)
        kv_peak: KvPeak | None = None
        try:
            wording = visit.prepare()
            self._model, kv_peak = visit.model, visit.kv_peak()
            self._stream(visit, wording, kv_peak)
            server, note = visit.compare(1, kv_peak.usage, ours=1)
            return self._result(server=server, note=note)
        except PromptFailed as failed:
            return self._result(error=failed.error)
        except Cancelled:
            return self._result(error=words.cancelled())
        finally:
            visit.connection.close()
            if kv_peak is not None:
                kv_peak.close()

    def _stream(self, visit: Visit, wording: Wording, kv_peak: KvPeak) -> None:
        asking = Asking(visit.connection, model=visit.model, silence_limit_s=self._request.silence_limit_s)
        rounds = Round(self._watch, kv_peak)
        rounds.begin(asking, wording.path, wording.body)
        self.answer = asking.answer
        self._news(asking.answer)
        try:
            while not asking.over:
                if asking.answer.has_news:
                    self._news(asking.answer)
                rounds.turn()
        finally:
            asking.work_out()
            self._news(asking.answer)
        if asking.error is not None:
            raise PromptFailed(asking.error)

    def _result(
        self, *, error: PromptError | None = None, server: ServerFigures | None = None, note: str | None = None
    ) -> PromptResult:
        return result_of(self._request, self.answer, model=self._model, error=error, server=server, note=note)
