"""A chat page that is not there: it starts as slowly as the real one, and lists whatever the simulated unit serves."""

import time
from collections.abc import Callable, Collection
from typing import Final

from thorhud.domain.chat_page import ACCOUNT_SENTENCES, ChatAccounts
from thorhud.domain.chat_page_look import Asked, PageContainer, PageLook
from thorhud.domain.errors import EngineError

PORT: Final = 8080
FIRST_PAGE_S: Final = 48.0
"""About what the first start takes; it imports for half a minute and makes its database."""
DATA_BYTES: Final = 41_943_040
_SCRIPT: Final = (
    (0.0, "No WEBUI_SECRET_KEY environment variable set, loading from file."),
    (0.45, "INFO  [alembic.runtime.migration] Context impl SQLiteImpl."),
    (0.5, "INFO  [alembic.runtime.migration] Running upgrade  -> 7e5b5dc7342b, init"),
    (0.85, "INFO:     Started server process [1]"),
    (0.86, "INFO:     Waiting for application startup."),
)
"""Share of the time to the first page, and a line."""


class SimulatedChatPages:
    """Fulfils `thorhud.domain.chat_page_look.ChatPages`; every word about it stands in this process only."""

    accounts = f"{ACCOUNT_SENTENCES[ChatAccounts.FIRST]} (simulated)"
    data = "~/open-webui"

    def __init__(self, model_port: int, speed: Callable[[], float], clock: Callable[[], float] = time.time) -> None:
        self._speed = speed
        self._clock = clock
        self._asks = f"http://127.0.0.1:{model_port}/v1"
        self._began_s: float | None = None
        self._data: int | None = None

    async def look(
        self,
        served: str | None,
        *,
        deep: bool,
        names: Collection[str] = (),  # noqa: ARG002 - it has no network of its own
    ) -> PageLook:
        """Return what a page would show that was started when this one was."""
        if self._began_s is None:
            return PageLook(data_bytes=self._data)
        share = (self._clock() - self._began_s) / (FIRST_PAGE_S / self._speed())
        page = PageContainer(
            id="simulated",
            name="open-webui",
            ours=True,
            running=True,
            on_host=True,
            port=PORT,
            asks=(self._asks,),
            from_start=True,
            started_unix_s=self._began_s,
        )
        if share < 1.0:
            return PageLook(container=page, lines=tuple(line for at, line in _SCRIPT if at <= share))
        self._data = DATA_BYTES
        asked = (Asked(address=self._asks, models=(served,)),) if deep and served else ()
        return PageLook(container=page, answers=True, version="simulated", asked=asked, unit_answers=True)

    async def start(self) -> None:
        """Begin as if a container had been started now."""
        if self._began_s is not None:
            raise EngineError("The simulated chat page runs already.", kind="chat-page-runs")
        self._began_s = self._clock()

    async def stop(self, container: str) -> None:  # noqa: ARG002 - there is only one
        """End it; what it is said to have kept stays."""
        self._began_s = None

    async def remove_data(self) -> None:
        """Forget what it is said to have kept."""
        self._data = None

    async def measure_data(self) -> int | None:
        """Return what it is said to have kept."""
        return self._data
