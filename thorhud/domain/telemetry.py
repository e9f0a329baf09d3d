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
