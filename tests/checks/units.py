"""A faked unit: a tree of kernel files, an engine that says what the test wants, programs with fixed answers."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.telemetry.thor_tree import build
from thorhud.assets import asset
from thorhud.checks.docker_facts import DockerFacts, EndedRun
from thorhud.checks.look import Account, Unit
from thorhud.domain.docker_judgement import SeenContainer, SeenImage
from thorhud.domain.errors import EngineError
from thorhud.settings.workshop_file import load_workshop

WORKSHOP = load_workshop(asset("workshops/gtc-dc-2025.toml"))
SERVED = "5e" * 32
"""The id of the container in which the faked unit serves."""
RIGHT_SETTINGS = {
    "runtimes": {"nvidia": {"args": [], "path": "nvidia-container-runtime"}},
    "default-runtime": "nvidia",
}
IDLE_MEMINFO = """MemTotal:       128790528 kB
MemFree:       121634816 kB
MemAvailable:  123731968 kB
Buffers:          412416 kB
Cached:          1204224 kB
SwapCached:            0 kB
Shmem:            100000 kB
SReclaimable:     204224 kB
SwapTotal:       8388608 kB
SwapFree:        8388608 kB
"""
TCP_HEADER = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"


class FakeDocker:
    """Answers with *facts* and runs containers that print *output*."""

    def __init__(self, facts: DockerFacts, *, ended: EndedRun | EngineError | None = None) -> None:
        self.told = facts
        self.ended = ended or EndedRun(exit_code=0, output="NVIDIA-SMI 580.00\n")
        self.ran: list[tuple[str, tuple[str, ...], str]] = []

    async def facts(self, images: Iterable[str]) -> DockerFacts:
        wanted = set(images)
        here = {name: image for name, image in self.told.images.items() if name in wanted}
        return replace(self.told, images=here)

    async def run(self, image: str, command: tuple[str, ...], *, runtime: str) -> EndedRun:
        self.ran.append((image, command, runtime))
        if isinstance(self.ended, EngineError):
            raise self.ended
        return self.ended


def facts(**more: Any) -> DockerFacts:
    """Return an engine as a prepared unit has it."""
    images = {
        name: SeenImage(digest="sha256:" + "ab" * 32, size_bytes=8_000_000_000)
        for name in (
            WORKSHOP.container.image,
            "ghcr.io/open-webui/open-webui:main",
            "nvcr.io/nvidia/cuda:13.0.0-runtime-ubuntu24.04",
        )
    }
    said: dict[str, Any] = {
        "version": "28.3.3",
        "default_runtime": "nvidia",
        "runtimes": ("nvidia", "runc"),
        "folder": "/var/lib/docker",
        "images": images,
        **more,
    }
    return DockerFacts(**said)


def container(**more: Any) -> SeenContainer:
    """Return the HUD's own running container."""
    said: dict[str, Any] = {
        "id": SERVED, "name": "vllm", "image": WORKSHOP.container.image, "running": True, "ours": True, **more
    }  # fmt: skip
    return SeenContainer(**said)


def thor(folder: Path, **more: Any) -> Unit:
    """Return a prepared unit below *folder*; everything of it passes but what a test's machine cannot fake."""
    root = build(folder / "root")
    write(root, "proc/meminfo", IDLE_MEMINFO)
    write(root, "sys/class/devfreq/gpu-gpc-0/min_freq", "1575000000\n")
    write(root, "sys/class/thermal/cooling_device0/type", "tj-throttle-alert\n")
    write(root, "sys/class/thermal/cooling_device0/cur_state", "0\n")
    write(root, "etc/docker/daemon.json", json.dumps(RIGHT_SETTINGS))
    write(root, "etc/group", "root:x:0:\ndocker:x:999:ann,jetson\n")
    write(root, "run/systemd/timesync/synchronized", "")
    (root / "var/lib/docker").mkdir(parents=True)
    (folder / "data").mkdir()
    said: dict[str, Any] = {
        "workshop": WORKSHOP,
        "data_dir": folder / "data",
        "docker": FakeDocker(facts()),
        "root": root,
        "account": Account(name="ann", is_root=False, groups=frozenset({"ann", "docker"})),
        "agent_socket": lambda: folder / "no.sock",
        "synchronised": lambda: None,
        "program": programs(
            {"nvidia-smi": "GPU 0: NVIDIA Thor (UUID: GPU-1)\n", "nvpmodel": "NV Power Mode: MAXN\n0\n"}
        ),
        "hubs": (),
        "pin_file": _with_pin(folder),
        **more,
    }
    return Unit(**said)


def programs(answers: Mapping[str, str]) -> Any:
    """Return a runner of programs that knows only *answers*."""

    async def program(name: str, *arguments: str) -> str | None:
        return answers.get(name)

    return program


def write(root: Path, name: str, text: str) -> None:
    """Write one file of the tree."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def listens(root: Path, port: int, *, inode: int, state: str = "0A", table: str = "tcp") -> None:
    """Let something listen on *port*."""
    path = root / "proc/net" / table
    before = path.read_text() if path.exists() else TCP_HEADER
    line = f"   0: 00000000:{port:04X} 00000000:0000 {state} 00000000:00000000 00:00000000 00000000  1000        0 {inode} 1 0\n"
    write(root, f"proc/net/{table}", before + line)


def process(
    root: Path, pid: int, command: str, *, parent: int = 900, container_id: str | None = None, inode: int | None = None
) -> None:
    """Let a process run, with its cgroup and one socket."""
    write(root, f"proc/{pid}/cmdline", command.replace(" ", "\0") + "\0")
    write(root, f"proc/{pid}/comm", command.split(maxsplit=1)[0].rpartition("/")[2][:15] + "\n")
    write(root, f"proc/{pid}/status", f"Name:\tx\nPPid:\t{parent}\n")
    cgroup = f"0::/system.slice/docker-{container_id}.scope\n" if container_id else "0::/user.slice\n"
    write(root, f"proc/{pid}/cgroup", cgroup)
    folder = root / f"proc/{pid}/fd"
    folder.mkdir()
    if inode is not None:
        (folder / "3").symlink_to(f"socket:[{inode}]")


def _with_pin(folder: Path) -> Path:
    path = folder / "ta-pin.json"
    path.write_text("{}")
    return path
