"""Commands in, answers out: accepted or refused at once, done or failed when it ends."""

import asyncio
import json
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from thorhud.agent.hub import Hub
from thorhud.domain.asker import asker
from thorhud.domain.errors import ThorHudError
from thorhud.domain.messages import AnswerKind, Command, CommandAnswer, Verb

log = logging.getLogger(__name__)

REMEMBERED = 500
"""The same command id is one command as long as it is among the last so many."""

CHANGES_SERVING = frozenset({Verb.LAUNCH, Verb.STOP, Verb.LADDER, Verb.REPAIR})

TELLS_WHO = frozenset({Verb.LAUNCH, Verb.STOP})
"""While they go on, everybody sees whose wish it is."""

Reply = Callable[[CommandAnswer], None]
Details = dict[str, str | float | int | bool | None]


class Refusal(ThorHudError):
    """A command that cannot begin; the message says why."""


@dataclass(frozen=True, slots=True)
class Action:
    """How one verb is carried out: what must hold before it begins, and the work itself."""

    check: Callable[[Command], None]
    """Raises `Refusal`."""
    work: Callable[[Command], Awaitable[Details | None]]
    """Raises a `ThorHudError` where it fails."""


@dataclass(slots=True)
class _Known:
    answers: list[CommandAnswer] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)


class Dispatcher:
    """Runs each command as a task of its own; the parts decide what may overlap."""

    def __init__(
        self, tasks: asyncio.TaskGroup, hub: Hub, record: Callable[[Command, float, str], Awaitable[None]]
    ) -> None:
        self._tasks = tasks
        self._hub = hub
        self._record = record
        self._actions: dict[Verb, Action] = {}
        self._known: OrderedDict[str, _Known] = OrderedDict()

    def add(self, verb: Verb, action: Action) -> None:
        """Let *action* carry out *verb*."""
        self._actions[verb] = action

    def submit(self, command: Command, reply: Reply) -> None:
        """Begin *command*; *reply* is called once with accepted or refused and, if accepted, once with the end."""
        known = self._known.get(command.id)
        if known is not None:
            known.replies.append(reply)
            for answer in known.answers:
                reply(answer)
            return
        self._known[command.id] = _Known(replies=[reply])
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        try:
            action = self._permitted(command)
        except Refusal as error:
            self._answer(command, AnswerKind.REFUSED, error=error)
            return
        if command.verb in CHANGES_SERVING:
            # from here on nobody else has seen the newest state: of two people only one is accepted
            self._hub.change_serving(moves=True)
        if command.verb in TELLS_WHO:
            self._hub.change_serving(changing_who=command.who or None)
        self._answer(command, AnswerKind.ACCEPTED)
        self._tasks.create_task(self._run(command, action), name=f"command {command.verb}")

    def _permitted(self, command: Command) -> Action:
        action = self._actions.get(command.verb)
        if action is None:
            raise Refusal(f"This unit does not know how to {command.verb}.")
        if command.verb in CHANGES_SERVING:
            self._compare_with_what_was_seen(command)
        action.check(command)
        return action

    def _compare_with_what_was_seen(self, command: Command) -> None:
        seen = command.expect
        if seen is None:
            raise Refusal("The command does not say which state of the unit it was given for.")
        if seen.boot != self._hub.state.agent.boot:
            raise Refusal("The agent of this unit was started again in between.", next_step="Look again, then repeat.")
        if seen.serving_generation != self._hub.state.serving.generation:
            raise Refusal(
                f"Serving has changed since you looked.{self._by_whom()}", next_step="Look again, then repeat."
            )

    def _by_whom(self) -> str:
        who = self._hub.state.serving.changing_who
        return f" {asker(who)} asked for something here." if who else ""

    async def _run(self, command: Command, action: Action) -> None:
        began = time.time()
        try:
            details = await action.work(command)
        except ThorHudError as error:
            self._no_longer(command)
            await self._record(command, began, f"failed: {error}")
            self._answer(command, AnswerKind.FAILED, error=error)
        else:
            self._no_longer(command)
            await self._record(command, began, _done(details))
            self._answer(command, AnswerKind.DONE, details=details)

    def _no_longer(self, command: Command) -> None:
        """Show that nobody changes anything any more, unless somebody else began meanwhile."""
        if command.verb in TELLS_WHO and self._hub.state.serving.changing_who == (command.who or None):
            self._hub.change_serving(changing_who=None)

    def _answer(
        self,
        command: Command,
        kind: AnswerKind,
        *,
        error: ThorHudError | None = None,
        details: Details | None = None,
    ) -> None:
        answer = CommandAnswer(
            id=command.id,
            kind=kind,
            reason=str(error) if error else "",
            next_step=error.next_step if error else "",
            failure_kind=error.kind if error else "",
            details=details or getattr(error, "details", None) or {},
        )
        known = self._known.get(command.id)
        if known is None:
            return
        known.answers.append(answer)
        for reply in known.replies:
            reply(answer)


def _done(details: Details | None) -> str:
    """Say for the record what came of it; a repair has a sentence of its own."""
    sentence = (details or {}).get("sentence")
    return f"done: {sentence}" if sentence else "done"


NEVER_WRITTEN = frozenset({"pin", "hf_token"})
"""The arguments that no record holds."""


def args_as_text(command: Command) -> str:
    """Return a command's arguments for the record, without its secrets."""
    told = {name: value for name, value in command.args.items() if name not in NEVER_WRITTEN}
    return json.dumps(told, ensure_ascii=False, sort_keys=True, default=str)[:2000]
