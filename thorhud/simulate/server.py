"""Run one simulated container: `python -m thorhud.simulate.server FOLDER`.

Three processes, for the same reason as in a Docker Engine. The first one is the agent's child and ends at once. The
keeper is nobody's child: it outlives the agent, stamps and records each line that the server writes, and notes how the
server ended, which only its parent can know. The server is the container's first process, the one that gets signals.
"""

import os
import signal
import sys
import time
from pathlib import Path

from thorhud.simulate.container_folder import ContainerFolder

_STDIN, _STDOUT, _STDERR = 0, 1, 2


def main(arguments: list[str]) -> int:
    """Start the container of the folder named and return once it runs."""
    folder = ContainerFolder(Path(arguments[0]))
    running, say_running = os.pipe()
    if os.fork() == 0:
        os.close(running)
        return _keep(folder, say_running)
    os.close(say_running)
    return 0 if os.read(running, 1) else 1


def _keep(folder: ContainerFolder, say_running: int) -> int:
    os.setsid()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (_STDIN, _STDOUT, _STDERR):
        os.dup2(nothing, descriptor)
    output, server_writes = os.pipe()
    server_sees_keeper, _held_open = os.pipe()
    go, say_go = os.pipe()
    server = os.fork()
    if server == 0:
        for descriptor in (output, _held_open, say_running, say_go):
            os.close(descriptor)
        return _serve(folder, go, server_writes, server_sees_keeper)
    for descriptor in (server_writes, server_sees_keeper, go):
        os.close(descriptor)
    folder.write_processes(keeper=os.getpid(), server=server)
    os.close(say_go)
    os.write(say_running, b"1")
    os.close(say_running)
    _record(folder, output)
    folder.write_end(_exit_code(os.waitpid(server, 0)[1]))
    return 0


def _serve(folder: ContainerFolder, go: int, output: int, keeper: int) -> int:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    for descriptor in (_STDOUT, _STDERR):
        os.dup2(output, descriptor)
    os.close(output)
    os.read(go, 1)  # ends when the folder names this process
    os.close(go)
    began_s = time.monotonic()
    from thorhud.simulate.vllm_process import serve  # noqa: PLC0415  (the keeper stays small without asyncio)

    return serve(folder.plan.read_text(encoding="utf-8"), keeper=keeper, began_s=began_s)


def _record(folder: ContainerFolder, output: int) -> None:
    """Copy the output until the last writer is gone: as it came, and line by line with a stamp."""
    unfinished = b""
    with folder.output.open("ab", buffering=0) as raw, folder.log.open("ab", buffering=0) as log:
        while data := os.read(output, 65536):
            raw.write(data)
            *lines, unfinished = (unfinished + data).split(b"\n")
            log.write(b"".join(_stamped(line) for line in lines))
        if unfinished:
            log.write(_stamped(unfinished))


def _stamped(line: bytes) -> bytes:
    now_ns = time.time_ns()
    second = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now_ns // 1_000_000_000))
    return b"%s.%09dZ %s\n" % (second.encode(), now_ns % 1_000_000_000, line)


def _exit_code(status: int) -> int:
    """Return what a container's exit code is for a wait status: 128 and the signal's number after a signal."""
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
