"""The face and its agent: snapshots in, wishes out, and a link that breaks."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
import samples
from fake_link import FakeLink

from thorhud.domain.answer_quality import VoteTally
from thorhud.domain.errors import LinkError
from thorhud.domain.messages import AnswerKind, Channel, CommandAnswer, QueryName, StreamPiece, TypedCommands, Verb
from thorhud.gui import conversation
from thorhud.gui.attention import GONE, banners
from thorhud.gui.conversation import Conversation
from thorhud.gui.store import LinkPhase, Store
from thorhud.gui.wishes import Inquiry, Wish


class Agents:
    """Hands out links in order; an error in the list is a start that fails."""

    def __init__(self, *links: FakeLink | LinkError) -> None:
        self.waiting = list(links)

    async def connect(self) -> FakeLink:
        if not self.waiting:
            await asyncio.Event().wait()
        link = self.waiting.pop(0)
        if isinstance(link, LinkError):
            raise link
        return link


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversation, "FIRST_PAUSE_S", 0.001)


class Talk:
    def __init__(self, *links: FakeLink | LinkError) -> None:
        self.store = Store()
        self.pieces: list[StreamPiece] = []
        self.conversation = Conversation(self.store, Agents(*links).connect, on_stream=self.pieces.append)
        self._changed = asyncio.Event()
        self.store.subscribe(self._changed.set)

    def notice(self) -> str:
        notice = self.store.state.notice
        return f"{notice.title} {notice.detail}".strip() if notice else ""

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not condition():
                self._changed.clear()
                await self._changed.wait()


@asynccontextmanager
async def talking(*links: FakeLink | LinkError) -> AsyncIterator[Talk]:
    talk = Talk(*links)
    task = asyncio.create_task(talk.conversation.run())
    try:
        yield talk
    finally:
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_the_workshop_and_the_newest_snapshot_reach_the_store() -> None:
    async with talking(FakeLink(samples.idle())) as talk:
        await talk.until(lambda: talk.store.state.agent is not None)

        assert talk.store.state.agent == samples.idle()
        assert talk.store.state.workshop == samples.workshop()
        assert talk.store.state.link.phase is LinkPhase.CONNECTED


async def test_a_broken_link_raises_the_banner_keeps_the_page_and_comes_back() -> None:
    first, second = FakeLink(samples.running()), FakeLink()
    async with talking(first, second) as talk:
        await talk.until(lambda: talk.store.state.agent is not None)

        first.break_off()
        await talk.until(lambda: talk.store.state.link.phase is LinkPhase.GONE)
        shown = banners(talk.store.state, talk.store.clock())

        assert shown[0].text.startswith(GONE)
        assert talk.store.state.agent == samples.running()
        assert first.closed

        second.deliver(samples.idle())
        await talk.until(lambda: talk.store.state.agent == samples.idle())
        assert banners(talk.store.state, talk.store.clock()) == ()


async def test_an_agent_that_does_not_start_is_told_and_tried_again() -> None:
    trouble = LinkError("The agent did not start.", next_step="Run it in the foreground.")
    link = FakeLink(samples.idle())
    told: list[str] = []
    async with talking(trouble, link) as talk:
        talk.store.subscribe(lambda: told.append(talk.store.state.link.reason))
        await talk.until(lambda: talk.store.state.agent is not None)

    assert "The agent did not start." in told


async def test_a_wish_that_changes_serving_names_what_the_asker_saw() -> None:
    link = FakeLink(samples.failed())
    async with talking(link) as talk:
        await talk.until(lambda: talk.store.state.agent is not None)
        talk.conversation.request(Wish(Verb.LAUNCH, {"configuration_id": "x"}))
        talk.conversation.request(Wish(Verb.CUP, {"colour": "red"}))
        while len(link.sent) < 2:
            await asyncio.sleep(0)

    (verb, args, expect), (cup, _, no_expectation) = link.sent
    assert (verb, args) == (Verb.LAUNCH, {"configuration_id": "x"})
    assert expect is not None
    assert (expect.boot, expect.serving_generation) == ("sample", 2)
    assert (cup, no_expectation) == (Verb.CUP, None)


async def test_a_refusal_is_shown_with_its_reason_and_next_step() -> None:
    link = FakeLink(samples.idle())
    link.first, link.refusal = AnswerKind.REFUSED, "Somebody else changed it just now."
    async with talking(link) as talk:
        await talk.until(lambda: talk.store.state.agent is not None)
        talk.conversation.request(Wish(Verb.STOP))
        await talk.until(lambda: talk.notice() == "Somebody else changed it just now.")


@pytest.mark.parametrize("verb", [Verb.LAUNCH, Verb.PROMPT])
async def test_a_wish_that_fails_later_is_shown_but_a_start_and_an_answer_have_their_panel(verb: Verb) -> None:
    link = FakeLink(samples.failed())
    async with talking(link) as talk:
        await talk.until(lambda: talk.store.state.agent is not None)
        link.end = CommandAnswer(id="1", kind=AnswerKind.FAILED, reason="It ended.", failure_kind="memory-at-start")
        talk.conversation.request(Wish(verb))
        while not link.sent:
            await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert talk.notice() == ""

        link.end = CommandAnswer(id="1", kind=AnswerKind.FAILED, reason="It does not stop.", next_step="Wait.")
        talk.conversation.request(Wish(Verb.STOP))
        await talk.until(lambda: talk.notice() == "It does not stop. Wait.")


@pytest.mark.parametrize("kind", ["cancelled", "taken-over", "image-missing"])
async def test_a_switch_that_left_the_old_model_says_so_for_no_panel_does(kind: str) -> None:
    link = FakeLink(samples.idle())
    async with talking(link) as talk:
        await talk.until(lambda: talk.store.state.agent is not None)
        link.end = CommandAnswer(id="1", kind=AnswerKind.FAILED, reason="FP4 goes on.", failure_kind=kind)
        talk.conversation.request(Wish(Verb.LAUNCH))
        await talk.until(lambda: talk.notice() == "FP4 goes on.")


async def test_without_an_agent_a_wish_says_that_nothing_was_sent() -> None:
    async with talking() as talk:
        await asyncio.sleep(0)
        talk.conversation.request(Wish(Verb.STOP))
        await talk.until(lambda: talk.notice().startswith("Nothing was sent"))


async def test_answers_are_watched_again_on_a_new_link() -> None:
    first, second = FakeLink(samples.idle()), FakeLink(samples.running())
    piece = StreamPiece(channel=Channel.ANSWER, of="run", offset=0, text="Jetson")
    async with talking(first, second) as talk:
        await talk.until(lambda: talk.store.state.agent is not None)
        first.push(piece)
        first.break_off()
        await talk.until(lambda: talk.store.state.agent == samples.running())

    assert first.watched == [(Channel.ANSWER, True)]
    assert second.watched == [(Channel.ANSWER, True)]
    assert talk.pieces == [piece]


async def test_the_commands_to_type_are_fetched_or_their_absence_is_explained() -> None:
    delivered: list[tuple[TypedCommands | None, str]] = []

    def deliver(commands: TypedCommands | None, reason: str) -> None:
        delivered.append((commands, reason))

    async with talking(FakeLink(samples.idle())) as talk:
        talk.conversation.ask_commands("x", deliver)
        await talk.until(lambda: talk.store.state.agent is not None)
        talk.conversation.ask_commands("x", deliver)
        while not any(commands for commands, _ in delivered):
            await asyncio.sleep(0)

    assert delivered[-1] == (TypedCommands(docker_run="docker run", vllm_serve="vllm serve", curl="curl"), "")


async def test_whoever_waits_for_the_end_of_a_wish_hears_that_the_agent_is_gone() -> None:
    heard: asyncio.Queue[CommandAnswer] = asyncio.Queue()
    failed = LinkError("No agent answers.")
    async with talking(failed) as talk:
        await talk.until(lambda: talk.store.state.link.phase is LinkPhase.FAILED)
        talk.conversation.request(Wish(Verb.VOTE, {"ballot": "1"}, heard.put_nowait))
        async with asyncio.timeout(5):
            end = await heard.get()

    assert end.kind is AnswerKind.FAILED
    assert end.reason == conversation.NO_AGENT


async def test_an_inquiry_gets_a_value_of_its_kind_or_the_reason() -> None:
    heard: list[tuple[object, str]] = []

    def deliver(value: object, reason: str) -> None:
        heard.append((value, reason))

    link = FakeLink(samples.idle())
    async with talking(link) as talk:
        await talk.until(lambda: talk.store.state.agent is not None)
        talk.conversation.ask(Inquiry(QueryName.COMMANDS, TypedCommands, deliver, {"configuration_id": "x"}))
        talk.conversation.ask(Inquiry(QueryName.TALLY, list[VoteTally], deliver))
        async with asyncio.timeout(5):
            while len(heard) < 2:
                await asyncio.sleep(0)

    assert isinstance(heard[0][0], TypedCommands)
    assert heard[1] == (None, "This agent keeps no records.")
