"""What the telemetry costs: CPU time of each source and of all together, memory of the agent and of jtop's helper.

    python benchmarks/telemetry_cost.py [SECONDS]

Prints figures and judges none. Budgets, of one core: 1 % at 1 Hz, 5 % at 10 Hz (jtop stays at 1 Hz); 80 MiB for agent
and helper together. The kernel's files are those of a faked Thor with 14 cores; where jetson-stats and a C compiler are
there, its real service runs on that Thor. CPU time is counted, so other work on the machine disturbs little. The jtop
service itself, which a unit runs anyway, is not counted.
"""

import asyncio
import importlib.util
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.thor_fake.thor import FakeThor
from thorhud.telemetry.jtop_source import HELPER, JtopSource
from thorhud.telemetry.machine import MachineSource
from thorhud.telemetry.nvml import NvmlSource
from thorhud.telemetry.proc_source import ProcSource
from thorhud.telemetry.psutil_reader import PsutilSource
from thorhud.telemetry.sources import Source
from thorhud.telemetry.sys_source import SysSource
from thorhud.telemetry.tegrastats_source import TegrastatsSource

ROOT = Path(__file__).parents[1]
SECONDS = 12.0
RATES_HZ = (1, 10)
TICKS_PER_S = os.sysconf("SC_CLK_TCK")
AGENT = """
import asyncio, sys
from pathlib import Path
import thorhud.agent.program
from thorhud.telemetry.jtop_source import HELPER, JtopSource
from thorhud.telemetry.machine import MachineSource
from thorhud.telemetry.nvml import NvmlSource
from thorhud.telemetry.psutil_reader import PsutilSource

async def main():
    root, socket, hz = Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3])
    jtop = JtopSource(socket, command=lambda s: [sys.executable, str(HELPER), str(s)])
    source = MachineSource(root, sources=(NvmlSource(root), jtop, PsutilSource()))
    while True:
        snapshot = await source.read()
        if jtop.pid is not None:
            print(jtop.pid, next(each for each in snapshot.sources if each.name == "jtop").reason, flush=True)
        await asyncio.sleep(1 / hz)

asyncio.run(main())
"""
"""The agent's own modules and the sources, in a process of its own: what the agent would weigh."""


async def main() -> None:
    """Measure and print."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    with tempfile.TemporaryDirectory(prefix="thorhud-bench-") as folder:
        thor = FakeThor(Path(folder) / "thor")
        with_jtop = start_jtop(thor)
        thor.stand_still()  # its movement would be counted with ours
        try:
            await each_source(thor, seconds, with_jtop=with_jtop)
            for hz in RATES_HZ:
                the_whole(thor, hz, seconds)
        finally:
            thor.close()


def start_jtop(thor: FakeThor) -> bool:
    """Start the real service; say so where that cannot be done."""
    if importlib.util.find_spec("jtop") is None:
        print("jetson-stats is not installed: no figures of jtop")
        return False
    try:
        thor.build_driver()
        thor.start_service(Path(sys.executable))
    except (OSError, RuntimeError, subprocess.CalledProcessError) as error:
        print(f"no jtop service on the faked Thor: {str(error)[:200]}")
        return False
    return True


async def each_source(thor: FakeThor, seconds: float, *, with_jtop: bool) -> None:
    """Print the CPU time of one look of each source, in this process."""
    jtop = JtopSource(thor.socket, command=lambda socket: [sys.executable, str(HELPER), str(socket)])
    tegrastats = TegrastatsSource(command=lambda: [str(thor.folder / "bin/tegrastats")])
    tegrastats.wanted = True
    psutil = PsutilSource()
    psutil.wanted = True
    sources: list[Source] = [ProcSource(thor.root, data_dir=thor.root), SysSource(thor.root), NvmlSource(thor.root)]
    sources += [jtop] if with_jtop else []
    sources += [tegrastats, psutil]
    print(f"{'source':<12}{'CPU a look':>14}{'1 Hz':>10}{'10 Hz':>10}   of one core")
    for source in sources:
        ms = {hz: await cpu_ms(source.read, hz, seconds / 3) for hz in RATES_HZ}
        shares = "".join(f"{ms[hz] * hz / 10:>9.3f}%" for hz in RATES_HZ)
        print(f"{source.name:<12}{ms[10]:>11.3f} ms{shares}")
        source.close()
    machine = MachineSource(thor.root, sources=(NvmlSource(thor.root),))
    ms = {hz: await cpu_ms(machine.read, hz, seconds / 3) for hz in RATES_HZ}
    print(
        f"{'merged':<12}{ms[10]:>11.3f} ms{''.join(f'{ms[hz] * hz / 10:>9.3f}%' for hz in RATES_HZ)}   (without jtop)"
    )
    machine.close()


async def cpu_ms(look: Callable[[], Awaitable[object]], hz: int, seconds: float) -> float:
    """Return the CPU milliseconds that this process spends on a look."""
    await look()
    rounds = max(3, round(seconds * hz))
    begun_s = time.process_time()
    for _ in range(rounds):
        await look()
        await asyncio.sleep(1 / hz)
    return 1000 * (time.process_time() - begun_s) / rounds


def the_whole(thor: FakeThor, hz: int, seconds: float) -> None:
    """Print what agent and helper together take at one rate, from their own processes."""
    with agent(thor, hz) as (process, helper_pid):
        pids = {"agent": process.pid, **({"jtop helper": helper_pid} if helper_pid else {})}
        time.sleep(2.0)  # the first looks import and find things
        before = {name: ticks(pid) for name, pid in pids.items()}
        begun_s = time.monotonic()
        time.sleep(seconds)
        passed_s = time.monotonic() - begun_s
        shares = {name: (ticks(pid) - before[name]) / TICKS_PER_S / passed_s for name, pid in pids.items()}
        sizes = {name: pss_mib(pid) for name, pid in pids.items()}
        opened = gpu_files(process.pid)
    parts = ", ".join(f"{name} {shares[name]:.2%} and {sizes[name]:.1f} MiB" for name in pids)
    print(f"all at {hz} Hz: {sum(shares.values()):.2%} of one core, {sum(sizes.values()):.1f} MiB PSS ({parts})")
    print(f"  GPU device files open in the agent: {opened or 'none'}")


@contextmanager
def agent(thor: FakeThor, hz: int) -> Iterator[tuple[subprocess.Popen[str], int | None]]:
    """Run the sources as the agent would, and yield its process and the helper's id."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", AGENT, str(thor.root), str(thor.socket), str(hz)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        helper_pid = None
        if thor.socket.exists():
            for line in process.stdout:
                pid, _, reason = line.partition(" ")
                if reason.strip() == "None":
                    helper_pid = int(pid)
                    break
        try:
            yield process, helper_pid
        finally:
            process.kill()


def ticks(pid: int) -> int:
    """Return the clock ticks that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def pss_mib(pid: int) -> float:
    """Return the proportional set size: shared pages are shared out."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    kib = next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
    return kib / 1024


def gpu_files(pid: int) -> list[str]:
    """Return the open device files of GPUs."""
    links = (str(path.readlink()) for path in Path(f"/proc/{pid}/fd").iterdir() if path.is_symlink())
    return sorted({link for link in links if link.startswith(("/dev/nvidia", "/dev/dri", "/dev/nvhost"))})


if __name__ == "__main__":
    asyncio.run(main())
    print(
        f"largest resident size of the benchmark: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB"
    )
