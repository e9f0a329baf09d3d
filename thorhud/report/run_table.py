"""Every run as a row of plain values: the same for the page, the CSV and the JSON file."""

import csv
import io
import shlex
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

from thorhud.domain.run_record import RunRecord
from thorhud.domain.timing import Acceptance
from thorhud.domain.workshop import Workshop

Value = str | float | int | bool | None

_LONGEST_CELL = 32_000
"""Spreadsheets cut a cell at 32 767 characters."""
_BEGIN_A_FORMULA = frozenset("=+-@\uff1d\uff0b\uff0d\uff20")
"""The full-width forms too: some spreadsheets read them as the plain ones."""


def left_out(run: RunRecord) -> str | None:
    """Say why a run does not count, or None where it does."""
    if run.warm_up:
        return "warm-up"
    if run.mark is not None:
        return run.mark
    result = run.result
    return (result.note or "no speed") if result.tokens_per_s is None else None


def _of_server(name: str) -> Callable[[RunRecord], Value]:
    def read(run: RunRecord) -> Value:
        value: Value = None if run.result.server is None else getattr(run.result.server, name)
        return value

    return read


def _of_acceptance(of: Callable[[Acceptance], Value]) -> Callable[[RunRecord], Value]:
    def read(run: RunRecord) -> Value:
        acceptance = None if run.result.server is None else run.result.server.acceptance
        return None if acceptance is None else of(acceptance)

    return read


def _of_conditions(name: str) -> Callable[[RunRecord], Value]:
    def read(run: RunRecord) -> Value:
        value: Value = getattr(run.conditions, name)
        return value

    return read


def _quantile(index: int) -> Callable[[RunRecord], Value]:
    return lambda run: run.result.itl_s[index] if index < len(run.result.itl_s) else None


def _several(values: Iterable[object]) -> str | None:
    """Return several values in one cell, or nothing where there are none."""
    return " ".join(str(each) for each in values) or None


COLUMNS: dict[str, Callable[[RunRecord], Value]] = {
    "id": lambda run: run.id,
    "at": lambda run: datetime.fromtimestamp(run.at_unix_s, UTC).isoformat(timespec="seconds"),
    "configuration": lambda run: run.configuration_id,
    "prompt": lambda run: run.prompt_name,
    "warm_up": lambda run: run.warm_up,
    "counts": lambda run: run.counts,
    "left_out_because": left_out,
    "not_comparable": lambda run: _several(run.not_comparable),
    "throttled": lambda run: run.throttled,
    "tokens_per_s": lambda run: run.result.tokens_per_s,
    "ttft_s": lambda run: run.result.ttft_s,
    "ttfa_s": lambda run: run.result.ttfa_s,
    "tpot_s": lambda run: run.result.tpot_s,
    "itl_p5_s": _quantile(0),
    "itl_p25_s": _quantile(1),
    "itl_p50_s": _quantile(2),
    "itl_p75_s": _quantile(3),
    "itl_p95_s": _quantile(4),
    "total_s": lambda run: run.result.total_s,
    "prompt_tokens": lambda run: run.result.prompt_tokens,
    "prompt_tokens_per_s": lambda run: run.result.prompt_tokens_per_s,
    "completion_tokens": lambda run: run.result.completion_tokens,
    "chunks": lambda run: run.result.chunks,
    "finish_reason": lambda run: run.result.finish_reason,
    "error_kind": lambda run: run.result.error.kind if run.result.error else None,
    "error": lambda run: run.result.error.headline if run.result.error else None,
    "disagreement": lambda run: run.result.disagreement,
    "note": lambda run: run.result.note,
    "server_tokens_per_s": _of_server("tokens_per_s"),
    "server_ttft_s": _of_server("ttft_s"),
    "server_tpot_s": _of_server("tpot_s"),
    "server_completion_tokens": _of_server("completion_tokens"),
    "server_prompt_tokens_per_s": _of_server("prompt_tokens_per_s"),
    "kv_cache_usage": _of_server("kv_cache_usage"),
    "prefix_cache_queries": _of_server("prefix_cache_queries"),
    "prefix_cache_hits": _of_server("prefix_cache_hits"),
    "preemptions": _of_server("preemptions"),
    "drafts": _of_acceptance(lambda acceptance: acceptance.drafts),
    "draft_tokens": _of_acceptance(lambda acceptance: acceptance.draft_tokens),
    "accepted_tokens": _of_acceptance(lambda acceptance: acceptance.accepted_tokens),
    "accepted_per_position": _of_acceptance(lambda acceptance: _several(acceptance.accepted_per_position)),
    "energy_j": _of_conditions("energy_j"),
    "energy_per_token_j": lambda run: run.conditions.energy_per_token_j(run.result.completion_tokens),
    "energy_source": _of_conditions("energy_source"),
    "idle_power_w": _of_conditions("idle_power_w"),
    "temp_c": _of_conditions("temp_c"),
    "gpu_clock_mhz": _of_conditions("gpu_clock_mhz"),
    "memory_clock_mhz": _of_conditions("memory_clock_mhz"),
    "jetson_clocks": _of_conditions("jetson_clocks"),
    "max_tokens": lambda run: run.max_tokens,
    "temperature": lambda run: run.temperature,
    "seed": lambda run: run.seed,
    "prompt_changed": lambda run: run.prompt_changed,
    "model": lambda run: run.result.model,
    "model_revision": _of_conditions("model_revision"),
    "model_memory_gib": lambda run: run.model_memory_gib,
    "image": lambda run: run.image,
    "image_digest": lambda run: run.image_digest,
    "vllm_version": lambda run: run.vllm_version,
    "serve_arguments": lambda run: shlex.join(run.serve_arguments),
    "unit": lambda run: run.unit,
    "workshop": lambda run: run.workshop,
    "l4t": _of_conditions("l4t"),
    "jetpack": _of_conditions("jetpack"),
    "power_mode": lambda run: run.power_mode,
    "simulated": lambda run: run.simulated,
    "start_speed": lambda run: run.start_speed,
    "hud_version": lambda run: run.hud_version,
    "ladder_id": lambda run: run.ladder_id,
    "launch_id": lambda run: run.launch_id,
}
"""What is exported of a run, by the name it is exported under; answers and token ids stand in the JSON file."""


def run_rows(runs: Iterable[RunRecord], workshop: Workshop) -> list[dict[str, Value]]:
    """Return the runs in the workshop's order, older ones first; what was not measured is None."""
    order = {each.id: index for index, each in enumerate(workshop.configurations)}
    ordered = sorted(runs, key=lambda each: (order.get(each.configuration_id, len(order)), each.at_unix_s))
    return [{name: of(each) for name, of in COLUMNS.items()} for each in ordered]


def as_csv(rows: Sequence[dict[str, Value]]) -> bytes:
    """Return the rows as a CSV file that spreadsheets read: UTF-8 with its mark, a header, CRLF.

    An absent value is an empty cell, never 0.
    """
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(COLUMNS), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({key: _harmless(value) for key, value in row.items()} for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _harmless(value: Value) -> Value:
    """Keep a spreadsheet from reading a text of a model or a server as a formula, and from breaking the row."""
    if not isinstance(value, str):
        return value
    shown = "".join(each if each.isprintable() else f"\\x{ord(each):02x}" for each in value)[:_LONGEST_CELL]
    return f"'{shown}" if shown.lstrip(" '\"")[:1] in _BEGIN_A_FORMULA or value[:1] in {"\t", "\r", "\n"} else shown
