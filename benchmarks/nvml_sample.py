"""Read this machine's GPU through the NVML source, idle and under load, and print both samples as JSON.

    python benchmarks/nvml_sample.py > sample.json

The load is a matrix product in PyTorch, in a process of its own; without PyTorch only the idle sample is told.
"""

import asyncio
import dataclasses
import importlib.util
import json
import statistics
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from thorhud.telemetry.nvml import NvmlSource

LOAD = """
import torch
a = torch.randn(8192, 8192, device="cuda", dtype=torch.bfloat16)
print("loaded", flush=True)
while True:
    for _ in range(200): a @ a
    torch.cuda.synchronize()
"""
LOOKS = 50


async def look(source: NvmlSource) -> dict[str, Any]:
    """Return one sample, and what a look costs."""
    await source.read()
    times_s, cpu_s = [], time.process_time()
    for _ in range(LOOKS):
        begun_s = time.perf_counter()
        sample = await source.read()
        times_s.append(time.perf_counter() - begun_s)
        await asyncio.sleep(0.1)
    told = dataclasses.asdict(sample)
    told["values"] = {name: value for name, value in told["values"].items() if name.startswith(("gpu", "power", "thr"))}
    told["look_ms"] = round(1000 * statistics.median(times_s), 3)
    told["cpu_ms_per_look"] = round(1000 * (time.process_time() - cpu_s) / LOOKS, 3)
    return told


async def main() -> None:
    """Look at the idle GPU and at the busy one."""
    source = NvmlSource()
    for _ in range(50):  # the driver may take seconds to wake a GPU
        if (await source.read()).values.gpu_name.value is not None:
            break
        await asyncio.sleep(0.2)
    told = {"idle": await look(source)}
    if importlib.util.find_spec("torch") is not None and told["idle"]["state"]["reason"] is None:
        load = await asyncio.create_subprocess_exec(sys.executable, "-c", LOAD, stdout=asyncio.subprocess.PIPE)
        assert load.stdout is not None
        await load.stdout.readline()
        await asyncio.sleep(5)
        told["load"] = await look(source)
        load.kill()
        await load.wait()
    source.close()
    print(json.dumps(told, indent=1, default=str))


if __name__ == "__main__":
    asyncio.run(main())
