"""What the models wrote, so that quality can be judged beside speed."""

from collections.abc import Iterable, Sequence

from thorhud.domain.run_record import RunRecord
from thorhud.domain.workshop import Workshop
from thorhud.report.html import number, section, text
from thorhud.report.tables import in_order

_LONGEST_ANSWER = 20_000
"""Characters of one answer that the page shows."""
_MOST_CHARACTERS = 160_000
"""Of all answers together, so that the page can be sent by mail."""


def answers(runs: Sequence[RunRecord], workshop: Workshop) -> str:
    """Return each different answer once; the same prompt at temperature 0 often gives the same answer again."""
    groups: dict[tuple[str, str, str], list[RunRecord]] = {}
    for run in in_order(runs, workshop):
        if run.result.text and not run.warm_up:
            groups.setdefault((run.configuration_id, run.prompt_name, run.result.text), []).append(run)
    if not groups:
        return ""
    shown, left_out = _within_the_limit(groups.values(), workshop)
    note = "What the models wrote, as it came: speed means nothing without quality."
    if left_out:
        note += f" {left_out} more in the JSON file."
    return section("wide", "Answers", shown, note=note)


def _within_the_limit(groups: Iterable[list[RunRecord]], workshop: Workshop) -> tuple[str, int]:
    """Return the answers that find room, and how many do not."""
    shown, left_out, room = "", 0, _MOST_CHARACTERS
    for group in groups:
        part = _answer(group, workshop)
        if len(part) > room:
            left_out += 1
            continue
        room -= len(part)
        shown += part
    return shown, left_out


def _answer(group: Sequence[RunRecord], workshop: Workshop) -> str:
    run = group[0]
    configuration = workshop.configuration(run.configuration_id)
    name = run.configuration_id if configuration is None else configuration.name
    answer = run.result.text
    cut = "" if len(answer) <= _LONGEST_ANSWER else f"\n[{len(answer) - _LONGEST_ANSWER} more characters]"
    times = "" if len(group) == 1 else f", {len(group)} times the same"
    return (
        f"<details><summary>{text(name)}, {text(run.prompt_name)}, {number(run.result.completion_tokens, 0)} tokens"
        f'{times}</summary><div class="answer">{text(answer[:_LONGEST_ANSWER] + cut)}</div></details>'
    )
