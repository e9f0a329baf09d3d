"""`thorhud launch` with options, as typed: whole programs on a simulated unit."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.unit_folder import Unit, unit_folder
from thorhud.domain.messages import Verb
from thorhud.domain.state import ServingPhase

FP4, FP8 = "llama-3.1-8b-fp4", "llama-3.1-8b-fp8"
TOKEN = "hf_Tm90aGluZ0lzSGlkZGVu"


@pytest.fixture(scope="module")
def unit() -> Iterator[Unit]:
    with unit_folder() as unit:
        assert unit.thorhud("status").returncode == 0
        unit.ask(Verb.SIMULATE, start_speed=50.0)
        yield unit


def test_a_switch_tells_each_step_with_its_time_and_the_memory(unit: Unit) -> None:
    assert unit.thorhud("launch", FP4).returncode == 0
    done = unit.thorhud("launch", FP8, "--max-num-seqs", "4", "--extra=--seed", "--extra=7")

    assert done.returncode == 0, done.stderr
    for words in ("Check that Llama-3.1-8B FP8 can start: done in", "Stop Llama-3.1-8B FP4: done in"):
        assert words in done.stderr
    assert "GiB was free before" in done.stderr
    state = unit.until(lambda state: state.serving.phase is ServingPhase.READY, "ready")
    assert state.serving.options.max_num_seqs == 4
    assert state.serving.options.extra_arguments == ("--seed", "7")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--extra=--port",), "--port is refused"),
        (("--gpu-memory-utilization", "1.5"), "0.05 to 0.98"),
        (("--image", "a b"), "Docker names it"),
        (("--model", "--port"), "expected one argument"),
        (("--hf-token-file", "/nowhere"), "cannot be read"),
        (("--hf-token-env",), "HF_TOKEN is not set"),
    ],
)
def test_what_may_not_be_is_said_and_changes_nothing(unit: Unit, words: tuple[str, ...], said: str) -> None:
    before = unit.until(lambda _: True, "any").serving.launch_id
    done = unit.thorhud("launch", FP4, *words)

    assert done.returncode in {1, 2}
    assert said in done.stderr
    assert unit.until(lambda _: True, "any").serving.launch_id == before


def test_a_dry_run_types_the_options_and_another_model(unit: Unit) -> None:
    done = unit.thorhud("launch", "meta-llama/Llama-3.1-70B-Instruct", "--dry-run", "--max-model-len", "4096", "--json")

    typed = json.loads(done.stdout)
    assert typed["vllm_serve"] == "vllm serve meta-llama/Llama-3.1-70B-Instruct --max-model-len 4096"
    assert '"model": "meta-llama/Llama-3.1-70B-Instruct"' in typed["curl"]


def test_a_token_is_named_and_written_nowhere(unit: Unit, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n", encoding="ascii")
    dry = unit.thorhud("launch", FP4, "--dry-run", "--hf-token-file", str(file))
    done = unit.thorhud("launch", FP4, "--hf-token-file", str(file))

    assert done.returncode == 0, done.stderr
    assert "-e HF_TOKEN" in dry.stdout
    assert TOKEN not in dry.stdout + dry.stderr + done.stdout + done.stderr
    assert unit.thorhud("stop").returncode == 0
    files = [path for path in Path(unit.home).rglob("*") if path.is_file()]
    (records,) = [path for path in files if path.name == "records.sqlite3"]
    assert [path for path in files if TOKEN.encode() in path.read_bytes()] == []
    with sqlite3.connect(records) as rows:
        told = rows.execute("SELECT args FROM actions WHERE verb = 'launch' ORDER BY number DESC LIMIT 1").fetchall()
    rows.close()
    assert json.loads(told[0][0]) == {"configuration_id": FP4}
