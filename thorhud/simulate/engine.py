"""A Docker Engine that is not there: containers are processes of this machine, and each serves a simulated vLLM."""

import asyncio
import contextlib
import secrets
import signal
import sys
from collections.abc import AsyncGenerator, Callable
from dataclasses import asdict, replace
from pathlib import Path

from thorhud.domain.containers import ContainerSpec, ContainerState, RecordedLine
from thorhud.domain.errors import (
    ContainerGone,
    EngineError,
    EngineUnreachable,
    ImageMissing,
    NameTaken,
    RuntimeMissing,
    ThorHudError,
)
from thorhud.domain.workshop import Workshop
from thorhud.simulate.compiled_models import CompiledModels
from thorhud.simulate.container_folder import ContainerFolder
from thorhud.simulate.faults import FAULTS
from thorhud.simulate.images import SimulatedImages
from thorhud.simulate.planning import plan_for

VERSION = "simulated"
_LOOK_EVERY_S = 0.05
_RUNTIMES = ("", "nvidia", "runc")


class SimulatedEngine:
    """Fulfils `thorhud.domain.containers.ContainerEngine` with processes; their folders lie under *state_dir*.

    *start_speed* hurries the start of a server, never its answers. *fault* is the first ``next_fault``.
    """

    def __init__(
        self, state_dir: Path, workshop: Workshop, *, port: int, start_speed: float = 1.0, fault: str | None = None
    ) -> None:
        self._next_fault = _known(fault)
        self._containers = state_dir / "containers"
        self._compiled = CompiledModels(state_dir / "compiled")
        self._workshop = workshop
        self._port = port
        self.start_speed = start_speed
        self.images = SimulatedImages(workshop, lambda: self.start_speed)
        self.still_wrong: Callable[[], str | None] = lambda: None
        """What the hardware lets every start show until somebody puts it right."""

    @property
    def next_fault(self) -> str | None:
        """What the next container that starts shows, a key of `FAULTS`; the ones after it are well again."""
        return self._next_fault

    @next_fault.setter
    def next_fault(self, fault: str | None) -> None:
        self._next_fault = _known(fault)

    async def version(self) -> str:
        """Return a word that is no version, since no engine answers here."""
        return VERSION

    async def containers(self) -> tuple[ContainerState, ...]:
        """Return every simulated container, the newest first, as the Docker Engine does."""
        states = [state for folder in self._folders() if (state := _state(folder)) is not None]
        return tuple(sorted(states, key=lambda state: state.started_at_s or 0.0, reverse=True))

    async def inspect(self, container: str) -> ContainerState:
        """Return one container."""
        state = _state(self._folder(container))
        if state is None:
            raise _gone(container)
        return state

    async def image_digest(self, image: str) -> str | None:
        """Return the digest of the workshop's image; no other one is ever here."""
        if self.images.gone and image == self._workshop.container.image:
            raise ImageMissing(
                f"The image {image} is not on this simulated unit.",
                next_step="Pull it: thorhud image pull --simulate",
                kind="image-missing",
            )
        if image != self._workshop.container.image:
            raise ImageMissing(
                f"The image {image} is not on this simulated unit.",
                next_step=f"Use the workshop's image, {self._workshop.container.image}.",
                kind="image-missing",
            )
        return self.images.digest

    async def start(self, spec: ContainerSpec) -> ContainerState:
        """Start the server of a configuration as a process that outlives this one."""
        digest = await self.image_digest(spec.image)
        self._refuse_what_docker_refuses(spec)
        warm = self._compiled.found(digest, spec.command)
        plan = plan_for(self._workshop, spec, port=self._port, start_speed=self.start_speed, warm=warm)
        plan = replace(plan, fault=_known(plan.fault) or self._next_fault or self.still_wrong())
        self._next_fault = None
        _refuse_as_told(plan.fault, spec)
        folder = ContainerFolder(self._containers / secrets.token_hex(32))
        kept = asdict(replace(spec, secrets={}))
        folder.create({"spec": kept, "digest": digest, "fault": plan.fault}, plan.to_json())
        await _run_server(folder)
        return await self.inspect(folder.id)

    async def logs(self, container: str, *, since: str | None = None) -> AsyncGenerator[RecordedLine, None]:
        """Follow the recorded lines from *since* on (inclusive) until the container ends."""
        folder = self._folder(container)
        first = since.encode() if since else b""
        unfinished = b""
        async with contextlib.aclosing(_follow(folder, folder.log, 0)) as pieces:
            async for data in pieces:
                *lines, unfinished = (unfinished + data).split(b"\n")
                for line in lines:
                    stamp, _, text = line.partition(b" ")
                    if stamp >= first:
                        yield RecordedLine(stamp.decode(), text)

    async def attach(self, container: str) -> AsyncGenerator[bytes, None]:
        """Yield the output from now on, byte for byte."""
        folder = self._folder(container)
        async with contextlib.aclosing(_follow(folder, folder.output, folder.output_bytes)) as pieces:
            async for data in pieces:
                yield data

    async def wait(self, container: str) -> int:
        """Wait until the container ends and return its exit code."""
        folder = self._folder(container)
        while (end := folder.end()) is None:
            if not folder.exists:
                raise _gone(container)
            await asyncio.sleep(_LOOK_EVERY_S)
        return end[0]

    async def kill(self, container: str, signal: str) -> None:  # the port's word
        """Send *signal* to the container's first process; one that has ended already is no error."""
        self._folder(container).send(_number(signal))

    async def remove(self, container: str) -> None:
        """Remove an ended container; one that is gone already is no error."""
        with contextlib.suppress(ContainerGone):
            folder = self._folder(container)
            if folder.running:
                raise EngineError(
                    f"The container {_name(folder)} still runs, so it cannot be removed.", next_step="Stop it first."
                )
            self._compiled.keep_what_was_compiled(folder)
            folder.remove()

    async def clear(self) -> None:
        """Kill and remove every simulated container; the end of a demonstration or a test."""
        for folder in self._folders():
            folder.send(signal.SIGKILL)
        for folder in self._folders():
            if folder.running:
                await self.wait(folder.id)
            folder.remove()

    async def close(self) -> None:
        """Let go of the engine; containers go on."""

    def _folders(self) -> list[ContainerFolder]:
        if not self._containers.is_dir():
            return []
        return [folder for path in self._containers.iterdir() if (folder := ContainerFolder(path)).exists]

    def _folder(self, container: str) -> ContainerFolder:
        for folder in self._folders():
            if container == _name(folder) or (container and folder.id.startswith(container)):
                return folder
        raise _gone(container)

    def _refuse_what_docker_refuses(self, spec: ContainerSpec) -> None:
        if spec.runtime not in _RUNTIMES:
            raise RuntimeMissing(
                f"The simulated Docker Engine has no runtime called {spec.runtime}.",
                next_step="Use nvidia.",
                kind="runtime-missing",
            )
        for folder in self._folders():
            if _name(folder) == spec.name:
                raise NameTaken(
                    f"Another container is already called {spec.name} ({folder.id[:12]}).",
                    next_step="Remove that container or choose another name.",
                    kind="name-taken",
                )


async def _run_server(folder: ContainerFolder) -> None:
    starter = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "thorhud.simulate.server",
        str(folder.path),
        stdin=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    _, trouble = await starter.communicate()
    if starter.returncode != 0:
        folder.remove()
        last_line = trouble.decode(errors="replace").strip().rpartition("\n")[2]
        raise EngineError(f"The simulated server could not be started: {last_line or 'its process ended at once'}.")


async def _follow(folder: ContainerFolder, path: Path, position: int) -> AsyncGenerator[bytes, None]:
    """Yield what is in a file from *position* on, and what comes to it, until the container has ended."""
    ended = False
    with path.open("rb") as file:
        file.seek(position)
        while not ended:
            ended = not folder.running  # asked before the last look, so that nothing is missed after it
            while data := file.read(65536):
                yield data
            if not ended:
                await asyncio.sleep(_LOOK_EVERY_S)


def _state(folder: ContainerFolder) -> ContainerState | None:
    record = folder.record()
    if record is None:
        return None
    started_at_s, end = folder.started_at_s(), folder.end()
    spec = record["spec"]
    return ContainerState(
        id=folder.id,
        name=spec["name"],
        image=spec["image"],
        image_digest=record["digest"],
        command=tuple(spec["command"]),
        labels=spec["labels"],
        running=started_at_s is not None and end is None,
        exit_code=end[0] if end else None,
        started_at_s=started_at_s,
        finished_at_s=end[1] if end else None,
        out_of_memory=bool(end and record["fault"] and FAULTS[record["fault"]].by_the_kernel),
    )


def _name(folder: ContainerFolder) -> str:
    record = folder.record()
    return record["spec"]["name"] if record else folder.id[:12]


def _known(fault: str | None) -> str | None:
    if fault is None or fault in FAULTS:
        return fault
    raise ThorHudError(
        f"The simulated unit knows no fault called {fault}.", next_step=f"Choose one of: {', '.join(sorted(FAULTS))}."
    )


def _refuse_as_told(fault: str | None, spec: ContainerSpec) -> None:
    if fault is None or not FAULTS[fault].refused_by_docker:
        return
    if fault == "docker-unreachable":
        raise EngineUnreachable(
            "Nobody answers on the Docker socket (simulated).",
            next_step="Start Docker and try again.",
            kind=fault,
        )
    if fault == "runtime-missing":
        raise RuntimeMissing(
            f"The Docker Engine has no runtime called {spec.runtime or 'nvidia'} (simulated).",
            next_step="On a real unit the NVIDIA Container Toolkit would be missing. Here: try again.",
            kind=fault,
        )
    raise ImageMissing(
        f"The image {spec.image} is not on this unit (simulated).",
        next_step="On a real unit it would have to be pulled. Here: try again.",
        kind=fault,
    )


def _number(name: str) -> int:
    try:
        return int(signal.Signals[name if name.startswith("SIG") else f"SIG{name}"])
    except KeyError as error:
        raise EngineError(f"There is no signal called {name}.") from error


def _gone(container: str) -> ContainerGone:
    return ContainerGone(
        f"The container {container[:12]} does not exist any more.",
        next_step="Start the configuration again.",
        kind="container-gone",
    )
