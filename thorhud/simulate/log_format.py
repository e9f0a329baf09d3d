"""How vLLM 0.10.1 writes: coloured prefixes even into a pipe, records, and tqdm's two kinds of bar."""

import time
from dataclasses import dataclass

NOW = "\0"
"""Stands in a text where the record's time comes; filled in when the line is written."""
API_PID, ENGINE_PID = 1, 271
_API = f"\x1b[1;36m(APIServer pid={API_PID})\x1b[0;0m "
_ENGINE = f"\x1b[1;36m(EngineCore_0 pid={ENGINE_PID})\x1b[0;0m "
_EIGHTHS = " ▏▎▍▌▋▊▉"


@dataclass(frozen=True, slots=True)
class Output:
    """A piece of the container's output and when it is written, in seconds since the container's start."""

    at_s: float
    text: str

    def to_bytes(self) -> bytes:
        """Return the bytes to write now."""
        return self.text.replace(NOW, time.strftime("%m-%d %H:%M:%S")).encode()


def plain(text: str) -> str:
    """Return a line of a process that decorates nothing yet."""
    return f"{text}\n"


def record(level: str, where: str, message: str) -> str:
    """Return a log record without prefix; a record of several lines gets its head before each."""
    return "\r\n".join(f"{level} {NOW} [{where}] {line}" for line in message.split("\n"))


def api(text: str) -> str:
    """Return what the API server writes, its prefix before each line."""
    return _prefixed(_API, text)


def engine(text: str) -> str:
    """Return what the engine core writes, its prefix before each line."""
    return _prefixed(_ENGINE, text)


def api_info(where: str, message: str) -> str:
    """Return an INFO record of the API server."""
    return api(record("INFO", where, message))


def engine_info(where: str, message: str) -> str:
    """Return an INFO record of the engine core."""
    return engine(record("INFO", where, message))


def _prefixed(prefix: str, text: str) -> str:
    return "".join(f"{prefix}{line}\n" for line in text.split("\n"))


def shard_bar(kind: str, done: int, total: int, passed_s: float) -> str:
    """Return one state of the bar of checkpoint shards; it ends with a line feed each time."""
    share = f"{round(100 * done / total):3d}%"
    bar = f"Loading {kind} checkpoint shards: {share} Completed | {done}/{total} {_pace(done, total, passed_s)}"
    last = f"{_ENGINE}\n" if done == total else ""
    return f"{_ENGINE}\r{bar}\n{last}"


def graph_bar(what: str, done: int, total: int, passed_s: float) -> str:
    """Return one state of the bar of CUDA graphs; only carriage returns until it is full."""
    head = _ENGINE if done == 0 else ""
    bar = f"{_blocks(done / total)}| {done}/{total} {_pace(done, total, passed_s)}"
    end = "\n" if done == total else ""
    return f"{head}\rCapturing CUDA graphs ({what}): {round(100 * done / total):3d}%|{bar}{end}"


def _blocks(share: float, width: int = 10) -> str:
    whole, part = divmod(int(share * width * 8), 8)
    return ("█" * whole + (_EIGHTHS[part] if part else "")).ljust(width)


def _pace(done: int, total: int, passed_s: float) -> str:
    if done == 0 or passed_s <= 0:
        return f"[{_clock(passed_s)}<?, ?it/s]"
    per_s = done / passed_s
    pace = f"{per_s:5.2f}it/s" if per_s >= 1 else f"{1 / per_s:5.2f}s/it"
    return f"[{_clock(passed_s)}<{_clock((total - done) / per_s)}, {pace}]"


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes:02d}:{rest:02d}"
