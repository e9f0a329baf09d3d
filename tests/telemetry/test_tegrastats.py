"""The lines of tegrastats, from L4T r38 and r39, as root and not."""

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thorhud.domain.telemetry import CpuCore, Swap
from thorhud.telemetry.tegrastats_source import TegrastatsSource
from thorhud.telemetry.tegrastats_text import read_line

TEXT = (Path(__file__).parents[1] / "data/telemetry/tegrastats_thor.txt").read_text()
LINES = [line for line in TEXT.splitlines() if not line.startswith("#")]
IDLE_ROOT, GATED, NOT_ROOT, R39_ROOT, R39_NOT_ROOT, R39_LOADED, R39_SHARED = LINES
R36 = (
    "11-20-2024 10:00:00 RAM 3002/62841MB (lfb 4x4MB) SWAP 0/31420MB (cached 0MB) CPU [1%@729,0%@729,off,off] "
    "EMC_FREQ 1%@2133 GR3D_FREQ 45%@[305,0] NVDEC off VIC off cpu@45.2C soc2@42.5C gpu@-256C tj@45.2C "
    "VDD_GPU_SOC 1985mW/1985mW VDD_CPU_CV 396mW/396mW VIN_SYS_5V0 3031mW/3031mW"
)


@pytest.mark.parametrize(
    ("line", "power_w", "source"),
    [
        (IDLE_ROOT, 19.78, "VIN"),
        (GATED, 8.291, "sum of 3 rails"),
        (NOT_ROOT, 16.802, "VIN"),
        (R39_ROOT, 19.545, "sum of 3 rails"),
        (R39_NOT_ROOT, 87.426, "VIN"),
        (R39_LOADED, 124.486, "VIN"),
        (R39_SHARED, 28.906, "VIN"),
        (R36, 5.412, "sum of 3 rails"),
    ],
)
def test_the_present_draw_is_told_apart_from_average_and_peak(line: str, power_w: float, source: str) -> None:
    values = read_line(line)

    assert values is not None
    assert values.power_w.value == pytest.approx(power_w)
    assert values.power_w.source == f"tegrastats, {source}"


@pytest.mark.parametrize(
    ("line", "load", "clock_mhz"),
    [
        (IDLE_ROOT, None, 314.0),
        (GATED, None, 0.0),
        (NOT_ROOT, None, None),
        (R39_LOADED, 0.87, 1574.0),
        (R39_SHARED, None, 1574.0),
        (R36, 0.45, 305.0),
    ],
)
def test_a_line_without_a_load_of_the_gpu_has_none_and_not_zero(
    line: str, load: float | None, clock_mhz: float | None
) -> None:
    values = read_line(line)

    assert values is not None
    assert values.gpu_load.value == load
    assert (values.gpu_load.reason is None) == (load is not None)
    assert values.gpu_clock_mhz.value == clock_mhz


@pytest.mark.parametrize(
    ("line", "temp_c", "zone"),
    [(IDLE_ROOT, 38.875, "gpu"), (GATED, 34.5, "soc345"), (R39_ROOT, 35.906, "gpu"), (R36, 45.2, "cpu")],
)
def test_the_present_temperature_counts_and_a_zone_that_is_off_does_not(line: str, temp_c: float, zone: str) -> None:
    values = read_line(line)

    assert values is not None
    assert (values.temp_c.value, values.temp_zone.value) == (temp_c, zone)


def test_cores_are_read_in_both_forms() -> None:
    loaded, shared = read_line(R39_LOADED), read_line(R39_SHARED)

    assert loaded is not None
    assert shared is not None
    assert loaded.cores.value == (
        CpuCore(number=0, load=0.9, clock_mhz=2601.0),
        CpuCore(number=1, load=0.75, clock_mhz=2601.0),
        CpuCore(number=2, online=False),
        CpuCore(number=3, load=0.07, clock_mhz=2601.0),
    )
    assert shared.cores.value == (
        CpuCore(number=0, load=0.0, clock_mhz=2601.0),
        CpuCore(number=1, load=0.05, clock_mhz=2601.0),
        CpuCore(number=2, online=False),
    )
    assert (loaded.cpu_cores.value, shared.cpu_cores.value) == (3, 2)
    assert loaded.cpu_load.value == pytest.approx((0.9 + 0.75 + 0.07) / 3)


def test_swap_and_the_memorys_load_are_read_where_they_are() -> None:
    swapping, rooted = read_line(R39_NOT_ROOT), read_line(R39_LOADED)

    assert swapping is not None
    assert rooted is not None
    assert swapping.swap.value == Swap(total_bytes=4096 * 1024**2, used_bytes=11 * 1024**2)
    assert swapping.memory_load.value is None
    assert (rooted.memory_load.value, rooted.memory_clock_mhz.value) == (0.34, 4266.0)
    assert rooted.swap.value is None


@pytest.mark.parametrize("line", ["", "tegrastats: command failed", "RAM", "CPU [1%@2]", "\x00\xff"])
def test_what_is_no_line_of_tegrastats_is_none(line: str) -> None:
    assert read_line(line) is None


@given(st.text(alphabet=st.sampled_from("RAMCPU []%@,/off0123456789mWC.-VINGR3D_FREQ \u00b2\u0663"), max_size=120))
def test_no_line_does_anything_but_be_read_or_left_out(text: str) -> None:
    read_line(f"RAM 1/2MB {text}")


async def test_it_runs_only_while_it_is_wanted() -> None:
    source = TegrastatsSource(
        command=lambda: [sys.executable, "-c", f"import time; print({NOT_ROOT!r}, flush=True); time.sleep(60)"]
    )
    unwanted = await source.read()
    source.wanted = True
    values = (await source.read()).values
    while values.power_w.value is None:
        values = (await source.read()).values
    source.wanted = False

    assert unwanted.state.reason == "It is not needed: the kernel's files tell the same."
    assert values.power_w.value == 16.802
    assert (await source.read()).values.power_w.value is None


async def test_a_tegrastats_that_hangs_is_ended_and_begun_again_later() -> None:
    now_s = 0.0
    starts = 0

    def command() -> list[str]:
        nonlocal starts
        starts += 1
        return [sys.executable, "-c", "import time; time.sleep(60)"]

    source = TegrastatsSource(command=command, clock=lambda: now_s)
    source.wanted = True
    await source.read()
    now_s = 5.0
    silent = await source.read()
    now_s = 10.0
    await source.read()
    waiting = starts
    now_s = 40.0
    await source.read()
    source.close()

    assert "three periods" in (silent.state.reason or "")
    assert (waiting, starts) == (1, 2)


async def test_a_machine_without_tegrastats_says_so() -> None:
    source = TegrastatsSource(command=lambda: None)
    source.wanted = True

    assert (await source.read()).state.reason == "There is no tegrastats on this machine."
