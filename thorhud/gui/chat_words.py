"""What the card of the chat page says and offers. No Qt in here."""

from dataclasses import dataclass, field
from typing import Final

from thorhud.domain.chat_page import NOTHING_SERVED, ChatPagePhase, ChatPageState
from thorhud.domain.images import PullPhase, PullState
from thorhud.domain.messages import Verb
from thorhud.gui.questions import AskFirst
from thorhud.gui.stage_words import clock
from thorhud.gui.unit_text import one_line
from thorhud.gui.wishes import Wish
from thorhud.gui.words import span

TITLE: Final = "Chat with the model"
START: Final = Wish(Verb.CHAT_PAGE, {"on": True})
NO_NETWORK: Final = "The chat page needs a network"
IMAGE_MISSING: Final = "image-missing"
MB, GB = 1e6, 1e9


@dataclass(frozen=True, slots=True)
class Visit:
    """The page is to be opened in this machine's browser."""

    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatAction:
    """One button of the card."""

    text: str
    act: Wish | AskFirst | Visit
    icon: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatWords:
    """Everything that the card shows."""

    title: str = TITLE
    note: str = ""
    tone: str = "text2"
    address: str = ""
    """Host and port to type."""
    url: str = ""
    """What the code holds; empty while nobody would see a page there."""
    actions: tuple[ChatAction, ...] = ()
    detail: str = ""
    """What stands behind it, for the tool tip and for who reads aloud."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What else the card must know."""

    network: bool = True
    """The unit has an address that a phone can reach."""
    opens: bool = False
    """This machine's browser may be opened."""
    image: str = ""
    """The image of the chat page."""
    pull: PullState = field(default_factory=PullState)
    """The newest pull of any image."""

    @property
    def gets_it(self) -> bool:
        """Whether the image of the chat page is on its way."""
        return self.pull.phase is PullPhase.PULLING and self.pull.image == self.image


def chat_words(page: ChatPageState, around: Around) -> ChatWords:
    """Say how the chat page is, and what a person can do about it."""
    detail, network, opens = _detail(page), around.network, around.opens
    if around.gets_it and not page.answers:
        return _pulling(around.pull, detail)
    match page.phase:
        case ChatPagePhase.READY | ChatPagePhase.NO_MODEL:
            return _answering(page, network=network, opens=opens, detail=detail)
        case ChatPagePhase.STARTING:
            return ChatWords(note=_starting(page), tone="blue", actions=(_stop(page),), detail=detail)
        case ChatPagePhase.FAILED:
            note = one_line(f"{page.sentence} {page.next_step}".strip(), 220)
            if page.cause == IMAGE_MISSING:
                note = "Its image is not on this unit, about 2 GB from the internet."
            return ChatWords(note=note, tone="amber", actions=_ways_out(page, around.image), detail=detail)
        case ChatPagePhase.ABSENT:
            # before anybody starts it: who its administrator will be
            note = f"Not started. {one_line(page.accounts, 120)}".strip() if network else f"{NO_NETWORK}."
            return ChatWords(note=note, actions=(_start("Start the chat page"),), detail=detail)
        case _:
            return ChatWords(note="Looking for the chat page" if network else f"{NO_NETWORK}.", detail=detail)


def _answering(page: ChatPageState, *, network: bool, opens: bool, detail: str) -> ChatWords:
    url = one_line(page.url or "", 120)
    visit = Visit(url or "http://localhost:8080")
    actions = (_open(visit),) if opens else ()
    if page.repair:
        actions = (ChatAction(text="Reconnect", act=Wish(Verb.REPAIR, {"repair": page.repair})),)
    if page.phase is ChatPagePhase.READY:
        note, tone = ("Scan, or open in a browser", "text2") if network else (NO_NETWORK, "amber")
        if page.cause:
            note, tone = one_line(page.sentence, 160), "amber"
    else:
        served = page.cause != NOTHING_SERVED
        note, tone = ("The model is not in its list", "amber") if served else ("No model is ready yet", "text2")
    return ChatWords(
        note=note,
        tone=tone,
        address=url.removeprefix("http://"),
        url=url,
        actions=(*actions, _stop(page)),
        detail=detail,
    )


def _starting(page: ChatPageState) -> str:
    took = "" if page.elapsed_s is None else f" {clock(page.elapsed_s)}"
    left = "" if page.remaining_s is None else f", about {span(page.remaining_s)} left"
    return f"{one_line(page.stage, 60) or 'Starting'}{took}{left}. {one_line(page.sentence, 120)}".strip()


def _pulling(pull: PullState, detail: str) -> ChatWords:
    so_far = f"{pull.done_bytes / GB:.1f} of {pull.total_bytes / GB:.1f} GB" if pull.total_bytes else pull.sentence
    left = "" if pull.remaining_s is None else f", about {span(pull.remaining_s)} left"
    return ChatWords(
        note=f"Getting the chat page: {one_line(so_far, 120)}{left}",
        tone="blue",
        actions=(ChatAction(text="Cancel", act=Wish(Verb.CANCEL_PULL), icon="x-bold"),),
        detail=detail,
    )


def _ways_out(page: ChatPageState, image: str) -> tuple[ChatAction, ...]:
    if page.stop_asks:
        return (_stop(page),)
    if page.cause == IMAGE_MISSING and image:
        return (ChatAction(text="Get it", act=Wish(Verb.PULL_IMAGE, {"image": image})), _start("Try again"))
    return (_start("Try again"),)


def _start(text: str) -> ChatAction:
    return ChatAction(text=text, act=START, icon="play-fill")


def _open(visit: Visit) -> ChatAction:
    return ChatAction(text="Open", act=visit)


def _stop(page: ChatPageState) -> ChatAction:
    """Ask once before it is stopped: whoever chats is cut off."""
    loss = one_line(page.stop_asks, 300) or "Whoever is chatting is cut off. Accounts and chats stay."
    args = {"on": False, "agreed": True} if page.stop_asks else {"on": False}
    ask = AskFirst(
        title="Stop the chat page?",
        loss=loss,
        act="Stop the chat page",
        stay="Keep it running",
        wish=Wish(Verb.CHAT_PAGE, args),
    )
    return ChatAction(text="Stop", act=ask, icon="stop-fill")


def _detail(page: ChatPageState) -> str:
    lines = (
        one_line(page.sentence, 300),
        one_line(page.next_step, 300),
        f"Seen: {one_line(page.evidence, 300)}" if page.evidence else "",
        one_line(page.accounts, 200),
        f"Accounts and chats take {_size(page.data_bytes)} of the disk." if page.data_bytes else "",
        f"Open WebUI {one_line(page.version, 40)}" if page.version else "",
        "Started outside the HUD." if page.started_outside else "",
    )
    return "\n".join(each for each in lines if each)


def _size(size_bytes: int) -> str:
    return f"{size_bytes / GB:.1f} GB" if size_bytes >= GB else f"{size_bytes / MB:.0f} MB"
