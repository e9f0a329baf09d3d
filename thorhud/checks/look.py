"""What every check is given: the unit, and what Docker says of itself."""

import asyncio
import grp
import os
import pwd
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from thorhud.checks.docker_facts import Docker, DockerFacts, HttpDocker
from thorhud.checks.kernel_clock import clock_synchronised
from thorhud.checks.own_time import output_of
from thorhud.domain.workshop import Workshop
from thorhud.serving.docker_engine import DockerEngine
from thorhud.settings.declared import Settings
from thorhud.settings.paths import socket_path, state_dir
from thorhud.settings.pin_file import NAME as PIN_FILE

HUBS = (("huggingface.co", 443), ("nvcr.io", 443))
"""Where models and images would come from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Who runs the doctor."""

    name: str
    is_root: bool
    groups: frozenset[str]
    """Of this sign-in; /etc/group may have learned more since."""


def own_account() -> Account:
    """Return the account of this process."""
    names = set()
    for number in os.getgroups():
        try:
            names.add(grp.getgrgid(number).gr_name)
        except KeyError:  # a group without a name
            continue
    try:
        name = pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        name = str(os.geteuid())
    return Account(name=name, is_root=os.geteuid() == 0, groups=frozenset(names))


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One unit as its checks see it; a test gives a faked tree, engine and programs."""

    workshop: Workshop
    data_dir: Path
    docker: Docker
    root: Path = Path("/")
    docker_is_local: bool = True
    port: int = 8000
    account: Account = field(default_factory=own_account)
    agent_socket: Callable[[], Path] = lambda: socket_path(simulated=False)
    synchronised: Callable[[], bool | None] = clock_synchronised
    program: Callable[..., Awaitable[str | None]] = output_of
    """Runs a program of the machine and returns what it prints; None where it is absent or fails."""
    hubs: tuple[tuple[str, int], ...] = HUBS
    pin_file: Path | None = None
    """Where the agent of this unit keeps the hash of the TAs' PIN."""

    @property
    def images(self) -> tuple[str, ...]:
        """The workshop's images, the model server's first."""
        workshop = self.workshop
        return (workshop.container.image, workshop.chat_page.image, workshop.runtime_test_image)


def this_unit(settings: Settings, workshop: Workshop) -> Unit:
    """Return the machine at hand."""
    address = DockerEngine(settings.docker_host).address  # nothing is asked of it here
    return Unit(
        workshop=workshop,
        data_dir=settings.data_dir,
        docker=HttpDocker(address),
        docker_is_local=address.startswith("unix://"),
        port=settings.port,
        pin_file=state_dir(simulated=False, chosen=settings.state_dir) / PIN_FILE,
    )


@dataclass(frozen=True, slots=True)
class Look:
    """One round of checks: Docker is asked once for all of them."""

    unit: Unit
    asked: "asyncio.Future[DockerFacts]"

    async def docker(self) -> DockerFacts:
        """Return what Docker says; a check that gives up waiting takes the answer from nobody else."""
        return await asyncio.shield(self.asked)


def wanted_images(unit: Unit) -> Iterable[str]:
    """Return the images to ask Docker for, each once."""
    return tuple(dict.fromkeys(unit.images))
