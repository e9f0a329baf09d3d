"""A model that is no configuration of the workshop, served all the same: a configuration made for one launch.

Its id begins with ``model:``; comparisons know the workshop's configurations only and leave its runs out.
"""

from dataclasses import replace
from pathlib import PurePosixPath
from typing import Final

from thorhud.domain.launch_options import LaunchOptions
from thorhud.domain.workshop import Configuration, Marker, Mount, Published, PublishedFigures, Workshop

PREFIX: Final = "model:"
FAMILY: Final = "Other model"
_NOT_PUBLISHED: Final = Published(value=None)
_NO_FIGURES: Final = PublishedFigures(
    model_memory_gib=_NOT_PUBLISHED,
    start_s=_NOT_PUBLISHED,
    short_tokens_per_s=_NOT_PUBLISHED,
    long_tokens_per_s=_NOT_PUBLISHED,
)


def configuration_of(workshop: Workshop, configuration_id: str | None) -> Configuration | None:
    """Return the workshop's configuration of that id, or the one made for a model; None where it is neither."""
    if configuration_id and configuration_id.startswith(PREFIX):
        return custom_configuration(workshop, configuration_id.removeprefix(PREFIX))
    return workshop.configuration(configuration_id or "")


def for_launch(workshop: Workshop, configuration: Configuration, options: LaunchOptions) -> Configuration:
    """Return what is served: *configuration*, or the model that *options* name in its place."""
    if options.model is None or options.model == configuration.model:
        return configuration
    return custom_configuration(workshop, options.model)


def custom_configuration(workshop: Workshop, model: str) -> Configuration:
    """Return how *model* is served: an id of the hub from the cache, a folder of the unit from a mount of its own.

    A folder keeps its own name for whoever asks the server, since the container's path means nothing outside. What a
    known model needs beside its weights (the encodings of GPT-OSS) it gets here too.
    """
    name = _name(workshop, model)
    made = Configuration(
        id=f"{PREFIX}{model}",
        name=name,
        short_name=name,
        tile_name=name[:12],
        family=FAMILY,
        model=model,
        marker=Marker.CIRCLE,
        serve_arguments=(model,),
        published=_NO_FIGURES,
    )
    if model.startswith("/"):
        inside = f"/models/{PurePosixPath(model).name}"
        return replace(
            made,
            serve_arguments=(inside, "--served-model-name", model),
            mounts=(Mount(host=model, container=inside, read_only=True),),
        )
    known = next((each for each in workshop.configurations if each.model == model), None)
    if known is None:
        return made
    return replace(
        made,
        environment=known.environment,
        mounts=known.mounts,
        required_files=known.required_files,
        needs_chat_probe=known.needs_chat_probe,
        reasoning=known.reasoning,
    )


def _name(workshop: Workshop, model: str) -> str:
    described = (each.name for each in workshop.other_models if each.model.lower() == model.lower())
    return next(described, PurePosixPath(model).name or model)
