"""vLLM servers are found among the processes of a machine, and nothing else is taken for one."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from thorhud.domain.containers import ContainerState
from thorhud.serving.outside_stop import AskPlan, ask_to_end, way_to
from thorhud.serving.server import is_kept
from thorhud.serving.server_processes import ServerProcess, serve_arguments, server_processes, still_runs

ID = "ab" * 32


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        ("vllm serve m --port 8001", ("m", "--port", "8001")),
        ("/usr/bin/python3 /usr/local/bin/vllm serve m", ("m",)),
        ("python3.12 -u -m vllm.entrypoints.cli.main serve m --enforce-eager", ("m", "--enforce-eager")),
        ("python -m vllm.entrypoints.openai.api_server --port 1 --model m", ("m", "--port", "1")),
        ("python -m vllm.entrypoints.openai.api_server --model=m", ("m",)),
    ],
)
def test_a_server_is_known_by_its_command(command: str, arguments: tuple[str, ...]) -> None:
    assert serve_arguments(command.split()) == arguments


@pytest.mark.parametrize(
    "command",
    [
        "bash -c vllm",
        "docker exec vllm vllm serve m",
        "docker run i vllm serve m",
        "vllm bench serve",
        "tail vllm serve",
        "",
    ],
)
def test_what_only_names_it_is_none(command: str) -> None:
    assert serve_arguments(command.split()) is None


def test_a_shell_that_was_given_it_as_one_word_is_none() -> None:
    assert serve_arguments(("sh", "-c", "vllm serve m")) is None


def add_process(
    proc: Path, pid: int, command: str, *, parent: int = 1, ticks: int = 500, inner: str = "", group: str = "/"
) -> None:
    folder = proc / str(pid)
    folder.mkdir(parents=True)
    (folder / "cmdline").write_bytes(command.replace(" ", "\0").encode() + b"\0")
    (folder / "stat").write_text(f"{pid} (a name) S {parent} " + "0 " * 17 + f"{ticks} 0\n")
    (folder / "status").write_text(f"Uid:\t0\t0\t0\t0\nNSpid:\t{pid}{inner}\nNSsid:\t{pid}{inner}\n")
    (folder / "cgroup").write_text(f"0::{group}\n")


def test_forked_engines_are_not_counted_and_the_newest_comes_first(tmp_path: Path) -> None:
    (tmp_path / "uptime").write_text("100.0 1.0\n")
    add_process(tmp_path, 10, "python3 /usr/bin/vllm serve a", ticks=500)
    add_process(tmp_path, 11, "python3 /usr/bin/vllm serve a", parent=10, ticks=600)
    add_process(tmp_path, 12, "vllm serve b", ticks=700)

    found = server_processes(tmp_path)

    assert [(each.pid, each.arguments, each.account) for each in found] == [(12, ("b",), "root"), (10, ("a",), "root")]


@pytest.mark.parametrize(
    ("inner", "first", "in_log"), [("\t1", True, True), ("\t77", False, False)], ids=["first process", "docker exec"]
)
def test_in_a_container_its_session_says_whether_docker_records_it(
    tmp_path: Path, inner: str, first: bool, in_log: bool
) -> None:
    add_process(tmp_path, 10, "vllm serve a", inner=inner, group=f"/system.slice/docker-{ID}.scope")

    (found,) = server_processes(tmp_path)

    assert (found.container, found.inner_pid) == (ID, int(inner))
    assert (found.first, found.in_log) == (first, in_log)


def test_another_process_with_the_same_number_is_another(tmp_path: Path) -> None:
    add_process(tmp_path, 10, "vllm serve a", ticks=500)
    (found,) = server_processes(tmp_path)

    assert still_runs(found, tmp_path)
    (tmp_path / "10/stat").write_text("10 (a) S 1 " + "0 " * 17 + "501 0\n")
    assert not still_runs(found, tmp_path)
    (tmp_path / "10/stat").write_text("10 (a) Z 1 " + "0 " * 17 + "500 0\n")
    assert not still_runs(found, tmp_path)


def kept(*command: str) -> bool:
    return is_kept(
        ContainerState(
            id=ID,
            name="vllm",
            image="i",
            image_digest=None,
            command=command,
            labels={},
            running=True,
            exit_code=None,
            started_at_s=1.0,
        )
    )


@pytest.mark.parametrize(
    "command",
    ["bash", "/opt/nvidia/nvidia_entrypoint.sh /bin/bash", "sleep infinity", "tail -f /dev/null", ""],
)
def test_a_container_to_type_into_is_known(command: str) -> None:
    assert kept(*command.split())


@pytest.mark.parametrize("command", [("vllm", "serve", "m"), ("sh", "-c", "sleep 60"), ("sleep", "60")])
def test_a_container_that_does_something_is_none(command: tuple[str, ...]) -> None:
    assert not kept(*command)


QUICK = AskPlan(interrupt_s=0.3, second_interrupt_s=0.3, terminate_s=5.0)


def here(process: "subprocess.Popen[bytes]") -> ServerProcess:
    stat = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return ServerProcess(pid=process.pid, account="me", arguments=("m",), ticks=int(stat[19]), began_unix_s=0.0)


IGNORES = (
    "import signal, sys, time; signal.signal(signal.SIGINT, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
)
LISTENS = "import time; print('up', flush=True); time.sleep(60)"


@pytest.mark.parametrize(("program", "signals"), [(LISTENS, ["SIGINT"]), (IGNORES, ["SIGINT", "SIGINT", "SIGTERM"])])
async def test_a_process_of_the_machine_is_asked_as_firmly_as_it_must(program: str, signals: list[str]) -> None:
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"up\n"
        said: list[str] = []
        way = way_to(here(process), object(), None)

        report = await ask_to_end(way, here(process), plan=QUICK, report=said.append)

    assert report.gone
    assert [word for sentence in said for word in sentence.split() if word.startswith("SIG")] == signals
    assert f"process {process.pid} (vllm serve) of me" in said[0]


async def test_what_this_account_may_not_signal_is_told_to_be_typed() -> None:
    process = ServerProcess(
        pid=os.getpid(), account="root", arguments=(), ticks=0, began_unix_s=0.0, container=ID, inner_pid=5
    )
    way = way_to(process, object(), "vllm")

    report = await ask_to_end(way, process, report=lambda _: None)

    assert not report.gone
    assert "docker exec vllm sh -c 'kill -INT 5'" in (report.reason or "")
