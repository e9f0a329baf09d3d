"""Give the page cache back: vLLM counts only memory that is free, and cached weight files are not."""

import os
from dataclasses import dataclass
from pathlib import Path

DROP_CACHES = Path("/proc/sys/vm/drop_caches")
MEMINFO = Path("/proc/meminfo")
COMMAND = "sync && sudo sysctl -w vm.drop_caches=3"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reclaim:
    """What dropping the caches brought; both figures are free memory as a GPU allocation sees it (MemFree)."""

    before_bytes: int | None
    after_bytes: int | None
    done: bool
    reason: str | None = None
    """Why it was not done, with the command to type; None where it was."""


def drop_caches(path: Path = DROP_CACHES, *, meminfo: Path = MEMINFO) -> Reclaim:
    """Write all file data out and drop the caches, where this account may; it blocks for seconds."""
    before = _free_bytes(meminfo)
    os.sync()
    try:
        path.write_text("3\n", encoding="ascii")
    except OSError as error:
        reason = f"This account may not drop the caches ({error.strerror}). Type: {COMMAND}"
        return Reclaim(before_bytes=before, after_bytes=before, done=False, reason=reason)
    return Reclaim(before_bytes=before, after_bytes=_free_bytes(meminfo), done=True)


def _free_bytes(meminfo: Path) -> int | None:
    try:
        lines = meminfo.read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("MemFree:")), None)
