"""One sample of a unit's hardware, each field a value or the reason why there is none."""

from dataclasses import dataclass, field

from thorhud.domain.reading import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """Unified memory as the kernel counts it (``/proc/meminfo``), in bytes."""

    total_bytes: int
    free_bytes: int
    """MemFree: what CUDA sees as free on unified memory."""
    available_bytes: int
    """MemAvailable: free memory plus what the kernel would reclaim."""
    file_cache_bytes: int
    """Buffers, cached files and reclaimable slab, without shared memory; never called used."""
    shared_bytes: int | None = None
    """Shmem: tmpfs and shared memory. It counts as used: nothing reclaims it without swap."""
    anonymous_bytes: int | None = None
    """AnonPages: what processes hold as plain memory. GPU memory of a process is not in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """Swap space, in bytes; a unit without swap has a total of zero."""

    total_bytes: int
    used_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessMemory:
    """What one process holds, and who it is."""

    pid: int
    name: str
    """The kernel's short name of the program; text from outside, to be shown as plain text."""
    gpu_bytes: int | None = None
    """Memory that the GPU's driver allotted to it; None where the driver does not tell."""
    resident_bytes: int | None = None
    """Resident set size: plain memory, shared pages included; GPU memory of an integrated GPU is not in it."""
    container_id: str | None = None
    """First 12 digits of the id of the container it runs in, as Docker prints it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GpuMemory:
    """Memory of a discrete GPU, in bytes. An integrated GPU has none of its own: see `TelemetrySnapshot.memory`."""

    total_bytes: int
    used_bytes: int
    free_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CpuCore:
    """One core; an offline core has neither load nor clock."""

    number: int
    online: bool = True
    load: float | None = None
    """Share of the time since the last look that it worked, 0 to 1."""
    clock_mhz: float | None = None
    max_clock_mhz: float | None = None
    governor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rail:
    """One power rail, by the name that jtop and tegrastats use (``VDD_GPU``)."""

    name: str
    power_w: float | None
    """Never below zero: an idle rail that reads a little below it draws nothing."""
    voltage_v: float | None = None
    current_a: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThermalZone:
    """One thermal zone or temperature of a device (``gpu``, ``tj``, ``nvme Composite``)."""

    name: str
    temp_c: float | None
    """None while the zone is off; the GPU's is off while the GPU is power gated."""
    critical_c: float | None = None
    """Where the kernel shuts the machine down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fan:
    """One fan: how hard it is driven (0 to 1) and how fast it turns."""

    name: str
    rate: float | None = None
    rpm: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkRate:
    """What one interface moved per second since the last look, in bytes."""

    interface: str
    received_bytes_per_s: float
    sent_bytes_per_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """How one source does: what it is, and why it is silent if it is."""

    name: str
    """proc, sys, nvml, jtop, tegrastats or psutil."""
    detail: str | None = None
    """What answered, for example "jetson-stats 7.2.2"."""
    reason: str | None = None
    """One sentence where the source gave nothing, or less than it could; None where it gave all it has."""
    age_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TelemetrySnapshot:
    """What the sources said at one moment. Shares are 0 to 1; percent exists only on screen."""

    taken_s: float
    """The agent's monotonic clock, seconds; only differences mean anything."""
    memory: Reading[Memory] = field(default_factory=Reading)
    gpu_load: Reading[float] = field(default_factory=Reading)
    gpu_clock_mhz: Reading[float] = field(default_factory=Reading)
    cpu_load: Reading[float] = field(default_factory=Reading)
    cpu_cores: Reading[int] = field(default_factory=Reading)
    power_w: Reading[float] = field(default_factory=Reading)
    power_mode: Reading[str] = field(default_factory=Reading)
    """What nvpmodel sets, for example "120W" or "MAXN"."""
    power_limit_w: Reading[float] = field(default_factory=Reading)
    temp_c: Reading[float] = field(default_factory=Reading)
    """The hottest thermal zone."""
    temp_zone: Reading[str] = field(default_factory=Reading)
    fan_rate: Reading[float] = field(default_factory=Reading)
    fan_rpm: Reading[float] = field(default_factory=Reading)
    disk_free_bytes: Reading[int] = field(default_factory=Reading)
    disk_total_bytes: Reading[int] = field(default_factory=Reading)
    disk_read_bytes_per_s: Reading[float] = field(default_factory=Reading)
    disk_write_bytes_per_s: Reading[float] = field(default_factory=Reading)
    swap: Reading[Swap] = field(default_factory=Reading)
    gpu_name: Reading[str] = field(default_factory=Reading)
    """What the driver calls the GPU, for example "NVIDIA Thor"."""
    gpu_memory: Reading[GpuMemory] = field(default_factory=Reading)
    """A value only for a discrete GPU; on unified memory the reason says so."""
    gpu_clock_max_mhz: Reading[float] = field(default_factory=Reading)
    gpu_temp_c: Reading[float] = field(default_factory=Reading)
    gpu_power_w: Reading[float] = field(default_factory=Reading)
    """The GPU's own rail (VDD_GPU on Thor), or a discrete GPU's whole board."""
    gpu_processes: Reading[tuple[ProcessMemory, ...]] = field(default_factory=Reading)
    """Processes with GPU memory, largest first; an empty tuple means that the driver knows of none."""
    large_processes: Reading[tuple[ProcessMemory, ...]] = field(default_factory=Reading)
    """The processes with the most plain memory, largest first; looked at every ten seconds."""
    memory_clock_mhz: Reading[float] = field(default_factory=Reading)
    """Clock of the memory controller (EMC)."""
    memory_load: Reading[float] = field(default_factory=Reading)
    """Share of the memory bandwidth in use, where the machine tells it."""
    cores: Reading[tuple[CpuCore, ...]] = field(default_factory=Reading)
    """Every core that the machine has, offline ones too; `cpu_cores` counts the online ones."""
    rails: Reading[tuple[Rail, ...]] = field(default_factory=Reading)
    """The module's rails and, where the carrier measures it, its input VIN, which contains them."""
    zones: Reading[tuple[ThermalZone, ...]] = field(default_factory=Reading)
    fans: Reading[tuple[Fan, ...]] = field(default_factory=Reading)
    throttling: Reading[bool] = field(default_factory=Reading)
    """Whether heat or current holds the clocks down at this moment."""
    throttle_causes: Reading[tuple[str, ...]] = field(default_factory=Reading)
    """The names of what throttles, as the kernel or the driver has them; empty while nothing does."""
    jetson_clocks: Reading[bool] = field(default_factory=Reading)
    """Whether the clocks are fixed at their highest (jetson_clocks)."""
    power_modes: Reading[tuple[str, ...]] = field(default_factory=Reading)
    """The modes that can be set on this unit."""
    network: Reading[tuple[NetworkRate, ...]] = field(default_factory=Reading)
    uptime_s: Reading[float] = field(default_factory=Reading)
    sources: tuple[SourceState, ...] = ()
    """Every source that was asked, in the order of trust."""
