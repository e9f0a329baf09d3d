"""Sensors of the board that the first readers did not know: rails, fans, throttling, modes, clocks, processes."""

import asyncio
import os
import threading
from pathlib import Path

import pytest

from tests.telemetry.thor_tree import build, write
from thorhud.domain.telemetry import Fan, TelemetrySnapshot
from thorhud.telemetry.own_thread import OwnThread
from thorhud.telemetry.power_mode import read_power_mode
from thorhud.telemetry.proc_source import ProcSource
from thorhud.telemetry.processes import container_of, read_large_processes
from thorhud.telemetry.seldom import Seldom
from thorhud.telemetry.sys_source import SysSource

CONFIG = """# nvpmodel
< PARAM TYPE=FILE NAME=CPU_ONLINE >
CORE_0 /sys/devices/system/cpu/cpu0/online
< POWER_MODEL ID=0 NAME=MAXN >
CPU_ONLINE CORE_0 1
< POWER_MODEL ID=1 NAME=120W >
< POWER_MODEL ID=2 NAME=90W >
< PM_CONFIG DEFAULT=1 >
"""
COOLING = "sys/class/thermal/cooling_device"
GPU = "sys/class/devfreq/gpu-gpc-0"
CPU = "sys/devices/system/cpu/cpu"


def sensors(root: Path) -> TelemetrySnapshot:
    return SysSource(root).look()


@pytest.mark.parametrize(
    ("status", "mode", "limit_w"),
    [
        ("pmode:0000", "MAXN", None),
        ("pmode:0002 fmode:quiet\n", "90W", 90.0),
        (None, "120W", 120.0),
        ("pmode:0009", None, None),
    ],
)
def test_the_mode_is_the_one_that_is_set_else_the_default(
    tmp_path: Path, status: str | None, mode: str | None, limit_w: float | None
) -> None:
    write(tmp_path, {"etc/nvpmodel.conf": CONFIG})
    if status is not None:
        write(tmp_path, {"var/lib/nvpmodel/status": status})

    look = sensors(tmp_path)

    assert look.power_mode.value == mode
    assert look.power_modes.value == ("MAXN", "120W", "90W")
    assert look.power_limit_w.value == limit_w
    assert (look.power_limit_w.reason is None) == (limit_w is not None)


def test_a_machine_without_modes_gives_the_reason(tmp_path: Path) -> None:
    mode, modes = read_power_mode(tmp_path)

    assert mode.reason == modes.reason == "This machine has no power modes of a Jetson."


@pytest.mark.parametrize(
    ("states", "causes"),
    [
        ({"gpu-throttle-alert": 0, "pwm-fan": 3, "devfreq-gpu-gpc-0": 0}, ()),
        ({"gpu-throttle-alert": 1, "pwm-fan": 3, "devfreq-gpu-gpc-0": 2}, ("gpu-throttle-alert", "devfreq-gpu-gpc-0")),
        ({"hot-surface-alert": 1, "cpufreq-cpu0": 0}, ()),
        ({"Processor": 3}, ("Processor",)),
        ({"pwm-fan": 3, "intel_powerclamp": -1}, None),
        ({}, None),
    ],
)
def test_a_fan_that_turns_is_no_throttling(
    tmp_path: Path, states: dict[str, int], causes: tuple[str, ...] | None
) -> None:
    for number, (kind, state) in enumerate(states.items()):
        write(tmp_path, {f"{COOLING}{number}/type": kind, f"{COOLING}{number}/cur_state": str(state)})

    look = sensors(tmp_path)

    assert look.throttle_causes.value == causes
    assert look.throttling.value == (None if causes is None else bool(causes))


@pytest.mark.parametrize(
    ("gpu_low", "core_low", "fixed"),
    [(1575000000, 2601000, True), (315000000, 2601000, False), (1575000000, 972000, False)],
)
def test_clocks_are_fixed_where_gpu_and_cores_have_one_clock_only(
    tmp_path: Path, gpu_low: int, core_low: int, fixed: bool
) -> None:
    write(
        tmp_path,
        {
            f"{GPU}/min_freq": str(gpu_low),
            f"{GPU}/max_freq": "1575000000",
            f"{CPU}0/cpufreq/scaling_min_freq": str(core_low),
            f"{CPU}0/cpufreq/scaling_max_freq": "2601000",
        },
    )

    assert sensors(tmp_path).jetson_clocks.value is fixed


def test_a_fan_whose_drive_and_turns_are_two_devices_is_one_fan(tmp_path: Path) -> None:
    assert sensors(build(tmp_path)).fans.value == (Fan(name="pwmfan", rate=58 / 255, rpm=1786.0),)


def test_the_fans_of_a_pc_are_each_their_own(tmp_path: Path) -> None:
    hwmon = "sys/class/hwmon/hwmon0"
    write(tmp_path, {f"{hwmon}/name": "nct6775", f"{hwmon}/fan1_input": "900", f"{hwmon}/pwm1": "255"})
    write(tmp_path, {f"{hwmon}/fan2_input": "0", f"{hwmon}/pwm2": "0"})

    assert sensors(tmp_path).fans.value == (
        Fan(name="nct6775", rate=1.0, rpm=900.0),
        Fan(name="nct6775", rate=0.0, rpm=0.0),
    )


def test_disks_are_among_the_zones_and_never_the_hottest(tmp_path: Path) -> None:
    write(
        build(tmp_path),
        {"sys/class/hwmon/hwmon0/temp1_input": "99000", "sys/class/hwmon/hwmon0/temp1_label": "Composite"},
    )

    look = sensors(tmp_path)

    assert ("nvme Composite", 99.0) in [(zone.name, zone.temp_c) for zone in look.zones.value or ()]
    assert look.temp_c.value == 38.875


def test_a_processor_without_thermal_zones_tells_its_own_temperature(tmp_path: Path) -> None:
    hwmon = "sys/class/hwmon/hwmon0"
    write(tmp_path, {f"{hwmon}/name": "k10temp", f"{hwmon}/temp1_input": "61250", f"{hwmon}/temp1_label": "Tctl"})

    look = sensors(tmp_path)

    assert (look.temp_c.value, look.temp_zone.value) == (61.25, "k10temp Tctl")


def test_an_older_jetson_has_its_gpu_under_another_name(tmp_path: Path) -> None:
    device = "sys/class/devfreq/17000000.gpu"
    write(tmp_path, {f"{device}/cur_freq": "306000000", f"{device}/device/load": "250"})

    look = sensors(tmp_path)

    assert (look.gpu_clock_mhz.value, look.gpu_load.value) == (306, 0.25)


def test_a_rail_that_cannot_be_read_is_told_without_a_draw(tmp_path: Path) -> None:
    build(tmp_path)
    rails = tmp_path / "sys/bus/i2c/devices/2-0040/hwmon/hwmon3"
    (rails / "curr1_input").write_text("")

    look = sensors(tmp_path)

    assert look.gpu_power_w.value is None
    assert [rail.name for rail in look.rails.value or ()] == ["VDD_GPU", "VDD_CPU_SOC_MSS", "VIN_SYS_5V0", "VIN"]
    assert look.power_w.value == 19.78


def test_who_fills_the_memory_is_named_with_its_container(tmp_path: Path) -> None:
    for pid, name, pages in ((10, "small", 5), (11, "VLLM::EngineCor", 900), (12, "kthreadd", 0)):
        write(tmp_path, {f"proc/{pid}/comm": f"{name}\n", f"proc/{pid}/statm": f"1 {pages} 1 1 0 1 0\n"})
    write(tmp_path, {"proc/11/cgroup": f"0::/system.slice/docker-{'0f' * 32}.scope\n"})

    found = read_large_processes(tmp_path).value

    assert [(each.name, each.container_id) for each in found or ()] == [
        ("VLLM::EngineCor", "0f0f0f0f0f0f"),
        ("small", None),
    ]
    assert found is not None
    assert found[0].resident_bytes == 900 * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.parametrize(
    ("cgroup", "container"),
    [
        (f"0::/docker/{'ab' * 32}\n", "abababababab"),
        (f"12:memory:/docker/{'ab' * 32}\n0::/\n", "abababababab"),
        ("0::/user.slice/user-1000.slice\n", None),
        ("", None),
    ],
)
def test_the_container_of_a_process_is_in_its_cgroup(cgroup: str, container: str | None) -> None:
    assert container_of(cgroup) == container


def test_cores_that_are_offline_are_told_as_such(tmp_path: Path) -> None:
    write(tmp_path, {"proc/stat": "cpu0 1 0 0 1 0 0 0 0 0 0\n", f"{CPU}0/online": "1", f"{CPU}1/online": "0"})
    write(tmp_path, {f"{CPU}0/cpufreq/scaling_cur_freq": "972000", "sys/devices/system/cpu/cpufreq/x": ""})

    look = ProcSource(tmp_path, data_dir=tmp_path).look()

    assert look.cpu_cores.value == 1
    assert [(core.number, core.online, core.clock_mhz) for core in look.cores.value or ()] == [
        (0, True, 972.0),
        (1, False, None),
    ]


@pytest.mark.parametrize(
    ("file", "text"),
    [("proc/stat", "cpuX 1 2 3 4 5\n"), ("proc/uptime", "soon\n"), ("proc/diskstats", "1 0 sda 1 1 x 1 1 1 1 1\n")],
)
async def test_a_kernel_that_writes_otherwise_is_a_reason_and_no_end(tmp_path: Path, file: str, text: str) -> None:
    write(build(tmp_path), {file: text})
    source = ProcSource(tmp_path, data_dir=tmp_path)

    sample = await source.read()
    source.close()

    assert "in a way that thorhud does not know" in (sample.state.reason or "")


def test_what_is_looked_at_seldom_is_not_looked_at_again_too_soon() -> None:
    now_s, looks = 0.0, iter(range(9))
    seldom = Seldom(lambda: next(looks), 10.0, lambda: now_s)
    first, same = seldom(), seldom()
    now_s = 10.0

    assert (first, same, seldom()) == (0, 0, 1)


async def test_a_sensor_that_never_answers_holds_up_only_itself(tmp_path: Path) -> None:
    """A FIFO that nobody writes to is as deaf as a sensor on a bus that hangs."""
    build(tmp_path)
    pipe = tmp_path / "sys/class/hwmon/hwmon1/pwm1"
    pipe.unlink()
    os.mkfifo(pipe)
    source = SysSource(tmp_path)
    source._thread._patience_s = 0.05

    stuck, still = await source.read(), await source.read()
    memory = (await ProcSource(tmp_path, data_dir=tmp_path).read()).values.memory

    assert stuck.state.reason == still.state.reason == "A sensor of the board does not answer; the others wait for it."
    assert memory.value is not None
    with pipe.open("w"):
        source.close()


async def test_an_error_in_a_thread_is_raised_where_it_was_asked_for() -> None:
    def fail() -> None:
        raise ZeroDivisionError

    thread = OwnThread("test", fail)
    with pytest.raises(ZeroDivisionError):
        await thread.call()
    thread.close()


async def test_a_thread_ends_when_it_is_closed() -> None:
    thread = OwnThread("test of closing", lambda: 1)
    assert await thread.call() == 1
    thread.close()

    async with asyncio.timeout(5):
        while any(each.name == "test of closing" for each in threading.enumerate()):
            await asyncio.sleep(0.01)
