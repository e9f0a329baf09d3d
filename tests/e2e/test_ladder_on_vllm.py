"""The main job on real input: `thorhud ladder` over the workshop's six configurations, each on a real vLLM in a container.

The report is kept in reports/ladder-on-vllm (or under THORHUD_REPORTS).
"""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
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

ONE_CONFIGURATION_S = 300
"""Start (up to 80 s with an empty compile cache), five answers, stop, and patience on a machine that does other things too."""


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
    launched = unit.thorhud("launch", "gpt-oss-20b")
    answer = unit.thorhud("prompt")
    unit.thorhud("stop")

    assert launched["outcome"] == "ready"
    assert answer["error"] is None
    assert answer["completion_tokens"] > 0
    assert unit.rig.engine.docker("ps", "--all", "--quiet") == ""


def test_the_ladder_measures_all_six_and_leaves_nothing_behind(unit: Unit) -> None:
    folder = reports() / "ladder-on-vllm"
    limit_s = ONE_CONFIGURATION_S * len(CONFIGURATIONS)

    result = unit.thorhud("ladder", "--report", str(folder), limit_s=limit_s)

    assert [(step["configuration_id"], step["state"]) for step in result["steps"]] == [
        (configuration, "done") for configuration in CONFIGURATIONS
    ]
    assert unit.rig.engine.docker("ps", "--all", "--quiet") == ""
    check_runs([run for run in unit.bodies("runs") if run["ladder_id"] == result["ladder_id"]])
    check_launches(unit)
    check_report(folder)


def check_runs(runs: list[dict[str, Any]]) -> None:
    """Three counted runs each, their tokens from `usage`; guesses that are accepted arrive several to a chunk."""
    counted = [run for run in runs if not run["warm_up"]]
    for configuration in CONFIGURATIONS:
        results = [run["result"] for run in counted if run["configuration_id"] == configuration]
        assert len(results) >= 3, configuration
        assert all(one["error"] is None for one in results), configuration
        assert all(one["completion_tokens"] > 0 for one in results), configuration
    speculating = [run["result"] for run in counted if run["configuration_id"] == "llama-3.1-8b-fp4-eagle3"]
    assert all(one["chunks"] < one["completion_tokens"] for one in speculating)


def check_launches(unit: Unit) -> None:
    """Each launch has its log and its exit code, and ended because it was asked to."""
    launches = sorted(unit.bodies("launches"), key=lambda launch: float(launch["started_unix_s"]))
    launches = launches[-len(CONFIGURATIONS) :]
    assert sorted(launch["configuration_id"] for launch in launches) == sorted(CONFIGURATIONS)
    for launch in launches:
        assert launch["exit_code"] is not None, launch
        assert launch["stop_requested"], launch
        assert unit.stored_lines(launch["id"]) > 50, launch


def check_report(folder: Path) -> None:
    """Find the page, and all six in it."""
    page = (folder / "report.html").read_text()
    for name in ("GPT-OSS-120B", "GPT-OSS-20B", "FP16", "FP8", "FP4", "EAGLE3"):
        assert name in page
