"""Who holds a unit's memory: every byte in exactly one part, and what a person should do about it.

Unified memory has one pool for programs, for the GPU and for copies of files. ``/proc/meminfo`` says how much of it is
free, the driver which process holds GPU memory, and vLLM's log what its share consists of; no source says all of it.
"""

from dataclasses import dataclass
from enum import StrEnum

from thorhud.domain.state import AgentState, ServingPhase, ServingState
from thorhud.domain.telemetry import Memory, ProcessMemory, TelemetrySnapshot
from thorhud.domain.workshop import Workshop

GIB = 1024**3

UNCLAIMED_FROM_BYTES = 10 * GIB
"""With nothing running, more than this in use means that something was not given back (workshop, Troubleshooting)."""
LARGE_BYTES = 2 * GIB
"""A program with less than this is part of the system and is not named."""
KERNEL_BYTES = 3 * GIB // 2
"""What kernel and drivers take beside the memory of programs; a guess on the generous side."""
_NOISE_BYTES = GIB
"""Less than this is never called unclaimed: the sources look at slightly different moments."""

_SERVER_RUNS = {ServingPhase.STARTING, ServingPhase.READY, ServingPhase.STOPPING}


class Part(StrEnum):
    """What a part of the memory is held for, in the order of the bar."""

    SYSTEM = "system"
    WEIGHTS = "weights"
    KV_CACHE = "kv-cache"
    GRAPHS = "graphs"
    SERVER_REST = "server-rest"
    """What vLLM holds besides: activations, the CUDA context, its Python; all of it while nothing else is known."""
    OTHER = "other"
    """Programs that are large enough to be named."""
    UNCLAIMED = "unclaimed"
    """In use, and no process says that it is its own."""
    FILE_CACHE = "file-cache"
    """Copies of files. The kernel gives them back when a program asks; CUDA does not count them as free."""
    FREE = "free"


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A program that holds much memory."""

    name: str
    pid: int
    held_bytes: int
    container_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryLedger:
    """All memory of a unit, in bytes; `parts` has no gap and no overlap."""

    total_bytes: int
    free_bytes: int
    """MemFree: what CUDA calls free."""
    available_bytes: int
    """MemAvailable: free, and what the kernel says it could give back."""
    parts: dict[Part, int]
    """Every part, also those that are zero; their sum is the total."""
    others: tuple[Holder, ...] = ()
    """The named programs behind `Part.OTHER`, largest first."""
    swap_total_bytes: int | None = None
    swap_used_bytes: int | None = None
    idle_bytes: tuple[int, int] = (3 * GIB, 6 * GIB)
    """What a unit uses with nothing running, from the workshop file."""
    serving: bool = False
    """Whether a server runs whose memory comes back when it is stopped."""
    unified: bool = True
    """Whether the GPU lives in this memory; where it does not, nothing here says what a model finds free."""

    @property
    def used_bytes(self) -> int:
        """What is in use; copies of files are not."""
        return self.total_bytes - self.parts[Part.FREE] - self.parts[Part.FILE_CACHE]

    @property
    def server_bytes(self) -> int:
        """All that vLLM holds."""
        return sum(self.parts[part] for part in (Part.WEIGHTS, Part.KV_CACHE, Part.GRAPHS, Part.SERVER_REST))

    @property
    def reclaimable_bytes(self) -> int:
        """How much clearing the file cache frees at least, as the kernel estimates it."""
        return min(self.parts[Part.FILE_CACHE], max(0, self.available_bytes - self.parts[Part.FREE]))


def ledger_of(state: AgentState, workshop: Workshop | None) -> MemoryLedger | None:
    """Return the ledger of a unit's newest state; None where the memory was not read."""
    unified = state.identity.is_jetson or state.agent.simulated
    return memory_ledger(state.telemetry, state.serving, workshop, unified=unified)


def memory_ledger(
    telemetry: TelemetrySnapshot, serving: ServingState | None, workshop: Workshop | None, *, unified: bool = True
) -> MemoryLedger | None:
    """Put every byte into one part; None where the memory was not read.

    What is known goes first: free, file copies, the server's and other programs' own. *serving* is None for a look at
    a unit on which no server runs any more.
    """
    memory = telemetry.memory.value
    if memory is None or memory.total_bytes <= 0:
        return None
    low, high = workshop.idle_memory_gib if workshop else (3.0, 6.0)
    idle_bytes = (round(low * GIB), round(high * GIB))
    unified = unified and telemetry.gpu_memory.value is None
    runs = serving is not None and serving.phase in _SERVER_RUNS
    books = _Books(telemetry, memory, idle_bytes, unified=unified)
    others = books.enter_others(server_runs=runs)
    if serving is not None and runs:
        books.enter_server(serving)
    books.enter_system(everything_is_claimed=not unified or (runs and not books.driver_tells))
    swap = telemetry.swap.value
    return MemoryLedger(
        total_bytes=memory.total_bytes,
        free_bytes=books.parts[Part.FREE],
        available_bytes=max(0, memory.available_bytes),
        parts=books.parts,
        others=others,
        swap_total_bytes=swap.total_bytes if swap else None,
        swap_used_bytes=swap.used_bytes if swap else None,
        idle_bytes=idle_bytes,
        serving=runs,
        unified=unified,
    )


class _Books:
    """The parts while they are filled; nothing is entered that is not left."""

    def __init__(
        self, telemetry: TelemetrySnapshot, memory: Memory, idle_bytes: tuple[int, int], *, unified: bool
    ) -> None:
        self._on_gpu = (telemetry.gpu_processes.value or ()) if unified else ()
        self._plain = telemetry.large_processes.value or ()
        self.driver_tells = unified and telemetry.gpu_processes.value is not None
        self._least_idle_bytes = idle_bytes[0]
        self._idle_bytes = sum(idle_bytes) // 2
        self._plain_left: int | None = None
        """Plain memory of programs that is not entered yet; None where the kernel's count is not known."""
        if memory.anonymous_bytes is not None:
            self._plain_left = memory.anonymous_bytes + (memory.shared_bytes or 0)
        self.parts = dict.fromkeys(Part, 0)
        self.left = memory.total_bytes
        self._enter(Part.FREE, memory.free_bytes)
        self._enter(Part.FILE_CACHE, memory.file_cache_bytes)

    @property
    def _system_bytes(self) -> int:
        """What the system takes: what a unit takes when idle, or what its programs hold by the kernel's count."""
        if self._plain_left is None:
            return self._idle_bytes
        return max(self._idle_bytes, self._plain_left + KERNEL_BYTES)

    def _enter(self, part: Part, wanted_bytes: int) -> int:
        entered = max(0, min(wanted_bytes, self.left))
        self.parts[part] += entered
        self.left -= entered
        return entered

    def _take_plain(self, resident_bytes: int) -> int:
        """Return how much of a resident set is plain memory: some of it may be copies of files."""
        if self._plain_left is None:
            return resident_bytes
        taken = min(resident_bytes, self._plain_left)
        self._plain_left -= taken
        return taken

    def enter_others(self, *, server_runs: bool) -> tuple[Holder, ...]:
        """Enter the programs that are large enough to be named and are not the server."""
        gpu = {each.pid: each.gpu_bytes or 0 for each in self._on_gpu}
        plain = {each.pid: each.resident_bytes or 0 for each in self._plain}
        known = {each.pid: each for each in (*self._plain, *self._on_gpu)}
        named: list[Holder] = []
        for pid, process in known.items():
            size = gpu.get(pid, 0) + plain.get(pid, 0)
            if size < LARGE_BYTES or (server_runs and is_server(process)):
                continue
            held = self._enter(Part.OTHER, gpu.get(pid, 0) + self._take_plain(plain.get(pid, 0)))
            if held:
                named.append(Holder(name=process.name, pid=pid, held_bytes=held, container_id=process.container_id))
        return tuple(sorted(named, key=lambda each: -each.held_bytes))

    def enter_server(self, serving: ServingState) -> None:
        """Enter what vLLM holds, split as far as its log tells."""
        timeline = serving.timeline
        weights = _from_gib(timeline.model_memory_gib if timeline else None)
        kv_cache = _from_gib(timeline.kv_cache_gib if timeline else None)
        graphs = _from_gib(timeline.graph_memory_gib if timeline else None)
        if serving.phase is ServingPhase.STARTING:
            # the log tells the size of the cache before it is taken
            kv_cache = min(kv_cache, max(0, self.left - self._system_bytes - weights))
        share = self._server_share(weights + kv_cache + graphs)
        for part, wanted in ((Part.WEIGHTS, weights), (Part.KV_CACHE, kv_cache), (Part.GRAPHS, graphs)):
            share -= self._enter(part, min(wanted, share))
        self._enter(Part.SERVER_REST, share)

    def _server_share(self, known_bytes: int) -> int:
        """Return all that the server holds: what the driver says, else what the system does not usually take."""
        on_gpu = [each.gpu_bytes for each in self._on_gpu if is_server(each) and each.gpu_bytes is not None]
        if on_gpu:
            plain = (each.resident_bytes or 0 for each in self._plain if is_server(each))
            return sum(on_gpu) + sum(self._take_plain(each) for each in plain)
        # the log tells sizes a moment before they are taken: the system is never left with nothing
        taken = min(known_bytes, self.left - min(self._least_idle_bytes, self._system_bytes))
        return max(taken, self.left - self._system_bytes, 0)

    def enter_system(self, *, everything_is_claimed: bool) -> None:
        """Enter the rest: the system's, and what nobody claims where that can be told."""
        unclaimed = self.left - self._system_bytes
        normal = self.left <= UNCLAIMED_FROM_BYTES or unclaimed < _NOISE_BYTES
        if not normal and not everything_is_claimed:
            self._enter(Part.UNCLAIMED, unclaimed)
        self._enter(Part.SYSTEM, self.left)


def is_server(process: ProcessMemory) -> bool:
    """Whether a process looks like vLLM's: by its own name, or as a Python in a container."""
    name = process.name.lower()
    return "vllm" in name or (process.container_id is not None and name.startswith("python"))


def _from_gib(value: float | None) -> int:
    return round((value or 0.0) * GIB)
