"""The watch over the helper, with small programs in its place and a clock that a test moves."""

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from thorhud.telemetry.jtop_python import find_python, python_of
from thorhud.telemetry.jtop_source import HELPER, JtopSource, old_service
from thorhud.telemetry.sources import Sample

SAMPLE = json.loads((Path(__file__).parents[1] / "data/telemetry/jtop_722_load_0.9.json").read_text())
CONNECTED = {"kind": "connected", "interval_s": 1.0, "client": "7.2.2", "service": "7.2.2"}


def saying(*messages: object, then: str = "time.sleep(60)") -> Callable[[Path], Sequence[str]]:
    """Return a helper that prints *messages* and then does something."""
    lines = "\n".join(message if isinstance(message, str) else json.dumps(message) for message in messages)
    script = f"import sys, time\nprint({lines!r}, flush=True)\n{then}"
    return lambda _socket: [sys.executable, "-S", "-c", script]


class Watched:
    """A source whose clock stands still until a test moves it."""

    def __init__(self, folder: Path, *helpers: Callable[[Path], Sequence[str]]) -> None:
        socket = folder / "jtop.sock"
        socket.touch()
        self.now_s = 100.0
        self.starts = 0
        self._helpers = helpers
        self.source = JtopSource(socket, command=self._command, clock=lambda: self.now_s)

    def _command(self, socket: Path) -> Sequence[str]:
        helper = self._helpers[min(self.starts, len(self._helpers) - 1)]
        self.starts += 1
        return helper(socket)

    async def until(self, fulfilled: Callable[[Sample], bool]) -> Sample:
        """Read until a sample fulfils a condition; the children are real, so that takes real time."""
        while not fulfilled(sample := await self.source.read()):
            os.sched_yield()
        return sample

    async def answer(self) -> Sample:
        return await self.until(lambda sample: sample.state.age_s is not None)

    async def reason(self, word: str) -> Sample:
        return await self.until(lambda sample: word in (sample.state.reason or ""))


Watch = Callable[..., Watched]


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watch]:
    made: list[Watched] = []

    def make(*helpers: Callable[[Path], Sequence[str]]) -> Watched:
        made.append(Watched(tmp_path, *helpers))
        return made[-1]

    yield make
    for each in made:
        each.source.close()


async def test_a_sample_is_told_with_its_age(watch: Watch) -> None:
    watched = watch(saying(CONNECTED, {**SAMPLE, "age_s": 0.25}))
    fresh = await watched.answer()
    watched.now_s += 2.0
    later = await watched.source.read()

    assert fresh.state.age_s == pytest.approx(0.25)
    assert fresh.state.detail == "jetson-stats 7.2.2"
    assert fresh.state.reason is None
    assert fresh.values.gpu_load.value == 0.9
    assert later.values.gpu_load.age_s == pytest.approx(2.25)


async def test_a_helper_that_falls_silent_is_ended_and_begun_again(watch: Watch) -> None:
    watched = watch(saying(CONNECTED, SAMPLE))
    await watched.answer()
    silent_pid = watched.source.pid
    watched.now_s += 4.0
    silent = await watched.source.read()
    gone = watched.source.pid
    watched.now_s += 1.0
    again = await watched.until(lambda sample: sample.state.reason is None)
    new_pid = watched.source.pid

    assert "said nothing for 4 s" in (silent.state.reason or "")
    assert gone is None
    assert new_pid not in {None, silent_pid}
    assert again.values.gpu_load.value == 0.9
    assert watched.starts == 2


async def test_a_helper_that_is_frozen_can_be_ended(watch: Watch) -> None:
    watched = watch(saying(CONNECTED, SAMPLE))
    await watched.answer()
    pid = watched.source.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    watched.now_s += 4.0
    await watched.source.read()
    watched.source.close()

    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_a_connection_that_never_comes_is_given_up(watch: Watch) -> None:
    watched = watch(saying())
    await watched.source.read()
    watched.now_s += 19.0
    patient = watched.source.pid
    await watched.source.read()
    watched.now_s += 2.0
    given_up = await watched.source.read()

    assert patient is not None
    assert "let us wait for 20 s" in (given_up.state.reason or "")
    assert watched.source.pid is None


async def test_a_service_with_a_longer_interval_may_be_silent_for_longer(watch: Watch) -> None:
    watched = watch(saying({**CONNECTED, "interval_s": 5.0}, SAMPLE))
    await watched.answer()
    watched.now_s += 9.0
    patient = await watched.source.read()
    watched.now_s += 7.0
    given_up = await watched.source.read()

    assert patient.state.reason is None
    assert "said nothing for 16 s" in (given_up.state.reason or "")


async def test_values_that_are_too_old_are_none_any_more(watch: Watch) -> None:
    watched = watch(saying({**CONNECTED, "interval_s": 5.0}, {**SAMPLE, "age_s": 11.0}))
    lost = await watched.answer()

    assert lost.values.gpu_load.value is None
    assert lost.state.reason == "jtop's newest values are 11 s old."


async def test_each_failure_waits_longer_for_the_next_start(watch: Watch) -> None:
    watched = watch(saying(then="sys.exit(3)"))
    pauses = []
    await watched.source.read()
    for _ in range(6):
        await watched.until(lambda _: watched.source.pid is None)
        starts, failed_s = watched.starts, watched.now_s
        while watched.starts == starts:
            watched.now_s += 0.5
            await watched.source.read()
        pauses.append(watched.now_s - failed_s)

    assert pauses == [1.0, 2.0, 5.0, 10.0, 30.0, 30.0]


@pytest.mark.parametrize(
    ("what", "text", "words"),
    [
        ("JtopException", "The jtop.service is not active. Please run:\nsudo jtop --install-service", "does not run"),
        ("JtopException", "I can't access jtop.service.\nPlease logout or reboot this board.", "group jtop"),
        ("JtopException", "Lost connection with jtop server", "stopped while it was read"),
        ("JtopException", "Error connection", "stopped while it was read"),
        ("EOFError", "", "stopped while it was read"),
        ("JtopException", "Mismatch of Python versions between library and service", "Python"),
        ("frozen", "no sample for three intervals", "sampler is stuck"),
        ("missing", "No module named 'jtop'", "not installed"),
        ("KeyError", "'idle'", "jtop cannot be read: KeyError: 'idle'."),
    ],
)
async def test_every_trouble_is_a_sentence(watch: Watch, what: str, text: str, words: str) -> None:
    trouble = {"kind": "trouble", "what": what, "text": text}
    watched = watch(saying(trouble, then="sys.exit(1)"))

    sample = await watched.reason(words)

    assert sample.values.gpu_load.value is None
    assert sample.state.reason is not None
    assert sample.state.reason.endswith(".")
    assert "\n" not in sample.state.reason


async def test_a_service_of_another_version_names_both(watch: Watch) -> None:
    watched = watch(saying({**CONNECTED, "service": "4.3.2"}, SAMPLE))
    sample = await watched.answer()

    assert "4.3.2" in (sample.state.reason or "")
    assert "7.2.2" in (sample.state.reason or "")
    assert sample.values.power_w.value == 82.8


@pytest.mark.parametrize(("version", "old"), [("4.3.2", True), ("7.0.0", False), ("7.2.2", False), ("unknown", False)])
def test_a_service_that_is_older_than_thor_is_known_by_its_version(version: str, old: bool) -> None:
    assert (old_service(version) is not None) == old


async def test_lines_that_are_no_messages_are_passed_over(watch: Watch) -> None:
    watched = watch(saying("[WARN] something", "[1, 2]", '{"kind": 7}', "{" * 50_000, CONNECTED, SAMPLE))
    sample = await watched.answer()

    assert sample.values.gpu_load.value == 0.9


async def test_without_a_service_no_helper_is_started(tmp_path: Path) -> None:
    source = JtopSource(tmp_path / "none.sock", command=lambda _: pytest.fail("it was started"))

    assert "does not run" in ((await source.read()).state.reason or "")


async def test_without_jetson_stats_the_reason_says_so(tmp_path: Path) -> None:
    (tmp_path / "jtop.sock").touch()
    source = JtopSource(tmp_path / "jtop.sock", command=lambda _: None)

    assert "not installed" in ((await source.read()).state.reason or "")


async def test_the_helper_ends_when_whoever_started_it_is_gone(tmp_path: Path) -> None:
    """Also while it connects: the socket here takes a connection and never answers."""
    import socket
    import subprocess

    with socket.socket(socket.AF_UNIX) as deaf:
        deaf.bind(str(tmp_path / "deaf.sock"))
        deaf.listen()
        helper = subprocess.Popen(
            [sys.executable, HELPER, tmp_path / "deaf.sock"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
        )
        deaf.accept()[0].close()
        assert helper.stdin is not None
        helper.stdin.close()

        assert helper.wait(20) in {0, 1}


@pytest.mark.parametrize(
    ("start", "python"),
    [
        ("#!/opt/jtop/bin/python3\nimport jtop\n", "/opt/jtop/bin/python3"),
        ("#!/usr/bin/python3 -I\n", "/usr/bin/python3"),
        ("#!/bin/sh\n'''exec' \"/a/very/long/path/python\" \"$0\" \"$@\"\n' '''\n", "/a/very/long/path/python"),
        ("#!/bin/bash\nexec something\n", None),
        ("\x7fELF", None),
        ("", None),
    ],
)
def test_the_python_of_a_launcher_is_the_one_it_names(tmp_path: Path, start: str, python: str | None) -> None:
    (tmp_path / "jtop").write_text(start)

    assert python_of(tmp_path / "jtop") == python


def test_the_python_of_the_service_wins_over_any_other(tmp_path: Path) -> None:
    launcher, unit = tmp_path / "opt/tools/jtop", tmp_path / "etc/systemd/system/jtop.service"
    other = tmp_path / "usr/local/bin/jtop"
    for folder in (launcher, unit, other):
        folder.parent.mkdir(parents=True)
    python = tmp_path / "python3.12"
    python.symlink_to(sys.executable)
    launcher.write_text(f"#!{python}\n")
    other.write_text("#!/bin/false-python\n")
    unit.write_text("[Service]\nExecStart=/opt/tools/jtop --force\nRestart=on-failure\n")

    assert find_python(tmp_path) == str(python)
    unit.unlink()
    assert find_python(tmp_path) == sys.executable  # the other launcher's Python does not exist
