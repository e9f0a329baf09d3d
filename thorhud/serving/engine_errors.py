"""What the Docker Engine says when it refuses, as one sentence with a next step."""

import re
from dataclasses import dataclass

from thorhud.domain.errors import (
    ContainerGone,
    EngineError,
    EngineUnreachable,
    ImageMissing,
    NameTaken,
    NotAllowed,
    RuntimeMissing,
)

LONGEST_QUOTE = 400


@dataclass(frozen=True, slots=True)
class _Refusal:
    """One way to refuse: the engine's words, and ours; ``{0}`` is what the words name."""

    words: re.Pattern[str]
    error: type[EngineError]
    kind: str
    sentence: str
    next_step: str


def _row(words: str, error: type[EngineError], kind: str, sentence: str, next_step: str) -> _Refusal:
    return _Refusal(re.compile(words, re.IGNORECASE), error, kind, sentence, next_step)


_REFUSALS = (
    _row(
        r"no such image: (\S+)|unable to find image '([^']+)'",
        ImageMissing,
        "image-missing",
        "The image {0} is not on this unit.",
        "With internet access type: docker pull {0}. Otherwise ask the organizer for the image.",
    ),
    _row(
        r"unknown runtime specified (\S+)|unknown or invalid runtime name: (\S+)",
        RuntimeMissing,
        "runtime-missing",
        'The Docker Engine knows no runtime called "{0}".',
        "Install the NVIDIA Container Toolkit, then type: sudo nvidia-ctk runtime configure --runtime=docker"
        " && sudo systemctl restart docker",
    ),
    _row(
        r'container name "/?([^"]+)" is already in use',
        NameTaken,
        "name-taken",
        'Another container is already called "{0}".',
        "See what it is with: docker ps -a. If nobody needs it type: docker rm -f {0}",
    ),
    _row(
        r"error setting rlimits?\b.*?(type \d+)|error setting rlimits?\b.*?(RLIMIT_\w+)",
        EngineError,
        "memlock",
        "The kernel does not allow the resource limits of this container (rlimit {0}).",
        "The Docker Engine must run as root with unlimited memlock; see LimitMEMLOCK in: systemctl cat docker",
    ),
    _row(
        r"no such container: (\S+)",
        ContainerGone,
        "container-gone",
        "The container {0} does not exist any more.",
        "Start the configuration again.",
    ),
    # while it is being removed the engine still knows it, and gives nothing of it
    _row(
        r"container (?:which|that) is dead or marked for removal",
        ContainerGone,
        "container-gone",
        "The container is being removed.",
        "Start the configuration again.",
    ),
    _row(
        r"error while creating mount source path '([^']+)'|bind source path does not exist: (\S+)"
        r'|error mounting "([^"]+)"',
        EngineError,
        "mount-refused",
        "Docker cannot give the container {0}.",
        "Check the setting data_dir, whether its disk is mounted and whether it may be written: ls -ld {0}",
    ),
    _row(
        r"no space left on device",
        EngineError,
        "disk-full",
        "The disk of the Docker Engine is full.",
        "Free some space, for example with: docker system prune",
    ),
    _row(
        r"nvidia-container-cli: ([^:]+)",
        EngineError,
        "gpu-not-visible",
        "NVIDIA's runtime could not give the container the GPU.",
        "Look at: nvidia-smi. If it fails too, reboot the unit.",
    ),
    _row(
        r'exec: "([^"]+)": (?:executable file not found|stat .*no such file)',
        EngineError,
        "command-missing",
        'The image has no program called "{0}".',
        "Check that the image is the workshop's vLLM image: docker image ls",
    ),
)


def refused(words: str) -> EngineError:
    """Turn the engine's *words* into the error that fits them best."""
    for refusal in _REFUSALS:
        if found := refusal.words.search(words):
            named = next((group for group in found.groups() if group), "").strip("\"'.,/")
            return refusal.error(
                refusal.sentence.format(named),
                next_step=refusal.next_step.format(named),
                kind=refusal.kind,
            )
    return EngineError(
        f"The Docker Engine refused: {quote(words)}",
        next_step="See the engine's own log: journalctl -u docker",
        kind="docker-error",
    )


def not_started(words: str) -> EngineError:
    """Turn the runtime's *words* about a container that was created and did not start into an error."""
    error = refused(words)
    if error.kind != "docker-error":
        return type(error)(f"{error} The runtime said: {quote(words)}", next_step=error.next_step, kind=error.kind)
    return EngineError(
        f"The container did not start. The runtime said: {quote(words)}",
        next_step="Check the runtime with: docker info, and its log with: journalctl -u docker",
        kind="container-start",
    )


def unanswered(address: str, cause: BaseException) -> EngineError:
    """Say why nobody answered on *address*."""
    if _because_of(cause, PermissionError):
        return NotAllowed(
            f"This account may not use the Docker Engine at {address}.",
            next_step="Type: sudo usermod -aG docker $USER, then log out and in again.",
            kind="docker-not-allowed",
        )
    return EngineUnreachable(
        f"The Docker Engine does not answer at {address}.",
        next_step="Type: sudo systemctl start docker",
        kind="docker-unreachable",
    )


def _because_of(error: BaseException | None, kind: type[BaseException]) -> bool:
    """Whether *kind* is among the causes; libraries also wrap them as arguments."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        each = waiting.pop()
        if each is None or id(each) in seen:
            continue
        if isinstance(each, kind):
            return True
        seen.add(id(each))
        waiting += [each.__cause__, each.__context__]
        waiting += [part for part in (*each.args, getattr(each, "reason", None)) if isinstance(part, BaseException)]
    return False


def quote(words: str) -> str:
    """Return somebody else's words on one line, shortened."""
    line = " ".join(words.split())
    return line if len(line) <= LONGEST_QUOTE else line[: LONGEST_QUOTE - 1] + "…"
