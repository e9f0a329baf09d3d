"""What a real Docker Engine refuses, through the whole product: `thorhud launch` names the cause and leaves nothing behind."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.unit_folder import Unit, phase, unit_folder
from tests.rig.small_disk import fill, mount_small_disk
from tests.rig.stand_in import StandIn, lay_out_weights
from tests.serving import own_engine
from thorhud.domain.state import ServingPhase
from thorhud.settings.workshop_file import load_workshop

pytestmark = pytest.mark.docker

FP8 = "llama-3.1-8b-fp8"
IMAGE = load_workshop().container.image


class OnSmallDisk(StandIn):
    """A dockerd whose data lie on a disk of a few megabytes."""

    def start(self) -> None:
        """Mount the disk first."""
        mount_small_disk(self.folder)
        super().start()


@pytest.fixture
def dockerd(request: pytest.FixtureRequest) -> Iterator[StandIn]:
    if reason := own_engine.obstacle():
        pytest.skip(reason)
    kind: type[StandIn] = getattr(request, "param", StandIn)
    with own_engine.folder() as folder, kind(folder) as engine:
        engine.import_workshop_image(IMAGE)
        yield engine


@pytest.fixture
def unit(dockerd: StandIn, tmp_path: Path) -> Iterator[Unit]:
    lay_out_weights(tmp_path / "data", load_workshop())
    environment = {**dockerd.environment, "THORHUD_DATA_DIR": str(tmp_path / "data"), "THORHUD_PORT": str(dockerd.port)}
    with unit_folder(simulated=False, environment=environment) as running:
        yield running


def launch(unit: Unit) -> dict[str, Any]:
    ended = unit.thorhud("launch", FP8, "--json")
    assert ended.stdout, f"{ended.stderr}\n{unit.agent_log()}"
    told: dict[str, Any] = json.loads(ended.stdout)
    return told


def refused(unit: Unit) -> dict[str, Any]:
    told = launch(unit)
    assert told["outcome"] == "failed"
    failure: dict[str, Any] = told["failure"]
    assert failure["next_step"]
    return failure


def containers(dockerd: StandIn) -> list[str]:
    return dockerd.docker("ps", "--all", "--format", "{{.Names}}").split()


def test_a_name_that_somebody_has_is_named_and_that_container_stays(unit: Unit, dockerd: StandIn) -> None:
    dockerd.docker("create", "--name", "vllm", "--network=host", IMAGE, "sh")

    failure = refused(unit)

    assert failure["kind"] == "name-taken"
    assert "docker rm -f vllm" in failure["next_step"]
    assert containers(dockerd) == ["vllm"]


def test_an_image_that_is_not_there_is_named_and_not_pulled(unit: Unit, dockerd: StandIn) -> None:
    dockerd.docker("image", "rm", IMAGE)

    failure = refused(unit)

    assert (failure["kind"], failure["headline"]) == ("image-missing", "The image is not on this unit")
    assert IMAGE in failure["explanation"]
    assert containers(dockerd) == []


@pytest.mark.parametrize("dockerd", [OnSmallDisk], indirect=True)
def test_a_full_disk_is_the_cause_and_not_the_container(unit: Unit, dockerd: OnSmallDisk) -> None:
    filling = fill(dockerd.folder)

    failure = refused(unit)

    assert (failure["kind"], failure["headline"]) == ("disk-full", "The disk is full")
    assert containers(dockerd) == []
    filling.unlink()
    assert launch(unit)["outcome"] == "ready"


def test_a_docker_that_is_down_is_said_before_anything_is_started_and_is_used_again_when_it_is_back(
    unit: Unit, dockerd: StandIn
) -> None:
    assert unit.thorhud("status").returncode == 0
    dockerd.kill()
    unit.until(lambda state: state.agent.docker.value is None, "without Docker")

    failure = refused(unit)
    dockerd.start()
    unit.until(lambda state: state.agent.docker.value is not None, "with Docker again")

    assert failure["kind"] == "docker-unreachable"
    assert launch(unit)["outcome"] == "ready"


def test_a_container_that_somebody_removes_is_said_to_be_gone(unit: Unit, dockerd: StandIn) -> None:
    assert launch(unit)["outcome"] == "ready"

    dockerd.docker("rm", "--force", "vllm")
    state = unit.until(phase(ServingPhase.FAILED), "failed")

    assert state.serving.failure is not None
    assert state.serving.failure.kind in {"container-gone", "killed"}
    assert containers(dockerd) == []


def test_a_container_that_is_killed_is_said_to_be_killed_and_is_cleared_away(unit: Unit, dockerd: StandIn) -> None:
    assert launch(unit)["outcome"] == "ready"

    dockerd.docker("kill", "vllm")
    state = unit.until(phase(ServingPhase.FAILED), "failed")

    assert state.serving.failure is not None
    assert state.serving.failure.kind == "killed"
    assert containers(dockerd) == []


def test_a_server_whose_log_nobody_keeps_is_found_and_its_end_is_told(unit: Unit, dockerd: StandIn) -> None:
    serve = ("vllm", "serve", "nvidia/Llama-3.1-8B-Instruct-FP8", "--port", str(dockerd.port))
    options = ("--detach", "--network=host", "--runtime=nvidia", "--log-driver=none", "--name=vllm")
    dockerd.docker("run", *options, IMAGE, *serve)
    assert unit.thorhud("status").returncode == 0
    (agent,) = unit.agents()
    unit.until(phase(ServingPhase.READY), "ready")

    dockerd.docker("kill", "vllm")
    state = unit.until(phase(ServingPhase.FAILED), "failed")

    assert state.serving.failure is not None
    assert state.serving.failure.kind == "killed"
    assert unit.agents() == [agent]
