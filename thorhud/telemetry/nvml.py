"""NVIDIA's driver as a source, by its own library (nvidia-ml-py). The only module that imports it.

Each call may be unsupported on its own: the driver of an integrated Thor tells no memory, older ones no temperature.
"""

import contextlib
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from thorhud.domain.reading import Reading
from thorhud.domain.telemetry import GpuMemory, ProcessMemory, SourceState, TelemetrySnapshot
from thorhud.telemetry.own_thread import OwnThread
from thorhud.telemetry.processes import describe
from thorhud.telemetry.seldom import Seldom
from thorhud.telemetry.sources import Sample, Voice, silent
from thorhud.telemetry.summaries import sorted_processes

NAME = "nvml"
_AGAIN_S = 30.0
"""How long to wait after the driver could not be reached."""
_SLOW_S = 0.95
_BOARD = "GPU board"
_UNIFIED = "This GPU has no memory of its own: it shares the unit's."
_INTEGRATED = ("Thor", "Orin", "Xavier", "GB10", "Tegra")
_THROTTLES = {
    "nvmlClocksEventReasonSwPowerCap": "power cap",
    "nvmlClocksThrottleReasonHwSlowdown": "hardware slowdown",
    "nvmlClocksEventReasonSwThermalSlowdown": "GPU temperature",
    "nvmlClocksThrottleReasonHwThermalSlowdown": "GPU temperature (hardware)",
    "nvmlClocksThrottleReasonHwPowerBrakeSlowdown": "power brake",
}


class NvmlSource:
    """Fulfils `thorhud.telemetry.sources.Source` for the first GPU that the driver shows.

    *library* is nvidia-ml-py; names and containers of processes come from `/proc` below *root*.
    """

    name = NAME

    def __init__(
        self,
        root: Path = Path("/"),
        *,
        library: Callable[[], ModuleType] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._root = root
        self._find_library = library or _nvidia_ml_py
        self._clock = clock
        self._gpu: Gpu | None = None
        self._next_start_s = 0.0
        self._reason = "NVIDIA's driver has not answered yet."
        self._thread = OwnThread("thorhud NVML", self._look)

    async def read(self) -> Sample:
        """Return what the driver tells; it may take seconds to wake a GPU, others do not wait for that."""
        sample = await self._thread.call()
        return sample or silent(NAME, "NVIDIA's driver does not answer.")

    def close(self) -> None:
        """Let go of the driver."""
        self._thread.close()
        if self._gpu is not None:
            self._gpu.close()
            self._gpu = None

    def _look(self) -> Sample:
        if self._gpu is None and self._clock() >= self._next_start_s:
            self._start()
        if self._gpu is None:
            return silent(NAME, self._reason)
        try:
            return self._gpu.look()
        except GpuGone as error:
            self._gpu.close()
            self._fail(str(error))
            return silent(NAME, self._reason)

    def _start(self) -> None:
        try:
            library = self._find_library()
        except ImportError:
            self._fail("nvidia-ml-py is not installed.")
            return
        try:
            self._gpu = Gpu(library, self._root, self._clock)
        except GpuGone as error:
            self._fail(str(error))

    def _fail(self, reason: str) -> None:
        self._gpu, self._reason = None, reason
        self._next_start_s = self._clock() + _AGAIN_S


class GpuGone(Exception):
    """The driver cannot be reached, or has lost its GPU."""


class Gpu:
    """The first GPU of the driver, held open."""

    def __init__(self, library: Any, root: Path, clock: Callable[[], float]) -> None:  # noqa: ANN401 - untyped library
        """Reach the driver; raise `GpuGone` where there is none."""
        self._nvml = library
        self._root = root
        self._lost = {
            library.NVML_ERROR_GPU_IS_LOST,
            library.NVML_ERROR_UNINITIALIZED,
            library.NVML_ERROR_DRIVER_NOT_LOADED,
        }
        try:
            library.nvmlInit()
        except library.NVMLError as error:
            raise GpuGone(_no_driver(library, error)) from error
        try:
            self._count = library.nvmlDeviceGetCount()
            if self._count == 0:
                raise GpuGone("NVIDIA's driver shows no GPU.")
            self._handle = library.nvmlDeviceGetHandleByIndex(0)
            self._name = _text(library.nvmlDeviceGetName(self._handle))
            driver = _text(library.nvmlSystemGetDriverVersion())
        except library.NVMLError as error:
            self.close()
            raise GpuGone(f"NVIDIA's driver shows no GPU that can be read: {error}.") from error
        self._detail = f"driver {driver}" + (f", first of {self._count} GPUs" if self._count > 1 else "")
        self._integrated = any(word in self._name for word in _INTEGRATED)
        self._slow = Seldom(self._read_slow, _SLOW_S, clock)

    def close(self) -> None:
        """Let go of the driver."""
        with contextlib.suppress(self._nvml.NVMLError):
            self._nvml.nvmlShutdown()

    def look(self) -> Sample:
        """Ask what moves fast, and what moves slowly now and then: each question costs a call into the driver."""
        nvml, handle = self._nvml, self._handle
        power_w = self._reading(lambda: nvml.nvmlDeviceGetPowerUsage(handle) / 1000)
        values = replace(
            self._slow(),
            gpu_load=self._reading(lambda: nvml.nvmlDeviceGetUtilizationRates(handle).gpu / 100),
            gpu_clock_mhz=self._reading(lambda: float(nvml.nvmlDeviceGetClockInfo(handle, nvml.NVML_CLOCK_SM))),
            gpu_power_w=power_w,
            power_w=Reading() if self._integrated else _of_board(power_w),
        )
        return Sample(values=values, state=SourceState(name=NAME, detail=self._detail, age_s=0.0))

    def _read_slow(self) -> TelemetrySnapshot:
        nvml, handle = self._nvml, self._handle
        memory, why_no_memory = self._ask(lambda: nvml.nvmlDeviceGetMemoryInfo(handle))
        causes = self._reading(self._throttle_causes)
        temp_c = self._reading(self._temperature)
        board = not self._integrated
        return TelemetrySnapshot(
            taken_s=0.0,
            gpu_name=Reading(value=self._name, source=NAME),
            gpu_clock_max_mhz=self._reading(lambda: float(nvml.nvmlDeviceGetMaxClockInfo(handle, nvml.NVML_CLOCK_SM))),
            gpu_temp_c=temp_c,
            gpu_memory=Voice(NAME).says(
                _gpu_memory(memory) if board and memory is not None else None, why_no_memory if board else _UNIFIED
            ),
            gpu_processes=self._read_processes(),
            throttle_causes=causes,
            throttling=Voice(NAME).says(None if causes.value is None else bool(causes.value), causes.reason or ""),
            power_limit_w=_of_board(self._reading(self._power_limit)) if board else Reading(),
            temp_c=_of_board(temp_c) if board else Reading(),
            temp_zone=Reading(value="gpu", source=_BOARD) if board and temp_c.value is not None else Reading(),
        )

    def _ask(self, call: Callable[[], Any]) -> tuple[Any, str]:
        """Return what one call answers, or None and why."""
        try:
            return call(), ""
        except self._nvml.NVMLError as error:
            if error.value in self._lost:
                raise GpuGone(f"NVIDIA's driver has lost the GPU: {error}.") from error
            return None, f"NVIDIA's driver does not tell it for {self._name}: {error}."

    def _reading(self, call: Callable[[], Any]) -> Reading[Any]:
        value, reason = self._ask(call)
        return Voice(NAME).says(value, reason)

    def _temperature(self) -> float:
        return float(self._nvml.nvmlDeviceGetTemperature(self._handle, self._nvml.NVML_TEMPERATURE_GPU))

    def _power_limit(self) -> float:
        return float(self._nvml.nvmlDeviceGetEnforcedPowerLimit(self._handle)) / 1000

    def _throttle_causes(self) -> tuple[str, ...]:
        reasons = self._nvml.nvmlDeviceGetCurrentClocksThrottleReasons(self._handle)
        return tuple(words for name, words in _THROTTLES.items() if reasons & getattr(self._nvml, name, 0))

    def _read_processes(self) -> Reading[tuple[ProcessMemory, ...]]:
        nvml, handle = self._nvml, self._handle
        compute, reason = self._ask(lambda: nvml.nvmlDeviceGetComputeRunningProcesses(handle))
        graphics, _ = self._ask(lambda: nvml.nvmlDeviceGetGraphicsRunningProcesses(handle))
        if compute is None and graphics is None:
            return Reading(reason=reason, source=NAME)
        sizes: dict[int, int | None] = {}
        for process in (*(compute or ()), *(graphics or ())):  # one process may be in both lists with the same memory
            sizes[process.pid] = max(
                (sizes.get(process.pid), process.usedGpuMemory), key=lambda size: -1 if size is None else size
            )
        found = (describe(self._root, pid, gpu_bytes=size) for pid, size in sizes.items())
        return Reading(value=sorted_processes(found), source=NAME)


def _gpu_memory(memory: Any) -> GpuMemory:  # noqa: ANN401 - a structure of the library
    return GpuMemory(total_bytes=memory.total, used_bytes=memory.used, free_bytes=memory.free)


def _of_board(reading: Reading[float]) -> Reading[float]:
    """Return what a discrete GPU's board tells as what this machine tells, and say whose it is."""
    if reading.value is None:
        return Reading()
    return Reading(value=reading.value, source=_BOARD, age_s=reading.age_s)


def _no_driver(library: Any, error: Any) -> str:  # noqa: ANN401 - untyped library
    if error.value in {library.NVML_ERROR_LIBRARY_NOT_FOUND, library.NVML_ERROR_DRIVER_NOT_LOADED}:
        return "This machine has no driver of NVIDIA."
    return f"NVIDIA's driver cannot be reached: {error}."


def _text(text: str | bytes) -> str:
    return text.decode(errors="replace") if isinstance(text, bytes) else text


def _nvidia_ml_py() -> ModuleType:
    import pynvml  # noqa: PLC0415 - optional, and only a machine with a GPU needs it

    return cast("ModuleType", pynvml)
