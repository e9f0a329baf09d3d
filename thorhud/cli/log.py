"""The log of a start: all of it or what is looked for in it, as it is written, or into a file."""

import argparse
import asyncio
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from thorhud.cli.conversation import Conversation, add_unit_options, conversation, options_of, run_to_end
from thorhud.cli.words import as_shown
from thorhud.domain.errors import ThorHudError
from thorhud.domain.messages import LaunchRecord, LogHits, LogPage, QueryName
from thorhud.domain.wire import convert, plain
from thorhud.domain.workshop import Workshop

if TYPE_CHECKING:
    from argparse import _SubParsersAction

LOOKED_AT = 200
"""Starts among which one is looked for."""
LISTED = 20
PAUSE_S = 0.3
WHOLE = 100_000
"""Characters of one line: what is longer is cut and says so."""
_LEVELS = {"warning": ["warning", "error"], "error": ["error"]}


def add_parser(subparsers: "_SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the command line."""
    parser = subparsers.add_parser("log", help="the log of a start: read, follow, search, save", description=__doc__)
    parser.add_argument(
        "start", nargs="?", metavar="LAUNCH|CONFIGURATION", help="which start (default: the newest; see --list)"
    )
    add_unit_options(parser)
    parser.add_argument("--follow", action="store_true", help="go on with every new line until Ctrl+C")
    parser.add_argument("--find", metavar="TEXT", default="", help="only lines that hold TEXT, with their numbers")
    parser.add_argument("--level", choices=tuple(_LEVELS), help="only warnings and errors, or only errors")
    parser.add_argument("--save", type=Path, metavar="FILE", help="write it there instead")
    parser.add_argument("--list", action="store_true", help="the starts whose logs there are")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the log, or write it."""
    try:
        return run_to_end(_run(arguments))
    except BrokenPipeError:
        # `thorhud log | head` has seen enough; nothing more may be written, also not at the end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


async def _run(arguments: argparse.Namespace) -> int:
    async with conversation(options_of(arguments)) as talk:
        asked = await talk.link.query(QueryName.LAUNCHES, limit=LOOKED_AT)
        launches = convert(asked, list[LaunchRecord])
        workshop = await talk.workshop()
        if arguments.list:
            _list(launches[:LISTED], workshop, as_json=arguments.json)
            return 0
        log = Log(talk, _chosen(launches, arguments.start), arguments)
        if arguments.save is not None:
            await _save(log, arguments.save)
        else:
            await log.write(sys.stdout, safe=sys.stdout.isatty())
    return 0


def _chosen(launches: list[LaunchRecord], wanted: str | None) -> LaunchRecord:
    """Return the start that is meant: by its id or its beginning, else the newest of a configuration."""
    if not launches:
        raise ThorHudError("Nothing was started on this unit yet.", next_step="Start a model: thorhud launch ID")
    if wanted is None:
        return launches[0]
    for launch in launches:
        if wanted in {launch.id, launch.configuration_id}:
            return launch
    begins = [each for each in launches if each.id.startswith(wanted)]
    if len(begins) == 1:
        return begins[0]
    raise ThorHudError(
        f"There is no log of {as_shown(wanted)!r}." if not begins else f"{len(begins)} starts begin with {wanted!r}.",
        next_step="See which there are: thorhud log --list",
    )


def _list(launches: list[LaunchRecord], workshop: Workshop, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(plain(launches), indent=2, ensure_ascii=False))
        return
    for launch in launches:
        configuration = workshop.configuration(launch.configuration_id or "")
        name = configuration.name if configuration else launch.configuration_id or "started outside"
        when = time.strftime("%Y-%m-%d %H:%M", time.localtime(launch.started_unix_s))
        print(f"{launch.id[:12]}  {when}  {launch.outcome or 'goes on':8}  {as_shown(name)}")
    if not launches:
        print("Nothing was started on this unit yet.")


class Log:
    """One log, read page by page; with ``--find`` and ``--level`` only its hits."""

    def __init__(self, talk: Conversation, launch: LaunchRecord, arguments: argparse.Namespace) -> None:
        self._talk = talk
        self.launch = launch
        self._find: str = arguments.find
        self._levels: list[str] = _LEVELS.get(arguments.level or "", [])
        self._follow: bool = arguments.follow
        self._json: bool = arguments.json
        self._next = 0

    async def write(self, out: TextIO, *, safe: bool) -> int:
        """Write every line and return how many; *safe* writes control characters out, for a terminal."""
        count = 0
        while True:
            wrote = await self._write_page(out, as_shown if safe else str)
            count += wrote
            if wrote:
                continue
            out.flush()
            if not self._follow or await self._ended():
                return count
            await asyncio.sleep(PAUSE_S)

    async def _write_page(self, out: TextIO, drawn: Callable[[str], str]) -> int:
        """Write what comes next; return how many lines that were."""
        lines = await (self._hits() if self._find or self._levels else self._range())
        for number, text in lines:
            if number is None:
                out.write(f"[{text}]\n")
            elif self._json:
                out.write(json.dumps({"line": number + 1, "text": text}, ensure_ascii=False) + "\n")
            else:
                head = f"{number + 1}: " if self._find or self._levels else ""
                out.write(f"{head}{drawn(text)}\n")
        return len(lines)

    async def _range(self) -> list[tuple[int | None, str]]:
        page: LogPage = convert(await self._query(QueryName.LOG, offset=self._next, characters=WHOLE), LogPage)
        lines: list[tuple[int | None, str]] = []
        if page.offset > self._next and not self._json and page.lines:
            lines.append((None, f"{page.offset - self._next} lines of the middle were not kept"))
        lines += [(page.offset + index, text) for index, text in enumerate(page.lines)]
        self._next = page.offset + len(page.lines) if page.lines else self._next
        return lines

    async def _hits(self) -> list[tuple[int | None, str]]:
        asked = {"text": self._find, "levels": self._levels, "after": self._next - 1, "lines": True}
        hits: LogHits = convert(await self._query(QueryName.FIND_IN_LOG, **asked), LogHits)
        self._next = hits.numbers[-1] + 1 if hits.numbers else self._next
        return list(zip(hits.numbers, hits.lines, strict=False))

    async def _query(self, name: QueryName, **args: Any) -> Any:  # noqa: ANN401 - plain JSON
        return await self._talk.link.query(name, launch_id=self.launch.id, **args)

    async def _ended(self) -> bool:
        """Whether no more lines can come."""
        return self._talk.state.serving.launch_id != self.launch.id or self._talk.state.serving.phase == "failed"


async def _save(log: Log, path: Path) -> None:
    part = path.with_name(path.name + ".part")
    try:
        with part.open("w", encoding="utf-8", errors="replace") as file:
            count = await log.write(file, safe=False)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise ThorHudError(
            f"{path} cannot be written: {error.strerror or error}.", next_step="Choose another file with --save."
        ) from error
    print(f"{count} lines saved to {path}")
