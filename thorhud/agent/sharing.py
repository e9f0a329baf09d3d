"""The take-home card on the unit's own network: off unless somebody switches it on, and gone with the agent.

Who holds the address may read the card and the report; it ends in a path that nobody can guess, and nothing else is
answered. There is no account, nothing is written, and everything is bounded: connections, time and requests.
"""

import asyncio
import contextlib
import logging
import os
import secrets
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from http import HTTPStatus
from socket import socket

from thorhud.agent.answers import Answers
from thorhud.agent.card_files import PAGE_NAME, CardFile, card_files
from thorhud.agent.dispatcher import Action, Details, Dispatcher, Refusal
from thorhud.agent.hub import Hub
from thorhud.agent.parts import Parts
from thorhud.agent.request_rate import RequestRate
from thorhud.domain.comparison import Comparison
from thorhud.domain.errors import ThorHudError
from thorhud.domain.messages import Command, Query, QueryName, Verb
from thorhud.domain.state import SharedCard
from thorhud.domain.wire import convert
from thorhud.http_server import Limits, Request, answer, answering, bind

log = logging.getLogger(__name__)

LIMITS = Limits(connections=32, connections_of_one=8)
_FIRST_FREE_PORT, _LAST_PORT = 1024, 65535
_TRIES = 5
"""A port that is free at one address may be taken at another."""
_MOST_RUNS = 1000
_THIS_MACHINE = "127.0.0.1"

_EVERY_ANSWER = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
}

Make = Callable[[], Awaitable[dict[str, CardFile]]]


class Sharing:
    """Switches the card on and off; `watch` ends it with the agent."""

    def __init__(self, hub: Hub, parts: Parts, answers: Answers) -> None:
        self._hub = hub
        self._parts = parts
        self._answers = answers
        self._switching = asyncio.Lock()
        self._shared: AsyncExitStack | None = None

    def add_to(self, dispatcher: Dispatcher) -> None:
        """Carry out `Verb.SHARE`."""
        dispatcher.add(Verb.SHARE, Action(self.may_share, self.share))

    def may_share(self, command: Command) -> None:
        """Raise `Refusal` where the wish is none, or where drawing would disturb a measurement."""
        if not isinstance(command.args.get("on"), bool):
            raise Refusal("Sharing is switched on or off: on is true or false.")
        port = command.args.get("port", 0)
        fits = (
            isinstance(port, int)
            and not isinstance(port, bool)
            and (port == 0 or _FIRST_FREE_PORT <= port <= _LAST_PORT)
        )
        if not fits:
            raise Refusal(f"port is 0 (any that is free) or {_FIRST_FREE_PORT} to {_LAST_PORT}.")
        if command.args["on"] and self._hub.busy:
            raise Refusal("Something is being measured on this unit.", next_step="Share the results when it is done.")

    async def share(self, command: Command) -> Details | None:
        """Begin or end sharing; what was shared before ends in both cases, and a new card has a new address."""
        async with self._switching:
            await self._close()
            if not command.args["on"]:
                self._hub.change(shared_card=SharedCard())
                return None
            try:
                url = await self._open(int(command.args.get("port", 0)))
            except ThorHudError as error:
                self._hub.change(shared_card=SharedCard(reason=str(error)))
                raise
            self._hub.change(shared_card=SharedCard(url=url))
        return {"url": url}

    async def watch(self) -> None:
        """Wait for the end of the agent, which ends the sharing."""
        try:
            await asyncio.Event().wait()
        finally:
            await self._close()

    async def _open(self, port: int) -> str:
        addresses = self._addresses()
        listeners = _listeners(addresses, port)
        chosen: int = listeners[0].getsockname()[1]
        hosts = frozenset(_in_url(str(each.getsockname()[0])) for each in listeners)
        card = _Card(self._make_files, secrets.token_urlsafe(16), hosts, self._may_be_made_again)
        stack = AsyncExitStack()
        try:
            await card.make()
            await stack.enter_async_context(answering(listeners, card.respond, LIMITS))
        except BaseException:
            for listener in listeners:
                listener.close()
            raise
        self._shared = stack
        log.info("the take-home card is shared on port %d of %s", chosen, ", ".join(sorted(hosts)))
        return f"http://{_in_url(str(listeners[0].getsockname()[0]))}:{chosen}/{card.secret}/"

    async def _close(self) -> None:
        shared, self._shared = self._shared, None
        if shared is not None:
            await shared.aclose()
            log.info("the take-home card is no longer shared")

    def _addresses(self) -> list[str]:
        """Return the unit's own addresses; those of a simulated unit are made up, so only this machine may look."""
        if self._parts.simulated:
            return [_THIS_MACHINE]
        identity = self._hub.state.identity
        found = [each.ip for each in (*identity.addresses, *identity.addresses_v6)]
        if not found:
            raise ThorHudError("This unit has no address in a network.", next_step="Plug in a network cable.")
        return found

    def _may_be_made_again(self) -> int | None:
        """Return the state of the records that a card shows, None while drawing would disturb a measurement."""
        return None if self._hub.busy else self._hub.state.runs_version

    async def _make_files(self) -> dict[str, CardFile]:
        query = Query(id="card", name=QueryName.COMPARISON)
        comparison = convert(await self._answers(query), Comparison)
        runs = await asyncio.to_thread(self._parts.records.runs, _MOST_RUNS)
        return await asyncio.to_thread(card_files, comparison, runs, self._parts.workshop)


class _Card:
    """The pages of one sharing: made when it begins, and again when somebody looks after something was measured."""

    def __init__(self, make: Make, secret: str, hosts: frozenset[str], version: Callable[[], int | None]) -> None:
        self.secret = secret
        self._make = make
        self._hosts = hosts
        self._version = version
        self._made: int | None = None
        self._files: dict[str, CardFile] = {}
        self._making = asyncio.Lock()
        self._rate = RequestRate()

    async def make(self) -> None:
        """Make the pages where something was measured since, and nothing is being measured now."""
        async with self._making:
            version = self._version()
            if version is None and not self._files:
                raise ThorHudError("Something is being measured on this unit.", next_step="Share the results after it.")
            if version is None or version == self._made:
                return
            self._files = await self._make()
            self._made = version

    async def respond(self, request: Request) -> bytes:
        """Answer one request; who does not know the path learns nothing, not even whether a card is shared."""
        if not self._rate.allows(request.peer):
            return _refused(HTTPStatus.TOO_MANY_REQUESTS, {"Retry-After": "2"})
        begin, secret, name = (*request.path.split("/", 2), "", "")[:3]
        knows = secrets.compare_digest(secret.encode(), self.secret.encode())
        if begin or not knows or request.host not in self._hosts:
            return _refused(HTTPStatus.NOT_FOUND)
        if request.method != "GET":
            return _refused(HTTPStatus.METHOD_NOT_ALLOWED, {"Allow": "GET"})
        if request.path == f"/{self.secret}":
            return _refused(HTTPStatus.PERMANENT_REDIRECT, {"Location": f"/{self.secret}/"})
        return await self._file(name or PAGE_NAME)

    async def _file(self, name: str) -> bytes:
        with contextlib.suppress(ThorHudError):  # the pages made before are better than none
            await self.make()
        file = self._files.get(name)
        if file is None:
            return _refused(HTTPStatus.NOT_FOUND)
        return answer(HTTPStatus.OK, file.content, _EVERY_ANSWER | file.fields())


def _refused(status: HTTPStatus, fields: dict[str, str] | None = None) -> bytes:
    kind = {"Content-Type": "text/plain; charset=utf-8", "Content-Security-Policy": "default-src 'none'"}
    return answer(status, f"{status.phrase}\n".encode(), _EVERY_ANSWER | kind | (fields or {}))


def _in_url(address: str) -> str:
    return f"[{address}]" if ":" in address else address


def _listeners(addresses: Sequence[str], port: int) -> list[socket]:
    """Return a listening socket for each address, all with one port; an address that is gone is left out."""
    problem: OSError | None = None
    for _ in range(1 if port else _TRIES):
        listeners: list[socket] = []
        for address in addresses:
            try:
                listeners.append(bind(address, listeners[0].getsockname()[1] if listeners else port))
            except OSError as error:
                problem = error
                log.info("the card cannot be shared at %s: %s", address, os.strerror(error.errno or 0))
        if listeners:
            return listeners
    reason = os.strerror(problem.errno or 0) if problem is not None else "no address"
    raise ThorHudError(
        f"The card cannot be shared on this unit's addresses: {reason}.", next_step="Choose another port, or try again."
    )
