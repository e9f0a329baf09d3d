"""Starting and stopping the configurations of a ladder while nobody watches: Docker may restart, a start may hang."""

import asyncio
import time
from collections.abc import Set as AbstractSet

from thorhud.agent.hub import Hub
from thorhud.agent.ladder.reclaim import clear_memory
from thorhud.agent.ladder.usual import Usual
from thorhud.agent.parts import Parts
from thorhud.agent.serving.serving_control import ServingControl
from thorhud.domain.errors import EngineError, EngineUnreachable, ThorHudError
from thorhud.domain.state import ServingPhase
from thorhud.domain.workshop import Configuration

WHO = "ladder"
DOCKER_WITHIN_S = 180.0
LONGEST_START_S = 1800.0
LONGEST_START_SHARE = 5.0
"""A start that takes longer than both is given up: the ladder must not hang in it all night."""
ADOPTED_WITHIN_S = 120.0
SAMPLE_WITHIN_S = 5.0
LOOK_EVERY_S = 0.25


class Starter:
    """Brings a configuration up and down."""

    def __init__(self, hub: Hub, parts: Parts, serving: ServingControl, usual: Usual) -> None:
        self._hub = hub
        self._parts = parts
        self._serving = serving
        self._usual = usual

    async def make_room(self, configuration: Configuration, known_launches: AbstractSet[str | None]) -> bool:
        """Stop what is served, and return False; or True where that is *configuration* itself, of a known launch.

        A ladder that is taken up again after its agent died finds the server that it had measured: that one goes on.
        """
        found = await self._parts.look(configuration)
        if not found.complete:
            raise ThorHudError(
                found.reason or "The weights are not on this unit.", next_step=found.next_step, kind="weights-missing"
            )
        await self._docker()
        await self._serving.adopt()
        if await self._still_serves(configuration, known_launches):
            return True
        if self._hub.state.serving.phase not in {ServingPhase.IDLE, ServingPhase.FAILED}:
            await self.stop(configuration)
            await self._next_sample()
        elif self._lacked_memory():
            # nobody is there to press "Clear memory and try again", and every further start would end like this one
            await clear_memory(self._hub, self._parts)
            await self._next_sample()
        return False

    def _lacked_memory(self) -> bool:
        failure = self._hub.state.serving.failure
        return failure is not None and failure.kind.startswith("memory-")

    async def stop(self, configuration: Configuration) -> None:
        """Stop what is served; what was measured counts all the same where that takes a second attempt."""
        try:
            await self._serving.stop(who=WHO)
        except EngineError as error:
            self._hub.tell("ladder", f"{configuration.name}: the server could not be stopped at once: {error}")
            await self._docker()
            await self._serving.stop(who=WHO)

    async def leave(self, configuration: Configuration) -> None:
        """After a failed step: what it started must not stand in the way of the next."""
        serving = self._hub.state.serving
        if serving.configuration_id != configuration.id or serving.phase is ServingPhase.FAILED:
            return
        try:
            await self.stop(configuration)
        except ThorHudError as error:
            self._hub.tell("ladder", f"{configuration.name} could not be stopped: {error}")

    async def launch(self, configuration: Configuration) -> None:
        """Start it and wait until it is ready, however long that may reasonably take."""
        limit_s = max(LONGEST_START_S, LONGEST_START_SHARE * self._usual.seconds(configuration, "start"))
        try:
            async with asyncio.timeout(limit_s):
                try:
                    await self._serving.launch(configuration, who=WHO)
                except EngineUnreachable:
                    await self._docker()
                    await self._serving.launch(configuration, who=WHO)
        except TimeoutError:
            raise ThorHudError(
                f"{configuration.name} was not ready within {limit_s / 60:.0f} minutes, so it was given up.",
                next_step="Look at its log.",
                kind="start-hangs",
            ) from None

    async def _still_serves(self, configuration: Configuration, known_launches: AbstractSet[str | None]) -> bool:
        began_s = time.monotonic()
        while time.monotonic() - began_s < ADOPTED_WITHIN_S:
            serving = self._hub.state.serving
            if serving.configuration_id != configuration.id or serving.launch_id not in known_launches:
                return False
            if serving.phase is ServingPhase.READY:
                return True
            if serving.phase is not ServingPhase.STARTING:
                return False
            await asyncio.sleep(LOOK_EVERY_S)
        return False

    async def _next_sample(self) -> None:
        """Wait until the telemetry has looked at what is free now."""
        seen_s = self._hub.state.telemetry.taken_s
        for _ in range(round(SAMPLE_WITHIN_S / LOOK_EVERY_S)):
            if self._hub.state.telemetry.taken_s > seen_s:
                return
            await asyncio.sleep(LOOK_EVERY_S)

    async def _docker(self) -> None:
        """Wait until the Docker Engine answers: it may have been restarted under the ladder."""
        began_s = time.monotonic()
        while True:
            try:
                await self._parts.engine.version()
            except EngineError:
                if time.monotonic() - began_s > DOCKER_WITHIN_S:
                    raise
                self._hub.change_ladder(activity="Waiting for Docker to answer")
                await asyncio.sleep(LOOK_EVERY_S)
            else:
                return
