"""The copy on disk: led to where it is whole, left alone where it is not."""

from pathlib import Path

import pytest

from tests.fakes.models_on_disk import REVISION, small_model
from tests.repair.asking import proof_of
from thorhud.domain.repairs import Situation
from thorhud.domain.workshop import Configuration
from thorhud.repair.context import RepairContext, context_for
from thorhud.repair.run import plan
from thorhud.serving.weights import weights_state
from thorhud.settings.declared import Settings
from thorhud.settings.workshop_file import load_workshop
from thorhud.simulate.engine import SimulatedEngine

FP8 = "llama-3.1-8b-fp8"
OTHER_REVISION = "1" * 40


@pytest.fixture
def context(tmp_path: Path) -> RepairContext:
    workshop = load_workshop()
    engine = SimulatedEngine(tmp_path, workshop, port=1, start_speed=1.0)
    here = context_for(Settings(data_dir=tmp_path / "data"), workshop, engine, root_folder=tmp_path)
    return here.knowing(Situation(configuration_id=FP8))


@pytest.fixture
def fp8(context: RepairContext) -> Configuration:
    assert context.configuration is not None
    return context.configuration


async def test_a_whole_copy_that_no_ref_names_is_found_from_then_on(context: RepairContext, fp8: Configuration) -> None:
    model = small_model(context.data_dir, fp8.model, ref=False)

    shown, proof = await plan("use-local-copy", context), await proof_of("use-local-copy", context)

    assert shown.steps == (f"Let the cache lead to the copy of {fp8.model}",)
    assert proof.proven, proof
    assert (model.folder / "refs/main").read_text() == REVISION
    assert weights_state(context.data_dir, fp8).complete
    assert "HF_HUB_OFFLINE=1" in proof.sentence
    assert (proof.before, proof.after) == (f"{fp8.model} not found whole", f"{fp8.model} whole, 0.0 GB")


async def test_of_two_copies_the_whole_one_is_taken(context: RepairContext, fp8: Configuration) -> None:
    small_model(context.data_dir, fp8.model, ref=False)
    torn = small_model(context.data_dir, fp8.model, revision=OTHER_REVISION, ref=False)
    torn.blob("config.json").unlink()

    proof = await proof_of("use-local-copy", context)

    assert proof.proven, proof
    assert (torn.folder / "refs/main").read_text() == REVISION


async def test_a_copy_that_is_not_whole_is_left_as_it_was(context: RepairContext, fp8: Configuration) -> None:
    model = small_model(context.data_dir, fp8.model, ref=False)
    model.blob("config.json").unlink()

    proof = await proof_of("use-local-copy", context)

    assert not proof.proven
    assert proof.next_step
    assert not (model.folder / "refs/main").exists()


async def test_without_any_copy_it_says_what_is_missing_and_how_to_get_it(context: RepairContext) -> None:
    proof = await proof_of("use-local-copy", context)

    assert not proof.proven
    assert proof.sentence
    assert proof.next_step


async def test_a_model_that_is_there_already_is_only_proven(context: RepairContext, fp8: Configuration) -> None:
    model = small_model(context.data_dir, fp8.model)
    written = (model.folder / "refs/main").stat().st_mtime_ns

    proof = await proof_of("use-local-copy", context)

    assert proof.proven
    assert (model.folder / "refs/main").stat().st_mtime_ns == written


async def test_where_nobody_says_which_model_failed_nothing_is_touched(context: RepairContext) -> None:
    lost = context.knowing(Situation())

    assert (await plan("use-local-copy", lost)).obstacle
    assert not (await proof_of("use-local-copy", lost)).proven
