"""The adapter against a real Docker Engine."""

import asyncio
import os
import socket
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.serving.engine_contract import ContractOfAContainerEngine, all_lines, first_lines
from tests.serving.own_engine import IMAGE, OwnEngine, spec, tape
from thorhud.domain.containers import ContainerSpec
from thorhud.domain.errors import EngineError, EngineUnreachable, ImageMissing, NameTaken, NotAllowed, RuntimeMissing
from thorhud.domain.workshop import Mount, Ulimit
from thorhud.serving.docker_engine import DockerEngine

pytestmark = pytest.mark.docker

NOBODY = 65534

SERVER = r"""
trap 'echo interrupted; exit 0' INT
echo first; echo trouble >&2
for n in 1 2 3; do printf '\rbar %s of 3' $n >&2; usleep 50000; done; echo >&2
while :; do echo tick; usleep 20000; done
"""


@pytest.fixture
def served() -> ContainerSpec:
    return spec("contract", SERVER, labels={"thorhud.launch": "launch-1", "thorhud.unit": "thor-07"})


class TestTheContract(ContractOfAContainerEngine):
    pass


def stream_threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("docker ")]


async def test_both_outputs_are_recorded_apart_and_put_together_again(engine: DockerEngine) -> None:
    pieces = [(0.0, 1, b"one "), (0.02, 2, b"ERROR two\n"), (0.02, 1, b"half\n"), (0.02, 2, b"no line feed")]
    await engine.start(spec("two", tape(pieces)))
    await engine.wait("two")

    lines = [line.text for line in await all_lines(engine, "two")]

    assert lines == [b"ERROR two", b"one half", b"no line feed"]


async def test_a_line_of_many_records_is_one_line_with_the_stamp_of_its_first(engine: DockerEngine) -> None:
    script = """awk 'BEGIN { for (i = 0; i < 10000; i++) printf "%09d ", i; print "" }'; echo next"""
    await engine.start(spec("long", script))
    await engine.wait("long")

    lines = await all_lines(engine, "long")

    assert [len(line.text) for line in lines] == [100_000, 4]
    assert lines[0].text.split() == [b"%09d" % n for n in range(10_000)]
    assert lines[0].stamp < lines[1].stamp


async def test_a_burst_of_twenty_thousand_lines_comes_whole_and_in_order(engine: DockerEngine) -> None:
    await engine.start(spec("burst", """awk 'BEGIN { for (i = 0; i < 20000; i++) printf "%06d %043d\\n", i, 0 }'"""))

    lines = await all_lines(engine, "burst")

    assert [int(line.text[:6]) for line in lines] == list(range(20_000))
    assert sum(len(line.text) + 1 for line in lines) > 1_000_000
    assert len({(line.stamp, line.text) for line in lines}) == 20_000


async def test_a_slow_reader_of_the_log_loses_nothing(engine: DockerEngine) -> None:
    await engine.start(spec("slow", "seq 1 12000"))
    expected = 1

    async for line in engine.logs("slow"):
        assert int(line.text) == expected
        expected += 1
        if expected % 4000 == 0:
            await asyncio.sleep(0.3)

    assert expected == 12_001


async def test_a_bar_arrives_attached_before_its_line_is_recorded(engine: DockerEngine) -> None:
    bar = "for n in 1 2 3 4 5; do printf '\\r%s of 5' $n >&2; usleep 200000; done; echo ' done' >&2"
    await engine.start(spec("bar", f"usleep 300000; {bar}"))

    async with asyncio.TaskGroup() as tasks:
        recording = tasks.create_task(first_lines(engine, "bar", 1))
        seen = [piece async for piece in engine.attach("bar") if not recording.done()]

    assert b"".join(seen[:4]).split() == b"1 of 5 2 of 5 3 of 5 4 of 5".split()
    assert recording.result()[0].text == b"\r1 of 5\r2 of 5\r3 of 5\r4 of 5\r5 of 5 done"


async def test_nobody_taking_the_attached_output_does_not_hold_the_server_up(engine: DockerEngine) -> None:
    await engine.start(spec("flood", "usleep 200000; seq 1 300000"))
    attached = engine.attach("flood")
    await anext(attached)

    async with asyncio.timeout(20):
        assert await engine.wait("flood") == 0

    await attached.aclose()


async def test_a_log_that_is_not_read_on_lets_its_thread_and_its_socket_go(engine: DockerEngine) -> None:
    await engine.start(spec("ticks", "while :; do echo tick; usleep 1000; done"))
    await engine.inspect("ticks")
    sockets = open_sockets()

    for _ in range(5):
        lines = engine.logs("ticks")
        await anext(lines)
        await lines.aclose()
        output = engine.attach("ticks")
        await anext(output)
        await output.aclose()

    assert stream_threads() == []
    assert open_sockets() <= sockets + 1


def open_sockets() -> int:
    return sum(link.is_socket() for link in Path("/proc/self/fd").iterdir())


async def test_a_cancelled_reader_lets_its_thread_go(engine: DockerEngine) -> None:
    await engine.start(spec("silent", "echo once; sleep 60"))

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.5):
            await all_lines(engine, "silent")

    assert stream_threads() == []


@pytest.mark.parametrize(
    ("change", "error", "kind", "words"),
    [
        ({"image": "nvcr.io/nvidia/vllm:25.09-py3"}, ImageMissing, "image-missing", "nvcr.io/nvidia/vllm:25.09-py3"),
        ({"runtime": "nosuch"}, RuntimeMissing, "runtime-missing", '"nosuch"'),
        ({"command": ("vllm", "serve")}, EngineError, "command-missing", '"vllm"'),
        ({"name": "taken"}, NameTaken, "name-taken", '"taken"'),
        ({"network": "nosuch"}, EngineError, "container-start", "network nosuch not found"),
        ({"mounts": (Mount(host="/proc/no", container="/data"),)}, EngineError, "mount-refused", "/proc/no"),
        ({"ulimits": (Ulimit(name="nofile", value=99_999_999_999),)}, EngineError, "memlock", "rlimit type 7"),
    ],
)
async def test_a_start_that_is_refused_says_why_and_leaves_nothing_behind(
    engine: DockerEngine, change: dict[str, Any], error: type[EngineError], kind: str, words: str
) -> None:
    await engine.start(spec("taken", "sleep 60"))

    with pytest.raises(error) as caught:
        await engine.start(replace(spec("refused", "true"), **change))

    assert caught.value.kind == kind
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.next_step
    assert [each.name for each in await engine.containers()] == ["taken"]


async def test_a_name_that_was_refused_can_be_used_at_once(engine: DockerEngine) -> None:
    with pytest.raises(EngineError):
        await engine.start(spec("again", "true", command=("nosuch",)))

    assert (await engine.start(spec("again", "sleep 60"))).running


async def test_what_is_asked_for_is_what_docker_got(engine: DockerEngine, tmp_path: Path, dockerd: OwnEngine) -> None:
    data = tmp_path / "made by docker"
    asked = spec(
        "options",
        "ls / > /dev/null; echo $HF_HUB_OFFLINE > /data/seen; exec sleep 60",
        environment={"HF_HUB_OFFLINE": "1"},
        mounts=(
            Mount(host=str(data), container="/data"),
            Mount(host=str(tmp_path), container="/etc/e", read_only=True),
        ),
        network="host",
        shm_size="16m",
        ulimits=(Ulimit(name="nofile", value=4096),),
    )
    await engine.start(asked)

    got = dockerd.docker(
        "inspect",
        "--format",
        "{{.HostConfig.NetworkMode}} {{.HostConfig.ShmSize}} {{.HostConfig.AutoRemove}} {{.Config.Tty}}"
        " {{.HostConfig.Binds}} {{.HostConfig.Ulimits}}",
        "options",
    )

    assert got.split(" [")[0] == f"host {16 << 20} false false"
    assert f"{data}:/data {tmp_path}:/etc/e:ro" in got
    assert "nofile=4096:4096" in got


async def test_the_image_that_is_not_there_is_missing(engine: DockerEngine) -> None:
    with pytest.raises(ImageMissing):
        await engine.image_digest("nosuch:1")


async def test_a_log_written_for_a_terminal_is_read_too(engine: DockerEngine, dockerd: OwnEngine) -> None:
    dockerd.docker(
        "run", "-d", "-t", "--network", "host", "--name", "typed", IMAGE, "sh", "-c", "echo one; echo two >&2"
    )
    await engine.wait("typed")

    assert [line.text for line in await all_lines(engine, "typed")] == [b"one\r", b"two\r"]


async def test_nobody_on_the_socket_is_one_sentence(tmp_path: Path) -> None:
    engine = DockerEngine(f"unix://{tmp_path}/docker.sock")

    with pytest.raises(EngineUnreachable) as caught:
        await engine.version()

    assert caught.value.kind == "docker-unreachable"
    assert str(caught.value) == f"The Docker Engine does not answer at unix://{tmp_path}/docker.sock."
    assert "systemctl" in caught.value.next_step


async def test_an_engine_that_hangs_up_is_one_sentence(tmp_path: Path) -> None:
    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_unix_server(hang_up, tmp_path / "docker.sock"):
        with pytest.raises(EngineUnreachable):
            await DockerEngine(f"unix://{tmp_path}/docker.sock").version()


async def test_an_account_outside_the_docker_group_is_told_so(engine: DockerEngine, open_folder: Path) -> None:
    path = open_folder / "docker.sock"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        path.chmod(0o600)
        listening.listen()
        os.seteuid(NOBODY)
        try:
            with pytest.raises(NotAllowed) as caught:
                await DockerEngine(f"unix://{path}").version()
        finally:
            os.seteuid(0)

    assert caught.value.kind == "docker-not-allowed"
    assert str(caught.value) == f"This account may not use the Docker Engine at unix://{path}."
    assert "usermod -aG docker" in caught.value.next_step


@pytest.fixture
def open_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


async def test_docker_host_says_where_the_engine_is(monkeypatch: pytest.MonkeyPatch, dockerd: OwnEngine) -> None:
    monkeypatch.setenv("DOCKER_HOST", dockerd.host)
    engine = DockerEngine()

    assert await engine.version() == await DockerEngine(dockerd.host).version()

    await engine.close()


async def test_a_docker_context_says_where_the_engine_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, dockerd: OwnEngine
) -> None:
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    environment = {"DOCKER_CONFIG": str(tmp_path)}
    dockerd.docker("context", "create", "mine", "--docker", f"host={dockerd.host}", more=environment)
    dockerd.docker("context", "use", "mine", more=environment | {"DOCKER_HOST": ""})

    assert DockerEngine().address == dockerd.host
