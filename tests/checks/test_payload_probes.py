"""What the checks say about weights, with the real layout on the disk."""

from pathlib import Path

from tests.checks.units import thor
from tests.fakes.models_on_disk import small_model
from thorhud.checks.look import Unit
from thorhud.checks.run import run_checks
from thorhud.domain.check_table import BY_ID
from thorhud.domain.checks import CheckResult, CheckStatus


async def looked(unit: Unit) -> dict[str, CheckResult]:
    return {each.subject: each for each in await run_checks(unit, checks=[BY_ID["weights"]])}


async def test_a_missing_model_comes_with_the_way_to_get_it(tmp_path: Path) -> None:
    found = (await looked(thor(tmp_path)))["llama-3.1-8b-fp8"]

    assert found.status is CheckStatus.FAIL
    assert found.found == "nvidia/Llama-3.1-8B-Instruct-FP8: not on this unit (8.5 GB)."
    assert "RACK-SERVER:" in found.fix


async def test_copies_beside_a_whole_model_are_said(tmp_path: Path) -> None:
    unit = thor(tmp_path)
    model = small_model(unit.data_dir, "openai/gpt-oss-120b")
    model.put_sparse("original/model.safetensors", 57 * 10**9)

    found = (await looked(unit))["gpt-oss-120b"]

    assert found.status is CheckStatus.PASS
    assert "57.0 of 57.0 GB on the disk are copies that the server never reads" in found.found
