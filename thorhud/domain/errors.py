"""The tree of errors a person may meet.

ThorHudError
  SettingsError      a setting or a settings file is wrong
  WorkshopError      a workshop file is wrong (carries the line)
  EngineError        the Docker Engine refused or did not answer
    EngineUnreachable, NotAllowed, ImageMissing, RuntimeMissing, NameTaken, ContainerGone
  LinkError          no agent, or the conversation with it broke
  RecordsError       the records cannot be read or written
"""


class ThorHudError(Exception):
    """What happened (the message) and what to try next (``next_step``)."""

    def __init__(self, message: str, *, next_step: str = "", kind: str = "") -> None:
        super().__init__(message)
        self.next_step = next_step
        self.kind = kind
        """Stable id of the failure, in the words of `thorhud.domain.failures`; empty where none applies."""


class SettingsError(ThorHudError):
    """A setting or a settings file is wrong."""


class WorkshopError(ThorHudError):
    """A workshop file is wrong; the message names the file and the line."""


class EngineError(ThorHudError):
    """The Docker Engine refused, or did not answer."""


class EngineUnreachable(EngineError):
    """Nobody answers on the Docker socket."""


class NotAllowed(EngineError):
    """The account may not use the Docker socket."""


class ImageMissing(EngineError):
    """The image is not on this unit."""


class RuntimeMissing(EngineError):
    """The Docker Engine has no runtime of the asked name."""


class NameTaken(EngineError):
    """Another container already has the name."""


class ContainerGone(EngineError):
    """The container does not exist any more."""


class LinkError(ThorHudError):
    """No agent answers, or the conversation with it broke."""


class RecordsError(ThorHudError):
    """The records cannot be read or written."""
