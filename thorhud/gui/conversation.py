"""The conversation of a face with its agent: messages into the store, wishes out, and a new start where it breaks."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine

from thorhud.domain.comparison import Comparison
from thorhud.domain.errors import LinkError, ThorHudError
from thorhud.domain.messages import (
    AnswerKind,
    Channel,
    CommandAnswer,
    Down,
    Expectation,
    QueryName,
    Snapshot,
    StreamPiece,
    TypedCommands,
    Verb,
)
from thorhud.domain.state import ServingPhase
from thorhud.domain.wire import convert
from thorhud.domain.workshop import Workshop
from thorhud.gui.store import LinkPhase, Notice, Store
from thorhud.gui.wishes import Inquiry, Wish
from thorhud.links.link import Link

log = logging.getLogger(__name__)

NO_AGENT = "The agent of this unit does not answer. It is being started again."
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.25, 4.0
CHANGES_SERVING = {Verb.LAUNCH, Verb.STOP, Verb.PROMPT, Verb.LADDER, Verb.DISMISS, Verb.REPAIR}
"""Verbs that must name what the asker saw, so that two people cannot race."""

HAVE_A_PANEL = {Verb.LAUNCH, Verb.REPAIR, Verb.PROMPT, Verb.CHECK_PIN}
"""Verbs whose failure is shown where they were asked for; a cancelled answer is not even a failure to the asker."""


class Conversation:
    """Keeps a link to the agent open for as long as the face runs."""

    def __init__(
        self,
        store: Store,
        connect: Callable[[], Awaitable[Link]],
        *,
        on_stream: Callable[[StreamPiece], None] = lambda _: None,
    ) -> None:
        self._store = store
        self._connect = connect
        self._on_stream = on_stream
        self._link: Link | None = None
        self._tasks: asyncio.TaskGroup | None = None
        self._runs_version: int | None = None

    async def run(self) -> None:
        """Talk until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            self._tasks = tasks
            pause_s = FIRST_PAUSE_S
            while True:
                if await self._talk_once():
                    pause_s = FIRST_PAUSE_S
                await asyncio.sleep(pause_s)
                pause_s = min(2 * pause_s, LONGEST_PAUSE_S)

    def request(self, wish: Wish) -> None:
        """Send *wish* in the background; what comes of it shows in the state or as a notice."""
        self._in_background(self._send(wish), f"command {wish.verb}")

    def ask_commands(self, configuration_id: str, deliver: Callable[[TypedCommands | None, str], None]) -> None:
        """Fetch what a person would type for a configuration; *deliver* gets it, or None and why there is none."""
        self._in_background(self._fetch_commands(configuration_id, deliver), "commands")

    def ask(self, inquiry: Inquiry) -> None:
        """Ask in the background; the inquiry's own *deliver* gets the answer."""
        self._in_background(self._inquire(inquiry), f"query {inquiry.name}")

    async def _talk_once(self) -> bool:
        """Open a link and listen until it breaks; return whether the agent was heard."""
        try:
            link = await self._connect()
        except ThorHudError as error:
            log.info("no link: %s", error)
            self._store.set_link(LinkPhase.FAILED, reason=str(error), next_step=error.next_step)
            return False
        self._link = link
        self._runs_version = None
        heard = False
        try:
            await self._greet(link)
            async for message in link.messages():
                heard = True
                self._take(link, message)
        except LinkError as error:
            log.info("the link broke: %s", error)
        finally:
            self._link = None
            await link.close()
        self._store.set_link(LinkPhase.GONE)
        return heard

    async def _greet(self, link: Link) -> None:
        workshop = convert(await link.query(QueryName.WORKSHOP), Workshop)
        self._store.set_link(LinkPhase.CONNECTED)
        self._store.change(workshop=workshop)
        await link.watch(Channel.ANSWER)

    def _take(self, link: Link, message: Down) -> None:
        match message:
            case Snapshot(state=state):
                self._store.receive(state)
                if state.runs_version != self._runs_version:
                    self._runs_version = state.runs_version
                    self._in_background(self._ask_comparison(link), "comparison")
            case StreamPiece():
                self._on_stream(message)
            case _:
                pass

    def _in_background(self, work: Coroutine[object, object, None], name: str) -> None:
        if self._tasks is None:
            work.close()
        else:
            self._tasks.create_task(work, name=name)

    async def _ask_comparison(self, link: Link) -> None:
        try:
            comparison = convert(await link.query(QueryName.COMPARISON), Comparison)
        except LinkError as error:
            log.info("no comparison: %s", error)
        else:
            self._store.change(comparison=comparison)

    async def _fetch_commands(
        self, configuration_id: str, deliver: Callable[[TypedCommands | None, str], None]
    ) -> None:
        if self._link is None:
            deliver(None, NO_AGENT)
            return
        try:
            plain = await self._link.query(QueryName.COMMANDS, configuration_id=configuration_id)
            commands = convert(plain, TypedCommands)
        except LinkError as error:
            deliver(None, str(error))
        else:
            deliver(commands, "")

    async def _inquire(self, inquiry: Inquiry) -> None:
        if self._link is None:
            inquiry.deliver(None, NO_AGENT)
            return
        try:
            value = convert(await self._link.query(inquiry.name, **inquiry.args), inquiry.kind)
        except LinkError as error:
            inquiry.deliver(None, str(error))
        else:
            inquiry.deliver(value, "")

    async def _send(self, wish: Wish) -> None:
        link, state = self._link, self._store.state.agent
        if link is None or state is None:
            self._store.change(notice=Notice(title="Nothing was sent", detail=NO_AGENT))
            _lost(wish, NO_AGENT)
            return
        expect = None
        if wish.verb in CHANGES_SERVING:
            expect = Expectation(boot=state.agent.boot, serving_generation=state.serving.generation)
        try:
            answer = await link.command(wish.verb, wish.args, expect=expect)
        except LinkError as error:
            self._store.change(notice=Notice(title=str(error), detail=error.next_step))
            _lost(wish, str(error))
            return
        if answer.kind is AnswerKind.ACCEPTED:
            try:
                answer = await link.outcome(answer.id)
            except LinkError as error:
                _lost(wish, str(error))
                return  # the banner says that the agent is gone
        if wish.on_end is not None:
            wish.on_end(answer)
        if answer.kind in {AnswerKind.REFUSED, AnswerKind.FAILED}:
            self._tell(wish, answer)

    def _tell(self, wish: Wish, answer: CommandAnswer) -> None:
        """Show why a wish came to nothing, unless its failure has a panel of its own."""
        refused_pin = answer.failure_kind.startswith("pin-") and wish.verb is not Verb.CHECK_PIN
        has_panel = wish.verb in HAVE_A_PANEL and not self._left_the_old_model(wish, answer)
        if has_panel and answer.kind is AnswerKind.FAILED and answer.failure_kind and not refused_pin:
            return
        self._store.change(notice=Notice(title=answer.reason or "That did not work", detail=answer.next_step))

    def _left_the_old_model(self, wish: Wish, answer: CommandAnswer) -> bool:
        """Whether a start came to nothing without a failure on the stage: cancelled, taken over, or not even begun."""
        state = self._store.state.agent
        if wish.verb is not Verb.LAUNCH or state is None or answer.failure_kind == "stopped":
            return False
        return state.serving.phase is not ServingPhase.FAILED


def _lost(wish: Wish, reason: str) -> None:
    """Tell whoever waits for the end of *wish* that nobody knows it."""
    if wish.on_end is not None:
        wish.on_end(CommandAnswer(id="", kind=AnswerKind.FAILED, reason=reason))
