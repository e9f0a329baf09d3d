"""The search in a log: which line holds the text next, and how many do; the agent looks through the whole log."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from thorhud.domain.messages import LogHits, QueryName
from thorhud.gui.wishes import Inquiry


@dataclass(slots=True)
class LogFinder:
    """Holds the text and the hit that is shown; *found* gets the number of a line and its place among the rows."""

    ask: Callable[[Inquiry], None]
    found: Callable[[int, int | None], None]
    changed: Callable[[], None]
    launch_id: str = ""
    levels: Sequence[str] = ()
    text: str = ""
    at: int | None = None
    """The line that is shown."""
    place: int | None = None
    total: int | None = None
    reason: str = ""
    _asked: int = field(default=0)
    """Answers to older questions are not looked at."""

    def begin(self, launch_id: str, levels: Sequence[str]) -> None:
        """Forget the hits: another log is shown, or other lines of it."""
        self.launch_id, self.levels = launch_id, levels
        self.search(self.text)

    def search(self, text: str) -> None:
        """Count the lines that hold *text*."""
        self._asked += 1
        self.text, self.at, self.place, self.total, self.reason = text, None, None, None, ""
        if text and self.launch_id:
            self._ask(self._counted, limit=0)
        self.changed()

    def go_on(self, seen: int, *, backwards: bool) -> None:
        """Go to the next hit, or the one before; from the line *seen* where none is shown yet. It goes round."""
        if self.text and self.total != 0:
            begin = self.at if self.at is not None else seen if backwards else seen - 1
            self._ask(self._hit, limit=1, **{"before" if backwards else "after": begin})

    def _ask(self, deliver: Callable[[LogHits | None, str], None], **args: object) -> None:
        self._asked += 1
        asked = self._asked

        def if_newest(hits: LogHits | None, reason: str) -> None:
            if asked == self._asked:
                deliver(hits, reason)

        fixed = {"launch_id": self.launch_id, "text": self.text, "levels": list(self.levels)}
        self.ask(Inquiry(QueryName.FIND_IN_LOG, LogHits, if_newest, fixed | args))

    def _counted(self, hits: LogHits | None, reason: str) -> None:
        self.total, self.reason = (None, reason) if hits is None else (hits.total, "")
        self.changed()

    def _hit(self, hits: LogHits | None, reason: str) -> None:
        if hits is None:
            self.reason = reason
        elif hits.numbers:
            self.at, self.place, self.total = hits.numbers[0], hits.before, hits.total
            self._show(hits.numbers[0])
        elif hits.total:
            # behind the last one comes the first, before the first one the last
            self._ask(self._hit, limit=1, skip=0 if hits.before else -1)
        else:
            self.total = 0
        self.changed()

    def _show(self, number: int) -> None:
        if not self.levels:
            self.found(number, None)
            return
        args = {"launch_id": self.launch_id, "levels": list(self.levels), "after": number - 1, "limit": 1}
        self.ask(Inquiry(QueryName.FIND_IN_LOG, LogHits, self._placed, args))

    def _placed(self, hits: LogHits | None, _reason: str) -> None:
        if hits is not None and hits.numbers:
            self.found(hits.numbers[0], hits.before)
