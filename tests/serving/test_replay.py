"""Recorded starts of vLLM through a real container: what the follower stores is what was written."""

import asyncio
from pathlib import Path

import pytest

from tests.serving.replay import pieces, replaying
from tests.serving.test_follower import MemoryStore
from thorhud.serving.docker_engine import DockerEngine
from thorhud.serving.follower import follow
from thorhud.serving.progress import progress
from thorhud.serving.server import StopPlan, stop

pytestmark = pytest.mark.docker


def written(name: str, output: int) -> list[bytes]:
    return b"".join(piece.text for piece in pieces(name) if piece.output == output).split(b"\n")


async def followed(engine: DockerEngine) -> list[bytes]:
    store = MemoryStore()
    async with asyncio.timeout(60):
        async for _ in follow(engine, store, container="vllm", launch_id="l"):
            pass
    return [line.text for line in store.lines]


@pytest.mark.parametrize(
    ("recording", "exit_code"),
    [
        ("01_cold_start_default", 0),
        ("08_specdecode_eagle", 0),
        ("26_fail_kv_out_of_memory", 1),
        ("52_v0.11.0_warm_start_api_sigint", 0),
    ],
)
async def test_a_recorded_start_is_stored_as_it_was_written(
    engine: DockerEngine, tmp_path: Path, recording: str, exit_code: int
) -> None:
    await engine.start(replaying(recording, tmp_path, speed=100, exit_code=exit_code))

    lines = await followed(engine)

    expected = [line for output in (1, 2) for line in written(recording, output) if line]
    assert len(expected) > 20
    assert sorted(line for line in lines if line) == sorted(expected)
    assert await engine.wait("vllm") == exit_code


async def test_a_replayed_server_runs_on_until_it_is_interrupted(engine: DockerEngine, tmp_path: Path) -> None:
    recording = "02_warm_cache_default"
    await engine.start(replaying(recording, tmp_path, speed=200, interrupted="echo bye; exit 0"))
    async with asyncio.timeout(60), asyncio.TaskGroup() as tasks:
        lines = tasks.create_task(followed(engine))
        async for line in engine.logs("vllm"):
            if b"Application startup complete" in line.text:
                break
        report = await stop(engine, "vllm", plan=StopPlan(interrupt_s=5))

    assert (report.gone, report.exit_code) == (True, 0)
    assert lines.result()[-1] == b"bye"


async def test_the_bar_of_cuda_graphs_moves_while_its_line_is_unfinished(engine: DockerEngine, tmp_path: Path) -> None:
    bar = "".join(
        f"[{0.2 + n * 0.15:9.3f}]\\r Capturing CUDA graphs (decode, FULL): {n * 10}%|#| {n}/10 [00:01<00:00]\n"
        for n in range(1, 11)
    )
    recording = tmp_path / "bar.log"
    recording.write_text(f"# t0=0\n{bar}[    2.000]\\n \n")
    await engine.start(replaying(str(recording.with_suffix("")), tmp_path, exit_code=0))

    async with asyncio.timeout(60):
        bars = [text async for text in progress(engine, "vllm")]

    assert len(bars) >= 8
    assert bars[-1].endswith("10/10 [00:01<00:00]")
