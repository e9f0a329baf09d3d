"""The end of a followed log, which the engine may cut short.

Docker 20.10 now and then ends a followed log before the last line that the container wrote, and the command line tool
loses that line as well (about every second time for a line that is written right before the exit). The recorded log has
it. So the end is read once more when the container has ended, and what was seen already is left out.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from thorhud.domain.containers import RecordedLine

DOUBTFUL = timedelta(seconds=2)
PRUNED_AT = 4096


def earlier(stamp: str, by: timedelta) -> str:
    """Return *stamp* moved back in time, in the engine's way of writing; its decimals stay."""
    return (datetime.fromisoformat(stamp[:19]) - by).isoformat() + stamp[19:]


class LogEnd:
    """Remembers the lines of a log's last seconds."""

    def __init__(self) -> None:
        self._lines: list[RecordedLine] = []
        self._newest = ""

    def add(self, line: RecordedLine) -> None:
        """Take note of a line that was seen."""
        self._lines.append(line)
        self._newest = max(self._newest, line.stamp)
        if len(self._lines) % PRUNED_AT == 0:
            since = earlier(self._newest, DOUBTFUL)
            self._lines = [each for each in self._lines if each.stamp >= since]

    def doubtful_since(self, open_since: str | None) -> str | None:
        """Return the stamp from which the log must be read again; None is its beginning.

        *open_since* is the stamp of the oldest line whose end was not seen.
        """
        if not self._newest:
            return None
        since = earlier(self._newest, DOUBTFUL)
        return since if open_since is None else min(since, open_since)

    def unseen(self, lines: Iterable[RecordedLine]) -> Iterator[RecordedLine]:
        """Yield those of *lines* that were not seen."""
        seen = Counter(self._lines)
        for line in lines:
            if seen[line]:
                seen[line] -= 1
            else:
                yield line
