"""Looks at what must lie on the disk: weights, word lists, compile caches, and room for them."""

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from thorhud.checks.look import Look
from thorhud.checks.own_time import in_thread
from thorhud.domain.checks import Finding, passed, unknown
from thorhud.domain.model_files import about_duplicates
from thorhud.domain.unit_judgement import (
    judge_compile_cache,
    judge_disk,
    judge_docker_disk,
    judge_file,
    judge_weights,
)
from thorhud.domain.workshop import Configuration, RequiredFile
from thorhud.serving.hub_cache import CACHE
from thorhud.serving.weights import weights_state
from thorhud.telemetry.disk import read_space

COMPILE_CACHE = Path("vllm_cache/torch_compile_cache")
"""Where vLLM's compile cache lies below the data directory, as the workshop mounts it."""


async def weights(look: Look) -> Iterable[Finding]:
    """Look for the weights of each configuration."""
    unit = look.unit
    return await in_thread(lambda: [_weights_of(unit.data_dir, each) for each in unit.workshop.configurations])


def _weights_of(data_dir: Path, configuration: Configuration) -> Finding:
    state = weights_state(data_dir, configuration)
    promised = any(each.disk_bytes for each in configuration.weights)
    finding = judge_weights(configuration.id, state.reason, state.size_bytes, promised=promised)
    if not state.complete:
        return replace(finding, fix=state.next_step)
    copies = [said for each in state.models if (said := about_duplicates(each)) is not None]
    return replace(finding, found=". ".join((finding.found, *copies)).removesuffix("."))


async def encodings(look: Look) -> Iterable[Finding]:
    """Look for the files that configurations need beside their weights, by size."""
    unit = look.unit
    files = {each.host: each for one in unit.workshop.configurations for each in one.required_files}
    if not files:
        return [passed("the workshop needs none", expected="nothing")]
    return await in_thread(lambda: [_file(unit.data_dir, each) for each in files.values()])


def _file(data_dir: Path, required: RequiredFile) -> Finding:
    path = Path(required.host.replace("{data_dir}", str(data_dir)))
    try:
        size_bytes = path.stat().st_size
    except FileNotFoundError:
        size_bytes = None
    except OSError as error:
        return unknown(f"{path} cannot be read ({error.strerror})", subject=path.name)
    return judge_file(path.name, size_bytes, required.size_bytes)


async def compile_cache(look: Look) -> Iterable[Finding]:
    """Count what torch.compile has kept."""
    folder = look.unit.data_dir / COMPILE_CACHE
    return await in_thread(lambda: [_compile_cache(folder)])


def _compile_cache(folder: Path) -> Finding:
    try:
        entries = [each for each in folder.iterdir() if each.is_dir()]
        return judge_compile_cache(len(entries), _size_of(folder))
    except FileNotFoundError:
        return judge_compile_cache(0, 0)
    except OSError as error:
        return unknown(f"{folder} cannot be read ({error.strerror})")


def _size_of(folder: Path) -> int:
    """Return the bytes of all files below *folder*; links are not followed."""
    total = 0
    for path, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(Path(path) / name).st_size
            except FileNotFoundError:  # it went while we looked
                continue
    return total


async def disk(look: Look) -> Iterable[Finding]:
    """Compare the free space with what the workshop's payload still needs."""
    folder = look.unit.data_dir

    def measure() -> list[Finding]:
        free = read_space(folder)[0]
        if free.value is None:
            return [unknown(free.reason or "the disk cannot be read")]
        return [judge_disk(free.value, _size_of(folder / CACHE), where=str(folder))]

    return await in_thread(measure)


async def docker_disk(look: Look) -> Iterable[Finding]:
    """Look how much room the disk of Docker has."""
    facts = await look.docker()
    if not facts.answers:
        return [unknown("Docker does not answer, so nobody says where it keeps its files.")]
    if not look.unit.docker_is_local:
        return [unknown("Docker runs on another machine.")]
    folder = look.unit.root / facts.folder.lstrip("/")

    def measure() -> list[Finding]:
        free = read_space(folder)[0]
        return (
            [unknown(free.reason or "the disk cannot be read")]
            if free.value is None
            else [judge_docker_disk(free.value, where=facts.folder)]
        )

    return await in_thread(measure)
