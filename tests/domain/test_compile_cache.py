"""Whether a compiled model lies here is what logs proved."""

from dataclasses import replace

import pytest

from thorhud.domain.compile_cache import is_warm
from thorhud.domain.messages import LaunchRecord

START = LaunchRecord(
    id="1",
    configuration_id="a",
    started_unix_s=0.0,
    image="vllm",
    image_digest="sha256:1",
    serve_arguments=("a/b",),
    ready_after_s=20.0,
    compile_cache="hit",
)


def warm(*launches: LaunchRecord) -> bool:
    return is_warm(launches, image="vllm", digest="sha256:1", serve_arguments=("a/b",))


@pytest.mark.parametrize(
    ("launch", "expected"),
    [
        (START, True),
        (replace(START, compile_cache="miss"), True),
        (replace(START, compile_cache="miss", ready_after_s=None), False),
        (replace(START, compile_cache="hit", ready_after_s=None), True),
        (replace(START, compile_cache="off"), False),
        (replace(START, compile_cache=None), False),
        (replace(START, image_digest="sha256:2"), False),
        (replace(START, image_digest=None, image="other"), False),
        (replace(START, image_digest=None), True),
        (replace(START, serve_arguments=("a/b", "--enforce-eager")), False),
    ],
)
def test_only_the_same_image_and_arguments_prove_a_cache(launch: LaunchRecord, expected: bool) -> None:
    assert warm(launch) is expected


def test_the_newest_start_that_says_something_counts() -> None:
    broken_off = replace(START, compile_cache="miss", ready_after_s=None)

    assert not warm(broken_off, START)
    assert warm(replace(START, compile_cache=None), START, broken_off)
    assert not warm()
