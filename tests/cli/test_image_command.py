"""`thorhud image` as a person types it, against the agent of a simulated unit."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.e2e.unit_folder import ROOT, Unit, unit_folder
from thorhud.cli.image import pull_line
from thorhud.domain.images import PullPhase, PullState
from thorhud.domain.messages import Verb


@pytest.fixture
def unit() -> Iterator[Unit]:
    with unit_folder() as unit:
        assert unit.thorhud("status").returncode == 0
        yield unit


def test_an_image_that_is_here_is_shown_with_its_digest_and_ends_with_0(unit: Unit) -> None:
    shown = unit.thorhud("image")

    assert shown.returncode == 0, shown.stderr
    assert "nvcr.io/nvidia/vllm:25.09-py3" in shown.stdout
    assert "sha256:" in shown.stdout
    assert "no digest is pinned" in shown.stdout


def test_an_image_that_is_gone_is_said_with_its_size_and_comes_back_with_a_pull(unit: Unit) -> None:
    unit.ask(Verb.SIMULATE, fault="image-missing")
    unit.ask(Verb.SIMULATE, start_speed=40.0)
    unit.until(lambda state: state.image.present is False, "noticed")

    gone = unit.thorhud("image", "status", "--json")
    assert gone.returncode == 1
    assert json.loads(gone.stdout)["image"]["fault"] == "image-missing"
    assert "a pull brings about 8.0 GB" in unit.thorhud("image").stdout

    pulled = unit.thorhud("image", "pull")
    assert pulled.returncode == 0, pulled.stderr
    assert "is on this unit" in pulled.stdout
    assert "Downloading, layer 1 of 9" in pulled.stderr
    assert unit.thorhud("image").returncode == 0


def test_ctrl_c_cancels_the_pull_and_says_what_is_left_of_it(unit: Unit) -> None:
    unit.ask(Verb.SIMULATE, fault="image-missing")
    command = [sys.executable, "-m", "thorhud", "image", "pull", "--simulate"]
    with subprocess.Popen(command, env=unit.environment, cwd=ROOT, stderr=subprocess.PIPE, text=True) as typed:
        unit.until(lambda state: state.pull.done_bytes > 0, "pulling")
        typed.send_signal(signal.SIGINT)
        _, said = typed.communicate(timeout=30)

    assert typed.returncode == 1
    assert "was cancelled after" in said
    assert "begins anew" in said
    unit.until(lambda state: state.pull.phase is PullPhase.CANCELLED, "cancelled")


def test_a_pull_of_something_else_fails_with_a_reason_and_the_next_step(unit: Unit) -> None:
    failed = unit.thorhud("image", "pull", "nvcr.io/nvidia/nothing:1", "--json")

    told = json.loads(failed.stdout)
    assert failed.returncode == 1
    assert (told["outcome"], told["kind"]) == ("failed", "image-unknown")
    assert told["next_step"]


def test_only_a_pull_takes_a_name(unit: Unit) -> None:
    refused = unit.thorhud("image", "status", "busybox")

    assert refused.returncode == 1
    assert "thorhud image pull IMAGE" in refused.stderr


@pytest.mark.parametrize(
    ("pull", "words"),
    [
        (PullState(image="a:1", sentence="Asking the registry"), "a:1: Asking the registry"),
        (
            PullState(image="a:1", sentence="Downloading", layers=9, layers_done=2, done_bytes=10**9),
            "a:1: Downloading, layer 3 of 9, 1.0 GB",
        ),
        (
            PullState(
                image="a:1",
                sentence="Downloading",
                layers=9,
                layers_done=9,
                done_bytes=10**9,
                total_bytes=8 * 10**9,
                bytes_per_s=5e7,
                remaining_s=140.0,
            ),
            "a:1: Downloading, layer 9 of 9, 1.0 of 8.0 GB, 50.0 MB/s, about 2:20 left",
        ),
    ],
)
def test_the_line_of_a_pull_says_what_is_known_and_nothing_else(pull: PullState, words: str) -> None:
    assert pull_line(pull) == words
