"""What pressing a model button leads to: a wish, a question first, or a reason. No Qt in here."""

from dataclasses import dataclass

from thorhud.domain.custom_model import configuration_of
from thorhud.domain.messages import Verb
from thorhud.domain.pin import KIOSK
from thorhud.domain.state import AgentState, ServingPhase
from thorhud.domain.workshop import Workshop
from thorhud.gui.model_cards import CardState, ModelCard, card_title
from thorhud.gui.store import Notice
from thorhud.gui.switch_words import whose_line
from thorhud.gui.wishes import Wish
from thorhud.gui.words import span

_BUSY = {ServingPhase.STARTING, ServingPhase.READY, ServingPhase.STOPPING}


@dataclass(frozen=True, slots=True, kw_only=True)
class AskFirst:
    """A wish that ends something: it is asked about once."""

    title: str
    loss: str
    act: str
    stay: str
    wish: Wish


@dataclass(frozen=True, slots=True)
class ShowFix:
    """The fix is on the screen already; it gets the focus."""


def pressed(
    card: ModelCard, state: AgentState, workshop: Workshop, *, own: str = KIOSK
) -> Wish | AskFirst | Notice | ShowFix:
    """Return what pressing *card* leads to, for an asker who calls itself *own*."""
    if card.state in {CardState.MISSING, CardState.DISABLED}:
        detail = f"{card.line}. {card.next_step}".strip()
        return Notice(title=f"{card.configuration.name} cannot start", detail=detail, trouble=True)
    if card.state is CardState.FAILED:
        return ShowFix()
    if card.state in {CardState.STARTING, CardState.READY}:
        return stop_question(card, state)
    wish = Wish(Verb.LAUNCH, {"configuration_id": card.configuration.id})
    if state.serving.phase not in _BUSY:
        return wish
    if whose := whose_line(state.serving, workshop, own=own):
        return _take_over_question(card, whose)
    return _switch_question(card, state, workshop, wish)


def stop_question(card: ModelCard, state: AgentState) -> AskFirst:
    """Ask before the card of the running model stops it: the card does not say Stop in the strip."""
    loading = state.serving.phase is not ServingPhase.READY
    loss = "The start ends here. " if loading else "The model leaves the memory. "
    again = card.configuration.published.start_s.value
    loss += f"Starting it again takes about {span(again)}." if again else "It can be started again at any time."
    return AskFirst(
        title=f"Stop {card.title}?",
        loss=loss,
        act=f"Stop {card.title}",
        stay="Keep it loading" if loading else "Keep it running",
        wish=Wish(Verb.STOP),
    )


def _take_over_question(card: ModelCard, whose: str) -> AskFirst:
    """Two people at one unit: the second may watch, or take over with a yes."""
    return AskFirst(
        title=whose,
        loss=f"You may watch. If you take over, that start ends here and {card.title} starts in its place.",
        act="Take over",
        stay="Watch",
        wish=Wish(Verb.LAUNCH, {"configuration_id": card.configuration.id, "take_over": True}),
    )


def _switch_question(card: ModelCard, state: AgentState, workshop: Workshop, wish: Wish) -> AskFirst:
    running = configuration_of(workshop, state.serving.configuration_id)
    old = card_title(running) if running else "the server that somebody else started"
    seconds = card.configuration.published.start_s.value
    takes = f"About {span(seconds)}, memory" if seconds else "Memory"
    return AskFirst(
        title=f"Stop {old} and start {card.title}?",
        loss=f"{takes} is cleared in between.",
        act=f"Start {card.title}",
        stay=f"Keep {old}" if running else "Keep it",
        wish=wish,
    )
