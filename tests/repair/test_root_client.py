"""The ways to root: each answers with a result, also where the other side hangs, says nonsense or is not there."""

import json
import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from thorhud.repair import root as root_module
from thorhud.repair.root import LIMIT_S, TO_TYPE, DirectRoot, NoRoot, RootVerb, UnitRoot

EVERY_VERB = tuple(RootVerb)


def program(path: Path, script: str) -> tuple[str, ...]:
    """Write a Python program and return the command that runs it."""
    path.write_text(script)
    return (sys.executable, "-I", str(path))


def systemctl(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Put a systemctl of our own first on the path."""
    path = folder / "systemctl"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")


@pytest.mark.parametrize("verb", EVERY_VERB)
async def test_every_verb_has_a_limit_and_a_command_to_type(verb: RootVerb) -> None:
    told = await NoRoot().ask(verb)

    assert not told.done
    assert "sudo" in told.command == TO_TYPE[verb]
    assert LIMIT_S[verb] > 0


async def test_the_real_helper_answers_to_a_verb_it_may_not_do_with_a_sentence(tmp_path: Path) -> None:
    told = await DirectRoot(proposal=tmp_path / "nowhere/daemon.json").ask(RootVerb.APPLY_DAEMON_JSON)

    assert not told.done
    assert told.sentence.endswith(".")
    assert "Traceback" not in told.sentence


async def test_a_helper_that_hangs_is_left_after_its_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(root_module, "LIMIT_S", dict.fromkeys(RootVerb, 0.3))
    helper = program(tmp_path / "hang.py", "import time; time.sleep(60)")
    began = time.monotonic()

    told = await DirectRoot(helper).ask(RootVerb.DROP_CACHES)

    assert time.monotonic() - began < 10
    assert not told.done
    assert "not ended" in told.sentence
    assert told.command


@pytest.mark.parametrize("said", ["", "nonsense", "{}", '{"code": "x", "sentence": 1}', "[1]"])
async def test_a_helper_that_says_nothing_of_use_has_done_nothing(tmp_path: Path, said: str) -> None:
    told = await DirectRoot(program(tmp_path / "say.py", f"print({said!r})")).ask(RootVerb.DROP_CACHES)

    assert not told.done
    assert told.sentence


async def test_a_helper_that_is_not_there_is_said_with_the_command(tmp_path: Path) -> None:
    told = await DirectRoot((str(tmp_path / "nowhere"),)).ask(RootVerb.DROP_CACHES)

    assert not told.done
    assert told.command


async def test_the_helper_sees_nothing_of_our_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNTIME_DIRECTORY", str(tmp_path))
    script = (
        'import json, os; print(json.dumps({"code": 0, "sentence": str("RUNTIME_DIRECTORY" in os.environ), "at_s": 1}))'
    )

    told = await DirectRoot(program(tmp_path / "env.py", script)).ask(RootVerb.DROP_CACHES)

    assert told.sentence == "False"


async def test_a_proposal_is_put_whole_where_the_helper_looks(tmp_path: Path) -> None:
    helper = program(tmp_path / "ok.py", 'print(\'{"code": 0, "sentence": "ok", "at_s": 1}\')')
    path = tmp_path / "proposals/daemon.json"
    path.parent.mkdir()

    told = await DirectRoot(helper, proposal=path).ask(
        RootVerb.APPLY_DAEMON_JSON, proposal={"default-runtime": "nvidia"}
    )

    assert told.done
    assert json.loads(path.read_text()) == {"default-runtime": "nvidia"}
    assert [each.name for each in path.parent.iterdir()] == ["daemon.json"]


async def test_an_answer_of_an_earlier_call_is_not_taken_for_this_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = {"code": 0, "sentence": "The file cache was dropped.", "at_s": 1.0}
    (tmp_path / "drop-caches.json").write_text(json.dumps(old))
    systemctl(tmp_path, monkeypatch, '[ "$1" = show ] && { echo loaded; exit; }; echo "Job failed" >&2; exit 1')

    told = await UnitRoot(results=tmp_path).ask(RootVerb.DROP_CACHES)

    assert not told.done
    assert "Job failed" in told.sentence


async def test_systemd_is_asked_without_a_password_and_for_nothing_but_the_unit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    systemctl(tmp_path, monkeypatch, f'echo "$@" >> {tmp_path}/asked')

    told = await UnitRoot(results=tmp_path).ask(RootVerb.RESTART_DOCKER)

    assert told.done
    assert (tmp_path / "asked").read_text() == "--no-ask-password start thorhud-restart-docker.service\n"


async def test_a_unit_that_is_not_installed_is_told_from_one_that_is_not_allowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    systemctl(
        tmp_path,
        monkeypatch,
        '[ "$1" = show ] && { echo not-found; exit; }; echo "Interactive authentication required." >&2; exit 1',
    )

    told = await UnitRoot(results=tmp_path).ask(RootVerb.REBOOT)

    assert "not installed" in told.sentence
    assert told.command == "sudo reboot"


def test_a_program_that_ends_in_the_middle_leaves_the_helper_to_its_end(tmp_path: Path) -> None:
    # a change of daemon.json that is broken off in its middle would leave a unit without Docker
    helper = program(
        tmp_path / "slow.py", f"import time, pathlib; time.sleep(1); pathlib.Path({str(tmp_path / 'done')!r}).touch()"
    )
    agent = f"""
import asyncio
from thorhud.repair.root import DirectRoot, RootVerb

async def main() -> None:
    asking = asyncio.ensure_future(DirectRoot({helper!r}).ask(RootVerb.APPLY_DAEMON_JSON))
    await asyncio.sleep(0.3)
    asking.cancel()

asyncio.run(main())
"""

    ended = subprocess.run([sys.executable, "-c", agent], capture_output=True, text=True, timeout=30, check=False)

    assert (ended.returncode, ended.stderr) == (0, "")
    assert (tmp_path / "done").exists()
