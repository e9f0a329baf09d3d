"""The chat page of the unit: kept true while it runs, started and stopped only because somebody asked."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlsplit

from thorhud.agent.dispatcher import Action, Details, Dispatcher, Refusal
from thorhud.agent.hub import Hub
from thorhud.agent.parts import Parts
from thorhud.domain.chat_page import ChatPagePhase, ChatPageState
from thorhud.domain.chat_page_cause import ServedHere, Verdict, judge
from thorhud.domain.chat_page_look import ChatPages, PageContainer, PageLook
from thorhud.domain.chat_page_start import StartTimes, stage_of, time_left_words
from thorhud.domain.errors import EngineError, RecordsError, ThorHudError
from thorhud.domain.messages import Command, Verb
from thorhud.domain.state import LadderPhase, ServingPhase
from thorhud.domain.wire import decode_value, encode_value

log = logging.getLogger(__name__)

KEPT_AS: Final = "chat-page-starts"
STARTING_S, SEEN_S = 1.0, 5.0
"""How often a page is looked at while it starts, and after that."""
PROVEN_FOR_S, DOUBTED_FOR_S = 120.0, 15.0
"""How long a list of models is believed that has the model, and one that has not."""
DATA_EVERY_S: Final = 60.0
BEGINNING: Final = "Starting its container"
LONGEST_QUOTE: Final = 300


@dataclass(slots=True)
class _Proof:
    """The newest look that asked for the list of models, and what it was about."""

    of: tuple[str | None, str | None] = (None, None)
    look: PageLook | None = None
    at_s: float = 0.0


class ChatPageControl:
    """Keeps ``state.chat_page``; the one who starts and stops the chat page."""

    def __init__(self, hub: Hub, parts: Parts, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._hub = hub
        self._parts = parts
        self._clock = clock
        self._look = PageLook()
        self._proof = _Proof()
        self._woken = asyncio.Event()
        self._moved = asyncio.Condition()
        self._began_s: float | None = None
        """When the start was asked for; None where this agent did not start it, or its page has come."""
        self._fresh = False
        self._times = StartTimes()
        self._data: tuple[float, int | None] | None = None
        self._container_comes = False
        self._trouble: ChatPageState | None = None
        """Why the newest start came to nothing; shown until somebody tries again."""
        self._looking = asyncio.Lock()
        """A look that began before a command must not be shown after it."""

    def add_to(self, dispatcher: Dispatcher) -> None:
        """Let *dispatcher* start and stop the page, where this unit can have one."""
        if self._parts.chat_pages is not None:
            dispatcher.add(Verb.CHAT_PAGE, Action(self.check, self.carry_out))

    # commands

    def check(self, command: Command) -> None:
        """Refuse what cannot be done, and what nobody said yes to."""
        on, agreed = command.args.get("on"), command.args.get("agreed") is True
        page = self._look.container
        running = page is not None and page.running
        if not isinstance(on, bool):
            raise Refusal("The chat page is switched on or off.")
        if self._hub.state.ladder.phase is LadderPhase.RUNNING:
            raise Refusal("A ladder is being measured on this unit.", next_step="Wait for it, or cancel it.")
        if on and (running or self._container_comes):
            raise Refusal("The chat page runs already.", next_step=self._hub.state.chat_page.url or "")
        if not on:
            self._may_end(command, page if running else None, agreed=agreed)

    def _may_end(self, command: Command, page: PageContainer | None, *, agreed: bool) -> None:
        removes = command.args.get("remove_data") is True
        if page is None and not removes:
            raise Refusal("No chat page runs on this unit in Docker.")
        asks = _stop_asks(page)
        if page is not None and asks and not agreed:
            raise Refusal(asks, next_step="Confirm that it may be stopped.", kind="started-outside")
        if removes and not agreed:
            raise Refusal(
                f"This removes every account and chat in {self._pages.data}.",
                next_step="Confirm that they may be removed.",
                kind="removes-data",
            )

    async def carry_out(self, command: Command) -> Details:
        """Start the page and wait for its first page, or stop it."""
        if command.args["on"]:
            return await self._start(command.who)
        return await self._stop(command.who, remove_data=command.args.get("remove_data") is True)

    async def _start(self, who: str) -> Details:
        self._hub.tell("action", f"{who or 'Somebody'} started the chat page")
        self._container_comes, self._trouble = True, None
        self._show(self._plain(ChatPagePhase.STARTING, stage=BEGINNING))
        try:
            self._fresh = not await self._pages.measure_data()
            self._began_s = self._clock()
            await self._pages.start()
            await self.see()
        except ThorHudError as error:
            self._trouble = self._failed(error)
            self._show(self._trouble)
            raise
        finally:
            self._container_comes = False
        self._woken.set()
        async with self._moved:
            await self._moved.wait_for(lambda: self._hub.state.chat_page.phase is not ChatPagePhase.STARTING)
        state = self._hub.state.chat_page
        if not state.answers:
            sentence = state.sentence or "The chat page was stopped before its first page came."
            raise ThorHudError(sentence, next_step=state.next_step, kind=state.cause)
        return {"url": state.url, "sentence": state.sentence, "phase": state.phase.value}

    async def _stop(self, who: str, *, remove_data: bool) -> Details:
        page = self._look.container
        sentence = f"Stopped. Accounts and chats stay in {self._pages.data}."
        if page is not None and page.running:
            await self._pages.stop(page.id)
            if not page.ours:
                sentence = f"{page.name} is stopped and removed."
        if remove_data:
            await self._pages.remove_data()
            sentence = f"The accounts and chats in {self._pages.data} are removed."
        self._hub.tell("action", f"{who or 'Somebody'} ended the chat page: {sentence}")
        self._data = self._trouble = self._began_s = None
        await self.see()
        return {"sentence": sentence}

    # what is seen

    async def watch(self) -> None:
        """Look at the page until cancelled."""
        if self._parts.chat_pages is None:
            return
        await self._remember()
        while True:
            await self.see()
            pause_s = STARTING_S if self._hub.state.chat_page.phase is ChatPagePhase.STARTING else SEEN_S
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), pause_s)
            self._woken.clear()

    async def see(self) -> None:
        """Look at the page once, and show what is seen."""
        async with self._looking:
            await self._see_now()
        async with self._moved:
            self._moved.notify_all()

    async def _see_now(self) -> None:
        try:
            look = await self._looked()
        except (EngineError, TimeoutError, KeyError, ValueError, TypeError) as error:
            # another program's answer, or an engine that hangs: nothing is known then
            state = ChatPageState(sentence=str(error) or "The Docker Engine does not answer in time.")
        else:
            self._look = look
            await self._measure_data()
            state = self._state_of(look, judge(look, self._here()))
            await self._learn(state)
        if state.phase is ChatPagePhase.ABSENT and self._trouble is not None:
            state = replace(self._trouble, data_bytes=state.data_bytes)
        if not self._container_comes:
            self._show(state)

    async def _looked(self) -> PageLook:
        here = self._here()
        served = here.model
        look = await self._pages.look(served, deep=False, names=here.names)
        if not look.answers or served is None:
            return look
        about = (look.container.id if look.container else None, served)
        if self._proof.look is None or self._proof.of != about or (self._is_old() and not self._hub.busy):
            deep = await self._pages.look(served, deep=True, names=here.names)
            self._proof = _Proof(about, deep, self._clock())
            return deep
        known = self._proof.look
        return replace(
            look,
            asked=known.asked,
            lines=known.lines,
            kept=known.kept,
            listed=known.listed,
            not_asked=known.not_asked,
            unit_answers=known.unit_answers,
            refused=known.refused,
            shared_account=known.shared_account,
            loopback_only=known.loopback_only,
        )

    def _is_old(self) -> bool:
        proven = self._hub.state.chat_page.phase is ChatPagePhase.READY
        return self._clock() - self._proof.at_s > (PROVEN_FOR_S if proven else DOUBTED_FOR_S)

    def _here(self) -> ServedHere:
        state = self._hub.state
        ready = state.serving.phase is ServingPhase.READY
        names = (state.identity.hostname.lower(), *(each.ip for each in state.identity.addresses))
        port = urlsplit(self._parts.base_url).port or self._parts.workshop.container.port
        return ServedHere(model=state.serving.model if ready else None, port=port, names=names)

    def _state_of(self, look: PageLook, verdict: Verdict) -> ChatPageState:
        page = look.container
        state = replace(
            self._plain(verdict.phase),
            started_outside=verdict.phase is not ChatPagePhase.ABSENT and not (page and page.ours),
            sentence=verdict.sentence,
            next_step=verdict.next_step,
            evidence=verdict.evidence[:LONGEST_QUOTE],
            cause=verdict.cause,
            repair=verdict.repair,
            version=look.version,
            stop_asks=_stop_asks(page),
        )
        if verdict.phase is ChatPagePhase.STARTING and page is not None:
            return self._starting(state, look, page)
        return replace(state, url=self._url(look)) if state.answers else state

    def _starting(self, state: ChatPageState, look: PageLook, page: PageContainer) -> ChatPageState:
        elapsed_s = max(0.0, time.time() - (page.started_unix_s or time.time()))
        remaining_s, words = time_left_words(elapsed_s, self._times.usual_s(fresh=self._fresh))
        last = next((each for each in reversed(look.lines) if each.strip()), "")
        return replace(
            state,
            elapsed_s=round(elapsed_s),
            remaining_s=None if remaining_s is None else round(remaining_s),
            stage=stage_of(look.lines),
            sentence=words,
            evidence=last[:LONGEST_QUOTE],
        )

    def _plain(self, phase: ChatPagePhase, *, stage: str = "") -> ChatPageState:
        data = self._data[1] if self._data else None
        return ChatPageState(phase=phase, stage=stage, accounts=self._accounts(), data_bytes=data)

    def _accounts(self) -> str:
        page = self._look.container
        # nobody knows with which words of ours a page of somebody else would be described
        return "" if page is not None and page.running and not page.ours else self._pages.accounts

    def _failed(self, error: ThorHudError) -> ChatPageState:
        return replace(
            self._plain(ChatPagePhase.FAILED), sentence=str(error), next_step=error.next_step, cause=error.kind
        )

    def _url(self, look: PageLook) -> str | None:
        addresses = self._hub.state.identity.addresses
        page = look.container
        port = page.port if page is not None and page.port is not None else self._parts.workshop.chat_page.port
        if not addresses:
            return None
        ip = addresses[0].ip
        return f"http://[{ip}]:{port}" if ":" in ip else f"http://{ip}:{port}"

    def _show(self, state: ChatPageState) -> None:
        if state != self._hub.state.chat_page:
            self._hub.change(chat_page=state)

    # what is learned

    async def _learn(self, state: ChatPageState) -> None:
        """Keep how long the first page took, once it has come."""
        if self._began_s is None or not state.answers:
            return
        took_s = self._clock() - self._began_s
        self._began_s = None
        self._times = self._times.with_one(round(took_s, 1), fresh=self._fresh)
        self._hub.tell("chat-page", f"The chat page answers after {took_s:.0f} s", seconds=round(took_s, 1))
        try:
            await asyncio.to_thread(self._parts.records.keep, KEPT_AS, encode_value(self._times).decode())
        except RecordsError as error:
            log.warning("the start of the chat page was not written down: %s", error)

    async def _remember(self) -> None:
        with contextlib.suppress(ThorHudError):  # without it every start is the first
            kept = await asyncio.to_thread(self._parts.records.kept, KEPT_AS)
            if kept is not None:
                self._times = decode_value(kept, StartTimes)

    async def _measure_data(self) -> None:
        now_s = self._clock()
        if self._data is None or now_s - self._data[0] > DATA_EVERY_S:
            self._data = (now_s, await self._pages.measure_data())

    @property
    def _pages(self) -> ChatPages:
        pages = self._parts.chat_pages
        assert pages is not None  # noqa: S101 - the verb and the watch exist only with them
        return pages


def _stop_asks(page: PageContainer | None) -> str:
    """Return what a person must agree to before the page is stopped; empty where nothing."""
    if page is None or not page.running or page.ours:
        return ""
    lost = "" if page.keeps_data else " It keeps accounts and chats inside the container: they would be lost."
    return f"{page.name} was started outside the HUD, so it is not stopped without an explicit yes.{lost}"
