"""The newest state of a unit as Prometheus text: absent values are absent, and units stand in the names."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from thorhud.domain.memory import ledger_of
from thorhud.domain.state import AgentState, CupColour, PromptPhase, ServingPhase
from thorhud.domain.telemetry import Memory, Swap, TelemetrySnapshot
from thorhud.domain.workshop import Workshop

LOST_S: Final = 10.0
"""A sample older than this is no sample of this unit any more: its values are left out, only its age stays."""
HERTZ_PER_MHZ: Final = 1e6

Labels = Mapping[str, str]
Samples = Iterable[tuple[Labels, float | None]]


@dataclass(frozen=True, slots=True)
class Gauge:
    """One metric: its name, its sentence, and where its samples come from."""

    name: str
    help: str
    samples: Callable[[TelemetrySnapshot], Samples]


def exposition(state: AgentState, workshop: Workshop | None, *, now_s: float | None = None) -> str:
    """Return the text; *now_s* is the clock of ``taken_s`` (default: now)."""
    age_s = (time.monotonic() if now_s is None else now_s) - state.telemetry.taken_s
    lines: list[str] = []
    for name, sentence, samples in (*_about_the_unit(state, age_s), *_about_serving(state)):
        lines += _metric(name, sentence, samples)
    if age_s < LOST_S:
        for gauge in GAUGES:
            lines += _metric(gauge.name, gauge.help, gauge.samples(state.telemetry))
        lines += _metric(
            "thorhud_memory_part_bytes", "Who holds the memory; the parts sum to the total.", _parts(state, workshop)
        )
    return "\n".join(lines) + "\n"


def _metric(name: str, sentence: str, samples: Samples) -> list[str]:
    """Return the lines of one metric; none where no sample has a value."""
    lines = [f"{name}{_labels(labels)} {_number(value)}" for labels, value in samples if value is not None]
    return [f"# HELP {name} {sentence}", f"# TYPE {name} gauge", *lines] if lines else []


def _labels(labels: Labels) -> str:
    pairs = ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items())
    return f"{{{pairs}}}" if pairs else ""


def _escaped(value: str) -> str:
    """Escape as the format asks; what else is no plain text is replaced, since names come from outside."""
    value = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return "".join(letter if letter.isprintable() else "?" for letter in value[:200])


def _number(value: float) -> str:
    return str(int(value)) if isinstance(value, bool) or float(value).is_integer() else repr(float(value))


def _about_the_unit(state: AgentState, age_s: float) -> Iterator[tuple[str, str, Samples]]:
    info = {
        "version": state.agent.version,
        "hostname": state.identity.hostname,
        "workshop": state.agent.workshop_id,
        "simulated": "yes" if state.agent.simulated else "no",
        "l4t": state.identity.l4t.value or "",
    }
    yield "thorhud_info", "Which unit and which agent this is; simulated values are no measurements.", [(info, 1)]
    yield "thorhud_sample_age_seconds", "How old the newest sample of the hardware is.", [({}, round(age_s, 3))]
    raised = state.cup.colour is CupColour.RED
    yield "thorhud_cup_raised", "1 while the red cup asks for help.", [({}, raised)]


def _about_serving(state: AgentState) -> Iterator[tuple[str, str, Samples]]:
    serving, prompt = state.serving, state.prompt
    phases = [({"phase": phase.value}, serving.phase is phase) for phase in ServingPhase]
    yield "thorhud_serving_phase", "1 for what serving does, 0 for what it does not.", phases
    if serving.phase is not ServingPhase.IDLE:
        info = {
            "configuration": serving.configuration_id or "",
            "model": serving.model or "",
            "vllm_version": serving.vllm_version or "",
        }
        yield "thorhud_serving_info", "What is served, or being started.", [(info, 1)]
    starting = serving.phase is ServingPhase.STARTING
    elapsed_s = serving.elapsed_s if starting else None
    yield "thorhud_serving_start_elapsed_seconds", "How long the start has taken so far.", [({}, elapsed_s)]
    remaining_s = serving.remaining_s if starting else None
    yield "thorhud_serving_start_remaining_seconds", "How long the start still takes, estimated.", [({}, remaining_s)]
    yield "thorhud_serving_ready_after_seconds", "How long this server's start took.", [({}, serving.ready_after_s)]
    finished = prompt.phase is PromptPhase.DONE
    speed, ttft_s = (prompt.tokens_per_s, prompt.ttft_s) if finished else (None, None)
    yield "thorhud_prompt_tokens_per_second", "Speed of the newest finished answer.", [({}, speed)]
    yield "thorhud_prompt_ttft_seconds", "Time to first token of the newest finished answer.", [({}, ttft_s)]


def _parts(state: AgentState, workshop: Workshop | None) -> Samples:
    ledger = ledger_of(state, workshop)
    return [] if ledger is None else [({"part": part.value}, size) for part, size in ledger.parts.items()]


def _one(read: Callable[[TelemetrySnapshot], float | None]) -> Callable[[TelemetrySnapshot], Samples]:
    return lambda telemetry: [({}, read(telemetry))]


def _of_memory(read: Callable[[Memory], int]) -> Callable[[TelemetrySnapshot], Samples]:
    return lambda t: [] if t.memory.value is None else [({}, read(t.memory.value))]


def _of_swap(read: Callable[[Swap], int]) -> Callable[[TelemetrySnapshot], Samples]:
    return lambda t: [] if t.swap.value is None else [({}, read(t.swap.value))]


def _hertz(mhz: float | None) -> float | None:
    return None if mhz is None else mhz * HERTZ_PER_MHZ


def _mode(t: TelemetrySnapshot) -> Samples:
    return [({"mode": t.power_mode.value}, 1)] if t.power_mode.value is not None else []


def _gpu_processes(t: TelemetrySnapshot) -> Samples:
    return [({"pid": str(each.pid), "name": each.name}, each.gpu_bytes) for each in t.gpu_processes.value or ()]


def _network(read: Callable[..., float]) -> Callable[[TelemetrySnapshot], Samples]:
    return lambda t: [({"interface": each.interface}, read(each)) for each in t.network.value or ()]


GAUGES: Final = (
    Gauge(
        "thorhud_memory_total_bytes",
        "All memory (MemTotal).",
        _of_memory(lambda m: m.total_bytes),
    ),
    Gauge(
        "thorhud_memory_free_bytes",
        "Free as CUDA counts it (MemFree).",
        _of_memory(lambda m: m.free_bytes),
    ),
    Gauge(
        "thorhud_memory_available_bytes",
        "Free, or given back on demand (MemAvailable).",
        _of_memory(lambda m: m.available_bytes),
    ),
    Gauge(
        "thorhud_memory_file_cache_bytes",
        "Copies of files; not free for CUDA, and not used either.",
        _of_memory(lambda m: m.file_cache_bytes),
    ),
    Gauge("thorhud_swap_total_bytes", "Swap space.", _of_swap(lambda s: s.total_bytes)),
    Gauge("thorhud_swap_used_bytes", "Swap space in use.", _of_swap(lambda s: s.used_bytes)),
    Gauge("thorhud_gpu_process_memory_bytes", "GPU memory of one process, by the driver.", _gpu_processes),
    Gauge("thorhud_gpu_load_ratio", "How busy the GPU is, 0 to 1.", _one(lambda t: t.gpu_load.value)),
    Gauge("thorhud_gpu_clock_hertz", "Clock of the GPU.", _one(lambda t: _hertz(t.gpu_clock_mhz.value))),
    Gauge("thorhud_gpu_temperature_celsius", "Temperature of the GPU.", _one(lambda t: t.gpu_temp_c.value)),
    Gauge("thorhud_gpu_power_watts", "What the GPU draws.", _one(lambda t: t.gpu_power_w.value)),
    Gauge("thorhud_memory_load_ratio", "Memory bandwidth in use, 0 to 1.", _one(lambda t: t.memory_load.value)),
    Gauge("thorhud_memory_clock_hertz", "Clock of the memory.", _one(lambda t: _hertz(t.memory_clock_mhz.value))),
    Gauge("thorhud_cpu_load_ratio", "How busy the online cores are, 0 to 1.", _one(lambda t: t.cpu_load.value)),
    Gauge("thorhud_cpu_cores", "Cores that are online.", _one(lambda t: t.cpu_cores.value)),
    Gauge("thorhud_power_watts", "What the unit draws.", _one(lambda t: t.power_w.value)),
    Gauge("thorhud_power_limit_watts", "What the power mode allows.", _one(lambda t: t.power_limit_w.value)),
    Gauge("thorhud_power_mode_info", "The power mode that is set.", _mode),
    Gauge(
        "thorhud_rail_power_watts",
        "What one power rail draws.",
        lambda t: [({"rail": each.name}, each.power_w) for each in t.rails.value or ()],
    ),
    Gauge("thorhud_temperature_celsius", "The hottest thermal zone.", _one(lambda t: t.temp_c.value)),
    Gauge(
        "thorhud_zone_temperature_celsius",
        "Temperature of one thermal zone; absent while the zone is off.",
        lambda t: [({"zone": each.name}, each.temp_c) for each in t.zones.value or ()],
    ),
    Gauge("thorhud_throttling", "1 while heat or current holds the clocks down.", _one(lambda t: t.throttling.value)),
    Gauge("thorhud_jetson_clocks", "1 while the clocks are fixed.", _one(lambda t: t.jetson_clocks.value)),
    Gauge("thorhud_fan_speed_ratio", "How hard the fan is driven, 0 to 1.", _one(lambda t: t.fan_rate.value)),
    Gauge("thorhud_fan_speed_rpm", "Turns of the fan in a minute.", _one(lambda t: t.fan_rpm.value)),
    Gauge("thorhud_disk_free_bytes", "Free space where models lie.", _one(lambda t: t.disk_free_bytes.value)),
    Gauge("thorhud_disk_total_bytes", "Size of the disk where models lie.", _one(lambda t: t.disk_total_bytes.value)),
    Gauge("thorhud_disk_read_bytes_per_second", "Read from the disk.", _one(lambda t: t.disk_read_bytes_per_s.value)),
    Gauge(
        "thorhud_disk_write_bytes_per_second", "Written to the disk.", _one(lambda t: t.disk_write_bytes_per_s.value)
    ),
    Gauge(
        "thorhud_network_receive_bytes_per_second",
        "Received through one interface.",
        _network(lambda each: each.received_bytes_per_s),
    ),
    Gauge(
        "thorhud_network_transmit_bytes_per_second",
        "Sent through one interface.",
        _network(lambda each: each.sent_bytes_per_s),
    ),
    Gauge("thorhud_uptime_seconds", "Since the unit started.", _one(lambda t: t.uptime_s.value)),
)
