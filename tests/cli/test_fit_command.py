"""`thorhud fit` for models that are no configuration; on an idle unit, so that no agent is asked."""

import json
import shutil
from pathlib import Path

import pytest

from tests.fakes.models_on_disk import LLAMA_CONFIG, HubModel, gpt_oss, gpt_oss_config, llama_8b
from thorhud.cli.main import main

LLAMA_70B = "meta-llama/Llama-3.1-70B-Instruct"


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("THORHUD_DATA_DIR", str(tmp_path))
    return tmp_path


def test_a_model_to_try_later_is_judged_from_the_workshop_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fit", LLAMA_70B, "--idle"]) == 1

    shown = capsys.readouterr().out
    assert "Llama-3.1-70B-Instruct in FP16  does not fit" in shown
    assert "It would fit as an FP8 version (67.7 GiB of weights), or as an FP4 version (39.8 GiB of weights)." in shown
    assert "70.6 billion parameters, says https://huggingface.co/meta-llama/Llama-3.1-70B-Instruct" in shown
    assert "Each token reads 139.0 GB: at most 2.0 tokens per second" in shown


@pytest.mark.parametrize("typed", [LLAMA_70B, "llama-3.1-70b-instruct"])
def test_fewer_bits_make_it_fit(typed: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fit", typed, "--idle", "--precision", "fp8", "--json"]) == 0

    answer = json.loads(capsys.readouterr().out)
    assert answer["verdict"] == "starts"
    assert answer["context_tokens"] == 131_072


def test_options_replace_what_the_model_would_take(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["fit", LLAMA_70B, "--idle", "--precision", "fp8", "--max-model-len", "8192", "--max-num-seqs", "100"]

    assert main([*asked, "--gpu-memory-utilization", "0.7"]) == 0

    shown = capsys.readouterr().out
    assert "Needs 0.7 x 122.82 GiB = 86.0 GiB (--gpu-memory-utilization)." in shown
    assert "one conversation of 8,192 tokens 2.5 = 72.2 GiB" in shown
    assert "--max-num-seqs 100 at full length each" in shown


def test_a_model_in_the_cache_is_judged_by_its_headers(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = HubModel(data_dir, "somebody/tuned-llama")
    model.put_config(LLAMA_CONFIG)
    model.put_weights(llama_8b("fp8"), shards=2)

    assert main(["fit", "somebody/tuned-llama", "--idle"]) == 0

    shown = capsys.readouterr().out
    assert "weights 8.5 (by the headers of its files)" in shown
    assert "one conversation of 131,072 tokens 16.0" in shown
    assert "Each token reads 8.0 GB: at most 34.0 tokens per second" in shown


def test_a_folder_is_a_model_too(data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = HubModel(data_dir, "a/b")
    model.put_config(gpt_oss_config(24, 32))
    model.put_weights(gpt_oss(24, 32))
    (tmp_path / "mine").mkdir()
    for each in model.snapshot.iterdir():
        shutil.move(each.resolve(), tmp_path / "mine" / each.name)

    assert main(["fit", str(tmp_path / "mine"), "--idle"]) == 0

    assert "weights 12.8 (by the headers of its files)" in capsys.readouterr().out


def test_a_configuration_whose_files_are_here_is_judged_with_its_whole_context(
    data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = HubModel(data_dir, "openai/gpt-oss-120b")
    model.put_config(gpt_oss_config(36, 128))
    model.put_weights(gpt_oss(36, 128), shards=15)

    assert main(["fit", "gpt-oss-120b", "--idle"]) == 0

    assert "weights 60.8 (by the headers of its files)" in capsys.readouterr().out


def test_a_model_that_nobody_knows_is_answered_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fit", "some/thing", "--idle"]) == 1

    said = capsys.readouterr().err
    assert "Nobody here knows 'some/thing': its files are not on this unit." in said
    assert LLAMA_70B in said


def test_the_precision_of_a_model_that_nobody_describes_is_not_guessed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fit", "some/thing", "--idle", "--precision", "fp4"]) == 1

    assert "nobody knows how large it is in other bits" in capsys.readouterr().err


@pytest.mark.parametrize("wrong", [["--max-model-len", "0"], ["--max-num-seqs", "-1"], ["--precision", "fp2"]])
def test_figures_that_make_no_sense_are_wrong_usage(wrong: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["fit", LLAMA_70B, "--idle", *wrong])

    assert ended.value.code == 2
