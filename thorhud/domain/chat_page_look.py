"""What was seen of a chat page, and who can look at one."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One address that the chat page asks for models, asked from where the page itself runs."""

    address: str
    models: tuple[str, ...] = ()
    trouble: str = ""
    """Why it lists none: "Connection refused"; empty where it answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContainer:
    """The container of a chat page as the engine describes it."""

    id: str
    name: str
    ours: bool
    running: bool
    on_host: bool
    """It shares the unit's own network, so that 127.0.0.1 inside is the unit."""
    port: int | None
    """Where the unit answers for it; None where Docker leads no port to it."""
    asks: tuple[str, ...] = ()
    """The addresses of its variables."""
    from_start: bool = False
    """Its variables count whatever it has kept."""
    keeps_data: bool = True
    signs_in: bool = True
    """False where it was started for one account that everybody shares."""
    started_unix_s: float | None = None
    exit_code: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLook:
    """What was seen of the chat page at one moment."""

    container: PageContainer | None = None
    answers: bool = False
    """Its first page came, and what sent it is an Open WebUI."""
    version: str = ""
    stranger: str = ""
    """Something else answers on its port, and what it is."""
    onboarding: bool = False
    """Nobody has made an account yet."""
    asked: tuple[Asked, ...] = ()
    """What each address said from inside; empty where nobody asked or could ask."""
    kept: tuple[str, ...] = ()
    """The addresses in its own settings; empty where it keeps none, or where they do not count."""
    listed: tuple[str, ...] | None = None
    """The models of its own list; None where that takes an account."""
    not_asked: str = ""
    """Why nobody could ask from inside."""
    unit_answers: bool | None = None
    """Whether the unit itself gets a list of models on the model's port; None where nobody asked."""
    refused: str = ""
    """Why a page without accounts lets nobody in, in its own words."""
    shared_account: bool = False
    """The account of a page where nobody signs in is among its accounts; its password is known to everybody."""
    loopback_only: bool = False
    """Whoever listens on the model's port takes calls from the unit itself only."""
    lines: tuple[str, ...] = ()
    """Its newest log lines."""
    data_bytes: int | None = None


class ChatPages(Protocol):
    """The chat page of one unit; trouble with Docker is raised as an `EngineError`."""

    accounts: str
    """Who may use a page that is started from here, as a sentence."""
    data: str
    """The folder of its accounts and conversations."""

    async def look(self, served: str | None, *, deep: bool, names: Collection[str] = ()) -> PageLook:
        """Return what is seen; *deep* asks for the list of models too, which costs the unit some work.

        *names* are the host names and addresses of the unit.
        """
        ...

    async def start(self) -> None:
        """Start the container; its first page takes a while after that."""
        ...

    async def stop(self, container: str) -> None:
        """Stop and remove the container; its data stays."""
        ...

    async def remove_data(self) -> None:
        """Remove accounts and conversations; the page must not run."""
        ...

    async def measure_data(self) -> int | None:
        """Return what its folder takes of the disk; None where that cannot be seen."""
        ...
