"""What is remembered of a unit's hardware: a dozen values each second, everything else once a minute."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Final

from thorhud.domain.reading import Reading
from thorhud.domain.state import AgentState, PromptPhase
from thorhud.domain.telemetry import Memory, TelemetrySnapshot

MIB: Final = 1024**2


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryValue:
    """One remembered value: its stable name, its unit of measure, and how it becomes a whole number.

    ``steps`` is how many steps one unit of measure has: a power of 83.4 W with 10 steps is stored as 834.
    """

    name: str
    unit: str
    steps: float
    read: Callable[[AgentState], float | None]

    def stored(self, state: AgentState) -> int | None:
        """Return the value as a whole number of steps, None where it was not measured."""
        value = self.read(state)
        return None if value is None else round(value * self.steps)


def _memory(read: Callable[[Memory], int]) -> Callable[[AgentState], float | None]:
    def value(state: AgentState) -> float | None:
        memory = state.telemetry.memory.value
        return None if memory is None else read(memory)

    return value


def _reading(read: Callable[[TelemetrySnapshot], Reading[float]]) -> Callable[[AgentState], float | None]:
    return lambda state: read(state.telemetry).value


def _tokens_per_s(state: AgentState) -> float | None:
    return state.prompt.tokens_per_s_now if state.prompt.phase is PromptPhase.STREAMING else None


VALUES: Final = (
    HistoryValue(name="memory_free", unit="bytes", steps=1 / MIB, read=_memory(lambda m: m.free_bytes)),
    HistoryValue(name="memory_available", unit="bytes", steps=1 / MIB, read=_memory(lambda m: m.available_bytes)),
    HistoryValue(name="memory_file_cache", unit="bytes", steps=1 / MIB, read=_memory(lambda m: m.file_cache_bytes)),
    HistoryValue(name="gpu_load", unit="share", steps=1000, read=_reading(lambda t: t.gpu_load)),
    HistoryValue(name="gpu_clock", unit="mhz", steps=1, read=_reading(lambda t: t.gpu_clock_mhz)),
    HistoryValue(name="gpu_power", unit="w", steps=10, read=_reading(lambda t: t.gpu_power_w)),
    HistoryValue(name="cpu_load", unit="share", steps=1000, read=_reading(lambda t: t.cpu_load)),
    HistoryValue(name="power", unit="w", steps=10, read=_reading(lambda t: t.power_w)),
    HistoryValue(name="temp", unit="c", steps=10, read=_reading(lambda t: t.temp_c)),
    HistoryValue(name="fan", unit="share", steps=1000, read=_reading(lambda t: t.fan_rate)),
    HistoryValue(name="disk_read", unit="bytes_per_s", steps=1 / MIB, read=_reading(lambda t: t.disk_read_bytes_per_s)),
    HistoryValue(name="tokens_per_s", unit="tokens_per_s", steps=10, read=_tokens_per_s),
)
"""Remembered each second. The order is that of the columns: add at the end, and never change a name or its steps."""

BY_NAME: Final = {each.name: each for each in VALUES}

_NOT_IN_THE_REST: Final = frozenset(
    {"taken_s", "memory", "sources", "large_processes", "power_modes", "gpu_load", "gpu_clock_mhz", "gpu_power_w"}
    | {"cpu_load", "power_w", "temp_c", "fan_rate", "disk_read_bytes_per_s", "disk_total_bytes", "cpu_cores"}
)
_NAMES_OF_ITEMS: Final = ("name", "interface", "number", "pid")
_MOST_ITEMS: Final = 32
_MOST_LETTERS: Final = 40

Leaf = bool | int | float | str


def stored_row(state: AgentState) -> tuple[int | None, ...]:
    """Return the dozen values of this second, in the order of `VALUES`."""
    return tuple(each.stored(state) for each in VALUES)


def rest_of(telemetry: TelemetrySnapshot) -> dict[str, Leaf]:
    """Return every other measured value by a dotted name: ``zones.tj.temp_c``, ``rails.VDD_GPU.power_w``."""
    found: dict[str, Leaf] = {}
    for field in fields(telemetry):
        if field.name not in _NOT_IN_THE_REST:
            reading = getattr(telemetry, field.name)
            value = reading.value if isinstance(reading, Reading) else reading
            found.update(_leaves(field.name, value))
    return found


def _leaves(name: str, value: Any) -> Iterator[tuple[str, Leaf]]:  # noqa: ANN401 - any field of a snapshot
    if isinstance(value, float):
        yield name, round(value, 3)
    elif isinstance(value, str):
        yield name, value[:_MOST_LETTERS]
    elif isinstance(value, int):
        yield name, value
    elif isinstance(value, tuple):
        for number, item in enumerate(value[:_MOST_ITEMS]):
            yield from _leaves(f"{name}.{_name_of(item, number)}", item)
    elif is_dataclass(value):
        for field in fields(value):
            if field.name not in _NAMES_OF_ITEMS:
                yield from _leaves(f"{name}.{field.name}", getattr(value, field.name))


def _name_of(item: object, number: int) -> str:
    names = (getattr(item, name, None) for name in _NAMES_OF_ITEMS)
    return str(next((each for each in names if each is not None), number))[:_MOST_LETTERS]
