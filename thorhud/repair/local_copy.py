"""Use the copy on disk: let the cache lead to files that are here, so that the next start asks no hub.

A start is offline where the files of its models are whole (`thorhud.serving.launch_plan`). What keeps a whole copy from
being found is most often ``refs/main``, which a copy by hand leaves out: it names the revision that the server takes.
"""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from pathlib import Path

from thorhud.domain.model_files import FilesFaultKind, ModelFiles
from thorhud.domain.repairs import RepairId, RepairPlan, RepairProgress, RepairProof, repair_of
from thorhud.domain.workshop import Configuration
from thorhud.repair.context import RepairContext
from thorhud.serving.hub_cache import place_of, revision_in
from thorhud.serving.look_at_model import look_at
from thorhud.serving.weights import model_files

_ID = RepairId.USE_LOCAL_COPY
NONE_FAILED = "Nobody says which model failed to start."


async def plan_local_copy(context: RepairContext) -> RepairPlan:
    """Say which models are whole and which would be led to."""
    what = repair_of(_ID)
    if context.configuration is None:
        return RepairPlan(repair=what, steps=what.steps, obstacle=NONE_FAILED, next_step="Start a model first.")
    models = await asyncio.to_thread(model_files, context.data_dir, context.configuration)
    return RepairPlan(repair=what, steps=tuple(_step(each) for each in models))


async def use_local_copy(context: RepairContext) -> AsyncIterator[RepairProgress | RepairProof]:
    """Look at each model, let the cache lead to a whole copy, and look again."""
    if context.configuration is None:
        yield RepairProof(repair_id=_ID, proven=False, sentence=NONE_FAILED, next_step="Start a model first.")
        return
    yield RepairProgress(repair_id=_ID, sentence="Looking for whole copies on the disk")
    before = await asyncio.to_thread(model_files, context.data_dir, context.configuration)
    for each in before:
        if each.fault is not None and each.fault.kind is FilesFaultKind.NO_REVISION:
            yield RepairProgress(repair_id=_ID, sentence=f"Leading the cache to the copy of {each.model}")
            await asyncio.to_thread(lead_to_copy, context.data_dir, each.model)
    after = await asyncio.to_thread(model_files, context.data_dir, context.configuration)
    yield _proof(context.configuration, before, after)


def lead_to_copy(data_dir: Path, model: str) -> bool:
    """Write ``refs/main`` for the newest revision whose files are whole; what was there stays where none is."""
    place = place_of(data_dir, model)
    ref = place.folder / "refs" / "main"
    try:
        old = ref.read_bytes() if ref.is_file() else None
        snapshots = [place.folder / "snapshots" / each for each in revision_in(place.folder).others]
        for snapshot in sorted(snapshots, key=lambda each: each.stat().st_mtime, reverse=True):
            _write(ref, snapshot.name.encode())
            if look_at(data_dir, model).fault is None:
                return True
        _put_back(ref, old)
    except OSError:  # a folder of another account: the second look tells what is still wrong, and how to mend it
        return False
    return False


def _write(ref: Path, content: bytes) -> None:
    ref.parent.mkdir(exist_ok=True)
    new = ref.with_name(f".{ref.name}.new")
    new.write_bytes(content)
    os.replace(new, ref)  # noqa: PTH105 - whole or not at all


def _put_back(ref: Path, old: bytes | None) -> None:
    if old is None:
        with contextlib.suppress(FileNotFoundError):
            ref.unlink()
    else:
        _write(ref, old)


def _proof(configuration: Configuration, before: tuple[ModelFiles, ...], after: tuple[ModelFiles, ...]) -> RepairProof:
    fault = next((each.fault for each in after if each.fault is not None), None)
    whole = ", ".join(_words(each) for each in after)
    return RepairProof(
        repair_id=_ID,
        proven=fault is None,
        sentence=f"{configuration.name} is on the disk as a whole; its next start asks no hub (HF_HUB_OFFLINE=1)."
        if fault is None
        else fault.sentence,
        before=", ".join(_words(each) for each in before),
        after=whole,
        next_step="" if fault is None else fault.next_step,
    )


def _step(model: ModelFiles) -> str:
    if model.fault is None:
        return f"Start {model.model} offline: its {model.read_bytes / 1e9:.1f} GB are here"
    if model.fault.kind is FilesFaultKind.NO_REVISION:
        return f"Let the cache lead to the copy of {model.model}"
    return f"{model.model}: {model.fault.sentence}"


def _words(model: ModelFiles) -> str:
    return f"{model.model} {f'whole, {model.read_bytes / 1e9:.1f} GB' if model.fault is None else 'not found whole'}"
