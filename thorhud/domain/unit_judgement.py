"""How what the machine itself shows is judged: memory, disk, ports, processes, clock, power."""

import re
import shlex
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from thorhud.domain.checks import Finding, failed, passed, unknown, warned
from thorhud.domain.memory import MemoryLedger
from thorhud.domain.memory_verdict import MemoryKind, verdict
from thorhud.domain.repairs import RepairId

GIB: Final = 1024**3
GB: Final = 10**9

RECOMMENDED_DISK_GB: Final = 200
"""Free space that the workshop recommends before its payload is copied."""
_SCARCE_DISK_GB: Final = 10
_SCARCE_DOCKER_GB: Final = 5
_LEAST_DOCKER_GB: Final = 20
"""The three images together take about 13 GB, and unpacking one needs room beside it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenProcess:
    """One process that looks like a vLLM."""

    pid: int
    name: str
    """What it calls itself, shortened."""
    container: str | None = None
    """The id of the container it runs in; None on the machine itself."""
    orphan: bool = False
    """Its parent has ended: the server that it worked for is gone."""

    def outlived(self, running: Collection[str]) -> bool:
        """Whether it goes on in a container that has ended; such a one is ours to stop."""
        return self.container is not None and self.container not in running


@dataclass(frozen=True, slots=True, kw_only=True)
class PortHolder:
    """Who listens on a port."""

    pid: int | None
    """None where this account may not see whose it is."""
    name: str = ""
    container: str | None = None
    """The container's name, where it runs in one."""


def judge_disk(free_bytes: int, already_there_bytes: int, *, where: str) -> Finding:
    """Judge the disk of the models; what lies there already needs no more room."""
    free_gb, there_gb = free_bytes / GB, already_there_bytes / GB
    expected = f"{RECOMMENDED_DISK_GB} GB free or holding the workshop's models"
    found = f"{free_gb:.0f} GB free at {where}, {there_gb:.0f} GB of models are there"
    if free_gb < _SCARCE_DISK_GB:
        fix = "Remove what nobody needs; what takes the room is shown by the command."
        command = f"du -xh --max-depth=2 {shlex.quote(where)} | sort -h | tail"
        return failed(found, expected=expected, fix=fix, command=command)
    if free_gb + there_gb < RECOMMENDED_DISK_GB:
        return warned(found, expected=expected, fix="Make room before models are copied to this unit.")
    return passed(found, expected=expected)


def judge_docker_disk(free_bytes: int, *, where: str) -> Finding:
    """Judge the disk on which Docker keeps images, containers and logs."""
    expected = f"{_LEAST_DOCKER_GB} GB free"
    free_gb = free_bytes / GB
    found = f"{free_gb:.0f} GB free at {where}"
    fix = "Remove images and containers that nobody needs; see what there is with the command."
    if free_gb < _SCARCE_DOCKER_GB:
        return failed(found, expected=expected, fix=fix, command="docker system df")
    if free_gb < _LEAST_DOCKER_GB:
        return warned(found, expected=expected, fix=fix, command="docker system df")
    return passed(found, expected=expected)


def judge_memory(ledger: MemoryLedger, *, serving: bool, leftovers: bool) -> Finding:
    """Judge whether the next start would find its memory, and if not, who has it.

    ``serving``: a model is being served, so most memory is rightly taken. ``leftovers``: processes of an earlier
    server go on in containers that have ended.
    """
    low, high = (each / GIB for each in ledger.idle_bytes)
    expected = f"about {low:.0f} to {high:.0f} GiB in use while nothing is served, and the rest free"
    used_gib = (ledger.total_bytes - ledger.available_bytes) / GIB
    if serving:
        return passed(f"{used_gib:.1f} GiB in use; a model is being served", expected=expected)
    found = verdict(ledger)
    if found.kind is MemoryKind.FINE:
        return passed(f"{used_gib:.1f} GiB in use. {found.sentence}", expected=expected)
    judged = warned if found.kind is MemoryKind.FILE_CACHE else failed
    if leftovers:
        fix = "Stop what is left of earlier servers."
        return judged(found.sentence, expected=expected, fix=fix, repair=RepairId.STOP_LEFTOVERS)
    if found.kind in {MemoryKind.FILE_CACHE, MemoryKind.UNCLAIMED}:
        command = "sync && sudo sysctl -w vm.drop_caches=3"
        return judged(
            found.sentence, expected=expected, fix=found.next_step, repair=RepairId.CLEAR_MEMORY, command=command
        )
    stop_it = f"kill {ledger.others[0].pid}" if ledger.others else None
    return judged(found.sentence, expected=expected, fix=found.next_step, command=stop_it)


def judge_swap(total_bytes: int, used_bytes: int) -> Finding:
    """Judge swap; the workshop asks only that there is some, and much of it in use means memory was short."""
    expected = "swap is configured, and hardly used"
    if total_bytes == 0:
        fix = "Set up zram or a swap file, so that a short peak does not end a program."
        return warned("none", expected=expected, fix=fix)
    found = f"{used_bytes / GIB:.1f} of {total_bytes / GIB:.1f} GiB used"
    if used_bytes > total_bytes / 2:
        return warned(found, expected=expected, fix="Memory was short: clear memory.", repair=RepairId.CLEAR_MEMORY)
    return passed(found, expected=expected)


def judge_leftovers(processes: Sequence[SeenProcess], running: Collection[str], ended_ours: Sequence[str]) -> Finding:
    """Judge what is left of earlier servers.

    ``running``: the ids of running containers. ``ended_ours``: the HUD's own containers that have ended.
    """
    expected = "no vLLM outside a running container, and no ended container of the HUD"
    if left := [each for each in processes if each.outlived(running)]:
        fix = "Stop them; nobody can ask them anything any more."
        found = f"still running in an ended container: {_named(left)}."
        return failed(found, expected=expected, fix=fix, repair=RepairId.STOP_LEFTOVERS)
    outside = [each for each in processes if each.container is None]
    command = f"kill {' '.join(str(each.pid) for each in outside)}"
    if orphans := [each for each in outside if each.orphan]:
        fix = "End it: its server is gone, and it keeps its memory."
        return failed(f"still running: {_named(orphans)}.", expected=expected, fix=fix, command=command)
    if outside:
        fix = "Somebody started it outside Docker. Ask, then end it."
        found = f"running outside a container: {_named(outside)}."
        return warned(found, expected=expected, fix=fix, command=command)
    if ended_ours:
        found = f"ended containers of the HUD: {', '.join(ended_ours)}."
        return warned(found, expected=expected, fix="Remove them.", repair=RepairId.STOP_LEFTOVERS)
    return passed("nothing", expected=expected)


def _named(processes: Sequence[SeenProcess]) -> str:
    shown = ", ".join(f"{each.name} (pid {each.pid})" for each in processes[:4])
    return shown if len(processes) <= 4 else f"{shown} and {len(processes) - 4} more"


def judge_port(
    port: int, holder: PortHolder | None, *, rightful: Collection[str], running: Collection[str] = (), blocks: bool
) -> Finding:
    """Judge who listens on *port*.

    ``rightful``: the containers that may. ``running``: those of them that run; a container's program belongs to root,
    so an account without root does not see that the port is its, and then a running one is believed.
    ``blocks``: whether anybody else on the port stops a launch.
    """
    expected = f"port {port} is free, or {' or '.join(sorted(rightful))} has it"
    if holder is None:
        return passed("free", expected=expected)
    if holder.container in rightful:
        return passed(f"{holder.container} has it", expected=expected)
    judged = failed if blocks else warned
    if holder.pid is None and running:
        return passed(f"a program of another account has it; {' and '.join(sorted(running))} runs", expected=expected)
    if holder.pid is None:
        fix = "See whose it is, and stop it."
        command = f"sudo ss -ltnp 'sport = :{port}'"
        found = "a program of another account has it."
        return judged(found, expected=expected, fix=fix, repair=RepairId.FREE_PORT, command=command)
    where = f" in the container {holder.container}" if holder.container else ""
    found = f"{holder.name or 'a program'} (pid {holder.pid}){where} has it."
    command = f"docker stop {shlex.quote(holder.container)}" if holder.container else f"kill {holder.pid}"
    return judged(
        found, expected=expected, fix="Stop it, if nobody needs it.", repair=RepairId.FREE_PORT, command=command
    )


def judge_time(*, synchronised: bool | None) -> Finding:
    """Judge the clock; None where the kernel does not say."""
    expected = "synchronised with a time server"
    if synchronised is None:
        return unknown("the kernel does not say", expected=expected)
    if synchronised:
        return passed("synchronised", expected=expected)
    fix = "Let the unit reach a time server once; the organizer's machine can be one."
    return warned("not synchronised", expected=expected, fix=fix, command="sudo timedatectl set-ntp true")


def judge_power_mode(mode: str | None) -> Finding:
    """Judge the mode that nvpmodel has set."""
    expected = "MAXN"
    if mode is None:
        return unknown("nvpmodel does not say", expected=expected)
    if mode.upper().startswith("MAXN"):
        return passed(mode, expected=expected)
    fix = "Set MAXN; figures measured in another mode cannot be compared with the published ones."
    return warned(
        mode, expected=expected, fix=fix, repair=RepairId.MAX_POWER, command="sudo nvpmodel -m 0 && sudo jetson_clocks"
    )


def judge_clocks(lowest: int | None, highest: int | None) -> Finding:
    """Judge the GPU's clock range: jetson_clocks makes its ends the same."""
    expected = "jetson_clocks is active"
    if lowest is None or highest is None:
        return unknown("the GPU's clocks cannot be read", expected=expected)
    if lowest == highest:
        return passed(f"fixed at {highest / 1e6:.0f} MHz", expected=expected)
    fix = "Fix the clocks before anything is measured."
    found = f"free between {lowest / 1e6:.0f} and {highest / 1e6:.0f} MHz"
    return warned(found, expected=expected, fix=fix, repair=RepairId.MAX_POWER, command="sudo jetson_clocks")


_OLDEST: Final = (38, 2)


def judge_l4t(release: str | None, jetpacks: Mapping[str, str]) -> Finding:
    """Judge the release of Jetson Linux; one that is newer than the list of *jetpacks* is no fault."""
    expected = "38.2 or newer; the workshop was tested on 38.2.2"
    numbers = tuple(int(each) for each in re.findall(r"\d+", release or ""))
    if len(numbers) < 2:
        return unknown("it does not say which release it runs", expected=expected)
    if numbers[:2] < _OLDEST:
        return failed(f"{release}", expected=expected, fix="Install a newer Jetson Linux on this unit.")
    jetpack = jetpacks.get(f"{release}")
    return passed(
        f"{release}, {f'JetPack {jetpack}' if jetpack else 'newer than this list of releases'}", expected=expected
    )


def judge_compile_cache(entries: int, size_bytes: int) -> Finding:
    """Judge the cache of torch.compile; without one a start only takes longer."""
    expected = "warm: one entry for each configuration"
    if entries == 0:
        return warned(
            "empty", expected=expected, fix="Start each configuration once, or copy the cache of another unit."
        )
    return passed(f"{entries} {'entry' if entries == 1 else 'entries'}, {size_bytes / 1e6:.0f} MB", expected=expected)


def judge_weights(name: str, fault: str | None, size_bytes: int, *, promised: bool) -> Finding:
    """Judge the weights of one configuration; ``promised``: the workshop puts them on every unit."""
    expected = "all weight files are on the unit"
    if fault is None:
        return passed(f"{size_bytes / GB:.1f} GB", expected=expected, subject=name)
    judged = failed if promised else warned
    return judged(fault, expected=expected, fix="Copy the model to this unit from another one.", subject=name)


def judge_file(name: str, size_bytes: int | None, expected_bytes: int) -> Finding:
    """Judge one file by its size: a wrong one is as bad as none."""
    expected = f"{expected_bytes:,} bytes"
    if size_bytes == expected_bytes:
        return passed(expected, expected=expected, subject=name)
    found = "missing" if size_bytes is None else f"{size_bytes:,} bytes"
    fix = "Put the file in place again."
    return failed(found, expected=expected, fix=fix, repair=RepairId.PUT_ENCODINGS, subject=name)


def judge_socket(mode: int | None, *, answers: bool) -> Finding:
    """Judge the agent's socket by its permissions; None where there is none."""
    expected = "nobody but its account and group may use it"
    if mode is None:
        return passed("no agent runs", expected=expected)
    if mode & 0o007:
        fix = "End the agent and start it again; it makes its socket anew."
        return failed(f"anybody may use it (mode {mode & 0o777:04o})", expected=expected, fix=fix)
    if not answers:
        return warned("nobody answers on it", expected=expected, fix="Start the agent again; it makes its socket anew.")
    return passed(f"mode {mode & 0o777:04o}", expected=expected)


def judge_throttling(causes: Sequence[str] | None) -> Finding:
    """Judge what holds the clocks down now; None where no device tells."""
    expected = "nothing holds the clocks down"
    if causes is None:
        return unknown("no device tells", expected=expected)
    if not causes:
        return passed("nothing does", expected=expected)
    fix = "Let air to the unit and look at its fan; figures measured now cannot be compared."
    return warned(", ".join(causes), expected=expected, fix=fix)


def judge_pin(*, pin_set: bool) -> Finding:
    """Judge whether a PIN guards the touch display."""
    expected = "one is set where participants reach the display"
    if pin_set:
        return passed("it is set", expected=expected)
    return warned(
        "no TA PIN is set; the display asks once and then restarts",
        expected=expected,
        fix="Set one, as the account that runs the agent.",
        command="thorhud config pin",
    )


def judge_chat_page(asked: str | None, port: int, *, fits: bool) -> Finding:
    """Judge the address that Open WebUI asks for models; None where no chat page runs."""
    expected = f"Open WebUI asks port {port} of this unit for models"
    if asked is None:
        return passed("no chat page runs", expected=expected)
    if fits:
        return passed(f"it asks {asked}", expected=expected)
    fix = "Start Open WebUI again with the right address; conversations stay where they lie in a mounted folder."
    command = (
        f"docker rm -f open-webui && docker run -d --network=host -v ${{HOME}}/open-webui:/app/backend/data"
        f" -e OPENAI_API_BASE_URL=http://0.0.0.0:{port}/v1 --name open-webui ghcr.io/open-webui/open-webui:main"
    )
    return warned(f"it asks {asked or 'no address of its own'}", expected=expected, fix=fix, command=command)
