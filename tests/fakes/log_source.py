"""A log in memory that answers a page's questions as an agent does."""

from collections.abc import Sequence
from typing import Any

from thorhud.domain.log_lines import LevelReader
from thorhud.domain.messages import LaunchRecord, LogHits, LogPage, QueryName
from thorhud.gui.wishes import Inquiry

LAUNCH = LaunchRecord(
    id="launch-1", configuration_id="llama-3.1-8b-fp8", started_unix_s=1_800_000_000.0, outcome="failed"
)


class LogSource:
    """Answers at once, or, with ``holds``, when it is told to."""

    def __init__(self, lines: Sequence[str] = (), launches: Sequence[LaunchRecord] = (LAUNCH,)) -> None:
        self.lines = list(lines)
        self.launches = list(launches)
        self.dropped = (0, 0)
        self.cause: int | None = None
        self.gone = ""
        """Why no question is answered; empty where each is."""
        self.holds = False
        self.asked: list[Inquiry] = []
        self._held: list[Inquiry] = []

    def ask(self, inquiry: Inquiry) -> None:
        self.asked.append(inquiry)
        if self.holds:
            self._held.append(inquiry)
        else:
            self._answer(inquiry)

    def let_go(self) -> None:
        held, self._held = self._held, []
        for inquiry in held:
            self._answer(inquiry)

    def _answer(self, inquiry: Inquiry) -> None:
        if self.gone:
            inquiry.deliver(None, self.gone)
        elif inquiry.name is QueryName.LAUNCHES:
            inquiry.deliver(self.launches, "")
        elif inquiry.name is QueryName.LOG:
            inquiry.deliver(self._page(**inquiry.args), "")
        else:
            inquiry.deliver(self._hits(**inquiry.args), "")

    def _page(self, launch_id: str, offset: int, limit: int = 1000, **_: Any) -> LogPage:
        begin = max(0, len(self.lines) + offset) if offset < 0 else offset
        if self.dropped[0] <= begin < self.dropped[1]:
            begin = self.dropped[1]
        end = min(begin + limit, self.dropped[0]) if begin < self.dropped[0] else begin + limit
        return LogPage(
            launch_id=launch_id,
            offset=begin,
            lines=tuple(self.lines[begin:end]),
            total=len(self.lines),
            dropped_from=self.dropped[0],
            dropped_to=self.dropped[1],
        )

    def _hits(
        self,
        launch_id: str,
        text: str = "",
        levels: Sequence[str] = (),
        limit: int = 1000,
        *,
        cause: bool = False,
        lines: bool = False,
        skip: int | None = None,
        before: int | None = None,
        after: int | None = None,
    ) -> LogHits:
        if cause:
            numbers = () if self.cause is None else (self.cause,)
            return LogHits(launch_id=launch_id, numbers=numbers, total=len(numbers))
        reader = LevelReader()
        levelled = [(number, line, reader.read(line)) for number, line in enumerate(self.lines)]
        kept = [n for n, line, level in levelled if (not levels or level in levels) and text.lower() in line.lower()]
        first, last = 0, min(limit, len(kept))
        if skip is not None:
            first = skip if skip >= 0 else max(0, len(kept) + skip)
            last = first + limit
        elif before is not None:
            last = sum(number < before for number in kept)
            first = max(0, last - limit)
        elif after is not None:
            first = sum(number <= after for number in kept)
            last = first + limit
        found = kept[first:last]
        texts = tuple(self.lines[number] for number in found) if lines else ()
        return LogHits(launch_id=launch_id, numbers=tuple(found), total=len(kept), lines=texts, before=first)
