"""A Thor that is not there: its files move with a load that a test sets, and the real jtop service runs on it."""

import contextlib
import os
import signal
import subprocess
import threading
import time
from pathlib import Path

from tests.thor_fake import tree, truth
from tests.thor_fake.truth import Truth

HERE = Path(__file__).parent
TICK_S = 0.1
READY_S = 20.0


class FakeThor:
    """The tree below *folder*, kept moving, and the service that reads it."""

    def __init__(self, folder: Path, *, release: str = truth.R38_4, load: float = 0.5) -> None:
        self.folder = folder
        self.root = folder / "root"
        """A root for our own readers."""
        self.socket = folder / "run/jtop.sock"
        self.truth = Truth(load)
        self.nvml: dict[str, int] = {}
        """What the driver's library shall answer otherwise than the truth has it; -1 is "not supported"."""
        self._ticks = dict.fromkeys(range(truth.CORES), (100.0, 500000.0))
        self._ending = threading.Event()
        self._mover = threading.Thread(target=self._move, daemon=True)
        self._service: subprocess.Popen[bytes] | None = None
        tree.build(folder, release)
        self._write()
        self._mover.start()

    def set_load(self, load: float) -> Truth:
        """Change the load from now on."""
        self.truth = Truth(load)
        self._write()
        return self.truth

    def build_driver(self) -> Path:
        """Compile the driver's library; without it the unit has no NVML."""
        library = self.folder / "lib/libnvidia-ml.so.1"
        subprocess.run(["cc", "-shared", "-fPIC", "-o", library, HERE / "fake_nvml.c"], check=True)
        return library

    def start_service(self, python: Path) -> None:
        """Start the jtop service of *python* and wait until clients may connect."""
        self.socket.unlink(missing_ok=True)
        log = self.folder / "service.log"
        with log.open("wb") as output:
            self._service = subprocess.Popen(
                [python, HERE / "enter.py", self.folder, python, "-m", "jtop", "--force"],
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        until_s = time.monotonic() + READY_S
        while not (self.socket.exists() and b"service ready" in log.read_bytes()):
            if self._service.poll() is not None or time.monotonic() > until_s:
                raise RuntimeError(f"the jtop service did not start: {log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.05)

    def signal_service(self, number: signal.Signals) -> None:
        """Send a signal to the service and to everything that it started."""
        assert self._service is not None
        os.killpg(self._service.pid, number)

    def stop_service(self, number: signal.Signals = signal.SIGTERM) -> None:
        """End the service; what does not end by itself is killed."""
        if self._service is None:
            return
        with contextlib.suppress(ProcessLookupError, subprocess.TimeoutExpired):
            self.signal_service(signal.SIGCONT)
            self.signal_service(number)
            self._service.wait(5)
        with contextlib.suppress(ProcessLookupError):
            self.signal_service(signal.SIGKILL)
        self._service.wait()
        self._service = None

    def stand_still(self) -> None:
        """Let the files be as they are from now on."""
        self._ending.set()
        self._mover.join()

    def close(self) -> None:
        """End the service and all movement."""
        self.stop_service()
        self.stand_still()

    def _move(self) -> None:
        last_s = time.monotonic()
        while not self._ending.wait(TICK_S):
            now_s = time.monotonic()
            passed, last_s = 100 * (now_s - last_s), now_s
            for number, (busy, idle) in self._ticks.items():
                load = self.truth.core_load(number)
                self._ticks[number] = busy + passed * load, idle + passed * (1 - load)
            self._write()

    def _write(self) -> None:
        state = self.truth
        ticks = {number: (round(busy), round(idle)) for number, (busy, idle) in self._ticks.items()}
        for name, text in tree.moving(state, ticks):
            tree.write(self.folder / name, text)
        answers = {**tree.nvml_answers(state), **self.nvml}
        lines = [f"{name}={value}" for name, value in answers.items()]
        lines += [f"proc={truth.SERVER_PID} C {state.server_bytes}", f"proc={truth.DESKTOP_PID} G 0", ""]
        tree.write(self.folder / "nvml.conf", "\n".join(lines))
