"""States of thor-07 as the design's pictures show them: idle, loading, failed, running."""

import math
from dataclasses import replace
from typing import Any

from thorhud.domain.chat_page import NOTHING_SERVED, ChatPagePhase, ChatPageState
from thorhud.domain.failures import Failure
from thorhud.domain.identity import Address, UnitIdentity
from thorhud.domain.reading import Reading
from thorhud.domain.stages import PipelineStep, Stage, StageName, Timeline
from thorhud.domain.state import (
    AgentInfo,
    AgentState,
    ConfigurationAvailability,
    Cup,
    CupColour,
    PromptPhase,
    PromptState,
    ServingPhase,
    ServingState,
)
from thorhud.domain.telemetry import Memory, TelemetrySnapshot
from thorhud.domain.workshop import (
    Configuration,
    ContainerOptions,
    Marker,
    Published,
    PublishedFigures,
    ReferencePrompt,
    StageExpectation,
    WeightFiles,
    Workshop,
)
from thorhud.gui.store import FaceState, LinkPhase, Store

GIB = 1024**3
NOW_UNIX_S = 1_763_908_320.0
"""14:32 UTC."""
NO_WEIGHTS = "The weights are not on this unit."
PROMPT = (
    "Write a 5-sentence paragraph explaining the main benefit of using Jetson Thor "
    "for an autonomous robotics developer."
)
ANSWER = (
    "Jetson Thor lets an autonomous robotics developer run large language and vision models directly on the robot, so "
    "perception, planning and dialogue stay local and respond in real time. Its 128 GB of unified memory holds several "
    "models at once, so speech, vision and planning run side by side. Because nothing leaves the device, the robot "
    "keeps working when the network drops"
)


def _figures(memory: float | None, start: float | None, short: float | None, long: float | None) -> PublishedFigures:
    return PublishedFigures(
        model_memory_gib=Published(value=memory),
        start_s=Published(value=start),
        short_tokens_per_s=Published(value=short),
        long_tokens_per_s=Published(value=long),
    )


def _configuration(
    key: str, names: tuple[str, str, str, str], marker: Marker, colours: tuple[str, str], published: PublishedFigures
) -> Configuration:
    name, short_name, tile_name, family = names
    model = f"models/{key}"
    return Configuration(
        id=key,
        name=name,
        short_name=short_name,
        tile_name=tile_name,
        family=family,
        model=model,
        marker=marker,
        serve_arguments=(model,),
        published=published,
        draft_model=f"models/{key}-draft" if key.endswith("eagle3") else None,
        weights=(WeightFiles(model=model, disk_bytes=122 * 10**9 if key.endswith("120b") else 14 * 10**9, shards=15),),
        read_gib_per_token=published.model_memory_gib.value,
        colour_dark=colours[0],
        colour_light=colours[1],
        expected_stages=(
            StageExpectation(stage="container", duration_s=12, source="design"),
            StageExpectation(stage="weights", duration_s=35, source="design"),
            StageExpectation(stage="compile", duration_s=5, source="design"),
            StageExpectation(stage="cuda-graphs", duration_s=21, source="design"),
            StageExpectation(stage="server", duration_s=37, source="design"),
        )
        if key == "gpt-oss-120b"
        else (),
    )


LLAMA = "Llama-3.1-8B"
CONFIGURATIONS = (
    _configuration(
        "gpt-oss-120b",
        ("GPT-OSS-120B", "120B", "120B", "GPT-OSS"),
        Marker.HEXAGON,
        ("#A772F4", "#432B91"),
        _figures(None, 110.0, None, None),
    ),
    _configuration(
        "gpt-oss-20b",
        ("GPT-OSS-20B", "20B", "20B", "GPT-OSS"),
        Marker.TRIANGLE,
        ("#F99EDA", "#DA3190"),
        _figures(None, None, None, None),
    ),
    _configuration(
        "llama-3.1-8b-fp16",
        ("Llama-3.1-8B FP16", "FP16", "FP16", LLAMA),
        Marker.CIRCLE,
        ("#DCE2E5", "#20292C"),
        _figures(14.99, 25.0, 10.7, 10.7),
    ),
    _configuration(
        "llama-3.1-8b-fp8",
        ("Llama-3.1-8B FP8", "FP8", "FP8", LLAMA),
        Marker.SQUARE,
        ("#2291B2", "#3D86C9"),
        _figures(8.49, 20.3, 14.2, 14.2),
    ),
    _configuration(
        "llama-3.1-8b-fp4",
        ("Llama-3.1-8B FP4", "FP4", "FP4", LLAMA),
        Marker.DIAMOND,
        ("#E48224", "#9B491F"),
        _figures(6.07, 21.1, 19.1, 19.1),
    ),
    _configuration(
        "llama-3.1-8b-fp4-eagle3",
        ("Llama-3.1-8B FP4 + EAGLE3", "FP4 + EAGLE3", "EAGLE3", LLAMA),
        Marker.STAR,
        ("#ECD346", "#8D8721"),
        _figures(6.86, None, 14.3, 25.6),
    ),
)


def workshop() -> Workshop:
    """Return the six configurations and the reference prompt."""
    return Workshop(
        id="sample",
        title="A workshop",
        source="design",
        container=ContainerOptions(
            image="vllm", name="vllm", network="host", shm_size="16g", ulimits=(), runtime="nvidia", mounts=()
        ),
        configurations=CONFIGURATIONS,
        prompts=(
            ReferencePrompt(name="reference", text=PROMPT, max_tokens=256, temperature=0.7, title="Reference prompt"),
        ),
        bandwidth_gb_per_s=273.0,
    )


def agent(**changes: Any) -> AgentInfo:
    """Return the agent of thor-07; *changes* replace fields."""
    info = AgentInfo(version="0.1.0", boot="sample", pid=1, workshop_id="sample", docker=Reading(value="28.4.0"))
    return replace(info, **changes)


IDENTITY = UnitIdentity(
    hostname="thor-07",
    number=7,
    rack="A",
    slot="7",
    machine=Reading(value="NVIDIA Jetson AGX Thor Developer Kit"),
    l4t=Reading(value="R38.2"),
    addresses=(
        Address(label="Wired", interface="mgbe0_0", ip="10.10.0.107"),
        Address(label="USB-C", interface="l4tbr0", ip="192.168.55.1"),
    ),
    is_jetson=True,
)


def memory(used_gib: float, *, file_cache_gib: float = 0.0) -> Memory:
    """Return the memory of a Thor of which *used_gib* are used, file cache aside."""
    free = round((122.8 - used_gib - file_cache_gib) * GIB)
    return Memory(
        total_bytes=round(122.8 * GIB),
        free_bytes=free,
        available_bytes=free + round(file_cache_gib * GIB),
        file_cache_bytes=round(file_cache_gib * GIB),
    )


def telemetry(
    *, used_gib: float, gpu: float, mhz: float, cpu: float, watt: float, temp: float, fan: tuple[float, float]
) -> TelemetrySnapshot:
    """Return one sample."""
    return TelemetrySnapshot(
        taken_s=100.0,
        memory=Reading(value=memory(used_gib)),
        gpu_load=Reading(value=gpu),
        gpu_clock_mhz=Reading(value=mhz),
        cpu_load=Reading(value=cpu),
        cpu_cores=Reading(value=14),
        power_w=Reading(value=watt),
        power_mode=Reading(value="120W"),
        power_limit_w=Reading(value=120.0),
        temp_c=Reading(value=temp),
        temp_zone=Reading(value="GPU"),
        fan_rate=Reading(value=fan[0]),
        fan_rpm=Reading(value=fan[1]),
        disk_free_bytes=Reading(value=412 * 10**9),
        disk_total_bytes=Reading(value=937 * 10**9),
        disk_read_bytes_per_s=Reading(value=0.0),
    )


AVAILABILITY = tuple(
    ConfigurationAvailability(configuration_id=each.id, startable=False, reason=NO_WEIGHTS, label="No weights")
    if each.id == "gpt-oss-20b"
    else ConfigurationAvailability(configuration_id=each.id, startable=True)
    for each in CONFIGURATIONS
)


def idle() -> AgentState:
    """Picture 01: nothing runs."""
    return AgentState(
        agent=agent(),
        identity=IDENTITY,
        telemetry=telemetry(used_gib=4.6, gpu=0.02, mhz=315, cpu=0.03, watt=21, temp=41, fan=(0.22, 1040)),
        availability=AVAILABILITY,
        chat_page=ChatPageState(
            phase=ChatPagePhase.NO_MODEL,
            cause=NOTHING_SERVED,
            url="http://10.10.0.107:8080",
            sentence="No model is ready.",
        ),
    )


def loading() -> AgentState:
    """Picture 02: GPT-OSS-120B loads its weights, shard 9 of 15."""
    stages = tuple(
        Stage(name=name, started_s=0.0, ended_s=12.0, duration_s=12.0)
        if name is StageName.CONTAINER
        else Stage(name=name, started_s=12.0)
        if name is StageName.WEIGHTS
        else Stage(name=name)
        for name in StageName
    )
    timeline = Timeline(
        stages=stages,
        current=StageName.WEIGHTS,
        shards_done=8,
        shards_total=15,
        shard_bar=1,
        compile_cache="hit",
        last_at_s=27.0,
    )
    expected = dict(zip((step.value for step in PipelineStep), (12.0, 35.0, 5.0, 21.0, 37.0), strict=True))
    sample = telemetry(used_gib=43.7, gpu=0.09, mhz=1386, cpu=0.34, watt=48, temp=47, fan=(0.31, 1610))
    return replace(
        idle(),
        telemetry=replace(sample, disk_read_bytes_per_s=Reading(value=2.6e9)),
        serving=ServingState(
            phase=ServingPhase.STARTING,
            generation=1,
            configuration_id="gpt-oss-120b",
            launch_id="launch-1",
            model="openai/gpt-oss-120b",
            timeline=timeline,
            elapsed_s=27.0,
            remaining_s=83.0,
            expected_s=expected,
        ),
    )


def failed() -> AgentState:
    """Picture 03: the last model still holds the memory, the red cup is up."""
    started = loading()
    return replace(
        started,
        telemetry=telemetry(used_gib=108.4, gpu=0.01, mhz=315, cpu=0.04, watt=24, temp=44, fan=(0.24, 1180)),
        serving=replace(
            started.serving,
            phase=ServingPhase.FAILED,
            generation=2,
            failed_step=PipelineStep.WEIGHTS.value,
            remaining_s=None,
            failure=Failure(
                kind="memory-at-start",
                headline="The last model still holds the memory",
                explanation="This model needs 86.0 GiB and only 14.5 GiB is free. "
                "vLLM can keep memory after it stops. You did nothing wrong.",
                evidence="ValueError: Free memory on device (14.45/122.82 GiB) on startup is less than desired "
                "GPU memory utilization (0.7, 85.97 GiB).",
                next_step="Clear memory and try again.",
            ),
        ),
        cup=Cup(colour=CupColour.RED, since_unix_s=NOW_UNIX_S - 134),
    )


def running() -> AgentState:
    """Picture 04: FP4 + EAGLE3 is ready and streams the reference prompt."""
    return replace(
        idle(),
        telemetry=telemetry(used_gib=90.9, gpu=0.94, mhz=1575, cpu=0.21, watt=83, temp=63, fan=(0.58, 2940)),
        serving=ServingState(
            phase=ServingPhase.READY,
            generation=3,
            configuration_id="llama-3.1-8b-fp4-eagle3",
            launch_id="launch-2",
            model="models/llama-3.1-8b-fp4-eagle3",
            base_url="http://127.0.0.1:8000",
            timeline=Timeline(
                current=StageName.SERVER,
                serving=True,
                shards_done=2,
                shards_total=2,
                model_memory_gib=6.86,
                kv_cache_gib=79.1,
                kv_cache_tokens=647_984,
            ),
            elapsed_s=60.0,
            ready_after_s=41.0,
        ),
        prompt=PromptState(
            phase=PromptPhase.STREAMING,
            run_id="run-1",
            prompt_name="reference",
            configuration_id="llama-3.1-8b-fp4-eagle3",
            max_tokens=256,
            elapsed_s=3.9,
            ttft_s=0.14,
            completion_tokens=96,
            tokens_per_s_now=25.1,
        ),
    )


ALL = {"idle": idle, "loading": loading, "failed": failed, "running": running}


def face(state: AgentState, *, received_s: float = 100.0, wave: float = 0.05) -> FaceState:
    """Return what a face knows after a minute of *state*."""
    store = Store(clock=lambda: received_s)
    store.set_link(LinkPhase.CONNECTED)
    store.change(workshop=workshop())
    for step in range(60):
        load = state.telemetry.cpu_load.value or 0.0
        cpu = Reading(value=load * (1 + wave * math.sin(step * 1.7)))
        store.receive(replace(state, telemetry=replace(state.telemetry, cpu_load=cpu, taken_s=float(step))))
    store.receive(replace(state, telemetry=replace(state.telemetry, taken_s=60.0)))
    return store.state


def faces() -> dict[str, FaceState]:
    """Return what a face knows in each of the pictures, and on a simulated unit without Docker."""
    simulated = replace(idle(), agent=agent(simulated=True, docker=Reading(reason="the daemon is not running")))
    blocked = tuple(
        replace(each, startable=False, reason="Docker is not running.", label="No Docker")
        for each in simulated.availability
    )
    shown = {name: face(make()) for name, make in ALL.items()}
    shown["trouble"] = face(replace(simulated, availability=blocked))
    shown["waiting"] = FaceState()
    return shown
