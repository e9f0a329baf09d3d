"""The Docker Engine behind our own interface: the one module that imports the docker SDK.

The SDK blocks, so short calls run in threads and each stream has a daemon thread of its own.
"""

import asyncio
import contextlib
import os
import socket
import threading
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from functools import partial
from typing import Any, Literal, TypeVar

import docker
from docker.auth import get_config_header, resolve_repository_name
from docker.context import Context, ContextAPI
from docker.errors import APIError, DockerException, ImageNotFound, NotFound
from docker.tls import TLSConfig
from docker.types import CancellableStream
from docker.utils import kwargs_from_env, parse_repository_tag

from thorhud.domain.containers import ContainerSpec, ContainerState, RecordedLine
from thorhud.domain.errors import ContainerGone, EngineError, EngineUnreachable
from thorhud.domain.images import FoundImage, ImageStore, PullProgress
from thorhud.serving import engine_errors, pull_errors
from thorhud.serving.container_creation import create
from thorhud.serving.container_state import state_of, whole_seconds
from thorhud.serving.docker_images import found_image, pull_course, store_of
from thorhud.serving.docker_streams import Response, Stream, attached_pieces, exit_codes, recorded_lines, said
from thorhud.serving.frames import LineAssembler
from thorhud.serving.log_end import LogEnd
from thorhud.serving.thread_stream import from_thread

R = TypeVar("R")
_BROKEN = (DockerException, OSError)
"""How the SDK says that nobody answers, or not any more."""

CALL_TIMEOUT_S = 60
"""Longest silence of a short call; creating and starting a container with the NVIDIA runtime takes seconds."""
CONNECTIONS = 8
END_CONFIRMED_S = 5.0
"""The engine closes a log a moment before it calls its container ended."""


class DockerEngine:
    """Fulfils `ContainerEngine` on a real Docker Engine.

    Without *address* it is the one that the docker command would use: DOCKER_HOST, else the current docker context.
    Nothing is asked of the engine before the first call, and an engine that comes back is simply used again.
    """

    def __init__(self, address: str | None = None) -> None:
        self._connect = _connection(address)
        self.address = str(self._connect["base_url"])
        self._client: docker.APIClient | None = None
        self._connecting = threading.Lock()
        self._digests: dict[str, str] = {}

    async def version(self) -> str:
        """Return the engine's version."""
        answer = await self._call(lambda client: client.version())
        return str(answer["Version"])

    async def containers(self) -> tuple[ContainerState, ...]:
        """Return every container, running or not, the newest first."""
        return await self._call(self._containers)

    async def inspect(self, container: str) -> ContainerState:
        """Return the container of that id or name."""
        return await self._call(partial(self._inspect, container=container))

    async def image_digest(self, image: str) -> str | None:
        """Return the image's repository digest, else its id."""
        return await self._call(partial(self._image_digest, image=image))

    async def find_image(self, image: str) -> FoundImage | None:
        """Return the image of that name; None where it is not here."""
        return await self._call(partial(_find_image, image=image))

    async def image_store(self) -> ImageStore:
        """Return where images are kept and how much room there is."""
        told = await self._call(lambda client: client.info())
        return store_of(told, local=self.address.startswith("unix://"))

    async def pull_image(self, image: str) -> AsyncGenerator[PullProgress, None]:
        """Pull, and yield how far it has come; closing the generator cancels the pull in the engine."""
        pulling = from_thread(
            lambda: self._with_client(partial(self._pull, image=image)), name=f"docker pull {image[:40]}"
        )
        async with contextlib.aclosing(pulling):
            async for progress in pulling:
                yield progress

    async def name_image(self, image: str, name: str) -> None:
        """Give an image that is here a further name."""
        repository, tag = _name_and_tag(name)
        await self._call(lambda client: client.tag(image, repository, tag, force=True))

    async def start(self, spec: ContainerSpec) -> ContainerState:
        """Create and start a container; one that does not start is removed again. Images are never pulled."""
        return await self._call(partial(self._start, spec=spec))

    async def logs(self, container: str, *, since: str | None = None) -> AsyncGenerator[RecordedLine, None]:
        """Follow the recorded lines from *since* on (inclusive) until the container ends.

        Raises `EngineUnreachable` where the stream broke off before that. Two lines may carry the same stamp, and
        neighbours of two outputs may carry stamps in the wrong order.
        """
        assembler, end = LineAssembler(), LogEnd()
        following = self._lines(container, since, assembler, follow=True)
        async with contextlib.aclosing(following):
            async for line in following:
                end.add(line)
                yield line
        await self._confirm_end(container)
        since_end = max(since or "", end.doubtful_since(assembler.open_since) or "") or None
        for line in end.unseen(await self._recorded(container, since_end)):
            yield line

    async def attach(self, container: str) -> AsyncGenerator[bytes, None]:
        """Yield the output as it is written; where nobody keeps up the oldest pieces are dropped."""
        reading = from_thread(
            lambda: self._with_client(partial(self._attached, container=container)),
            name=f"docker attach {container[:12]}",
            limit=1024,
            drain=True,
        )
        async with contextlib.aclosing(reading):
            async for piece in reading:
                yield piece

    async def wait(self, container: str) -> int:
        """Wait until the container ends and return its exit code."""
        waiting = from_thread(
            lambda: self._with_client(partial(self._end_of, container=container)),
            name=f"docker wait {container[:12]}",
        )
        async with contextlib.aclosing(waiting):
            async for exit_code in waiting:
                return exit_code
        raise EngineUnreachable(
            f"The Docker Engine at {self.address} stopped answering.",
            next_step="Type: sudo systemctl status docker",
            kind="docker-unreachable",
        )

    async def kill(self, container: str, signal: str) -> None:
        """Send *signal* to the container's first process; one that has ended already is no error."""
        await self._call(partial(_kill, container=container, signal=signal))

    async def signal_inside(self, container: str, pid: int, signal: str) -> None:
        """Send *signal* to one process of a container, by its number inside; one that is gone is no error."""
        await self._call(partial(_signal_inside, container=container, pid=pid, signal=signal))

    async def remove(self, container: str) -> None:
        """Remove an ended container and its unnamed volumes; one that is gone already is no error."""
        await self._call(partial(_remove, container=container))

    async def close(self) -> None:
        """Let go of the engine's connections; containers go on."""
        client, self._client = self._client, None
        if client is not None:
            await asyncio.to_thread(client.close)

    # in threads

    async def _call(self, function: Callable[[docker.APIClient], R]) -> R:
        return await asyncio.to_thread(self._with_client, function)

    def _with_client(self, function: Callable[[docker.APIClient], R]) -> R:
        try:
            _knock(self.address)
            return function(self._connected())
        except APIError as error:
            raise engine_errors.refused(_words(error)) from error
        except _BROKEN as error:
            raise engine_errors.unanswered(self.address, error) from error

    def _connected(self) -> docker.APIClient:
        with self._connecting:
            if self._client is None:
                self._client = docker.APIClient(
                    **self._connect, version="auto", timeout=CALL_TIMEOUT_S, max_pool_size=CONNECTIONS
                )
            return self._client

    async def _lines(
        self, container: str, since: str | None, assembler: LineAssembler, *, follow: bool
    ) -> AsyncGenerator[RecordedLine, None]:
        opened = partial(self._log, container=container, since=since, assembler=assembler, follow=follow)
        reading = from_thread(lambda: self._with_client(opened), name=f"docker logs {container[:12]}")
        async with contextlib.aclosing(reading):
            async for line in reading:
                if since is None or line.stamp >= since:
                    yield line

    async def _recorded(self, container: str, since: str | None) -> list[RecordedLine]:
        """Return what is recorded of an ended container; nothing where somebody removed it."""
        assembler = LineAssembler()
        try:
            lines = [line async for line in self._lines(container, since, assembler, follow=False)]
        except ContainerGone:
            return []
        return lines + [line for line in assembler.rest() if since is None or line.stamp >= since]

    async def _confirm_end(self, container: str) -> None:
        try:
            await asyncio.wait_for(self.wait(container), END_CONFIRMED_S)
        except TimeoutError:
            raise EngineUnreachable(
                "The Docker Engine ended the log of a container that still runs.",
                next_step="It is read again in a moment.",
                kind="docker-unreachable",
            ) from None
        except ContainerGone:  # it ended and somebody removed it
            return

    def _containers(self, client: docker.APIClient) -> tuple[ContainerState, ...]:
        states = []
        for summary in client.containers(all=True):
            with contextlib.suppress(NotFound):  # it went while we asked
                states.append(self._inspect(client, summary["Id"]))
        return tuple(states)

    def _inspect(self, client: docker.APIClient, container: str) -> ContainerState:
        told = client.inspect_container(container)
        return state_of(told, self._digest_of(client, told["Image"]))

    def _digest_of(self, client: docker.APIClient, image_id: str) -> str:
        if image_id not in self._digests:
            try:
                self._digests[image_id] = self._image_digest(client, image_id)
            except ImageNotFound:  # a running container may outlive its image
                return image_id
        return self._digests[image_id]

    def _image_digest(self, client: docker.APIClient, image: str) -> str:
        told: Mapping[str, Any] = client.inspect_image(image)  # type: ignore[no-untyped-call]
        digests = told.get("RepoDigests") or []
        return str(digests[0].partition("@")[2] if digests else told["Id"])

    def _start(self, client: docker.APIClient, spec: ContainerSpec) -> ContainerState:
        created = create(client, spec)
        try:
            client.start(created)
        except APIError as error:
            with contextlib.suppress(DockerException, OSError):
                client.remove_container(created, v=True, force=True)
            raise engine_errors.not_started(_words(error)) from error
        return self._inspect(client, created)

    # streams, opened in the thread that reads them

    def _log(
        self, client: docker.APIClient, *, container: str, since: str | None, assembler: LineAssembler, follow: bool
    ) -> Stream[RecordedLine]:
        terminal = _terminal(client, container)
        asked: dict[str, str | int] = {"stdout": 1, "stderr": 1, "timestamps": 1, "follow": int(follow)}
        asked["since"] = whole_seconds(since) if since else 0
        response = self._response(client, "GET", f"containers/{container}/logs", asked)
        return self._stream(response, recorded_lines(response, assembler, terminal=terminal))

    def _attached(self, client: docker.APIClient, *, container: str) -> Stream[bytes]:
        terminal = _terminal(client, container)
        asked: dict[str, str | int] = {"stdout": 1, "stderr": 1, "stream": 1}
        response = self._response(client, "POST", f"containers/{container}/attach", asked)
        # a connection that is cut ends this one, whoever cut it
        pieces = CancellableStream(attached_pieces(response, terminal=terminal), response)
        return self._stream(response, pieces)

    def _end_of(self, client: docker.APIClient, *, container: str) -> Stream[int]:
        response = self._response(client, "POST", f"containers/{container}/wait", {})
        return self._stream(response, exit_codes(response))

    def _pull(self, client: docker.APIClient, *, image: str) -> Stream[PullProgress]:
        repository, tag = _name_and_tag(image)
        client.reload_config()  # somebody may have logged in since the last pull
        login = get_config_header(client, resolve_repository_name(repository)[0])
        headers = {"X-Registry-Auth": login.decode()} if login else None
        asked: dict[str, str | int] = {"fromImage": repository, "tag": tag}
        response = self._response(
            client, "POST", "images/create", asked, headers=headers, refused=partial(pull_errors.failed, image=image)
        )
        return self._stream(response, pull_course(response, image))

    def _stream(self, response: Response, items: Iterator[R]) -> Stream[R]:
        cut = CancellableStream(items, response).close
        return Stream(items, cut=cut, address=self.address, broken=_BROKEN)

    def _response(
        self,
        client: docker.APIClient,
        method: str,
        path: str,
        query: Mapping[str, str | int],
        *,
        headers: Mapping[str, str] | None = None,
        refused: Callable[[str], EngineError] = engine_errors.refused,
    ) -> Response:
        """Ask for something that comes bit by bit; its status is checked, its body is unread."""
        url = f"{client.base_url}/v{client.api_version}/{path}"
        # a connection that may be cut from another thread must never go back into the pool
        headers = {**(headers or {}), "Connection": "close"}
        response = client.request(method, url, params=query, headers=headers, stream=True, timeout=None)
        if response.ok:
            return response
        with contextlib.closing(response):
            raise refused(said(response.content))


def _connection(address: str | None) -> dict[str, Any]:
    """Where the docker command would look for its engine."""
    if address is not None:
        return {"base_url": address}
    if os.environ.get("DOCKER_HOST"):
        return {"base_url": os.environ["DOCKER_HOST"], **kwargs_from_env()}
    context = _context()
    if context is None or not context.Host:
        return {"base_url": "unix:///var/run/docker.sock"}
    return {"base_url": context.Host, "tls": _certificates(context)}


def _context() -> Context | None:
    return ContextAPI.get_context(os.environ.get("DOCKER_CONTEXT"))


def _certificates(context: Context) -> TLSConfig | Literal[False]:
    certificates: TLSConfig | None = context.TLSConfig
    return False if certificates is None else certificates


def _knock(address: str) -> None:
    """Try a local socket before the SDK does: its own failed connection would leave a socket open."""
    if address.startswith("unix://"):
        with socket.socket(socket.AF_UNIX) as door:
            door.connect(address.removeprefix("unix://"))


def _find_image(client: docker.APIClient, image: str) -> FoundImage | None:
    try:
        return found_image(client.inspect_image(image))  # type: ignore[no-untyped-call]
    except ImageNotFound:
        return None


def _name_and_tag(image: str) -> tuple[str, str]:
    repository, tag = parse_repository_tag(image)
    return repository, tag or "latest"


def _kill(client: docker.APIClient, container: str, signal: str) -> None:
    try:
        client.kill(container, signal)
    except APIError as error:
        if "is not running" not in _words(error):
            raise


def _signal_inside(client: docker.APIClient, container: str, pid: int, signal: str) -> None:
    command = ["sh", "-c", f"kill -s {signal.removeprefix('SIG')} {pid}"]
    created = client.exec_create(container, command)
    client.exec_start(created["Id"])


def _remove(client: docker.APIClient, container: str) -> None:
    try:
        client.remove_container(container, v=True)
    except NotFound:
        return
    except APIError as error:
        if "already in progress" not in _words(error):
            raise


def _words(error: APIError) -> str:
    return str(error.explanation or error)


def _terminal(client: docker.APIClient, container: str) -> bool:
    return bool(client.inspect_container(container)["Config"]["Tty"])
