"""jetson-stats as a source: its client runs in a helper process that is watched, killed and started again."""

import json
import logging
import re
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from thorhud.domain.telemetry import SourceState, TelemetrySnapshot
from thorhud.telemetry.jtop_python import find_python
from thorhud.telemetry.jtop_values import NAME, JtopValues
from thorhud.telemetry.line_process import LineProcess
from thorhud.telemetry.sources import Sample, silent

log = logging.getLogger(__name__)

HELPER = Path(__file__).with_name("jtop_helper.py")
SOCKET = Path("/run/jtop.sock")
CONNECT_S = 20.0
"""The first sample may take so long: a service that has just lost its sampler keeps a client for 17 s."""
SILENT_PERIODS = 3
LOST_S = 10.0
"""From this age on a value is none any more."""
_PAUSES_S = (1.0, 2.0, 5.0, 10.0, 30.0)
"""How long to wait before the next start, longer each time; a sample begins again at the first."""
_MISSING = (
    "jetson-stats is not installed on this unit; install it in an environment of its own, "
    "then: sudo jtop --install-service."
)

_TROUBLES = (
    (r"not active", "The jtop service does not run: sudo systemctl restart jtop.service."),
    (r"can't access|Permission denied", "This account may not read jtop: add it to the group jtop and log in again."),
    (r"Mismatch of Python", "The jtop service runs under a Python whose messages ours cannot read."),
    (r"Lost connection|Error connection|EOFError", "The jtop service stopped while it was read; it is tried again."),
    (r"no sample for three intervals", "The jtop service is connected but sends nothing: its sampler is stuck."),
    (r"No module named", _MISSING),
)


class JtopSource:
    """Fulfils `thorhud.telemetry.sources.Source` from the lines of the helper.

    *clock* is monotonic. Nothing here waits: each read looks at what came and decides what is to be done.
    """

    name = NAME

    def __init__(
        self,
        socket: Path = SOCKET,
        *,
        command: Callable[[Path], Sequence[str] | None] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._socket = socket
        self._command = command or helper_command
        self._clock = clock
        self._child: LineProcess | None = None
        self._started_s = 0.0
        self._heard_s: float | None = None
        self._period_s = 1.0
        self._failures = 0
        self._next_start_s = 0.0
        self._reason: str | None = "The jtop service has not answered yet."
        self._versions: tuple[str, str] | None = None
        self._values = JtopValues()
        self._newest: tuple[Mapping[str, Any], float] | None = None
        """The newest sample and the moment, on our clock, at which its values were taken."""

    @property
    def pid(self) -> int | None:
        """The helper's process id while it runs."""
        return None if self._child is None else self._child.pid

    async def read(self) -> Sample:
        """Return the newest sample with its age, or why there is none."""
        now_s = self._clock()
        if self._child is None and now_s >= self._next_start_s:
            self._start(now_s)
        if self._child is not None:
            for line in self._child.lines():
                self._hear(line, now_s)
            self._watch(self._child, now_s)
        return self._sample(now_s)

    def close(self) -> None:
        """End the helper."""
        if self._child is not None:
            self._child.kill()
            self._child = None

    def _start(self, now_s: float) -> None:
        if not self._socket.exists():
            self._again_later("The jtop service does not run: sudo systemctl restart jtop.service.", now_s)
            return
        command = self._command(self._socket)
        try:
            if command is None:
                raise FileNotFoundError
            self._child = LineProcess(command)
        except OSError:
            self._again_later(_MISSING, now_s)
            return
        self._started_s, self._heard_s = now_s, None
        self._values = JtopValues()

    def _hear(self, line: str, now_s: float) -> None:
        message = _decoded(line)
        match message.get("kind"):
            case "connected":
                self._versions = str(message.get("service")), str(message.get("client"))
                self._period_s = max(1.0, _seconds(message.get("interval_s")))
            case "sample":
                if self._reason is not None:
                    log.info("jtop answers")
                self._heard_s, self._reason, self._failures = now_s, None, 0
                self._newest = message, now_s - _seconds(message.get("age_s"))
            case "trouble":
                self._tell(_words(str(message.get("what")), str(message.get("text"))))

    def _watch(self, child: LineProcess, now_s: float) -> None:
        """End a helper that hangs, and see when it has ended by itself."""
        if (code := child.ended()) is not None:
            self._again_later(self._reason or f"The jtop helper ended (code {code}); it is started again.", now_s)
        elif self._heard_s is None and now_s - self._started_s > CONNECT_S:
            self._again_later(f"The jtop service let us wait for {CONNECT_S:.0f} s and sent nothing.", now_s)
        elif self._heard_s is not None and now_s - self._heard_s > SILENT_PERIODS * self._period_s + 0.5:
            silent_s = now_s - self._heard_s
            self._again_later(f"jtop has said nothing for {silent_s:.0f} s; it is started again.", now_s)

    def _again_later(self, reason: str, now_s: float) -> None:
        self.close()
        self._tell(reason)
        self._next_start_s = now_s + _PAUSES_S[min(self._failures, len(_PAUSES_S) - 1)]
        self._failures += 1

    def _tell(self, reason: str) -> None:
        if self._reason is None:
            log.warning("jtop stopped answering: %s", reason)
        self._reason = reason

    def _sample(self, now_s: float) -> Sample:
        detail = None if self._versions is None else f"jetson-stats {self._versions[0]}"
        if self._newest is None:
            return silent(NAME, self._reason or "No sample of jtop has come yet.", detail=detail)
        message, taken_s = self._newest
        age_s = max(0.0, now_s - taken_s)
        if age_s > LOST_S:
            reason = self._reason or f"jtop's newest values are {age_s:.0f} s old."
            return silent(NAME, reason, detail=detail, age_s=age_s)
        values: TelemetrySnapshot = self._values.read(message, age_s)
        state = SourceState(name=NAME, detail=detail, reason=self._reason or self._mismatch(), age_s=age_s)
        return Sample(values=values, state=state)

    def _mismatch(self) -> str | None:
        """Return what a service of another version means; its values are still those that it has."""
        if self._versions is None:
            return None
        service, client = self._versions
        if service.split(".")[:2] == client.split(".")[:2]:
            return old_service(service)
        return (
            f"The jtop service is version {service} and the library {client}; what both tell alike is read. "
            "Bring them together: sudo jtop --install-service."
        )


def old_service(version: str) -> str | None:
    """Return what a service that is older than Thor cannot tell; None for one that knows it."""
    major = re.match(r"\d+", version)
    if major is None or int(major[0]) >= 7:
        return None
    return f"jetson-stats {version} is older than Thor and sees neither its GPU nor its memory's clock; install 7.2."


def helper_command(socket: Path) -> Sequence[str] | None:
    """Return how the helper is started; None where no Python has jetson-stats."""
    python = find_python()
    if python is None:
        return None
    return [python, str(HELPER), *([] if socket == SOCKET else [str(socket)])]


def _decoded(line: str) -> Mapping[str, Any]:
    try:
        message = json.loads(line)
    except ValueError:
        return {}
    return message if isinstance(message, dict) else {}


def _seconds(value: object) -> float:
    return float(value) if isinstance(value, (int, float)) and 0 <= value < 1e6 else 0.0


def _words(what: str, text: str) -> str:
    """Return one sentence for what the helper ran into."""
    known = next((words for pattern, words in _TROUBLES if re.search(pattern, f"{what}: {text}")), None)
    return known or f"jtop cannot be read: {what}: {' '.join(text.split())[:200]}."
