"""The driver as a source: what a real H200 answered, what a Thor does not, and drivers that fail."""

import asyncio
import copy
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from tests.telemetry.fake_nvml import NVMLError, RecordedNvml
from thorhud.domain.telemetry import GpuMemory, ProcessMemory
from thorhud.telemetry.merging import merged
from thorhud.telemetry.nvml import NvmlSource

DATA = Path(__file__).parents[1] / "data/telemetry"
H200: dict[str, Any] = json.loads((DATA / "nvml_h200_driver580.json").read_text())
NOT_SUPPORTED = {"error": "NVMLError_NotSupported", "text": "Not Supported"}


class Clock:
    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


def moment(state: str, **changes: Any) -> dict[str, Any]:
    """Return a recorded moment with some answers of the first GPU changed."""
    copied = copy.deepcopy(H200[state])
    copied["gpus"][0].update(changes)
    return cast("dict[str, Any]", copied)


@pytest.fixture
def sources() -> Iterator[list[NvmlSource]]:
    made: list[NvmlSource] = []
    yield made
    for each in made:
        each.close()


def reading(library: RecordedNvml, clock: Clock, made: list[NvmlSource], root: Path = Path("/nowhere")) -> NvmlSource:
    made.append(NvmlSource(root, library=lambda: cast("Any", library), clock=clock))
    return made[-1]


async def test_a_busy_discrete_gpu_is_shown_as_it_is(tmp_path: Path, clock: Clock, sources: list[NvmlSource]) -> None:
    (tmp_path / "proc/399").mkdir(parents=True)
    (tmp_path / "proc/399/comm").write_text("python\n")

    sample = await reading(RecordedNvml(moment("load")), clock, sources, tmp_path).read()
    values = sample.values

    assert sample.state.detail == "driver 580.159.04"
    assert values.gpu_name.value == "NVIDIA H200"
    assert values.gpu_load.value == 0.99
    assert (values.gpu_clock_mhz.value, values.gpu_clock_max_mhz.value) == (1740, 1980)
    assert values.gpu_temp_c.value == 66
    assert values.gpu_power_w.value == pytest.approx(639.238)
    assert values.gpu_memory.value == GpuMemory(
        total_bytes=150754820096, used_bytes=1799225344, free_bytes=148955594752
    )
    assert values.gpu_processes.value == (ProcessMemory(pid=399, name="python", gpu_bytes=1145044992),)
    assert values.throttle_causes.value == ("power cap",)
    assert values.throttling.value is True


async def test_without_sensors_of_the_machine_the_boards_own_are_shown_as_such(
    clock: Clock, sources: list[NvmlSource]
) -> None:
    sample = await reading(RecordedNvml(moment("load")), clock, sources).read()

    snapshot = merged([sample], 0.0)

    assert (snapshot.power_w.value, snapshot.power_w.source) == (639.238, "GPU board")
    assert (snapshot.power_limit_w.value, snapshot.power_limit_w.source) == (700, "GPU board")
    assert (snapshot.temp_c.value, snapshot.temp_zone.value) == (66, "gpu")


async def test_an_idle_gpu_does_not_throttle(clock: Clock, sources: list[NvmlSource]) -> None:
    values = (await reading(RecordedNvml(moment("idle")), clock, sources).read()).values

    assert values.gpu_load.value == 0.0
    assert values.throttling.value is False
    assert values.gpu_processes.value == ()


async def test_a_thor_of_an_older_driver_tells_its_load_and_little_else(
    clock: Clock, sources: list[NvmlSource]
) -> None:
    silent = dict.fromkeys(
        ("memory", "temperature_gpu", "power_mw", "power_limit_mw", "clock_sm", "max_sm", "throttle"), NOT_SUPPORTED
    )
    library = RecordedNvml(moment("load", name="NVIDIA Thor", **silent))

    values = (await reading(library, clock, sources).read()).values

    assert values.gpu_load.value == 0.99
    assert values.gpu_memory.reason == "This GPU has no memory of its own: it shares the unit's."
    for told in (values.gpu_temp_c, values.gpu_power_w, values.gpu_clock_mhz, values.throttling):
        assert told.value is None
        assert "Not Supported" in (told.reason or "")
    assert values.power_w.reason is None  # a Thor's own rails tell it; the driver has no say
    assert values.gpu_processes.value is not None


async def test_a_load_that_is_not_supported_is_none_and_not_zero(clock: Clock, sources: list[NvmlSource]) -> None:
    values = (await reading(RecordedNvml(moment("load", utilization=NOT_SUPPORTED)), clock, sources).read()).values

    assert values.gpu_load.value is None
    assert values.gpu_load.reason == "NVIDIA's driver does not tell it for NVIDIA H200: Not Supported."


async def test_a_process_in_both_lists_counts_once_and_unknown_memory_stays_unknown(
    clock: Clock, sources: list[NvmlSource]
) -> None:
    def holds(pid: int, size: int | None) -> dict[str, Any]:
        return {"pid": pid, "usedGpuMemory": size}

    library = RecordedNvml(
        moment("load", compute=[holds(7, 500), holds(9, None)], graphics=[holds(7, 400), holds(8, 0)])
    )

    values = (await reading(library, clock, sources).read()).values

    assert [(each.pid, each.gpu_bytes) for each in values.gpu_processes.value or ()] == [(7, 500), (8, 0), (9, None)]


async def test_of_several_gpus_the_first_is_shown_and_their_number_said(
    clock: Clock, sources: list[NvmlSource]
) -> None:
    several = moment("idle")
    several["gpus"] *= 8

    assert (await reading(RecordedNvml(several), clock, sources).read()).state.detail == (
        "driver 580.159.04, first of 8 GPUs"
    )


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (NVMLError(12, "NVML Shared Library Not Found"), "This machine has no driver of NVIDIA."),
        (NVMLError(9, "Driver Not Loaded"), "This machine has no driver of NVIDIA."),
        (NVMLError(18, "Driver/library version mismatch"), "cannot be reached: Driver/library version mismatch."),
    ],
)
async def test_a_driver_that_is_not_there_is_asked_again_only_later(
    clock: Clock, sources: list[NvmlSource], error: NVMLError, words: str
) -> None:
    library = RecordedNvml(moment("idle"))
    library.no_driver = error
    source = reading(library, clock, sources)
    silent = await source.read()
    library.no_driver = None
    clock.now_s = 29.0
    waiting = await source.read()
    clock.now_s = 31.0
    again = await source.read()

    assert words in (silent.state.reason or "")
    assert waiting.state.reason == silent.state.reason
    assert again.values.gpu_name.value == "NVIDIA H200"


async def test_a_gpu_that_falls_off_the_bus_is_a_reason_and_let_go(clock: Clock, sources: list[NvmlSource]) -> None:
    library = RecordedNvml(moment("load"))
    source = reading(library, clock, sources)
    await source.read()
    library.moment["gpus"][0]["utilization"] = {"error": "x", "value": 15, "text": "GPU is lost"}

    lost = await source.read()

    assert lost.state.reason == "NVIDIA's driver has lost the GPU: GPU is lost."
    assert lost.values.gpu_name.value is None
    assert library.shutdowns == 1


async def test_without_the_library_the_reason_says_so(clock: Clock, sources: list[NvmlSource]) -> None:
    def missing() -> Any:
        raise ImportError

    sources.append(NvmlSource(library=missing, clock=clock))

    assert (await sources[0].read()).state.reason == "nvidia-ml-py is not installed."


async def test_a_driver_that_hangs_holds_up_nobody(clock: Clock, sources: list[NvmlSource]) -> None:
    released = threading.Event()

    class Hanging(RecordedNvml):
        def nvmlDeviceGetUtilizationRates(self, gpu: dict[str, Any]) -> Any:  # noqa: N802 - as the library calls it
            released.wait(20)
            return super().nvmlDeviceGetUtilizationRates(gpu)

    source = reading(Hanging(moment("load")), clock, sources)
    source._thread._patience_s = 0.05
    hanging, still = await source.read(), await source.read()
    released.set()
    while (answered := await source.read()).state.reason is not None:
        await asyncio.sleep(0.01)

    assert hanging.state.reason == still.state.reason == "NVIDIA's driver does not answer."
    assert answered.values.gpu_load.value == 0.99


def test_the_sample_that_this_source_read_of_a_real_h200_is_whole() -> None:
    kept = json.loads((DATA / "nvml_h200_look.json").read_text())
    idle, load = kept["idle"]["values"], kept["load"]["values"]

    assert load["gpu_load"]["value"] > 0.9
    assert idle["gpu_load"]["value"] == 0.0
    assert load["gpu_power_w"]["value"] > 4 * idle["gpu_power_w"]["value"]
    assert load["throttle_causes"]["value"] == ["power cap"]
    assert load["gpu_processes"]["value"][0]["gpu_bytes"] > 500 * 1024**2
