"""Which image is the right one, and what is said of a pull."""

import pytest

from thorhud.domain.images import (
    FoundImage,
    ImageFault,
    LayerPhase,
    LayerProgress,
    PullProgress,
    PullState,
    about_digest,
    judge,
    pull_name,
    registry,
    repository,
)

IMAGE = "nvcr.io/nvidia/vllm:25.09-py3"
PINNED, OTHER, CONFIG = (f"sha256:{letter * 64}" for letter in "abc")
ARM = "linux/arm64"


def found(*digests: str, platform: str = ARM) -> FoundImage:
    return FoundImage(id=CONFIG, digests=digests, size_bytes=20, platform=platform)


def test_an_image_that_is_not_here_is_missing_with_its_size_and_the_command_that_gets_it() -> None:
    state = judge(IMAGE, None, None, ARM, about_bytes=8_000_000_000)

    assert (state.present, state.fault, state.size_bytes) == (False, ImageFault.MISSING, 8_000_000_000)
    assert f"thorhud image pull {IMAGE}" in state.next_step


def test_without_a_pinned_digest_any_is_right_and_the_one_that_was_found_is_shown() -> None:
    state = judge(IMAGE, None, found(OTHER), ARM)

    assert (state.fault, state.digest, state.sentence) == (None, OTHER, None)
    assert "no digest is pinned" in about_digest(state)


@pytest.mark.parametrize("digests", [(PINNED,), (OTHER, PINNED)])
def test_an_image_that_some_registry_gave_under_the_pinned_digest_is_the_pinned_one(digests: tuple[str, ...]) -> None:
    state = judge(IMAGE, PINNED, found(*digests), ARM)

    assert (state.fault, state.digest, about_digest(state)) == (None, PINNED, "as pinned")


def test_the_id_of_an_image_may_be_pinned_too() -> None:
    assert judge(IMAGE, CONFIG, found(OTHER), ARM).digest == CONFIG


def test_another_digest_than_pinned_is_said_with_both() -> None:
    state = judge(IMAGE, PINNED, found(OTHER), ARM)

    assert state.fault is ImageFault.OTHER_DIGEST
    assert state.sentence is not None
    assert "bbbbbbbbbbbb" in state.sentence
    assert "aaaaaaaaaaaa" in state.sentence
    assert "workshop file" in state.next_step


def test_an_image_that_was_loaded_from_a_file_has_no_digest_to_compare_and_is_not_refused() -> None:
    state = judge(IMAGE, PINNED, found(), ARM)

    assert (state.fault, state.digest) == (None, CONFIG)
    assert "loaded from a file" in about_digest(state)


def test_an_image_of_another_platform_is_said_before_its_digest() -> None:
    state = judge(IMAGE, PINNED, found(OTHER, platform="linux/amd64"), ARM)

    assert state.fault is ImageFault.OTHER_PLATFORM
    assert state.sentence is not None
    assert "linux/amd64" in state.sentence
    assert ARM in state.sentence


@pytest.mark.parametrize("platforms", [("", ARM), (ARM, "")])
def test_a_platform_that_nobody_told_is_not_another_one(platforms: tuple[str, str]) -> None:
    assert judge(IMAGE, None, found(OTHER, platform=platforms[0]), platforms[1]).fault is None


@pytest.mark.parametrize(
    ("image", "name", "where"),
    [
        (IMAGE, "nvcr.io/nvidia/vllm", "nvcr.io"),
        ("127.0.0.1:5000/tiny/image", "127.0.0.1:5000/tiny/image", "127.0.0.1:5000"),
        ("127.0.0.1:5000/tiny/image:1", "127.0.0.1:5000/tiny/image", "127.0.0.1:5000"),
        (f"localhost/x@{OTHER}", "localhost/x", "localhost"),
        ("vllm/vllm-openai:v0.11", "vllm/vllm-openai", ""),
        ("busybox", "busybox", ""),
    ],
)
def test_a_name_is_taken_apart_as_docker_does(image: str, name: str, where: str) -> None:
    assert (repository(image), registry(image)) == (name, where)


def test_what_is_pinned_is_pulled_by_its_digest_wherever_the_tag_points_by_now() -> None:
    assert pull_name(IMAGE, PINNED) == f"nvcr.io/nvidia/vllm@{PINNED}"
    assert pull_name(IMAGE, None) == IMAGE
    assert pull_name(f"vllm@{OTHER}", PINNED) == f"vllm@{OTHER}"


def layer(phase: LayerPhase, done: int | None = None, total: int | None = None) -> LayerProgress:
    return LayerProgress(id=phase.value, phase=phase, done_bytes=done, total_bytes=total)


def test_what_was_here_before_counts_neither_as_fetched_nor_as_to_fetch() -> None:
    progress = PullProgress(
        layers=(
            layer(LayerPhase.PRESENT, None, 1000),
            layer(LayerPhase.DOWNLOADING, 30, 100),
            layer(LayerPhase.EXTRACTING, 50, 50),
            layer(LayerPhase.WAITING),
        )
    )

    assert (progress.done_bytes, progress.total_bytes) == (80, 150)


def test_a_share_means_something_only_once_every_layer_has_told_its_size() -> None:
    waiting = PullState(detail=(layer(LayerPhase.DOWNLOADING, 30, 100), layer(LayerPhase.WAITING)))
    known = PullState(detail=(layer(LayerPhase.DOWNLOADING, 30, 100), layer(LayerPhase.PRESENT)))

    assert not waiting.whole
    assert known.whole
    assert not PullState().whole
