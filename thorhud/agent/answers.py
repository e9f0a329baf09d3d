"""Queries: what a face may ask besides the snapshot."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from thorhud.agent.history_keeper import HistoryKeeper
from thorhud.agent.hub import Hub
from thorhud.agent.parts import Parts
from thorhud.domain.comparison import Comparison, compare
from thorhud.domain.ladder_plan import LadderRecord
from thorhud.domain.messages import Query, QueryName
from thorhud.domain.roofline import ReadPerToken
from thorhud.domain.run_record import RunRecord
from thorhud.domain.wire import DOWN_LIMIT, encode_value, plain

PAGE_LIMIT = 1000
COMPARED_RUNS = 500
LADDER_RUNS = 5000
"""More than any ladder has."""
PAGE_BYTES = DOWN_LIMIT // 2
"""A page of runs ends there, however many were asked for: long answers with their token ids are large."""


class Answers:
    """Answers each query from the parts."""

    def __init__(self, hub: Hub, parts: Parts, history: HistoryKeeper) -> None:
        self._hub = hub
        self._parts = parts
        self._table: dict[QueryName, Callable[[dict[str, Any]], Awaitable[object]]] = {
            QueryName.WORKSHOP: self._workshop,
            QueryName.COMPARISON: self._comparison,
            QueryName.RUNS: self._runs,
            QueryName.LAUNCHES: self._launches,
            QueryName.LADDERS: self._ladders,
            QueryName.HISTORY: history.answer,
        }

    def add(self, name: QueryName, answer: Callable[[dict[str, Any]], Awaitable[object]]) -> None:
        """Let *answer* answer the query of that name."""
        self._table[name] = answer

    async def __call__(self, query: Query) -> Any:  # noqa: ANN401 - plain JSON
        """Return the answer in plain JSON; raise a `ThorHudError` where there is none."""
        return plain(await self._table[query.name](query.args))

    async def _workshop(self, _args: dict[str, Any]) -> object:
        return self._parts.workshop

    async def _comparison(self, args: dict[str, Any]) -> Comparison:
        records = self._parts.records
        ladder_id = None if args.get("ladder_id") is None else str(args["ladder_id"])
        most = COMPARED_RUNS if ladder_id is None else LADDER_RUNS
        runs = await asyncio.to_thread(records.runs, most, ladder_id=ladder_id)
        launches = await asyncio.to_thread(records.launches, COMPARED_RUNS)
        starts: dict[str, float] = {}
        for launch in launches:
            if launch.configuration_id and launch.ready_after_s is not None:
                starts.setdefault(launch.configuration_id, launch.ready_after_s)
        reasons = {
            each.configuration_id: f"Not measured: {each.reason}"
            for each in self._hub.state.availability
            if each.reason is not None
        }
        return compare(
            self._parts.workshop,
            runs,
            unit=self._parts.unit,
            not_measured=reasons,
            start_s=starts,
            reads=await self._reads(),
            sweeps=await asyncio.to_thread(records.sweeps, ladder_id=ladder_id),
            parity=await asyncio.to_thread(records.parities, ladder_id=ladder_id),
            ladder_id=ladder_id,
        )

    async def _reads(self) -> dict[str, ReadPerToken]:
        """Return what one token of each configuration reads from memory, as far as that is known here."""
        look = self._parts.read_per_token
        if look is None:
            return {}
        found = {each.id: await asyncio.to_thread(look, each) for each in self._parts.workshop.configurations}
        return {each: read for each, read in found.items() if read is not None}

    async def _ladders(self, args: dict[str, Any]) -> list[LadderRecord]:
        return await asyncio.to_thread(self._parts.records.ladders, min(int(args.get("limit", 50)), PAGE_LIMIT))

    async def _runs(self, args: dict[str, Any]) -> list[RunRecord]:
        """Return a page, newest first; ask again with ``before`` of its last run, until an empty page."""
        limit = min(int(args.get("limit", 100)), PAGE_LIMIT)
        runs = await asyncio.to_thread(
            self._parts.records.runs, limit, before_unix_s=args.get("before"), ladder_id=args.get("ladder_id")
        )
        return await asyncio.to_thread(_page, runs)

    async def _launches(self, args: dict[str, Any]) -> object:
        return await asyncio.to_thread(self._parts.records.launches, min(int(args.get("limit", 50)), PAGE_LIMIT))


def _page(runs: list[RunRecord]) -> list[RunRecord]:
    """Return as many of *runs* as one message holds, at least one."""
    size = 0
    for number, run in enumerate(runs):
        size += len(encode_value(run))
        if size > PAGE_BYTES and number:
            return runs[:number]
    return runs
