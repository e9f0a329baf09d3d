"""The rig itself: an engine that a test can trust to come, to be alone, and to go."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.rig.engine import Engine, NvidiaRuntime, unmount_below
from tests.rig.nvidia_runtime import cap, edit


@pytest.mark.docker
def test_it_answers_has_a_runtime_called_nvidia_and_leaves_nothing(tmp_path: Path) -> None:
    with Engine(tmp_path / "engine", own_network=True) as engine:
        runtimes = engine.docker("info", "--format", "{{range $name, $_ := .Runtimes}}{{$name}} {{end}}")
        links = subprocess.run(
            ["nsenter", f"--net=/proc/{engine.pid}/ns/net", "cat", "/proc/net/dev"],
            capture_output=True,
            text=True,
            check=True,
        )

    assert "nvidia" in runtimes.split()
    assert [line.split(":")[0].strip() for line in links.stdout.splitlines()[2:]] == ["lo"]
    assert not engine.answers()
    assert not engine.sockets.exists()
    assert f"{tmp_path}/" not in Path("/proc/self/mounts").read_text()


def test_the_runtime_adds_mounts_and_environment(tmp_path: Path) -> None:
    specification = tmp_path / "config.json"
    specification.write_text('{"process": {"env": ["A=1"]}, "mounts": []}')

    edit(specification, {"mounts": ["/opt/a", "/opt/b:/usr/b"], "env": ["B=2", "A=3"]})

    written = specification.read_text()
    assert '"source": "/opt/a", "destination": "/opt/a"' in written
    assert '"source": "/opt/b", "destination": "/usr/b"' in written
    assert '"env": ["A=1", "B=2"]' in written


def test_a_limit_that_this_kernel_does_not_allow_is_lowered() -> None:
    limit: dict[str, Any] = {"type": "RLIMIT_NOFILE", "hard": 2**62, "soft": 2**62}

    cap(limit)

    assert limit["soft"] == limit["hard"] <= 2**62


def test_the_runtime_is_written_with_its_settings(tmp_path: Path) -> None:
    program = NvidiaRuntime(mounts=["/opt/a"], env=["B=2"]).install(tmp_path)

    assert program.stat().st_mode & 0o111
    assert (tmp_path / "runtime.json").read_text() == '{"mounts": ["/opt/a"], "env": ["B=2"]}'


def test_nothing_is_unmounted_where_nothing_is_mounted(tmp_path: Path) -> None:
    unmount_below(tmp_path)
