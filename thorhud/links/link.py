"""What every face may ask of a link, whatever carries it."""

from collections.abc import AsyncIterator, Mapping
from typing import Any, Protocol

from thorhud.domain.messages import Channel, CommandAnswer, Down, Expectation, QueryName, Verb


class Link(Protocol):
    """A conversation with one unit's agent.

    Every method but `close` may raise a `LinkError` whose message is one sentence for a person.
    """

    async def open(self) -> None:
        """Begin the conversation."""
        ...

    async def close(self) -> None:
        """End it; the agent goes on."""
        ...

    def messages(self) -> AsyncIterator[Down]:
        """Yield snapshots, events, stream pieces and the ends of commands until the link breaks.

        Of several snapshots that were not fetched yet only the newest is kept.
        """
        ...

    async def command(
        self, verb: Verb, args: Mapping[str, Any] | None = None, *, expect: Expectation | None = None
    ) -> CommandAnswer:
        """Send a command and return its first answer, accepted or refused."""
        ...

    async def outcome(self, command_id: str) -> CommandAnswer:
        """Wait for the end of an accepted command: done or failed."""
        ...

    async def query(self, name: QueryName, **args: Any) -> Any:  # noqa: ANN401 - plain JSON
        """Ask and return the result in plain JSON; `thorhud.domain.wire.convert` makes a domain value of it."""
        ...

    async def watch(self, channel: Channel, *, on: bool = True) -> None:
        """Begin or end a stream."""
        ...

    async def events_after(self, number: int) -> None:
        """Ask for the events after *number*, then for every new one."""
        ...
