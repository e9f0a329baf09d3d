"""Reading the many chunks of one stream that are alike, without JSON.

All chunks of an answer but a few differ only in their text and in two counts. What surrounds these is learned from the
first one; a chunk that is the same everywhere else, byte for byte, says the same. Every other goes through JSON.
"""

import re
from dataclasses import dataclass

from thorhud.domain.sse import ChatChunk, ServerFault, StreamEnd, Usage, read_event

TEXT = re.compile(r'"(content|text|reasoning|reasoning_content)":\s*"([^"\\]*)"')
COUNT = re.compile(r'"(prompt_tokens|completion_tokens|total_tokens)":\s*\d+')
MOST_LESSONS = 8
"""A stream whose chunks are never alike is not worth learning from."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """What surrounds the text of chunks that are alike."""

    before: str
    after: re.Pattern[str]
    thought: bool
    """Whether the text is reasoning."""
    counted: bool
    """Whether each chunk names the tokens so far."""

    def read(self, data: str) -> ChatChunk | None:
        """Return what *data* says where it is alike, else None."""
        if not data.startswith(self.before):
            return None
        begin = len(self.before)
        end = data.find('"', begin)
        text = data[begin:end]
        found = self.after.fullmatch(data, end) if end > begin and "\\" not in text and text.isprintable() else None
        if found is None:
            return None
        usage = None
        if self.counted:
            usage = Usage(prompt_tokens=int(found["prompt_tokens"]), completion_tokens=int(found["completion_tokens"]))
        if self.thought:
            return ChatChunk(has_choice=True, reasoning=text, usage=usage)
        return ChatChunk(has_choice=True, content=text, usage=usage)


class ChunkReader:
    """Reads the events of one stream."""

    def __init__(self) -> None:
        self._likeness: Likeness | None = None
        self._lessons = 0

    def read(self, data: str) -> ChatChunk | ServerFault | StreamEnd:
        """Return what the data of one event says."""
        chunk = None if self._likeness is None else self._likeness.read(data)
        if chunk is not None:
            return chunk
        event = read_event(data)
        if isinstance(event, ChatChunk) and self._lessons < MOST_LESSONS and _is_common(event):
            self._lessons += 1
            self._likeness = likeness_of(data, event)
        return event


def likeness_of(data: str, chunk: ChatChunk) -> Likeness | None:
    """Learn from one chunk; None where its text or its counts cannot be told apart from what surrounds them."""
    texts = list(TEXT.finditer(data))
    if len(texts) != 1 or COUNT.search(data, 0, texts[0].start()):
        return None
    begin, end = texts[0].span(2)
    names = [each[1] for each in COUNT.finditer(data, end)]
    if len(names) != len(set(names)):
        return None
    after, at = "", end
    for each in COUNT.finditer(data, end):
        digits = each.end() - len(each[0].rpartition(":")[2].strip())
        after += f"{re.escape(data[at:digits])}(?P<{each[1]}>[0-9]+)"
        at = each.end()
    counted = {"prompt_tokens", "completion_tokens"} <= set(names)
    likeness = Likeness(data[:begin], re.compile(after + re.escape(data[at:])), bool(chunk.reasoning), counted)
    return likeness if likeness.read(data) == chunk else None


def _is_common(chunk: ChatChunk) -> bool:
    """Whether a chunk is of the kind that there are many of: text of one kind, and nothing else."""
    extras = chunk.finish_reason or chunk.tool_call or chunk.token_ids
    return bool(chunk.content) != bool(chunk.reasoning) and not extras
