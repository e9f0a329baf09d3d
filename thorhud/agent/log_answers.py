"""The log of a launch in ranges and by what its lines say, from the records, without holding up the agent."""

import asyncio
from array import array
from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import Any

from thorhud.agent.answers import PAGE_BYTES, PAGE_LIMIT, Answers
from thorhud.agent.hub import Hub
from thorhud.agent.parts import Parts
from thorhud.agent.serving.cause_of_end import cause_of_end
from thorhud.domain.errors import ThorHudError
from thorhud.domain.log_lines import SHOWN_CHARACTERS, LevelReader, LogLevel, needles, on_a_terminal
from thorhud.domain.log_reading import LogReading, read
from thorhud.domain.log_text import without_colour
from thorhud.domain.messages import LogHits, LogPage, QueryName
from thorhud.domain.stages import LogPiece
from thorhud.domain.wire import encode_value
from thorhud.records.log_tables import NumberedLine
from thorhud.records.store import Records

SLICE = 2000
"""Lines that are looked at in one go: a few milliseconds, in a thread."""
SEARCHED_BYTES = 1024**2
"""Of one line."""
SEARCHES_KEPT = 8
READ_FOR_THE_CAUSE = 20_000
"""Lines: a start that fails has a few thousand at most."""
MOST_CHARACTERS = 100_000


class Search:
    """The numbers of the lines that hold a text and have one of some levels; it goes on where it stopped."""

    def __init__(self, text: str, levels: frozenset[LogLevel]) -> None:
        self._text = text.casefold()
        self._levels = levels
        self._reader = LevelReader()
        self.lock = asyncio.Lock()
        self.numbers = array("Q")
        self.looked_to = 0
        """The number of the first line that was not looked at yet."""

    def look_at(self, lines: Iterable[NumberedLine]) -> None:
        """Take the next lines."""
        for each in lines:
            text = without_colour(each.line.text[:SEARCHED_BYTES].decode(errors="replace"))
            hit = not self._levels or self._reader.read(text.lstrip("\r")) in self._levels
            if hit and self._text in text.casefold():
                self.numbers.append(each.number)
            self.looked_to = each.number + 1


class LogAnswers:
    """Answers the two queries about logs."""

    def __init__(self, hub: Hub, parts: Parts) -> None:
        self._hub = hub
        self._parts = parts
        self._searches: OrderedDict[tuple[str, str, frozenset[LogLevel]], Search] = OrderedDict()

    def add_to(self, queries: Answers) -> None:
        """Answer the queries."""
        queries.add(QueryName.LOG, self.log)
        queries.add(QueryName.FIND_IN_LOG, self.find)

    async def log(self, args: dict[str, Any]) -> LogPage:
        """Return a range of lines."""
        limit = _whole(args, "limit", PAGE_LIMIT)
        most = min(_whole(args, "characters", SHOWN_CHARACTERS), MOST_CHARACTERS)
        return await self.page(self._launch(args), _whole(args, "offset", 0), limit, characters=most)

    async def page(self, launch_id: str, offset: int, limit: int, *, characters: int = SHOWN_CHARACTERS) -> LogPage:
        """Return the lines from *offset* on, as many as one message holds; a negative offset counts from the end."""
        return await asyncio.to_thread(
            _page, self._parts.records, launch_id, offset, min(max(0, limit), PAGE_LIMIT), characters
        )

    async def find(self, args: dict[str, Any]) -> LogHits:
        """Return the lines that hold a text, have a level, or say why the launch failed."""
        launch_id = self._launch(args)
        if args.get("cause"):
            return await self._cause(launch_id)
        search = await self._searched(launch_id, str(args.get("text") or ""), _levels(args))
        extent = await asyncio.to_thread(self._parts.records.log_extent, launch_id)
        kept = [*search.numbers]
        if extent.dropped is not None:
            begin, end = extent.dropped
            del kept[bisect_left(kept, begin) : bisect_left(kept, end)]
        first, last = _chosen(kept, args)
        numbers = kept[first:last]
        lines: tuple[str, ...] = ()
        if args.get("lines"):
            backwards = args.get("before") is not None
            lines = await asyncio.to_thread(_texts, self._parts.records, launch_id, numbers, backwards=backwards)
            first = last - len(lines) if backwards else first
            numbers = kept[first : first + len(lines)]
        return LogHits(launch_id=launch_id, numbers=tuple(numbers), total=len(kept), lines=lines, before=first)

    async def _searched(self, launch_id: str, text: str, levels: frozenset[LogLevel]) -> Search:
        """Return the search up to the newest line."""
        key = (launch_id, text, levels)
        search = self._searches.setdefault(key, Search(text, levels))
        self._searches.move_to_end(key)
        while len(self._searches) > SEARCHES_KEPT:
            self._searches.popitem(last=False)
        async with search.lock:
            while await asyncio.to_thread(_look_on, self._parts.records, launch_id, search):
                pass
        return search

    async def _cause(self, launch_id: str) -> LogHits:
        """Return the number of the line that says why the launch failed, where there is one."""
        evidence = await self._evidence(launch_id)
        for needle in needles(evidence):
            search = await self._searched(launch_id, needle, frozenset())
            if search.numbers:
                return LogHits(launch_id=launch_id, numbers=(search.numbers[0],), total=1)
        return LogHits(launch_id=launch_id, numbers=(), total=0)

    async def _evidence(self, launch_id: str) -> str:
        serving = self._hub.state.serving
        if serving.launch_id == launch_id and serving.failure is not None:
            return serving.failure.evidence
        return await asyncio.to_thread(_recorded_evidence, self._parts.records, launch_id)

    def _launch(self, args: dict[str, Any]) -> str:
        return str(args.get("launch_id") or self._hub.log_of or "")


def _look_on(records: Records, launch_id: str, search: Search) -> bool:
    """Look at the next slice; return whether there may be more."""
    lines = records.numbered_lines(launch_id, search.looked_to, SLICE)
    search.look_at(lines)
    return len(lines) == SLICE


def _page(records: Records, launch_id: str, offset: int, limit: int, characters: int) -> LogPage:
    extent = records.log_extent(launch_id)
    begin = offset if offset >= 0 else max(0, extent.total + offset)
    stored = records.numbered_lines(launch_id, begin, limit)
    first = stored[0].number if stored else begin
    lines: list[str] = []
    size = 0
    for index, each in enumerate(stored):
        if each.number != first + index:
            break
        text = on_a_terminal(each.line.text, characters)
        size += len(encode_value(text))
        if size > PAGE_BYTES and lines:
            break
        lines.append(text)
    return LogPage(
        launch_id=launch_id,
        offset=first,
        lines=tuple(lines),
        total=extent.total,
        dropped_from=extent.dropped_from,
        dropped_to=extent.dropped_to,
    )


def _texts(records: Records, launch_id: str, numbers: Sequence[int], *, backwards: bool) -> tuple[str, ...]:
    """Return the lines of those numbers, as many as one message holds, from the last on where *backwards*."""
    lines: list[str] = []
    size = 0
    for number in reversed(numbers) if backwards else numbers:
        stored = records.numbered_lines(launch_id, number, 1)
        text = on_a_terminal(stored[0].line.text) if stored and stored[0].number == number else ""
        size += len(encode_value(text))
        if size > PAGE_BYTES and lines:
            break
        lines.append(text)
    return tuple(reversed(lines) if backwards else lines)


def _chosen(numbers: Sequence[int], args: dict[str, Any]) -> tuple[int, int]:
    """Return which of the hits are asked for, as a slice."""
    limit = min(max(0, _whole(args, "limit", PAGE_LIMIT)), PAGE_LIMIT)
    if args.get("before") is not None:
        last = bisect_left(numbers, _whole(args, "before", 0))
        return max(0, last - limit), last
    if args.get("skip") is not None:
        skip = _whole(args, "skip", 0)
        first = min(len(numbers), skip if skip >= 0 else max(0, len(numbers) + skip))
        return first, min(len(numbers), first + limit)
    first = 0 if args.get("after") is None else bisect_right(numbers, _whole(args, "after", 0))
    return first, min(len(numbers), first + limit)


def _recorded_evidence(records: Records, launch_id: str) -> str:
    """Read the recorded log once more for what ended the launch."""
    launch = records.launch(launch_id)
    if launch is None or launch.outcome != "failed":
        return ""
    reading = LogReading()
    for line in records.lines(launch_id, 0, READ_FOR_THE_CAUSE):
        for piece in line.text[:SEARCHED_BYTES].decode(errors="replace").split("\r"):
            if piece:
                reading = read(reading, LogPiece(piece))
    failure = cause_of_end(reading, launch, exit_code=launch.exit_code, ready_seen=launch.ready_after_s is not None)
    return "" if failure is None else failure.evidence


def _levels(args: dict[str, Any]) -> frozenset[LogLevel]:
    asked = args.get("levels") or []
    known = {each.value for each in LogLevel}
    if not isinstance(asked, list) or not known.issuperset(map(str, asked)):
        raise ThorHudError(f"The levels of a log are {', '.join(sorted(known))}.")
    return frozenset(LogLevel(str(each)) for each in asked)


def _whole(args: dict[str, Any], name: str, default: int) -> int:
    value = args.get(name, default)
    if not isinstance(value, int):
        raise ThorHudError(f"{name} is a whole number.")
    return value
