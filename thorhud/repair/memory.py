"""Clear memory: vLLM counts only memory that is free, and copies of files are not."""

import asyncio
from collections.abc import AsyncIterator

from thorhud.domain.repairs import RepairId, RepairProgress, RepairProof
from thorhud.domain.telemetry import Memory
from thorhud.repair.context import RepairContext
from thorhud.repair.root import RootVerb
from thorhud.repair.words import gib, not_done
from thorhud.telemetry.memory_file import read_memory

_ID = RepairId.CLEAR_MEMORY
FELL = 0.1
"""The file cache has fallen where at least this share of it went: others go on reading files meanwhile."""


async def clear_memory(context: RepairContext) -> AsyncIterator[RepairProgress | RepairProof]:
    """Drop the file cache and compare free memory before and after."""
    before = await _memory(context)
    yield RepairProgress(repair_id=_ID, sentence="Writing everything to the disk and dropping the copies of files")
    result = await context.root.ask(RootVerb.DROP_CACHES)
    if not result.done:
        yield not_done(_ID, result, before=_words(before))
        return
    yield _proof(before, await _memory(context), context.need_bytes)


def _proof(before: Memory | None, after: Memory | None, need_bytes: int | None) -> RepairProof:
    if before is None or after is None:
        return RepairProof(
            repair_id=_ID, proven=False, sentence="Memory was cleared, but /proc/meminfo does not say what came of it."
        )
    gone = before.file_cache_bytes - after.file_cache_bytes
    fell = gone > FELL * before.file_cache_bytes
    reached = need_bytes is not None and after.free_bytes >= need_bytes
    return RepairProof(
        repair_id=_ID,
        proven=fell or reached,
        before=_words(before),
        after=_words(after),
        sentence=_sentence(after, need_bytes, fell=fell),
        next_step="" if reached or (fell and need_bytes is None) else "Stop what was left behind, then restart Docker.",
        details={
            "free_before_bytes": before.free_bytes,
            "free_after_bytes": after.free_bytes,
            "file_cache_before_bytes": before.file_cache_bytes,
            "file_cache_after_bytes": after.file_cache_bytes,
            "need_bytes": need_bytes,
        },
    )


def _sentence(after: Memory, need_bytes: int | None, *, fell: bool) -> str:
    free = f"{gib(after.free_bytes)} is free"
    if need_bytes is not None and after.free_bytes < need_bytes:
        what = "Memory cleared" if fell else "No copies of files were in the way"
        return f"{what}, but only {free} and the model needs {gib(need_bytes)}. Something else holds the rest."
    return f"Memory cleared, {free}" if fell else f"There were no copies of files to clear, {free}"


def _words(memory: Memory | None) -> str:
    if memory is None:
        return "not measured"
    return f"{gib(memory.free_bytes)} free, {gib(memory.file_cache_bytes)} copies of files"


async def _memory(context: RepairContext) -> Memory | None:
    memory, _swap = await asyncio.to_thread(read_memory, context.root_folder)
    return memory.value
