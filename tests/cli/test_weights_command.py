"""`thorhud weights` as a person types it."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.models_on_disk import HubModel, small_model, write_safetensors
from thorhud.cli.main import main
from thorhud.settings.workshop_file import load_workshop

MODELS = tuple(dict.fromkeys(m for c in load_workshop().configurations for m in (c.model, c.draft_model) if m))
FP4 = "nvidia/Llama-3.1-8B-Instruct-FP4"


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("THORHUD_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path


def told(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def test_a_prepared_unit_ends_with_0_and_one_row_for_each_model(
    data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for each in MODELS:
        small_model(data_dir, each)

    assert main(["weights"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["Model", "Weights", "Read", "On", "disk", "Files", "Revision"]
    assert [line.split()[0] for line in lines[1:7]] == list(MODELS)
    assert all("  whole  " in line and "2/2" in line for line in lines[1:7])
    assert lines[-1].startswith(f"6 of 6 models whole in {data_dir}")


def test_what_is_missing_is_said_below_with_the_way_to_get_it(
    data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    small_model(data_dir, FP4)

    assert main(["weights", "llama-3.1-8b-fp4", "openai/gpt-oss-20b"]) == 1

    shown = capsys.readouterr().out
    assert "openai/gpt-oss-20b                not here" in shown
    assert "    Copy it from the rack server: rsync" in shown
    assert "\n    Or, where there is internet: " in shown
    assert "1 of 2 models whole" in shown


def test_copies_that_nobody_reads_are_counted(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = HubModel(data_dir, "openai/gpt-oss-120b")
    model.put_config()
    write_safetensors(model.blob("model.safetensors"), {"x": ("U8", (65 * 10**9,))})
    model.link("model.safetensors")
    model.put_sparse("original/model.safetensors", 57 * 10**9)
    (data_dir / "models/huggingface/xet").mkdir()
    (data_dir / "models/huggingface/xet/chunk").write_bytes(b"1" * 3_000_000)
    small_model(data_dir, "somebody/else")

    main(["weights"])

    shown = capsys.readouterr().out
    assert "57.0 of 122.0 GB on the disk are copies that the server never reads (original/ 57.0 GB)" in shown
    assert "0.003 GB more is the download cache" in shown
    assert "Also here: somebody/else" in shown


def test_json_says_all_of_it(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small_model(data_dir, FP4)

    assert main(["weights", "llama-3.1-8b-fp4", "--json"]) == 0

    found = told(capsys)
    assert found["outcome"] == "done"
    [model] = found["models"]
    assert (model["model"], model["complete"], model["fault"]) == (FP4, True, None)
    assert (model["found_files"], model["expected_files"]) == (2, 2)
    assert model["used_by"] == ["llama-3.1-8b-fp4", "llama-3.1-8b-fp4-eagle3"]
    assert model["verified"] is None
    assert [each["configuration_id"] for each in found["read_per_token"]] == ["llama-3.1-8b-fp4"]


def test_verify_finds_what_sizes_cannot_show(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = small_model(data_dir, FP4, shards=1)

    assert main(["weights", FP4]) == 0
    assert main(["weights", FP4, "--verify", "--json"]) == 1, "its blobs are named by the test, not by their content"

    out = capsys.readouterr()
    found = json.loads(out.out[out.out.index("{\n") :])
    faults = {each["name"]: each["fault"] for each in found["models"][0]["verified"]}
    assert faults == dict.fromkeys(("config.json", "model.safetensors"), "its content is not what its hash says")
    assert model.snapshot.name in out.out


def test_verify_says_what_is_right(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = HubModel(data_dir, FP4)
    model.put_true("config.json", b"{}")
    model.put_true("model.safetensors", b"\x02" + b"\0" * 7 + b"{}")

    assert main(["weights", FP4, "--verify"]) == 0

    out = capsys.readouterr()
    assert "Verified: 2 files" in out.out
    assert "100 %" in out.err


def test_an_id_that_nobody_knows_is_answered_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["weights", "llama"]) == 1

    assert "It has: gpt-oss-120b, " in capsys.readouterr().err


def test_control_characters_of_names_are_shown(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (data_dir / "models/huggingface/hub/models--evil--\x1b[2J").mkdir(parents=True)

    main(["weights"])

    assert "evil/\\x1b[2J" in capsys.readouterr().out
