"""Every setting, declared once: name, type, default, range and the sentence that explains it.

The settings file, the environment, ``thorhud config show`` and the documentation are all made from `Settings`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

UNIT_DATA = Path("/home/jetson/data")
"""Where the workshop's units keep models and caches."""


def default_data_dir() -> Path:
    """Return the workshop's folder where this machine has it, else ``data`` in the home of whoever asks."""
    return UNIT_DATA if UNIT_DATA.is_dir() else Path.home() / "data"


def _about(
    sentence: str, *, minimum: int | None = None, maximum: int | None = None, choices: tuple[str, ...] = ()
) -> dict[str, Any]:
    return {"sentence": sentence, "minimum": minimum, "maximum": maximum, "choices": choices}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of one unit or laptop."""

    data_dir: Path = field(
        default_factory=default_data_dir,
        metadata=_about("Where models, compile caches and encodings lie."),
    )
    unit_number: int | None = field(
        default=None,
        metadata=_about(
            "The number on the unit's label; without it, the digits that end the hostname.", minimum=0, maximum=9999
        ),
    )
    rack: str | None = field(default=None, metadata=_about("The rack the unit stands in, as the room calls it."))
    slot: str | None = field(default=None, metadata=_about("The unit's place in the rack."))
    ssh_user: str = field(default="jetson", metadata=_about("The account in the SSH command that the screen shows."))
    workshop: Path | None = field(
        default=None, metadata=_about("The workshop file; without it, the one that ships with thorhud.")
    )
    port: int = field(default=8000, metadata=_about("The port that vLLM serves on.", minimum=1, maximum=65535))
    docker_host: str | None = field(
        default=None, metadata=_about("Where the Docker Engine answers; without it, what Docker itself would use.")
    )
    state_dir: Path | None = field(
        default=None, metadata=_about("Where runs and logs are kept; without it, the account's own state folder.")
    )
    internet_check: str = field(
        default="off",
        metadata=_about(
            "Whether to see each minute if the internet answers, by beginning a connection to a public name server.",
            choices=("on", "off"),
        ),
    )
    chat_accounts: str = field(
        default="first",
        metadata=_about(
            "Who may use the chat page. first: whoever makes the first account is its administrator and lets the others"
            " in. everyone: the same, and the others may chat as soon as they sign up. nobody: no one signs in, all"
            " share one administrator's account and see each other's chats. It counts at the next start of the page."
            " Once there are accounts, nobody is refused until they are removed; after nobody, the shared account stays"
            " (admin@localhost, password admin) until somebody changes its password.",
            choices=("first", "everyone", "nobody"),
        ),
    )
    theme: str = field(
        default="dark",
        metadata=_about("The colours of the screens: dark, or light for a projector.", choices=("dark", "light")),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """What a person may know about one setting."""

    name: str
    kind: type
    """str, int or Path; every one may be absent where its default says so."""
    sentence: str
    minimum: int | None
    maximum: int | None
    choices: tuple[str, ...]

    @property
    def expected(self) -> str:
        """Say in words what may stand there."""
        if self.choices:
            return "one of " + ", ".join(self.choices)
        if self.kind is int:
            return f"a whole number from {self.minimum} to {self.maximum}"
        return "a path in quotes" if self.kind is Path else "a text in quotes"


def declarations() -> Iterator[Declaration]:
    """Yield every setting in the order in which it is shown."""
    for each in fields(Settings):
        metadata = each.metadata
        yield Declaration(
            name=each.name,
            kind=_kind(each.type),
            sentence=metadata["sentence"],
            minimum=metadata["minimum"],
            maximum=metadata["maximum"],
            choices=metadata["choices"],
        )


def _kind(annotation: Any) -> type:  # noqa: ANN401 - an annotation
    """Return the type without its "or None"."""
    kinds = [each for each in getattr(annotation, "__args__", (annotation,)) if each is not type(None)]
    return kinds[0] if isinstance(kinds[0], type) else str
