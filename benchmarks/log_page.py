"""What the log page costs while a server writes 1 MB/s: python benchmarks/log_page.py [--seconds N] [--rate MB].

The lines are vLLM's; they go through records, agent and wire as they do on a unit, and are drawn offscreen at
1920x1080. Printed: the share of one CPU of this process and of its painting alone, the times of the frames, the memory.
"""

import argparse
import os
import resource
import statistics
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "gui"))

import msgspec
import samples
from PySide6.QtWidgets import QApplication

from thorhud.agent.log_answers import _page
from thorhud.domain.containers import RecordedLine
from thorhud.domain.messages import LaunchRecord, LogHits, QueryAnswer, QueryName
from thorhud.domain.wire import convert, decode_down, encode, plain
from thorhud.gui.fonts import load_fonts
from thorhud.gui.widgets.toggle_row import ToggleRow
from thorhud.gui.windows.kiosk_window import KioskWindow
from thorhud.gui.wishes import Inquiry
from thorhud.records.store import Records

LOG = Path(__file__).parent.parent / "tests" / "data" / "vllm" / "01_cold_start_default.raw"
BATCH_S = 0.05


class Agent:
    """Answers as an agent does, by way of bytes; what its own half costs is counted apart."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self.cpu_s = 0.0
        self.bytes = 0

    def ask(self, inquiry: Inquiry) -> None:
        began_s = time.process_time()
        if inquiry.name is QueryName.LOG:
            args = inquiry.args
            value: object = _page(self._records, "bench", args["offset"], args["limit"], 4000)
        elif inquiry.name is QueryName.LAUNCHES:
            value = [LaunchRecord(id="bench", configuration_id=None, started_unix_s=0.0)]
        else:
            value = LogHits(launch_id="bench", numbers=(), total=0)
        data = encode(QueryAnswer(id="1", result=plain(value)))
        self.cpu_s += time.process_time() - began_s
        self.bytes += len(data)
        answer = decode_down(data)
        inquiry.deliver(convert(msgspec.to_builtins(answer.result), inquiry.kind), "")  # type: ignore[union-attr]

    def write(self, lines: list[RecordedLine]) -> None:
        began_s = time.process_time()
        self._records.append_lines("bench", lines)
        self.cpu_s += time.process_time() - began_s


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--rate", type=float, default=1.0, help="MB/s (default: 1)")
    parser.add_argument("--wrap", action="store_true", help="with long lines wrapped")
    arguments = parser.parse_args()
    application = QApplication.instance() or QApplication([])
    load_fonts()
    with tempfile.TemporaryDirectory() as folder, closing(Records(Path(folder) / "records.sqlite3")) as records:
        agent = Agent(records)
        window = KioskWindow("dark")
        window.resize(1920, 1080)
        window.show()
        window.inquiry_requested.connect(agent.ask)
        window.display(samples.faces()["running"])
        window.open_page("log")
        page = window.pages.currentWidget()
        page.open_launch("bench")  # type: ignore[union-attr]
        page.findChild(ToggleRow).setChecked(arguments.wrap)  # type: ignore[union-attr]
        application.processEvents()
        _measure(agent, application, seconds=arguments.seconds, rate=arguments.rate)
        window.close()
    return 0


def _measure(agent: Agent, application: object, *, seconds: float, rate: float) -> None:
    texts = [line for line in LOG.read_bytes().split(b"\n") if line]
    memory_before = _memory_mib()
    began_s, began_cpu_s, agent_cpu_s = time.monotonic(), time.process_time(), agent.cpu_s
    turns, written, number = [], 0, 0
    while (now_s := time.monotonic()) < began_s + seconds:
        lines = []
        while written < rate * 1e6 * (now_s - began_s):
            text = texts[number % len(texts)]
            lines.append(RecordedLine(f"{number:012}", text))
            written, number = written + len(text) + 1, number + 1
        agent.write(lines)
        turn_s = time.monotonic()
        application.processEvents()  # type: ignore[attr-defined]
        turns.append(time.monotonic() - turn_s)
        time.sleep(max(0.0, now_s + BATCH_S - time.monotonic()))
    wall_s, cpu_s = time.monotonic() - began_s, time.process_time() - began_cpu_s
    agent_s = agent.cpu_s - agent_cpu_s
    busy = sorted(turn for turn in turns if turn > 0.001)
    print(f"{written / 1e6:.1f} MB in {number} lines, {wall_s:.1f} s; {agent.bytes / 1e6:.1f} MB through the wire")
    face, other = 100 * (cpu_s - agent_s) / wall_s, 100 * agent_s / wall_s
    print(f"CPU of the face: {face:.1f} % of one core; of the agent's half: {other:.1f} %")
    if busy:
        middle, high, worst = (1000 * each for each in (statistics.median(busy), busy[int(0.99 * len(busy))], busy[-1]))
        print(f"frames: {len(busy)}, median {middle:.1f} ms, p99 {high:.1f} ms, worst {worst:.1f} ms")
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"memory: {memory_before:.0f} MiB before, {_memory_mib():.0f} MiB after, {most:.0f} MiB at most")


def _memory_mib() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024**2


if __name__ == "__main__":
    sys.exit(main())
