"""Reading a workshop file: the shipped one, or one that somebody wrote."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from thorhud.assets import asset
from thorhud.domain.errors import WorkshopError
from thorhud.domain.stages import StageName
from thorhud.domain.workshop import (
    Configuration,
    OtherModel,
    Published,
    PublishedElsewhere,
    PublishedFigures,
    ReferencePrompt,
    Workshop,
)
from thorhud.settings.from_toml import TomlProblem, build, did_you_mean
from thorhud.settings.toml_lines import Place
from thorhud.settings.toml_text import read_toml

SHIPPED = "workshops/gtc-dc-2025.toml"

Complaint = tuple[Place, str]
"""Where it is and what is wrong, with what is expected."""

_ID = re.compile(r"[a-z0-9][a-z0-9._-]*")
_FIGURES_OF_A_MODEL = (
    "parameters", "table_parameters", "active_parameters", "layers", "kv_heads", "head_dim", "context_tokens"
)  # fmt: skip
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_URL = re.compile(r"https?://[^\s\"<>]+")
_SHAPE = re.compile(r"[1-9][0-9]*/[1-9][0-9]*")


def load_workshop(path: Path | None = None) -> Workshop:
    """Read the workshop of *path* (the shipped one by default); raise `WorkshopError` with file and line."""
    path = asset(SHIPPED) if path is None else path
    try:
        text = read_toml(path)
        workshop = build(Workshop, text)
        for place, what in _complaints(workshop):
            raise text.problem(what, place)
    except TomlProblem as problem:
        raise WorkshopError(problem.located(path), next_step=_next_step(problem, path), kind="workshop") from problem
    return workshop


def _next_step(problem: TomlProblem, path: Path) -> str:
    if problem.line is None:
        return "Name a workshop file that exists, or leave the setting out to use the one that ships with thorhud."
    return f"Correct line {problem.line} and check again with: thorhud config check {path}"


def _complaints(workshop: Workshop) -> Iterator[Complaint]:
    """Yield what the types cannot say, in the order of the file's parts."""
    yield from _about_the_workshop(workshop)
    yield from _about_the_containers(workshop)
    for index, configuration in enumerate(workshop.configurations):
        yield from _about_a_configuration(configuration, ("configurations", index))
    yield from _twice((each.id for each in workshop.configurations), "configurations", "id")
    for index, other in enumerate(workshop.other_models):
        yield from _about_another_model(other, ("other_models", index))
    yield from _twice((each.model for each in workshop.other_models), "other_models", "model")
    for index, prompt in enumerate(workshop.prompts):
        yield from _about_a_prompt(prompt, ("prompts", index))
    yield from _twice((each.name for each in workshop.prompts), "prompts", "name")
    for index, figure in enumerate(workshop.published_elsewhere):
        yield from _about_a_figure_of_others(figure, workshop, ("published_elsewhere", index))


def _about_the_workshop(workshop: Workshop) -> Iterator[Complaint]:
    yield from _about_an_id(workshop.id, ("id",))
    if not workshop.configurations:
        yield (), "there are no configurations; expected at least one [[configurations]]"
    names = [each.name for each in workshop.prompts]
    for key, name in (("short_prompt", workshop.short_prompt), ("long_prompt", workshop.long_prompt)):
        if name not in names:
            yield (key,), f'{key} names no prompt of this file: "{name}"{did_you_mean(name, names)}'
    low, high = workshop.idle_memory_gib
    if not 0 <= low <= high:
        yield ("idle_memory_gib",), f"idle_memory_gib is {low} to {high}; expected the lower figure first, not negative"
    yield from _positive(workshop.bandwidth_gb_per_s, ("bandwidth_gb_per_s",))


def _about_the_containers(workshop: Workshop) -> Iterator[Complaint]:
    for table, container in (("container", workshop.container), ("chat_page", workshop.chat_page)):
        if not 1 <= container.port <= 65535:
            yield (table, "port"), f"port is {container.port}; expected 1 to 65535"
        for key in ("image", "name"):
            if not getattr(container, key):
                yield (table, key), f"{key} is empty; expected a text"
    if workshop.chat_page.port == workshop.container.port:
        yield ("chat_page", "port"), f"port is {workshop.chat_page.port}, the model's own; expected another one"
    if workshop.chat_page.name == workshop.container.name:
        yield ("chat_page", "name"), f'name is "{workshop.chat_page.name}", the model\'s own; expected another one'
    if not workshop.runtime_test_image:
        yield ("runtime_test_image",), "runtime_test_image is empty; expected the name of an image with CUDA"


def _about_a_configuration(configuration: Configuration, place: Place) -> Iterator[Complaint]:
    yield from _about_an_id(configuration.id, (*place, "id"))
    if configuration.serve_arguments[:1] != (configuration.model,):
        what = f'serve_arguments do not begin with the model; expected "{configuration.model}" first'
        yield (*place, "serve_arguments"), what
    for key in ("colour_dark", "colour_light"):
        colour = getattr(configuration, key)
        if colour is not None and not _COLOUR.fullmatch(colour):
            yield (*place, key), f'{key} is "{colour}"; expected the form #RRGGBB'
    for key in ("read_gib_per_token", "active_read_gib_per_token"):
        yield from _positive(getattr(configuration, key), (*place, key))
    yield from _about_published(configuration.published, (*place, "published"))
    yield from _about_files(configuration, place)
    yield from _about_stages(configuration, place)


def _about_published(published: PublishedFigures, place: Place) -> Iterator[Complaint]:
    for key in PublishedFigures.__dataclass_fields__:
        figure: Published = getattr(published, key)
        yield from _positive(figure.value, (*place, key, "value"), called=key)
        if figure.value is not None and not figure.source:
            yield (*place, key), f"{key} has a value without a source; expected where the figure stands"


def _about_files(configuration: Configuration, place: Place) -> Iterator[Complaint]:
    for index, weights in enumerate(configuration.weights):
        yield from _positive(weights.disk_bytes, (*place, "weights", index, "disk_bytes"))
        yield from _positive(weights.shards, (*place, "weights", index, "shards"))
    for index, file in enumerate(configuration.required_files):
        yield from _positive(file.size_bytes, (*place, "required_files", index, "size_bytes"))


def _about_stages(configuration: Configuration, place: Place) -> Iterator[Complaint]:
    known = [each.value for each in StageName]
    for index, stage in enumerate(configuration.expected_stages):
        here = (*place, "expected_stages", index)
        if stage.stage not in known:
            hint = did_you_mean(stage.stage, known)
            yield (*here, "stage"), f'unknown stage "{stage.stage}"{hint}; expected one of {", ".join(known)}'
        for key, seconds in (("duration_s", stage.duration_s), ("warm_s", stage.warm_s)):
            if seconds is not None and seconds < 0:
                yield (*here, key), f"{key} is {seconds}; expected a number that is not negative"
    stages = [each.stage for each in configuration.expected_stages]
    yield from ((((*place, *where), what)) for where, what in _twice(stages, "expected_stages", "stage"))


def _about_another_model(other: OtherModel, place: Place) -> Iterator[Complaint]:
    for key in _FIGURES_OF_A_MODEL:
        yield from _positive(getattr(other, key), (*place, key))
    if not other.source:
        yield (*place, "source"), "source is empty; expected where the figures stand"
    for key in ("table_parameters", "active_parameters"):
        if (getattr(other, key) or 0) > other.parameters:
            yield (*place, key), f"{key} is more than all of its parameters; expected a part of them"


def _about_a_prompt(prompt: ReferencePrompt, place: Place) -> Iterator[Complaint]:
    if not prompt.text.strip():
        yield (*place, "text"), "text is empty; expected the prompt"
    yield from _positive(prompt.max_tokens, (*place, "max_tokens"))
    if prompt.temperature is not None and not 0 <= prompt.temperature <= 2:
        yield (*place, "temperature"), f"temperature is {prompt.temperature}; expected 0 to 2"


def _about_a_figure_of_others(figure: PublishedElsewhere, workshop: Workshop, place: Place) -> Iterator[Complaint]:
    yield from _positive(figure.tokens_per_s, (*place, "tokens_per_s"))
    yield from _positive(figure.concurrency, (*place, "concurrency"))
    if not _URL.fullmatch(figure.source):
        yield (
            (*place, "source"),
            f'source is "{figure.source}"; expected the address where the figure stands, https://...',
        )
    if not figure.conditions.strip():
        yield (*place, "conditions"), "conditions is empty; expected how the figure was measured"
    if figure.shape and not _SHAPE.fullmatch(figure.shape):
        yield (*place, "shape"), f'shape is "{figure.shape}"; expected prompt and output tokens, for example "2048/128"'
    known = [each.id for each in workshop.configurations]
    if figure.configuration_id is not None and figure.configuration_id not in known:
        named = figure.configuration_id
        yield (
            (*place, "configuration_id"),
            f'configuration_id names no configuration of this file: "{named}"{did_you_mean(named, known)}',
        )


def _about_an_id(value: str, place: Place) -> Iterator[Complaint]:
    if not _ID.fullmatch(value):
        yield place, f'id is "{value}"; expected small letters, digits, dots and hyphens'


def _positive(figure: float | None, place: Place, *, called: str | None = None) -> Iterator[Complaint]:
    if figure is not None and figure <= 0:
        yield place, f"{called or place[-1]} is {figure}; expected a number above zero, or nothing where none is known"


def _twice(values: Iterable[str], array: str, key: str) -> Iterator[Complaint]:
    seen: Counter[str] = Counter()
    for index, value in enumerate(values):
        if seen[value]:
            yield (array, index, key), f'{key} "{value}" stands twice in {array}; expected each once'
        seen[value] += 1
