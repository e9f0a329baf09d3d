"""Every run as a row of plain values: the same for the page, the CSV and the JSON file."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from thorhud.domain.comparison import RunRecord
from thorhud.domain.workshop import Workshop

Value = str | float | int | bool | None


def run_rows(runs: Iterable[RunRecord], workshop: Workshop) -> list[dict[str, Value]]:
    """Return the runs in the workshop's order, older ones first; what was not measured is None."""
    order = {each.id: index for index, each in enumerate(workshop.configurations)}
    ordered = sorted(runs, key=lambda each: (order.get(each.configuration_id, len(order)), each.at_unix_s))
    return [_row(each) for each in ordered]


def as_csv(rows: Sequence[dict[str, Value]]) -> str:
    """Return the rows as CSV with a header; an absent value is an empty cell, never 0."""
    if not rows:
        return ""
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows({key: _harmless(value) for key, value in row.items()} for row in rows)
    return out.getvalue()


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


def _row(run: RunRecord) -> dict[str, Value]:
    result = run.result
    server = result.server
    return {
        "id": run.id,
        "at": datetime.fromtimestamp(run.at_unix_s, UTC).isoformat(timespec="seconds"),
        "configuration": run.configuration_id,
        "prompt": run.prompt_name,
        "counts": run.counts,
        "left_out_because": left_out(run),
        "tokens_per_s": result.tokens_per_s,
        "ttft_s": result.ttft_s,
        "ttfa_s": result.ttfa_s,
        "tpot_s": result.tpot_s,
        "total_s": result.total_s,
        "prompt_tokens": result.prompt_tokens,
        "completion_tokens": result.completion_tokens,
        "finish_reason": result.finish_reason,
        "server_tokens_per_s": None if server is None else server.tokens_per_s,
        "server_ttft_s": None if server is None else server.ttft_s,
        "max_tokens": run.max_tokens,
        "temperature": run.temperature,
        "seed": run.seed,
        "model": result.model,
        "model_memory_gib": run.model_memory_gib,
        "image": run.image,
        "image_digest": run.image_digest,
        "vllm_version": run.vllm_version,
        "serve_arguments": " ".join(run.serve_arguments),
        "unit": run.unit,
        "workshop": run.workshop,
        "power_mode": run.power_mode,
        "simulated": run.simulated,
        "start_speed": run.start_speed,
        "hud_version": run.hud_version,
        "ladder_id": run.ladder_id,
        "launch_id": run.launch_id,
    }


def _harmless(value: Value) -> Value:
    """Keep a spreadsheet from reading a text of a model or a server as a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"} else value
