"""The main job on real input: `thorhud ladder` over the workshop's configurations, each on a real vLLM in a container.

A first look at one of them, or at all six with THORHUD_LADDER=all; every part of FP4 without and with its draft model.
The reports are kept in reports/ladder-on-vllm and reports/whole-ladder-on-vllm (or under THORHUD_REPORTS).
"""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from tests.rig.engine import RigError
from tests.rig.rig import Rig, running_rig

pytestmark = pytest.mark.vllm

ROOT = Path(__file__).parents[2]

CONFIGURATIONS = (
    "gpt-oss-120b",
    "gpt-oss-20b",
    "llama-3.1-8b-fp16",
    "llama-3.1-8b-fp8",
    "llama-3.1-8b-fp4",
    "llama-3.1-8b-fp4-eagle3",
)

QUICK = CONFIGURATIONS if os.environ.get("THORHUD_LADDER") == "all" else ("gpt-oss-20b",)
"""The other tiny model is that of the pair; configurations of a family differ here in their names and arguments only."""

PAIR = (PLAIN, DRAFTED) = ("llama-3.1-8b-fp4", "llama-3.1-8b-fp4-eagle3")
PARTS = ("short", "long", "shape", "sweep", "parity")
REPEATS = 5
FEWEST_TOKENS_A_STEP = 1.5
"""The rig's head wins about three; without guesses that are accepted it is 1."""
AGREED = 0.10

ONE_CONFIGURATION_S = 300
"""Start (up to 80 s with an empty compile cache), a few answers, stop, and patience on a machine that does other things too."""
WHOLE_CONFIGURATION_S = 600


class Unit:
    """A unit of the rig: its agent's folders, and the command line that speaks to it."""

    def __init__(self, rig: Rig, home: Path) -> None:
        self.rig = rig
        self._home = home
        self.environment = {
            **rig.environment,
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(home),
            "XDG_STATE_HOME": str(home / "state"),
            "XDG_CONFIG_HOME": str(home / "config"),
        }

    def thorhud(self, *arguments: str, limit_s: float = ONE_CONFIGURATION_S) -> dict[str, Any]:
        """Carry out a command with `--json` and return what it printed."""
        command = self.rig.inside(sys.executable, "-m", "thorhud", *arguments, "--json")
        ended = subprocess.run(
            command, env=self.environment, cwd=ROOT, capture_output=True, text=True, timeout=limit_s, check=False
        )
        assert ended.returncode == 0, f"{ended.stdout}\n{ended.stderr}\n{self.agent_log()}"
        result: dict[str, Any] = json.loads(ended.stdout)
        return result

    def agent_log(self) -> str:
        log = self._home / "state/thorhud/agent.log"
        return log.read_text(errors="replace")[-3000:] if log.exists() else "(the agent said nothing)"

    def bodies(self, table: str) -> list[dict[str, Any]]:
        """Return the records as the agent wrote them."""
        return [json.loads(body) for (body,) in self._ask(f"SELECT body FROM {table}")]  # noqa: S608 - our own names

    def stored_lines(self, launch_id: str) -> int:
        return int(self._ask("SELECT count(*) FROM log_lines WHERE launch_id = ?", launch_id)[0][0])

    def _ask(self, question: str, *values: str) -> list[Any]:
        path = self._home / "state/thorhud/records.sqlite3"
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            return database.execute(question, values).fetchall()


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    try:
        with running_rig(tmp_path_factory.mktemp("rig")) as running:
            yield running
    except RigError as error:
        if "vllm" in os.environ.get("THORHUD_REQUIRE", "").split(","):
            raise
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def unit(rig: Rig) -> Iterator[Unit]:
    """One home for all tests: a second one would bring a second agent to the same engine."""
    home = Path(tempfile.mkdtemp(prefix="unit-"))
    yield Unit(rig, home)
    shutil.rmtree(home, ignore_errors=True)


def reports() -> Path:
    return Path(os.environ.get("THORHUD_REPORTS", ROOT / "reports"))


def test_one_configuration_is_launched_prompted_and_stopped(unit: Unit) -> None:
    launched = unit.thorhud("launch", "gpt-oss-120b")
    answer = unit.thorhud("prompt")
    unit.thorhud("stop")

    assert launched["outcome"] == "ready"
    assert answer["error"] is None
    assert answer["completion_tokens"] > 0
    assert unit.rig.engine.docker("ps", "--all", "--quiet") == ""


def test_a_first_look_measures_each_and_leaves_nothing_behind(unit: Unit) -> None:
    folder = reports() / "ladder-on-vllm"
    limit_s = ONE_CONFIGURATION_S * len(QUICK)

    result = unit.thorhud("ladder", *QUICK, "--quick", "--report", str(folder), limit_s=limit_s)

    assert all_done(result) == list(QUICK)
    assert result["comparison"]["preliminary"]
    assert unit.rig.engine.docker("ps", "--all", "--quiet") == ""
    counted = [run for run in runs_of(unit, result) if not run["warm_up"]]
    assert sorted(run["configuration_id"] for run in counted) == sorted(3 * QUICK)
    check_answers(counted)
    check_launches(unit, QUICK)
    check_page(folder, "GPT-OSS-20B", "A first look")


def test_every_part_of_a_pair_is_measured_and_agrees_with_the_servers_own_figures(unit: Unit) -> None:
    folder = reports() / "whole-ladder-on-vllm"
    wish = ["--parts", ",".join(PARTS), "--repeats", str(REPEATS), "--max-tokens", "96", "--report", str(folder)]

    result = unit.thorhud("ladder", *PAIR, *wish, limit_s=WHOLE_CONFIGURATION_S * len(PAIR))

    assert all_done(result) == list(PAIR)
    runs = runs_of(unit, result)
    counted = [run for run in runs if not run["warm_up"]]
    check_answers(counted)
    for configuration in PAIR:
        check_parts(unit, result["ladder_id"], [run for run in counted if run["configuration_id"] == configuration])
    check_speculation([run["result"] for run in counted if run["configuration_id"] == DRAFTED])
    (parity,) = result["comparison"]["parity"]
    check_parity(parity)
    check_launches(unit, PAIR)
    check_page(folder, "Llama-3.1-8B FP4", "EAGLE3", parity["sentence"])


def all_done(result: dict[str, Any]) -> list[str]:
    """Return what was measured, having seen that every step was."""
    assert {step["state"] for step in result["steps"]} == {"done"}, result["steps"]
    return [step["configuration_id"] for step in result["steps"]]


def runs_of(unit: Unit, result: dict[str, Any]) -> list[dict[str, Any]]:
    return [run for run in unit.bodies("runs") if run["ladder_id"] == result["ladder_id"]]


def check_answers(runs: list[dict[str, Any]]) -> None:
    """Each came whole, with tokens from `usage`."""
    assert [run["result"]["error"] for run in runs if run["result"]["error"] is not None] == []
    assert all(run["result"]["completion_tokens"] > 0 for run in runs)


def check_parts(unit: Unit, ladder_id: str, runs: list[dict[str, Any]]) -> None:
    """Five of each prompt, beside the server's own counters, and a sweep; a single run may be held up by other work."""
    names = [run["prompt_name"] for run in runs]
    assert [names.count(name) for name in ("reference", "long", "2048/128")] == [REPEATS] * 3
    shapes = [run["result"] for run in runs if run["prompt_name"] == "2048/128"]
    assert {(one["prompt_tokens"], one["completion_tokens"]) for one in shapes} == {(2048, 128)}
    ratios = [one["tpot_s"] / one["server"]["tpot_s"] for one in shapes]
    assert median(ratios) == pytest.approx(1.0, abs=AGREED), ratios
    sweeps = [each for each in unit.bodies("sweeps") if each["ladder_id"] == ladder_id]
    (sweep,) = [each for each in sweeps if each["configuration_id"] == runs[0]["configuration_id"]]
    levels = sweep["levels"]
    assert [level["concurrency"] for level in levels] == [1, 2, 4, 8, 16, 32][: len(levels)]
    assert all(level["failed"] == 0 and level["total_tokens_per_s"] > 0 for level in levels)
    assert len(levels) == 6 or sweep["stopped_because"]


def check_speculation(results: list[dict[str, Any]]) -> None:
    """Guesses that are accepted arrive several to a chunk, and the server counts them."""
    accepted = [one["server"]["acceptance"] for one in results if one["server"] is not None]
    length = 1 + sum(one["accepted_tokens"] for one in accepted) / sum(one["drafts"] for one in accepted)
    assert length > FEWEST_TOKENS_A_STEP
    assert all(one["chunks"] < one["completion_tokens"] for one in results)


def check_parity(parity: dict[str, Any]) -> None:
    """Both sides by their token ids; on a CPU, in bf16, the odd near tie may fall the other way."""
    assert (parity["plain_id"], parity["drafted_id"]) == PAIR
    assert {prompt["compared_by"] for prompt in parity["prompts"]} == {"tokens"}
    agreeing = [prompt for prompt in parity["prompts"] if prompt["first_difference"] is None]
    assert 2 * len(agreeing) > len(parity["prompts"]), parity["sentence"]
    assert "identical" not in parity["sentence"]


def check_launches(unit: Unit, configurations: Sequence[str]) -> None:
    """Each launch has its log and its exit code, and ended because it was asked to."""
    launches = sorted(unit.bodies("launches"), key=lambda launch: float(launch["started_unix_s"]))
    launches = launches[-len(configurations) :]
    assert sorted(launch["configuration_id"] for launch in launches) == sorted(configurations)
    for launch in launches:
        assert launch["exit_code"] is not None, launch
        assert launch["stop_requested"], launch
        assert unit.stored_lines(launch["id"]) > 50, launch


def check_page(folder: Path, *told: str) -> None:
    """Find the page, and what was measured in it."""
    page = (folder / "report.html").read_text()
    assert [each for each in told if each not in page] == []
