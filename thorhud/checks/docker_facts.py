"""What the Docker Engine says of itself, asked so that an engine that hangs holds up nobody.

`thorhud.serving.docker_engine` waits in threads, up to a minute; a doctor may not. So this speaks HTTP to the engine's
socket itself and can be given up at any moment.
"""

import asyncio
import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import httpx

from thorhud.domain.containers import OURS
from thorhud.domain.docker_judgement import SeenContainer, SeenImage
from thorhud.domain.errors import EngineError
from thorhud.serving.engine_http import ask, ask_json, checked, talk_to

OPEN_WEBUI = "open-webui"
"""The name of the chat page's container, and of its image."""
PATIENCE_S = 4.0
"""How long the engine may take for all that is asked; an idle one takes a tenth of a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DockerFacts:
    """What the engine said, or why it said nothing."""

    version: str | None = None
    """None where it did not answer; then ``reason`` says why and nothing else is filled."""
    reason: str = ""
    next_step: str = ""
    refused: bool = False
    """It is there, and this account may not speak to it."""
    default_runtime: str = ""
    runtimes: tuple[str, ...] = ()
    folder: str = ""
    """Where the engine keeps images and containers."""
    containers: tuple[SeenContainer, ...] = ()
    images: Mapping[str, SeenImage] = field(default_factory=dict)
    """Those of the images asked for that are on the unit."""
    chat_asks: str | None = None
    """What a running chat page has in OPENAI_API_BASE_URL, empty where it has none; None where no chat page runs."""

    @property
    def answers(self) -> bool:
        """Whether the engine answered."""
        return self.version is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedRun:
    """How a container that ran to its end ended."""

    exit_code: int
    output: str


class Docker(Protocol):
    """What the checks need of a Docker Engine."""

    async def facts(self, images: Iterable[str]) -> DockerFacts:
        """Return what the engine says; trouble is in the answer, never raised."""
        ...

    async def run(self, image: str, command: tuple[str, ...], *, runtime: str) -> EndedRun:
        """Run *command* in a container that is removed again; nothing is pulled. Raise `EngineError`."""
        ...


class HttpDocker:
    """Fulfils `Docker` on the engine at *address* (``unix:///var/run/docker.sock`` or ``tcp://host:port``)."""

    def __init__(self, address: str, *, patience_s: float = PATIENCE_S) -> None:
        self.address = address
        self._patience_s = patience_s

    async def facts(self, images: Iterable[str]) -> DockerFacts:
        """Return what the engine says; trouble is in the answer, never raised."""
        try:
            async with asyncio.timeout(self._patience_s), talk_to(self.address) as talk:
                return await _facts(talk, images)
        except TimeoutError:
            return DockerFacts(
                reason=f"The Docker Engine at {self.address} accepts questions and does not answer them.",
                next_step="Restart Docker.",
            )
        except (ValueError, KeyError, TypeError, AttributeError):  # another program's answer
            return DockerFacts(reason=f"What answers at {self.address} is no Docker Engine.")
        except EngineError as error:
            refused = error.kind == "docker-not-allowed"
            return DockerFacts(reason=str(error), next_step=error.next_step, refused=refused)

    async def run(self, image: str, command: tuple[str, ...], *, runtime: str) -> EndedRun:
        """Run *command* in a container that is removed again; nothing is pulled. Raise `EngineError`."""
        wanted = {"Image": image, "Cmd": list(command), "Tty": True, "HostConfig": {"Runtime": runtime}}
        async with talk_to(self.address) as talk:
            created = await ask_json(talk, "POST", "/containers/create", json=wanted)
            container = str(created["Id"])
            try:
                await ask(talk, "POST", f"/containers/{container}/start")
                ended = await ask_json(talk, "POST", f"/containers/{container}/wait")
                log = await ask(talk, "GET", f"/containers/{container}/logs?stdout=1&stderr=1")
                return EndedRun(exit_code=int(ended["StatusCode"]), output=log.text)
            finally:
                # also where the check is given up: an engine that hangs is not waited for a second time
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self._patience_s):
                        await ask(talk, "DELETE", f"/containers/{container}?force=1")


async def _facts(talk: httpx.AsyncClient, images: Iterable[str]) -> DockerFacts:
    info = await ask_json(talk, "GET", "/info")
    containers = await ask_json(talk, "GET", "/containers/json?all=1")
    seen = {name: await _image(talk, name) for name in images}
    seen_containers = tuple(_container(each) for each in containers)
    return DockerFacts(
        version=str(info.get("ServerVersion") or "unknown version"),
        default_runtime=str(info.get("DefaultRuntime") or ""),
        runtimes=tuple(info.get("Runtimes") or ()),
        folder=str(info.get("DockerRootDir") or ""),
        containers=seen_containers,
        chat_asks=await _chat_asks(talk, seen_containers),
        images={name: image for name, image in seen.items() if image is not None},
    )


def _container(told: Mapping[str, Any]) -> SeenContainer:
    names = told.get("Names") or [""]
    return SeenContainer(
        id=str(told["Id"]),
        name=str(names[0]).removeprefix("/"),
        image=str(told.get("Image") or ""),
        running=told.get("State") in {"running", "paused", "restarting"},
        ours=OURS in (told.get("Labels") or {}),
        command=str(told.get("Command") or ""),
    )


async def _chat_asks(talk: httpx.AsyncClient, containers: Iterable[SeenContainer]) -> str | None:
    page = next((each for each in containers if each.running and OPEN_WEBUI in (each.name, *_words(each.image))), None)
    if page is None:
        return None
    told = await ask_json(talk, "GET", f"/containers/{page.id}/json")
    environment = dict(str(each).partition("=")[::2] for each in told["Config"].get("Env") or ())
    return environment.get("OPENAI_API_BASE_URLS") or environment.get("OPENAI_API_BASE_URL") or ""


def _words(image: str) -> list[str]:
    """Return the parts of an image's name: "ghcr.io/open-webui/open-webui:main" has open-webui among them."""
    return image.replace(":", "/").split("/")


async def _image(talk: httpx.AsyncClient, name: str) -> SeenImage | None:
    answer = await talk.get(f"/images/{name}/json")
    if answer.status_code == httpx.codes.NOT_FOUND:
        return None
    told = checked(answer).json()
    digests = told.get("RepoDigests") or []
    digest = str(digests[0]).partition("@")[2] if digests else str(told["Id"])
    return SeenImage(digest=digest, size_bytes=int(told.get("Size") or 0))
