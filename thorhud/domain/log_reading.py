"""Reading a whole container log: one start after another, each with what would explain its end."""

import re
from dataclasses import dataclass, field, replace
from typing import Final

from thorhud.domain.failure_patterns import THROUGH, Clue, clue_in, names_an_error
from thorhud.domain.log_text import LogMessage, read_message, without_colour
from thorhud.domain.stage_patterns import Mark, recognise, split_bar
from thorhud.domain.stages import advance
from thorhud.domain.timeline import LogPiece, Stage, StageName, Timeline

LINE_LIMIT: Final = 600
"""Characters of a line that are kept as evidence."""
_CLUES_KEPT: Final = 16
_LAST_LINES_KEPT: Final = 20
_LAST_LINE_LIMIT: Final = 160
_BAR: Final = "%|"
_BAR_TITLE: Final = 24
"""So many characters of a bar stand before its figures move."""
_STARTS_KEPT: Final = 50

_CTRL_C: Final = "^C"
_TYPED: Final = re.compile(r".{0,120}?[#$>%] (?:\S+=\S+ )*vllm serve ")
"""What a shell shows of the command that starts a server: prompt and echo."""
_FRAME: Final = " \t|"
"""What stands around a message: indentation, and the bars of an exception group."""

_INFORMATION: Final = ("INFO", "DEBUG", "TRACE", "NOTICE")
_ENGINE_PROCESSES: Final = ("EngineCore", "Worker", "VllmWorker")
_TOLD_TO_STOP: Final = (
    "[shutdown] API server: shutdown triggered",
    "Shutting down FastAPI HTTP server",
    "Shutting down",
    "Waiting for connections to close",
    "KeyboardInterrupt",
    "Received signal",
)
_ENDED: Final = ("Application shutdown complete", "Finished server process", "KeyboardInterrupt")
_GIVING_UP: Final = (
    "Engine core initialization failed",
    "Engine process failed to start",
    "EngineCore failed to start",
    "WorkerProc failed to start",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What one start has said that would explain its end; bounded, however long the log."""

    clues: tuple[Clue, ...] = ()
    """The first line of each kind, in the order of the log."""
    first_error: str | None = None
    """The first error that is no consequence of another; while serving only the engine's own count."""
    last_line: str = ""
    """The last line that is neither information nor a part of a traceback."""
    giving_up: bool = False
    """vLLM said that the start failed."""
    stop_line: str | None = None
    """The first line of a shutdown: somebody asked for it, or the server followed its engine."""
    ended: bool = False
    """The server or the whole process said that it is through."""
    interrupted: bool = False
    """The terminal shows that somebody typed Ctrl+C before the server had given up."""
    harmless: bool = False
    """A traceback is running that Python itself calls ignored."""
    last_lines: tuple[str, ...] = ()
    """The last lines of the log whatever they say, shortened: what a person asks for where nothing is known."""
    through: frozenset[str] = frozenset()
    """What of `failure_patterns.THROUGH` stands in the paths of the newest traceback."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """One start of vLLM in a log."""

    timeline: Timeline = field(default_factory=Timeline)
    evidence: Evidence = field(default_factory=Evidence)
    first_line: str | None = None
    """The line with vLLM's version: a new one like it begins a new start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogReading:
    """The starts that a log holds: the document keeps the container and starts `vllm serve` in it again."""

    earlier: tuple[Start, ...] = ()
    start: Start = field(default_factory=Start)

    @property
    def timeline(self) -> Timeline:
        """The timeline of the last start."""
        return self.start.timeline

    @property
    def evidence(self) -> Evidence:
        """The evidence of the last start."""
        return self.start.evidence


def read(reading: LogReading, piece: LogPiece) -> LogReading:
    """Return what the log tells after one more piece of it."""
    if _CTRL_C in piece.text and (rest := _without_ctrl_c(piece.text)) is not None:
        reading = _interrupt(reading)
        return read(reading, replace(piece, text=rest)) if rest else reading
    first, behind = split_bar(piece.text)
    if behind:
        return read(read(reading, replace(piece, text=first)), replace(piece, text=behind))
    message = read_message(piece.text)
    begins = _begins_a_start(reading.start, piece, message)
    if begins and _has_happened(reading.start):
        begun = Stage(name=StageName.CONTAINER, started_s=piece.at_s)
        reading = LogReading(
            earlier=(*reading.earlier, reading.start)[-_STARTS_KEPT:],
            start=Start(timeline=Timeline(stages=(begun, *Timeline().stages[1:]))),
        )
    start = _after(reading.start, piece, message)
    if begins and _is_version_line(message):
        start = replace(start, first_line=piece.text)
    return reading if start is reading.start else replace(reading, start=start)


def _without_ctrl_c(text: str) -> str | None:
    """Return the piece without the ^C that the terminal echoed at its begin or end; None where it has none there.

    The echo stands wherever the cursor was: in front of the next line, or behind a bar.
    """
    plain = without_colour(text).strip()
    if plain.startswith(_CTRL_C):
        return plain.removeprefix(_CTRL_C)
    return plain.removesuffix(_CTRL_C) if plain.endswith(_CTRL_C) else None


def _interrupt(reading: LogReading) -> LogReading:
    evidence = reading.start.evidence
    by_itself = evidence.giving_up or any(clue.certain for clue in evidence.clues)
    if by_itself or evidence.interrupted:
        return reading
    return replace(reading, start=replace(reading.start, evidence=replace(evidence, interrupted=True)))


def _after(start: Start, piece: LogPiece, message: LogMessage) -> Start:
    timeline = advance(start.timeline, piece)
    evidence = _keep_line(start.evidence, piece)
    if timeline.serving and not start.timeline.serving:
        evidence = Evidence(last_lines=evidence.last_lines)  # whatever was said before, the start went well
    elif timeline.current != start.timeline.current:
        evidence = replace(evidence, clues=tuple(replace(clue, certain=False) for clue in evidence.clues))
    else:
        evidence = note(evidence, piece, message, serving=timeline.serving)
    if timeline is start.timeline and evidence is start.evidence:
        return start
    return replace(start, timeline=timeline, evidence=evidence)


def _keep_line(evidence: Evidence, piece: LogPiece) -> Evidence:
    """Keep the end of the log; a bar that moves on takes the place of what it showed before."""
    line = without_colour(piece.text).strip()[:_LAST_LINE_LIMIT]
    if not line:
        return evidence
    before = evidence.last_lines
    if before and _BAR in line and before[-1].partition(_BAR)[0][:_BAR_TITLE] == line.partition(_BAR)[0][:_BAR_TITLE]:
        before = before[:-1]
    return replace(evidence, last_lines=(*before, line)[-_LAST_LINES_KEPT:])


def _is_version_line(message: LogMessage) -> bool:
    seen = recognise(message.text.strip())
    return seen is not None and seen.mark is Mark.VERSION


def _begins_a_start(start: Start, piece: LogPiece, message: LogMessage) -> bool:
    """Whether the piece opens a start: vLLM's version, or after an end the first words of any new process."""
    if _is_version_line(message):
        return start.first_line != piece.text
    if message.process is not None:
        return False
    evidence = start.evidence
    if _TYPED.match(message.text):
        return True
    if message.text.startswith("Automatically detected platform"):
        return evidence.ended or evidence.giving_up
    if message.text.startswith("usage: vllm"):
        return evidence.ended or evidence.giving_up or any(clue.certain for clue in evidence.clues)
    return False


def _has_happened(start: Start) -> bool:
    """Whether the start so far is one of its own, and not just the silence before the version line."""
    evidence = start.evidence
    told = start.timeline.serving or evidence.ended or any(clue.certain for clue in evidence.clues)
    return told or start.first_line is not None


def note(evidence: Evidence, piece: LogPiece, message: LogMessage, *, serving: bool) -> Evidence:
    """Return the evidence after one more piece."""
    text = message.text.strip(_FRAME)
    if not text:
        return evidence
    line = without_colour(piece.text).strip()[:LINE_LIMIT]
    evidence = _note_end(evidence, text, line)
    if message.level in _INFORMATION:
        return evidence
    if _is_source_code(message.text):
        return _note_frame(evidence, message.text)
    evidence = replace(evidence, last_line=line)
    evidence = _note_clue(evidence, message, line)
    return _note_error(evidence, message, line, serving=serving)


def _is_source_code(text: str) -> bool:
    """Whether the message is the inside of a traceback: it quotes lines that never ran into trouble as well."""
    return text.startswith(("    ", '  File "', "Traceback (")) and not text.lstrip().startswith("|")


def _note_frame(evidence: Evidence, text: str) -> Evidence:
    """Remember through which parts of vLLM a traceback leads; each one begins anew."""
    through = frozenset() if text.startswith("Traceback (") else evidence.through
    if text.startswith('  File "'):
        through |= {part for part in THROUGH if part in text}
    return evidence if through == evidence.through else replace(evidence, through=through)


def _note_end(evidence: Evidence, text: str, line: str) -> Evidence:
    if evidence.stop_line is None and text.startswith(_TOLD_TO_STOP):
        evidence = replace(evidence, stop_line=line)
    if not evidence.ended and text.startswith(_ENDED):
        evidence = replace(evidence, ended=True)
    if not evidence.giving_up and any(phrase in text for phrase in _GIVING_UP):
        evidence = replace(evidence, giving_up=True)
    return evidence


def _note_clue(evidence: Evidence, message: LogMessage, line: str) -> Evidence:
    clues = evidence.clues
    if clues and clues[-1].following is None:
        clues = (*clues[:-1], replace(clues[-1], following=message.text.strip()[:LINE_LIMIT]))
        evidence = replace(evidence, clues=clues)
    if evidence.stop_line is not None or len(clues) >= _CLUES_KEPT:
        return evidence  # what a server says while it is being stopped explains nothing
    clue = clue_in(message.text.strip(_FRAME), evidence.through)
    if clue is None:
        return evidence
    certain = clue.certain and message.level not in ("WARNING", "WARN")
    if any(other.kind == clue.kind and other.certain >= certain for other in clues):
        return evidence
    return replace(evidence, clues=(*clues, Clue(clue.kind, line, certain)))


def _note_error(evidence: Evidence, message: LogMessage, line: str, *, serving: bool) -> Evidence:
    text = message.text.strip(_FRAME)
    if text.startswith("Exception ignored in"):
        return replace(evidence, harmless=True)
    if not names_an_error(text):
        return evidence
    if evidence.harmless:
        return replace(evidence, harmless=False)
    by_engine = message.process is not None and message.process.startswith(_ENGINE_PROCESSES)
    if evidence.first_error is not None or evidence.stop_line is not None or (serving and not by_engine):
        return evidence
    return replace(evidence, first_error=line)
