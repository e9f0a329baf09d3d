"""What a day of history writes to the disk, keeps on it and costs, and how long a chart waits for its points.

    python benchmarks/history_cost.py --days 1

Writes simulated days as fast as it can, one commit for each minute as on a unit, and reads the kernel's own count of
the bytes that the process wrote (wchar of /proc/self/io: write-ahead log and checkpoints). Judges nothing.
"""

import argparse
import random
import tempfile
import time
from pathlib import Path

from thorhud.domain.history import VALUES, Leaf
from thorhud.records.history import BATCH_S, History

DAY_S = 86_400
BEGIN = 1_764_000_000


def main() -> int:
    """Write, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="where the file is made (default: a temporary folder)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        measure(Path(folder) / "history.sqlite3", arguments.days)
    return 0


def measure(path: Path, days: int) -> None:
    history = History(path)
    commits, longest_s = 0, 0.0
    written_before, cpu_before = written_bytes(), time.process_time()
    rows, rest = walk(days * DAY_S), rest_values()
    making_s = making_cost_s(days * DAY_S)
    for second, values in enumerate(rows):
        if history.wants_rest(BEGIN + second):
            history.add_rest(BEGIN + second, rest)
        if history.add(BEGIN + second, values, now_s=float(second)):
            began_s = time.perf_counter()
            history.flush()
            longest_s = max(longest_s, time.perf_counter() - began_s)
            commits += 1
    cpu_s = time.process_time() - cpu_before - making_s
    history.flush()
    written = (written_bytes() - written_before) / days
    kept, log = path.stat().st_size / days, path.with_name(path.name + "-wal").stat().st_size
    print(f"commits               {commits} ({commits / days:.0f} a day, one each {BATCH_S + 1:.0f} s)")
    print(f"written               {written / 1e6:.1f} MB a day (limit 25)")
    print(f"kept                  {kept / 1e6:.1f} MB a day, {30 * kept / 1e6:.0f} MB for 30 days")
    print(f"                      beside it a write-ahead log of {log / 1e6:.1f} MB")
    per_row_us = cpu_s / days / DAY_S * 1e6
    print(
        f"CPU                   {per_row_us:.1f} us for each second of history, longest commit {longest_s * 1e3:.1f} ms"
    )
    for hours in (1, 24, 24 * days) if days > 1 else (1, 24):
        began_s = time.perf_counter()
        series = history.series("power", BEGIN + days * DAY_S - hours * 3600, BEGIN + days * DAY_S, 1200)
        took_ms = (time.perf_counter() - began_s) * 1e3
        print(f"chart of {hours:4} h       {took_ms:.1f} ms for {len(series.points)} points (1200 pixels)")
    history.close()


def walk(seconds: int) -> list[tuple[int | None, ...]]:
    """Return values that wander as a unit's do."""
    chance = random.Random(7)  # noqa: S311 - no secret
    values = [chance.randint(100, 40_000) for _ in VALUES]
    rows: list[tuple[int | None, ...]] = []
    for _ in range(seconds):
        values = [max(0, each + chance.randint(-20, 20)) for each in values]
        rows.append(tuple(values))
    return rows


def making_cost_s(seconds: int) -> float:
    began_s = time.process_time()
    walk(seconds)
    return time.process_time() - began_s


def rest_values() -> dict[str, Leaf]:
    """Return about as many other values as a Thor has."""
    chance = random.Random(3)  # noqa: S311 - no secret
    found: dict[str, Leaf] = {}
    for number in range(14):
        found[f"cores.{number}.load"] = round(chance.random(), 3)
        found[f"cores.{number}.clock_mhz"] = chance.randint(972, 2601)
    for name in ("cpu", "gpu", "soc012", "soc345", "tj", "nvme Composite"):
        found[f"zones.{name}.temp_c"] = round(chance.uniform(30, 70), 3)
    for name in ("VDD_GPU", "VDD_CPU_SOC_MSS", "VIN_SYS_5V0", "VIN"):
        found[f"rails.{name}.power_w"] = round(chance.uniform(1, 60), 3)
    return found


def written_bytes() -> int:
    """Return what this process gave to the kernel to write; a file system may turn it into more."""
    text = Path("/proc/self/io").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith("wchar"))


if __name__ == "__main__":
    raise SystemExit(main())
