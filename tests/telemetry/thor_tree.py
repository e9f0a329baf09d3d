"""A faked Jetson AGX Thor: the kernel's files as public captures of real units show them."""

from collections.abc import Mapping
from pathlib import Path

MEMINFO = """MemTotal:       128790528 kB
MemFree:        20998144 kB
MemAvailable:   103485440 kB
Buffers:          412416 kB
Cached:         80120320 kB
SwapCached:            0 kB
Shmem:            812032 kB
SReclaimable:    1204224 kB
SwapTotal:             0 kB
"""

DISKSTATS = """   7       0 loop0 52 0 2124 11 0 0 0 0 0 24 11 0 0 0 0 0 0
 259       0 nvme0n1 1000 0 2000000 900 0 0 0 0 0 24 11 0 0 0 0 0 0
 259       1 nvme0n1p1 990 0 1999000 900 0 0 0 0 0 24 11 0 0 0 0 0 0
   1       0 ram0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
"""

THOR: Mapping[str, str] = {
    "etc/hostname": "thor-07\n",
    "etc/nv_tegra_release": (
        "# R38 (release), REVISION: 2.2, GCID: 42205042, BOARD: generic, EABI: aarch64, DATE: Thu Sep 25 2025\n"
        "# KERNEL_VARIANT: oot\n"
    ),
    "proc/device-tree/model": "NVIDIA Jetson AGX Thor Developer Kit\0",
    "proc/meminfo": MEMINFO,
    "proc/diskstats": DISKSTATS,
    "sys/class/devfreq/gpu-gpc-0/cur_freq": "1575000000\n",
    "sys/class/devfreq/gpu-gpc-0/max_freq": "1575000000\n",
    "sys/class/hwmon/hwmon0/name": "nvme\n",
    "sys/class/hwmon/hwmon0/temp1_input": "41850\n",
    "sys/class/hwmon/hwmon1/name": "pwmfan\n",
    "sys/class/hwmon/hwmon1/pwm1": "58\n",
    "sys/class/hwmon/hwmon2/name": "pwm_tach\n",
    "sys/class/hwmon/hwmon2/rpm": "1786\n",
    "sys/bus/i2c/devices/2-0040/hwmon/hwmon3/name": "ina3221\n",
    "sys/bus/i2c/devices/2-0040/hwmon/hwmon3/in1_label": "VDD_GPU\n",
    "sys/bus/i2c/devices/2-0040/hwmon/hwmon3/in1_input": "20000\n",
    "sys/bus/i2c/devices/2-0040/hwmon/hwmon3/curr1_input": "100\n",
    "sys/bus/i2c/devices/2-0040/hwmon/hwmon3/in2_label": "VDD_CPU_SOC_MSS\n",
    "sys/bus/i2c/devices/2-0040/hwmon/hwmon3/in2_input": "20000\n",
    "sys/bus/i2c/devices/2-0040/hwmon/hwmon3/curr2_input": "300\n",
    "sys/bus/i2c/devices/2-0040/hwmon/hwmon3/in3_label": "VIN_SYS_5V0\n",
    "sys/bus/i2c/devices/2-0040/hwmon/hwmon3/in3_input": "20000\n",
    "sys/bus/i2c/devices/2-0040/hwmon/hwmon3/curr3_input": "280\n",
    "sys/bus/i2c/devices/2-0040/hwmon/hwmon3/in7_label": "sum of shunt voltages\n",
    "sys/bus/i2c/devices/2-0040/hwmon/hwmon3/in7_input": "2\n",
    "sys/bus/i2c/devices/2-0044/hwmon/hwmon4/name": "ina238\n",
    "sys/bus/i2c/devices/2-0044/hwmon/hwmon4/power1_input": "19780000\n",
    "sys/class/power_supply/ucsi-source-psy-1-00081/voltage_now": "20000000\n",
    "sys/class/power_supply/ucsi-source-psy-1-00081/current_now": "5000000\n",
}

ZONES = {"cpu-thermal": "37343", "tj-thermal": "38875", "soc012-thermal": "37468", "gpu-thermal": "38875"}


def write(root: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def write_zones(root: Path, zones: Mapping[str, str]) -> None:
    """Write thermal zones where the kernel keeps them, with the links by which it offers them."""
    offered = root / "sys/class/thermal"
    offered.mkdir(parents=True, exist_ok=True)
    for number, (kind, temp) in enumerate(zones.items()):
        folder = root / f"sys/devices/virtual/thermal/thermal_zone{number}"
        write(folder, {"type": f"{kind}\n", "temp": f"{temp}\n" if temp else ""})
        (offered / folder.name).symlink_to(folder)


def stat_text(cores: Mapping[int, tuple[int, int]]) -> str:
    """Return `/proc/stat` for cores by (busy, idle) ticks."""
    lines = [f"cpu{number} {busy} 0 0 {idle} 0 0 0 0 0 0" for number, (busy, idle) in cores.items()]
    return "\n".join(["cpu  1 2 3 4 5 6 7 8 9 10", *lines, "intr 5", "ctxt 6", ""])


def build(root: Path, cores: int = 14) -> Path:
    write(root, THOR)
    write_zones(root, ZONES)
    write(root, {"proc/stat": stat_text(dict.fromkeys(range(cores), (100, 900)))})
    return root
