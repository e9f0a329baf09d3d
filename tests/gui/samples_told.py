"""States that tell more than the phase: a start that is slow or stands still, and servers from outside."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import samples
import samples_compare as sc

from thorhud.domain.reading import Reading
from thorhud.domain.serving_metrics import ServingMetrics
from thorhud.domain.state import AgentState, ConfigurationAvailability, RepairPhase, RepairState, ServingState

STALLED = (
    "Nothing has moved for 2 min while the weights were to be read: no processor time, nothing read from disk, "
    "no work on the GPU. Stop it and start it again; if it stops at the same place, the end of the log says where."
)
WHY = "The disk gives 212 MB/s, 42.7 GB of the weights are left"
NO_LOG = (
    "It was started with docker exec in the container vllm, and Docker records no log of that: "
    "its lines are on the terminal where it was typed."
)
HOW_TO_STOP = "A stop sends SIGINT to the first process of the container vllm, and ends it with that."
PORT_HELD = "Port 8000 is held by the program nginx (process 4242), which is not vLLM"
GET = (
    "Copy it from the rack server: rsync -av --mkpath --progress "
    "RACK-SERVER:/data/hub/models--openai--gpt-oss-20b/ /data/hub/models--openai--gpt-oss-20b/ . "
    "Or, where there is internet: HF_HOME=/data hf download openai/gpt-oss-20b --exclude '*al/*' "
    "(leaves out original/ and metal/)"
)
Make = Callable[[], AgentState]
OUTSIDE: dict[str, Any] = {
    "configuration_id": None,
    "started_outside": True,
    "served_by": "the container vllm",
    "like_configuration_id": "llama-3.1-8b-fp4",
    "how_to_stop": HOW_TO_STOP,
}


def slow() -> AgentState:
    """Return a start whose disk is slow."""
    state = samples.loading()
    return replace(state, serving=replace(state.serving, remaining_s=260.0, remaining_why=WHY))


def late() -> AgentState:
    """Return a start that takes longer than usual, and why."""
    state = samples.loading()
    return replace(state, serving=replace(state.serving, remaining_s=None, longer_than_usual=True, remaining_why=WHY))


def stalled() -> AgentState:
    """Return a start that stands still, and that was to take 83 s more."""
    state = samples.loading()
    return replace(state, serving=replace(state.serving, stalled=STALLED, remaining_why=WHY))


def outside_starting() -> AgentState:
    """Return a start by somebody else of which there is no log."""
    state = samples.loading()
    return replace(state, serving=replace(state.serving, log_note=NO_LOG, **OUTSIDE))


def outside_slow() -> AgentState:
    """Return the most that a start has to say while it moves."""
    serving = replace(outside_starting().serving, longer_than_usual=True, remaining_s=None, remaining_why=WHY)
    return replace(outside_starting(), serving=serving)


def late_after_repair() -> AgentState:
    """Return a late start below which the proof of a repair would stand."""
    proof = RepairState(
        phase=RepairPhase.DONE, title="Clear memory", sentence="It worked.", before="4 GiB free", after="118 GiB free"
    )
    return replace(late(), repair=proof)


def outside_ready() -> AgentState:
    """Return a server of somebody else that answers and of which there is no log."""
    model = "nvidia/Llama-3.1-8B-Instruct-FP4"
    return sc.state(sc.ready(log_note=NO_LOG, model=model, ready_after_s=None, **OUTSIDE))


def ended() -> AgentState:
    """Return a unit whose server has ended while its container goes on."""
    return sc.state(ServingState(server_ended=True, served_by="the container vllm", activity="It has ended."))


def held() -> AgentState:
    """Return a unit on whose port something else answers."""
    return sc.state(ServingState(activity=PORT_HELD))


def without_weights() -> AgentState:
    """Return an idle unit that says how a model comes onto it."""
    missing = ConfigurationAvailability(
        configuration_id="gpt-oss-20b",
        startable=False,
        reason=samples.NO_WEIGHTS,
        label="No weights",
        next_step=GET,
    )
    state = samples.idle()
    rest = (each for each in state.availability if each.configuration_id != missing.configuration_id)
    return replace(state, availability=(*rest, missing))


def busy_server() -> AgentState:
    """Return an answer on its way, with what the server says of itself below its figures."""
    state = samples.running()
    metrics = ServingMetrics(running=Reading(value=1), kv_cache_usage=Reading(value=0.03))
    return replace(state, serving=replace(state.serving, metrics=metrics))


TOLD = {
    "busy server": busy_server,
    "slow": slow,
    "late": late,
    "stalled": stalled,
    "outside-starting": outside_starting,
    "outside-slow": outside_slow,
    "late-after-repair": late_after_repair,
    "outside-ready": outside_ready,
    "ended": ended,
    "held": held,
    "without-weights": without_weights,
}
