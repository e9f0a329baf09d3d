"""What the faked Thor is, and what it shows at a given load."""

from dataclasses import dataclass

HOSTNAME = "thor-07"
MODEL = "NVIDIA Jetson AGX Thor Developer Kit"
SERIAL = "1424125012345"
PART_NUMBER = "699-13834-0008-400 G.5"
CORES = 14
RAM_KIB = 128_790_528
CACHE_KIB = 20_120_320
RECLAIMABLE_KIB = 1_204_224
BUFFERS_KIB = 412_416
GPU_MAX_MHZ = 1575
MODES = ("MAXN", "120W", "90W", "70W")
RAIL_MILLIVOLTS = 20_000
SERVER_PID = 4242
DESKTOP_PID = 3507
USB_C_OFFER_W = 100.0
"""What the charger on USB-C offers; it is no draw."""

R38_4 = (
    "# R38 (release), REVISION: 4.0, GCID: 43443517, BOARD: generic, EABI: aarch64, DATE: Wed Dec 31 00:15:19 UTC 2025"
)
R39_2 = (
    "# R39 (release), REVISION: 2.0, GCID: 45755727, BOARD: generic, EABI: aarch64, DATE: Mon Jun  1 21:28:48 UTC 2026"
)


@dataclass(frozen=True, slots=True)
class Truth:
    """The state of the unit at a load of 0 to 1."""

    load: float

    @property
    def gated(self) -> bool:
        """Whether the GPU is powered off: its thermal zone does not answer and its rail draws nothing."""
        return self.load < 0.05

    @property
    def gpu_percent(self) -> int:
        return round(100 * self.load)

    @property
    def gpu_mhz(self) -> int:
        return 315 + round(1260 * self.load)

    @property
    def tj_c(self) -> float:
        return 38 + 45 * self.load

    @property
    def gpu_milliamperes(self) -> int:
        return 0 if self.gated else round(100 + 1800 * self.load)

    @property
    def soc_milliamperes(self) -> int:
        return round(295 + 700 * self.load)

    @property
    def five_volt_milliamperes(self) -> int:
        return round(282 + 650 * self.load)

    @property
    def input_w(self) -> float:
        return round(19.8 + 70 * self.load, 3)

    @property
    def pwm(self) -> int:
        return round(58 + 40 * self.load)

    @property
    def rpm(self) -> int:
        return round(1786 + 3500 * self.load)

    @property
    def available_kib(self) -> int:
        return RAM_KIB - round((20 + 60 * self.load) * 1024 * 1024)

    @property
    def free_kib(self) -> int:
        return self.available_kib - CACHE_KIB - BUFFERS_KIB

    @property
    def server_bytes(self) -> int:
        """GPU memory of the process that serves."""
        return round(60 * self.load * 1024) * 1024 * 1024

    def core_load(self, number: int) -> float:
        """Cores differ, so that their mean says something."""
        return min(1.0, self.load * (0.4 + 0.06 * ((number * 7) % 10)))

    @property
    def cpu_load(self) -> float:
        return sum(self.core_load(number) for number in range(CORES)) / CORES

    @property
    def rails_w(self) -> dict[str, float]:
        return {
            "VDD_GPU": self.gpu_milliamperes * RAIL_MILLIVOLTS / 1e6,
            "VDD_CPU_SOC_MSS": self.soc_milliamperes * RAIL_MILLIVOLTS / 1e6,
            "VIN_SYS_5V0": self.five_volt_milliamperes * RAIL_MILLIVOLTS / 1e6,
        }
