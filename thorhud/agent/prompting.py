"""One answer at a time: sent and measured by a child process, shown while it comes, recorded when it ends."""

import asyncio
import contextlib
import time
import uuid
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import cast

import thorhud
from thorhud.agent.hub import Hub
from thorhud.agent.parts import Parts
from thorhud.domain.errors import ThorHudError
from thorhud.domain.power import judge_power
from thorhud.domain.run_record import RunRecord
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


class Prompting:
    """Runs one prompt after another against the server of this unit."""

    def __init__(self, hub: Hub, parts: Parts) -> None:
        self._hub = hub
        self._parts = parts
        self._task: asyncio.Task[PromptResult] | None = None
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
        )
        async with asyncio.TaskGroup() as tasks:
            self._task = tasks.create_task(self._follow(request), name="prompt")
        result = self._task.result()
        return await self._record(run_id, order, result, serving, warm_up=warm_up)

    async def cancel(self) -> None:
        """End the answer that is on its way, and wait until the server is free of it."""
        task = self._task
        if task is not None and not task.done():
            task.cancel()
            await asyncio.wait([task])

    async def _follow(self, request: PromptRequest) -> PromptResult:
        last = PromptProgress(elapsed_s=0.0)
        text, reasoning = "", ""
        answers = cast("AsyncGenerator[PromptProgress | PromptResult, None]", self._parts.runner.run(request))
        try:
            async with contextlib.aclosing(answers):
                async for told in answers:
                    if isinstance(told, PromptResult):
                        return told
                    last = told
                    text, reasoning = text + told.text, reasoning + told.reasoning
                    self._show(told)
        except asyncio.CancelledError:
            # the person asked for it: that is an end of the run, not of the agent
            return PromptResult(
                model=request.model or "",
                ttft_s=last.ttft_s,
                completion_tokens=last.completion_tokens,
                text=text,
                reasoning=reasoning or None,
                error=CANCELLED,
            )
        return PromptResult(
            model=request.model or "",
            text=text,
            error=PromptError(kind="aborted", headline="The measuring process ended without a result."),
        )

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
        self, run_id: str, order: PromptOrder, result: PromptResult, serving: ServingState, *, warm_up: bool
    ) -> RunRecord:
        state = self._hub.state
        configuration = self._parts.workshop.configuration(serving.configuration_id or "")
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
            image=self._parts.workshop.container.image,
            image_digest=serving.image_digest,
            vllm_version=serving.vllm_version,
            serve_arguments=configuration.serve_arguments if configuration else (),
            temperature=order.prompt.temperature,
            seed=order.seed,
            max_tokens=order.prompt.max_tokens,
            power_mode=state.telemetry.power_mode.value,
            model_memory_gib=serving.timeline.model_memory_gib if serving.timeline else None,
            simulated=self._parts.simulated,
            start_speed=state.agent.start_speed,
            hud_version=thorhud.__version__,
            throttled=judge_power(state.telemetry).sentence if state.telemetry.throttling.value else None,
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


def _sentence(run: RunRecord) -> str:
    result = run.result
    if result.error is not None:
        return result.error.headline
    rate = "no rate" if result.tokens_per_s is None else f"{result.tokens_per_s:.1f} tok/s"
    return f"{run.prompt_name}: {rate}, {result.completion_tokens or 0} tokens"
