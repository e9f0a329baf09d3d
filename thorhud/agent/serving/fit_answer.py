"""Will it start with these options? Answered at once, while somebody moves them."""

import asyncio
from dataclasses import replace
from typing import Any

from thorhud.agent.hub import Hub
from thorhud.agent.parts import Parts
from thorhud.agent.serving.launch_verb import LaunchVerb
from thorhud.domain.custom_model import PREFIX
from thorhud.domain.fit import Fit, fit_of
from thorhud.domain.launch_options import LaunchOptions
from thorhud.domain.memory import GIB, ledger_of
from thorhud.domain.messages import Command, Verb
from thorhud.domain.model_need import ModelNeed, need_of_configuration
from thorhud.domain.option_arguments import version_in
from thorhud.domain.workshop import Configuration

LAUNCHES_LOOKED_AT = 200


class FitAnswer:
    """Answers the query "fit": the sum for a configuration, changed by options, with the memory as it is now."""

    def __init__(self, hub: Hub, parts: Parts, launching: LaunchVerb) -> None:
        self._hub = hub
        self._parts = parts
        self._launching = launching

    async def answer(self, args: dict[str, Any]) -> Fit:
        """Return the sum; raise a `ThorHudError` where the options are not allowed."""
        command = Command(id="", verb=Verb.LAUNCH, args=args)
        configuration, extras = self._launching.wanted(command)
        options = extras.options
        launches = await asyncio.to_thread(self._parts.records.launches, LAUNCHES_LOOKED_AT)
        logged = (
            each.model_memory_gib
            for each in launches
            if each.configuration_id == configuration.id and each.model_memory_gib is not None
        )
        need = await self._need(configuration, options, next(logged, None))
        image = options.image or self._parts.workshop.container.image
        return fit_of(
            need,
            ledger_of(self._hub.state, self._parts.workshop),
            options=options,
            serve_arguments=configuration.serve_arguments,
            vllm_version=version_in(image, launches),
        )

    async def _need(self, configuration: Configuration, options: LaunchOptions, logged: float | None) -> ModelNeed:
        """Return what the model takes: by its files or as described, with the weights as an earlier start here said."""
        look = self._parts.model_need
        if look is None:
            return need_of_configuration(configuration, model_memory_gib=logged)
        if configuration.id.startswith(PREFIX):
            base, options = self._parts.workshop.configurations[0], replace(options, model=configuration.model)
        else:
            base, options = configuration, replace(options, model=None)
        need = await asyncio.to_thread(look, base, options)
        if logged is None:
            return need
        return replace(need, weights_bytes=round(logged * GIB), weights_source="as an earlier start here said")
