"""What is remembered each second and each minute."""

from dataclasses import replace
from pathlib import Path

from thorhud.domain.history import VALUES, rest_of, stored_row
from thorhud.domain.identity import UnitIdentity
from thorhud.domain.reading import Reading
from thorhud.domain.state import AgentInfo, AgentState, PromptPhase, PromptState
from thorhud.domain.telemetry import Memory, ProcessMemory, Rail, Swap, TelemetrySnapshot, ThermalZone

EMPTY = AgentState(
    agent=AgentInfo(version="1", boot="b", pid=1, workshop_id="w"),
    identity=UnitIdentity(hostname="thor-07"),
    telemetry=TelemetrySnapshot(taken_s=0.0),
)
SAMPLE = TelemetrySnapshot(
    taken_s=0.0,
    memory=Reading(
        value=Memory(total_bytes=10 * 2**30, free_bytes=2**30, available_bytes=2**31, file_cache_bytes=2**30)
    ),
    gpu_load=Reading(value=0.9412),
    power_w=Reading(value=83.44),
    temp_c=Reading(value=63.25),
    swap=Reading(value=Swap(total_bytes=8, used_bytes=3)),
    rails=Reading(value=(Rail(name="VDD_GPU", power_w=31.25),)),
    zones=Reading(value=(ThermalZone(name="tj", temp_c=63.2512, critical_c=None),)),
    gpu_processes=Reading(value=(ProcessMemory(pid=7, name="x" * 100, gpu_bytes=5),)),
    throttling=Reading(value=False),
    power_mode=Reading(reason="nvpmodel is not installed."),
)


def stored(state: AgentState) -> dict[str, int | None]:
    return {each.name: value for each, value in zip(VALUES, stored_row(state), strict=True)}


def test_a_dozen_values_are_remembered_each_second() -> None:
    assert len(VALUES) == 12
    assert len({each.name for each in VALUES}) == 12


def test_the_page_about_the_history_names_every_value_with_its_unit() -> None:
    page = (Path(__file__).parents[2] / "docs/memory.md").read_text(encoding="utf-8")

    assert [
        f"| `{each.name}` | {each.unit} |" for each in VALUES if f"| `{each.name}` | {each.unit} |" not in page
    ] == []


def test_nothing_measured_is_nothing_and_not_zero() -> None:
    assert set(stored(EMPTY).values()) == {None}


def test_values_become_whole_numbers_of_fine_enough_steps() -> None:
    found = stored(replace(EMPTY, telemetry=SAMPLE))

    assert (found["gpu_load"], found["power"], found["temp"], found["memory_free"]) == (941, 834, 632, 1024)


def test_the_token_rate_counts_only_while_an_answer_streams() -> None:
    prompt = PromptState(phase=PromptPhase.STREAMING, tokens_per_s_now=19.14)

    assert stored(replace(EMPTY, prompt=prompt))["tokens_per_s"] == 191
    assert stored(replace(EMPTY, prompt=replace(prompt, phase=PromptPhase.DONE)))["tokens_per_s"] is None


def test_a_text_from_outside_is_kept_short() -> None:
    (kept,) = rest_of(TelemetrySnapshot(taken_s=0.0, gpu_name=Reading(value="x" * 1000))).values()

    assert kept == "x" * 40


def test_everything_else_has_a_dotted_name() -> None:
    assert rest_of(SAMPLE) == {
        "swap.total_bytes": 8,
        "swap.used_bytes": 3,
        "rails.VDD_GPU.power_w": 31.25,
        "zones.tj.temp_c": 63.251,
        f"gpu_processes.{'x' * 40}.gpu_bytes": 5,
        "throttling": False,
    }
