"""The chat page in the agent: never started in silence, never stopped without a yes, and its time learned."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Collection
from dataclasses import replace
from pathlib import Path

import pytest

from tests.agent.conftest import Face, Unit
from thorhud.agent.chat_page import ChatPageControl
from thorhud.agent.dispatcher import Refusal
from thorhud.agent.hub import Hub
from thorhud.agent.parts import Parts
from thorhud.agent.simulated_parts import simulated_parts
from thorhud.domain.chat_page import NOTHING_SERVED, ChatPagePhase, ChatPageState
from thorhud.domain.chat_page_look import Asked, PageContainer, PageLook
from thorhud.domain.errors import EngineError, ThorHudError
from thorhud.domain.messages import AnswerKind, Command, Verb
from thorhud.domain.state import AgentInfo, AgentState, LadderPhase, LadderState, ServingPhase, ServingState
from thorhud.settings.declared import Settings
from thorhud.settings.workshop_file import load_workshop

MODEL = "openai/gpt-oss-120b"
PAGE = PageContainer(id="1", name="open-webui", ours=True, running=True, on_host=True, port=8080)
LISTS = (Asked(address="http://127.0.0.1:8000/v1", models=(MODEL,)),)


class Pages:
    """A chat page that does what the test says."""

    accounts, data = "Somebody signs in.", "/data"

    def __init__(self) -> None:
        self.seen = PageLook()
        self.comes: PageLook | None = PageLook(container=PAGE, answers=True, asked=LISTS)
        self.trouble: EngineError | None = None
        self.deep, self.done = 0, list[str]()

    async def look(self, served: str | None, *, deep: bool, names: Collection[str] = ()) -> PageLook:
        self.deep += deep
        if self.trouble is not None and not self.done:
            raise self.trouble
        return self.seen if deep else replace(self.seen, asked=())

    async def start(self) -> None:
        self.done.append("start")
        if self.trouble is not None:
            raise self.trouble
        if self.comes is not None:
            self.seen = self.comes

    async def stop(self, container: str) -> None:
        self.done.append(f"stop {container}")
        self.seen = PageLook()

    async def remove_data(self) -> None:
        self.done.append("remove")

    async def measure_data(self) -> int | None:
        return 4096


class Bench:
    """One control on a hub, with its watch."""

    def __init__(self, hub: Hub, parts: Parts, pages: Pages) -> None:
        self.hub, self.pages = hub, pages
        self.control = ChatPageControl(hub, replace(parts, chat_pages=pages))
        self.parts = parts

    @property
    def state(self) -> ChatPageState:
        return self.hub.state.chat_page

    async def do(self, **args: object) -> dict[str, object]:
        command = Command(id="1", verb=Verb.CHAT_PAGE, args=args, who="test")
        self.control.check(command)
        async with asyncio.timeout(30):
            return dict(await self.control.carry_out(command))

    async def until(self, phase: ChatPagePhase) -> ChatPageState:
        moved = asyncio.Event()
        unlisten = self.hub.listen(moved.set)
        async with asyncio.timeout(30):
            while self.state.phase is not phase:
                moved.clear()
                await moved.wait()
        unlisten()
        return self.state


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    workshop = load_workshop()
    parts, activity = simulated_parts(Settings(), workshop, tmp_path, start_speed=1.0)
    info = AgentInfo(version="test", boot="boot", pid=0, workshop_id=workshop.id, simulated=True, start_speed=1.0)
    identity, telemetry = await parts.source.identity(), await parts.source.read()
    hub = activity.hub = Hub(AgentState(agent=info, identity=identity, telemetry=telemetry))
    hub.change(serving=ServingState(phase=ServingPhase.READY, model=MODEL))
    made = Bench(hub, parts, Pages())
    watch = asyncio.get_running_loop().create_task(made.control.watch())
    await made.until(ChatPagePhase.ABSENT)
    yield made
    watch.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await watch
    await parts.engine.close()
    parts.records.close()


async def test_nothing_is_started_until_somebody_asks(bench: Bench) -> None:
    await asyncio.sleep(0)

    assert (bench.pages.done, bench.state.phase) == ([], ChatPagePhase.ABSENT)


async def test_it_is_ready_only_when_the_model_is_proven_and_has_the_address_for_phones(bench: Bench) -> None:
    told = await bench.do(on=True)

    ip = bench.hub.state.identity.addresses[0].ip
    assert told["url"] == bench.state.url == f"http://{ip}:8080"
    assert (bench.state.phase, bench.state.accounts) == (ChatPagePhase.READY, "Somebody signs in.")
    assert bench.state.data_bytes == 4096
    assert bench.pages.deep == 1


async def test_a_start_shows_its_stage_and_what_is_left_and_its_time_is_kept(bench: Bench) -> None:
    began = replace(PAGE, started_unix_s=time.time() - 20)
    bench.pages.comes = PageLook(container=began, lines=("Running upgrade  -> 1, init", "the newest line"))
    starting = asyncio.get_running_loop().create_task(bench.do(on=True))
    async with asyncio.timeout(30):
        while not bench.state.elapsed_s:
            await asyncio.sleep(0.01)

    state = bench.state
    bench.pages.seen = PageLook(container=PAGE, answers=True, asked=LISTS)
    await starting

    assert (state.phase, state.stage, state.evidence) == (
        ChatPagePhase.STARTING,
        "Preparing its database",
        "the newest line",
    )
    assert 20 <= (state.elapsed_s or 0) < 30
    assert state.url is None
    assert '"again":[' in (bench.parts.records.kept("chat-page-starts") or "")


async def test_a_start_that_fails_stays_on_the_screen_with_its_reason(bench: Bench) -> None:
    bench.pages.trouble = EngineError("The image is not here.", next_step="Pull it.", kind="image-missing")
    with pytest.raises(EngineError):
        await bench.do(on=True)
    bench.pages.trouble = None
    await bench.control.see()

    assert (bench.state.phase, bench.state.cause) == (ChatPagePhase.FAILED, "image-missing")
    assert (bench.state.sentence, bench.state.next_step) == ("The image is not here.", "Pull it.")


async def test_a_page_that_ends_while_it_starts_is_a_failed_start(bench: Bench) -> None:
    bench.pages.comes = PageLook(container=replace(PAGE, running=False, exit_code=1), lines=("no space left",))

    with pytest.raises(ThorHudError, match="exit code 1"):
        await bench.do(on=True)

    assert bench.state.evidence == "no space left"


async def test_one_that_is_stopped_while_it_starts_ends_the_wait(bench: Bench) -> None:
    bench.pages.comes = PageLook(container=PAGE)
    starting = asyncio.get_running_loop().create_task(bench.do(on=True))
    async with asyncio.timeout(30):
        while not bench.state.stage.startswith("Loading"):
            await asyncio.sleep(0.01)

    await bench.do(on=False)

    with pytest.raises(ThorHudError, match="stopped before its first page"):
        await starting


async def test_what_somebody_else_started_is_stopped_only_after_a_yes(bench: Bench) -> None:
    theirs = replace(PAGE, ours=False, name="somebodys", keeps_data=False)
    bench.pages.seen = PageLook(container=theirs, answers=True, asked=LISTS)
    await bench.control.see()

    with pytest.raises(Refusal, match="would be lost") as refused:
        await bench.do(on=False)
    assert bench.state.started_outside
    assert refused.value.kind == "started-outside"
    assert bench.pages.done == []

    await bench.do(on=False, agreed=True)
    assert bench.pages.done == ["stop 1"]


async def test_to_remove_the_accounts_takes_a_yes(bench: Bench) -> None:
    with pytest.raises(Refusal, match="every account and chat"):
        await bench.do(on=False, remove_data=True)

    await bench.do(on=False, remove_data=True, agreed=True)

    assert bench.pages.done == ["remove"]


async def test_a_measurement_is_not_disturbed(bench: Bench) -> None:
    bench.hub.change(ladder=LadderState(phase=LadderPhase.RUNNING))

    with pytest.raises(Refusal, match="being measured"):
        await bench.do(on=True)


async def test_another_model_is_proven_anew_and_the_same_one_is_not_asked_for_again(bench: Bench) -> None:
    await bench.do(on=True)
    await bench.control.see()
    asked = bench.pages.deep
    bench.hub.change(serving=ServingState(phase=ServingPhase.READY, model="another"))
    await bench.control.see()

    assert (asked, bench.pages.deep) == (1, 2)
    assert bench.state.phase is ChatPagePhase.NO_MODEL
    assert f"it lists {MODEL}" in bench.state.evidence


async def test_when_the_model_goes_the_page_stays_and_blames_nobody(bench: Bench) -> None:
    await bench.do(on=True)
    bench.hub.change(serving=ServingState())
    await bench.control.see()

    assert (bench.state.phase, bench.state.cause, bench.state.repair) == (ChatPagePhase.NO_MODEL, NOTHING_SERVED, "")
    assert bench.state.url


async def test_without_docker_nobody_claims_to_know(bench: Bench) -> None:
    bench.pages.trouble = EngineError("Docker does not answer.")
    await bench.control.see()

    assert (bench.state.phase, bench.state.sentence) == (ChatPagePhase.UNKNOWN, "Docker does not answer.")


async def test_a_face_starts_and_stops_the_page_of_a_simulated_unit(unit: Unit, face: Face) -> None:
    assert unit.parts.simulated
    started = await face.do(Verb.CHAT_PAGE, on=True)
    again = await face.first(Verb.CHAT_PAGE, {"on": True})
    stopped = await face.do(Verb.CHAT_PAGE, on=False)

    assert (started.kind, again.kind, stopped.kind) == (AnswerKind.DONE, AnswerKind.REFUSED, AnswerKind.DONE)
    await face.until(lambda state: state.chat_page.phase is ChatPagePhase.ABSENT)
