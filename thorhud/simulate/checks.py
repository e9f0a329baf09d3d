"""The doctor's list of a unit that is not there: prepared, or with one known fault, to rehearse what a room will see.

The judgements are the program's own; only what was found is made up. Nothing of this machine is looked at.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from thorhud.domain.check_table import BY_ID, CHECKS
from thorhud.domain.checks import CheckResult, Finding, failed, passed, warned
from thorhud.domain.docker_judgement import (
    SeenContainer,
    judge_default_runtime,
    judge_image,
    judge_name,
    judge_settings,
    read_settings,
)
from thorhud.domain.memory import GIB, MemoryLedger, Part
from thorhud.domain.repairs import RepairId
from thorhud.domain.unit_judgement import (
    PortHolder,
    judge_chat_page,
    judge_disk,
    judge_file,
    judge_memory,
    judge_pin,
    judge_port,
    judge_power_mode,
    judge_swap,
    judge_throttling,
    judge_time,
    judge_weights,
)

PREPARED: Final = "as the workshop needs it (simulated)"
_RUNTIMES: Final = '"runtimes": {"nvidia": {"args": [], "path": "nvidia-container-runtime"}}'
_WITHOUT_DEFAULT: Final = "{" + _RUNTIMES + "}"
_IMAGE: Final = "nvcr.io/nvidia/vllm:25.09-py3"
_MODEL_PORT: Final = 8000
_TOTAL: Final = round(122.8 * GIB)


def _ledger(*, unclaimed_gib: float = 0.0, files_gib: float = 2.6) -> MemoryLedger:
    parts = dict.fromkeys(Part, 0)
    parts[Part.SYSTEM] = round(4.5 * GIB)
    parts[Part.UNCLAIMED] = round(unclaimed_gib * GIB)
    parts[Part.FILE_CACHE] = round(files_gib * GIB)
    parts[Part.FREE] = _TOTAL - sum(parts.values())
    available = parts[Part.FREE] + parts[Part.FILE_CACHE]
    return MemoryLedger(total_bytes=_TOTAL, free_bytes=parts[Part.FREE], available_bytes=available, parts=parts)


def _memory(**more: float) -> Finding:
    return judge_memory(_ledger(**more), serving=False, leftovers=False)


FAULTS: Final[Mapping[str, Callable[[], Finding]]] = MappingProxyType(
    {
        "docker": lambda: failed(
            "Nobody answers on the Docker socket.",
            expected="the Docker Engine answers this account",
            fix="Start Docker; if it ends at once, look at its settings first.",
            repair=RepairId.RESTART_DOCKER,
            command="sudo systemctl restart docker",
        ),
        "docker-settings": lambda: judge_settings(read_settings('{"runtimes": {,}}')),
        "default-runtime": lambda: judge_default_runtime("runc", read_settings(_WITHOUT_DEFAULT)),
        "images": lambda: replace(judge_image(_IMAGE, None, needed=True), subject=_IMAGE),
        "container-name": lambda: judge_name(
            "vllm", (SeenContainer(id="1" * 64, name="vllm", image=_IMAGE, running=True, ours=False),)
        ),
        "leftovers": lambda: failed(
            "still running in an ended container: VLLM::EngineCore (process 4711).",
            expected="no vLLM outside a running container, and no ended container of the HUD",
            fix="Stop them; nobody can ask them anything any more.",
            repair=RepairId.STOP_LEFTOVERS,
        ),
        "weights": lambda: judge_weights("gpt-oss-120b", "openai/gpt-oss-120b is not here.", 0, promised=True),
        "encodings": lambda: judge_file("o200k_base.tiktoken", 12_288, 3_613_922),
        "disk": lambda: judge_disk(40 * 10**9, 0, where="/home/jetson/data"),
        "memory": lambda: _memory(unclaimed_gib=103.9),
        "file-cache": lambda: _memory(files_gib=100.2),
        "swap": lambda: judge_swap(0, 0),
        "api-port": lambda: judge_port(
            _MODEL_PORT, PortHolder(pid=4711, name="python3"), rightful={"vllm"}, running=set(), blocks=True
        ),
        "chat-page": lambda: judge_chat_page("http://127.0.0.1:11434/v1", _MODEL_PORT, fits=False),
        "time": lambda: judge_time(synchronised=False),
        "power-mode": lambda: judge_power_mode("120W"),
        "throttling": lambda: judge_throttling(("tj-throttle-alert",)),
        "ta-pin": lambda: judge_pin(pin_set=False),
        "gpu": lambda: warned("nvidia-smi names none", expected="nvidia-smi names the GPU", fix="Reboot the unit."),
    }
)
"""Fault -> what its check finds."""

_CHECK_OF: Final = MappingProxyType({"file-cache": "memory"})


def simulated_checks(fault: str | None = None, *, deep: bool = False) -> tuple[CheckResult, ...]:
    """Return the whole list, everything in order but the one *fault* (a key of `FAULTS`)."""
    broken = None if fault is None else _CHECK_OF.get(fault, fault)
    return tuple(
        (FAULTS[fault]() if fault is not None and check.id == broken else passed(PREPARED, expected=PREPARED)).of(
            BY_ID[check.id]
        )
        for check in CHECKS
        if deep or not check.deep
    )
