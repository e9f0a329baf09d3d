"""What a model would take of this unit's memory, from its files where they are here."""

from pathlib import Path

from thorhud.domain.launch_options import LaunchOptions
from thorhud.domain.model_need import ModelNeed, Precision, need_of_configuration, need_of_files, need_of_other
from thorhud.domain.serve_arguments import kv_cache_dtype_of
from thorhud.domain.workshop import Configuration, OtherModel, Workshop
from thorhud.serving.weights import counted_model, models_of


def need_for_launch(
    data_dir: Path,
    workshop: Workshop,
    configuration: Configuration,
    options: LaunchOptions,
    *,
    model_memory_gib: float | None = None,
) -> ModelNeed:
    """Return what a launch would take: of the model that *options* name, else of the configuration's own.

    *model_memory_gib* is what the log of an earlier start of the configuration on this unit said.
    """
    if options.model is None or options.model == configuration.model:
        return need_here(data_dir, configuration, model_memory_gib=model_memory_gib)
    known = need_of_model(data_dir, workshop, options.model)
    return known or ModelNeed(id=options.model, name=options.model, weights_bytes=None)


def need_here(data_dir: Path, configuration: Configuration, *, model_memory_gib: float | None = None) -> ModelNeed:
    """Return what *configuration* takes of the memory, with what its files say where they are here.

    *model_memory_gib* is what the log of an earlier start on this unit said.
    """
    counted = [counted_model(data_dir, name) for name in models_of(configuration)]
    target, drafts = counted[0], [each for each in counted[1:] if each is not None]
    whole = target is not None and len(drafts) == len(counted) - 1
    return need_of_configuration(
        configuration,
        target[0] if whole and target is not None else None,
        target[1] if target is not None else None,
        model_memory_gib=model_memory_gib,
        draft_bytes=sum(sums.stored for sums, _ in drafts),
        kv_cache_dtype=kv_cache_dtype_of(configuration.serve_arguments),
    )


def need_of_model(
    data_dir: Path, workshop: Workshop, model: str, *, precision: Precision | None = None
) -> ModelNeed | None:
    """Return what a model by its id or folder takes: by its files, else as the workshop file describes it, or None.

    *precision* asks for a model that the workshop file describes in so many bits, whatever its files hold.
    """
    counted = None if precision is not None else counted_model(data_dir, model)
    if counted is not None:
        return need_of_files(model, *counted)
    other = described(workshop, model)
    if other is not None:
        return need_of_other(other, precision or Precision.FP16)
    if precision is not None:
        return None
    served = (each for each in workshop.configurations if each.model == model and each.draft_model is None)
    return next((need_of_configuration(each) for each in served), None)


def described(workshop: Workshop, model: str) -> OtherModel | None:
    """Find a model that the workshop file describes, by its id or its name without regard to case."""
    wanted = model.lower()
    return next((each for each in workshop.other_models if wanted in {each.model.lower(), each.name.lower()}), None)
