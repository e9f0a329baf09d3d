"""A face and an agent over the local socket."""

import asyncio
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.domain.test_wire import STATE
from thorhud.domain.errors import LinkError
from thorhud.domain.messages import (
    AnswerKind,
    Channel,
    Command,
    CommandAnswer,
    Event,
    Query,
    QueryAnswer,
    QueryName,
    Snapshot,
    Verb,
    Watch,
)
from thorhud.domain.wire import decode_up, encode
from thorhud.links.connection import Connection
from thorhud.links.local import local_link, serve


class Peer:
    """The agent's end, scripted by the test."""

    def __init__(self) -> None:
        self.connection: Connection | None = None
        self.arrived: asyncio.Queue[object] = asyncio.Queue()
        self.connected = asyncio.Event()

    async def talk(self, connection: Connection) -> None:
        self.connection = connection
        self.connected.set()
        while (data := await connection.receive()) is not None:
            await self.arrived.put(decode_up(data))
        await connection.close()

    async def send(self, *messages: object) -> None:
        assert self.connection is not None
        for message in messages:
            await self.connection.send(encode(message))  # type: ignore[arg-type]


@pytest.fixture
def socket(tmp_path: Path) -> Path:
    return tmp_path / "agent.sock"


@pytest.fixture
async def peer(socket: Path) -> AsyncIterator[Peer]:
    peer = Peer()
    server = await serve(socket, peer.talk)
    yield peer
    server.close()
    if peer.connection is not None:
        await peer.connection.close()


async def test_only_this_account_may_use_the_socket(peer: Peer, socket: Path) -> None:
    assert stat.S_IMODE(socket.stat().st_mode) == 0o600


async def test_the_group_may_use_the_socket_of_a_service(socket: Path) -> None:
    server = await serve(socket, Peer().talk, group_may=True)
    assert stat.S_IMODE(socket.stat().st_mode) == 0o660
    server.close()


async def test_a_socket_left_by_a_dead_agent_is_replaced_and_a_file_is_not(socket: Path) -> None:
    for _ in range(2):
        server = await serve(socket, Peer().talk)
        server.close()
        await server.wait_closed()
    socket.unlink(missing_ok=True)
    socket.write_text("precious")
    with pytest.raises(LinkError, match="in the way"):
        await serve(socket, Peer().talk)
    assert socket.read_text() == "precious"


async def test_nobody_there_is_one_sentence(socket: Path) -> None:
    with pytest.raises(LinkError, match="No agent listens") as caught:
        await local_link(socket).open()
    assert caught.value.next_step == "Start one: thorhud agent"


async def test_a_command_gets_its_first_answer_and_later_its_end(peer: Peer, socket: Path) -> None:
    link = local_link(socket, who="kiosk")
    await link.open()
    asking = asyncio.ensure_future(link.command(Verb.STOP))
    wish = await peer.arrived.get()
    assert isinstance(wish, Command)
    assert wish.who == "kiosk"
    await peer.send(CommandAnswer(id=wish.id, kind=AnswerKind.ACCEPTED))
    assert (await asking).kind is AnswerKind.ACCEPTED
    await peer.send(CommandAnswer(id=wish.id, kind=AnswerKind.DONE, details={"a": 1}))
    assert (await link.outcome(wish.id)).details == {"a": 1}
    await link.close()


async def test_answers_reach_the_question_they_belong_to(peer: Peer, socket: Path) -> None:
    link = local_link(socket)
    await link.open()
    first = asyncio.ensure_future(link.query(QueryName.RUNS, limit=1))
    second = asyncio.ensure_future(link.query(QueryName.LOG))
    asked = [await peer.arrived.get(), await peer.arrived.get()]
    for question in reversed(asked):
        assert isinstance(question, Query)
        await peer.send(QueryAnswer(id=question.id, result=question.name.value))
    assert (await first, await second) == ("runs", "log")
    await link.close()


async def test_a_question_without_an_answer_says_why(peer: Peer, socket: Path) -> None:
    link = local_link(socket)
    await link.open()
    asking = asyncio.ensure_future(link.query(QueryName.LOG))
    question = await peer.arrived.get()
    assert isinstance(question, Query)
    await peer.send(QueryAnswer(id=question.id, error="There is no such launch."))
    with pytest.raises(LinkError, match="no such launch"):
        await asking
    await link.close()


async def test_only_the_newest_snapshot_waits_and_events_keep_their_order(peer: Peer, socket: Path) -> None:
    link = local_link(socket)
    await link.open()
    await peer.connected.wait()
    event = Event(number=1, at_unix_s=0.0, kind="ready", text="x")
    await peer.send(Snapshot(number=1, state=STATE), event, Snapshot(number=2, state=STATE))
    asking = asyncio.ensure_future(link.query(QueryName.LOG))  # answered last, so everything before has arrived
    question = await peer.arrived.get()
    assert isinstance(question, Query)
    await peer.send(QueryAnswer(id=question.id))
    await asking
    messages = link.messages()
    assert [await anext(messages), await anext(messages)] == [event, Snapshot(number=2, state=STATE)]
    await link.close()


async def test_when_the_agent_dies_every_waiter_hears_of_it(peer: Peer, socket: Path) -> None:
    link = local_link(socket)
    await link.open()
    asking = asyncio.ensure_future(link.query(QueryName.LOG))
    await peer.arrived.get()
    assert peer.connection is not None
    await peer.connection.close()
    with pytest.raises(LinkError, match="does not answer any more"):
        await asking
    assert [each async for each in link.messages()] == []
    with pytest.raises(LinkError):
        await link.command(Verb.STOP)
    await link.close()


async def test_what_the_agent_sends_is_not_believed_blindly(peer: Peer, socket: Path) -> None:
    link = local_link(socket)
    await link.open()
    await peer.connected.wait()
    assert peer.connection is not None
    await peer.connection.send(b'{"v":9,"kind":"snapshot","body":{}}')
    assert [each async for each in link.messages()] == []
    with pytest.raises(LinkError, match="version 9"):
        await link.watch(Channel.LOG)
    await link.close()


async def test_a_watch_reaches_the_agent(peer: Peer, socket: Path) -> None:
    link = local_link(socket)
    await link.open()
    await link.watch(Channel.ANSWER, on=True)
    assert await peer.arrived.get() == Watch(channel=Channel.ANSWER, on=True)
    await link.close()
