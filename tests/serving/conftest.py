"""One Docker Engine for all tests of serving; its containers end with each test."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.serving import own_engine
from tests.serving.own_engine import OwnEngine
from thorhud.serving.docker_engine import DockerEngine


@pytest.fixture(scope="session")
def dockerd() -> Iterator[OwnEngine]:
    if reason := own_engine.obstacle():
        pytest.skip(reason)
    with own_engine.folder() as folder, OwnEngine(folder) as running:
        running.import_image()
        yield running


@pytest.fixture
async def engine(dockerd: OwnEngine) -> AsyncIterator[DockerEngine]:
    engine = DockerEngine(dockerd.host)
    yield engine
    await engine.close()
    if names := dockerd.docker("ps", "--all", "--quiet").split():
        dockerd.docker("rm", "--force", *names)
