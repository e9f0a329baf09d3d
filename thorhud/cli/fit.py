"""`thorhud fit`: will it start? The sum that vLLM does in its first seconds, before the launch."""

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from thorhud.cli.conversation import add_unit_options, conversation, options_of, run_to_end
from thorhud.cli.fit_subjects import Subject, asked_for
from thorhud.domain.fit import Fit, FitVerdict, fit_of, idle_unit
from thorhud.domain.launch_options import LaunchOptions
from thorhud.domain.memory import GIB, MemoryLedger, ledger_of
from thorhud.domain.messages import LaunchRecord, QueryName
from thorhud.domain.model_files import gb
from thorhud.domain.model_need import Precision
from thorhud.domain.roofline import limit_tokens_per_s
from thorhud.domain.wire import convert, plain
from thorhud.domain.workshop import Workshop
from thorhud.settings.load import load_settings
from thorhud.settings.workshop_file import load_workshop

if TYPE_CHECKING:
    from argparse import _SubParsersAction

LAUNCHES_ASKED = 200
_STARTS = {FitVerdict.STARTS, FitVerdict.STARTS_AFTER_RECLAIM}
_WORDS = {
    FitVerdict.STARTS: "starts",
    FitVerdict.STARTS_AFTER_RECLAIM: "starts after clearing memory",
    FitVerdict.DOES_NOT_FIT: "does not fit",
    FitVerdict.UNKNOWN: "not known",
}


def add_parser(subparsers: "_SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the command line."""
    parser = subparsers.add_parser(
        "fit",
        help="will a model start? the sum in words",
        description=__doc__,
        epilog="Exit code with ID: 0 where it starts, at once or after clearing memory; 1 where not, or not known.",
    )
    what = "a configuration of the workshop, a model's id, or a folder (default: each configuration)"
    parser.add_argument("id", nargs="?", metavar="ID", help=what)
    share = "share of all memory, in place of the configuration's own"
    parser.add_argument("--utilization", "--gpu-memory-utilization", type=float, metavar="SHARE", help=share)
    parser.add_argument("--max-model-len", type=_count, metavar="TOKENS", help="the longest conversation to hold")
    parser.add_argument("--max-num-seqs", type=_count, metavar="N", help="answers at a time")
    parser.add_argument(
        "--precision",
        choices=[each.value for each in Precision],
        help="bits of a model that only the workshop file describes (default: fp16, as it is published)",
    )
    parser.add_argument("--idle", action="store_true", help="judge for a unit with nothing running, not this machine")
    parser.add_argument("--vllm-version", metavar="V", help="the vLLM to judge for (default: the last one that ran)")
    add_unit_options(parser)
    parser.set_defaults(run=run)


def _count(text: str) -> int:
    value = int(text)
    if value <= 0:
        raise argparse.ArgumentTypeError("expected a whole number above zero")
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class _Unit:
    """What the sum is done for."""

    workshop: Workshop
    ledger: MemoryLedger | None
    launches: Sequence[LaunchRecord] = ()


def run(arguments: argparse.Namespace) -> int:
    """Print the sum for one model, or the verdict for each configuration."""
    if arguments.idle:
        workshop = load_workshop(load_settings().workshop)
        return _print(arguments, _Unit(workshop=workshop, ledger=idle_unit(workshop)))
    return run_to_end(_on_this_unit(arguments))


async def _on_this_unit(arguments: argparse.Namespace) -> int:
    async with conversation(options_of(arguments)) as talk:
        await talk.known_weights()
        workshop = await talk.workshop()
        launches = convert(await talk.link.query(QueryName.LAUNCHES, limit=LAUNCHES_ASKED), list[LaunchRecord])
        ledger = ledger_of(talk.state, workshop)
    return _print(arguments, _Unit(workshop=workshop, ledger=ledger, launches=launches))


def _print(arguments: argparse.Namespace, unit: _Unit) -> int:
    subjects = asked_for(
        arguments.id,
        unit.workshop,
        unit.launches,
        data_dir=load_settings().data_dir,
        precision=None if arguments.precision is None else Precision(arguments.precision),
    )
    found = [(each, _fit(arguments, unit, each)) for each in subjects]
    if arguments.json:
        answers = [plain(answer) for _, answer in found]
        print(json.dumps(answers[0] if arguments.id else answers, indent=2, ensure_ascii=False))
    else:
        _print_words(found, unit.workshop, whole_sum=arguments.id is not None)
    return 1 if arguments.id is not None and found[0][1].verdict not in _STARTS else 0


def _fit(arguments: argparse.Namespace, unit: _Unit, subject: Subject) -> Fit:
    options = LaunchOptions(
        gpu_memory_utilization=arguments.utilization,
        max_model_len=arguments.max_model_len,
        max_num_seqs=arguments.max_num_seqs,
    )
    version = arguments.vllm_version or next((each.vllm_version for each in unit.launches if each.vllm_version), None)
    return fit_of(
        subject.need,
        unit.ledger,
        options=options,
        serve_arguments=subject.serve_arguments,
        vllm_version=version,
    )


def _print_words(found: Sequence[tuple[Subject, Fit]], workshop: Workshop, *, whole_sum: bool) -> None:
    width = max(len(subject.need.name) for subject, _ in found)
    for subject, answer in found:
        print(f"{subject.need.name:{width}}  {_WORDS[answer.verdict]}")
        if whole_sum:
            for line in (*answer.arithmetic, *_further_lines(subject, workshop)):
                print(f"  {line}")
        if whole_sum or answer.verdict is not FitVerdict.STARTS:
            print(f"  {answer.sentence} {answer.next_step}".rstrip())


def _further_lines(subject: Subject, workshop: Workshop) -> Sequence[str]:
    """Say how fast it could be at best, and what is not as it should be with its files."""
    lines = list(subject.notes)
    reads, bandwidth = subject.need.read_bytes_per_token, workshop.bandwidth_gb_per_s
    if reads and bandwidth:
        most = limit_tokens_per_s(reads / GIB, bandwidth)
        speed = f"at most {most:.1f} tokens per second for one answer at {bandwidth:g} GB/s"
        lines.append(f"Each token reads {gb(reads)} GB: {speed}, without speculation.")
    return lines
