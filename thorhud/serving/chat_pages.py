"""The chat page of this machine: look at it, start it, stop it."""

import asyncio
import contextlib
import os
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import httpx

from thorhud.domain.chat_page import (
    ACCOUNT_SENTENCES,
    ADDRESS_VARIABLES,
    DATA_INSIDE,
    FROM_START_VARIABLE,
    LABEL,
    ChatAccounts,
)
from thorhud.domain.chat_page_cause import LOOPBACK, UNIT_FROM_INSIDE
from thorhud.domain.chat_page_look import PageContainer, PageLook
from thorhud.domain.containers import ContainerEngine
from thorhud.domain.errors import EngineError
from thorhud.domain.workshop import ChatPage
from thorhud.serving.chat_page import OWN_PORT, chat_page_spec, how_to_remove
from thorhud.serving.chat_page_api import OwnList, first_page, lists_models, own_list
from thorhud.serving.chat_page_inside import Inside, ask_inside
from thorhud.serving.engine_http import ask, ask_json, talk_to

LINES: Final = 60
LOOK_S: Final = 30.0
"""An engine that hangs is given up after that."""
STOP_S: Final = 10
_OWN_NAMES: Final = (*LOOPBACK, UNIT_FROM_INSIDE)
_LISTENS: Final = "0A"
_EMPTY: Final = (
    "import os, shutil, sys\n"
    "for each in os.scandir(sys.argv[1]):\n"
    "    shutil.rmtree(each.path) if each.is_dir(follow_symlinks=False) else os.unlink(each.path)\n"
)
"""Empties a folder, and follows no link out of it."""
_LOOPBACK_HEX: Final = re.compile(r"0100007F|[0-9A-F]{6}7F|0{24}01000000|0{16}FFFF00000100007F")
"""127.0.0.1, 127.x.y.z, ::1 and 127.0.0.1 as IPv6, as `/proc/net/tcp` writes them."""
_IMAGE_WORD: Final = "open-webui"


class UnitChatPages:
    """Fulfils `thorhud.domain.chat_page_look.ChatPages` with a Docker Engine."""

    def __init__(
        self,
        engine: ContainerEngine,
        page: ChatPage,
        *,
        docker_address: str,
        port: int,
        data: Path,
        accounts: ChatAccounts = ChatAccounts.FIRST,
        proc: Path = Path("/proc"),
    ) -> None:
        self._engine = engine
        self._page = page
        self._address = docker_address
        self._port = port
        self._data = data
        self._accounts = accounts
        self._proc = proc
        self.accounts = ACCOUNT_SENTENCES[accounts]
        self.data = str(data)

    async def look(self, served: str | None, *, deep: bool, names: Collection[str] = ()) -> PageLook:
        """Return what is seen; *deep* asks for the list of models too."""
        async with asyncio.timeout(LOOK_S), talk_to(self._address) as talk:
            container = await self._container(talk)
            running = container is not None and container.running
            said = await first_page((container.port if container and running else None) or self._page.port)
            look = PageLook(
                container=container if running or not said.answers else None,
                answers=said.answers and (container is None or not running or container.port is not None),
                version=said.version,
                onboarding=said.onboarding,
                stranger="" if running else said.stranger,
            )
            if container is not None and not look.answers:
                return replace(look, lines=await _newest_lines(talk, container.id))
            if not deep or not look.answers or served is None:
                return look
            may_enter = not said.signs_in and (not said.onboarding or bool(container and container.ours))
            return await self._deeper(talk, look, {*_OWN_NAMES, *names}, may_enter=may_enter)

    async def _deeper(
        self, talk: httpx.AsyncClient, look: PageLook, names: Collection[str], *, may_enter: bool
    ) -> PageLook:
        page = look.container
        inside = Inside() if page is None else await ask_inside(talk, page.id, names)
        port = self._page.port if page is None or page.port is None else page.port
        # to enter makes the one account of a page that has none: only where that was chosen here
        own = await own_list(port) if may_enter else OwnList()
        return replace(
            look,
            asked=inside.asked,
            kept=inside.kept,
            not_asked=inside.trouble,
            lines=() if page is None else await _newest_lines(talk, page.id),
            shared_account=inside.shared_account,
            listed=own.models,
            refused=own.refused,
            unit_answers=await lists_models(self._port),
            loopback_only=await asyncio.to_thread(listens_on_loopback_only, self._proc, self._port),
        )

    async def start(self) -> None:
        """Start the container; one of ours that has ended makes room for it."""
        async with talk_to(self._address) as talk:
            old = await self._container(talk)
        if old is not None and old.running:
            raise EngineError(f"The chat page runs already, in the container {old.name}.", kind="chat-page-runs")
        if old is not None and old.ours:
            await self._engine.remove(old.id)
        spec = chat_page_spec(self._page, port=self._port, data=self._data, accounts=self._accounts)
        await self._engine.start(spec)

    async def stop(self, container: str) -> None:
        """Stop and remove the container; its data stays."""
        async with talk_to(self._address) as talk:
            await ask(talk, "POST", f"/containers/{container}/stop?t={STOP_S}")
        await self._engine.remove(container)

    async def remove_data(self) -> None:
        """Remove accounts and conversations with the image's own tools: they belong to root."""
        wanted = {
            "Image": self._page.image,
            "Entrypoint": ["python3"],
            "Cmd": ["-c", _EMPTY, DATA_INSIDE],
            "HostConfig": {"Binds": [f"{self._data}:{DATA_INSIDE}"], "NetworkMode": "none"},
        }
        async with talk_to(self._address) as talk:
            made = str((await ask_json(talk, "POST", "/containers/create", json=wanted))["Id"])
            try:
                await ask(talk, "POST", f"/containers/{made}/start")
                ended = await ask_json(talk, "POST", f"/containers/{made}/wait")
            finally:
                with contextlib.suppress(EngineError):
                    await ask(talk, "DELETE", f"/containers/{made}?force=1")
        if ended.get("StatusCode") != 0 or await asyncio.to_thread(_holds_something, self._data):
            raise EngineError(
                f"Something is left in {self._data}.", next_step=f"Type: {how_to_remove(self._data)}", kind="data-left"
            )

    async def measure_data(self) -> int | None:
        """Return what its folder takes of the disk; None where that cannot be seen."""
        return await asyncio.to_thread(disk_use, self._data)

    async def _container(self, talk: httpx.AsyncClient) -> PageContainer | None:
        """Return the page's container: a running one first, then ours, then the newest."""
        listed = await ask_json(talk, "GET", "/containers/json?all=1")
        pages = [each for each in listed if self._is_page(each)]
        if not pages:
            return None
        best = max(pages, key=lambda each: (_runs(each), LABEL in (each.get("Labels") or {}), each.get("Created") or 0))
        answer = await talk.get(f"/containers/{best['Id']}/json")
        if answer.status_code == httpx.codes.NOT_FOUND:  # it went while we asked
            return None
        return container_of(answer.json())

    def _is_page(self, told: Mapping[str, Any]) -> bool:
        names = [str(each).removeprefix("/") for each in told.get("Names") or ()]
        words = re.split(r"[/:@]", str(told.get("Image") or ""))
        # the repair keeps the old container under another name until the new one is proven
        kept_aside = any(each.startswith(f"{self._page.name}-before-") for each in names)
        return not kept_aside and (
            LABEL in (told.get("Labels") or {}) or self._page.name in names or _IMAGE_WORD in words
        )


def container_of(told: Mapping[str, Any]) -> PageContainer:
    """Return what Docker's description of a chat page's container means."""
    config, state = told["Config"], told["State"]
    environment = dict(str(each).partition("=")[::2] for each in config.get("Env") or ())
    on_host = str(told["HostConfig"].get("NetworkMode")) == "host"
    own_port = int(environment["PORT"]) if environment.get("PORT", "").isdecimal() else OWN_PORT
    running = bool(state.get("Running"))
    return PageContainer(
        id=str(told["Id"]),
        name=str(told["Name"]).removeprefix("/"),
        ours=LABEL in (config.get("Labels") or {}),
        running=running,
        on_host=on_host,
        port=own_port if on_host else _published(told, own_port),
        asks=_addresses(environment),
        from_start=environment.get(FROM_START_VARIABLE, "true").lower() == "false",
        keeps_data=any(
            str(each.get("Destination", "")).rstrip("/") == DATA_INSIDE for each in told.get("Mounts") or ()
        ),
        signs_in=environment.get("WEBUI_AUTH", "true").lower() == "true",
        started_unix_s=_unix_s(str(state.get("StartedAt") or "")),
        exit_code=None if running else int(state.get("ExitCode") or 0),
    )


def listens_on_loopback_only(proc: Path, port: int) -> bool:
    """Whether somebody listens on *port*, and only for calls from the unit itself."""
    heard = [address for name in ("tcp", "tcp6") for address in _heard_on(proc / "net" / name, port)]
    return bool(heard) and all(_LOOPBACK_HEX.fullmatch(each) for each in heard)


def disk_use(folder: Path) -> int | None:
    """Return what the files in *folder* take of the disk, in bytes; None where there is no such folder."""
    if not folder.is_dir():
        return None
    total = 0
    for where, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                total += os.lstat(os.path.join(where, name)).st_blocks * 512  # noqa: PTH118 - ten thousand files
    return total


def _heard_on(table: Path, port: int) -> Iterator[str]:
    try:
        lines = table.read_text(encoding="ascii").splitlines()[1:]
    except OSError:
        return
    for line in lines:
        columns = line.split()
        address, _, number = columns[1].partition(":")
        if columns[3] == _LISTENS and int(number, 16) == port:
            yield address


async def _newest_lines(talk: httpx.AsyncClient, container: str) -> tuple[str, ...]:
    try:
        answer = await ask(talk, "GET", f"/containers/{container}/logs?stdout=1&stderr=1&tail={LINES}")
    except EngineError:
        return ()
    # each piece has a head of eight bytes where the container has no terminal; control characters are no words
    text = re.sub(rb"[\x01\x02]\0\0\0....", b"", answer.content, flags=re.DOTALL).decode(errors="replace")
    return tuple("".join(letter for letter in each if letter.isprintable())[:500] for each in text.splitlines())


def _addresses(environment: Mapping[str, str]) -> tuple[str, ...]:
    text = environment.get(ADDRESS_VARIABLES[1]) or environment.get(ADDRESS_VARIABLES[0]) or ""
    return tuple(each.strip() for each in text.split(";") if each.strip())


def _published(told: Mapping[str, Any], port: int) -> int | None:
    ports = (told.get("NetworkSettings") or {}).get("Ports") or {}
    leads = ports.get(f"{port}/tcp") or []
    return next((int(each["HostPort"]) for each in leads if str(each.get("HostPort", "")).isdecimal()), None)


def _runs(told: Mapping[str, Any]) -> bool:
    return told.get("State") in {"running", "paused", "restarting"}


def _unix_s(stamp: str) -> float | None:
    """Read Docker's time; it writes nanoseconds, and year 1 for never."""
    whole, _, rest = stamp.partition(".")
    try:
        seconds = datetime.fromisoformat(f"{whole.rstrip('Z')}+00:00").timestamp()
    except ValueError:
        return None
    digits = re.match(r"\d+", rest)
    return seconds + float(f"0.{digits[0]}" if digits else 0) if seconds > 0 else None


def _holds_something(folder: Path) -> bool:
    return folder.is_dir() and any(folder.iterdir())
