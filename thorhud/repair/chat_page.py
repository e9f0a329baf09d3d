"""Reconnect the chat page: the same container again, asking the address on which the model answers.

Open WebUI keeps the address that it was first started with in its own database, and later variables are not looked at
unless ENABLE_PERSISTENT_CONFIG is off. Accounts and conversations lie in its data folder and stay.
"""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

from thorhud.domain.chat_page import ADDRESS_VARIABLES, DATA_INSIDE, FROM_START_VARIABLE, LABEL
from thorhud.domain.chat_page_cause import LOOPBACK, UNIT_FROM_INSIDE
from thorhud.domain.errors import EngineError
from thorhud.domain.repairs import RepairId, RepairPlan, RepairProgress, RepairProof, repair_of
from thorhud.domain.trouble import reaches
from thorhud.repair.context import RepairContext
from thorhud.serving.chat_pages import listens_on_loopback_only
from thorhud.serving.engine_http import ask, ask_json, talk_to

_ID = RepairId.RECONNECT_CHAT
HOST = UNIT_FROM_INSIDE
"""What a container of another network calls the unit."""
ANSWERS_WITHIN_S, POLL_S = 180.0, 1.0
"""Its first page takes Open WebUI up to a minute or two on a unit that is busy."""

_LOOK = (
    "import sys,urllib.request as u;"
    "print(u.build_opener(u.ProxyHandler({})).open(sys.argv[1]+'/models',timeout=5).read().decode())"
)
"""Asked from inside the container, where the chat page itself asks."""


@dataclass(frozen=True, slots=True)
class Page:
    """The container of the chat page as the engine describes it."""

    told: Mapping[str, Any]

    @property
    def id(self) -> str:
        """Its id."""
        return str(self.told["Id"])

    @property
    def running(self) -> bool:
        """Whether it runs."""
        return bool(self.told["State"].get("Running"))

    @property
    def ours(self) -> bool:
        """Whether the HUD started it."""
        return LABEL in (self.told["Config"].get("Labels") or {})

    @property
    def environment(self) -> dict[str, str]:
        """Its variables."""
        return dict(str(each).partition("=")[::2] for each in self.told["Config"].get("Env") or ())

    @property
    def asks(self) -> str:
        """The addresses that it was started to ask, with semicolons between them."""
        return self.environment.get(ADDRESS_VARIABLES[1]) or self.environment.get(ADDRESS_VARIABLES[0]) or ""

    @property
    def on_host(self) -> bool:
        """Whether it shares the unit's own network."""
        return str(self.told["HostConfig"].get("NetworkMode")) == "host"

    @property
    def keeps_data(self) -> bool:
        """Whether its accounts outlive the container."""
        return any(
            str(each.get("Destination", "")).rstrip("/") == DATA_INSIDE for each in self.told.get("Mounts") or ()
        )


async def plan_reconnect(context: RepairContext) -> RepairPlan:
    """Say which address would be asked, and that the chat page restarts."""
    what = repair_of(_ID)
    async with talk_to(context.docker_address) as talk:
        page = await _page(talk, context.chat_page.name)
    obstacle, next_step = _obstacle(context, page)
    steps = what.steps
    if page is not None:
        now = f"{context.chat_page.name} asks {page.asks or 'no address'}"
        moved = ", in the unit's own network" if _moves_to_host(context, page) else ""
        steps = (f"{now}; let it ask {_address(context, page)}{moved}", *steps[1:])
    stops = (context.chat_page.name,) if page is not None and page.running and not obstacle else ()
    return RepairPlan(repair=what, steps=steps, stops=stops, obstacle=obstacle or None, next_step=next_step)


async def reconnect_chat(context: RepairContext) -> AsyncIterator[RepairProgress | RepairProof]:
    """Put a container with the right address in its place; the old one comes back where the new one does not answer."""
    name = context.chat_page.name
    async with talk_to(context.docker_address) as talk:
        page = await _page(talk, name)
        obstacle, next_step = _obstacle(context, page)
        if obstacle or page is None:
            yield _not_done(obstacle, next_step)
            return
        if not page.ours and not context.agreed:
            sentence = f"{name} was started without this HUD; it is replaced only after an explicit yes."
            yield _not_done(sentence, "Say yes where you are asked: thorhud doctor --fix reconnect-chat")
            return
        address = _address(context, page)
        before = f"asks {page.asks or 'no address'}"
        yield RepairProgress(repair_id=_ID, sentence=f"Starting {name} again with {address}")
        new = await _replace(talk, page, name, address, on_host=page.on_host or _moves_to_host(context, page))
        yield RepairProgress(repair_id=_ID, sentence="Waiting until the chat page reaches the model")
        try:
            models = await _models_seen(talk, new, address, wanted=context.served_model)
        except TimeoutError:
            await _take_back(talk, page, name, new)
            sentence = f"From inside the new {name} nothing answered on {address}; the old one is back."
            yield _not_done(sentence, "See that a model is ready, then try again.", before=before)
            return
        with contextlib.suppress(EngineError):
            await ask(talk, "DELETE", f"/containers/{page.id}")
    yield RepairProof(
        repair_id=_ID,
        proven=True,
        sentence=f"From inside {name} {address} lists {', '.join(models)}. Reload the page to pick it.",
        before=before,
        after=f"asks {address}",
    )


def _obstacle(context: RepairContext, page: Page | None) -> tuple[str, str]:
    if page is None:
        return f"There is no container called {context.chat_page.name}.", "Start the chat page."
    if not page.keeps_data:
        return (
            f"{context.chat_page.name} keeps its accounts inside the container; they would be lost.",
            f"Start it with -v ~/open-webui:{DATA_INSIDE}, as the workshop does.",
        )
    if context.served_model is None:
        return "No model is ready on this unit, so nothing could be listed.", "Start a model first."
    if _asks_rightly(context, page) and page.running and _from_start(page):
        return f"{context.chat_page.name} asks the right address already.", "Reload the page in the browser."
    return "", ""


def _asks_rightly(context: RepairContext, page: Page) -> bool:
    """Whether it gets to the model from where it runs: in a network of its own 127.0.0.1 is the page itself."""
    if _moves_to_host(context, page):
        return False
    asked = [each for each in page.asks.split(";") if page.on_host or urlsplit(each.strip()).hostname not in LOOPBACK]
    return reaches(";".join(asked), f"http://127.0.0.1:{context.port}/v1")


def _moves_to_host(context: RepairContext, page: Page) -> bool:
    """Whether only the unit's own network leads to the model, and the page is not in it."""
    return not page.on_host and listens_on_loopback_only(context.root_folder / "proc", context.port)


def _from_start(page: Page) -> bool:
    """Whether what it was started with counts, whatever it has kept."""
    return page.environment.get(FROM_START_VARIABLE, "true").lower() == "false"


def _address(context: RepairContext, page: Page) -> str:
    on_host = page.on_host or _moves_to_host(context, page)
    return f"http://{'127.0.0.1' if on_host else HOST}:{context.port}/v1"


async def _page(talk: httpx.AsyncClient, name: str) -> Page | None:
    answer = await talk.get(f"/containers/{name}/json")
    if answer.status_code == httpx.codes.NOT_FOUND:
        return None
    answer.raise_for_status()
    return Page(answer.json())


async def _replace(talk: httpx.AsyncClient, page: Page, name: str, address: str, *, on_host: bool) -> str:
    """Stop the old container, keep it under another name, and start the new one; return its id."""
    old_name = f"{name}-before-{int(time.time())}"
    await ask(talk, "POST", f"/containers/{page.id}/rename?name={old_name}")
    new = ""
    try:
        if page.running:
            await ask(talk, "POST", f"/containers/{page.id}/stop?t=10")
        created = await ask_json(
            talk, "POST", f"/containers/create?name={name}", json=_wanted(page, address, on_host=on_host)
        )
        new = str(created["Id"])
        await ask(talk, "POST", f"/containers/{new}/start")
    except EngineError:
        await _take_back(talk, page, name, new)
        raise
    return new


def _wanted(page: Page, address: str, *, on_host: bool) -> dict[str, Any]:
    """Return the new container: the old one's image, folders, network and variables, and the right address."""
    config, host = dict(page.told["Config"]), dict(page.told["HostConfig"])
    variables = {**page.environment, **dict.fromkeys(ADDRESS_VARIABLES, address), FROM_START_VARIABLE: "False"}
    config["Env"] = [f"{name}={value}" for name, value in variables.items()]
    config["Labels"] = {**(config.get("Labels") or {}), LABEL: "1"}
    config.pop("Hostname", None)
    host["Binds"] = [_bind(each) for each in page.told.get("Mounts") or ()]
    host.pop("Mounts", None)
    if on_host:
        # as the workshop starts it; ports that Docker led there have no meaning in the unit's own network
        host.update(NetworkMode="host", PortBindings={}, ExtraHosts=[])
    else:
        host["ExtraHosts"] = [*(host.get("ExtraHosts") or ()), f"{HOST}:host-gateway"]
    return {**config, "HostConfig": host}


def _bind(mount: Mapping[str, Any]) -> str:
    source = mount["Name"] if mount.get("Type") == "volume" else mount["Source"]
    return f"{source}:{mount['Destination']}{'' if mount.get('RW', True) else ':ro'}"


async def _take_back(talk: httpx.AsyncClient, page: Page, name: str, new: str) -> None:
    """Remove the new container and let the old one be as it was."""
    if new:
        with contextlib.suppress(EngineError):
            await ask(talk, "DELETE", f"/containers/{new}?force=1")
    await ask(talk, "POST", f"/containers/{page.id}/rename?name={name}")
    if page.running:
        await ask(talk, "POST", f"/containers/{page.id}/start")


async def _models_seen(talk: httpx.AsyncClient, container: str, address: str, *, wanted: str | None) -> tuple[str, ...]:
    """Return the models that the address lists when it is asked from inside; raise `TimeoutError` where none does."""
    async with asyncio.timeout(ANSWERS_WITHIN_S):
        while True:
            models = models_in(await _said_inside(talk, container, ("python3", "-c", _LOOK, address)))
            if models and (wanted is None or wanted in models):
                return models
            await asyncio.sleep(POLL_S)


async def _said_inside(talk: httpx.AsyncClient, container: str, command: tuple[str, ...]) -> str:
    try:
        wanted = {"Cmd": list(command), "AttachStdout": True, "Tty": True}
        made = await ask_json(talk, "POST", f"/containers/{container}/exec", json=wanted)
        answer = await ask(talk, "POST", f"/exec/{made['Id']}/start", json={"Detach": False, "Tty": True})
    except EngineError:  # it restarts, or has ended
        return ""
    return answer.text


def models_in(text: str) -> tuple[str, ...]:
    """Return the ids in an answer of ``/v1/models``; none where it is something else."""
    try:
        return tuple(str(each["id"]) for each in json.loads(text)["data"])
    except (ValueError, KeyError, TypeError):
        return ()


def _not_done(sentence: str, next_step: str, *, before: str = "") -> RepairProof:
    return RepairProof(repair_id=_ID, proven=False, sentence=sentence, next_step=next_step, before=before, after=before)
