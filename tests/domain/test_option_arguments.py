"""The options of a launch as arguments of `vllm serve`, and what differs by version."""

from dataclasses import replace

import pytest

from thorhud.domain.fit import FitVerdict, fit_of
from thorhud.domain.launch_options import LaunchOptions
from thorhud.domain.memory import GIB, MemoryLedger, Part
from thorhud.domain.messages import LaunchRecord
from thorhud.domain.model_need import ModelNeed
from thorhud.domain.option_arguments import fast_start, version_in, with_options
from thorhud.domain.run_record import RunRecord
from thorhud.domain.run_sets import newest_set
from thorhud.domain.timing import PromptResult

MODE, LEVEL = ("--compilation-config", '{"mode":0}'), ("--compilation-config", '{"level":0}')


def test_options_stand_behind_the_workshops_arguments_where_the_last_counts() -> None:
    options = LaunchOptions(
        gpu_memory_utilization=0.7,
        max_model_len=4096,
        max_num_seqs=8,
        enforce_eager=True,
        extra_arguments=("--seed", "1"),
    )

    assert with_options(("a/b", "--max-model-len", "131072"), options) == (
        *("a/b", "--max-model-len", "131072"),
        *("--gpu-memory-utilization", "0.7", "--max-model-len", "4096", "--max-num-seqs", "8"),
        *("--enforce-eager", "--seed", "1"),
    )


def test_without_options_nothing_is_added() -> None:
    assert with_options(("a/b",), LaunchOptions(), vllm_version="0.10.1") == ("a/b",)


@pytest.mark.parametrize(
    ("version", "words"),
    [
        (None, ("--enforce-eager",)),
        ("0.9.2", ("--enforce-eager",)),
        ("0.10.0", LEVEL),
        ("0.10.1.1+381074ae.nv25.09", LEVEL),
        ("0.11.0.post2", LEVEL),
        ("0.11.1", MODE),
        ("0.11.2", MODE),
        ("0.17.1", MODE),
        ("0.20.2", MODE),
        ("0.32.0", MODE),
    ],
)
def test_fast_start_is_said_as_the_version_understands_it(version: str | None, words: tuple[str, ...]) -> None:
    assert fast_start(version) == words


@pytest.mark.parametrize("word", ["-O3", "-cc.mode=3", "--compilation_config", "--optimization-level=2", "-O"])
def test_fast_start_overwrites_no_compilation_that_is_configured_already(word: str) -> None:
    assert fast_start("0.32.0", beside=("a/b", word)) == ("--enforce-eager",)


def test_eager_says_it_all_so_fast_start_is_not_said_beside_it() -> None:
    options = LaunchOptions(enforce_eager=True, fast_start=True)

    assert with_options(("a/b",), options, vllm_version="0.32.0") == ("a/b", "--enforce-eager")


def test_the_version_in_an_image_is_learned_from_its_newest_start() -> None:
    launches = [
        _launch("c", digest="sha256:2", version=None),
        _launch("b", digest="sha256:2", version="0.11.0"),
        _launch("a", digest="sha256:1", version="0.10.1"),
    ]

    assert version_in("vllm", launches, digest="sha256:2") == "0.11.0"
    assert version_in("vllm", launches, digest="sha256:1") == "0.10.1"
    assert version_in("vllm", launches, digest="sha256:3") is None  # the name was given to another image since
    assert version_in("other", launches) is None


def test_the_sum_before_a_launch_takes_the_options() -> None:
    parts = dict.fromkeys(Part, 0) | {Part.FREE: 60 * GIB, Part.SYSTEM: 40 * GIB}
    ledger = MemoryLedger(total_bytes=100 * GIB, free_bytes=60 * GIB, available_bytes=60 * GIB, parts=parts)
    need = ModelNeed(id="a", name="A", weights_bytes=10 * GIB)

    assert fit_of(need, ledger).verdict is FitVerdict.DOES_NOT_FIT
    assert fit_of(need, ledger, options=LaunchOptions(gpu_memory_utilization=0.5)).verdict is FitVerdict.STARTS


def test_runs_of_a_launch_with_options_are_not_pooled_with_the_plain_ones() -> None:
    plain = [_run(str(number), ("a/b",)) for number in range(3)]
    options = with_options(("a/b",), LaunchOptions(max_num_seqs=4))

    found = newest_set([*plain, _run("9", options)])

    assert [each.id for each in found.runs] == ["0", "1", "2"]
    assert [each.id for each in found.left_out] == ["9"]
    assert found.differences == ("flags",)


def test_runs_with_another_image_are_not_pooled_either() -> None:
    plain = [_run(str(number), ("a/b",)) for number in range(3)]

    found = newest_set([*plain, replace(_run("9", ("a/b",)), image="other", image_digest="sha256:9")])

    assert [each.id for each in found.left_out] == ["9"]


def _launch(name: str, *, digest: str, version: str | None) -> LaunchRecord:
    return LaunchRecord(
        id=name, configuration_id="a", started_unix_s=0.0, image="vllm", image_digest=digest, vllm_version=version
    )


def _run(name: str, arguments: tuple[str, ...]) -> RunRecord:
    return RunRecord(
        id=name,
        at_unix_s=float(name),
        configuration_id="a",
        prompt_name="reference",
        result=PromptResult(model="a/b", tokens_per_s=10.0),
        serve_arguments=arguments,
        image="vllm",
        image_digest="sha256:1",
    )
