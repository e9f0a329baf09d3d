"""Prompts and levels of a sweep, measured by a process of their own for whoever asks."""

import asyncio
import contextlib
import logging
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import cast

from thorhud.domain.sweep import SweepLevel, SweepProgress, SweepRequest
from thorhud.domain.sweep_level import level_of
from thorhud.domain.timing import PromptError, PromptProgress, PromptRequest, PromptResult
from thorhud.measure import words
from thorhud.measure.pipe import Message, PipeError, Request, read_message, write_request

log = logging.getLogger(__name__)

CHILD = (sys.executable, "-m", "thorhud.measure")
LONGEST_LINE_BYTES = 1 << 26
PATIENCE_S = 2.0
"""How long the child may take to hang up before it is killed."""


class AnswerSoFar:
    """What progress has told of an answer, for a run that never gets its result."""

    def __init__(self, request: PromptRequest) -> None:
        self._model = request.model or ""
        self._last: PromptProgress | None = None
        self._text = ""
        self._reasoning = ""

    def add(self, progress: PromptProgress) -> None:
        """Take in one progress."""
        self._last = progress
        self._text += progress.text
        self._reasoning += progress.reasoning

    def ended(self, error: PromptError) -> PromptResult:
        """Return what there is, with the reason why there is no more."""
        last = self._last or PromptProgress(elapsed_s=0.0)
        return PromptResult(
            model=self._model,
            ttft_s=last.ttft_s,
            tpot_s=1 / last.tokens_per_s if last.tokens_per_s else None,
            tokens_per_s=last.tokens_per_s,
            completion_tokens=last.completion_tokens or None,
            text=self._text,
            reasoning=self._reasoning or None,
            error=error,
        )


class ChildPromptRunner:
    """Fulfils `PromptRunner` and `SweepRunner` of `thorhud.domain.ports`, with one child process for each request."""

    def __init__(self, command: tuple[str, ...] = CHILD) -> None:
        self._command = command

    async def run(self, request: PromptRequest) -> AsyncGenerator[PromptProgress | PromptResult, None]:
        """Yield progress and then exactly one result. Closing the iterator ends the child, which hangs up."""
        so_far = AnswerSoFar(request)
        async with aclosing(_converse(self._command, request)) as messages:
            async for message in messages:
                match message:
                    case PromptProgress():
                        so_far.add(message)
                        yield message
                    case PromptResult():
                        yield message
                        return
                    case PromptError():
                        yield so_far.ended(message)

    async def sweep(self, request: SweepRequest) -> AsyncGenerator[SweepProgress | SweepLevel, None]:
        """Yield progress and then exactly one level. Closing the iterator ends the child and with it every answer."""
        async with aclosing(_converse(self._command, request)) as messages:
            async for message in messages:
                match message:
                    case SweepProgress():
                        yield message
                    case SweepLevel():
                        yield message
                        return
                    case PromptError():
                        yield level_of(request.concurrency, (), error=message)


async def _converse(command: tuple[str, ...], request: Request) -> AsyncGenerator[Message | PromptError, None]:
    """Yield what a child says to *request*, up to its last word; an error where it dies without one."""
    try:
        child = await asyncio.create_subprocess_exec(
            *command, stdin=PIPE, stdout=PIPE, stderr=PIPE, limit=LONGEST_LINE_BYTES
        )
    except OSError as error:
        log.warning("the measuring process did not start: %s", error)
        yield words.child_ended(None)
        return
    last: Message | None = None
    try:
        await _ask(child, request)
        async for message in _messages(child):
            if isinstance(message, PromptResult | SweepLevel):
                last = message
                break
            yield message
    finally:
        await _end(child)
    yield last or words.child_ended(child.returncode)


async def _ask(child: Process, request: Request) -> None:
    """Write the request and leave stdin open: its end means that nobody listens any more."""
    stdin = cast("asyncio.StreamWriter", child.stdin)
    stdin.write(write_request(request))
    with contextlib.suppress(ConnectionError):  # a child that died at once is noticed at its output
        await stdin.drain()


async def _messages(child: Process) -> AsyncIterator[Message]:
    """Yield what the child says until it says no more, or something that is not ours."""
    stdout = cast("asyncio.StreamReader", child.stdout)
    while line := await stdout.readline():
        try:
            yield read_message(line)
        except PipeError as error:
            log.warning("the measuring process said something else: %s", error)
            return


async def _end(child: Process) -> None:
    """Let the child hang up and reap it, at the latest by SIGKILL; also when we are being cancelled."""
    cast("asyncio.StreamWriter", child.stdin).close()  # a signal would ask after the child first, and so reap it
    try:
        async with asyncio.timeout(PATIENCE_S):
            _, complaints = await child.communicate()
    except TimeoutError:
        child.kill()
        _, complaints = await child.communicate()
    except asyncio.CancelledError:
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        raise
    if complaints:
        log.warning("the measuring process complained: %s", complaints.decode(errors="replace").splitlines()[-1])
