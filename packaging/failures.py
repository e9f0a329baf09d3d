"""Write docs/failures.md from the tables of the program and of its tests; with --check only say whether it is fresh.

For each cause: where the words come from by which it is known, what cures it, what proves the cure, and its tests.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.domain.failure_samples import (  # noqa: E402 - the path comes first
    DOCKER_SAYS,
    EXIT_CODES,
    KIND_OF_CAPTURE,
    LINES,
    Seen,
    recordings_of,
    seen,
)
from tests.rig.failing_starts import RECORDED  # noqa: E402
from thorhud.domain.failure_causes import CAUSES  # noqa: E402
from thorhud.domain.failure_patterns import RULES  # noqa: E402
from thorhud.domain.repairs import Repair, RepairId, main_repair  # noqa: E402

PAGE = ROOT / "docs" / "failures.md"
_NEEDLES_SHOWN = 3
_BROKEN_WORDS = ("ddress", "ou are", "o space")
"""Wordings that begin in the midst of a word: it is met with a large and with a small letter."""

BY_THE_UNIT = {
    "memory-file-cache": "tests/domain/test_memory_verdict.py",
    "memory-unclaimed": "tests/domain/test_memory_verdict.py",
    "memory-other-program": "tests/domain/test_memory_verdict.py",
    "memory-does-not-fit": "tests/domain/test_memory_verdict.py",
    "swapping": "tests/domain/test_trouble.py",
    "throttling": "tests/domain/test_trouble.py",
    "chat-model-missing": "tests/domain/test_trouble.py",
    "chat-failed": "tests/serving/test_vllm_api.py",
    "container-start": "tests/serving/test_docker_engine.py",
    "container-gone": "tests/serving/test_docker_engine.py",
    "docker-error": "tests/serving/test_docker_engine.py",
    "image-digest": "tests/domain/test_images.py",
    "image-platform": "tests/domain/test_images.py",
}
"""Where the kinds are tested that no line of a log tells."""


PROOFS = {
    RepairId.CLEAR_MEMORY: "free memory before and after, in GiB",
    RepairId.STOP_LEFTOVERS: "no container and no vLLM of ours is left",
    RepairId.RESTART_DOCKER: "Docker answers again",
    RepairId.REBOOT: "the unit answers after its restart",
    RepairId.DEFAULT_RUNTIME: "Docker names nvidia as its default runtime",
    RepairId.PUT_ENCODINGS: "each file has its size",
    RepairId.FREE_PORT: "nobody listens on the port",
    RepairId.MAX_POWER: "the power mode reads MAXN",
    RepairId.USE_LOCAL_COPY: "the files of each model are whole where the server looks for them",
    RepairId.RECONNECT_CHAT: "asked from inside the chat page's container, its address lists the model",
}


def page() -> str:
    """Return the whole page."""
    return "\n".join([*_opening(), *_table(), *_starts(), ""])


def _opening() -> Iterator[str]:
    counts = Counter(seen(kind)[0] for kind in CAUSES)
    yield "# How each failure is recognised, cured, proven and tested"
    yield ""
    yield "<!-- Made by packaging/failures.py from the tables of the program and its tests: change those, not this. -->"
    yield ""
    yield f"{len(CAUSES)} causes. Recognised from text or figures that are"
    yield ""
    for mark in Seen:
        yield f"* **{mark}** ({counts[mark]}): {_MEANINGS[mark]}"
    yield ""
    yield "No recorded start that became ready or was stopped on purpose is ever given a cause, whatever is done to its"
    yield "lines (`tests/domain/test_disturbed_logs.py`). Numbers are recordings in `tests/data/vllm`, names those in"
    yield "`tests/data/failing_starts`. What a person reads of each cause: [troubleshooting.md](troubleshooting.md)."
    yield ""


_MEANINGS = {
    Seen.CAPTURED: "printed by a real vLLM or a real Docker Engine; the recording is in `tests/data`",
    Seen.QUOTED: "from somebody's log in an issue, a forum or the workshop's document",
    Seen.FORMAT_STRING: "read in the source or the library of what prints it",
    Seen.MEASURED: "not from text: the unit, Docker or a request of ours tells it",
}


def _table() -> Iterator[str]:
    yield "| cause | recognised from | by | fix | proof | tested with |"
    yield "|---|---|---|---|---|---|"
    for kind in CAUSES:
        mark, where = seen(kind)
        repair = main_repair(kind)
        fix = f"`{repair.id}`: {repair.title}" if repair else f"by hand: {CAUSES[kind].next_step}"
        cells = (f"`{kind}`", f"{mark}: {where}", _recognised(kind), fix, _proof(repair), _tested(kind))
        yield f"| {' | '.join(_cell(cell) for cell in cells)} |"
    yield ""


def _recognised(kind: str) -> str:
    needles = list(dict.fromkeys(rule.needle.strip() for rule in RULES if rule.kind == kind))
    shown = [_needle(needle) for needle in needles[:_NEEDLES_SHOWN]]
    if len(needles) > _NEEDLES_SHOWN:
        shown.append(f"{len(needles) - _NEEDLES_SHOWN} more")
    if CAUSES[kind].seen_by:
        shown.append(CAUSES[kind].seen_by)
    return ", ".join(shown)


def _needle(text: str) -> str:
    quoted = text.replace("`", "'")
    return f"`…{quoted}`" if text.startswith(_BROKEN_WORDS) else f"`{quoted}`"


def _cell(text: str) -> str:
    """Keep what would end a cell of the table from doing so."""
    return text.replace("|", "\\|")


def _proof(repair: Repair | None) -> str:
    return "shown as what to type or to do; the next start becomes ready" if repair is None else PROOFS[repair.id]


def _tested(kind: str) -> str:
    quoted = sum(found == kind for found, _ in LINES)
    printed = sum(found == kind for found, _ in DOCKER_SAYS)
    codes = [str(code) for code, found in EXIT_CODES if found == kind]
    logs = [name for name in recordings_of(kind) if name != "docker"]
    words = []
    if logs:
        words.append(f"{len(logs)} recorded log{'s' if len(logs) > 1 else ''}")
    if printed:
        words.append(f"{printed} line{'s' if printed > 1 else ''} of Docker")
    if quoted:
        words.append(f"{quoted} wording{'s' if quoted > 1 else ''}")
    if codes:
        words.append(f"exit {', '.join(codes)}")
    if kind in BY_THE_UNIT:
        words.append(f"`{BY_THE_UNIT[kind]}`")
    if not words:
        raise SystemExit(f"no test knows the cause {kind}: add it to tests/domain/failure_samples.py")
    return "; ".join(words)


def _starts() -> Iterator[str]:
    yield "## Reproduced with a real vLLM in real containers"
    yield ""
    yield "`make test-vllm` runs each of these through the product: a tiny model on vLLM 0.32.0 (CPU build), launched"
    yield "by the HUD or typed by hand and found by it. Recordings by number are of vLLM 0.32.0 and 0.11.0, without a"
    yield "container."
    yield ""
    yield "| start | exit code | cause | the line of the root cause holds |"
    yield "|---|---|---|---|"
    for name, start in RECORDED.items():
        evidence = f"`{start.evidence}`" if start.evidence else "nothing: the log breaks off"
        yield f"| {name} | {start.exit_code} | `{start.kind}` | {_cell(evidence)} |"
    yield ""
    others = [f"{number} is `{kind}`" for number, kind in KIND_OF_CAPTURE.items()]
    yield f"Recordings by number: {', '.join(others)}."


def main(arguments: list[str]) -> int:
    """Write the page, or compare it; the exit code."""
    made = page()
    if arguments == ["--check"]:
        if PAGE.exists() and PAGE.read_text(encoding="utf-8") == made:
            return 0
        print("docs/failures.md is not what the tables say: run packaging/failures.py", file=sys.stderr)
        return 1
    if arguments:
        print("usage: packaging/failures.py [--check]", file=sys.stderr)
        return 2
    PAGE.write_text(made, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
