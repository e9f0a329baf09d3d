"""Looks at the machine itself: memory, processes, ports, swap, clock, power, release, network, socket."""

import re
import socket
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from thorhud.checks.listeners import port_holder, vllm_processes
from thorhud.checks.look import Look
from thorhud.checks.own_time import in_thread
from thorhud.domain.checks import Finding, failed, passed, unknown
from thorhud.domain.docker_judgement import SeenContainer
from thorhud.domain.errors import SettingsError
from thorhud.domain.memory import memory_ledger
from thorhud.domain.reading import Reading
from thorhud.domain.repairs import RepairId
from thorhud.domain.telemetry import ProcessMemory, TelemetrySnapshot
from thorhud.domain.trouble import reaches
from thorhud.domain.unit_judgement import (
    PortHolder,
    judge_chat_page,
    judge_clocks,
    judge_l4t,
    judge_leftovers,
    judge_memory,
    judge_pin,
    judge_port,
    judge_power_mode,
    judge_socket,
    judge_swap,
    judge_throttling,
    judge_time,
)
from thorhud.settings.pin_file import PinFile
from thorhud.telemetry.kernel_files import number_of, thermal_folders
from thorhud.telemetry.machine_names import read_l4t
from thorhud.telemetry.memory_file import read_memory
from thorhud.telemetry.power_mode import read_power_mode
from thorhud.telemetry.processes import describe, read_large_processes
from thorhud.telemetry.releases import JETPACKS
from thorhud.telemetry.throttle import read_causes, throttling_devices

_GPU_CLOCK = "sys/class/devfreq/gpu-gpc-0"
_GPU_PROCESSES = ("nvidia-smi", "--query-compute-apps=pid,used_memory", "--format=csv,noheader,nounits")
_HUB_PATIENCE_S = 3.0


async def gpu(look: Look) -> Iterable[Finding]:
    """Ask the driver for its list of GPUs."""
    expected = "nvidia-smi names the GPU"
    listed = await look.unit.program("nvidia-smi", "-L")
    if listed is not None and (found := re.search(r"GPU \d+: (.+?)(?: \(UUID|$)", listed, re.MULTILINE)):
        return [passed(found[1], expected=expected)]
    fix = "Reboot the unit: the driver is loaded when it starts."
    return [failed("nvidia-smi names none", expected=expected, fix=fix, repair=RepairId.REBOOT, command="nvidia-smi")]


async def memory(look: Look) -> Iterable[Finding]:
    """Look who holds the memory that the next start would need."""
    unit = look.unit
    on_gpu = gpu_processes(unit.root, await unit.program(*_GPU_PROCESSES))
    sample = await in_thread(lambda: _memory_sample(unit.root, on_gpu))
    ledger = memory_ledger(sample, None, unit.workshop)
    if ledger is None:
        return [unknown(sample.memory.reason or "the memory cannot be read")]
    running = await _running(look)
    processes = await in_thread(lambda: vllm_processes(unit.root))
    serving = any(each.container in running for each in processes) or any(each.serves_vllm for each in running.values())
    leftovers = any(each.outlived(running) for each in processes)
    return [judge_memory(ledger, serving=serving, leftovers=leftovers)]


def _memory_sample(root: Path, on_gpu: Reading[tuple[ProcessMemory, ...]]) -> TelemetrySnapshot:
    found, swap_space = read_memory(root)
    return TelemetrySnapshot(
        taken_s=0.0, memory=found, swap=swap_space, gpu_processes=on_gpu, large_processes=read_large_processes(root)
    )


def gpu_processes(root: Path, listed: str | None) -> Reading[tuple[ProcessMemory, ...]]:
    """Read nvidia-smi's list of processes with their MiB; what is [N/A] counts for nothing."""
    if listed is None:
        return Reading(reason="nvidia-smi names no processes.")
    rows = re.findall(r"^\s*(\d+)\s*,\s*(\d+)\s*$", listed, re.MULTILINE)
    return Reading(value=tuple(describe(root, int(pid), gpu_bytes=int(mib) * 1024**2) for pid, mib in rows))


async def _running(look: Look) -> dict[str, SeenContainer]:
    """Return the running containers by id."""
    return {each.id: each for each in (await look.docker()).containers if each.running}


async def leftovers(look: Look) -> Iterable[Finding]:
    """Look for servers that nobody asks any more, and for ended containers of ours."""
    facts = await look.docker()
    processes = await in_thread(lambda: vllm_processes(look.unit.root))
    if not facts.answers and any(each.container for each in processes):
        return [unknown("Docker does not answer, so nobody says whose containers run.")]
    running = await _running(look)
    ended = [each.name for each in facts.containers if each.ours and not each.running]
    return [judge_leftovers(processes, running, ended)]


async def swap(look: Look) -> Iterable[Finding]:
    """Read swap from the kernel's account of memory."""
    _, reading = await in_thread(lambda: read_memory(look.unit.root))
    if reading.value is None:
        return [unknown("/proc/meminfo says nothing about swap")]
    return [judge_swap(reading.value.total_bytes, reading.value.used_bytes)]


async def api_port(look: Look) -> Iterable[Finding]:
    """Look who listens on the port of the model: a running vLLM may, and nothing else."""
    running = await _running(look)
    serving = {each.name for each in running.values() if each.serves_vllm}
    holder = await _holder(look, look.unit.port, running)
    rightful = serving or {look.unit.workshop.container.name}
    return [judge_port(look.unit.port, holder, rightful=rightful, running=serving, blocks=True)]


async def chat_port(look: Look) -> Iterable[Finding]:
    """Look who listens on the port of the chat page."""
    page = look.unit.workshop.chat_page
    running = await _running(look)
    pages = {each.name for each in running.values() if each.name == page.name}
    holder = await _holder(look, page.port, running)
    return [judge_port(page.port, holder, rightful={page.name}, running=pages, blocks=False)]


async def chat_page(look: Look) -> Iterable[Finding]:
    """Look which address the chat page asks for models."""
    facts = await look.docker()
    if not facts.answers:
        return [unknown("Docker does not answer.")]
    port = look.unit.port
    fits = facts.chat_asks is not None and reaches(facts.chat_asks, f"http://127.0.0.1:{port}/v1")
    return [judge_chat_page(facts.chat_asks, port, fits=fits)]


async def _holder(look: Look, port: int, running: dict[str, SeenContainer]) -> PortHolder | None:
    """Return who listens, by its container's name where Docker knows the container."""
    holder = await in_thread(lambda: port_holder(look.unit.root, port))
    if holder is None or holder.container is None:
        return holder
    container = running.get(holder.container)
    return PortHolder(pid=holder.pid, name=holder.name, container=container.name if container else None)


async def time(look: Look) -> Iterable[Finding]:
    """Ask the kernel whether something keeps its clock right."""
    marked = (look.unit.root / "run/systemd/timesync/synchronized").exists()
    return [judge_time(synchronised=True if marked else look.unit.synchronised())]


async def power_mode(look: Look) -> Iterable[Finding]:
    """Read the mode that nvpmodel keeps, or ask it where its files do not tell."""
    mode = (await in_thread(lambda: read_power_mode(look.unit.root)))[0].value
    if mode is None:
        found = re.search(r"NV Power Mode:\s*(\S+)", await look.unit.program("nvpmodel", "-q") or "")
        mode = found[1] if found else None
    return [judge_power_mode(mode)]


async def throttling(look: Look) -> Iterable[Finding]:
    """Ask the kernel's cooling devices."""
    folders = await in_thread(lambda: thermal_folders(look.unit.root, "cooling_device"))
    return [judge_throttling(await in_thread(lambda: read_causes(throttling_devices(folders))))]


async def clocks(look: Look) -> Iterable[Finding]:
    """Read the range within which the GPU's clock may move."""
    folder = look.unit.root / _GPU_CLOCK
    return [judge_clocks(number_of(folder / "min_freq"), number_of(folder / "max_freq"))]


async def l4t(look: Look) -> Iterable[Finding]:
    """Read the release file."""
    return [judge_l4t(read_l4t(look.unit.root).value, JETPACKS)]


async def internet(look: Look) -> Iterable[Finding]:
    """Try the hubs; to be offline is no fault."""
    expected = "either; a prepared unit needs none"
    for host, port in look.unit.hubs:
        if await in_thread(partial(_reaches, host, port)):
            return [passed(f"{host} answers", expected=expected)]
    return [passed("none; models and images that are missing cannot be fetched", expected=expected)]


def _reaches(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=_HUB_PATIENCE_S):
            return True
    except OSError:
        return False


async def ta_pin(look: Look) -> Iterable[Finding]:
    """Look whether a PIN guards the touch display."""
    path = look.unit.pin_file
    if path is None:
        return [unknown("nobody says where it would be kept")]
    try:
        return [judge_pin(pin_set=await in_thread(lambda: PinFile(path).exists))]
    except SettingsError:
        return [unknown(f"this account may not look at {path}")]


async def agent_socket(look: Look) -> Iterable[Finding]:
    """Look who may use the agent's socket, and whether somebody answers on it."""
    return [await in_thread(partial(_agent_socket, look.unit.agent_socket))]


def _agent_socket(find: Callable[[], Path]) -> Finding:
    try:
        path = find()
        mode = path.stat().st_mode
    except SettingsError as error:
        return failed(str(error), expected="a folder that nobody else may write to", fix=error.next_step)
    except OSError:
        return judge_socket(None, answers=False)
    return judge_socket(mode, answers=_answers(path))


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as door:
        door.settimeout(2.0)
        try:
            door.connect(str(path))
        except OSError:
            return False
    return True
