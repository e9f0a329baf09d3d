"""What each command of a face does on this unit."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace

from thorhud.agent.dispatcher import Action, Details, Dispatcher, Refusal
from thorhud.agent.hub import Hub
from thorhud.agent.ladder.ladder import Ladder
from thorhud.agent.ladder.verbs import LadderVerbs
from thorhud.agent.parts import Parts
from thorhud.agent.prompting import OWN_TEXT, Prompting, PromptOrder
from thorhud.agent.repairing import Repairing
from thorhud.agent.serving.launch_verb import LaunchVerb
from thorhud.agent.serving.serving_control import ServingControl
from thorhud.domain.errors import ThorHudError
from thorhud.domain.messages import Command, Verb
from thorhud.domain.state import Cup, CupColour, ServingPhase
from thorhud.domain.wire import encode_value
from thorhud.domain.workshop import ReferencePrompt

OWN_MAX_TOKENS = 256
"""Where somebody types a prompt and names no limit: the reference prompt's."""
LONGEST_PROMPT = 20_000


class Verbs:
    """What each command does."""

    def __init__(
        self,
        hub: Hub,
        parts: Parts,
        *,
        serving: ServingControl,
        prompting: Prompting,
        ladder: Ladder,
        end: Callable[[], None],
    ) -> None:
        self._hub = hub
        self._parts = parts
        self._serving = serving
        self._prompting = prompting
        self._ladder = ladder
        self._ladder_verbs = LadderVerbs(hub, parts, ladder)
        self._repairing = Repairing(hub, parts, serving)
        self._launching = LaunchVerb(hub, parts, serving)
        self._end = end

    @property
    def repairing(self) -> Repairing:
        """What carries out repairs and looks at PINs."""
        return self._repairing

    @property
    def launching(self) -> LaunchVerb:
        """What reads and checks the command "launch"."""
        return self._launching

    async def look_back(self) -> None:
        """Prove what only another boot can prove, and see which ladder broke off."""
        await self._repairing.look_back()
        await self._ladder.look_back()

    def add_to(self, dispatcher: Dispatcher) -> None:
        """Let *dispatcher* carry out every verb."""
        dispatcher.add(Verb.LAUNCH, Action(self._may_launch, self._launch))
        dispatcher.add(Verb.STOP, Action(self._may_stop, self._stop))
        dispatcher.add(Verb.PROMPT, Action(self._may_prompt, self._prompt))
        dispatcher.add(Verb.CANCEL_PROMPT, Action(_always, self._cancel_prompt))
        dispatcher.add(Verb.LADDER, Action(self._may_climb, self._ladder_verbs.begin))
        dispatcher.add(Verb.CANCEL_LADDER, Action(_always, self._ladder_verbs.cancel))
        dispatcher.add(Verb.CUP, Action(_known_cup, self._cup))
        dispatcher.add(Verb.DISMISS, Action(_always, self._dismiss))
        dispatcher.add(Verb.REPAIR, Action(self._may_repair, self._repairing.run))
        dispatcher.add(Verb.CHECK_PIN, Action(_always, self._repairing.pins.check))
        dispatcher.add(Verb.END, Action(_always, self._end_agent))
        if self._parts.simulation is not None:
            dispatcher.add(Verb.SIMULATE, Action(_always, self._simulate))

    def _may_launch(self, command: Command) -> None:
        self._not_while_measuring()
        self._repairing.not_while_repairing()
        self._launching.check(command)

    async def _launch(self, command: Command) -> Details | None:
        configuration, extras = self._launching.wanted(command)
        self._repairing.forget()
        await self._serving.launch(configuration, who=command.who, extras=extras)
        return {"ready_after_s": self._hub.state.serving.ready_after_s}

    def _may_stop(self, command: Command) -> None:
        self._not_while_measuring()
        self._repairing.not_while_repairing()
        serving = self._hub.state.serving
        if serving.phase is ServingPhase.IDLE:
            raise Refusal("Nothing is being served on this unit.")
        if serving.phase is ServingPhase.STOPPING and serving.next_configuration_id is None:
            raise Refusal("It is being stopped already.")
        if serving.started_outside and not command.args.get("force"):
            raise Refusal(
                "This server was started outside the HUD, so it is not stopped without an explicit yes.",
                next_step=f"Confirm that it may be stopped. {self._serving.how_to_stop}".strip(),
                kind="started-outside",
            )

    async def _stop(self, command: Command) -> Details | None:
        left = await self._serving.stop(who=command.who, force=bool(command.args.get("force")))
        return {"sentence": left} if left else None

    def _may_prompt(self, command: Command) -> None:
        self._not_while_measuring()
        if self._hub.state.serving.phase is not ServingPhase.READY:
            raise Refusal("No model is ready on this unit.", next_step="Start one, and wait until it is ready.")
        if self._prompting.running:
            raise Refusal("An answer is on its way already.", next_step="Wait for it, or cancel it.")
        _prompt_of(command, self._parts)

    async def _prompt(self, command: Command) -> Details | None:
        run = await self._prompting.run(PromptOrder(prompt=_prompt_of(command, self._parts), seed=_seed(command)))
        result = run.result
        if result.error is not None:
            raise ThorHudError(result.error.headline, next_step=result.error.next_step, kind=result.error.kind)
        return {"run_id": run.id, "tokens_per_s": result.tokens_per_s, "ttft_s": result.ttft_s}

    async def _cancel_prompt(self, _command: Command) -> None:
        await self._prompting.cancel()

    def _may_climb(self, command: Command) -> None:
        self._not_while_measuring()
        self._repairing.not_while_repairing()
        self._ladder_verbs.check(command)

    async def _cup(self, command: Command) -> None:
        cup = Cup(colour=CupColour(command.args["colour"]), since_unix_s=time.time())
        await asyncio.to_thread(self._parts.records.keep, "cup", encode_value(cup).decode())
        self._hub.change(cup=cup)
        words = {CupColour.RED: "Red cup: help is wanted", CupColour.BLUE: "Blue cup: good to go"}
        self._hub.tell("cup", words[cup.colour], colour=cup.colour.value)

    async def _dismiss(self, _command: Command) -> None:
        self._serving.dismiss()
        self._repairing.forget()

    async def _end_agent(self, _command: Command) -> None:
        self._end()

    async def _simulate(self, command: Command) -> None:
        simulation = self._parts.simulation
        if simulation is None:
            return
        speed = command.args.get("start_speed")
        if isinstance(speed, int | float) and speed > 0:
            simulation.hurry(float(speed))
            self._hub.change(agent=replace(self._hub.state.agent, start_speed=float(speed)))
        if "fault" in command.args:
            fault = command.args["fault"]
            simulation.fail_next(None if fault is None else str(fault))

    def _may_repair(self, command: Command) -> None:
        self._not_while_measuring()
        self._repairing.check(command)

    def _not_while_measuring(self) -> None:
        if self._ladder.running:
            raise Refusal("A ladder is being measured on this unit.", next_step="Wait for it, or cancel it.")


def _always(_command: Command) -> None:
    return


def _known_cup(command: Command) -> None:
    if command.args.get("colour") not in set(CupColour):
        raise Refusal("A cup is red or blue.")


def _seed(command: Command) -> int | None:
    seed = command.args.get("seed")
    return int(seed) if isinstance(seed, int) else None


def _prompt_of(command: Command, parts: Parts) -> ReferencePrompt:
    args = command.args
    text = args.get("text")
    if text is not None:
        if not isinstance(text, str) or not text.strip() or len(text) > LONGEST_PROMPT:
            raise Refusal(f"A prompt is a text of 1 to {LONGEST_PROMPT} characters.")
        prompt = ReferencePrompt(name=OWN_TEXT, text=text, max_tokens=OWN_MAX_TOKENS)
    else:
        name = str(args.get("prompt") or parts.workshop.short_prompt)
        found = parts.workshop.prompt(name)
        if found is None:
            known = ", ".join(each.name for each in parts.workshop.prompts)
            raise Refusal(f"The workshop has no prompt {name!r}.", next_step=f"It has: {known}.")
        prompt = found
    temperature = args.get("temperature", prompt.temperature)
    max_tokens = args.get("max_tokens", prompt.max_tokens)
    if not isinstance(max_tokens, int) or not 1 <= max_tokens <= 100_000:
        raise Refusal("max_tokens is a whole number from 1 to 100000.")
    if temperature is not None and not isinstance(temperature, int | float):
        raise Refusal("temperature is a number.")
    return replace(prompt, temperature=temperature, max_tokens=max_tokens)
