"""Single readers, each against what real machines do."""

import time
from pathlib import Path

import pytest

from tests.telemetry.thor_tree import build, stat_text, write, write_zones
from thorhud.domain.reading import Reading
from thorhud.domain.telemetry import TelemetrySnapshot
from thorhud.telemetry.cpu import CoreTicks, CpuReader, core_loads
from thorhud.telemetry.disk import bytes_moved
from thorhud.telemetry.gpu import find_gpu, read_gpu
from thorhud.telemetry.kernel_files import hwmon_folders, number_of, text_of
from thorhud.telemetry.machine_names import is_jetson, number_in, read_hostname, read_l4t, read_machine
from thorhud.telemetry.memory_file import figures_of, memory_of, read_memory
from thorhud.telemetry.network import NetworkInterface, labelled
from thorhud.telemetry.sys_source import SysSource

RAILS = "sys/bus/i2c/devices/2-0040/hwmon/hwmon3"


def sensors(root: Path) -> TelemetrySnapshot:
    return SysSource(root).look()


@pytest.mark.parametrize(
    ("zones", "temp_c", "zone"),
    [
        ({"cpu-thermal": "37343", "gpu-thermal": "41000"}, 41.0, "gpu"),
        ({"cpu-thermal": "37343", "gpu-thermal": "-256000"}, 37.343, "cpu"),
        ({"cpu-thermal": "37343", "gpu-thermal": ""}, 37.343, "cpu"),
        ({"tj-thermal": "38875", "cpu-thermal": "37343"}, 38.875, "tj"),
        ({"tj-thermal": "38875", "gpu-thermal": "38875"}, 38.875, "gpu"),
        ({"x86_pkg_temp": "55000"}, 55.0, "x86_pkg_temp"),
        ({"cold-thermal": "-5000"}, -5.0, "cold"),
    ],
)
def test_the_hottest_zone_that_is_online_counts(
    tmp_path: Path, zones: dict[str, str], temp_c: float, zone: str
) -> None:
    write_zones(tmp_path, zones)

    look = sensors(tmp_path)

    assert (look.temp_c.value, look.temp_zone.value) == (temp_c, zone)


@pytest.mark.parametrize("temp", ["-256000", "", "not a number"])
def test_zones_that_do_not_answer_are_a_reason(tmp_path: Path, temp: str) -> None:
    write_zones(tmp_path, {"gpu-thermal": temp})

    look = sensors(tmp_path)

    assert (look.temp_c.value, look.temp_c.reason) == (None, "No thermal zone answers.")
    assert look.temp_zone.value is None
    assert [(zone.name, zone.temp_c) for zone in look.zones.value or ()] == [("gpu", None)]
    assert look.gpu_temp_c.reason == "The GPU is powered off, and its thermal zone with it."


def test_input_power_is_the_carriers_own_and_negotiated_usb_power_is_none(tmp_path: Path) -> None:
    assert sensors(build(tmp_path)).power_w.value == 19.78


def test_without_the_carriers_sensor_the_rails_are_added_up(tmp_path: Path) -> None:
    build(tmp_path)
    (tmp_path / "sys/bus/i2c/devices/2-0044/hwmon/hwmon4/power1_input").unlink()

    power = sensors(tmp_path).power_w

    assert power.value == pytest.approx(20 * (0.1 + 0.3 + 0.28))
    assert power.source == "sum of 3 rails"


def test_an_idle_rail_that_reads_below_zero_draws_nothing(tmp_path: Path) -> None:
    write(tmp_path, {f"{RAILS}/name": "ina3221", f"{RAILS}/in1_input": "20000", f"{RAILS}/curr1_input": "-20"})

    assert sensors(tmp_path).power_w.value == 0.0


def test_a_device_that_is_offered_twice_is_counted_once(tmp_path: Path) -> None:
    build(tmp_path)
    (tmp_path / "sys/bus/i2c/devices/2-0044/hwmon/hwmon4/power1_input").unlink()
    (tmp_path / "sys/class/hwmon/hwmon3").symlink_to(tmp_path / RAILS)

    assert sensors(tmp_path).power_w.source == "sum of 3 rails"
    assert len(hwmon_folders(tmp_path)) == 5


def test_a_fan_of_a_pc_tells_its_turns_by_another_name(tmp_path: Path) -> None:
    write(tmp_path, {"sys/class/hwmon/hwmon0/fan1_input": "900\n"})

    look = sensors(tmp_path)

    assert look.fan_rpm.value == 900
    assert look.fan_rate.reason == "This machine shows no fan."


def test_a_gpu_whose_driver_hides_its_load_has_a_clock_and_a_reason(tmp_path: Path) -> None:
    gpu = read_gpu(find_gpu(build(tmp_path)))

    assert gpu.load.value is None
    assert gpu.load.reason
    assert gpu.clock_mhz.value == 1575


def test_a_gpu_whose_driver_tells_its_load_is_believed(tmp_path: Path) -> None:
    write(build(tmp_path), {"sys/class/devfreq/gpu-gpc-0/device/load": "940\n"})

    assert read_gpu(find_gpu(tmp_path)).load.value == 0.94


def test_load_is_the_mean_of_the_cores(tmp_path: Path) -> None:
    write(tmp_path, {"proc/stat": stat_text({0: (0, 0), 1: (0, 0)})})
    reader = CpuReader(tmp_path, time.monotonic)
    first = reader.read().load
    write(tmp_path, {"proc/stat": stat_text({0: (100, 0), 1: (0, 100)})})

    second = reader.read()

    assert first.value is None
    assert first.reason
    assert second.load.value == 0.5
    assert second.online.value == 2
    assert [core.load for core in second.cores.value or ()] == [1.0, 0.0]


@pytest.mark.parametrize(
    ("before", "now", "load"),
    [
        ({}, {0: CoreTicks(1, 2)}, {}),
        ({0: CoreTicks(1, 2)}, {0: CoreTicks(1, 2)}, {}),
        ({0: CoreTicks(0, 0)}, {0: CoreTicks(5, 10), 1: CoreTicks(0, 10)}, {0: 0.5}),
        ({0: CoreTicks(0, 0), 1: CoreTicks(0, 0)}, {0: CoreTicks(0, 10)}, {0: 1.0}),
        ({0: CoreTicks(9, 9)}, {0: CoreTicks(8, 19)}, {0: 1.0}),
    ],
)
def test_cores_that_come_and_go_do_not_disturb_the_mean(
    before: dict[int, CoreTicks], now: dict[int, CoreTicks], load: dict[int, float]
) -> None:
    assert core_loads(before, now) == load


def test_time_that_a_core_waits_for_the_disk_is_not_work(tmp_path: Path) -> None:
    write(tmp_path, {"proc/stat": "cpu0 0 0 0 0 0 0 0 0 0 0\n"})
    reader = CpuReader(tmp_path, time.monotonic)
    reader.read()
    write(tmp_path, {"proc/stat": "cpu0 10 0 0 40 50 0 0 0 0 0\n"})

    assert reader.read().load.value == pytest.approx(0.1)


def test_partitions_and_loops_are_not_counted_beside_their_disk() -> None:
    text = "\n".join(
        f" 8 0 {name} 1 0 {sectors} 0 5 0 {2 * sectors} 0 0 0"
        for name, sectors in {
            "sda": 10,
            "sda1": 9,
            "nvme0n1": 100,
            "nvme0n1p2": 90,
            "mmcblk0": 1000,
            "mmcblk0p1": 1,
            "loop3": 7,
            "dm-0": 5,
            "zram0": 3,
        }.items()
    )

    assert bytes_moved(text) == (1110 * 512, 2220 * 512)


@pytest.mark.parametrize("text", ["", "7 0 loop0 1 0 5 0\n", "garbage"])
def test_no_disk_is_no_rate(text: str) -> None:
    assert bytes_moved(text) is None


@pytest.mark.parametrize("missing", ["MemAvailable", "SReclaimable", "MemTotal"])
def test_an_account_of_memory_that_lacks_a_figure_is_none(missing: str) -> None:
    names = ("MemTotal", "MemFree", "MemAvailable", "Buffers", "Cached", "SReclaimable", "Shmem")
    text = "".join(f"{name}: 4 kB\n" for name in names)
    assert memory_of(figures_of(text)) is not None

    assert memory_of(figures_of(text.replace(f"{missing}:", "Other:"))) is None


def test_a_machine_without_proc_gives_the_reason(tmp_path: Path) -> None:
    memory, swap = read_memory(tmp_path)

    assert memory == Reading(reason="/proc/meminfo cannot be read.", source="/proc/meminfo")
    assert swap.reason == memory.reason


@pytest.mark.parametrize(
    ("hostname", "number"),
    [("thor-07", 7), ("thor12", 12), ("jetson", None), ("7-thor", None), ("rack2-slot-03", 3), ("thor-007", 7)],
)
def test_the_digits_that_end_the_name_are_the_number(hostname: str, number: int | None) -> None:
    assert number_in(hostname) == number


@pytest.mark.parametrize(
    ("text", "l4t"),
    [
        ("# R38 (release), REVISION: 2.0, GCID: 41844464, BOARD: generic, EABI: aarch64, DATE: Fri Aug 22", "38.2.0"),
        ("# R38 (release), REVISION: 4.0, GCID: 43443517, BOARD: generic, EABI: aarch64, DATE: Wed Dec 31", "38.4.0"),
        ("# R39 (release), REVISION: 2.0, GCID: 45755727, BOARD: generic, EABI: aarch64, DATE: Mon Jun  1", "39.2.0"),
    ],
)
def test_the_release_is_read_from_its_file(tmp_path: Path, text: str, l4t: str) -> None:
    write(tmp_path, {"etc/nv_tegra_release": f"{text}\n# KERNEL_VARIANT: oot\n"})

    assert read_l4t(tmp_path).value == l4t
    assert is_jetson(tmp_path)


def test_a_release_file_of_an_unknown_form_is_a_reason_and_no_guess(tmp_path: Path) -> None:
    write(tmp_path, {"etc/nv_tegra_release": "Tegra Linux\n"})

    assert read_l4t(tmp_path).value is None
    assert "does not know" in (read_l4t(tmp_path).reason or "")


def test_a_pc_is_called_what_its_maker_calls_it(tmp_path: Path) -> None:
    write(tmp_path, {"sys/class/dmi/id/sys_vendor": "LENOVO\n", "sys/class/dmi/id/product_name": "21CB\n"})

    assert read_machine(tmp_path).value == "LENOVO 21CB"
    assert not is_jetson(tmp_path)


def test_the_kernels_name_wins_over_the_file_of_the_next_start(tmp_path: Path) -> None:
    write(tmp_path, {"proc/sys/kernel/hostname": "thor-09\n", "etc/hostname": "thor-01\n"})

    assert read_hostname(tmp_path) == "thor-09"


def test_addresses_carry_the_words_of_a_person_and_wired_comes_first() -> None:
    interfaces = [
        ("lo", "127.0.0.1"),
        ("docker0", "172.17.0.1"),
        ("veth12ab", "169.254.1.1"),
        ("br-0a1b", "172.18.0.1"),
        ("tailscale0", "100.64.0.3"),
        ("l4tbr0", "192.168.55.1"),
        ("wlP1p1s0", "10.0.0.5"),
        ("usb0", "192.168.56.1"),
        ("eth9", "192.168.55.100"),
        ("enP2p1s0", "10.10.0.107"),
    ]

    found = [
        (each.label, each.interface)
        for each in labelled(NetworkInterface(name=name, ipv4=(ip,)) for name, ip in interfaces)
    ]

    assert found == [
        ("Wired", "enP2p1s0"),
        ("Wi-Fi", "wlP1p1s0"),
        ("USB-C", "eth9"),
        ("USB-C", "l4tbr0"),
        ("USB-C", "usb0"),
        ("tailscale0", "tailscale0"),
    ]


def test_without_a_network_there_are_no_addresses() -> None:
    assert labelled([NetworkInterface(name="lo", ipv4=("127.0.0.1",))]) == ()


def test_a_file_that_cannot_be_read_or_is_empty_is_none(tmp_path: Path) -> None:
    write(tmp_path, {"empty": "", "text": "abc\n", "nul": "NVIDIA\0"})

    assert text_of(tmp_path / "missing") is None
    assert text_of(tmp_path / "empty") is None
    assert text_of(tmp_path) is None
    assert text_of(tmp_path / "nul") == "NVIDIA"
    assert number_of(tmp_path / "text") is None
