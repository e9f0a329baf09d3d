"""What a person would type to start the same by hand."""

from typing import Any

from thorhud.agent.parts import Parts
from thorhud.agent.serving.launch_start import LaunchStart
from thorhud.agent.serving.launch_verb import LaunchVerb
from thorhud.domain.messages import Command, TypedCommands, Verb
from thorhud.serving.launch_plan import plan, typed_commands


class TypedAnswer:
    """Answers the query "commands"; a token that was given is named and never shown."""

    def __init__(self, parts: Parts, launching: LaunchVerb, starting: LaunchStart) -> None:
        self._parts = parts
        self._launching = launching
        self._starting = starting

    async def answer(self, args: dict[str, Any]) -> TypedCommands:
        """Return the commands of one launch; raise a `ThorHudError` where its options are not allowed."""
        configuration, extras = self._launching.wanted(Command(id="", verb=Verb.LAUNCH, args=args))
        found = await self._parts.look(configuration)
        spec = plan(
            self._parts.workshop,
            configuration,
            data_dir=self._parts.data_dir,
            launch_id="example",
            unit=self._parts.unit,
            offline=found.complete,
            files_whole=found.files_fault is None,
            options=extras.options,
            vllm_version=await self._starting.known_version(extras.options),
            hf_token=extras.hf_token,
        )
        return typed_commands(spec, configuration, self._parts.workshop)
