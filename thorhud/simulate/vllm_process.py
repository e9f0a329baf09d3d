"""The container's first process: it writes vLLM's start, then serves, and ends as vLLM ends."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import Coroutine
from typing import Any, TypeVar

from thorhud.simulate.failing_logs import engine_died_log
from thorhud.simulate.faults import FAULTS, Fault
from thorhud.simulate.log_format import Output
from thorhud.simulate.log_script import interrupted_log, stage_times, start_log, stop_log
from thorhud.simulate.server_plan import ServerPlan
from thorhud.simulate.vllm_http import VllmHttp

T = TypeVar("T")

_INTERRUPTED = 128 + signal.SIGINT
_UNWINDING_S = 5.0
"""How long a real vLLM takes from the signal to its end while it loads."""
_SHUTDOWN_S = 0.3


def serve(plan_text: str, *, keeper: int, began_s: float) -> int:
    """Run the server of a plan and return the container's exit code.

    *keeper* is a descriptor that ends when the keeper is gone; *began_s* is when the container started, on the
    monotonic clock, from which the log's times count.
    """
    return asyncio.run(_VllmProcess(ServerPlan.from_json(plan_text), began_s).run(keeper))


class _VllmProcess:
    def __init__(self, plan: ServerPlan, began_s: float) -> None:
        self._plan = plan
        self._fault = FAULTS.get(plan.fault or "")
        self._stop_requests = 0
        self._stop_requested = asyncio.Event()
        self._forced = asyncio.Event()
        self._began_s = began_s

    async def run(self, keeper: int) -> int:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._request_stop)
        loop.add_reader(keeper, os._exit, 1)  # readable only at its end: the keeper was killed
        listener = self._bind()
        if listener is None:
            self._fault = FAULTS["port-in-use"]
        starting = await self._unless_stopped(self._start())
        if starting is None:
            return await self._interrupted()
        exit_code = starting.result()
        if exit_code is not None or listener is None:
            return 1 if exit_code is None else exit_code
        return await self._serve(listener)

    async def _unless_stopped(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T] | None:
        """Do the work; return None, and leave it, when a stop is asked for before its end."""
        async with asyncio.TaskGroup() as tasks:
            working = tasks.create_task(work)
            stop = tasks.create_task(self._stop_requested.wait())
            await asyncio.wait((working, stop), return_when=asyncio.FIRST_COMPLETED)
            done = working.done()
            working.cancel()
            stop.cancel()
        return working if done else None

    def _request_stop(self) -> None:
        self._stop_requests += 1
        self._stop_requested.set()
        if self._stop_requests > 1:
            self._forced.set()

    def _bind(self) -> socket.socket | None:
        """Take the port without listening, as vLLM does before it loads: a caller is refused until it is ready."""
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", self._plan.port))
        except OSError:
            listener.close()
            return None
        return listener

    async def _start(self) -> int | None:
        """Write the start; return the exit code of a start that failed, None when the server is ready."""
        fault = self._fault if self._fault and self._fault.during else None
        until_s = self._moment(fault) if fault else float("inf")
        for output in start_log(self._plan):
            if output.at_s >= until_s:
                break
            await self._write_at(output)
        if fault is None:
            return None
        await self._write_at(Output(until_s, fault.cause(self._plan)))
        if fault.exit_code is None:
            await asyncio.Event().wait()
        if fault.by_the_kernel:
            os.kill(os.getpid(), signal.SIGKILL)
        end_s = until_s + fault.unwinding_s / self._plan.start_speed
        await self._write_at(Output(end_s, fault.unwinding))
        return fault.exit_code

    def _moment(self, fault: Fault) -> float:
        from_s, until_s = stage_times(self._plan)[fault.during]
        return from_s + fault.share * (until_s - from_s)

    async def _write_at(self, output: Output) -> None:
        """Write at the output's own time: late pieces do not delay the ones after them."""
        wait_s = self._began_s + output.at_s - asyncio.get_running_loop().time()
        if wait_s > 0:
            await asyncio.sleep(wait_s)
        _write(output)

    async def _interrupted(self) -> int:
        await asyncio.sleep(_UNWINDING_S / self._plan.start_speed)
        _write(Output(0.0, interrupted_log()))
        return _INTERRUPTED

    async def _serve(self, listener: socket.socket) -> int:
        http = VllmHttp(self._plan, write=lambda text: _write(Output(0.0, text)))
        async with http.listening(listener):
            if await self._unless_stopped(http.engine_died.wait()) is not None:
                _write(Output(0.0, engine_died_log()))
                await asyncio.sleep(_SHUTDOWN_S)
            else:
                await self._shut_down(http)
        return 0

    async def _shut_down(self, http: VllmHttp) -> None:
        """Stop as vLLM does: at once when idle; with an answer under way only when its client lets go."""
        first, *rest = stop_log()
        _write(Output(0.0, first))
        await asyncio.sleep(_SHUTDOWN_S)
        http.freeze()
        if http.streaming:
            _write(Output(0.0, "INFO:     Waiting for connections to close. (CTRL+C to force quit)\n"))
            async with asyncio.TaskGroup() as tasks:
                waiting = [tasks.create_task(self._forced.wait()), tasks.create_task(http.idle.wait())]
                await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                for task in waiting:
                    task.cancel()
        for text in rest:
            _write(Output(0.0, text))


def _write(output: Output) -> None:
    if output.text:
        with contextlib.suppress(BrokenPipeError):
            sys.stdout.buffer.write(output.to_bytes())
            sys.stdout.buffer.flush()
