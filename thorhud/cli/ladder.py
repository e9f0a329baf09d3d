"""`thorhud ladder`: launch, warm up, measure and stop one configuration after another, then write the report.

This first ladder is preliminary: one warm-up and three repeats of the reference prompt at temperature 0.
"""

import argparse
import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING

from thorhud.cli.conversation import (
    Conversation,
    StatusLine,
    add_unit_options,
    conversation,
    options_of,
    run_to_end,
)
from thorhud.cli.words import clock
from thorhud.domain.comparison import Comparison
from thorhud.domain.errors import ThorHudError
from thorhud.domain.messages import QueryName, Verb
from thorhud.domain.run_record import RunRecord
from thorhud.domain.state import AgentState
from thorhud.domain.wire import convert, plain
from thorhud.domain.workshop import Workshop

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def add_parser(subparsers: "_SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the command line."""
    parser = subparsers.add_parser("ladder", help="compare configurations and report", description=__doc__)
    parser.add_argument("ids", metavar="ID", nargs="*", help="configurations (default: all that can be started)")
    parser.add_argument("--report", type=Path, default=Path("reports"), metavar="DIR", help="where the report goes")
    parser.add_argument("--repeats", type=int, default=3, metavar="N", help="measured runs of each (default 3)")
    parser.add_argument("--max-tokens", type=int, metavar="N", help="shorter answers than the prompt asks for")
    add_unit_options(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Measure and report; what was measured before an interruption is kept."""
    return run_to_end(_ladder(arguments))


async def _ladder(arguments: argparse.Namespace) -> int:
    line = StatusLine(quiet=arguments.json)
    async with conversation(options_of(arguments)) as talk:
        await talk.known_weights()
        workshop = await talk.workshop()
        args = {
            "configuration_ids": list(arguments.ids),
            "repeats": arguments.repeats,
            "max_tokens": arguments.max_tokens or 0,
        }
        try:
            end = await talk.carry_out(Verb.LADDER, args, lambda state: _show(line, state))
        except (asyncio.CancelledError, KeyboardInterrupt):
            line.end()
            await asyncio.shield(talk.link.command(Verb.CANCEL_LADDER))
            raise
        except ThorHudError as error:
            line.end()
            if not arguments.json:
                raise
            print(json.dumps({"outcome": "failed", "reason": str(error), "next_step": error.next_step}, indent=2))
            return 1
        line.end()
        return await _report(arguments, talk, workshop, str(end.details["ladder_id"]))


def _show(line: StatusLine, state: AgentState) -> None:
    ladder = state.ladder
    if ladder.activity is None:
        return
    done = sum(step.state in {"done", "failed"} for step in ladder.steps)
    left = "" if ladder.remaining_s is None else f", about {clock(ladder.remaining_s)} left"
    serving = state.serving
    shards = ""
    if serving.timeline is not None and ladder.activity.startswith("Starting"):
        shards = f" ({serving.timeline.current.value})"
    line.show(
        f"[{done + 1} of {len(ladder.steps)}] {ladder.activity}{shards}, {clock(ladder.elapsed_s)} so far{left}",
        key=ladder.activity,
    )


async def _report(arguments: argparse.Namespace, talk: Conversation, workshop: Workshop, ladder_id: str) -> int:
    from thorhud.report.write import write_report  # noqa: PLC0415 - plots are drawn only at the end

    comparison = convert(await talk.link.query(QueryName.COMPARISON, ladder_id=ladder_id), Comparison)
    runs = [
        each
        for each in convert(await talk.link.query(QueryName.RUNS, limit=1000), list[RunRecord])
        if each.ladder_id == ladder_id
    ]
    page = await asyncio.to_thread(write_report, comparison, runs, workshop, arguments.report)
    steps = talk.state.ladder.steps
    failed = [step for step in steps if step.state == "failed"]
    if arguments.json:
        result = {
            "outcome": "failed" if failed else "done",
            "ladder_id": ladder_id,
            "steps": plain(steps),
            "comparison": plain(comparison),
            "report": str(page),
        }
        print(json.dumps(result, indent=2, ensure_ascii=False))
        return 1 if failed else 0
    _print_table(comparison, workshop)
    for step in failed:
        print(f"{step.configuration_id} was not measured: {step.reason}")
    print(f"Report: {page}")
    return 1 if failed else 0


def _print_table(comparison: Comparison, workshop: Workshop) -> None:
    names = {each.id: each for each in workshop.configurations}
    width = max(len(each.name) for each in workshop.configurations)
    print(f"\n{'':{width}}  tok/s  published  first token  runs")
    for row in comparison.rows:
        configuration = names[row.configuration_id]
        cell = row.short
        if cell.median_tokens_per_s is None:
            print(f"{configuration.name:{width}}  {row.reason or 'not measured'}")
            continue
        published = configuration.published.short_tokens_per_s.value
        against = "–" if published is None else f"{published:.1f}"  # noqa: RUF001 - a dash where nobody published
        first = "–" if cell.median_ttft_s is None else f"{cell.median_ttft_s:.2f} s"  # noqa: RUF001
        print(
            f"{configuration.name:{width}}  {cell.median_tokens_per_s:5.1f}  {against:>9}  {first:>11}  "
            f"{len(cell.dots)}"
        )
    if comparison.preliminary:
        print("Preliminary: the median of few runs, a first look and not a verdict.")
    for condition in comparison.conditions:
        print(condition)
