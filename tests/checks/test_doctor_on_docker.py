"""The doctor's words about Docker against a real Docker Engine with its real daemon.json."""

import contextlib
import io
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.checks.units import WORKSHOP, thor
from tests.repair.serviced_engine import ServicedEngine, serviced_engine
from tests.rig.engine import unmount_below
from tests.rig.small_disk import fill, mount_small_disk
from tests.serving import own_engine
from tests.serving.own_engine import IMAGE, OwnEngine
from thorhud.checks.docker_facts import HttpDocker
from thorhud.checks.look import Unit
from thorhud.checks.run import run_checks
from thorhud.domain.check_table import BY_ID
from thorhud.domain.checks import CheckResult, CheckStatus
from thorhud.domain.docker_judgement import judge_settings, read_settings

pytestmark = pytest.mark.docker

PASS, WARN, FAIL, UNKNOWN = CheckStatus.PASS, CheckStatus.WARN, CheckStatus.FAIL, CheckStatus.UNKNOWN
FOREVER = "trap 'exit 0' INT TERM; while :; do usleep 50000; done"
LIMIT_S = 30.0


@pytest.fixture(scope="module")
def dockerd() -> Iterator[ServicedEngine]:
    if reason := own_engine.obstacle():
        pytest.skip(reason)
    with serviced_engine() as running:
        yield running


@pytest.fixture(autouse=True)
def no_containers(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "dockerd" in request.fixturenames:
        running: ServicedEngine = request.getfixturevalue("dockerd")
        if running.answers() and (names := running.docker("ps", "--all", "--quiet").split()):
            running.docker("rm", "--force", *names)


@pytest.fixture
def unit(dockerd: ServicedEngine, tmp_path: Path) -> Unit:
    """Return a unit whose kernel is faked and whose Docker, with its daemon.json, is real."""
    faked = thor(tmp_path, docker=HttpDocker(dockerd.host))
    settings = faked.root / "etc/docker/daemon.json"
    settings.unlink()
    settings.symlink_to(dockerd.daemon_json)
    return faked


async def found(unit: Unit, *names: str, deep: bool = False) -> dict[str, CheckResult]:
    results = await run_checks(unit, deep=deep, checks=[BY_ID[name] for name in names])
    return {each.key: each for each in results}


# daemon.json

VARIANTS = (
    "{}",
    "{",
    "[]",
    '"text"',
    '{"debug": true,}',
    '{"runtimes": []}',
    '{"runtimes": {"nvidia": "path"}}',
    '{"runtimes": {"nvidia": {"path": "/bin/true"}}}',
    '{"runtimes": {"nvidia": {"path": "/bin/true"}}, "default-runtime": "nvidia"}',
    '{"default-runtime": "nvidia"}',
    '{"default-runtime": "runc"}',
    '{"default-runtime": 1}',
)


def dockerd_starts_with(text: str) -> bool:
    """Tell whether a real dockerd comes up with this daemon.json."""
    folder = Path(tempfile.mkdtemp(prefix="daemon-json-"))
    settings, door = folder / "daemon.json", folder / "s"
    settings.write_text(text)
    wrapper = [sys.executable, "-I", str(Path(own_engine.__file__).parents[1] / "rig" / "own_network.py")]
    options = ["--bridge", "none", "--iptables=false", "--ip6tables=false", "--host", f"unix://{door}"]
    places = ["--data-root", str(folder / "data"), "--exec-root", str(folder / "x"), "--pidfile", str(folder / "pid")]
    command = [*wrapper, "dockerd", "--config-file", str(settings), *options, *places]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
    try:
        return answers_before_it_ends(process, door)
    finally:
        process.terminate()
        process.wait(LIMIT_S)
        unmount_below(folder)
        shutil.rmtree(folder)


def answers_before_it_ends(process: "subprocess.Popen[bytes]", door: Path) -> bool:
    deadline = time.monotonic() + LIMIT_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            return False
        with socket.socket(socket.AF_UNIX) as visitor, contextlib.suppress(OSError):
            visitor.settimeout(1.0)
            visitor.connect(str(door))
            visitor.sendall(b"GET /_ping HTTP/1.0\r\n\r\n")
            if visitor.recv(64).startswith(b"HTTP/1"):
                return True
        time.sleep(0.05)
    raise AssertionError("dockerd neither answers nor ends")


@pytest.mark.parametrize("text", VARIANTS)
def test_settings_are_called_right_exactly_where_docker_starts_with_them(text: str) -> None:
    assert (judge_settings(read_settings(text)).status is PASS) is dockerd_starts_with(text)


async def test_a_registered_runtime_that_is_not_the_default_is_found_cured_and_lost_again(
    dockerd: ServicedEngine, unit: Unit
) -> None:
    names = ("docker", "docker-settings", "nvidia-runtime", "default-runtime")
    before = dockerd.settings()

    delivered = await found(unit, *names)
    dockerd.daemon_json.write_text(json.dumps({**before, "default-runtime": "nvidia"}))
    written = await found(unit, *names)
    subprocess.run(dockerd.restart_command(), check=True, capture_output=True)
    restarted = await found(unit, *names)
    dockerd.daemon_json.write_text(json.dumps(before))
    lost = await found(unit, *names)
    subprocess.run(dockerd.restart_command(), check=True, capture_output=True)

    assert [delivered[name].status for name in names] == [PASS, PASS, PASS, FAIL]
    assert delivered["default-runtime"].repair == "default-runtime"
    assert (written["default-runtime"].status, written["default-runtime"].repair) == (FAIL, "restart-docker")
    assert [restarted[name].status for name in names] == [PASS] * 4
    assert (lost["default-runtime"].status, lost["default-runtime"].repair) == (WARN, "default-runtime")


# an engine that does not answer


@pytest.fixture
def own(tmp_path: Path) -> Iterator[OwnEngine]:
    """Start an engine that a test may stop."""
    with own_engine.folder() as folder, OwnEngine(folder) as running:
        yield running


async def test_a_stopped_docker_fails_once_and_a_hung_one_holds_nobody_up(own: OwnEngine, tmp_path: Path) -> None:
    unit = thor(tmp_path, docker=HttpDocker(own.host, patience_s=1.0))
    names = ("docker", "images", "container-name", "chat-page", "docker-disk", "leftovers")

    os.kill(own.pid, signal.SIGSTOP)
    began = time.monotonic()
    try:
        hung = await found(unit, *names)
    finally:
        os.kill(own.pid, signal.SIGCONT)
    took_s = time.monotonic() - began
    own.stop()
    stopped = await found(unit, *names)

    assert took_s < 8
    for results in (hung, stopped):
        assert (results["docker"].status, results["docker"].repair) == (FAIL, "restart-docker")
        assert [key for key, each in results.items() if each.status is FAIL] == ["docker"]
    assert "does not answer them" in hung["docker"].found
    assert stopped["docker"].found == f"The Docker Engine does not answer at {own.host}."


async def test_a_disk_of_docker_that_is_full_fails_where_docker_keeps_its_files(tmp_path: Path) -> None:
    with own_engine.folder() as folder:
        mount_small_disk(folder)
        with OwnEngine(folder) as full:
            fill(folder)
            unit = replace(thor(tmp_path, docker=HttpDocker(full.host)), root=Path("/"))

            disk = (await found(unit, "docker-disk"))["docker-disk"]

    assert (disk.status, disk.command) == (FAIL, "docker system df")
    assert disk.found == f"0 GB free at {folder / 'data'}"


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become somebody else")
def test_an_account_outside_the_group_is_refused_and_told_what_to_type(dockerd: ServicedEngine) -> None:
    door = Path(dockerd.socket)
    door.parent.chmod(0o755)
    program = (
        "import asyncio, os\n"
        "from thorhud.checks.docker_facts import HttpDocker\n"
        f"asyncio.run(HttpDocker({dockerd.host!r}).facts([]))  # everything is imported before the account changes\n"
        "os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
        f"facts = asyncio.run(HttpDocker({dockerd.host!r}).facts([]))\n"
        "print(facts.refused, facts.answers, facts.next_step)\n"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert told.stdout.startswith("True False Type: sudo usermod -aG docker")


# containers


async def test_a_name_is_ours_somebody_s_or_free(dockerd: ServicedEngine, unit: Unit) -> None:
    assert (await found(unit, "container-name"))["container-name"].found == "free"

    dockerd.docker("run", "--detach", "--name", "vllm", IMAGE, "sh", "-c", FOREVER)
    foreign = (await found(unit, "container-name"))["container-name"]
    dockerd.docker("rm", "--force", "vllm")
    dockerd.docker("run", "--detach", "--name", "vllm", "--label", "thorhud.launch=a1", IMAGE, "sh", "-c", FOREVER)
    ours = await found(unit, "container-name", "leftovers")
    dockerd.docker("kill", "vllm")
    ended = await found(unit, "leftovers")

    assert (foreign.status, foreign.command) == (FAIL, "docker rm -f vllm")
    assert ours["container-name"].status is PASS
    assert ours["leftovers"].status is PASS
    assert (ended["leftovers"].status, ended["leftovers"].repair) == (WARN, "stop-leftovers")


async def test_a_container_on_the_port_is_named(dockerd: ServicedEngine, unit: Unit) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    here = replace(unit, root=Path("/"), port=port)
    assert (await found(here, "api-port"))["api-port"].found == "free"

    listen = f"/bin/busybox nc -l -p {port}"
    dockerd.docker("run", "--detach", "--name", "web", "--network", "host", IMAGE, "sh", "-c", f"{listen}; {FOREVER}")
    wait_for_listener(port)
    taken = (await found(here, "api-port"))["api-port"]

    assert (taken.status, taken.repair, taken.command) == (FAIL, "free-port", "docker stop web")
    assert "in the container web has it" in taken.found


async def test_a_program_on_the_port_is_named_by_its_process(unit: Unit) -> None:
    with socket.create_server(("0.0.0.0", 0)) as server:
        here = replace(unit, root=Path("/"), port=server.getsockname()[1])
        taken = (await found(here, "api-port"))["api-port"]

    assert (taken.status, taken.command) == (FAIL, f"kill {os.getpid()}")


def wait_for_listener(port: int) -> None:
    deadline = time.monotonic() + LIMIT_S
    while f":{port:04X} " not in listeners():
        assert time.monotonic() < deadline, "the container does not listen"
        time.sleep(0.05)


def listeners() -> str:
    tables = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
    return "\n".join(
        line for table in tables if table.exists() for line in table.read_text().splitlines() if " 0A " in line
    )


# images and the test of the runtime


def import_cuda(dockerd: ServicedEngine, script: str) -> None:
    """Make an image of the CUDA image's name whose nvidia-smi is *script*."""
    container = dockerd.docker("create", IMAGE, "true").strip()
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        info = tarfile.TarInfo("nvidia-smi")
        info.mode, info.size = 0o755, len(script)
        archive.addfile(info, io.BytesIO(script.encode()))
    subprocess.run(
        ["docker", "cp", "-", f"{container}:/bin"], env=dockerd.environment, check=True, input=packed.getvalue()
    )
    dockerd.docker("commit", container, WORKSHOP.runtime_test_image)
    dockerd.docker("rm", container)


@pytest.mark.parametrize(
    ("script", "status", "said"),
    [
        ('#!/bin/sh\necho through $THROUGH\n[ "$THROUGH" = nvidia ]\n', PASS, "it sees the GPU"),
        ("#!/bin/sh\necho Failed to initialize NVML: Unknown Error\nexit 255\n", FAIL, "it ended with 255 and said: Failed to initialize NVML"),
    ],
)  # fmt: skip
async def test_the_runtime_is_tested_in_a_real_container_that_leaves_nothing(
    dockerd: ServicedEngine, unit: Unit, script: str, status: CheckStatus, said: str
) -> None:
    import_cuda(dockerd, script)
    try:
        tested = (await found(unit, "runtime-test", deep=True))["runtime-test"]
    finally:
        dockerd.docker("rmi", "--force", WORKSHOP.runtime_test_image)

    assert (tested.status, tested.found[: len(said)]) == (status, said)
    assert dockerd.docker("ps", "--all", "--quiet") == ""


async def test_an_image_is_found_with_its_digest_and_missing_ones_are_not_pulled(
    dockerd: ServicedEngine, unit: Unit
) -> None:
    name = unit.workshop.container.image
    dockerd.docker("tag", IMAGE, name)
    try:
        results = await found(unit, "images", "runtime-test", deep=True)
    finally:
        dockerd.docker("rmi", name)

    assert (results[f"images:{name}"].status, results[f"images:{name}"].found[:7]) == (PASS, "sha256:")
    assert results[f"images:{WORKSHOP.runtime_test_image}"].status is WARN
    assert results["runtime-test"].status is UNKNOWN


async def test_a_chat_page_s_address_is_read_from_its_container(dockerd: ServicedEngine, unit: Unit) -> None:
    start = ("run", "--detach", "--name", "open-webui")
    dockerd.docker(*start, "--env", "OPENAI_API_BASE_URL=http://0.0.0.0:8001/v1", IMAGE, "sh", "-c", FOREVER)
    wrong = (await found(unit, "chat-page"))["chat-page"]
    dockerd.docker("rm", "--force", "open-webui")
    dockerd.docker(*start, "--env", "OPENAI_API_BASE_URL=http://0.0.0.0:8000/v1", IMAGE, "sh", "-c", FOREVER)
    right = (await found(unit, "chat-page"))["chat-page"]

    assert (wrong.status, right.status) == (WARN, PASS)
    assert "http://0.0.0.0:8001/v1" in wrong.found
