"""A workshop is data: the configurations to serve, the prompts to run and the figures to compare with."""

from dataclasses import dataclass, field
from enum import StrEnum


class Marker(StrEnum):
    """The shape that stands for a configuration beside its colour and its name."""

    HEXAGON = "hexagon"
    TRIANGLE = "triangle"
    CIRCLE = "circle"
    SQUARE = "square"
    DIAMOND = "diamond"
    STAR = "star"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mount:
    """A folder of the unit that the container sees.

    ``host`` may hold ``{data_dir}``, which the launch plan replaces.
    """

    host: str
    container: str
    read_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ulimit:
    """One resource limit of `docker run --ulimit`; soft and hard alike, -1 is unlimited."""

    name: str
    value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerOptions:
    """The `docker run` options of the workshop document."""

    image: str
    name: str
    network: str
    shm_size: str
    ulimits: tuple[Ulimit, ...]
    runtime: str
    mounts: tuple[Mount, ...]
    digest: str | None = None
    """The image's pinned digest; None where the document publishes none."""
    port: int = 8000
    download_bytes: int | None = None
    """About how much a pull of the image brings; None where the document does not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """One published figure and where it stands; ``value`` is None where nobody published one."""

    value: float | None
    source: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedFigures:
    """What the workshop document says a configuration reaches."""

    model_memory_gib: Published
    start_s: Published
    short_tokens_per_s: Published
    long_tokens_per_s: Published


@dataclass(frozen=True, slots=True, kw_only=True)
class StageExpectation:
    """How long one stage usually takes, in seconds, before this unit has runs of its own.

    ``stage`` is a name of `thorhud.domain.stages.StageName`.
    """

    stage: str
    duration_s: float
    source: str
    warm_s: float | None = None
    """The same with a warm compile cache; None where the cache makes no known difference."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightFiles:
    """What of one model must be on the unit before it can be served."""

    model: str
    disk_bytes: int | None
    shards: int | None
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequiredFile:
    """A file that must lie on the unit, whole, before a configuration may start.

    ``host`` may hold ``{data_dir}``. A file of another size is as bad as none.
    """

    host: str
    size_bytes: int
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """One way to serve a model in the workshop."""

    id: str
    name: str
    """Full name, for example "Llama-3.1-8B FP4 + EAGLE3"."""
    short_name: str
    """What fits on a button: "FP4 + EAGLE3"."""
    tile_name: str
    """What fits on a tile of the wall: "EAGLE3"."""
    family: str
    """What stands below the short name: "Llama-3.1-8B", "GPT-OSS"."""
    model: str
    marker: Marker
    serve_arguments: tuple[str, ...]
    """The arguments after `vllm serve`, the model first, as the document types them."""
    published: PublishedFigures
    draft_model: str | None = None
    environment: dict[str, str] = field(default_factory=dict)
    mounts: tuple[Mount, ...] = ()
    """Mounts of this configuration beside those of every container."""
    weights: tuple[WeightFiles, ...] = ()
    expected_stages: tuple[StageExpectation, ...] = ()
    read_gib_per_token: float | None = None
    """Weights read for each token; None where it does not equal the model's memory (mixture of experts)."""
    needs_chat_probe: bool = False
    """Ready only after one short chat succeeds: `/health` alone does not prove this model usable."""
    reasoning: bool = False
    colour_dark: str | None = None
    """``#RRGGBB`` on a dark surface; None leaves the choice to the theme."""
    colour_light: str | None = None
    required_files: tuple[RequiredFile, ...] = ()
    active_read_gib_per_token: float | None = None
    """Mixture of experts: what one token reads, experts that are not asked and the embedding look-up left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferencePrompt:
    """One prompt of the workshop with the sampling it is sent with."""

    name: str
    text: str
    max_tokens: int
    temperature: float | None = None
    title: str = ""
    set: str = "reference"
    """Which set it belongs to: reference, first-chat, long, domain, capability."""
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatPage:
    """The container of the chat page (Open WebUI), as the document starts it."""

    image: str = "ghcr.io/open-webui/open-webui:main"
    name: str = "open-webui"
    port: int = 8080
    """Where it listens on the unit's own network."""
    data: str = "{home}/open-webui"
    """The unit's folder of its accounts and conversations; ``{home}`` is the data owner's."""
    digest: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedElsewhere:
    """A speed that somebody other than the workshop published of much the same work, and how they measured it."""

    title: str
    """What was served: "Llama 3.1 8B W4A16, vLLM"."""
    tokens_per_s: float
    """Output tokens per second in all; of one request at a time unless `concurrency` says otherwise."""
    source: str
    """The address (URL) where it stands."""
    conditions: str
    """How it was measured, and what differs from here, in sentences."""
    configuration_id: str | None = None
    """The configuration of this workshop that comes nearest; None where none does."""
    shape: str = ""
    """Prompt and output tokens, "2048/128"; empty where the source does not say."""
    concurrency: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherModel:
    """A model beyond the configurations, as its own repository describes it, to judge whether it would fit."""

    model: str
    name: str
    parameters: int
    table_parameters: int
    """Of them in the embedding table and the output layer, which stay in 16 bits where the rest has fewer."""
    layers: int
    kv_heads: int
    head_dim: int
    context_tokens: int
    """The longest context that its configuration allows."""
    source: str
    active_parameters: int | None = None
    """Mixture of experts: how many of them one token asks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """A whole workshop file."""

    id: str
    title: str
    source: str
    container: ContainerOptions
    configurations: tuple[Configuration, ...]
    prompts: tuple[ReferencePrompt, ...]
    idle_memory_gib: tuple[float, float] = (3.0, 6.0)
    bandwidth_gb_per_s: float | None = None
    short_prompt: str = "reference"
    """Name of the prompt behind the reference button and the ladder's short run."""
    long_prompt: str = "long"
    bandwidth_source: str | None = None
    evaluation_questions: tuple[str, ...] = ()
    """What a person should ask themselves after a few answers."""
    published_elsewhere: tuple[PublishedElsewhere, ...] = ()
    """Figures of others, to stand beside the measured ones and never among them."""
    chat_page: ChatPage = field(default_factory=ChatPage)
    runtime_test_image: str = "nvcr.io/nvidia/cuda:13.0.0-runtime-ubuntu24.04"
    """In which nvidia-smi proves that a container reaches the GPU."""

    other_models: tuple[OtherModel, ...] = ()
    """What the document proposes to try beyond the configurations."""

    def configuration(self, configuration_id: str) -> Configuration | None:
        """Return the configuration of that id, or None."""
        return next((each for each in self.configurations if each.id == configuration_id), None)

    def prompt(self, name: str) -> ReferencePrompt | None:
        """Return the prompt of that name, or None."""
        return next((each for each in self.prompts if each.name == name), None)

    def prompt_set(self, name: str) -> tuple[ReferencePrompt, ...]:
        """Return the prompts of one set ("domain", "capability") in the file's order."""
        return tuple(each for each in self.prompts if each.set == name)

    def baseline_of(self, configuration: Configuration) -> Configuration:
        """Return what *configuration* is compared with: the first of its family, possibly itself."""
        return next(each for each in self.configurations if each.family == configuration.family)

    def without_draft(self, configuration: Configuration) -> Configuration | None:
        """Return the configuration that serves the same model without a draft model, or None."""
        if configuration.draft_model is None:
            return None
        same_model = (each for each in self.configurations if each.model == configuration.model)
        return next((each for each in same_model if each.draft_model is None), None)
