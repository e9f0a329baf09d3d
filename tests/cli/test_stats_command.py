"""`thorhud stats` and `thorhud fit`: what they print, and that a watched terminal is given back."""

import contextlib
import json
import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from thorhud.cli.stats import snapshot_json, stats_lines
from thorhud.cli.telemetry_words import DASH, field_lines, memory_bar, readings, span
from thorhud.domain.identity import UnitIdentity
from thorhud.domain.memory import GIB, ledger_of
from thorhud.domain.reading import Reading
from thorhud.domain.state import AgentInfo, AgentState
from thorhud.domain.telemetry import (
    CpuCore,
    Fan,
    Memory,
    NetworkRate,
    ProcessMemory,
    Rail,
    SourceState,
    Swap,
    TelemetrySnapshot,
    ThermalZone,
)
from thorhud.settings.workshop_file import load_workshop

LIMIT_S = 60.0
COLUMNS, ROWS = 90, 30

STATE = AgentState(
    agent=AgentInfo(version="1", boot="b", pid=1, workshop_id="w", simulated=True),
    identity=UnitIdentity(hostname="thor-07", is_jetson=True),
    telemetry=TelemetrySnapshot(taken_s=1.0),
)


def with_telemetry(**readings: Any) -> AgentState:
    return replace(STATE, telemetry=replace(STATE.telemetry, **readings))


def line_of(state: AgentState, label: str) -> str:
    (line,) = [each for each in stats_lines(state, load_workshop(), width=80) if each.startswith(f"{label}  ")]
    return line


@pytest.mark.parametrize(
    ("field", "value", "label", "words"),
    [
        ("gpu_load", 0.94, "GPU load", "94 %"),
        ("gpu_load", 0.0, "GPU load", "0 %"),
        ("gpu_clock_mhz", 1575.0, "GPU clock", "1575 MHz"),
        ("power_w", 83.44, "power", "83.4 W"),
        ("power_mode", "120W", "power mode", "120 W"),
        ("temp_c", 63.25, "hottest", "63.2 \u00b0C"),
        ("fan_rpm", 2450.0, "fan speed", "2450 rpm"),
        ("disk_free_bytes", 412 * 10**9, "disk free", "412 GB"),
        ("disk_read_bytes_per_s", 2.6e9, "disk read", "2600.0 MB/s"),
        ("swap", Swap(total_bytes=8 * GIB, used_bytes=GIB), "swap", "1.0 of 8.0 GiB used"),
        ("throttling", False, "throttling", "no"),
        ("uptime_s", 5405.0, "uptime", "1 h 30 min"),
        ("gpu_processes", (), "GPU processes", "none"),
        ("gpu_processes", (ProcessMemory(pid=7, name="vllm", gpu_bytes=GIB),), "GPU processes", "vllm (7) 1.0 GiB"),
        (
            "rails",
            (Rail(name="VIN", power_w=None), Rail(name="VDD_GPU", power_w=0.0)),
            "rails",
            "VIN \u2013, VDD_GPU 0.0 W",
        ),
        ("zones", (ThermalZone(name="gpu", temp_c=None),), "zones", "gpu off"),
        ("cores", (CpuCore(number=0, load=0.5), CpuCore(number=1, online=False)), "cores", "0: 50 %, 1: off"),
        ("cores", tuple(CpuCore(number=n, load=0.0) for n in range(14)), "cores", "and 8 more"),
        ("fans", (Fan(name="pwmfan", rpm=2450.0),), "fans", "pwmfan 2450 rpm"),
        (
            "network",
            (NetworkRate(interface="mgbe0_0", received_bytes_per_s=1e6, sent_bytes_per_s=0.0),),
            "network",
            "mgbe0_0 in 1.0 out 0.0 MB/s",
        ),
    ],
)
def test_a_value_is_written_as_people_write_it(field: str, value: object, label: str, words: str) -> None:
    line = line_of(with_telemetry(**{field: Reading(value=value, source="kernel", age_s=0.25)}), label)

    assert words in line
    assert line.endswith("[kernel, 0.2 s]")


def test_what_is_not_known_is_a_dash_with_its_reason() -> None:
    state = with_telemetry(power_w=Reading(reason="No power sensor.", source="hwmon"))

    assert line_of(state, "power").split() == ["power", DASH, "No", "power", "sensor.", "[hwmon]"]


def test_every_field_of_a_sample_has_a_line_of_its_own() -> None:
    lines = list(field_lines(STATE.telemetry))

    assert len(lines) == len(list(readings(STATE.telemetry))) > 30
    assert len({each.label for each in lines}) == len(lines)


def test_a_silent_source_says_why() -> None:
    state = with_telemetry(sources=(SourceState(name="jtop", reason="The service is not active."),))

    assert "source jtop is silent: The service is not active." in stats_lines(state, load_workshop(), width=80)


def test_a_name_from_outside_cannot_move_the_cursor() -> None:
    hostile = ProcessMemory(pid=7, name="\x1b[2J\nx", gpu_bytes=GIB)
    state = with_telemetry(gpu_processes=Reading(value=(hostile,)), sources=(SourceState(name="a\x1b", reason="\x9b"),))

    text = "".join(stats_lines(state, load_workshop(), width=80))

    assert text.isprintable()


@pytest.mark.parametrize("width", [1, 10, 79, 120])
def test_the_bar_is_exactly_as_wide_as_asked(width: int) -> None:
    memory = Memory(total_bytes=7 * GIB, free_bytes=GIB, available_bytes=2 * GIB, file_cache_bytes=3 * GIB)
    ledger = ledger_of(with_telemetry(memory=Reading(value=memory)), load_workshop())
    assert ledger is not None

    assert len(memory_bar(ledger, width)) == width


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.4, "0 s"), (75, "1 min 15 s"), (3600, "1 h 0 min"), (200_000, "2 d 7 h")]
)
def test_a_length_of_time_has_two_units(seconds: float, words: str) -> None:
    assert span(seconds) == words


def test_the_json_names_value_reason_source_and_age_of_each_field() -> None:
    state = with_telemetry(
        power_w=Reading(value=83.4, source="INA238", age_s=0.1), gpu_load=Reading(reason="off", source="nvml")
    )

    found = json.loads(json.dumps(snapshot_json(state, load_workshop())))

    assert found["fields"]["power_w"] == {"value": 83.4, "reason": None, "source": "INA238", "age_s": 0.1}
    assert found["fields"]["gpu_load"] == {"value": None, "reason": "off", "source": "nvml", "age_s": None}
    assert set(found["fields"]) == {name for name, _ in readings(state.telemetry)}
    assert found["memory"] is None
    assert found["power"]["comparable"] is False


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Run a simulated unit with folders of its own, until the tests of this module are done."""
    folder = tmp_path_factory.mktemp("unit")
    found = dict(os.environ)
    for variable, name in {"XDG_RUNTIME_DIR": "r", "XDG_STATE_HOME": "s", "XDG_CONFIG_HOME": "c"}.items():
        (folder / name).mkdir(mode=0o700)
        found[variable] = str(folder / name)
    found["TERM"] = "xterm"
    agent = subprocess.Popen(
        [sys.executable, "-m", "thorhud", "--verbose", "agent", "--simulate"],
        env=found,
        stderr=subprocess.PIPE,
        text=True,
    )
    with agent:
        assert agent.stderr is not None
        for line in agent.stderr:
            if "listening" in line:
                break
        yield found
        agent.send_signal(signal.SIGTERM)
        agent.communicate(timeout=LIMIT_S)


def command(*typed: str) -> list[str]:
    return [sys.executable, "-m", "thorhud", *typed, "--simulate"]


def said(environment: dict[str, str], *typed: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*typed), env=environment, capture_output=True, text=True, timeout=LIMIT_S, check=False
    )


def test_one_sample_is_printed_with_its_verdicts(environment: dict[str, str]) -> None:
    answer = said(environment, "stats")

    assert (answer.returncode, answer.stderr) == (0, "")
    assert "thor-07 (simulated: nothing here is a measurement)" in answer.stdout
    assert "enough for a model that takes 110.5 GiB" in answer.stdout
    assert "120 W mode: measured speeds will be lower" in answer.stdout


def test_the_json_of_a_unit_says_whose_and_that_it_is_simulated(environment: dict[str, str]) -> None:
    found = json.loads(said(environment, "stats", "--json").stdout)

    assert (found["unit"], found["simulated"], found["memory"]["verdict"]) == ("thor-07", True, "fine")
    assert found["fields"]["cpu_load"]["value"] is not None
    assert sum(found["memory"]["parts"].values()) == found["memory"]["total_bytes"]


def test_status_ends_in_the_verdict_on_the_memory(environment: dict[str, str]) -> None:
    words = said(environment, "status").stdout
    found = json.loads(said(environment, "status", "--json").stdout)

    assert "GiB is free, enough for a model that takes 110.5 GiB." in words
    assert found["memory_verdict"]["kind"] == "fine"
    assert found["identity"]["hostname"] == "thor-07"


def test_fit_answers_for_each_configuration_or_shows_one_sum(environment: dict[str, str]) -> None:
    every = said(environment, "fit")
    one = said(environment, "fit", "llama-3.1-8b-fp8")
    shares = said(environment, "fit", "llama-3.1-8b-fp16", "--utilization", "0.1", "--json")
    unknown = said(environment, "fit", "nonsense")

    assert every.returncode == 0
    assert len(every.stdout.splitlines()) == len(load_workshop().configurations)
    assert one.returncode == 0
    assert "Needs 0.9 x 122.80 GiB = 110.5 GiB" in one.stdout
    assert shares.returncode == 1
    assert json.loads(shares.stdout)["verdict"] == "does-not-fit"
    assert unknown.returncode == 1
    assert "has no configuration 'nonsense'" in unknown.stderr


def test_a_watched_pipe_gets_one_block_each_second(environment: dict[str, str]) -> None:
    watch = subprocess.Popen(
        [*command("stats"), "--watch", "--json"], env=environment, stdout=subprocess.PIPE, text=True
    )
    with watch:
        assert watch.stdout is not None
        samples = [json.loads(watch.stdout.readline()) for _ in range(3)]
        watch.send_signal(signal.SIGINT)
        watch.communicate(timeout=LIMIT_S)

    assert watch.returncode == 0
    gaps = [later["at_unix_s"] - earlier["at_unix_s"] for earlier, later in pairwise(samples)]
    assert all(gap > 0.9 for gap in gaps)


def test_a_reader_of_a_watched_pipe_who_has_enough_is_no_fault(environment: dict[str, str]) -> None:
    watch = subprocess.Popen(
        [*command("stats"), "--watch"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with watch:
        assert watch.stdout is not None
        assert watch.stderr is not None
        block = list(iter(watch.stdout.readline, "\n"))
        watch.stdout.close()
        complaint = watch.stderr.read()

    assert complaint == ""
    assert "thor-07" in block[1]
    assert not any("q leaves" in line or "\x1b" in line for line in block)


class Terminal:
    """A terminal of its own, with the program in it."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.side, inside = pty.openpty()
        termios.tcsetwinsize(inside, (ROWS, COLUMNS))
        self.before = termios.tcgetattr(inside)
        self._inside = inside
        self.program = subprocess.Popen(
            [*command("stats"), "--watch"],
            env=environment,
            stdin=inside,
            stdout=inside,
            stderr=inside,
            start_new_session=True,
        )
        self.shown = b""

    def until(self, text: bytes) -> bytes:
        """Read until *text* appears; return what came before it."""
        end_s = time.monotonic() + LIMIT_S
        while text not in self.shown:
            assert time.monotonic() < end_s, self.shown[-2000:]
            ready, _, _ = select.select([self.side], [], [], 1.0)
            if ready:
                self.shown += os.read(self.side, 65536)
        before, _, self.shown = self.shown.partition(text)
        return before

    def attributes(self) -> list[Any]:
        return termios.tcgetattr(self._inside)

    def resize(self, rows: int, columns: int) -> None:
        termios.tcsetwinsize(self._inside, (rows, columns))
        self.program.send_signal(signal.SIGWINCH)

    def close(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.program.kill()
        self.program.wait()
        os.close(self.side)
        os.close(self._inside)


@pytest.fixture
def terminal(environment: dict[str, str]) -> Iterator[Terminal]:
    terminal = Terminal(environment)
    yield terminal
    terminal.close()


END_OF_PICTURE = b"\x1b[J"


def test_a_picture_never_leaves_the_terminal(terminal: Terminal) -> None:
    terminal.until(b"\x1b[?1049h")
    lines = terminal.until(END_OF_PICTURE).replace(b"\x1b[K", b"").replace(b"\x1b[H", b"").decode().split("\r\n")
    assert len(lines) <= ROWS
    assert max(len(each.replace("\x1b[?25l", "")) for each in lines) <= COLUMNS
    assert "more lines" in lines[-1]

    terminal.resize(10, 40)
    terminal.until(b"\x1b[H")
    while (
        len(small := terminal.until(END_OF_PICTURE).replace(b"\x1b[K", b"").replace(b"\x1b[H", b"").split(b"\r\n")) > 10
    ):
        terminal.until(b"\x1b[H")
    assert max(len(each.decode()) for each in small) <= 40


@pytest.mark.parametrize("leave", ["q", "Ctrl+C", "end of session"])
def test_the_terminal_is_given_back_as_it_was(terminal: Terminal, leave: str) -> None:
    terminal.until(END_OF_PICTURE)
    assert terminal.attributes() != terminal.before

    match leave:
        case "q":
            os.write(terminal.side, b"q")
        case "Ctrl+C":
            terminal.program.send_signal(signal.SIGINT)
        case _:
            terminal.program.send_signal(signal.SIGTERM)

    terminal.until(b"\x1b[?25h\x1b[?1049l")
    assert terminal.program.wait(LIMIT_S) == 0
    assert terminal.attributes() == terminal.before
