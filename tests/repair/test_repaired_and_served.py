"""From a start that fails to a model that serves, by one wish: a real agent on a real dockerd without NVIDIA's runtime."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.agent.conftest import Face, Unit, face_of
from tests.repair import helper_elsewhere
from tests.repair.serviced_engine import ServicedEngine
from tests.rig.stand_in import StandIn, lay_out_weights
from tests.serving import own_engine
from thorhud.agent.agent import Agent, ended_as_asked
from thorhud.agent.parts import Parts
from thorhud.agent.real_parts import real_parts
from thorhud.domain.messages import AnswerKind, Verb
from thorhud.domain.state import AgentInfo, AgentState, RepairPhase, ServingPhase
from thorhud.links.local import serve
from thorhud.repair.context import RepairContext
from thorhud.repair.root import DirectRoot
from thorhud.repair.run import RepairsHere
from thorhud.settings.declared import Settings
from thorhud.settings.workshop_file import load_workshop

pytestmark = pytest.mark.docker

FP8 = "llama-3.1-8b-fp8"


@dataclass
class WithoutRuntime(ServicedEngine, StandIn):
    """A dockerd whose daemon.json names no runtime; the program that it should name is there."""

    def __post_init__(self) -> None:
        StandIn.__post_init__(self)

    def _settings(self, runtime: Path) -> dict[str, object]:
        return {name: value for name, value in super()._settings(runtime).items() if name != "runtimes"}


@pytest.fixture
async def unit(tmp_path: Path) -> AsyncIterator[tuple[Unit, WithoutRuntime]]:
    if reason := own_engine.obstacle():
        pytest.skip(reason)
    workshop = load_workshop()
    with own_engine.folder() as folder, WithoutRuntime(folder) as dockerd:
        dockerd.import_workshop_image(workshop.container.image)
        lay_out_weights(tmp_path / "data", workshop)
        settings = Settings(data_dir=tmp_path / "data", docker_host=dockerd.host, port=dockerd.port)
        parts = real_parts(settings, workshop, tmp_path)
        parts = replace(parts, repairs=RepairsHere(context_of(dockerd, parts, tmp_path)))
        running = await run_unit(parts, tmp_path)
        try:
            yield running, dockerd
        finally:
            await running.end()


def context_of(dockerd: WithoutRuntime, parts: Parts, folder: Path) -> RepairContext:
    program = str(dockerd.runtime_program)
    command = helper_elsewhere.command(
        folder,
        proposal=folder / "proposals/daemon.json",
        daemon_json=dockerd.daemon_json,
        docker_socket=dockerd.socket,
        restart_docker=(dockerd.restart_command(),),
        runtime_programs=(program,),
    )
    return RepairContext(
        engine=parts.engine,
        root=DirectRoot(command, proposal=folder / "proposals/daemon.json"),
        data_dir=parts.data_dir,
        docker_address=dockerd.host,
        daemon_json=dockerd.daemon_json,
        runtime_program=program,
    )


async def run_unit(parts: Parts, folder: Path) -> Unit:
    """Start an agent with these parts, as its program does."""
    info = AgentInfo(version="test", boot="boot", pid=0, workshop_id=parts.workshop.id)
    state = AgentState(agent=info, identity=await parts.source.identity(), telemetry=await parts.source.read())
    agent, socket, up = Agent(state, parts), folder / "agent.sock", asyncio.Event()
    servers: list[asyncio.AbstractServer] = []

    async def listening() -> None:
        servers.append(await serve(socket, agent.talk))
        up.set()

    async def run() -> None:
        try:
            await agent.run(listening)
        except BaseExceptionGroup as group:
            if not ended_as_asked(group):
                raise
        finally:
            for server in servers:
                server.close()

    task = asyncio.get_running_loop().create_task(run())
    async with asyncio.timeout(30):
        await up.wait()
    return Unit(agent, parts, socket, task)


async def test_a_missing_runtime_is_set_docker_restarted_and_the_model_serves(
    unit: tuple[Unit, WithoutRuntime],
) -> None:
    agent, dockerd = unit
    async with face_of(agent) as face:
        assert (await face.launch(FP8)).failure_kind == "runtime-missing"

        answer = await face.do(Verb.REPAIR, repair="default-runtime", restart_launch=True)

        assert answer.kind is AnswerKind.DONE, (answer.reason, answer.next_step)
        state = await face.until(lambda state: state.serving.phase is ServingPhase.READY)
        assert state.repair.phase is RepairPhase.DONE
        assert (state.repair.before, state.repair.after) == ("default runtime runc", "default runtime nvidia")
        assert dockerd.default_runtime() == "nvidia"
        await restarted_docker_ends_as_asked(face, dockerd)


async def restarted_docker_ends_as_asked(face: Face, dockerd: WithoutRuntime) -> None:
    """Restart Docker under a model that serves: it is stopped first, so that no failure is left on the screen."""
    pid = dockerd.pid_file.read_text()

    answer = await face.do(Verb.REPAIR, repair="restart-docker")

    state = await face.until(lambda state: state.serving.phase is ServingPhase.IDLE)
    assert answer.kind is AnswerKind.DONE, answer.reason
    assert state.serving.failure is None
    assert dockerd.pid_file.read_text() != pid
    await face.until(
        lambda state: state.agent.docker.value is not None and any(e.startable for e in state.availability)
    )
    assert (await face.launch(FP8)).kind is AnswerKind.DONE
    assert (await face.do(Verb.STOP)).kind is AnswerKind.DONE
