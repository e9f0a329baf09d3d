"""What a person asks for by pressing something: a wish, not yet a command, or a question, not yet a query."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from thorhud.domain.messages import CommandAnswer, QueryName, Verb


@dataclass(frozen=True, slots=True)
class Wish:
    """One wish on its way up; whoever talks to the agent gives it an id and what the asker saw."""

    verb: Verb
    args: dict[str, Any] = field(default_factory=dict)
    on_end: Callable[[CommandAnswer], None] | None = field(default=None, compare=False)
    """Told what came of it, also where it was refused, and as failed where the agent is gone."""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """One question to the agent; *deliver* gets a value of *kind*, or None and the reason why there is none."""

    name: QueryName
    kind: Any = field(compare=False)
    deliver: Callable[[Any, str], None] = field(compare=False)
    args: dict[str, Any] = field(default_factory=dict)
