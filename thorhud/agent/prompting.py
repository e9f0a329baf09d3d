"""One answer at a time: sent and measured by a child process, shown while it comes, recorded when it ends."""

import asyncio
import contextlib
import time
import uuid
from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace
from typing import cast

import thorhud
from thorhud.agent.hub import Hub
from thorhud.agent.parts import Parts
from thorhud.domain.custom_model import configuration_of
from thorhud.domain.energy import conditions_during, throttled_during
from thorhud.domain.errors import RecordsError, ThorHudError
from thorhud.domain.run_record import RunConditions, RunRecord
from thorhud.domain.state import PromptPhase, PromptState, ServingPhase, ServingState
from thorhud.domain.timing import PromptError, PromptProgress, PromptRequest, PromptResult
from thorhud.domain.workshop import ReferencePrompt

OWN_TEXT = "own"
"""Name of a prompt that somebody typed."""

CANCELLED = PromptError(kind="cancelled", headline="The answer was cancelled.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptOrder:
    """What to send, and for which ladder."""

    prompt: ReferencePrompt
    seed: int | None = None
    ladder_id: str | None = None
    warm_up: bool | None = None
    """None: a warm-up where it is the first run of its launch."""
    prompt_changed: str | None = None
    """How the text differs from the workshop's prompt of that name."""
    not_comparable: tuple[str, ...] = ()
    """Sentences of the gates that were not passed."""
    prompt_tokens: int | None = None
    """A fixed shape instead of a chat: see `PromptRequest`."""
    ignore_eos: bool = False
    want_token_ids: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answered:
    """A result, and when on the agent's clock its prompt was sent and its answer ended."""

    result: PromptResult
    sent_s: float
    ended_s: float


class Prompting:
    """Runs one prompt after another against the server of this unit."""

    def __init__(self, hub: Hub, parts: Parts) -> None:
        self._hub = hub
        self._parts = parts
        self._task: asyncio.Task[_Answered] | None = None
        self.running = False
        """Whether an answer is on its way, or being recorded."""

    async def run(self, order: PromptOrder) -> RunRecord:
        """Send the prompt and return the recorded run; a run with an error is recorded too."""
        if self.running:
            raise ThorHudError("An answer is on its way already.", next_step="Wait for it, or cancel it.")
        self.running = True
        try:
            return await self._run(order)
        finally:
            self.running = False

    async def _run(self, order: PromptOrder) -> RunRecord:
        serving = self._hub.state.serving
        if serving.phase is not ServingPhase.READY or serving.base_url is None:
            raise ThorHudError("No model is ready on this unit.", next_step="Start one, and wait until it is ready.")
        run_id = uuid.uuid4().hex
        warm_up = order.warm_up
        if warm_up is None:
            warm_up = await asyncio.to_thread(self._parts.records.run_count, serving.launch_id or "") == 0
        self._hub.begin_answer(
            PromptState(
                phase=PromptPhase.WAITING,
                run_id=run_id,
                prompt_name=order.prompt.name,
                configuration_id=serving.configuration_id,
                max_tokens=order.prompt.max_tokens,
                warm_up=warm_up,
            )
        )
        request = PromptRequest(
            base_url=serving.base_url,
            text=order.prompt.text,
            max_tokens=order.prompt.max_tokens,
            temperature=order.prompt.temperature,
            seed=order.seed,
            model=serving.model,
            prompt_name=order.prompt.name,
            prompt_tokens=order.prompt_tokens,
            ignore_eos=order.ignore_eos,
            want_token_ids=order.want_token_ids,
        )
        async with asyncio.TaskGroup() as tasks:
            self._task = tasks.create_task(self._follow(request), name="prompt")
        return await self._record(run_id, order, self._task.result(), serving, warm_up=warm_up)

    async def cancel(self) -> None:
        """End the answer that is on its way, and wait until the server is free of it."""
        task = self._task
        if task is not None and not task.done():
            task.cancel()
            await asyncio.wait([task])

    async def _follow(self, request: PromptRequest) -> _Answered:
        """Show the answer as it comes; progress tells when it was sent, on the clock of the hardware's samples."""
        last = PromptProgress(elapsed_s=0.0)
        text, reasoning = "", ""
        sent_s = time.monotonic()
        told_when: float | None = None
        answers = cast("AsyncGenerator[PromptProgress | PromptResult, None]", self._parts.runner.run(request))
        try:
            async with contextlib.aclosing(answers):
                async for told in answers:
                    now_s = time.monotonic()
                    if isinstance(told, PromptResult):
                        total_s = told.total_s or last.elapsed_s
                        sent_s = told_when if told_when is not None else now_s - total_s
                        return _Answered(result=told, sent_s=sent_s, ended_s=min(now_s, sent_s + total_s))
                    last = told
                    # the earliest is the truest: a message may come late, never early
                    told_when = min(told_when or now_s, now_s - told.elapsed_s)
                    text, reasoning = text + told.text, reasoning + told.reasoning
                    self._show(told)
        except asyncio.CancelledError:
            # the person asked for it: that is an end of the run, not of the agent
            result = PromptResult(
                model=request.model or "",
                ttft_s=last.ttft_s,
                completion_tokens=last.completion_tokens,
                text=text,
                reasoning=reasoning or None,
                error=CANCELLED,
            )
        else:
            result = PromptResult(
                model=request.model or "",
                text=text,
                error=PromptError(kind="aborted", headline="The measuring process ended without a result."),
            )
        return _Answered(result=result, sent_s=sent_s, ended_s=time.monotonic())

    def _show(self, progress: PromptProgress) -> None:
        self._hub.extend_answer(progress.reasoning, reasoning=True)
        self._hub.extend_answer(progress.text, reasoning=False)
        self._hub.change_prompt(
            phase=PromptPhase.STREAMING if progress.completion_tokens else PromptPhase.WAITING,
            elapsed_s=progress.elapsed_s,
            ttft_s=progress.ttft_s,
            completion_tokens=progress.completion_tokens,
            tokens_per_s_now=progress.tokens_per_s_now,
            tokens_per_s=progress.tokens_per_s,
        )

    async def _record(
        self, run_id: str, order: PromptOrder, answered: _Answered, serving: ServingState, *, warm_up: bool
    ) -> RunRecord:
        state, result = self._hub.state, answered.result
        run = RunRecord(
            id=run_id,
            at_unix_s=time.time(),
            configuration_id=serving.configuration_id or "",
            prompt_name=order.prompt.name,
            result=result,
            warm_up=warm_up,
            ladder_id=order.ladder_id,
            launch_id=serving.launch_id,
            unit=self._parts.unit,
            workshop=self._parts.workshop.id,
            image=serving.options.image or self._parts.workshop.container.image,
            image_digest=serving.image_digest,
            vllm_version=serving.vllm_version,
            serve_arguments=await self._serve_arguments(serving),
            temperature=order.prompt.temperature,
            seed=order.seed,
            max_tokens=order.prompt.max_tokens,
            power_mode=state.telemetry.power_mode.value,
            model_memory_gib=serving.timeline.model_memory_gib if serving.timeline else None,
            simulated=self._parts.simulated,
            start_speed=state.agent.start_speed,
            hud_version=thorhud.__version__,
            throttled=throttled_during(tuple(self._hub.samples), answered.sent_s, time.monotonic()),
            not_comparable=order.not_comparable,
            prompt_changed=order.prompt_changed,
            conditions=await self._conditions(answered, serving),
        )
        await asyncio.to_thread(self._parts.records.add_run, run)
        self._hub.change_prompt(
            phase=PromptPhase.FAILED if result.error else PromptPhase.DONE,
            elapsed_s=result.total_s if result.total_s is not None else state.prompt.elapsed_s,
            ttft_s=result.ttft_s,
            completion_tokens=result.completion_tokens or state.prompt.completion_tokens,
            tokens_per_s_now=None,
            tokens_per_s=result.tokens_per_s,
            finish_reason=result.finish_reason,
            disagreement=result.disagreement,
            note=result.note,
            error=result.error,
        )
        self._hub.run_recorded()
        self._hub.tell("run", _sentence(run), run_id=run_id, configuration_id=run.configuration_id)
        return run

    async def _serve_arguments(self, serving: ServingState) -> tuple[str, ...]:
        """Return what the server was really started with; a launch may differ from the workshop's way."""
        try:
            launch = await asyncio.to_thread(self._parts.records.launch, serving.launch_id or "")
        except RecordsError:
            launch = None  # the run itself is still worth writing
        if launch is not None and launch.serve_arguments:
            return launch.serve_arguments
        configuration = configuration_of(self._parts.workshop, serving.configuration_id)
        return configuration.serve_arguments if configuration else ()

    async def _conditions(self, answered: _Answered, serving: ServingState) -> RunConditions:
        state, result = self._hub.state, answered.result
        during = conditions_during(
            tuple(self._hub.samples),
            answered.sent_s,
            answered.ended_s,
            first_token_s=None if result.ttft_s is None else answered.sent_s + result.ttft_s,
        )
        return replace(
            during,
            energy_j=None if result.error else during.energy_j,  # of half an answer: energy of nothing one can name
            energy_source=None if result.error else during.energy_source,
            jetson_clocks=state.telemetry.jetson_clocks.value,
            model_revision=await self._revision(serving),
            l4t=state.identity.l4t.value,
            jetpack=state.identity.jetpack.value,
        )

    async def _revision(self, serving: ServingState) -> str | None:
        configuration = configuration_of(self._parts.workshop, serving.configuration_id)
        if self._parts.revision is None or configuration is None:
            return None
        return await asyncio.to_thread(self._parts.revision, configuration)


def _sentence(run: RunRecord) -> str:
    result = run.result
    if result.error is not None:
        return result.error.headline
    rate = "no rate" if result.tokens_per_s is None else f"{result.tokens_per_s:.1f} tok/s"
    return f"{run.prompt_name}: {rate}, {result.completion_tokens or 0} tokens"
