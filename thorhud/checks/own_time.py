"""Blocking looks at the machine that may be given up: a disk that hangs keeps neither the doctor nor its end."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def in_thread(look: Callable[[], T]) -> T:
    """Return what *look* returns, from a daemon thread: one that never comes back is simply left behind."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[T] = loop.create_future()

    def work() -> None:
        error: BaseException | None = None
        value: T | None = None
        try:
            value = look()
        except BaseException as raised:  # noqa: BLE001 - it is raised where it was asked for
            error = raised
        # the loop may have ended: then nobody waits any more
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(_settle, answer, value, error)

    threading.Thread(target=work, name="check", daemon=True).start()
    return await answer


def _settle(answer: asyncio.Future[T], value: T | None, error: BaseException | None) -> None:
    if answer.done():
        return
    if error is not None:
        answer.set_exception(error)
    else:
        answer.set_result(value)  # type: ignore[arg-type] # a value wherever there is no error


async def output_of(*command: str) -> str | None:
    """Return what a program of the machine prints; None where it is absent or fails. It ends with whoever waits."""
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
    except OSError:
        return None
    try:
        output, _ = await process.communicate()
    except asyncio.CancelledError:
        process.kill()
        await process.wait()
        raise
    return output.decode(errors="replace") if process.returncode == 0 else None
