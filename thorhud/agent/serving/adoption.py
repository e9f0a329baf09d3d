"""What serves on this unit already is picked up: ours after a restart of the agent, or somebody else's.

Somebody else's may be the first process of a container, may have been typed into the shell of one (with the container's
log) or with `docker exec` (without), or may run on the machine itself.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit

from thorhud.agent.hub import Hub
from thorhud.agent.parts import Parts
from thorhud.agent.serving.kept_watch import KeptWatch
from thorhud.agent.serving.launch_watch import LaunchWatch
from thorhud.agent.serving.log_notes import UNSEEN, on_the_machine, typed_in
from thorhud.agent.serving.outside_servers import OutsideServer, find_outside, who_listens
from thorhud.agent.serving.server_watch import ServerWatch
from thorhud.agent.serving.silent_watch import SilentServer, SilentWatch
from thorhud.domain.containers import OUR_CONFIGURATION, ContainerState
from thorhud.domain.custom_model import configuration_of
from thorhud.domain.errors import EngineError
from thorhud.domain.messages import LaunchRecord
from thorhud.domain.state import ServingPhase, ServingState
from thorhud.domain.workshop import Configuration
from thorhud.serving.outside_stop import way_to
from thorhud.serving.server import finish
from thorhud.serving.server_processes import ServerProcess
from thorhud.serving.vllm_api import VllmApi

Begin = Callable[[ServerWatch], None]
"""Runs a watch and keeps it as the one of this unit."""
LAUNCHES_COUNTED = 1000


class Adoption:
    """Looks for a server that nobody watches, and begins to watch it."""

    def __init__(self, hub: Hub, parts: Parts, *, begin: Begin, watched: Callable[[], ServerWatch | None]) -> None:
        self._hub = hub
        self._parts = parts
        self._begin = begin
        self._watched = watched
        self._port = urlsplit(parts.base_url).port or 80
        self._told: str | None = None
        """What was said last of a port that somebody holds."""

    async def look(self) -> None:
        """Find what serves; launches whose container is gone are closed."""
        containers = await self._parts.engine.containers()
        ours = [each for each in containers if each.launch_id is not None]
        outside = None
        if not ours:
            outside = await find_outside(containers, self._port, simulated=self._parts.simulated)
        await self._close_what_is_gone({each.launch_id for each in ours}, outside)
        for container in sorted(ours, key=lambda each: each.started_at_s or 0.0, reverse=True):
            await self._adopt_ours(container)
        if outside is not None:
            await self._adopt_outside(outside)
        elif not ours:
            self._forget_an_ended_server(containers)
            await self._look_at_the_port()

    async def _adopt_ours(self, container: ContainerState) -> None:
        launch_id = container.launch_id or ""
        launch = await asyncio.to_thread(self._parts.records.launch, launch_id)
        never_started = not container.running and container.started_at_s is None
        if never_started or (launch is not None and launch.ended_unix_s is not None):
            # the agent was killed between create and start, or between the record of the end and the removal
            with contextlib.suppress(EngineError):
                await finish(self._parts.engine, container.id)
            return
        if self._watched() is not None:
            return
        configuration_id = container.labels.get(OUR_CONFIGURATION)
        if launch is None:
            launch = LaunchRecord(
                id=launch_id,
                configuration_id=configuration_id,
                started_unix_s=container.started_at_s or time.time(),
                image=container.image,
                image_digest=container.image_digest,
            )
            await asyncio.to_thread(self._parts.records.save_launch, launch)
        configuration = configuration_of(self._parts.workshop, configuration_id)
        self._watch(launch, container, configuration)

    async def _adopt_outside(self, server: OutsideServer) -> None:
        launch = await self._launch_of(server)
        self._hub.tell("action", f"A server that was started outside was found: {server.where}")
        if server.container is not None and server.whole_container:
            self._watch(launch, server.container, None)
        elif server.container is not None and server.process is not None and server.process.in_log:
            self._begin(
                KeptWatch(self._hub, self._parts, launch=launch, container=server.container, process=server.process)
            )
        elif server.process is not None:
            self._begin(SilentWatch(self._hub, self._parts, launch=launch, server=self._silent(server, server.process)))

    def _silent(self, server: OutsideServer, process: ServerProcess) -> SilentServer:
        name = None if server.container is None else server.container.name
        way = way_to(process, self._parts.engine, name)
        note = on_the_machine(way.words) if name is None else typed_in(name)
        return SilentServer(where=server.where, log_note=note, process=process, way=way, container_name=name)

    async def _launch_of(self, server: OutsideServer) -> LaunchRecord:
        """Return the record of that very server; the same one after a restart of the agent."""
        known = await asyncio.to_thread(self._parts.records.launch, server.launch_id)
        if known is not None:
            if known.ended_unix_s is None:
                return known
            known = replace(known, ended_unix_s=None, outcome=None, failure_kind=None)
            await asyncio.to_thread(self._parts.records.save_launch, known)
            return known
        container = server.container
        launch = LaunchRecord(
            id=server.launch_id,
            configuration_id=None,
            started_unix_s=server.began_unix_s,
            container_id=None if container is None else container.id,
            image="" if container is None else container.image,
            image_digest=None if container is None else container.image_digest,
            serve_arguments=server.arguments,
            started_outside=True,
            start_number=1 if server.whole_container else 1 + await self._starts_in(container),
        )
        await asyncio.to_thread(self._parts.records.save_launch, launch)
        return launch

    async def _starts_in(self, container: ContainerState | None) -> int:
        """Return how many starts of the same container are known."""
        if container is None:
            return 0
        launches = await asyncio.to_thread(self._parts.records.launches, LAUNCHES_COUNTED)
        return sum(each.container_id == container.id for each in launches)

    def _forget_an_ended_server(self, containers: tuple[ContainerState, ...]) -> None:
        """Say no more that a container stayed without its server once it has ended too."""
        serving = self._hub.state.serving
        stays = any(each.running and serving.served_by == f"the container {each.name}" for each in containers)
        if serving.server_ended and not stays:
            if serving.phase is ServingPhase.IDLE:
                self._hub.new_serving(ServingState())
            else:
                self._hub.change_serving(server_ended=False, activity=None)

    async def _look_at_the_port(self) -> None:
        """See who answers on the port where nobody's server was found."""
        if self._parts.simulated or self._watched() is not None:
            return
        listener = await asyncio.to_thread(who_listens, self._port)
        if listener is None:
            self._say_of_port(None)
            return
        api = VllmApi(self._parts.base_url)
        try:
            models, version = await api.models(), await api.version()
        finally:
            await api.close()
        if models is None or version is None:
            self._say_of_port(f"Port {self._port} is held by {listener}, which is not vLLM")
            return
        launch = LaunchRecord(
            id=f"outside-port-{time.time():.0f}",
            configuration_id=None,
            started_unix_s=time.time(),
            serve_arguments=models[:1],
            started_outside=True,
        )
        await asyncio.to_thread(self._parts.records.save_launch, launch)
        where = f"{listener} on port {self._port}"
        self._hub.tell("action", f"A server that was started outside was found: {where}")
        server = SilentServer(where=where, log_note=UNSEEN)
        self._begin(SilentWatch(self._hub, self._parts, launch=launch, server=server))

    def _say_of_port(self, words: str | None) -> None:
        if words == self._told:
            return
        serving = self._hub.state.serving
        if serving.phase is ServingPhase.IDLE and (words is not None or serving.activity == self._told):
            self._hub.change_serving(activity=words)
        if words is not None:
            self._hub.tell("action", words)
        self._told = words

    async def _close_what_is_gone(self, present: set[str | None], outside: OutsideServer | None) -> None:
        watched = self._watched()
        here = {*present, outside.launch_id if outside else None, watched.launch.id if watched else None}
        for launch in await asyncio.to_thread(self._parts.records.open_launches):
            if launch.id in here:
                continue
            by_hand = launch.stop_requested or launch.started_outside
            ended = replace(
                launch,
                ended_unix_s=time.time(),
                outcome="stopped" if by_hand else "failed",
                failure_kind=None if by_hand else "container-gone",
            )
            await asyncio.to_thread(self._parts.records.save_launch, ended)

    def _watch(self, launch: LaunchRecord, container: ContainerState, configuration: Configuration | None) -> None:
        self._begin(
            LaunchWatch(self._hub, self._parts, launch=launch, container=container, configuration=configuration)
        )
