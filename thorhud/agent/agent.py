"""The agent of one unit: its parts joined, its commands carried out."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from thorhud.agent.answers import Answers
from thorhud.agent.chat_page import ChatPageControl
from thorhud.agent.dispatcher import Dispatcher, args_as_text
from thorhud.agent.history_keeper import HistoryKeeper
from thorhud.agent.hub import Hub
from thorhud.agent.images import Images
from thorhud.agent.ladder.ladder import Ladder
from thorhud.agent.log_answers import LogAnswers
from thorhud.agent.metrics_watch import MetricsWatch
from thorhud.agent.opinions import Opinions
from thorhud.agent.parts import Parts
from thorhud.agent.prompting import Prompting
from thorhud.agent.serving.fit_answer import FitAnswer
from thorhud.agent.serving.launch_start import LaunchStart
from thorhud.agent.serving.serving_control import ServingControl
from thorhud.agent.serving.typed_answer import TypedAnswer
from thorhud.agent.session import Session
from thorhud.agent.sharing import Sharing
from thorhud.agent.verbs import Verbs
from thorhud.agent.watches import Watches
from thorhud.domain.errors import RecordsError
from thorhud.domain.messages import Command, QueryName
from thorhud.domain.state import AgentState, Cup
from thorhud.domain.wire import decode_value
from thorhud.links.connection import Connection

log = logging.getLogger(__name__)


class Agent:
    """Joins the parts on one unit; `run` goes on until it is cancelled or asked to end."""

    def __init__(self, state: AgentState, parts: Parts) -> None:
        self.hub = Hub(state)
        self.ending = asyncio.Event()
        self._parts = parts
        self._history = HistoryKeeper(parts.history)
        self._answers = Answers(self.hub, parts, self._history)
        self._logs = LogAnswers(self.hub, parts)
        self._logs.add_to(self._answers)
        self._dispatcher: Dispatcher | None = None
        self._serving: ServingControl | None = None

    async def run(self, listening: Callable[[], Awaitable[None]]) -> None:
        """Begin every part, call *listening* once faces may come, and wait for the end."""
        hub, parts = self.hub, self._parts
        await self._remember_cup()
        async with asyncio.TaskGroup() as tasks:
            prompting = Prompting(hub, parts)
            serving = ServingControl(hub, parts, tasks, cancel_requests=prompting.cancel)
            self._serving = serving
            ladder = Ladder(hub, parts, serving, prompting)
            dispatcher = Dispatcher(tasks, hub, self._write_down)
            verbs = Verbs(hub, parts, serving=serving, prompting=prompting, ladder=ladder, end=self.ending.set)
            verbs.add_to(dispatcher)
            self._answers.add(QueryName.REPAIR_PLAN, verbs.repairing.plan)
            self._answers.add(QueryName.FIT, FitAnswer(hub, parts, verbs.launching).answer)
            self._answers.add(QueryName.COMMANDS, TypedAnswer(parts, verbs.launching, LaunchStart(hub, parts)).answer)
            Opinions(parts).add_to(dispatcher, self._answers)
            sharing = Sharing(hub, parts, self._answers)
            sharing.add_to(dispatcher)
            images = Images(hub, parts)
            images.add_to(dispatcher)
            chat_page = ChatPageControl(hub, parts)
            chat_page.add_to(dispatcher)
            await verbs.look_back()
            self._dispatcher = dispatcher
            watches = [
                tasks.create_task(each, name="watch")
                for each in (
                    *Watches(hub, parts, serving, self._history).all(),
                    verbs.repairing.pins.watch(),
                    sharing.watch(),
                    images.watch(),
                    chat_page.watch(),
                    MetricsWatch(hub).watch(),
                )
            ]
            await listening()
            await self.ending.wait()
            for watch in watches:
                watch.cancel()
            raise _Ended

    async def talk(self, connection: Connection) -> None:
        """Serve one face until it is gone."""
        if self._dispatcher is None:
            await connection.close()
            return
        await Session(
            connection,
            hub=self.hub,
            dispatcher=self._dispatcher,
            answers=self._answers,
            log_range=self._logs.page,
        ).run()

    async def stop_serving(self) -> None:
        """Stop what this agent serves."""
        if self._serving is not None:
            await self._serving.stop(who="agent")

    async def _remember_cup(self) -> None:
        kept = await asyncio.to_thread(self._parts.records.kept, "cup")
        if kept is not None:
            self.hub.change(cup=decode_value(kept, Cup))

    async def _write_down(self, command: Command, began_unix_s: float, outcome: str) -> None:
        try:
            await asyncio.to_thread(
                self._parts.records.add_action,
                at_unix_s=began_unix_s,
                who=command.who,
                verb=command.verb.value,
                args=args_as_text(command),
                outcome=outcome,
            )
        except RecordsError as error:
            # what was asked for was done all the same; a full disk must not end what serves
            log.warning("an action was not written down: %s", error)


class _Ended(Exception):
    """The agent was asked to end; containers go on."""


def ended_as_asked(group: BaseExceptionGroup[BaseException]) -> bool:
    """Whether the agent's tasks ended because it was asked to end, and for no other reason."""
    _, others = group.split(_Ended)
    return others is None
