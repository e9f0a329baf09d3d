"""What an Open WebUI says of itself over HTTP.

Read in the source of 0.12.4: ``/api/config`` takes no account and names version, onboarding and whether one signs in;
``/api/models`` takes a token, which ``/api/v1/auths/signin`` gives to anybody only where nobody signs in.
"""

from dataclasses import dataclass
from typing import Any, Final

import httpx

PATIENCE_S: Final = 5.0
LARGEST: Final = 4_000_000
_WHAT: Final = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidOfItself:
    """What answered on the port of the chat page."""

    answers: bool = False
    """The first page came, and it is an Open WebUI."""
    version: str = ""
    onboarding: bool = False
    signs_in: bool = True
    stranger: str = ""
    """What answered instead; empty where nothing did."""


async def first_page(port: int) -> SaidOfItself:
    """Ask for the first page and for what it is."""
    try:
        async with _client(port) as talk:
            page = await talk.get("/", follow_redirects=False)
            told = await talk.get("/api/config")
    except httpx.TransportError:
        return SaidOfItself()
    config = _json(told)
    features = config.get("features")
    if not isinstance(features, dict) or "version" not in config:
        return SaidOfItself(stranger=_what(page, port))
    return SaidOfItself(
        answers=page.status_code == httpx.codes.OK,
        version=str(config["version"])[:_WHAT],
        onboarding=config.get("onboarding") is True,
        signs_in=features.get("auth") is not False,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnList:
    """What a page without accounts tells whoever enters."""

    models: tuple[str, ...] | None = None
    refused: str = ""
    """Why nobody may enter, in its own words."""


async def own_list(port: int) -> OwnList:
    """Enter a page where nobody signs in, and ask for its list of models."""
    try:
        async with _client(port) as talk:
            entered = await talk.post("/api/v1/auths/signin", json={"email": "", "password": ""})
            token = _json(entered).get("token")
            if not isinstance(token, str):
                return OwnList(refused=_detail(entered))
            answer = await talk.get("/api/models", headers={"Authorization": f"Bearer {token}"})
    except httpx.TransportError:
        return OwnList()
    models = _json(answer).get("data")
    if not isinstance(models, list):
        return OwnList()
    return OwnList(models=tuple(str(each["id"]) for each in models if isinstance(each, dict) and "id" in each))


async def lists_models(port: int) -> bool:
    """Whether the unit itself gets a list of models from *port*."""
    try:
        async with _client(port) as talk:
            return isinstance(_json(await talk.get("/v1/models")).get("data"), list)
    except httpx.TransportError:
        return False


def _client(port: int) -> httpx.AsyncClient:
    # the unit's own address: no proxy is asked for it
    return httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE_S, trust_env=False)


def _json(answer: httpx.Response) -> dict[str, Any]:
    if not answer.is_success or len(answer.content) > LARGEST:
        return {}
    try:
        told = answer.json()
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _detail(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["detail"])[:300]
    except (ValueError, KeyError, TypeError):
        return f"status {answer.status_code}"


def _what(page: httpx.Response, port: int) -> str:
    server = page.headers.get("server", "no name")[:_WHAT]
    return f"port {port} answers with status {page.status_code} ({server})"
