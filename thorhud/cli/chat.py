"""`thorhud chat`: the chat page (Open WebUI) of this unit: start it, see how it is, stop it.

It is never started in silence. Accounts and chats stay when it stops; only --remove-data removes them, and asks first.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from thorhud.cli.conversation import (
    Conversation,
    StatusLine,
    add_unit_options,
    conversation,
    options_of,
    run_to_end,
)
from thorhud.cli.words import as_shown, clock
from thorhud.domain.chat_page import NOTHING_SERVED, ChatAccounts, ChatPagePhase, ChatPageState
from thorhud.domain.errors import ThorHudError
from thorhud.domain.messages import Verb
from thorhud.domain.state import AgentState
from thorhud.domain.wire import plain

if TYPE_CHECKING:
    from argparse import _SubParsersAction

_WORDS = {
    ChatPagePhase.UNKNOWN: "nobody knows",
    ChatPagePhase.ABSENT: "not running",
    ChatPagePhase.STARTING: "starting",
    ChatPagePhase.READY: "ready",
    ChatPagePhase.NO_MODEL: "answers, without the model",
    ChatPagePhase.FAILED: "failed",
}


def add_parser(subparsers: "_SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the command line."""
    parser = subparsers.add_parser("chat", help="the chat page of this unit", description=__doc__)
    parser.add_argument("what", nargs="?", choices=("status", "start", "stop"), default="status")
    parser.add_argument("--dry-run", action="store_true", help="start: print the command to type, and start nothing")
    parser.add_argument("--outside", action="store_true", help="stop: yes, also a page that the HUD did not start")
    parser.add_argument("--remove-data", action="store_true", help="stop: remove its accounts and chats as well")
    parser.add_argument("--yes", action="store_true", help="do not ask before accounts and chats are removed")
    add_unit_options(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Do what was typed."""
    if arguments.what == "start" and arguments.dry_run:
        print(_typed())
        return 0
    return run_to_end(_talk(arguments))


async def _talk(arguments: argparse.Namespace) -> int:
    if arguments.remove_data and not _may_remove(arguments):
        print("Nothing was removed. To remove without a question add --yes.", file=sys.stderr)
        return 1
    async with conversation(options_of(arguments)) as talk:
        while talk.state.chat_page.phase is ChatPagePhase.UNKNOWN and not talk.state.chat_page.sentence:
            await talk.change()
        match arguments.what:
            case "start":
                return await _carry_out(talk, {"on": True}, as_json=arguments.json)
            case "stop":
                agreed = arguments.outside or arguments.remove_data
                args = {"on": False, "agreed": agreed, "remove_data": arguments.remove_data}
                return await _carry_out(talk, args, as_json=arguments.json)
            case _:
                return _show(talk.state.chat_page, as_json=arguments.json)


async def _carry_out(talk: Conversation, args: dict[str, Any], *, as_json: bool) -> int:
    line = StatusLine(quiet=as_json)

    def show(state: AgentState) -> None:
        page = state.chat_page
        if page.phase is ChatPagePhase.STARTING:
            line.show(_starting(page), key=page.stage)

    try:
        answer = await talk.carry_out(Verb.CHAT_PAGE, args, show)
    except ThorHudError as error:
        line.end()
        if not as_json:
            raise
        print(json.dumps({"outcome": "failed", "reason": str(error), "next_step": error.next_step}, indent=2))
        return 1
    line.end()
    if not args["on"]:
        sentence = str(answer.details.get("sentence", ""))
        print(json.dumps({"outcome": "stopped", "sentence": sentence}, ensure_ascii=False) if as_json else sentence)
        return 0
    return _show(talk.state.chat_page, as_json=as_json)


def _show(page: ChatPageState, *, as_json: bool) -> int:
    """Print the state; 0 where nothing is wrong: a page that nobody started, or no model to list."""
    print(json.dumps(plain(page), indent=2, ensure_ascii=False) if as_json else "\n".join(lines_of(page)))
    trouble = page.phase in {ChatPagePhase.NO_MODEL, ChatPagePhase.FAILED, ChatPagePhase.UNKNOWN}
    return int(trouble and page.cause != NOTHING_SERVED)


def lines_of(page: ChatPageState) -> Iterator[str]:
    """Yield the state of the chat page in words."""
    outside = ", started outside the HUD" if page.started_outside else ""
    yield f"chat page  {_WORDS[page.phase]}{outside}"
    if page.phase is ChatPagePhase.STARTING:
        yield f"  stage    {_starting(page)}"
    if page.answers:
        yield f"  open     {page.url or 'http://localhost:8080 on the unit itself; it has no network'}"
    if page.sentence:
        yield f"  {'note' if page.phase is ChatPagePhase.STARTING else 'why '}     {page.sentence}"
    if page.evidence:
        yield f"  seen     {as_shown(page.evidence)}"
    if page.next_step:
        yield f"  next     {page.next_step}"
    if page.repair:
        yield f"  type     thorhud doctor --fix {page.repair}"
    if page.accounts:
        yield f"  accounts {page.accounts}"
    if page.data_bytes:
        yield f"  disk     {page.data_bytes / 1e9:.2f} GB of accounts and chats"


def _starting(page: ChatPageState) -> str:
    left = "" if page.remaining_s is None else f", about {page.remaining_s:.0f} s left"
    return f"{page.stage}, {clock(page.elapsed_s or 0.0)}{left}"


def _may_remove(arguments: argparse.Namespace) -> bool:
    """Ask on the terminal; where there is none, nobody has agreed."""
    if arguments.yes:
        return True
    if arguments.json or not sys.stdin.isatty():
        return False
    return input("Remove every account and chat of the chat page? [y/N] ").strip().lower() in {"y", "yes"}


def _typed() -> str:
    """Return the command that starts the same by hand."""
    from thorhud.serving.chat_page import chat_page_spec, data_folder, typed  # noqa: PLC0415 - only for this answer
    from thorhud.settings.load import load_settings  # noqa: PLC0415
    from thorhud.settings.workshop_file import load_workshop  # noqa: PLC0415

    settings = load_settings()
    page = load_workshop(settings.workshop).chat_page
    data, accounts = data_folder(page, settings.data_dir), ChatAccounts(settings.chat_accounts)
    return typed(chat_page_spec(page, port=settings.port, data=data, accounts=accounts))
