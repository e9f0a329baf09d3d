"""The repairs of Docker on a real dockerd with its real daemon.json, restarted as a service is."""

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.repair import helper_elsewhere
from tests.repair.asking import proof_of, told_by
from tests.repair.serviced_engine import ServicedEngine, serviced_engine
from tests.serving import own_engine
from tests.serving.own_engine import IMAGE, spec
from thorhud.repair.context import RepairContext
from thorhud.repair.root import DirectRoot
from thorhud.repair.run import plan
from thorhud.serving.docker_engine import DockerEngine

pytestmark = pytest.mark.docker

FOREVER = "trap 'exit 0' INT TERM; while :; do usleep 50000; done"


@pytest.fixture
def dockerd() -> Iterator[ServicedEngine]:
    if reason := own_engine.obstacle():
        pytest.skip(reason)
    with serviced_engine() as running:
        yield running


@pytest.fixture
async def context(dockerd: ServicedEngine, tmp_path: Path) -> AsyncIterator[RepairContext]:
    engine = DockerEngine(dockerd.host)
    yield RepairContext(
        engine=engine,
        root=root_that_restarts(dockerd, tmp_path),
        data_dir=tmp_path,
        docker_address=dockerd.host,
        daemon_json=dockerd.daemon_json,
        runtime_program=str(dockerd.runtime_program),
    )
    await engine.close()


def root_that_restarts(dockerd: ServicedEngine, folder: Path, *flags: str) -> DirectRoot:
    """Return the real helper as a child process, with this dockerd in place of the machine's."""
    command = helper_elsewhere.command(
        folder,
        proposal=folder / "proposals/daemon.json",
        daemon_json=dockerd.daemon_json,
        docker_socket=dockerd.socket,
        restart_docker=(dockerd.restart_command(*flags),),
        runtime_programs=(str(dockerd.runtime_program),),
    )
    return DirectRoot(command, proposal=folder / "proposals/daemon.json")


async def test_the_default_runtime_is_set_and_everything_else_in_daemon_json_stays(
    dockerd: ServicedEngine, context: RepairContext
) -> None:
    before = dockerd.settings()
    shown = await plan("default-runtime", context)

    proof = await proof_of("default-runtime", context)

    assert '+    "default-runtime": "nvidia"' in shown.preview
    assert shown.obstacle is None
    assert proof.proven, proof
    assert (proof.before, proof.after) == ("default runtime runc", "default runtime nvidia")
    assert dockerd.settings() == {**before, "default-runtime": "nvidia"}
    assert json.loads(Path(str(proof.details["backup"])).read_text()) == before
    assert dockerd.docker("run", "--rm", IMAGE, "sh", "-c", "echo $THROUGH").strip() == "nvidia"


async def test_once_it_is_set_a_second_time_changes_nothing_and_restarts_nothing(
    dockerd: ServicedEngine, context: RepairContext
) -> None:
    await proof_of("default-runtime", context)
    pid, files = dockerd.pid_file.read_text(), sorted(dockerd.folder.glob("daemon.json*"))

    proof = await proof_of("default-runtime", context)

    assert proof.proven
    assert "as it should be already" in proof.sentence
    assert (dockerd.pid_file.read_text(), sorted(dockerd.folder.glob("daemon.json*"))) == (pid, files)


async def test_a_file_that_is_right_but_was_never_read_takes_a_restart(
    dockerd: ServicedEngine, context: RepairContext
) -> None:
    dockerd.daemon_json.write_text(json.dumps({**dockerd.settings(), "default-runtime": "nvidia"}))

    proof = await proof_of("default-runtime", context)

    assert (proof.proven, proof.after) == (True, "default runtime nvidia")


async def test_where_docker_does_not_come_up_with_it_the_old_file_is_back_and_docker_runs(
    dockerd: ServicedEngine, context: RepairContext, tmp_path: Path
) -> None:
    # a service whose command line sets the same: dockerd refuses to have it twice
    twice = replace(context, root=root_that_restarts(dockerd, tmp_path, "--default-runtime=runc"))
    before = dockerd.daemon_json.read_bytes()

    proof = await proof_of("default-runtime", twice)

    assert not proof.proven
    assert "The old daemon.json is back" in proof.sentence
    assert "default-runtime" in proof.sentence
    assert dockerd.daemon_json.read_bytes() == before
    assert dockerd.default_runtime() == "runc"
    assert dockerd.docker("run", "--rm", IMAGE, "sh", "-c", "echo still here").strip() == "still here"


async def test_a_runtime_whose_program_is_missing_is_refused_since_docker_would_come_up_and_start_nothing(
    dockerd: ServicedEngine, context: RepairContext
) -> None:
    broken = dockerd.settings()
    broken["runtimes"]["nvidia"]["path"] = "/nowhere/nvidia-container-runtime"
    dockerd.daemon_json.write_text(json.dumps(broken))
    pid = dockerd.pid_file.read_text()

    shown, proof = await plan("default-runtime", context), await proof_of("default-runtime", context)

    assert not proof.proven
    assert "/nowhere/nvidia-container-runtime is not installed" in proof.sentence == shown.obstacle
    assert "nvidia-container-toolkit" in proof.next_step
    assert (dockerd.settings(), dockerd.pid_file.read_text()) == (broken, pid)


async def test_the_helper_refuses_that_too_where_the_client_did_not_look(
    dockerd: ServicedEngine, context: RepairContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = dockerd.settings()
    broken["runtimes"]["nvidia"]["path"] = "/nowhere/nvidia-container-runtime"
    dockerd.daemon_json.write_text(json.dumps(broken))
    monkeypatch.setattr("thorhud.repair.default_runtime.shutil.which", lambda program, **_: program)

    proof = await proof_of("default-runtime", context)

    assert not proof.proven
    assert "nothing was changed" in proof.sentence
    assert dockerd.settings() == broken


async def test_a_mistake_in_daemon_json_is_named_with_its_line(dockerd: ServicedEngine, context: RepairContext) -> None:
    dockerd.daemon_json.write_text('{\n  "runtimes": {,\n}\n')

    proof = await proof_of("default-runtime", context)

    assert not proof.proven
    assert "line 2" in proof.sentence
    assert f"sudo nano {dockerd.daemon_json}" in proof.next_step


async def test_a_restart_names_who_stops_by_it_and_proves_that_docker_answers(
    dockerd: ServicedEngine, context: RepairContext
) -> None:
    dockerd.docker(
        "run", "--detach", "--network=host", "--name=chat-page", "--restart=always", IMAGE, "sh", "-c", FOREVER
    )
    await context.engine.start(spec("vllm", FOREVER, labels={"thorhud.launch": "launch-1"}))
    pid = dockerd.pid_file.read_text()

    shown = await plan("restart-docker", context)
    said, proof = await told_by("restart-docker", context)

    assert set(shown.stops) == {"chat-page", "vllm"}
    assert "stop by it" in said[0]
    assert "vllm" in said[0]
    assert proof.proven
    assert "answers after" in proof.sentence
    assert "vllm did not come back by itself" in proof.sentence
    assert proof.after == "chat-page running"
    assert dockerd.pid_file.read_text() != pid


async def test_a_docker_that_was_down_is_brought_up(dockerd: ServicedEngine, context: RepairContext) -> None:
    dockerd.kill()

    proof = await proof_of("restart-docker", context)

    assert proof.proven, proof
    assert dockerd.answers()


async def test_a_docker_that_stays_down_is_no_success(
    dockerd: ServicedEngine, context: RepairContext, tmp_path: Path
) -> None:
    down = replace(context, root=root_that_restarts(dockerd, tmp_path, "--storage-driver=no-such-driver"))

    proof = await proof_of("restart-docker", down)

    assert not proof.proven
    assert "driver not supported" in proof.sentence
    assert "systemctl status docker" in proof.next_step
