"""What each model button says: one of seven states, always with the reason in words. No Qt in here."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from thorhud.domain.messages import Verb
from thorhud.domain.state import AgentState, ConfigurationAvailability, ServingPhase, ServingState
from thorhud.domain.workshop import Configuration, Marker, Workshop
from thorhud.gui.stage_words import headline
from thorhud.gui.unit_text import one_line
from thorhud.gui.words import number, since, span


class CardState(Enum):
    """The states of a model button."""

    AVAILABLE = "available"
    RECOMMENDED = "recommended"
    MISSING = "missing"
    STARTING = "starting"
    READY = "ready"
    DISABLED = "disabled"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCard:
    """One model button in words."""

    configuration: Configuration
    state: CardState
    number: int
    """Its key on the keyboard, 1 to 6."""
    title: str
    family: str
    subtitle: str
    """The family and what sets this configuration apart in it."""
    line: str
    """When it starts, what it does now, or why it cannot."""
    status: str = ""
    """The same in a word or two, for the strip."""
    action: str = ""
    """What pressing does; empty where pressing does nothing."""
    figure: str = ""
    """The published speed, where the workshop names one."""
    progress: float | None = None
    next_step: str = ""
    """How a person gets what is missing; empty where it can be started."""

    @property
    def marker(self) -> Marker:
        """The shape that stands for the configuration."""
        return self.configuration.marker

    @property
    def startable(self) -> bool:
        """Whether pressing starts it."""
        return self.state in {CardState.AVAILABLE, CardState.RECOMMENDED}

    @property
    def active(self) -> bool:
        """Whether serving is about this configuration."""
        return self.state in {CardState.STARTING, CardState.READY, CardState.FAILED}


def model_cards(state: AgentState, workshop: Workshop, measured: frozenset[str] = frozenset()) -> tuple[ModelCard, ...]:
    """Return the buttons in the workshop's order; *measured* are the configurations that have results already."""
    available = {each.configuration_id: each for each in state.availability}
    recommended = _recommended(state, workshop, available, measured)
    return tuple(
        _card(
            configuration,
            index,
            serving=state.serving,
            workshop=workshop,
            availability=available.get(configuration.id),
            recommended=recommended,
        )
        for index, configuration in enumerate(workshop.configurations, start=1)
    )


def _recommended(
    state: AgentState,
    workshop: Workshop,
    available: dict[str, ConfigurationAvailability],
    measured: frozenset[str],
) -> str | None:
    if state.serving.phase is not ServingPhase.IDLE:
        return None
    for each in workshop.configurations:
        can = available.get(each.id)
        if each.id not in measured and (can is None or can.startable):
            return each.id
    return None


def _card(
    configuration: Configuration,
    index: int,
    *,
    serving: ServingState,
    workshop: Workshop,
    availability: ConfigurationAvailability | None,
    recommended: str | None,
) -> ModelCard:
    state = _card_state(configuration, serving, availability, recommended)
    line, status, action = _WORDS[state](configuration, serving, availability)
    published = configuration.published.long_tokens_per_s.value
    return ModelCard(
        configuration=configuration,
        state=state,
        number=index,
        title=card_title(configuration),
        family=configuration.family,
        subtitle=_subtitle(configuration, workshop),
        line=line,
        status=status,
        action=action,
        figure=number(published, 1) if published is not None else "",
        progress=_progress(serving) if state is CardState.STARTING else None,
        next_step=_next_step(availability) if state in {CardState.MISSING, CardState.DISABLED} else "",
    )


def card_title(configuration: Configuration) -> str:
    """Return the short name without the family, which stands on the line below."""
    rest = configuration.short_name.removeprefix(configuration.family).lstrip(" -")
    return rest or configuration.short_name


def _card_state(
    configuration: Configuration,
    serving: ServingState,
    availability: ConfigurationAvailability | None,
    recommended: str | None,
) -> CardState:
    coming = serving.next_configuration_id
    if configuration.id == (coming or serving.configuration_id):
        if coming is not None or serving.phase in {ServingPhase.STARTING, ServingPhase.STOPPING}:
            return CardState.STARTING
        if serving.phase is ServingPhase.READY:
            return CardState.READY
        if serving.phase is ServingPhase.FAILED:
            return CardState.FAILED
    if availability is not None and not availability.startable:
        return CardState.MISSING if "weights" in (availability.label or "").lower() else CardState.DISABLED
    return CardState.RECOMMENDED if configuration.id == recommended else CardState.AVAILABLE


def _subtitle(configuration: Configuration, workshop: Workshop) -> str:
    note = _family_note(configuration, workshop)
    return f"{configuration.family}, {note}" if note else configuration.family


def _family_note(configuration: Configuration, workshop: Workshop) -> str:
    """Say what sets it apart from the first of its family, which the workshop compares the others with."""
    family = [each for each in workshop.configurations if each.family == configuration.family]
    if len(family) < 2:
        return ""
    if configuration.draft_model is not None:
        return "with a draft"
    first, own = family[0].read_gib_per_token, configuration.read_gib_per_token
    if first is None or own is None:
        return "the big one" if _is_largest(configuration, family) else ""
    return "the baseline" if configuration is family[0] else f"{number(100 * own / first)} % of the bytes"


def _is_largest(configuration: Configuration, family: list[Configuration]) -> bool:
    sizes = {each.id: sum(weights.disk_bytes or 0 for weights in each.weights) for each in family}
    return sizes[configuration.id] > 0 and sizes[configuration.id] == max(sizes.values())


_Words = tuple[str, str, str]


def _start_words(
    configuration: Configuration, _serving: ServingState, availability: ConfigurationAvailability | None
) -> _Words:
    seconds = configuration.published.start_s.value
    line = "No published start time" if seconds is None else f"Starts in about {span(seconds)}"
    if availability is not None and availability.warm:
        line += ", compiled here before"
    return line, "", "Start"


def _recommended_words(
    configuration: Configuration, serving: ServingState, availability: ConfigurationAvailability | None
) -> _Words:
    line, status, _ = _start_words(configuration, serving, availability)
    return line, status, "Start here"


def _unavailable_words(
    _configuration: Configuration, _serving: ServingState, availability: ConfigurationAvailability | None
) -> _Words:
    if availability is None:
        return "Not available", "Not available", ""
    label = one_line(availability.label or "Not available", 40)
    reason = one_line(availability.reason or label).rstrip(".")
    return reason, label, ""


def _next_step(availability: ConfigurationAvailability | None) -> str:
    """Return the commands whole: half a command is worse than none."""
    return "" if availability is None else one_line(availability.next_step, 800)


def _starting_words(
    _configuration: Configuration, serving: ServingState, _availability: ConfigurationAvailability | None
) -> _Words:
    if serving.phase is ServingPhase.STOPPING:
        status = "Waiting" if serving.next_configuration_id else "Stopping"
        return one_line(serving.activity or status), status, ""
    timeline = serving.timeline
    if timeline is not None and timeline.shards_total and timeline.shards_done is not None:
        at = min(timeline.shards_done + 1, timeline.shards_total)
        return f"Shard {at} of {timeline.shards_total}", "Loading", "Stop"
    return one_line(headline(serving)), "Starting", "Stop"


def _ready_words(
    _configuration: Configuration, serving: ServingState, _availability: ConfigurationAvailability | None
) -> _Words:
    if serving.elapsed_s is None or serving.ready_after_s is None:
        return "Ready", "Ready", "Stop"
    return f"Ready for {since(serving.elapsed_s - serving.ready_after_s)}", "Ready", "Stop"


def _failed_words(
    _configuration: Configuration, serving: ServingState, _availability: ConfigurationAvailability | None
) -> _Words:
    reason = serving.failure.headline if serving.failure else "It did not start"
    return one_line(reason), "Failed", "See the fix"


_WORDS: dict[CardState, Callable[[Configuration, ServingState, ConfigurationAvailability | None], _Words]] = {
    CardState.AVAILABLE: _start_words,
    CardState.RECOMMENDED: _recommended_words,
    CardState.MISSING: _unavailable_words,
    CardState.DISABLED: _unavailable_words,
    CardState.STARTING: _starting_words,
    CardState.READY: _ready_words,
    CardState.FAILED: _failed_words,
}


def _progress(serving: ServingState) -> float | None:
    timeline = serving.timeline
    if timeline is None or not timeline.shards_total or timeline.shards_done is None:
        return None
    return timeline.shards_done / timeline.shards_total


def verb_of(card: ModelCard) -> Verb | None:
    """Return what pressing *card* asks for; None where it only shows something or nothing."""
    if card.startable or card.state is CardState.FAILED:
        return Verb.LAUNCH
    return Verb.STOP if card.action == "Stop" else None
