"""`thorhud doctor` as a person types it: problems first, exit codes, repairs with their plan and proof."""

import asyncio
import json
import os
import socket
import sqlite3
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.checks.units import FakeDocker, container, facts, programs, thor, write
from thorhud.checks.docker_facts import DockerFacts, HttpDocker
from thorhud.checks.look import Unit, this_unit
from thorhud.cli import doctor, repairing
from thorhud.cli.main import main
from thorhud.domain.checks import CheckResult, CheckStatus
from thorhud.domain.reading import Reading
from thorhud.domain.repairs import REPAIRS, RepairPlan, RepairProgress, RepairProof, repair_of
from thorhud.settings.declared import Settings


@pytest.fixture
def unit(tmp_path: Path) -> Unit:
    return thor(tmp_path)


@pytest.fixture(autouse=True)
def no_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    # nobody's agent answers here
    monkeypatch.setattr("thorhud.links.start_agent.socket_path", lambda **_: tmp_path / "no.sock")
    monkeypatch.setattr("thorhud.settings.load.SYSTEM_FILE", tmp_path / "etc.toml")


@pytest.fixture
def typed(unit: Unit, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run `thorhud doctor` against the faked unit, or a changed one."""
    room = Reading(value=300 * 10**9)
    monkeypatch.setattr("thorhud.checks.payload_probes.read_space", lambda _: (room, room))

    def run(*arguments: str, **changes: Any) -> int:
        monkeypatch.setattr(doctor, "this_unit", lambda *_: replace(unit, **changes))
        return main(["doctor", *arguments])

    return run


def prepared(unit: Unit) -> None:
    """Lay down the payload that the checks measure, but for its gigabytes."""
    for name, size in (("cl100k_base.tiktoken", 1_681_126), ("o200k_base.tiktoken", 3_613_922)):
        write(unit.data_dir, f"encodings/{name}", "")
        with (unit.data_dir / "encodings" / name).open("wb") as file:
            file.truncate(size)
    for configuration in unit.workshop.configurations:
        for model in filter(None, (configuration.model, configuration.draft_model)):
            folder = f"models/huggingface/hub/models--{model.replace('/', '--')}"
            write(unit.data_dir, f"{folder}/refs/main", "abc")
            write(unit.data_dir, f"{folder}/snapshots/abc/config.json", "{}")
            write(unit.data_dir, f"{folder}/snapshots/abc/model.safetensors", "\x02" + "\0" * 7 + "{}")


def result(status: CheckStatus, **more: Any) -> CheckResult:
    said: dict[str, Any] = {
        "check": "some", "title": "Some check", "status": status, "expected": "this", "found": "that", **more
    }  # fmt: skip
    return CheckResult(**said)


# the list


def test_a_unit_without_problems_ends_with_0(unit: Unit, typed: Any, capsys: pytest.CaptureFixture[str]) -> None:
    prepared(unit)

    code = typed()

    told = capsys.readouterr().out
    assert told.startswith("No problems, ")
    assert "\nProblems\n" not in told
    assert code == 0


def test_problems_stand_first_with_found_expected_fix_and_repair(
    typed: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        typed(docker=FakeDocker(facts(default_runtime="runc", containers=(container(ours=False, running=False),)))) == 1
    )

    told = capsys.readouterr().out
    order = [told.index(f"\n{heading}\n") for heading in ("Problems", "Warnings", "In order")]
    assert order == sorted(order)
    assert (
        "  Default runtime\n"
        '      found     "runc" now; daemon.json names nvidia, but Docker was not restarted since.\n'
        '      expected  the default runtime is "nvidia", now and after a restart of Docker\n'
        "      fix       Restart Docker.\n"
        "      repair    thorhud doctor --fix restart-docker\n"
        "      by hand   sudo systemctl restart docker\n"
    ) in told
    assert "      type      docker rm -f vllm\n" in told


def test_warnings_alone_do_not_fail(unit: Unit, typed: Any) -> None:
    prepared(unit)

    assert (
        typed(program=programs({"nvidia-smi": "GPU 0: NVIDIA Thor (UUID: 1)", "nvpmodel": "NV Power Mode: 120W\n1"}))
        == 0
    )


def test_json_names_every_check_by_its_id(typed: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert typed("--json", docker=FakeDocker(DockerFacts(reason="It is not there."))) == 1

    told = json.loads(capsys.readouterr().out)
    by_key = {each["check"]: each for each in told["checks"]}
    assert told["outcome"] == "failed"
    assert told["counts"]["fail"] == sum(each["status"] == "fail" for each in told["checks"])
    assert by_key["docker"] == {
        "check": "docker",
        "title": "Docker",
        "status": "fail",
        "expected": "the Docker Engine answers this account",
        "found": "It is not there.",
        "fix": "Start Docker; if it ends at once, look at its settings first.",
        "repair": "restart-docker",
        "command": "sudo systemctl restart docker",
        "subject": "",
    }
    assert "runtime-test" not in by_key


def test_deep_runs_the_test_container(typed: Any, capsys: pytest.CaptureFixture[str]) -> None:
    docker = FakeDocker(facts())
    typed("--deep", docker=docker)

    assert [ran[1] for ran in docker.ran] == [("nvidia-smi",)]
    assert "GPU in a container: it sees the GPU" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("statuses", "said"),
    [
        ([CheckStatus.PASS], "No problems, 0 warnings, 1 in order, 0 not known."),
        ([CheckStatus.FAIL, CheckStatus.WARN], "1 problem, 1 warning, 0 in order, 0 not known."),
        ([CheckStatus.FAIL] * 2, "2 problems, 0 warnings, 0 in order, 0 not known."),
    ],
)
def test_the_first_line_sums_it_up(statuses: list[CheckStatus], said: str) -> None:
    assert doctor.summary([result(status) for status in statuses]) == said


def test_names_from_the_machine_cannot_move_the_cursor() -> None:
    text = "\n".join(doctor.as_text([result(CheckStatus.FAIL, found="\x1b[2Jgone", fix="Do.")]))

    assert "\x1b" not in text
    assert "\\x1b[2Jgone" in text


def test_the_machine_at_hand_is_looked_at_through_its_own_engine(tmp_path: Path, unit: Unit) -> None:
    settings = Settings(data_dir=tmp_path, docker_host=f"unix://{tmp_path / 's'}", port=8123)
    here = this_unit(settings, unit.workshop)

    assert isinstance(here.docker, HttpDocker)
    assert here.docker.address == f"unix://{tmp_path / 's'}"
    assert (here.port, here.data_dir, here.docker_is_local) == (8123, tmp_path, True)
    assert not this_unit(Settings(docker_host="tcp://thor-07:2375"), unit.workshop).docker_is_local


async def test_the_whole_command_ends_soon_where_docker_accepts_and_never_answers(tmp_path: Path) -> None:
    environment = {**os.environ, "DOCKER_HOST": f"unix://{tmp_path / 's'}"}
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(tmp_path / "s"))
        silent.listen()
        program = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "thorhud", "doctor", "--json"),
            env=environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        async with asyncio.timeout(60):
            out, err = await program.communicate()

    checks = {each["check"]: each for each in json.loads(out)["checks"]}
    assert (program.returncode, err) == (1, b"")
    assert "does not answer them" in checks["docker"]["found"]
    assert checks["images"]["status"] == "unknown"


# repairs


class Repairs:
    """Stands for the repairs of the machine: what was asked, and what came of it."""

    def __init__(self, *, proven: bool = True) -> None:
        self.proven = proven
        self.obstacle: str | None = None
        self.ran: list[str] = []

    async def plan(self, repair_id: str, context: object) -> RepairPlan:
        wanted = repair_of(repair_id)
        return RepairPlan(
            repair=wanted, steps=wanted.steps, preview="+ line\n", stops=("open-webui",), obstacle=self.obstacle
        )

    async def repair(self, repair_id: str, context: object) -> AsyncIterator[RepairProgress | RepairProof]:
        self.ran.append(repair_id)
        yield RepairProgress(repair_id=repair_id, sentence="Working.")
        yield RepairProof(
            repair_id=repair_id,
            proven=self.proven,
            sentence="118.2 GiB is free.",
            before="20.0 GiB free",
            after="118.2 GiB free",
            next_step="" if self.proven else "Restart Docker.",
            command="" if self.proven else "sudo it",
        )


@pytest.fixture
def repairs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Repairs:
    made = Repairs()
    monkeypatch.setattr(repairing, "plan", made.plan)
    monkeypatch.setattr(repairing, "repair", made.repair)
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path / 'none'}")
    return made


def actions(tmp_path: Path) -> list[tuple[str, str, str]]:
    file = next((tmp_path / "state").rglob("records.sqlite3"))
    with sqlite3.connect(file) as records:
        rows = list(records.execute("SELECT verb, args, outcome FROM actions"))
    records.close()
    return rows


def test_a_repair_says_what_it_does_proves_itself_and_is_written_down(
    repairs: Repairs, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["doctor", "--fix", "clear-memory"]) == 0

    told = capsys.readouterr()
    clear = REPAIRS["clear-memory"]
    assert told.out.startswith(f"{clear.title}: {clear.cost}.\n  1. {clear.steps[0]}\n")
    assert "  This ends: open-webui\n\n+ line\n" in told.out
    assert "Proven: 118.2 GiB is free.\n  before  20.0 GiB free\n  after   118.2 GiB free\n" in told.out
    assert told.err == "Working.\n"
    assert actions(tmp_path) == [("repair", "clear-memory", "proven: 118.2 GiB is free.")]


def test_a_repair_that_did_not_prove_itself_ends_with_1_and_the_command_to_type(
    repairs: Repairs, capsys: pytest.CaptureFixture[str]
) -> None:
    repairs.proven = False

    assert main(["doctor", "--fix", "clear-memory"]) == 1

    told = capsys.readouterr().out
    assert "Not proven: " in told
    assert told.endswith("  next    Restart Docker.\n  type    sudo it\n")


def test_what_ends_the_work_of_others_is_not_done_without_a_yes(
    repairs: Repairs, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["doctor", "--fix", "restart-docker"]) == 1

    assert repairs.ran == []
    assert "add --yes" in capsys.readouterr().err


def test_a_yes_on_the_command_line_is_enough(repairs: Repairs) -> None:
    assert main(["doctor", "--fix", "restart-docker", "--yes"]) == 0
    assert repairs.ran == ["restart-docker"]


@pytest.mark.parametrize(("answer", "ran"), [("y", ["reboot"]), ("", []), ("n", []), ("YES", ["reboot"])])
def test_a_person_at_a_terminal_is_asked(
    repairs: Repairs, monkeypatch: pytest.MonkeyPatch, answer: str, ran: list[str]
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda _: answer)

    main(["doctor", "--fix", "reboot"])

    assert repairs.ran == ran


def test_what_stands_in_the_way_is_said_and_nobody_is_asked(
    repairs: Repairs, capsys: pytest.CaptureFixture[str]
) -> None:
    repairs.obstacle = "The toolkit is not installed."

    assert main(["doctor", "--fix", "restart-docker", "--yes"]) == 1

    assert "  The toolkit is not installed.\n" in capsys.readouterr().out
    assert repairs.ran == []


def test_a_dry_run_changes_nothing(repairs: Repairs, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--fix", "default-runtime", "--dry-run", "--json"]) == 0

    assert json.loads(capsys.readouterr().out)["repair"]["id"] == "default-runtime"
    assert repairs.ran == []


def test_a_proof_as_json_is_one_object(repairs: Repairs, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--fix", "clear-memory", "--json"]) == 0

    assert json.loads(capsys.readouterr().out)["proven"] is True


def test_records_that_cannot_be_written_do_not_undo_a_repair(
    repairs: Repairs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))

    assert main(["doctor", "--fix", "clear-memory"]) == 0
    assert "It was not written down: " in capsys.readouterr().err


def test_a_repair_that_there_is_not_is_wrong_usage_and_names_those_there_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["doctor", "--fix", "magic"])

    assert ended.value.code == 2
    told = capsys.readouterr().err
    assert [name for name in REPAIRS if name not in told] == []
