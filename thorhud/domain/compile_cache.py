"""Whether torch.compile's result of an earlier start is found again: what logs proved, never what a folder holds."""

from collections.abc import Iterable, Sequence

from thorhud.domain.messages import LaunchRecord


def is_warm(
    launches: Iterable[LaunchRecord], *, image: str, digest: str | None, serve_arguments: Sequence[str]
) -> bool:
    """Whether the last start of the same image with the same arguments left a result to be found.

    It did where it found one itself, or compiled and became ready. A start that broke off proves nothing, and neither
    does one whose log says nothing. *launches* are the newest first.
    """
    for launch in launches:
        if launch.serve_arguments != tuple(serve_arguments) or not _same_image(launch, image, digest):
            continue
        if launch.compile_cache == "hit":
            return True
        if launch.compile_cache == "miss" and launch.ready_after_s is not None:
            return True
        if launch.compile_cache == "miss":
            return False
    return False


def _same_image(launch: LaunchRecord, image: str, digest: str | None) -> bool:
    if digest is not None and launch.image_digest is not None:
        return launch.image_digest == digest
    return launch.image == image
