"""The small server: what it reads, what it refuses, and that nobody can hold it up."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus

import pytest

from thorhud.http_server import LONGEST_HEAD, Limits, Request, TooLongError, answer, answering, bind, read_request

LIMITS = Limits(connections=4, connections_of_one=4, reading_s=20.0)


async def read(data: bytes, *, largest_body: int = 0) -> Request | None:
    reader = asyncio.StreamReader(limit=LONGEST_HEAD)
    reader.feed_data(data)
    reader.feed_eof()
    return await read_request(reader, largest_body=largest_body)


@asynccontextmanager
async def server(limits: Limits = LIMITS) -> AsyncIterator[tuple[int, list[Request]]]:
    asked: list[Request] = []

    async def respond(request: Request) -> bytes:
        asked.append(request)
        return answer(HTTPStatus.OK, b"hello", {"X-Kind": "test"})

    listener = bind("127.0.0.1", 0)
    async with answering([listener], respond, limits):
        yield listener.getsockname()[1], asked


async def say(port: int, data: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(data)
    try:
        return await reader.read()
    except ConnectionResetError:
        return b""  # closed with the request unread
    finally:
        writer.close()


async def test_a_request_is_read_whole() -> None:
    request = await read(b"POST /a/b?c=d HTTP/1.1\r\nHost: Thor-07:80\r\nContent-Length: 3\r\n\r\nabc", largest_body=3)

    assert request is not None
    assert (request.method, request.path, request.body, request.host) == ("POST", "/a/b", b"abc", "thor-07")
    assert request.keep_alive


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GET / HTTP/1.1\r\nHost: x",
        b"POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\nabcd",
        b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: much\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nab",
    ],
)
async def test_what_is_no_whole_request_is_none(data: bytes) -> None:
    assert await read(data, largest_body=3) is None


async def test_a_head_without_an_end_is_not_read_for_ever() -> None:
    with pytest.raises(TooLongError):
        await read(b"GET / HTTP/1.1\r\nX: " + b"x" * LONGEST_HEAD * 2 + b"\r\n\r\n")


@pytest.mark.parametrize(
    ("field", "host"),
    [
        (b"", None),
        (b"Host: 10.0.0.7:8080\r\n", "10.0.0.7"),
        (b"Host: 10.0.0.7\r\n", "10.0.0.7"),
        (b"Host: [2001:db8::7]:80\r\n", "[2001:db8::7]"),
        (b"Host: [2001:db8::7]\r\n", "[2001:db8::7]"),
        (b"Host: evil.example\r\nHost: 10.0.0.7\r\n", "evil.example, 10.0.0.7"),
    ],
)
async def test_the_host_is_what_was_typed_without_its_port(field: bytes, host: str | None) -> None:
    request = await read(b"GET / HTTP/1.1\r\n" + field + b"\r\n")

    assert request is not None
    assert request.host == host


async def test_an_answer_says_its_length_and_ends_the_connection() -> None:
    async with server() as (port, asked):
        answered = await say(port, b"GET /x HTTP/1.1\r\nHost: a\r\n\r\n")

    assert answered.startswith(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\nX-Kind: test\r\n\r\n")
    assert answered.endswith(b"\r\n\r\nhello")
    assert asked[0].peer == "127.0.0.1"


async def test_a_slow_guest_is_let_go() -> None:
    async with server(Limits(connections=4, connections_of_one=4, reading_s=0.01)) as (port, asked):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HT")

        assert await reader.read() == b""
        writer.close()

    assert asked == []


async def test_one_guest_too_many_is_closed_unread() -> None:
    async with server(Limits(connections=4, connections_of_one=1, reading_s=20.0)) as (port, _):
        _, waiting = await asyncio.open_connection("127.0.0.1", port)
        # the second is seen after the first, because both come to one loop in their order
        assert await say(port, b"GET / HTTP/1.1\r\n\r\n") == b""
        waiting.close()


async def test_the_end_breaks_off_who_is_still_connected() -> None:
    async with server() as (port, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        await say(port, b"GET / HTTP/1.1\r\n\r\n")

        first = asyncio.create_task(reader.read())

    with contextlib.suppress(ConnectionResetError):
        assert await first == b""
    writer.close()
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)


def test_an_address_is_bound_alone_and_a_taken_port_is_an_error() -> None:
    listener = bind("127.0.0.1", 0)
    port = listener.getsockname()[1]

    with pytest.raises(OSError, match="in use"):
        bind("127.0.0.1", port)
    with socket.socket() as elsewhere, pytest.raises(ConnectionRefusedError):
        elsewhere.connect(("127.0.0.2", port))
    listener.close()
