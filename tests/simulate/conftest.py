"""A workshop, and servers that are certain to end with the test."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from thorhud.domain.containers import OUR_CONFIGURATION, OURS, ContainerSpec
from thorhud.domain.workshop import Workshop
from thorhud.settings.workshop_file import load_workshop
from thorhud.simulate.engine import SimulatedEngine

AT_ONCE = 1e6
"""A start that has no waits; what a log prints as a duration is then zero."""


@pytest.fixture(scope="session")
def workshop() -> Workshop:
    return load_workshop()


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
    return number


def processes_below(folder: Path) -> list[str]:
    """Return the command line of every living process that was started for a container below *folder*."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = path.read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if str(folder) in command and int(path.parent.name) != os.getpid():
            found.append(command)
    return found


@pytest.fixture
async def new_engine(tmp_path: Path, workshop: Workshop, port: int) -> AsyncIterator[Callable[..., SimulatedEngine]]:
    """Make engines over one folder; afterwards every container is gone and so is every process."""

    def make(start_speed: float = AT_ONCE, fault: str | None = None) -> SimulatedEngine:
        return SimulatedEngine(tmp_path, workshop, port=port, start_speed=start_speed, fault=fault)

    yield make
    await make().clear()
    async with asyncio.timeout(5):
        while processes_below(tmp_path):  # a keeper notes the end just before its own
            await asyncio.sleep(0.01)


@pytest.fixture
def engine(new_engine: Callable[..., SimulatedEngine]) -> SimulatedEngine:
    return new_engine()


@pytest.fixture
def served(workshop: Workshop) -> ContainerSpec:
    """Return what the second of the workshop's plain models is started with."""
    configuration = next(each for each in workshop.configurations if not each.reasoning)
    return spec_of(workshop, configuration.id)


def spec_of(workshop: Workshop, configuration_id: str, **changes: object) -> ContainerSpec:
    configuration = workshop.configuration(configuration_id)
    assert configuration is not None
    spec = ContainerSpec(
        image=workshop.container.image,
        name=workshop.container.name,
        command=("vllm", "serve", *configuration.serve_arguments),
        environment=configuration.environment,
        labels={OURS: "launch-1", OUR_CONFIGURATION: configuration.id},
        runtime=workshop.container.runtime,
    )
    return replace(spec, **changes)  # type: ignore[arg-type]
