"""A whole log into a file, page by page, beside everything else that the face does."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from thorhud.domain.messages import LogPage, QueryName
from thorhud.gui.log_words import counted
from thorhud.gui.stage_words import grouped
from thorhud.gui.wishes import Inquiry

CHARACTERS: Final = 100_000
"""Of one line: far more than is shown."""


class LogSaver:
    """Asks for one page after the other and appends it; the file has its name only once it is whole."""

    def __init__(
        self, launch_id: str, path: Path, *, ask: Callable[[Inquiry], None], tell: Callable[[str, bool], None]
    ) -> None:
        self._launch_id = launch_id
        self._path = path
        self._part = path.with_name(path.name + ".part")
        self._ask = ask
        self._tell = tell
        """Called with a sentence, and whether it is the last."""
        self._offset = 0
        self._lines = 0
        self._end: int | None = None

    def begin(self) -> None:
        """Make the file and ask for the first page."""
        try:
            self._part.write_bytes(b"")
        except OSError as error:
            self._fail(error)
        else:
            self._ask_on()

    def _ask_on(self) -> None:
        args = {"launch_id": self._launch_id, "offset": self._offset, "characters": CHARACTERS}
        self._ask(Inquiry(QueryName.LOG, LogPage, self._take, args))

    def _take(self, page: LogPage | None, reason: str) -> None:
        if page is None:
            self._discard()
            self._tell(f"Nothing was saved. {reason}", True)  # noqa: FBT003 - the end
            return
        # a log that is still written is saved as it was when that began
        self._end = page.total if self._end is None else self._end
        try:
            self._append(page)
            if not page.lines or self._offset >= self._end:
                self._part.replace(self._path)
                self._tell(f"{counted(self._lines, 'line')} saved to {self._path}", True)  # noqa: FBT003 - the end
                return
        except OSError as error:
            self._fail(error)
            return
        self._tell(f"Saving, {100 * self._offset // max(1, self._end)} %", False)  # noqa: FBT003 - not the end
        self._ask_on()

    def _append(self, page: LogPage) -> None:
        lines = list(page.lines)
        if page.offset > self._offset:
            lines.insert(0, f"[{grouped(page.offset - self._offset)} lines of the middle were not kept]")
        with self._part.open("a", encoding="utf-8", errors="replace") as file:
            file.writelines(f"{line}\n" for line in lines)
        self._lines += len(page.lines)
        self._offset = page.offset + len(page.lines)

    def _fail(self, error: OSError) -> None:
        self._discard()
        why = os.strerror(error.errno) if error.errno else str(error)
        self._tell(f"{self._path} cannot be written: {why}.", True)  # noqa: FBT003 - the end

    def _discard(self) -> None:
        try:
            self._part.unlink(missing_ok=True)
        except OSError:
            return  # what cannot be written can often not be removed either
