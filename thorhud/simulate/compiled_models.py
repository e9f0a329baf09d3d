"""What torch.compile left behind on a simulated unit: a start of the same image and arguments finds it again."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from thorhud.simulate.container_folder import ContainerFolder

_COMPILED = b"torch.compile takes"


class CompiledModels:
    """One empty file for each result, named after what it was made for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def found(self, digest: str | None, command: Sequence[str]) -> bool:
        """Whether an earlier start left its result."""
        return (self._folder / _name(digest, command)).exists()

    def keep_what_was_compiled(self, container: ContainerFolder) -> None:
        """Remember a container whose log says that it compiled to the end; others leave nothing to be found."""
        record = container.record()
        if record is None or _COMPILED not in container.log.read_bytes():
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / _name(record["digest"], record["spec"]["command"])).touch()


def _name(digest: str | None, command: Sequence[str]) -> str:
    return hashlib.sha256("\0".join((digest or "", *command)).encode()).hexdigest()[:32]
