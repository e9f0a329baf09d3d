"""A Docker Engine of our own beside the machine's: its own socket, its own data, gone when the test ends."""

import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

READY_WITHIN_S = 60.0
GONE_WITHIN_S = 30.0


class RigError(Exception):
    """A part of the rig did not come up; the message says which, and where its log lies."""


@dataclass(frozen=True)
class NvidiaRuntime:
    """What the runtime called nvidia adds to each container."""

    mounts: Sequence[str] = ()
    env: Sequence[str] = ()

    def install(self, folder: Path) -> Path:
        """Write the program that dockerd starts, and its settings; return the program."""
        settings = folder / "runtime.json"
        settings.write_text(json.dumps({"mounts": list(self.mounts), "env": list(self.env)}))
        program = folder / "nvidia-runtime"
        command = [sys.executable, "-I", str(Path(__file__).with_name("nvidia_runtime.py")), str(settings)]
        program.write_text(f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n')
        program.chmod(0o755)
        return program


@dataclass
class Engine:
    """One dockerd under *folder*; a context manager that ends its containers with it.

    Containers use the host's network, as the workshop's do, so no bridge and no firewall rule is made. With *own_network*
    dockerd, and so its containers, see only a loopback of their own.
    """

    folder: Path
    runtime: NvidiaRuntime = field(default_factory=NvidiaRuntime)
    own_network: bool = False
    sockets: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="engine-")))
    """A short path of its own: the path of a socket has at most 107 characters, and dockerd appends to it."""

    _process: "subprocess.Popen[bytes] | None" = None

    @property
    def host(self) -> str:
        """What DOCKER_HOST has to say."""
        return f"unix://{self.sockets / 'docker.sock'}"

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a command that is to use this engine."""
        return {**os.environ, "DOCKER_HOST": self.host}

    @property
    def log(self) -> Path:
        """Where dockerd's own words are kept."""
        return self.folder / "dockerd.log"

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start dockerd and return when it answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        settings = self.folder / "daemon.json"
        settings.write_text(json.dumps(self._settings(self.runtime.install(self.folder))))
        with self.log.open("ab") as log:
            command = [*self._network(), "dockerd", "--config-file", str(settings)]
            self._process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        deadline = time.monotonic() + READY_WITHIN_S
        while not self.answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RigError(f"dockerd does not answer; its log: {self.log}\n{last_lines(self.log)}")
            time.sleep(0.1)

    @property
    def pid(self) -> int:
        """The process id of the running dockerd."""
        if self._process is None:
            raise RigError("this engine is not running")
        return self._process.pid

    def stop(self) -> None:
        """Remove every container, then end dockerd."""
        if self._process is None:
            return
        names = self.docker("ps", "--all", "--quiet").split() if self.answers() else []
        if names:
            self.docker("rm", "--force", *names)
        self._process.terminate()
        try:
            self._process.wait(GONE_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None
        unmount_below(self.folder)
        unmount_below(self.sockets)
        shutil.rmtree(self.sockets)

    def answers(self) -> bool:
        """Tell whether dockerd can be spoken to."""
        asked = subprocess.run(["docker", "version"], env=self.environment, capture_output=True, check=False)
        return asked.returncode == 0

    def docker(self, *arguments: str, more: Mapping[str, str] | None = None) -> str:
        """Run the docker command line against this engine and return what it printed."""
        environment = {**self.environment, **(more or {})}
        answer = subprocess.run(["docker", *arguments], env=environment, capture_output=True, text=True, check=False)
        if answer.returncode != 0:
            raise RigError(f"docker {shlex.join(arguments)}: {answer.stderr.strip()}")
        return answer.stdout

    def _network(self) -> list[str]:
        wrapper = [sys.executable, "-I", str(Path(__file__).with_name("own_network.py"))]
        return wrapper if self.own_network else []

    def _settings(self, runtime: Path) -> dict[str, object]:
        return {
            "runtimes": {"nvidia": {"path": str(runtime)}},
            "data-root": str(self.folder / "data"),
            "exec-root": str(self.sockets / "exec"),
            "pidfile": str(self.folder / "docker.pid"),
            "hosts": [self.host],
            "bridge": "none",
            "iptables": False,
            "ip6tables": False,
        }


def unmount_below(folder: Path) -> None:
    """Give back the mounts that dockerd leaves behind: its network namespace, after a kill also containers' files."""
    lines = Path("/proc/self/mounts").read_text().splitlines()
    left = [line.split()[1] for line in lines if line.split()[1].startswith(f"{folder}/")]
    for mount in reversed(left):
        subprocess.run(["umount", "--lazy", mount], check=True)


def last_lines(path: Path, count: int = 15) -> str:
    """Return the end of a log, for an error message."""
    return "\n".join(path.read_text(errors="replace").splitlines()[-count:])
