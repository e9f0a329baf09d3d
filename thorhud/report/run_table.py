"""Every run as a row of plain values: the same for the page, the CSV and the JSON file."""

import csv
import io
import shlex
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

from thorhud.domain.run_record import RunRecord
from thorhud.domain.workshop import Workshop

Value = str | float | int | bool | None


def left_out(run: RunRecord) -> str | None:
    """Say why a run does not count, or None where it does."""
    result = run.result
    if run.warm_up:
        return "warm-up"
    if result.error is not None:
        return result.error.headline
    if result.disagreement is not None:
        return result.disagreement
    return (result.note or "no speed") if result.tokens_per_s is None else None


COLUMNS: dict[str, Callable[[RunRecord], Value]] = {
    "id": lambda run: run.id,
    "at": lambda run: datetime.fromtimestamp(run.at_unix_s, UTC).isoformat(timespec="seconds"),
    "configuration": lambda run: run.configuration_id,
    "prompt": lambda run: run.prompt_name,
    "counts": lambda run: run.counts,
    "left_out_because": left_out,
    "tokens_per_s": lambda run: run.result.tokens_per_s,
    "ttft_s": lambda run: run.result.ttft_s,
    "ttfa_s": lambda run: run.result.ttfa_s,
    "tpot_s": lambda run: run.result.tpot_s,
    "total_s": lambda run: run.result.total_s,
    "prompt_tokens": lambda run: run.result.prompt_tokens,
    "completion_tokens": lambda run: run.result.completion_tokens,
    "finish_reason": lambda run: run.result.finish_reason,
    "server_tokens_per_s": lambda run: run.result.server.tokens_per_s if run.result.server else None,
    "server_ttft_s": lambda run: run.result.server.ttft_s if run.result.server else None,
    "max_tokens": lambda run: run.max_tokens,
    "temperature": lambda run: run.temperature,
    "seed": lambda run: run.seed,
    "model": lambda run: run.result.model,
    "model_memory_gib": lambda run: run.model_memory_gib,
    "image": lambda run: run.image,
    "image_digest": lambda run: run.image_digest,
    "vllm_version": lambda run: run.vllm_version,
    "serve_arguments": lambda run: shlex.join(run.serve_arguments),
    "unit": lambda run: run.unit,
    "workshop": lambda run: run.workshop,
    "power_mode": lambda run: run.power_mode,
    "simulated": lambda run: run.simulated,
    "start_speed": lambda run: run.start_speed,
    "hud_version": lambda run: run.hud_version,
    "ladder_id": lambda run: run.ladder_id,
    "launch_id": lambda run: run.launch_id,
}
"""What is exported of a run, by the name it is exported under."""


def run_rows(runs: Iterable[RunRecord], workshop: Workshop) -> list[dict[str, Value]]:
    """Return the runs in the workshop's order, older ones first; what was not measured is None."""
    order = {each.id: index for index, each in enumerate(workshop.configurations)}
    ordered = sorted(runs, key=lambda each: (order.get(each.configuration_id, len(order)), each.at_unix_s))
    return [{name: of(each) for name, of in COLUMNS.items()} for each in ordered]


def as_csv(rows: Sequence[dict[str, Value]]) -> str:
    """Return the rows as CSV with a header; an absent value is an empty cell, never 0."""
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(COLUMNS), lineterminator="\n")
    writer.writeheader()
    writer.writerows({key: _harmless(value) for key, value in row.items()} for row in rows)
    return out.getvalue()


def _harmless(value: Value) -> Value:
    """Keep a spreadsheet from reading a text of a model or a server as a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"} else value
