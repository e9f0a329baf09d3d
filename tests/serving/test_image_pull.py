"""What is read from the course of a pull: recorded from a Docker Engine, and after the words of the containerd store."""

from pathlib import Path
from typing import Any

import pytest

from thorhud.domain.errors import EngineError, EngineUnreachable
from thorhud.domain.images import LayerPhase, PullProgress
from thorhud.serving import pull_errors
from thorhud.serving.docker_images import found_image, pull_course, store_of
from thorhud.serving.image_pull import Told, course

DATA = Path(__file__).parents[1] / "data/pulls"
IMAGE = "nvcr.io/nvidia/vllm:25.09-py3"


class Response:
    """A response whose body comes in pieces of *size* bytes."""

    def __init__(self, body: bytes, size: int = 1 << 16) -> None:
        self._body = body
        self._size = size
        self.closed = False

    def iter_content(self, _size: None) -> Any:
        return (self._body[at : at + self._size] for at in range(0, len(self._body), self._size))

    def close(self) -> None:
        self.closed = True


def recorded(name: str) -> bytes:
    return (DATA / f"{name}.jsonl").read_bytes()


def looks(name: str, *, size: int = 1 << 16) -> list[PullProgress]:
    return list(pull_course(Response(recorded(name), size), IMAGE))


@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_a_whole_pull_ends_with_every_layer_and_the_digest_however_its_news_are_cut(size: int) -> None:
    last = looks("classic-20.10/whole", size=size)[-1]

    assert last.digest == "sha256:8dce353a2a791856b79a8d9b552840a0aae01624c766027f0d80aca71a22f0d2"
    assert [each.phase for each in last.layers] == [LayerPhase.DONE] * 5
    assert (last.done_bytes, last.total_bytes) == (6_703_244, 6_703_244)


def test_only_the_last_look_has_the_digest() -> None:
    seen = looks("classic-20.10/whole")

    assert [each.digest for each in seen[:-1]] == [None] * (len(seen) - 1)


def test_bytes_grow_and_every_phase_of_a_layer_is_seen_in_its_order() -> None:
    seen = looks("classic-20.10/whole")
    done = [each.done_bytes for each in seen]
    phases = [look.layers[0].phase for look in seen if look.layers]

    assert done == sorted(done)
    assert list(dict.fromkeys(phases)) == [
        LayerPhase.WAITING,
        LayerPhase.DOWNLOADING,
        LayerPhase.VERIFYING,
        LayerPhase.EXTRACTING,
        LayerPhase.DONE,
    ]


def test_unpacking_does_not_count_as_downloading_again() -> None:
    for look in looks("classic-20.10/whole"):
        for layer in look.layers:
            if layer.phase is LayerPhase.EXTRACTING:
                assert layer.done_bytes == layer.total_bytes


def test_an_image_that_is_here_already_has_no_layers_and_a_digest() -> None:
    last = looks("classic-20.10/here-already")[-1]

    assert last.layers == ()
    assert last.digest is not None


def test_the_containerd_store_has_other_words_and_counts_the_unpacking_in_seconds() -> None:
    seen = looks("containerd/transfer")
    unpacking = next(look for look in seen if any(each.phase is LayerPhase.EXTRACTING for each in look.layers))
    last = seen[-1]

    assert [each.phase for each in last.layers] == [LayerPhase.DONE, LayerPhase.DONE, LayerPhase.PRESENT]
    assert (last.done_bytes, last.total_bytes) == (6000, 6000)
    assert unpacking.layers[0].total_bytes == 4000
    assert last.digest == f"sha256:{'1' * 64}"


def test_a_layer_that_is_tried_again_waits_and_keeps_its_size() -> None:
    said: list[Told] = [
        {"status": "Downloading", "progressDetail": {"current": 10, "total": 100}, "id": "a"},
        {"status": "Retrying in 5 seconds", "progressDetail": {}, "id": "a"},
    ]
    seen: list[PullProgress] = []
    with pytest.raises(EngineUnreachable):
        seen.extend(course(said, IMAGE))

    assert [each.layers[0].phase for each in seen] == [LayerPhase.DOWNLOADING, LayerPhase.WAITING]
    assert (seen[-1].done_bytes, seen[-1].total_bytes) == (0, 100)


def test_words_that_nobody_knows_change_nothing() -> None:
    said: list[Told] = [{"status": "Polishing", "id": "a"}, {"status": "Status: done"}, {"aux": {}}]

    assert [each.layers for each in course(said, IMAGE)] == [(), (), ()]


def test_a_pull_whose_news_just_end_is_no_success() -> None:
    with pytest.raises(EngineUnreachable, match="ended the pull"):
        looks("classic-20.10/first-try")


def test_an_engine_that_sends_no_line_feed_does_not_fill_the_memory() -> None:
    response = Response(b"x" * (3 << 20))
    with pytest.raises(EngineError):
        list(pull_course(response, IMAGE))
    assert response.closed


@pytest.mark.parametrize(
    ("name", "kind", "word"),
    [
        ("other-platform", "image-platform", "linux/amd64"),
        ("wrong-layer", "image-damaged", "digest"),
        ("wrong-manifest", "image-damaged", "digest"),
        ("denied-layer", "registry-login", "docker login nvcr.io"),
    ],
)
def test_an_error_in_the_course_of_a_pull_has_its_kind(name: str, kind: str, word: str) -> None:
    response = Response(recorded(f"classic-20.10/{name}"))
    with pytest.raises(EngineError) as caught:
        list(pull_course(response, IMAGE))

    assert response.closed
    assert caught.value.kind == kind
    assert word in f"{caught.value} {caught.value.next_step}"


SAID = [
    ("manifest unknown", "image-unknown"),
    ("manifest for nvcr.io/nvidia/vllm:9 not found: manifest unknown: manifest unknown", "image-unknown"),
    ('failed to resolve reference "nvcr.io/nvidia/vllm:9": nvcr.io/nvidia/vllm:9: not found', "image-unknown"),
    (
        "pull access denied for nosuch, repository does not exist or may require 'docker login': denied",
        "image-unknown",
    ),
    ('Get "http://127.0.0.1:1/v2/": dial tcp 127.0.0.1:1: connect: connection refused', "registry-unreachable"),
    ('Get "https://nvcr.io/v2/": dial tcp: lookup nvcr.io on 10.255.255.53:53: no such host', "no-network"),
    ('Get "https://nvcr.io/v2/": dial tcp: lookup nvcr.io: Temporary failure in name resolution', "no-network"),
    ('Get "https://nvcr.io/v2/": dial tcp 1.2.3.4:443: connect: network is unreachable', "no-network"),
    ('Head "https://nvcr.io/v2/nvidia/vllm/manifests/1": unauthorized: authentication required', "registry-login"),
    ('Head "http://127.0.0.1:44335/v2/tiny/image/manifests/1": no basic auth credentials', "registry-login"),
    ("unexpected status from HEAD request to https://nvcr.io/v2/x/manifests/1: 403 Forbidden", "registry-login"),
    ("toomanyrequests: You have reached your unauthenticated pull rate limit.", "registry-limit"),
    (
        'Get "https://nvcr.io/v2/": tls: failed to verify certificate: x509: certificate has expired',
        "registry-tls",
    ),
    ('Get "https://10.0.0.1:5000/v2/": http: server gave HTTP response to HTTPS client', "registry-tls"),
    ('Get "https://nvcr.io/v2/": net/http: TLS handshake timeout', "registry-unreachable"),
    ('Get "https://nvcr.io/v2/": context deadline exceeded', "registry-unreachable"),
    ("unexpected EOF", "registry-unreachable"),
    (
        "failed to register layer: Error processing tar file(exit status 1): write /data: no space left on device",
        "disk-full",
    ),
    ("write /var/lib/docker/tmp/GetImageBlob1: no space left on device", "disk-full"),
    (
        "failed commit on ref: unexpected commit digest sha256:a, expected sha256:b: failed precondition",
        "image-damaged",
    ),
    ("no matching manifest for linux/arm64/v8 in the manifest list entries", "image-platform"),
    ("invalid reference format", "image-name"),
    ("the moon is in the wrong house", "pull-failed"),
]


@pytest.mark.parametrize(("words", "kind"), SAID)
def test_what_the_engine_says_has_its_cause_a_sentence_and_a_next_step(words: str, kind: str) -> None:
    error = pull_errors.failed(words, IMAGE)

    assert error.kind == kind
    assert error.next_step
    assert words[:40] in str(error)


def test_the_login_is_one_to_type_at_the_registry_that_wants_it() -> None:
    assert "docker login nvcr.io," in pull_errors.failed("unauthorized", IMAGE).next_step
    assert "docker login," in pull_errors.failed("unauthorized", "vllm/vllm-openai:1").next_step
    assert "Docker Hub wants" in str(pull_errors.failed("unauthorized", "vllm/vllm-openai:1"))


def test_words_with_braces_are_quoted_and_not_obeyed() -> None:
    assert "{image}" in str(pull_errors.failed("{image} {0} broke", "a{b}"))


def test_an_image_is_read_with_each_digest_once_and_without_the_empty_ones() -> None:
    told = {
        "Id": "sha256:1",
        "RepoDigests": ["a@sha256:2", "b@sha256:2", "b@sha256:3", "c"],
        "Size": 5,
        "Os": "linux",
        "Architecture": "arm64",
    }

    assert found_image(told).digests == ("sha256:2", "sha256:3")
    assert found_image(told).platform == "linux/arm64"
    assert found_image({"Id": "sha256:1", "RepoDigests": None}).digests == ()


@pytest.mark.parametrize(
    ("status", "keeps"),
    [
        ([["Backing Filesystem", "extfs"], ["Supports d_type", "true"]], False),
        ([["driver-type", "io.containerd.snapshotter.v1"]], True),
        (None, False),
    ],
)
def test_only_the_containerd_store_keeps_the_layers_of_a_cancelled_pull(status: Any, *, keeps: bool) -> None:
    told = {"DriverStatus": status, "OSType": "linux", "Architecture": "aarch64", "DockerRootDir": "/"}

    store = store_of(told, local=True)

    assert (store.keeps_layers, store.platform) == (keeps, "linux/arm64")
    assert store.free_bytes is not None
    assert store_of(told, local=False).free_bytes is None
