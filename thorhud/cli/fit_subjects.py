"""What `thorhud fit` judges: configurations of the workshop, models in the cache, folders, and models to try later."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from thorhud.domain.errors import ThorHudError
from thorhud.domain.messages import LaunchRecord
from thorhud.domain.model_need import ModelNeed, Precision
from thorhud.domain.workshop import Configuration, Workshop
from thorhud.serving.hub_cache import is_path
from thorhud.serving.look_at_model import look_at
from thorhud.serving.model_needs import described, need_here, need_of_model


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One model to judge."""

    need: ModelNeed
    serve_arguments: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def asked_for(
    wanted: str | None,
    workshop: Workshop,
    launches: Sequence[LaunchRecord],
    *,
    data_dir: Path,
    precision: Precision | None = None,
) -> tuple[Subject, ...]:
    """Return what *wanted* names, each configuration where it names nothing.

    Raises a `ThorHudError` with what there is where nobody knows it.
    """
    if wanted is None:
        return tuple(_configuration(each, launches, data_dir) for each in workshop.configurations)
    configuration = workshop.configuration(wanted)
    if configuration is not None:
        return (_configuration(configuration, launches, data_dir),)
    if "/" not in wanted and not is_path(wanted) and described(workshop, wanted) is None:
        raise ThorHudError(f"The workshop has no configuration {wanted!r}.", next_step=_known(workshop))
    return (_model(wanted, workshop, data_dir, precision),)


def _configuration(configuration: Configuration, launches: Sequence[LaunchRecord], data_dir: Path) -> Subject:
    same = (each for each in launches if each.serve_arguments == configuration.serve_arguments)
    logged = next((each.model_memory_gib for each in same if each.model_memory_gib is not None), None)
    need = need_here(data_dir, configuration, model_memory_gib=logged)
    return Subject(need=need, serve_arguments=configuration.serve_arguments)


def _model(model: str, workshop: Workshop, data_dir: Path, precision: Precision | None) -> Subject:
    """Return a model that is no configuration: by its files, else as the workshop file describes it."""
    found = look_at(data_dir, model)
    need = need_of_model(data_dir, workshop, model, precision=precision)
    if need is None and precision is not None:
        message = f"The workshop file does not describe {model!r}, so nobody knows how large it is in other bits."
        raise ThorHudError(message, next_step=_known(workshop))
    if need is None:
        raise ThorHudError(f"Nobody here knows {model!r}: {_why(found.fault)}", next_step=_known(workshop))
    notes = () if found.fault is None else (f"Its files: {found.fault.sentence}",)
    other = described(workshop, model)
    if other is not None:
        notes = (*notes, f"{other.parameters / 1e9:.1f} billion parameters, says {other.source}.")
    return Subject(need=need, notes=notes)


def _why(fault: object) -> str:
    sentence = getattr(fault, "sentence", None)
    return f"its files are {sentence}" if sentence else "its files do not say what they hold."


def _known(workshop: Workshop) -> str:
    configurations = ", ".join(each.id for each in workshop.configurations)
    others = ", ".join(each.model for each in workshop.other_models)
    more = f" Models to try later: {others}." if others else ""
    return f"Configurations: {configurations}.{more} Or name a folder with config.json and safetensors files."
