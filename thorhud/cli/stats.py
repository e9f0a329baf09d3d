"""`thorhud stats`: one sample of the hardware, each field a value or the reason why there is none."""

import argparse
import json
import sys
import time
from typing import TYPE_CHECKING, Any

from thorhud.cli.conversation import Conversation, add_unit_options, conversation, options_of, run_to_end
from thorhud.cli.live_view import show
from thorhud.cli.telemetry_words import (
    age,
    as_json,
    field_lines,
    memory_bar,
    memory_json,
    memory_legend,
    power_json,
    printable,
    span,
)
from thorhud.cli.words import serving_line, unit_line
from thorhud.domain.errors import LinkError
from thorhud.domain.memory import ledger_of
from thorhud.domain.memory_verdict import verdict
from thorhud.domain.power import judge_power
from thorhud.domain.state import AgentState
from thorhud.domain.wire import plain
from thorhud.domain.workshop import Workshop

if TYPE_CHECKING:
    from argparse import _SubParsersAction

SETTLE_S = 3.0
"""Rates need two looks at the counters: a fresh agent is given this long."""
STALE_S = 3.0


def add_parser(subparsers: "_SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the command line."""
    parser = subparsers.add_parser("stats", help="the hardware, each value with source and age", description=__doc__)
    add_unit_options(parser)
    parser.add_argument(
        "--watch", action="store_true", help="draw it anew each second until q; with --json, one line each second"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print one sample, or watch."""
    return run_to_end(_run(arguments))


async def _run(arguments: argparse.Namespace) -> int:
    async with conversation(options_of(arguments)) as talk:
        workshop = await talk.workshop()
        await _settled(talk)
        view = StatsView(talk, workshop)
        if arguments.watch:
            in_place = sys.stdout.isatty() and not arguments.json
            draw = view.watched if in_place else view.json_line if arguments.json else view.block
            await show(draw, view.still_true, in_place=in_place)
        elif arguments.json:
            print(json.dumps(snapshot_json(talk.state, workshop), indent=2, ensure_ascii=False))
        else:
            print("\n".join(stats_lines(talk.state, workshop, width=100)))
    return 0


async def _settled(talk: Conversation) -> None:
    """Wait until rates are known, but not for ever: some machines do not tell them."""
    end_s = time.monotonic() + SETTLE_S
    while talk.state.telemetry.cpu_load.value is None and time.monotonic() < end_s:
        await talk.change()


class StatsView:
    """What `--watch` shows; it decides by its own clock how old the newest sample is."""

    def __init__(self, talk: Conversation, workshop: Workshop) -> None:
        self._talk = talk
        self._workshop = workshop
        self._taken_s: float | None = None
        self._since_s = 0.0

    async def still_true(self) -> None:
        """Raise `LinkError` where the agent is gone."""
        if self._talk.broken is not None:
            raise LinkError(self._talk.broken, next_step="Look again with: thorhud stats --watch")
        if self._talk.state.telemetry.taken_s != self._taken_s:
            self._taken_s = self._talk.state.telemetry.taken_s
            self._since_s = time.monotonic()

    def watched(self, width: int) -> list[str]:
        """Return the lines of one picture on a terminal."""
        return [*self._lines(width), "", f"{time.strftime('%H:%M:%S')}   q leaves"]

    def block(self, width: int) -> list[str]:
        """Return one block of lines for a pipe."""
        return [time.strftime("%Y-%m-%d %H:%M:%S"), *self._lines(width), ""]

    def _lines(self, width: int) -> list[str]:
        silent_s = time.monotonic() - self._since_s
        old = [f"No new sample for {span(silent_s)}: what stands here is old."] if silent_s >= STALE_S else []
        return [*old, *stats_lines(self._talk.state, self._workshop, width=width)]

    def json_line(self, _width: int) -> list[str]:
        """Return one line of JSON."""
        return [json.dumps(snapshot_json(self._talk.state, self._workshop), ensure_ascii=False)]


def stats_lines(state: AgentState, workshop: Workshop, *, width: int) -> list[str]:
    """Return the unit, what its memory and power mean, and every field."""
    configuration = workshop.configuration(state.serving.configuration_id or "")
    lines = [
        unit_line(state),
        serving_line(state.serving, configuration.name if configuration else state.serving.model or "server"),
        *_memory_lines(state, workshop, width),
        f"power: {judge_power(state.telemetry, is_jetson=state.identity.is_jetson).sentence}",
        "",
        *_table(state),
    ]
    return [printable(line) for line in lines]


def _memory_lines(state: AgentState, workshop: Workshop, width: int) -> list[str]:
    ledger = ledger_of(state, workshop)
    if ledger is None:
        return ["memory: not available"]
    judged = verdict(ledger)
    return [
        f"[{memory_bar(ledger, max(10, min(width, 120) - 2))}]",
        memory_legend(ledger),
        f"memory: {judged.sentence} {judged.next_step}".rstrip(),
    ]


def _table(state: AgentState) -> list[str]:
    rows = list(field_lines(state.telemetry))
    label = max(len(row.label) for row in rows)
    lines = []
    for row in rows:
        origin = ", ".join(each for each in (row.source, age(row.age_s)) if each)
        words = row.value if not row.reason else f"{row.value}  {row.reason}"
        lines.append(f"{row.label:{label}}  {words}" + (f"   [{origin}]" if origin else ""))
    silent = [each for each in state.telemetry.sources if each.reason]
    if silent:
        lines.append("")
    lines += [f"source {each.name} is silent: {each.reason}" for each in silent]
    return lines


def snapshot_json(state: AgentState, workshop: Workshop) -> dict[str, Any]:
    """Return the newest sample with what it means, as plain JSON."""
    ledger = ledger_of(state, workshop)
    return {
        "unit": state.identity.hostname,
        "simulated": state.agent.simulated,
        "at_unix_s": round(time.time(), 3),
        "identity": plain(state.identity),
        "fields": as_json(state.telemetry),
        "sources": plain(state.telemetry.sources),
        "memory": memory_json(ledger, verdict(ledger) if ledger else None),
        "power": power_json(judge_power(state.telemetry, is_jetson=state.identity.is_jetson)),
    }
