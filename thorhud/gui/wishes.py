"""What a person asks for by pressing something: a verb and its arguments, not yet a command."""

from dataclasses import dataclass, field
from typing import Any

from thorhud.domain.messages import Verb


@dataclass(frozen=True, slots=True)
class Wish:
    """One wish on its way up; whoever talks to the agent gives it an id and what the asker saw."""

    verb: Verb
    args: dict[str, Any] = field(default_factory=dict)
