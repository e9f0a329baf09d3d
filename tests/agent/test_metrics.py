"""The page for Prometheus: the text as a parser reads it, and who may ask."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from thorhud.agent.metrics_page import metrics_page
from thorhud.agent.metrics_text import GAUGES, exposition
from thorhud.domain.errors import LinkError
from thorhud.domain.identity import UnitIdentity
from thorhud.domain.memory import GIB
from thorhud.domain.reading import Reading
from thorhud.domain.state import AgentInfo, AgentState, Cup, CupColour, PromptPhase, PromptState, ServingPhase
from thorhud.domain.telemetry import Memory, ProcessMemory, Rail, Swap, TelemetrySnapshot, ThermalZone
from thorhud.settings.workshop_file import load_workshop

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]

STATE = AgentState(
    agent=AgentInfo(version="1", boot="b", pid=1, workshop_id="w", simulated=True),
    identity=UnitIdentity(hostname="thor-07", is_jetson=True),
    telemetry=TelemetrySnapshot(taken_s=100.0),
)


def with_telemetry(**readings: Any) -> AgentState:
    fields: dict[str, Any] = {name: Reading(value=value) for name, value in readings.items()}
    return replace(STATE, telemetry=replace(STATE.telemetry, **fields))


def parsed(text: str) -> Samples:
    """Read the text as the format's description says, strictly."""
    found: Samples = {}
    types: dict[str, str] = {}
    assert text.endswith("\n")
    for line in text.splitlines():
        if line.startswith("# HELP "):
            assert re.fullmatch(r"# HELP [a-z_0-9]+ \S.*", line)
        elif line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert name not in types, f"{name} twice"
            types[name] = kind
        else:
            match = re.fullmatch(r"([a-z_0-9]+)(?:\{(.*)\})? (-?[0-9.e+-]+)", line)
            assert match, line
            name, inside, number = match.groups()
            assert name in types, f"{name} before its type"
            labels = re.findall(r'([a-z_0-9]+)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)', inside or "")
            assert ",".join(f'{key}="{value}"' for key, value in labels) == (inside or "")
            key = (name, tuple(labels))
            assert key not in found, f"{key} twice"
            found[key] = float(number)
    return found


def samples_of(state: AgentState, *, now_s: float = 101.0) -> Samples:
    return parsed(exposition(state, load_workshop(), now_s=now_s))


def test_what_was_not_measured_is_absent() -> None:
    found = samples_of(STATE)

    hardware = {gauge.name for gauge in GAUGES}
    assert not {name for name, _ in found} & hardware
    assert found["thorhud_sample_age_seconds", ()] == 1.0


def test_values_have_base_units() -> None:
    found = samples_of(
        with_telemetry(
            gpu_load=0.94,
            gpu_clock_mhz=1575.0,
            power_w=83.4,
            temp_c=63.25,
            throttling=False,
            power_mode="120W",
            rails=(Rail(name="VDD_GPU", power_w=0.0), Rail(name="VIN", power_w=None)),
            zones=(ThermalZone(name="gpu", temp_c=None), ThermalZone(name="tj", temp_c=63.25)),
            gpu_processes=(ProcessMemory(pid=7, name="VLLM::EngineCor", gpu_bytes=5),),
            swap=Swap(total_bytes=0, used_bytes=0),
        )
    )

    assert found["thorhud_gpu_load_ratio", ()] == 0.94
    assert found["thorhud_gpu_clock_hertz", ()] == 1_575_000_000
    assert found["thorhud_power_watts", ()] == 83.4
    assert found["thorhud_temperature_celsius", ()] == 63.25
    assert found["thorhud_throttling", ()] == 0
    assert found["thorhud_power_mode_info", (("mode", "120W"),)] == 1
    assert found["thorhud_rail_power_watts", (("rail", "VDD_GPU"),)] == 0
    assert ("thorhud_rail_power_watts", (("rail", "VIN"),)) not in found
    assert [labels for name, labels in found if name == "thorhud_zone_temperature_celsius"] == [(("zone", "tj"),)]
    assert found["thorhud_gpu_process_memory_bytes", (("pid", "7"), ("name", "VLLM::EngineCor"))] == 5
    assert found["thorhud_swap_total_bytes", ()] == 0


def test_the_parts_of_the_memory_sum_to_the_total() -> None:
    memory = Memory(total_bytes=122 * GIB, free_bytes=30 * GIB, available_bytes=32 * GIB, file_cache_bytes=2 * GIB)

    found = samples_of(with_telemetry(memory=memory))

    parts = {labels: value for (name, labels), value in found.items() if name == "thorhud_memory_part_bytes"}
    assert sum(parts.values()) == found["thorhud_memory_total_bytes", ()] == 122 * GIB
    assert parts[("part", "unclaimed"),] == 85.5 * GIB


def test_a_frozen_sample_does_not_look_live() -> None:
    found = samples_of(with_telemetry(power_w=83.4), now_s=111.0)

    assert ("thorhud_power_watts", ()) not in found
    assert found["thorhud_sample_age_seconds", ()] == 11.0


def test_serving_prompt_and_cup_are_told() -> None:
    state = replace(
        STATE,
        serving=replace(STATE.serving, phase=ServingPhase.READY, configuration_id="fp4", model="m", ready_after_s=21.1),
        prompt=PromptState(phase=PromptPhase.DONE, tokens_per_s=19.1, ttft_s=0.31),
        cup=Cup(colour=CupColour.RED),
    )

    found = samples_of(state)

    assert found["thorhud_serving_phase", (("phase", "ready"),)] == 1
    assert found["thorhud_serving_phase", (("phase", "idle"),)] == 0
    assert found["thorhud_serving_info", (("configuration", "fp4"), ("model", "m"), ("vllm_version", ""))] == 1
    assert found["thorhud_serving_ready_after_seconds", ()] == 21.1
    assert found["thorhud_prompt_tokens_per_second", ()] == 19.1
    assert found["thorhud_prompt_ttft_seconds", ()] == 0.31
    assert found["thorhud_cup_raised", ()] == 1
    assert ("thorhud_serving_start_elapsed_seconds", ()) not in found


def test_a_hostile_name_stays_inside_its_label() -> None:
    name = 'a"} 1\nthorhud_fake 1\\\x1b'

    found = samples_of(with_telemetry(gpu_processes=(ProcessMemory(pid=1, name=name, gpu_bytes=5),)))

    assert not [key for key in found if key[0] == "thorhud_fake"]
    ((_, labels),) = [key for key in found if key[0] == "thorhud_gpu_process_memory_bytes"]
    assert dict(labels)["name"] == 'a\\"} 1\\nthorhud_fake 1\\\\?'


def test_the_page_about_metrics_names_every_one() -> None:
    page = (Path(__file__).parents[2] / "docs/memory.md").read_text(encoding="utf-8")
    told = set(re.findall(r"`(thorhud_\w+)`", page))
    state = replace(
        STATE,
        serving=replace(STATE.serving, phase=ServingPhase.STARTING, elapsed_s=1.0, remaining_s=1.0, ready_after_s=1.0),
        prompt=PromptState(phase=PromptPhase.DONE, tokens_per_s=19.1, ttft_s=0.31),
    )

    names = {name for name, _ in samples_of(state)} | {gauge.name for gauge in GAUGES} | {"thorhud_memory_part_bytes"}

    assert told == names


@pytest.fixture
async def port() -> AsyncIterator[int]:
    async with metrics_page(lambda: "thorhud_x 1\n", 0) as chosen:
        yield chosen


async def said_to(port: int, request: bytes) -> tuple[str, dict[str, str], str]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    async with asyncio.timeout(10):
        answer = (await reader.read()).decode()
    writer.close()
    await writer.wait_closed()
    head, _, body = answer.partition("\r\n\r\n")
    status, *fields = head.split("\r\n")
    return status, dict(each.split(": ", 1) for each in fields), body


async def test_prometheus_gets_its_text(port: int) -> None:
    request = f"GET /metrics HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: text/plain\r\n\r\n"
    status, fields, body = await said_to(port, request.encode())

    assert status == "HTTP/1.1 200 OK"
    assert fields["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert int(fields["Content-Length"]) == len(body)
    assert body == "thorhud_x 1\n"


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "404"),
        (b"POST /metrics HTTP/1.1\r\nHost: localhost:9\r\n\r\n", "405"),
        (b"HEAD /metrics HTTP/1.1\r\nHost: [::1]\r\n\r\n", "200"),
        (b"GET /metrics HTTP/1.1\r\nHost: attacker.example\r\n\r\n", "403"),
        (b"GET /metrics?x=1 HTTP/1.0\r\n\r\n", "200"),
        (b"nonsense\r\n\r\n", "404"),
        (b"GET /metrics HTTP/1.1\r\nX: " + b"x" * 20_000 + b"\r\n\r\n", "431"),
    ],
)
async def test_only_a_reader_on_this_machine_is_answered(port: int, request_: bytes, status: str) -> None:
    first, _, body = await said_to(port, request_)

    assert first.split(" ")[1] == status
    assert "thorhud_x" not in body or status == "200"


async def test_a_reader_that_hangs_up_harms_nobody(port: int) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /met")
    writer.close()
    await writer.wait_closed()

    status, _, _ = await said_to(port, b"GET /metrics HTTP/1.1\r\n\r\n")
    assert status.endswith("200 OK")


@pytest.mark.parametrize("taken", [None, -1, 70_000])
async def test_a_port_that_cannot_be_had_is_a_sentence(port: int, taken: int | None) -> None:
    with pytest.raises(LinkError, match="cannot listen on port"):
        async with metrics_page(lambda: "", port if taken is None else taken):
            pass
