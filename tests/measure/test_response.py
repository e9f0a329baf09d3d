"""One HTTP response, however its bytes are cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thorhud.measure.response import CutOff, NotHttp, Response

CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def fed(stream: bytes, cut: int) -> tuple[Response, bytes]:
    response = Response()
    body = b"".join(response.feed(stream[at : at + cut]) for at in range(0, len(stream), cut))
    return response, body


@given(st.lists(st.binary(min_size=1, max_size=40), max_size=6), st.integers(1, 200))
def test_chunks_are_put_together_however_they_are_cut(pieces: list[bytes], cut: int) -> None:
    response, body = fed(CHUNKED + b"".join(chunk(each) for each in pieces) + b"0\r\n\r\n", cut)

    assert body == b"".join(pieces)
    assert response.complete
    assert (response.status, response.content_type) == (200, "text/event-stream")


@pytest.mark.parametrize("cut", [1, 7, 1000])
@pytest.mark.parametrize(
    ("stream", "expected"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", b"hello"),
        (b"HTTP/1.1 404 Not Found\r\ncontent-length:0\r\n\r\n", b""),
        (b"HTTP/1.1 204 No Content\r\n\r\n", b""),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", b"hi"),
        (CHUNKED + b"5;name=value\r\nhello\r\n0\r\nTrailer: x\r\n\r\n", b"hello"),
    ],
)
def test_every_way_to_say_where_the_body_ends(stream: bytes, expected: bytes, cut: int) -> None:
    response, body = fed(stream, cut)

    assert body == expected
    assert response.complete


def test_a_body_may_end_with_the_connection() -> None:
    response, body = fed(b"HTTP/1.0 200 OK\r\n\r\nhello", 9)
    before = response.complete
    response.end()

    assert body == b"hello"
    assert (before, response.complete) == (False, True)
    assert not response.keeps_open


@pytest.mark.parametrize(
    "stream", [b"", b"HTTP/1.1 20", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhell", CHUNKED, CHUNKED + b"5\r\nhel"]
)
def test_an_end_before_the_end_is_said(stream: bytes) -> None:
    response, _ = fed(stream, 50)

    with pytest.raises(CutOff):
        response.end()


@pytest.mark.parametrize(
    "stream",
    [
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1 fine OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -4\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000,
        CHUNKED + b"xyz\r\n",
        CHUNKED + b"-5\r\nhello\r\n",
        CHUNKED + b"5\r\nhello and more\r\n",
    ],
)
@pytest.mark.parametrize("cut", [3, 100_000])
def test_what_is_no_http_is_refused(stream: bytes, cut: int) -> None:
    with pytest.raises(NotHttp):
        fed(stream, cut)


@pytest.mark.parametrize(
    ("head", "keeps_open"),
    [
        (b"HTTP/1.1 200 OK\r\n", True),
        (b"HTTP/1.1 200 OK\r\nConnection: close\r\n", False),
        (b"HTTP/1.0 200 OK\r\n", False),
        (b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n", True),
    ],
)
def test_whether_the_connection_can_be_used_again(head: bytes, keeps_open: bool) -> None:
    response, _ = fed(head + b"Content-Length: 0\r\n\r\n", 100)

    assert response.keeps_open is keeps_open


@given(st.binary(max_size=200), st.integers(1, 50))
def test_any_bytes_are_read_or_refused(stream: bytes, cut: int) -> None:
    try:
        fed(CHUNKED + stream, cut)
    except NotHttp:
        return
