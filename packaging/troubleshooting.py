"""Write docs/troubleshooting.md from the tables that drive the program; with --check only say whether it is fresh.

One source: the causes of failures, the checks of the doctor and the repairs.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from thorhud.domain.check_table import CHECKS  # noqa: E402 - the path comes first
from thorhud.domain.failure_causes import ALIASES, CAUSES  # noqa: E402
from thorhud.domain.pin import DIGITS, FIRST_WAIT_S, FREE_TRIES, LONGEST_WAIT_S  # noqa: E402
from thorhud.domain.repairs import MEMORY_LADDER, REPAIRS, Repair, main_repair  # noqa: E402

PAGE = ROOT / "docs" / "troubleshooting.md"


def page() -> str:
    """Return the whole page."""
    return "\n".join([*_opening(), *_causes(), *_evidence(), *_checks(), *_repairs(), *_pin(), ""])


def _opening() -> Iterator[str]:
    yield "# When something does not work"
    yield ""
    yield "<!-- Made by packaging/troubleshooting.py from the tables of the program: change those, not this. -->"
    yield ""
    yield "```"
    yield "thorhud doctor              what is wrong with this unit, and what to do about it"
    yield "thorhud doctor --deep       also start a container and let it look for the GPU"
    yield "thorhud doctor --fix NAME   run a repair: it asks before it ends work of others, and proves itself"
    yield "thorhud stages FILE         which of the causes below a vLLM log tells"
    yield "```"
    yield ""
    yield f"There are {len(CAUSES)} causes and {len(CHECKS)} checks. Each has a stable id, which `--json` prints."
    yield ""


def _causes() -> Iterator[str]:
    yield "## What the screen says"
    yield ""
    for kind, cause in CAUSES.items():
        yield f"### {cause.headline}"
        yield ""
        yield f"`{kind}`. {cause.explanation}"
        yield ""
        yield f"**Do:** {cause.next_step}{_button(main_repair(kind))}"
        yield ""


def _button(repair: Repair | None) -> str:
    if repair is None:
        return ""
    return f" The HUD does it: *{repair.title}* ({repair.cost}), or `thorhud doctor --fix {repair.id}`."


def _evidence() -> Iterator[str]:
    yield "How each cause is recognised, cured, proven and tested: [failures.md](failures.md)."
    yield ""
    yield "The same thing by another name, in records of earlier versions and in errors of a prompt:"
    yield ", ".join(f"`{alias}` is `{kind}`" for alias, kind in ALIASES.items()) + "."
    yield ""


def _checks() -> Iterator[str]:
    yield "## What the doctor looks at"
    yield ""
    yield "| check | what | why | where |"
    yield "|---|---|---|---|"
    for check in CHECKS:
        where = "Jetson" if check.jetson_only else "everywhere"
        yield f"| `{check.id}` | {check.title} | {check.why} | {where}{', with --deep' if check.deep else ''} |"
    yield ""


def _repairs() -> Iterator[str]:
    yield "## What the HUD can repair"
    yield ""
    yield f"Against memory that is not free, in this order: {', '.join(f'`{each}`' for each in MEMORY_LADDER)}."
    yield ""
    yield "| repair | what it costs | needs | steps |"
    yield "|---|---|---|---|"
    for repair in REPAIRS.values():
        needs = [word for word, needed in (("root", repair.needs_root), ("PIN on a kiosk", repair.needs_pin)) if needed]
        cells = (f"`{repair.id}`: {repair.title}", repair.cost, ", ".join(needs) or "nothing", "; ".join(repair.steps))
        yield f"| {' | '.join(cells)} |"


def _pin() -> Iterator[str]:
    yield ""
    yield "## The PIN of the TAs"
    yield ""
    yield (
        f"A touch display can ask for a PIN of {DIGITS[0]} to {DIGITS[1]} digits before it restarts Docker or the unit,"
        " and before the kiosk is left. Set it in a terminal of the unit with `thorhud config pin`, as the account that"
        " runs the agent; `thorhud config pin --clear` takes it away. The agent sees either within seconds."
    )
    yield ""
    yield (
        f"After {FREE_TRIES} wrong ones the next try waits {FIRST_WAIT_S:.0f} s, and each further one twice as long, up"
        f" to {LONGEST_WAIT_S / 60:.0f} min. A restart of the agent forgets none of them; the right PIN forgets all."
    )
    yield ""
    yield (
        "**What it guards, and what not.** It keeps a hand at the display from ending everybody's work. Whoever has a"
        " shell on the unit needs none: the agent's socket belongs to the unit's account and its group, and who sends a"
        " command says by himself from where. The PIN is kept as a salted hash (scrypt) in a file that only the agent's"
        " account may read; so few digits are found by trying once somebody has that file. No record, event or log"
        " holds it. Where none is set, the display asks once and then restarts, and the doctor warns."
    )
    yield ""
    yield "A PIN that nobody remembers is cleared in a terminal; from a display alone there is no way around it."


def main(arguments: list[str]) -> int:
    """Write the page, or compare it; the exit code."""
    made = page()
    if arguments == ["--check"]:
        if PAGE.exists() and PAGE.read_text(encoding="utf-8") == made:
            return 0
        print(
            "docs/troubleshooting.md is not what the tables say: run packaging/troubleshooting.py",
            file=sys.stderr,
        )
        return 1
    if arguments:
        print("usage: packaging/troubleshooting.py [--check]", file=sys.stderr)
        return 2
    PAGE.write_text(made, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
