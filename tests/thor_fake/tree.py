"""The files of a faked Thor: those that stand still, and those that follow the load."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.thor_fake import truth
from tests.thor_fake.truth import CORES, Truth

ZONES = ("cpu-thermal", "tj-thermal", "soc012-thermal", "gpu-thermal", "soc345-thermal")
ZONE_OFFSETS_C = {
    "cpu-thermal": -1.5,
    "tj-thermal": 0.0,
    "soc012-thermal": -3.0,
    "gpu-thermal": -0.2,
    "soc345-thermal": -1.0,
}
RAILS = "sys/bus/i2c/devices/2-0040/hwmon/hwmon3"
CARRIER = "sys/bus/i2c/devices/2-0044/hwmon/hwmon4"
DT = "sys/firmware/devicetree/base"

FAN_CONFIGURATION = """POLLING_INTERVAL 2
<FAN 1>
	TMARGIN ENABLED
	FAN_GOVERNOR cont {
		STEP_SIZE 10
	}
	FAN_CONTROL close_loop {
		RPM_TOLERANCE 100
	}
	FAN_PROFILE cool {
		0 0 255 5371
	}
	FAN_PROFILE quiet {
		0 0 255 5371
	}
	KICKSTART_PWM 64
FAN_DEFAULT_CONTROL close_loop
FAN_DEFAULT_PROFILE quiet
FAN_DEFAULT_GOVERNOR cont
"""

NVPMODEL = """#!/bin/sh
sleep "$(cat "$THOR_FAKE_DIR/nvpmodel_takes_s" 2>/dev/null || echo 0)"
case "$1" in
 -q) echo "NV Power Mode: 120W"; echo 1;;
 -p) echo "NVPM VERB: Config file: /etc/nvpmodel.conf"; echo "NVPM VERB: parsing done for /etc/nvpmodel.conf"
     echo "NVPM VERB: Param info:"
     n=0; for name in MAXN 120W 90W 70W; do echo "NVPM VERB: POWER_MODEL: ID=$n NAME=$name"; n=$((n + 1)); done
     echo "NVPM VERB: PM_CONFIG: DEFAULT=120W(1)";;
esac
"""

JETSON_CLOCKS = """#!/bin/sh
case "$1" in
 --show) cat <<END
SOC family:tegra264  Machine:NVIDIA Jetson AGX Thor Developer Kit
Online CPUs: 0-13
cpu0: Online=1 Governor=schedutil MinFreq=972000 MaxFreq=2601000 CurrentFreq=972000 IdleStates: WFI=1 cc7=1
gpu-gpc-0 MinFreq=315000000 MaxFreq=1575000000 CurrentFreq=314000000
EMC MinFreq=665600000 MaxFreq=4266000000 CurrentFreq=2750000000 FreqOverride=0
Fan: PWM=58
NV Power Mode: 120W
END
 ;;
 --store) echo stored > "$2";;
esac
"""

TEGRASTATS = """#!/bin/sh
while :; do
 echo "RAM 105265/125772MB (lfb 34x4MB) CPU [0%@972,8%@972] cpu@37.343C tj@38.875C VDD_GPU 1962mW/1962mW VIN 19780mW/19780mW"
 sleep 1
done
"""


def write(path: Path, content: str | bytes, mode: int = 0o644) -> None:
    """Write a file as a whole: whoever reads it sees the old or the new text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_bytes(content.encode() if isinstance(content, str) else content)
    fresh.chmod(mode)
    fresh.replace(path)


def build(folder: Path, release: str) -> None:
    """Write what stands still below *folder*: `root/` (sys, proc, etc) and `bin/`, `usr_bin/`, `run/`."""
    root = folder / "root"
    for name, text in {**dict(_system()), **dict(_proc()), **dict(_etc(release))}.items():
        write(root / name, text)
    for name, script in _commands().items():
        write(folder / name, script, 0o755)
    (folder / "run").mkdir(exist_ok=True)
    (folder / "lib").mkdir(exist_ok=True)


def moving(state: Truth, ticks: Mapping[int, tuple[int, int]]) -> Iterator[tuple[str, str]]:
    """Yield the files that follow the load; *ticks* are busy and idle of each core since the start."""
    for number, zone in enumerate(ZONES):
        temp = "" if zone == "gpu-thermal" and state.gated else f"{round((state.tj_c + ZONE_OFFSETS_C[zone]) * 1000)}\n"
        yield f"root/sys/devices/virtual/thermal/thermal_zone{number}/temp", temp  # empty as EAGAIN amounts to
    currents = (state.gpu_milliamperes, state.soc_milliamperes, state.five_volt_milliamperes)
    for channel, milliamperes in enumerate(currents, 1):
        yield f"root/{RAILS}/curr{channel}_input", f"{milliamperes}\n"
    yield f"root/{CARRIER}/power1_input", f"{round(state.input_w * 1e6)}\n"
    yield "root/sys/class/hwmon/hwmon1/pwm1", f"{state.pwm}\n"
    yield "root/sys/class/hwmon/hwmon2/rpm", f"{state.rpm}\n"
    yield "root/sys/class/devfreq/gpu-gpc-0/cur_freq", f"{state.gpu_mhz * 1_000_000}\n"
    yield "root/proc/meminfo", meminfo(state)
    yield "root/proc/stat", stat(ticks)


def meminfo(state: Truth) -> str:
    """Return `/proc/meminfo`."""
    figures = {
        "MemTotal": truth.RAM_KIB,
        "MemFree": state.free_kib,
        "MemAvailable": state.available_kib,
        "Buffers": truth.BUFFERS_KIB,
        "Cached": truth.CACHE_KIB,
        "SwapCached": 0,
        "SReclaimable": truth.RECLAIMABLE_KIB,
        "SwapTotal": 0,
        "SwapFree": 0,
    }
    return "".join(f"{name}: {kib:>12} kB\n" for name, kib in figures.items())


def stat(ticks: Mapping[int, tuple[int, int]]) -> str:
    """Return `/proc/stat`."""
    busy, idle = (sum(pair[place] for pair in ticks.values()) for place in (0, 1))
    cores = [f"cpu{number} {work} 0 0 {rest} 0 0 0 0 0 0" for number, (work, rest) in ticks.items()]
    tail = ["intr 1", "ctxt 1", "btime 1700000000", "processes 1", "procs_running 1", "procs_blocked 0", "softirq 1"]
    return "\n".join([f"cpu  {busy} 0 0 {idle} 0 0 0 0 0 0", *cores, *tail, ""])


def nvml_answers(state: Truth) -> dict[str, int]:
    """Return what the driver's library answers; -1 where it says that this is not supported."""
    return {
        "util": state.gpu_percent,
        "memutil": round(30 * state.load),
        "temp": round(state.tj_c),
        "power_mw": round(state.rails_w["VDD_GPU"] * 1000),
        "clock_sm": -1,
        "clock_sm_max": -1,
        "clock_mem": -1,
        "meminfo": -1,
    }


def _system() -> Iterator[tuple[str, str]]:
    yield "sys/devices/system/cpu/online", f"0-{CORES - 1}\n"
    for number in range(CORES):
        core = f"sys/devices/system/cpu/cpu{number}"
        if number:
            yield f"{core}/online", "1\n"
        for name, value in {
            "scaling_governor": "schedutil",
            "scaling_min_freq": 972000,
            "scaling_max_freq": 2601000,
            "scaling_cur_freq": 1566000,
            "cpuinfo_min_freq": 972000,
            "cpuinfo_max_freq": 2601000,
            "cpuinfo_cur_freq": 972000,
        }.items():
            yield f"{core}/cpufreq/{name}", f"{value}\n"
        for idle, name in enumerate(("WFI", "cc7")):
            yield f"{core}/cpuidle/state{idle}/name", f"{name}\n"
            yield f"{core}/cpuidle/state{idle}/disable", "0\n"
    for device, clocks in {
        "gpu-gpc-0": (314, 315, truth.GPU_MAX_MHZ),
        "gpu-nvd-0": (314, 315, 1692),
        "bwmgr": (2750, 666, 4266),
    }.items():
        for name, mhz in zip(("cur_freq", "min_freq", "max_freq"), clocks, strict=True):
            yield f"sys/class/devfreq/{device}/{name}", f"{mhz * 1_000_000}\n"
        yield f"sys/class/devfreq/{device}/governor", "nvhost_podgov\n"
        yield f"sys/class/devfreq/{device}/available_governors", "nvhost_podgov userspace\n"
    yield "sys/kernel/debug/cactmon/mc_all", "123750000\n"
    yield "sys/kernel/debug/clk/vic/clk_enable_count", "0\n"
    for number, zone in enumerate(ZONES):
        yield f"sys/devices/virtual/thermal/thermal_zone{number}/type", f"{zone}\n"
    for number, kind in enumerate(("gpu-throttle-alert", "pwm-fan", "devfreq-gpu-gpc-0")):
        yield f"sys/devices/virtual/thermal/cooling_device{number}/type", f"{kind}\n"
        yield f"sys/devices/virtual/thermal/cooling_device{number}/cur_state", f"{2 if kind == 'pwm-fan' else 0}\n"
    yield from _hwmon()
    yield f"{DT}/model", f"{truth.MODEL}\0"
    yield f"{DT}/compatible", "nvidia,p4071-0000+p3834-0008\0nvidia,p3834-0008\0nvidia,tegra264\0"
    yield f"{DT}/serial-number", f"{truth.SERIAL}\0"


def _hwmon() -> Iterator[tuple[str, str]]:
    yield "sys/class/hwmon/hwmon0/name", "nvme\n"
    for number, (label, temp) in enumerate((("Composite", 41850), ("Sensor 1", 41850), ("Sensor 2", 94850)), 1):
        sensor = f"sys/class/hwmon/hwmon0/temp{number}"
        yield f"{sensor}_label", f"{label}\n"
        yield f"{sensor}_input", f"{temp}\n"
        yield f"{sensor}_max", "81850\n"
        yield f"{sensor}_crit", "84850\n"
    yield "sys/class/hwmon/hwmon1/name", "pwmfan\n"
    yield "sys/class/hwmon/hwmon1/pwm1_enable", "1\n"
    yield "sys/class/hwmon/hwmon2/name", "pwm_tach\n"
    yield "sys/bus/i2c/devices/2-0040/name", "ina3221\n"
    yield f"{RAILS}/name", "ina3221\n"
    for channel, label in enumerate(("VDD_GPU", "VDD_CPU_SOC_MSS", "VIN_SYS_5V0"), 1):
        yield f"{RAILS}/in{channel}_label", f"{label}\n"
        yield f"{RAILS}/in{channel}_input", f"{truth.RAIL_MILLIVOLTS}\n"
        for name, limit in {"max": 32760, "crit": 32760, "max_alarm": 0, "crit_alarm": 0}.items():
            yield f"{RAILS}/curr{channel}_{name}", f"{limit}\n"
    yield f"{RAILS}/in7_label", "sum of shunt voltages\n"
    yield f"{RAILS}/in7_input", "2\n"
    yield "sys/bus/i2c/devices/2-0044/name", "ina238\n"
    yield f"{CARRIER}/name", "ina238\n"
    yield f"{CARRIER}/in1_input", "20010\n"
    yield f"{CARRIER}/curr1_input", "988\n"
    charger = "sys/class/power_supply/ucsi-source-psy-1-00081"
    for name, text in {"type": "USB", "online": "1", "voltage_now": "20000000", "current_now": "5000000"}.items():
        yield f"{charger}/{name}", f"{text}\n"


def _proc() -> Iterator[tuple[str, str]]:
    yield (
        "proc/buddyinfo",
        (
            "Node 0, zone      DMA      3      2      1      1      2      1      0      1      2      1    420 \n"
            "Node 0, zone   Normal    212    110     55     20     10      8      4      2      1      0     34 \n"
        ),
    )
    yield (
        "proc/cpuinfo",
        "".join(
            f"processor\t: {number}\nBogoMIPS\t: 2000.00\nFeatures\t: fp asimd\nCPU implementer\t: 0x41\n"
            "CPU architecture: 8\nCPU variant\t: 0x0\nCPU part\t: 0xd83\nCPU revision\t: 1\n\n"
            for number in range(CORES)
        ),
    )
    container = f"0::/system.slice/docker-{'ab12' * 16}.scope\n"
    for pid, name, pages, cgroup in (
        (truth.SERVER_PID, "VLLM::EngineCor", 1_500_000, container),
        (truth.DESKTOP_PID, "Xorg", 30_000, "0::/user.slice\n"),
    ):
        figures = f"{pid} ({name}) S 1 1 1 0 -1 4194304 0 0 0 0 5000 800 0 0 20 0 9 0 1000 0 0 " + "0 " * 30
        yield f"proc/{pid}/stat", f"{figures}\n"
        yield f"proc/{pid}/statm", f"9000000 {pages} 1000 1 0 100 0\n"
        yield f"proc/{pid}/loginuid", "4294967295\n"
        yield f"proc/{pid}/comm", f"{name}\n"
        yield f"proc/{pid}/cgroup", cgroup


def _etc(release: str) -> Iterator[tuple[str, str]]:
    yield "etc/nv_tegra_release", f"{release}\n# KERNEL_VARIANT: oot\nTARGET_USERSPACE_LIB_DIR=nvidia\nINSTALL_TYPE=\n"
    groups = Path("/etc/group").read_text().splitlines(keepends=True)
    # group 0 also exists in a user namespace that maps one id only
    yield "etc/group", "".join(line for line in groups if not line.startswith("jtop:")) + "jtop:x:0:\n"
    yield "etc/hostname", f"{truth.HOSTNAME}\n"
    yield "etc/fstab", "/dev/nvme0n1p1 / ext4 defaults 0 1\n"
    yield (
        "etc/os-release",
        'PRETTY_NAME="Ubuntu 24.04.3 LTS"\nNAME="Ubuntu"\nVERSION_ID="24.04"\nVERSION_CODENAME=noble\n',
    )
    yield "etc/systemd/system/nvfancontrol.service", "[Unit]\nDescription=of the faked Thor\n"
    yield "etc/nvfancontrol.conf", FAN_CONFIGURATION
    modes = "".join(
        f"< POWER_MODEL ID={number} NAME={name} >\nCPU_ONLINE CORE_0 1\n" for number, name in enumerate(truth.MODES)
    )
    yield "etc/nvpmodel.conf", f"{modes}< PM_CONFIG DEFAULT=1 >\n"


def _commands() -> dict[str, str]:
    nothing = "#!/bin/sh\nexit 0\n"
    return {
        "bin/nvpmodel": NVPMODEL,
        "bin/nvfancontrol": "#!/bin/sh\nfor each in PROFILE:quiet GOVERNOR:cont CONTROL:close_loop; do echo FAN1:FAN_$each; done\n",
        "bin/systemctl": "#!/bin/sh\ncase \"$*\" in *nvfancontrol*) echo '   Active: active (running)';; esac\n",
        "bin/nvidia-smi": nothing,
        "bin/swapon": nothing,
        "bin/tegrastats": TEGRASTATS,
        "usr_bin/jetson_clocks": JETSON_CLOCKS,
    }
