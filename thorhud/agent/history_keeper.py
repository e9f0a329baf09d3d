"""The agent's memory of its hardware: written by the telemetry loop, asked by faces."""

import asyncio
import logging
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from thorhud.domain.errors import RecordsError, ThorHudError
from thorhud.domain.history import BY_NAME, rest_of, stored_row
from thorhud.domain.messages import HistorySeries
from thorhud.domain.state import AgentState
from thorhud.records.history import History

log = logging.getLogger(__name__)

DEFAULT_SPAN_S = 3600.0
DEFAULT_PIXELS = 600
RETRY_S = 60.0


class HistoryKeeper:
    """Keeps the history of one unit; a disk that refuses it costs history and never telemetry."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._history: History | None = None
        self._refused = ""
        self._retry_s = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        history, self._history = self._history, None
        if history is not None:
            try:
                history.close()
            except RecordsError as error:
                self._note(error)

    async def remember(self, state: AgentState) -> None:
        """Add the newest state; once a minute that is a write."""
        if self._path is None or (self._history is None and time.monotonic() < self._retry_s):
            return
        try:
            if self._history is None:
                self._history = await asyncio.to_thread(History, self._path)
            now_unix_s = time.time()
            if self._history.wants_rest(now_unix_s):
                self._history.add_rest(now_unix_s, rest_of(state.telemetry))
            if self._history.add(now_unix_s, stored_row(state)):
                await asyncio.to_thread(self._history.flush)
        except RecordsError as error:
            self._retry_s = time.monotonic() + RETRY_S
            self._note(error)
        else:
            self._refused = ""

    async def answer(self, args: dict[str, Any]) -> HistorySeries:
        """Answer a query; raise a `ThorHudError` where it cannot be."""
        name = str(args.get("value", ""))
        if name not in BY_NAME:
            raise ThorHudError(f"No history is kept of {name!r}; there is: {', '.join(BY_NAME)}.")
        if self._history is None:
            raise ThorHudError(self._refused or "No history is kept on this unit yet.")
        end = _number(args, "end_unix_s", time.time() + 1.0)
        begin = _number(args, "begin_unix_s", end - DEFAULT_SPAN_S)
        pixels = round(_number(args, "pixels", DEFAULT_PIXELS))
        return await asyncio.to_thread(self._history.series, name, begin, end, pixels)

    def _note(self, error: RecordsError) -> None:
        """Say it once, not each second."""
        if str(error) != self._refused:
            log.warning("%s", error)
        self._refused = str(error)


def _number(args: dict[str, Any], name: str, default: float) -> float:
    value = args.get(name)
    if value is None:
        return default
    if not isinstance(value, int | float) or not 0 <= value <= 1e12:
        raise ThorHudError(f"{name} is a number from 0 to 1e12, not {value!r}.")
    return float(value)
