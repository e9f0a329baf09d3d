"""Run the table of checks on one unit: all at once, each within its own time."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Final

from thorhud.checks import docker_probes, host_probes, payload_probes
from thorhud.checks.look import Look, Unit, wanted_images
from thorhud.domain.check_table import CHECKS
from thorhud.domain.checks import Check, CheckResult, Finding, unknown
from thorhud.telemetry.machine_names import is_jetson

Probe = Callable[[Look], Awaitable[Iterable[Finding]]]

NOT_A_JETSON: Final = "not a Jetson"

PROBES: Final[Mapping[str, Probe]] = MappingProxyType(
    {
        "docker": docker_probes.docker,
        "docker-group": docker_probes.docker_group,
        "docker-settings": docker_probes.docker_settings,
        "nvidia-runtime": docker_probes.nvidia_runtime,
        "default-runtime": docker_probes.default_runtime,
        "runtime-test": docker_probes.runtime_test,
        "gpu": host_probes.gpu,
        "images": docker_probes.images,
        "container-name": docker_probes.container_name,
        "leftovers": host_probes.leftovers,
        "weights": payload_probes.weights,
        "encodings": payload_probes.encodings,
        "compile-cache": payload_probes.compile_cache,
        "disk": payload_probes.disk,
        "docker-disk": payload_probes.docker_disk,
        "memory": host_probes.memory,
        "swap": host_probes.swap,
        "api-port": host_probes.api_port,
        "chat-port": host_probes.chat_port,
        "chat-page": host_probes.chat_page,
        "time": host_probes.time,
        "power-mode": host_probes.power_mode,
        "clocks": host_probes.clocks,
        "throttling": host_probes.throttling,
        "l4t": host_probes.l4t,
        "internet": host_probes.internet,
        "ta-pin": host_probes.ta_pin,
        "agent-socket": host_probes.agent_socket,
    }
)
"""How each check of the table is looked at."""


async def run_checks(
    unit: Unit, *, deep: bool = False, checks: Iterable[Check] = CHECKS, probes: Mapping[str, Probe] = PROBES
) -> tuple[CheckResult, ...]:
    """Return what every check found, in the order of the table; the deep ones only where they are asked for.

    It takes as long as the slowest check may take, whatever hangs.
    """
    wanted = [check for check in checks if deep or not check.deep]
    jetson = is_jetson(unit.root)
    async with asyncio.TaskGroup() as tasks:
        asked = tasks.create_task(unit.docker.facts(wanted_images(unit)), name="ask Docker")
        look = Look(unit, asked)
        running = [
            tasks.create_task(_run(check, probes[check.id], look, jetson=jetson), name=f"check {check.id}")
            for check in wanted
        ]
    return tuple(result for each in running for result in each.result())


async def _run(check: Check, probe: Probe, look: Look, *, jetson: bool) -> list[CheckResult]:
    if check.jetson_only and not jetson:
        return [unknown(NOT_A_JETSON).of(check)]
    try:
        async with asyncio.timeout(check.limit_s):
            return [finding.of(check) for finding in await probe(look)]
    except TimeoutError:
        return [unknown(f"it was given up after {check.limit_s:.0f} s without an answer").of(check)]
    except OSError as error:
        return [unknown(f"it cannot be looked at ({error.strerror or error})").of(check)]
