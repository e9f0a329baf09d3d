"""The command "launch": what it asks for, and why it may not be now."""

import re
from typing import Final

from thorhud.agent.dispatcher import Refusal
from thorhud.agent.hub import Hub
from thorhud.agent.parts import Parts
from thorhud.agent.serving.launch_extras import LaunchExtras
from thorhud.agent.serving.serving_control import ServingControl
from thorhud.domain.asker import asker
from thorhud.domain.custom_model import PREFIX, configuration_of, for_launch
from thorhud.domain.launch_options import LaunchOptions
from thorhud.domain.messages import Command
from thorhud.domain.option_rules import OptionFault, faults_in, parse_options
from thorhud.domain.state import ServingPhase
from thorhud.domain.workshop import Configuration

_TOKEN: Final = re.compile(r"[\x21-\x7e]{1,400}")
_UNDER_WAY: Final = frozenset({ServingPhase.STARTING, ServingPhase.STOPPING})


class LaunchVerb:
    """Reads the command and refuses what cannot begin."""

    def __init__(self, hub: Hub, parts: Parts, serving: ServingControl) -> None:
        self._hub = hub
        self._parts = parts
        self._serving = serving

    def wanted(self, command: Command) -> tuple[Configuration, LaunchExtras]:
        """Return what is to be served and how; raise `Refusal` where the command does not say it well."""
        args = command.args
        options, faults = parse_options(args.get("options"))
        if faults:
            raise Refusal(" ".join(each.sentence for each in faults), next_step="Change it, and start again.")
        base = self._base(str(args.get("configuration_id", "")))
        token = args.get("hf_token") or ""
        if not isinstance(token, str) or (token and not _TOKEN.fullmatch(token)):
            raise Refusal("The token for the model hub is no token: one word is expected.")
        configuration = for_launch(self._parts.workshop, base, options)
        extras = LaunchExtras(options=options, take_over=bool(args.get("take_over")), hf_token=token)
        return configuration, extras

    def check(self, command: Command) -> None:
        """Refuse a launch that cannot begin."""
        configuration, extras = self.wanted(command)
        self._must_be_here(configuration)
        serving = self._hub.state.serving
        if not extras.take_over:
            self._not_while_somebody_starts(command)
        same = serving.configuration_id == configuration.id and serving.options == extras.options
        if same and serving.phase in {ServingPhase.READY, ServingPhase.STARTING} and not self._serving.changing:
            raise Refusal("This configuration is being served already.")
        if serving.started_outside and serving.phase is not ServingPhase.FAILED:
            raise Refusal(
                "A server that was started outside the HUD is running.",
                next_step="Stop it first, with an explicit yes.",
                kind="started-outside",
            )

    def _base(self, configuration_id: str) -> Configuration:
        # a model's id travels in the configuration's place too, and is as hostile there
        model = configuration_id.removeprefix(PREFIX) if configuration_id.startswith(PREFIX) else None
        faults: tuple[OptionFault, ...] = () if model is None else tuple(faults_in(LaunchOptions(model=model)))
        if faults:
            raise Refusal(faults[0].sentence)
        found = configuration_of(self._parts.workshop, configuration_id)
        if found is None:
            known = ", ".join(each.id for each in self._parts.workshop.configurations)
            raise Refusal(
                f"The workshop has no configuration {configuration_id[:60]!r}.", next_step=f"It has: {known}."
            )
        return found

    def _must_be_here(self, configuration: Configuration) -> None:
        for each in self._hub.state.availability:
            if each.configuration_id == configuration.id and not each.startable:
                docker = self._hub.state.agent.docker.reason
                kind = "weights-missing" if docker is None else "docker-unreachable"
                reason = docker or each.reason or "This configuration cannot be started now."
                step = each.next_step or "To see what is wrong here: thorhud doctor"
                raise Refusal(reason, next_step=step, kind=kind)

    def _not_while_somebody_starts(self, command: Command) -> None:
        """Two people may not race: the second may watch, or take over after being told whose start that ends."""
        serving = self._hub.state.serving
        who = serving.changing_who
        # the end of one's own stop, or a look for servers from outside, holds the lock a moment longer: that is awaited
        others = self._serving.changing and who not in {None, command.who}
        under_way = others or serving.phase in _UNDER_WAY or serving.next_configuration_id is not None
        if not under_way or (not self._serving.changing and who in {None, command.who}):
            return
        key = serving.next_configuration_id or serving.configuration_id
        known = configuration_of(self._parts.workshop, key)
        name = known.name if known is not None else "something"
        ends = serving.phase is ServingPhase.STOPPING and serving.next_configuration_id is None
        raise Refusal(
            f"{asker(who or '')} is {'stopping' if ends else 'starting'} {name} here.",
            next_step="Watch it, or take over, which cancels it.",
            kind="changing",
        )
