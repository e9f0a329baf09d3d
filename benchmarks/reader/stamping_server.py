"""A server that sends scripted answers and notes when it sent each chunk, on the clock that every process shares.

    python -m benchmarks.reader.stamping_server

Prints its port. A prompt is a script: `{"name": ..., "rate": tokens per second, "tokens": ..., "wait_s": ...}`. What it
noted of a stream is at `GET /stamps/NAME`: the moment before and after each send, the moment of the request first.
One loop and one `send` for each token; everything that can be made before a stream begins is made before.
"""

import ctypes
import heapq
import json
import select
import socket
import sys
import time
from dataclasses import dataclass, field

PR_SET_TIMERSLACK = 29
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ntransfer-encoding: chunked\r\n\r\n"
FRAME = (
    '{"id":"chatcmpl-8c47222dfe99d8538c47222dfe99d853","object":"chat.completion.chunk","created":1795418280,'
    '"model":"bench",'
)


@dataclass
class Stream:
    """One answer under way."""

    client: socket.socket
    chunks: list[bytes]
    begin_s: float
    gap_s: float
    asked_s: float
    number: int = 0
    before_s: list[float] = field(default_factory=list)
    after_s: list[float] = field(default_factory=list)

    @property
    def due_s(self) -> float:
        return self.begin_s + self.number * self.gap_s

    @property
    def noted(self) -> dict[str, object]:
        """What is told of it; the last send brings no token."""
        return {"asked_s": self.asked_s, "before_s": self.before_s[:-1], "after_s": self.after_s[:-1]}

    def send(self) -> None:
        chunk = self.chunks[self.number]
        before_s = time.monotonic()
        self.client.sendall(chunk)
        after_s = time.monotonic()
        self.before_s.append(before_s)
        self.after_s.append(after_s)
        self.number += 1


class Server:
    """Answers every connection from one loop."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self._listener.getsockname()[1]
        self._clients: dict[socket.socket, bytes] = {}
        self._due: list[tuple[float, int, Stream]] = []
        self._named: dict[str, list[Stream]] = {}
        self._streams = 0

    def run(self) -> None:
        while True:
            wait_s = max(0.0, self._due[0][0] - time.monotonic()) if self._due else 60.0
            ready, _, _ = select.select([sys.stdin, self._listener, *self._clients], (), (), wait_s)
            self._send_what_is_due()
            if sys.stdin in ready:
                return
            if self._listener in ready:
                self._accept()
            for client in [each for each in self._clients if each in ready]:
                self._read(client)

    def _send_what_is_due(self) -> None:
        while self._due and self._due[0][0] <= time.monotonic():
            _, number, stream = self._due[0]
            try:
                stream.send()
            except OSError:
                stream.number = len(stream.chunks)
            if stream.number < len(stream.chunks):
                heapq.heapreplace(self._due, (stream.due_s, number, stream))
            else:
                heapq.heappop(self._due)

    def _accept(self) -> None:
        client, _ = self._listener.accept()
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._clients[client] = b""

    def _read(self, client: socket.socket) -> None:
        now_s = time.monotonic()
        try:
            data = client.recv(1 << 20)
        except OSError:
            data = b""
        if not data:
            del self._clients[client]
            client.close()
            return
        head, end, body = (self._clients[client] + data).partition(b"\r\n\r\n")
        length = next(
            (int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
        )
        if not end or len(body) < length:
            self._clients[client] += data
            return
        self._clients[client] = b""
        self._answer(client, head.split(b" ", 2)[1].decode(), body, now_s)

    def _answer(self, client: socket.socket, path: str, body: bytes, now_s: float) -> None:
        if path == "/v1/chat/completions":
            self._begin(client, json.loads(json.loads(body)["messages"][0]["content"]), now_s)
        elif path == "/v1/models":
            _whole(client, b'{"data": [{"id": "bench"}]}')
        elif path.startswith("/stamps/"):
            streams = self._named.pop(path.rpartition("/")[2])
            _whole(client, json.dumps([each.noted for each in streams]).encode())
        elif path == "/health":
            _whole(client, b"")
        else:
            _whole(client, b"{}", b"404 Not Found")

    def _begin(self, client: socket.socket, script: dict[str, float | str], now_s: float) -> None:
        chunks, rate = _chunks(int(script["tokens"])), float(script["rate"])
        self._streams += 1
        stream = Stream(client, chunks, time.monotonic() + float(script["wait_s"]), 1 / rate, now_s)
        self._named.setdefault(str(script["name"]), []).append(stream)
        heapq.heappush(self._due, (stream.due_s, self._streams, stream))


def _chunks(tokens: int) -> list[bytes]:
    """Return the sends of one answer, one for each token; the role travels with the first, the end comes by itself."""
    delta = '"choices":[{"index":0,"delta":{"content":" token"},"logprobs":null,"finish_reason":null}],'
    events = [_event(delta + _usage(number)) for number in range(1, tokens + 1)]
    role = _event('"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}],' + _usage(0))
    end = _event('"choices":[],' + _usage(tokens)) + _chunk(b"data: [DONE]\n\n") + b"0\r\n\r\n"
    events[-1] = _event(delta.replace('"finish_reason":null', '"finish_reason":"length"') + _usage(tokens))
    return [HEAD + role + events[0], *events[1:], end]


def _usage(tokens: int) -> str:
    return f'"usage":{{"prompt_tokens":36,"total_tokens":{36 + tokens},"completion_tokens":{tokens}}}}}'


def _event(fields: str) -> bytes:
    return _chunk(f"data: {FRAME}{fields}\n\n".encode())


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def _whole(client: socket.socket, body: bytes, status: bytes = b"200 OK") -> None:
    client.sendall(b"HTTP/1.1 %b\r\ncontent-length: %d\r\n\r\n%b" % (status, len(body), body))


def main() -> None:
    ctypes.CDLL(None).prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0)  # else each wait ends up to 50 microseconds late
    server = Server()
    print(server.port, flush=True)
    server.run()


if __name__ == "__main__":
    main()
