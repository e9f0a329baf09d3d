"""What is shown of a start that Docker refused."""

import pytest

from thorhud.agent.serving.cause_of_end import cause_of_refusal
from thorhud.domain.errors import EngineError
from thorhud.domain.failure_causes import CAUSES
from thorhud.serving.engine_errors import not_started, refused

LONG = "failed to create shim task: " + "OCI runtime create failed: " * 20


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (refused("No such image: nvcr.io/nvidia/vllm:25.09-py3"), "image-missing"),
        (refused('Conflict. The container name "/vllm" is already in use by container "1f"'), "name-taken"),
        (refused("write /var/lib/docker/overlay2/b2/link: no space left on device"), "disk-full"),
        (refused("error while creating mount source path '/mnt/data': mkdir /mnt: read-only"), "mount-refused"),
        (not_started("nvidia-container-cli: initialization error: load library failed"), "gpu-not-visible"),
        (not_started(LONG), "container-start"),
        (refused("something new"), "docker-error"),
        (EngineError("It did not work."), "docker-error"),
    ],
)
def test_the_headline_is_the_cause_s_and_the_engine_s_words_stand_below_it(error: EngineError, kind: str) -> None:
    failure = cause_of_refusal(error)

    assert (failure.kind, failure.headline) == (kind, CAUSES[kind].headline)
    assert failure.explanation == failure.evidence == str(error)
    assert failure.next_step == (error.next_step or CAUSES[kind].next_step)


def test_a_container_that_is_being_removed_is_gone_and_no_error_of_docker() -> None:
    assert refused("can not get logs from container which is dead or marked for removal").kind == "container-gone"
