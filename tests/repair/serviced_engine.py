"""A real dockerd that can be restarted as a service is: by a command, with the daemon.json that lies there then."""

import contextlib
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from tests.rig.engine import NvidiaRuntime
from tests.serving.own_engine import OwnEngine, folder

ENDS_WITHIN_S = 40.0


@dataclass
class ServicedEngine(OwnEngine):
    """One dockerd; its runtime called nvidia leaves a mark in the environment of each container."""

    def __post_init__(self) -> None:
        """Let the stand-in for NVIDIA's runtime say that it ran."""
        object.__setattr__(self, "runtime", NvidiaRuntime(env=["THROUGH=nvidia"]))

    @property
    def daemon_json(self) -> Path:
        """The file that dockerd reads at its start."""
        return self.folder / "daemon.json"

    @property
    def runtime_program(self) -> Path:
        """What stands for NVIDIA's runtime."""
        return self.folder / "nvidia-runtime"

    @property
    def pid_file(self) -> Path:
        """Where dockerd writes its process id."""
        return self.folder / "docker.pid"

    @property
    def socket(self) -> str:
        """The path of the socket."""
        return self.host.removeprefix("unix://")

    def restart_command(self, *flags: str) -> tuple[str, ...]:
        """Return what stands for `systemctl restart docker`; *flags* are those of the service's command line."""
        here = (str(self.pid_file), str(self.daemon_json), str(self.log))
        return (sys.executable, "-I", str(Path(__file__).with_name("restart_dockerd.py")), *here, *flags)

    def settings(self) -> dict[str, Any]:
        """Return what daemon.json says now."""
        told: dict[str, Any] = json.loads(self.daemon_json.read_text())
        return told

    def default_runtime(self) -> str:
        """Ask dockerd which runtime it uses by default."""
        return self.docker("info", "--format", "{{.DefaultRuntime}}").strip()

    def stop(self) -> None:
        """End the dockerd that runs now, which need not be the one that was started first."""
        with contextlib.suppress(OSError, ValueError, psutil.NoSuchProcess):
            again = psutil.Process(int(self.pid_file.read_text()))
            if self._process is not None and again.pid != self._process.pid:
                names = self.docker("ps", "--all", "--quiet").split()
                if names:
                    self.docker("rm", "--force", *names)
                again.terminate()
                again.wait(ENDS_WITHIN_S)
        super().stop()


@contextlib.contextmanager
def serviced_engine() -> Iterator[ServicedEngine]:
    """Start one with the tiny image, and clear everything away at the end."""
    with folder() as path, ServicedEngine(path) as engine:
        engine.import_image()
        yield engine
