"""nvidia-ml-py on a recorded machine: answers what the real library answered there, and errors where it gave errors."""

from types import SimpleNamespace
from typing import Any


class NVMLError(Exception):
    """The library's own error."""

    def __init__(self, value: int, text: str = "Not Supported") -> None:
        super().__init__(text)
        self.value = value


class RecordedNvml:
    """The functions that we call, by the record of one moment."""

    NVMLError = NVMLError
    NVML_ERROR_NOT_SUPPORTED = 3
    NVML_ERROR_UNINITIALIZED = 1
    NVML_ERROR_DRIVER_NOT_LOADED = 9
    NVML_ERROR_LIBRARY_NOT_FOUND = 12
    NVML_ERROR_GPU_IS_LOST = 15
    NVML_CLOCK_SM = 1
    NVML_TEMPERATURE_GPU = 0
    nvmlClocksEventReasonSwPowerCap = 4  # noqa: N815 - as the library calls it
    nvmlClocksEventReasonSwThermalSlowdown = 32  # noqa: N815

    def __init__(self, moment: dict[str, Any]) -> None:
        self.moment = moment
        self.inits = 0
        self.shutdowns = 0
        self.no_driver: NVMLError | None = None

    def nvmlInit(self) -> None:  # noqa: N802 - as the library calls it
        if self.no_driver is not None:
            raise self.no_driver
        self.inits += 1

    def nvmlShutdown(self) -> None:  # noqa: N802 - as the library calls it
        self.shutdowns += 1

    def nvmlDeviceGetCount(self) -> int:  # noqa: N802 - as the library calls it
        return len(self.moment["gpus"])

    def nvmlDeviceGetHandleByIndex(self, index: int) -> dict[str, Any]:  # noqa: N802 - as the library calls it
        gpu: dict[str, Any] = self.moment["gpus"][index]
        return gpu

    def nvmlSystemGetDriverVersion(self) -> str:  # noqa: N802 - as the library calls it
        return str(self.moment["driver"])

    def nvmlDeviceGetName(self, gpu: dict[str, Any]) -> str:  # noqa: N802 - as the library calls it
        return str(gpu["name"])

    def nvmlDeviceGetMemoryInfo(self, gpu: dict[str, Any]) -> SimpleNamespace:  # noqa: N802 - as the library calls it
        return SimpleNamespace(**answer(gpu["memory"]))

    def nvmlDeviceGetUtilizationRates(self, gpu: dict[str, Any]) -> SimpleNamespace:  # noqa: N802 - as the library calls it
        return SimpleNamespace(**answer(gpu["utilization"]))

    def nvmlDeviceGetClockInfo(self, gpu: dict[str, Any], kind: int) -> int:  # noqa: N802 - as the library calls it
        return int(answer(gpu["clock_sm"]))

    def nvmlDeviceGetMaxClockInfo(self, gpu: dict[str, Any], kind: int) -> int:  # noqa: N802 - as the library calls it
        return int(answer(gpu["max_sm"]))

    def nvmlDeviceGetTemperature(self, gpu: dict[str, Any], sensor: int) -> int:  # noqa: N802 - as the library calls it
        return int(answer(gpu["temperature_gpu"]))

    def nvmlDeviceGetPowerUsage(self, gpu: dict[str, Any]) -> int:  # noqa: N802 - as the library calls it
        return int(answer(gpu["power_mw"]))

    def nvmlDeviceGetEnforcedPowerLimit(self, gpu: dict[str, Any]) -> int:  # noqa: N802 - as the library calls it
        return int(answer(gpu["power_limit_mw"]))

    def nvmlDeviceGetCurrentClocksThrottleReasons(self, gpu: dict[str, Any]) -> int:  # noqa: N802 - as the library calls it
        return int(answer(gpu["throttle"]))

    def nvmlDeviceGetComputeRunningProcesses(self, gpu: dict[str, Any]) -> list[SimpleNamespace]:  # noqa: N802 - as the library calls it
        return [SimpleNamespace(**each) for each in answer(gpu["compute"])]

    def nvmlDeviceGetGraphicsRunningProcesses(self, gpu: dict[str, Any]) -> list[SimpleNamespace]:  # noqa: N802 - as the library calls it
        return [SimpleNamespace(**each) for each in answer(gpu["graphics"])]


def answer(recorded: Any) -> Any:
    """Return the recorded answer, or raise the recorded error."""
    if isinstance(recorded, dict) and "error" in recorded:
        raise NVMLError(recorded.get("value", 3), recorded.get("text", "Not Supported"))
    return recorded
