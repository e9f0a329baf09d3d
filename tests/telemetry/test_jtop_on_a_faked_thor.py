"""The real jetson-stats service on a faked Thor: what the helper says is what the unit shows, and its failures are told."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from tests.thor_fake import truth
from tests.thor_fake.jetson_stats import CannotBeHad, python_with
from tests.thor_fake.thor import FakeThor
from tests.thor_fake.truth import Truth
from thorhud.domain.telemetry import TelemetrySnapshot
from thorhud.telemetry.jtop_source import HELPER, JtopSource
from thorhud.telemetry.machine import MachineSource
from thorhud.telemetry.sources import Sample

pytestmark = pytest.mark.jtop
ENTER = Path(truth.__file__).with_name("enter.py")
OLD = "4.3.2"


def python(version: str) -> Path:
    """Return a Python with that jetson-stats; where it was promised, its absence is a failure."""
    try:
        return python_with(version)
    except CannotBeHad as error:
        if "jtop" in os.environ.get("THORHUD_REQUIRE", "").split(","):
            raise
        pytest.skip(str(error))


@pytest.fixture
def thor(tmp_path: Path) -> Iterator[FakeThor]:
    fake = FakeThor(tmp_path / "thor")
    fake.build_driver()
    yield fake
    fake.close()


@pytest.fixture
def serving_thor(thor: FakeThor) -> FakeThor:
    thor.start_service(Path(sys.executable))
    return thor


@pytest.fixture
async def jtop(thor: FakeThor) -> AsyncIterator[JtopSource]:
    source = JtopSource(thor.socket, command=lambda socket: [sys.executable, str(HELPER), str(socket)])
    yield source
    source.close()


async def until(source: JtopSource, fulfilled: Callable[[Sample], bool], *, within_s: float = 25.0) -> Sample:
    """Read as the agent does, only more often, until a sample fulfils a condition."""
    async with asyncio.timeout(within_s):
        while not fulfilled(sample := await source.read()):
            await asyncio.sleep(0.05)
    return sample


async def taken_after(source: JtopSource, moment_s: float) -> Sample:
    """Return a sample whose values are of a later moment."""
    return await until(source, lambda each: time.monotonic() - (each.state.age_s or 99.0) > moment_s)


def answers(sample: Sample) -> bool:
    return sample.state.reason is None and sample.values.gpu_load.value is not None


def silent(sample: Sample) -> bool:
    return sample.state.reason is not None


def assert_true_of(values: TelemetrySnapshot, shown: Truth) -> None:
    """Compare what any source says with what the unit shows."""
    rails = {rail.name: rail.power_w for rail in values.rails.value or ()}
    assert values.power_w.value == pytest.approx(shown.input_w, abs=0.01)
    assert {name: rails[name] for name in shown.rails_w} == pytest.approx(shown.rails_w, abs=0.02)
    assert values.gpu_power_w.value == pytest.approx(shown.rails_w["VDD_GPU"], abs=0.02)
    assert values.gpu_clock_mhz.value == shown.gpu_mhz
    assert values.gpu_clock_max_mhz.value == truth.GPU_MAX_MHZ
    assert values.temp_c.value == pytest.approx(shown.tj_c, abs=0.01)
    assert values.temp_zone.value == "tj"
    assert values.gpu_temp_c.value == (None if shown.gated else pytest.approx(shown.tj_c - 0.2, abs=0.01))
    assert values.fan_rate.value == pytest.approx(shown.pwm / 255, abs=0.001)
    assert values.fan_rpm.value == shown.rpm
    assert values.cpu_cores.value == truth.CORES
    assert values.cpu_load.value == pytest.approx(shown.cpu_load, abs=0.02)
    assert values.memory_clock_mhz.value == 2750
    assert values.power_mode.value == "120W"
    assert values.power_limit_w.value == 120
    assert values.power_modes.value == truth.MODES
    assert values.jetson_clocks.value is False


async def test_jtop_and_our_own_readers_tell_the_truth_under_changing_load(
    serving_thor: FakeThor, jtop: JtopSource
) -> None:
    await until(jtop, answers)
    own = MachineSource(serving_thor.root)
    await own.read()
    for load in (0.9, 0.3, 0.0):
        shown = serving_thor.set_load(load)
        await own.read()
        # two whole ticks of the service under this load alone
        sample = await taken_after(jtop, time.monotonic() + 2.1)
        machine = await own.read()

        assert_true_of(sample.values, shown)
        assert_true_of(machine, shown)
        assert sample.values.gpu_load.value == load
        assert (sample.state.age_s or 0.0) < 1.5
        assert machine.memory.value is not None
        assert machine.memory.value.available_bytes == shown.available_kib * 1024
        assert machine.memory.value.free_bytes == shown.free_kib * 1024
        server = next(each for each in sample.values.gpu_processes.value or () if each.pid == truth.SERVER_PID)
        assert (server.gpu_bytes or 0) == shown.server_bytes
    own.close()


async def test_jtops_wrong_total_of_the_cpu_never_shows(serving_thor: FakeThor, jtop: JtopSource) -> None:
    await until(jtop, answers)
    loads: list[float | None] = []
    last_s = time.monotonic()
    while len(loads) < 4:  # jtop's total is right at every other sample only
        sample = await jtop.read()
        taken_s = time.monotonic() - (sample.state.age_s or 0.0)
        if taken_s > last_s + 0.5:
            loads.append(sample.values.cpu_load.value)
            last_s = taken_s
        await asyncio.sleep(0.05)

    assert loads == pytest.approx([serving_thor.truth.cpu_load] * 4, abs=0.03)


async def test_a_driver_that_tells_no_load_gives_none_and_not_zero(thor: FakeThor, jtop: JtopSource) -> None:
    thor.nvml = {"util": -1}
    thor.set_load(0.9)
    thor.start_service(Path(sys.executable))

    sample = await until(jtop, lambda each: each.state.age_s is not None)

    assert sample.values.gpu_load.value is None
    assert "does not tell its load" in (sample.values.gpu_load.reason or "")


async def test_clocks_of_the_driver_in_mhz_are_not_taken_for_khz(thor: FakeThor, jtop: JtopSource) -> None:
    thor.nvml = {"clock_sm": 945, "clock_sm_max": 1575}
    thor.set_load(0.5)
    thor.start_service(Path(sys.executable))

    sample = await until(jtop, answers)

    assert (sample.values.gpu_clock_mhz.value, sample.values.gpu_clock_max_mhz.value) == (945, 1575)


async def test_without_the_drivers_library_jtop_sees_no_gpu(tmp_path: Path) -> None:
    bare = FakeThor(tmp_path / "bare")
    source = JtopSource(bare.socket, command=lambda socket: [sys.executable, str(HELPER), str(socket)])
    try:
        bare.start_service(Path(sys.executable))
        sample = await until(source, lambda each: each.state.age_s is not None)
    finally:
        source.close()
        bare.close()

    assert sample.values.gpu_load.reason == "jtop knows no load of the GPU."
    assert sample.values.gpu_processes.reason == "jtop sees no GPU."
    assert sample.values.power_w.value == pytest.approx(54.8)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
async def test_a_service_that_ends_is_told_and_picked_up_when_it_runs_again(
    serving_thor: FakeThor, jtop: JtopSource, number: signal.Signals
) -> None:
    await until(jtop, answers)
    serving_thor.stop_service(number)
    stopped = await until(jtop, silent)
    serving_thor.start_service(Path(sys.executable))
    again = await until(jtop, answers)

    assert (stopped.state.reason or "").endswith(".")
    assert again.values.gpu_load.value == 0.5


async def test_a_service_that_freezes_is_told_and_never_shown_as_live(serving_thor: FakeThor, jtop: JtopSource) -> None:
    await until(jtop, answers)
    serving_thor.signal_service(signal.SIGSTOP)
    frozen = await until(jtop, silent)
    lost = await until(jtop, lambda each: each.values.gpu_load.value is None, within_s=15)
    serving_thor.stop_service(signal.SIGKILL)
    serving_thor.start_service(Path(sys.executable))
    again = await until(jtop, answers, within_s=60)

    assert frozen.state.reason
    assert (lost.state.age_s or 0) > 10 or lost.state.age_s is None
    assert again.values.gpu_load.value == 0.5


async def test_connecting_to_a_frozen_service_ends_and_is_tried_again(
    serving_thor: FakeThor, jtop: JtopSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("thorhud.telemetry.jtop_source.CONNECT_S", 3.0)
    serving_thor.signal_service(signal.SIGSTOP)
    await jtop.read()
    first = jtop.pid
    given_up = await until(jtop, lambda _: jtop.pid is None)
    serving_thor.signal_service(signal.SIGCONT)
    again = await until(jtop, answers)

    assert first is not None
    assert "let us wait for 3 s" in (given_up.state.reason or "")
    assert again.values.gpu_load.value == 0.5


async def test_a_helper_that_freezes_is_replaced(serving_thor: FakeThor, jtop: JtopSource) -> None:
    await until(jtop, answers)
    first = jtop.pid
    assert first is not None
    os.kill(first, signal.SIGSTOP)
    silence = await until(jtop, silent)
    await until(jtop, answers)

    assert "said nothing" in (silence.state.reason or "")
    assert jtop.pid != first


async def test_a_sampler_that_nvpmodel_has_killed_is_told(serving_thor: FakeThor, jtop: JtopSource) -> None:
    """`nvpmodel -q` slower than four seconds, as under a busy vLLM: jtop's own sampler does not survive it."""
    await until(jtop, answers)
    (serving_thor.folder / "nvpmodel_takes_s").write_text("6")
    dead = await until(jtop, silent, within_s=40)
    (serving_thor.folder / "nvpmodel_takes_s").unlink()
    serving_thor.stop_service(signal.SIGKILL)  # what systemd does ten seconds later
    serving_thor.start_service(Path(sys.executable))
    again = await until(jtop, answers, within_s=60)

    assert dead.state.reason
    assert again.values.power_mode.value == "120W"


async def test_whoever_came_first_with_a_longer_interval_does_not_silence_us(
    serving_thor: FakeThor, jtop: JtopSource
) -> None:
    other = (
        "import sys, jtop.service; jtop.service.JTOP_PIPE = sys.argv[1]\n"
        "from jtop import jtop\n"
        "with jtop(interval=4.0) as client:\n"
        "    print('connected', flush=True)\n"
        "    while client.ok(): pass\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", other, serving_thor.socket], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as slow:
        assert slow.stdout is not None
        slow.stdout.readline()
        await until(jtop, answers)
        helper = jtop.pid
        until_s = time.monotonic() + 6
        reasons = set()
        while time.monotonic() < until_s:
            reasons.add((await jtop.read()).state.reason)
            await asyncio.sleep(0.2)
        slow.kill()

    assert reasons == {None}
    assert jtop.pid == helper


async def test_an_older_service_is_read_for_what_it_knows_and_both_versions_are_named(
    thor: FakeThor, jtop: JtopSource
) -> None:
    thor.start_service(python(OLD))

    sample = await until(jtop, lambda each: each.state.age_s is not None)

    assert OLD in (sample.state.reason or "")
    assert "7.2" in (sample.state.reason or "")
    assert sample.state.detail == f"jetson-stats {OLD}"
    assert sample.values.gpu_load.value is None
    assert sample.values.power_w.value == pytest.approx(sum(thor.truth.rails_w.values()), abs=0.02)
    assert sample.values.temp_c.value == pytest.approx(thor.truth.tj_c, abs=0.01)
    assert sample.values.memory_clock_mhz.value is None
    assert sample.values.cpu_load.value == pytest.approx(thor.truth.cpu_load, abs=0.03)


async def test_an_older_library_with_its_own_service_works_too_and_is_called_blind(thor: FakeThor) -> None:
    old = python(OLD)
    thor.start_service(old)
    source = JtopSource(thor.socket, command=lambda socket: [str(old), str(HELPER), str(socket)])
    try:
        sample = await until(source, lambda each: each.state.age_s is not None)
    finally:
        source.close()

    assert "older than Thor" in (sample.state.reason or "")
    assert sample.values.power_mode.value == "120W"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can try another account")
async def test_an_account_outside_the_group_is_told_what_to_do(serving_thor: FakeThor) -> None:
    command = [shutil.which("setpriv") or "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    script = (
        "import json, os; os.stat(os.environ['S']); print(json.dumps({'kind': 'trouble', 'what': 'x', 'text': 'y'}))"
    )
    for folder in (serving_thor.folder, *serving_thor.folder.parents):
        if folder.stat().st_mode & 0o005 != 0o005 and folder.is_relative_to("/tmp"):
            folder.chmod(0o755)
    reachable = subprocess.run(
        [*command, sys.executable, "-c", script], env={"S": str(serving_thor.socket)}, capture_output=True, check=False
    )
    if reachable.returncode != 0:
        pytest.skip("another account cannot run the Python of these tests")
    source = JtopSource(
        serving_thor.socket, command=lambda socket: [*command, sys.executable, str(HELPER), str(socket)]
    )
    try:
        sample = await until(source, lambda each: "group jtop" in (each.state.reason or ""))
    finally:
        source.close()

    assert sample.values.gpu_load.value is None


def test_the_driver_of_a_thor_is_read_through_its_own_library(thor: FakeThor) -> None:
    """In a process of its own, which finds the fake library as it would find NVIDIA's."""
    thor.set_load(0.75)
    script = (
        "import asyncio, sys, json\n"
        "from pathlib import Path\n"
        "from thorhud.domain.wire import plain\n"
        "from thorhud.telemetry.nvml import NvmlSource\n"
        "async def main():\n"
        "    source = NvmlSource(Path(sys.argv[1]))\n"
        "    print(json.dumps(plain(await source.read())))\n"
        "asyncio.run(main())\n"
    )
    environment = {**os.environ, "LD_LIBRARY_PATH": str(thor.folder / "lib"), "THOR_FAKE_DIR": str(thor.folder)}
    done = subprocess.run(
        [sys.executable, "-c", script, thor.root], env=environment, capture_output=True, text=True, check=True
    )
    values = json.loads(done.stdout)["values"]

    assert values["gpu_load"]["value"] == 0.75
    assert values["gpu_name"]["value"] == "NVIDIA Thor"
    assert values["gpu_clock_mhz"]["value"] is None
    assert "Not Supported" in values["gpu_clock_mhz"]["reason"]
    assert values["gpu_memory"]["reason"] == "This GPU has no memory of its own: it shares the unit's."
    assert values["power_w"] == {"value": None, "reason": None, "source": None, "age_s": None}
    server, desktop = values["gpu_processes"]["value"]
    assert (server["pid"], server["name"]) == (truth.SERVER_PID, "VLLM::EngineCor")
    assert server["gpu_bytes"] == thor.truth.server_bytes
    assert server["container_id"] == "ab12ab12ab12"
    assert desktop["gpu_bytes"] == 0


async def test_the_faked_thor_says_who_it_is(thor: FakeThor) -> None:
    identity = await MachineSource(thor.root, interfaces=list).identity()

    assert (identity.hostname, identity.number) == (truth.HOSTNAME, 7)
    assert (identity.l4t.value, identity.jetpack.value) == ("38.4.0", "7.1")
    assert identity.module.value == "Jetson T5000 (p3834-0008)"
    assert identity.serial.value == "••••••••••345"
    assert identity.is_jetson


INSIDE = """
import asyncio, json
from thorhud.domain.wire import plain
from thorhud.telemetry.machine import MachineSource

async def main():
    source = MachineSource(interfaces=list)
    async with asyncio.timeout(25):
        while (snapshot := await source.read()).memory_load.value is None or snapshot.cpu_load.value is None:
            await asyncio.sleep(0.2)
    print(json.dumps({"telemetry": plain(snapshot), "identity": plain(await source.identity())}))
    source.close()

asyncio.run(main())
"""


def test_on_the_unit_itself_each_value_comes_from_the_source_that_is_trusted_most(serving_thor: FakeThor) -> None:
    """The program as it runs on a unit, with no word about where anything is: inside the faked Thor."""
    done = subprocess.run(
        [sys.executable, ENTER, serving_thor.folder, sys.executable, "-c", INSIDE],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    told = json.loads(done.stdout)
    telemetry = told["telemetry"]
    from_whom = {name: value["source"] for name, value in telemetry.items() if isinstance(value, dict)}

    assert {each["name"]: each["reason"] for each in telemetry["sources"]} == {
        "proc": None,
        "sys": None,
        "nvml": None,
        "jtop": None,
        "tegrastats": "It is not needed: the kernel's files tell the same.",
        "psutil": "It is not needed: the kernel's files tell the same.",
    }
    assert telemetry["gpu_load"]["value"] == 0.5
    assert from_whom["gpu_load"] == "nvml"
    assert from_whom["gpu_clock_mhz"] == "devfreq gpu-gpc-0"
    assert from_whom["power_w"] == "VIN"
    assert from_whom["memory"] == "/proc/meminfo"
    assert from_whom["memory_load"] == "jtop"
    assert from_whom["jetson_clocks"] == "jtop"
    assert from_whom["power_mode"] == "nvpmodel"
    assert telemetry["memory"]["value"]["total_bytes"] == truth.RAM_KIB * 1024
    assert telemetry["gpu_processes"]["value"][0]["name"] == "VLLM::EngineCor"
    assert told["identity"]["machine"]["value"] == truth.MODEL
    assert told["identity"]["is_jetson"] is True
