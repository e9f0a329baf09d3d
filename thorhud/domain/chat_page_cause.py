"""Why a chat page does not list the served model: one cause, its evidence, and what cures it."""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlsplit

from thorhud.domain.chat_page import NOTHING_SERVED, ChatPagePhase
from thorhud.domain.chat_page_look import Asked, PageContainer, PageLook
from thorhud.domain.repairs import RepairId

LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1", "0.0.0.0"})  # noqa: S104 - an address to compare with
"""Inside a network of its own these are the container itself."""
UNIT_FROM_INSIDE: Final = "host.docker.internal"
SHARED_ACCOUNT: Final = (
    "The shared account of former starts is still its administrator: admin@localhost, password admin."
)
CHANGE_PASSWORD: Final = "Sign in with it and change its password, or remove the accounts."  # noqa: S105 - a sentence
_WELL: Final = frozenset({0, 137, 143})
"""It was asked to end, or killed."""
_NO_CONNECTION: Final = re.compile(r"[Cc]onnection error|Cannot connect to host")
"""How Open WebUI 0.12.4 writes that an address gave it no list."""
_PAGE: Final = "The chat page"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a look at the chat page means."""

    phase: ChatPagePhase
    cause: str = ""
    sentence: str = ""
    next_step: str = ""
    evidence: str = ""
    repair: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedHere:
    """What the unit serves, and what it is called on its networks."""

    model: str | None
    """The name under which a model is ready; None while none is."""
    port: int
    names: Collection[str] = ()
    """Host names and addresses of the unit."""

    def is_unit(self, host: str) -> bool:
        """Whether *host* is a name of this unit."""
        return host in LOOPBACK or host == UNIT_FROM_INSIDE or host.startswith("127.") or host in self.names


def judge(look: PageLook, here: ServedHere) -> Verdict:
    """Return where the chat page stands, and why where it is not ready."""
    page = look.container
    if look.answers:
        return _of_page(look, here)
    if look.stranger:
        return _stranger(look)
    if page is None:
        return Verdict(phase=ChatPagePhase.ABSENT)
    if not page.running:
        return _ended(page, look)
    if page.port is None:
        return Verdict(
            phase=ChatPagePhase.FAILED,
            cause="no-port",
            sentence=f"{page.name} runs in a network of its own and no port of the unit leads to it.",
            next_step="Stop it, then start the chat page from here.",
            evidence="Docker publishes no port of it",
        )
    return Verdict(phase=ChatPagePhase.STARTING)


def _stranger(look: PageLook) -> Verdict:
    return Verdict(
        phase=ChatPagePhase.FAILED,
        cause="port-taken",
        sentence="Something else answers where the chat page belongs.",
        next_step="See who listens there: thorhud doctor",
        evidence=look.stranger,
    )


def _ended(page: PageContainer, look: PageLook) -> Verdict:
    if page.exit_code is None or page.exit_code in _WELL:
        return Verdict(phase=ChatPagePhase.ABSENT, sentence="It was stopped; its accounts and chats are kept.")
    return Verdict(
        phase=ChatPagePhase.FAILED,
        cause="ended",
        sentence=f"{_PAGE} ended by itself with exit code {page.exit_code}.",
        next_step="Start it again. Where it ends again, its last line says why.",
        evidence=next((each for each in reversed(look.lines) if each.strip()), ""),
    )


def _of_page(look: PageLook, here: ServedHere) -> Verdict:
    if look.refused:
        return _missing(
            "accounts-exist",
            "It was started for one shared account, and its folder holds accounts of its own: it lets nobody in.",
            look.refused,
            step="Set chat_accounts to first, or remove its accounts: thorhud chat stop --remove-data",
            repair="",
        )
    verdict = _of_models(look, here)
    page = look.container
    if verdict.phase is ChatPagePhase.READY and look.shared_account and page is not None and page.signs_in:
        return replace(verdict, cause="shared-account", sentence=SHARED_ACCOUNT, next_step=CHANGE_PASSWORD)
    return verdict


def _of_models(look: PageLook, here: ServedHere) -> Verdict:
    if here.model is None:
        return Verdict(
            phase=ChatPagePhase.NO_MODEL,
            cause=NOTHING_SERVED,
            sentence="No model is ready on this unit, so there is none to choose.",
            next_step="Start a model.",
        )
    if look.listed is not None and here.model in look.listed:
        return Verdict(phase=ChatPagePhase.READY, evidence=f"its own list has {here.model}")
    reached = next((each for each in look.asked if here.model in each.models), None)
    if reached is None:
        return _unlisted(look, here)
    if look.listed is None:
        return Verdict(phase=ChatPagePhase.READY, evidence=f"from inside it {reached.address} lists {here.model}")
    return _missing(
        "list-without",
        "The model answers where the chat page looks, and its own list does not have it.",
        f"from inside {reached.address} lists {here.model}; its own list: {_names(look.listed)}",
    )


def _unlisted(look: PageLook, here: ServedHere) -> Verdict:
    if look.unit_answers is False:
        return Verdict(
            phase=ChatPagePhase.NO_MODEL,
            cause="backend-down",
            sentence=f"Nothing lists models on port {here.port} of the unit itself, so the chat page cannot either.",
            next_step="Look at the log of the model.",
            evidence=f"http://127.0.0.1:{here.port}/v1/models did not answer",
        )
    if look.container is None:
        return _missing(
            "no-container",
            f"{_PAGE} runs outside Docker, so nobody can look whom it asks.",
            "",
            step=f"Let it ask http://127.0.0.1:{here.port}/v1 in its settings under Connections.",
            repair="",
        )
    if look.not_asked and not look.asked:
        return _missing("not-seen", f"Nobody could see whom {look.container.name} asks.", look.not_asked)
    if not look.asked:
        return _missing("no-address", f"{_PAGE} has no address to ask for models.", "OPENAI_API_BASE_URL is not set")
    # the nearest miss explains most: one with the right port is a connection that somebody made on purpose
    nearest = min(look.asked, key=lambda each: _distance(each.address, here))
    return _of_address(nearest, look, look.container, here)


def _of_address(asked: Asked, look: PageLook, page: PageContainer, here: ServedHere) -> Verdict:
    said = asked.trouble or f"it lists {_names(asked.models)}"
    evidence = f"{asked.address}: {said}{_where_it_stands(asked.address, look, page)}{_own_words(look)}"
    if (wrong := _wrong(asked.address, here)) is not None:
        return _missing(*wrong, evidence)
    if not page.on_host and (apart := _apart(asked.address, look)) is not None:
        return _missing(*apart, evidence)
    if not asked.trouble:
        return _missing("another-model", f"What answers there does not serve {here.model}.", evidence)
    return _missing("unreachable", f"Asked from inside, the address of the model does not answer: {said}.", evidence)


def _wrong(address: str, here: ServedHere) -> tuple[str, str] | None:
    """Return what is wrong with the address itself."""
    host, port, path = _parts(address)
    if not here.is_unit(host):
        return "wrong-host", f"{_PAGE} asks {host or 'nobody'}, which is not this unit."
    if port != here.port:
        return "wrong-port", f"{_PAGE} asks port {port or 'none'}; the model answers on port {here.port}."
    if not path.startswith("/v1"):
        return "wrong-path", f"{_PAGE} asks an address that does not end in /v1."
    return None


def _apart(address: str, look: PageLook) -> tuple[str, str] | None:
    """Return why a page in a network of its own does not get from there to the unit."""
    host, _, _ = _parts(address)
    if host in LOOPBACK or host.startswith("127."):
        return "own-network", f"{_PAGE} runs in a network of its own, where {host} is the page itself and not the unit."
    if look.loopback_only:
        sentence = "The model takes calls from 127.0.0.1 only, and the chat page runs in a network of its own."
        return "model-on-loopback", sentence
    return None


def _own_words(look: PageLook) -> str:
    """Return what its own log says of the last time that it asked."""
    line = next((each for each in reversed(look.lines) if _NO_CONNECTION.search(each)), "")
    return f". Its log: {line.strip()}" if line else ""


def _where_it_stands(address: str, look: PageLook, page: PageContainer) -> str:
    """Say so where the address comes from the page's own settings and not from what it was started with."""
    if address in look.kept and address not in page.asks:
        started = f", started with {'; '.join(page.asks)}" if page.asks else ""
        return f" (kept in its own settings{started})"
    return ""


def _missing(cause: str, sentence: str, evidence: str, *, step: str = "", repair: str | None = None) -> Verdict:
    return Verdict(
        phase=ChatPagePhase.NO_MODEL,
        cause=cause,
        sentence=sentence,
        next_step=step or "Reconnect it: that lets it ask the model's address, and proves it.",
        evidence=evidence,
        repair=RepairId.RECONNECT_CHAT.value if repair is None else repair,
    )


def _distance(address: str, here: ServedHere) -> int:
    host, port, path = _parts(address)
    return 4 * (not here.is_unit(host)) + 2 * (port != here.port) + (not path.startswith("/v1"))


def _parts(address: str) -> tuple[str, int | None, str]:
    try:
        split = urlsplit(address.strip())
        port = split.port or {"http": 80, "https": 443}.get(split.scheme)
        return (split.hostname or "").lower(), port, split.path
    except ValueError:
        return "", None, ""


def _names(models: Collection[str]) -> str:
    return ", ".join(models) or "nothing"
