"""The root helper as a child process: its fixed verbs, and every proposal that it must refuse."""

import json
import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.repair.helper_elsewhere import HELPER, command

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="the root helper works as root only")

GOOD = {"default-runtime": "nvidia", "runtimes": {"nvidia": {"args": [], "path": "nvidia-container-runtime"}}}
OLD = '{"data-root": "/ssd"}'
LIMIT_S = 20


@pytest.fixture
def places(tmp_path: Path) -> dict[str, Any]:
    """Return a unit's places below a folder of the test's own; restarting Docker leaves a mark there."""
    (tmp_path / "proposals").mkdir()
    (tmp_path / "etc").mkdir()
    daemon_json = tmp_path / "etc/daemon.json"
    daemon_json.write_text(OLD)
    return {
        "proposal": tmp_path / "proposals/daemon.json",
        "daemon_json": daemon_json,
        "docker_socket": str(tmp_path / "docker.sock"),
        "docker_within_s": 0.3,
        "restart_docker": (("touch", str(tmp_path / "restarted")),),
        "dockerd": "no-dockerd-here",
    }


def ask(folder: Path, places: dict[str, Any], *words: str) -> tuple[int, dict[str, Any]]:
    """Run the helper and return its exit code and what it says."""
    ended = subprocess.run(
        [*command(folder, **places), *words],
        input="YES\n",  # whoever starts it may have a terminal; what it starts must not read from there
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    assert ended.stderr == ""
    return ended.returncode, json.loads(ended.stdout)


def link_to_a_secret(path: Path) -> None:
    secret = path.with_name("secret")
    secret.write_text(json.dumps(GOOD))
    path.symlink_to(secret)


def pipe(path: Path) -> None:
    os.mkfifo(path)


def folder(path: Path) -> None:
    path.mkdir()


def too_large(path: Path) -> None:
    path.write_text(json.dumps(GOOD) + " " * 64 * 1024)


def no_json(path: Path) -> None:
    path.write_text('{"default-runtime": "nvidia"')


def endless_nesting(path: Path) -> None:
    path.write_text("[" * 60_000)


def not_even_text(path: Path) -> None:
    path.write_bytes(b"\xff\xfe\x00")


def contents(value: object) -> Callable[[Path], None]:
    """Write *value* as the proposal."""

    def write(path: Path) -> None:
        path.write_text(json.dumps(value))

    return write


MALFORMED = {
    "a link": link_to_a_secret,
    "a pipe": pipe,
    "a folder": folder,
    "more than 64 KiB": too_large,
    "half an object": no_json,
    "endless nesting": endless_nesting,
    "no text": not_even_text,
    "a list": contents([GOOD]),
    "nothing": contents({}),
    "hosts": contents({**GOOD, "hosts": ["tcp://0.0.0.0:2375"]}),
    "an unknown key": contents({**GOOD, "no-such-key": 1}),
    "another default runtime": contents({"default-runtime": "runc"}),
    "a default runtime that is no name": contents({"default-runtime": ["nvidia"]}),
    "a runtime of another name": contents({"runtimes": {"mine": {"path": "nvidia-container-runtime"}}}),
    "a program of somebody's own": contents({"runtimes": {"nvidia": {"path": "/home/mina/evil"}}}),
    "arguments for the program": contents({"runtimes": {"nvidia": {**GOOD["runtimes"]["nvidia"], "args": ["--x"]}}}),  # type: ignore[index]
    "another key of a runtime": contents({"runtimes": {"nvidia": {"runtimeType": "x"}}}),
    "runtimes that are a list": contents({"runtimes": ["nvidia"]}),
}


@pytest.mark.parametrize("malformed", MALFORMED)
def test_a_malformed_proposal_is_refused_and_nothing_is_touched(
    tmp_path: Path, places: dict[str, Any], malformed: str
) -> None:
    MALFORMED[malformed](places["proposal"])

    code, told = ask(tmp_path, places, "apply-daemon-json")

    assert code == 65, told
    assert places["daemon_json"].read_text() == OLD
    assert [each.name for each in places["daemon_json"].parent.iterdir()] == ["daemon.json"]
    assert not (tmp_path / "restarted").exists()


def test_a_link_in_place_of_the_folder_of_proposals_is_not_followed(tmp_path: Path, places: dict[str, Any]) -> None:
    places["proposal"].write_text(json.dumps(GOOD))
    link = tmp_path / "elsewhere"
    link.symlink_to(places["proposal"].parent)

    code, _ = ask(tmp_path, {**places, "proposal": link / "daemon.json"}, "apply-daemon-json")

    assert code == 65


def test_no_proposal_is_another_answer_than_a_bad_one(tmp_path: Path, places: dict[str, Any]) -> None:
    code, told = ask(tmp_path, places, "apply-daemon-json")

    assert (code, told["sentence"]) == (66, "There is no proposal for daemon.json.")


def test_a_daemon_json_with_a_mistake_is_left_as_it_is_and_the_line_is_named(
    tmp_path: Path, places: dict[str, Any]
) -> None:
    broken = '{\n  "data-root": "/ssd",\n}\n'
    places["daemon_json"].write_text(broken)
    places["proposal"].write_text(json.dumps(GOOD))

    code, told = ask(tmp_path, places, "apply-daemon-json")

    assert code == 78
    assert "line 3" in told["sentence"]
    assert places["daemon_json"].read_text() == broken


def test_a_runtime_that_is_not_installed_is_refused_before_anything_changes(
    tmp_path: Path, places: dict[str, Any]
) -> None:
    program = str(tmp_path / "nvidia-container-runtime")
    proposal = {"default-runtime": "nvidia", "runtimes": {"nvidia": {"args": [], "path": program}}}
    places["proposal"].write_text(json.dumps(proposal))

    code, told = ask(tmp_path, {**places, "runtime_programs": [program]}, "apply-daemon-json")

    assert code == 69
    assert "not installed" in told["sentence"]
    assert places["daemon_json"].read_text() == OLD
    assert not (tmp_path / "restarted").exists()


@pytest.mark.parametrize(
    ("dockerd", "code"),
    [
        ("echo 'the following directives do not match: foo' >&2; exit 1", 65),
        ("echo 'unknown flag: --validate' >&2; exit 125", 76),
        ('grep -q default-runtime "$3"', 76),
    ],
)
def test_dockerd_reads_the_new_file_first_where_its_version_can(
    tmp_path: Path, places: dict[str, Any], dockerd: str, code: int
) -> None:
    # past the check this stand-in never answers, so that the change is taken back: 76, not 65
    check = tmp_path / "dockerd"
    check.write_text(f"#!/bin/sh\n{dockerd}\n")
    check.chmod(0o755)
    proposal = {"default-runtime": "nvidia", "runtimes": {"nvidia": {"args": [], "path": "/bin/sh"}}}
    places["proposal"].write_text(json.dumps(proposal))

    seen, told = ask(tmp_path, {**places, "dockerd": str(check), "runtime_programs": ["/bin/sh"]}, "apply-daemon-json")

    assert seen == code, told
    assert places["daemon_json"].read_text() == OLD
    assert (tmp_path / "restarted").exists() == (code == 76)


def test_two_changes_never_cross(tmp_path: Path, places: dict[str, Any]) -> None:
    slow = (("sleep", "2"),)
    proposal = {"default-runtime": "nvidia", "runtimes": {"nvidia": {"args": [], "path": "/bin/sh"}}}
    places["proposal"].write_text(json.dumps(proposal))
    words = [*command(tmp_path, **{**places, "restart_docker": slow, "runtime_programs": ["/bin/sh"]})]
    with subprocess.Popen([*words, "apply-daemon-json"], stdout=subprocess.DEVNULL) as first:
        _until(lambda: places["daemon_json"].read_text() != OLD)

        second = subprocess.run([*words, "apply-daemon-json"], capture_output=True, text=True, check=False)

        assert second.returncode == 71
        assert "Another change" in second.stdout
        assert first.wait(LIMIT_S) == 76


@pytest.mark.parametrize(
    "words",
    [(), ("drop-caches", "now"), ("format-disk",), ("--help",), ("drop-caches;reboot",), ("DROP-CACHES",), ("",)],
)
def test_anything_but_one_known_verb_is_refused(tmp_path: Path, words: tuple[str, ...]) -> None:
    ended = subprocess.run(
        ["python3", "-I", str(HELPER), *words], capture_output=True, text=True, timeout=LIMIT_S, check=False
    )

    assert ended.returncode == 64
    assert "drop-caches, restart-docker, reboot, apply-daemon-json, max-power" in json.loads(ended.stdout)["sentence"]


def test_nobody_but_root_gets_anything_done(tmp_path: Path, places: dict[str, Any]) -> None:
    code, told = ask(tmp_path, {**places, "account": 65534}, "drop-caches")

    assert (code, told["sentence"]) == (77, "Only root may do this.")


def test_dropping_the_caches_tells_free_memory_before_and_after(tmp_path: Path) -> None:
    switch, meminfo = tmp_path / "drop_caches", tmp_path / "meminfo"
    switch.write_text("0\n")
    meminfo.write_text("MemTotal: 2000 kB\nMemFree: 1000 kB\n")

    code, told = ask(tmp_path, {"drop_caches": switch, "meminfo": meminfo}, "drop-caches")

    assert (code, switch.read_text()) == (0, "3\n")
    assert told["details"] == {"free_before_bytes": 1_024_000, "free_after_bytes": 1_024_000}


def test_full_power_is_what_nvpmodel_says_afterwards_and_nobody_says_yes_to_its_reboot(tmp_path: Path) -> None:
    # the real programs exist on a Jetson only; these behave as they do, the second one waits for an answer
    state = tmp_path / "mode"
    state.write_text("120W\n1\n")
    _program(
        tmp_path / "nvpmodel",
        f'[ "$1" = -q ] && {{ echo "NV Power Mode: $(head -1 {state})"; tail -1 {state}; exit; }}\n'
        f"read answer && exit 9\n printf 'MAXN\\n0\\n' > {state}",
    )
    _program(tmp_path / "jetson_clocks", f"touch {tmp_path}/clocked")

    code, told = ask(
        tmp_path, {"power_programs": (str(tmp_path / "nvpmodel"), str(tmp_path / "jetson_clocks"))}, "max-power"
    )

    assert code == 0, told
    assert told["details"] == {"mode_before": "120W (1)", "mode_after": "MAXN (0)"}
    assert (tmp_path / "clocked").exists()


def test_a_power_mode_that_stays_is_a_failure(tmp_path: Path) -> None:
    _program(tmp_path / "nvpmodel", 'if [ "$1" = -q ]; then echo "NV Power Mode: 70W"; echo 3; fi')
    _program(tmp_path / "jetson_clocks", "true")

    code, told = ask(
        tmp_path, {"power_programs": (str(tmp_path / "nvpmodel"), str(tmp_path / "jetson_clocks"))}, "max-power"
    )

    assert code == 71
    assert "70W (3)" in told["sentence"]


def test_a_reboot_that_systemd_refuses_is_told(tmp_path: Path) -> None:
    _program(tmp_path / "systemctl", "echo 'Call to Reboot failed: there is an inhibitor' >&2; exit 1")

    code, told = ask(tmp_path, {"reboot": (str(tmp_path / "systemctl"), "reboot")}, "reboot")

    assert code == 71
    assert "there is an inhibitor" in told["sentence"]


def _program(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LIMIT_S
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)
