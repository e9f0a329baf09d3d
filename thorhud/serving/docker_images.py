"""Images and their store as the Docker Engine describes them in JSON, and the news of a pull."""

import contextlib
import json
import shutil
from collections.abc import Iterator, Mapping
from typing import Any

from thorhud.domain.errors import EngineError
from thorhud.domain.images import FoundImage, ImageStore, PullProgress
from thorhud.serving.docker_streams import Response
from thorhud.serving.image_pull import Told, course

LONGEST_NEWS = 1 << 20
"""No piece of news is longer; an engine that sends no line feed must not fill the memory."""
_CONTAINERD = "io.containerd.snapshotter"
_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


def found_image(told: Mapping[str, Any]) -> FoundImage:
    """Read what `docker image inspect` *told*."""
    digests = (str(each).partition("@")[2] for each in told.get("RepoDigests") or ())
    return FoundImage(
        id=str(told["Id"]),
        digests=tuple(dict.fromkeys(each for each in digests if each)),
        size_bytes=int(told.get("Size") or 0),
        platform=_platform(told.get("Os"), told.get("Architecture")),
    )


def store_of(told: Mapping[str, Any], *, local: bool) -> ImageStore:
    """Read what `docker info` *told*; only a local engine's disk can be looked at."""
    folder = str(told.get("DockerRootDir") or "")
    driver = dict(each for each in told.get("DriverStatus") or () if len(each) == 2)
    free = None
    if local and folder:
        with contextlib.suppress(OSError):  # its folder may belong to root alone
            free = shutil.disk_usage(folder).free
    return ImageStore(
        platform=_platform(told.get("OSType"), told.get("Architecture")),
        folder=folder,
        free_bytes=free,
        keeps_layers=str(driver.get("driver-type", "")).startswith(_CONTAINERD),
    )


def pull_course(response: Response, image: str) -> Iterator[PullProgress]:
    """Yield how far a pull has come, and close *response* also where an error in its news ends it."""
    with contextlib.closing(response):
        yield from course(news(response), image)


def news(response: Response) -> Iterator[Told]:
    """Yield what the engine tells in the course of a pull, one JSON object a line."""
    rest = b""
    for chunk in response.iter_content(None):
        *lines, rest = (rest + chunk).split(b"\n")
        if len(rest) > LONGEST_NEWS:
            raise EngineError("The Docker Engine tells something about a pull that is no news of a pull.")
        yield from (told for line in lines if (told := _object(line)) is not None)
    if (told := _object(rest)) is not None:
        yield told


def _object(line: bytes) -> Told | None:
    if not line.strip():
        return None
    try:
        told = json.loads(line)
    except ValueError:  # cut off in the middle
        return None
    return told if isinstance(told, dict) else None


def _platform(system: object, architecture: object) -> str:
    if not system or not architecture:
        return ""
    return f"{system}/{_ARCHITECTURES.get(str(architecture), str(architecture))}"
