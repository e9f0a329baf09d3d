"""What the Docker Engine says when a pull fails, as one sentence with a next step."""

import re
from dataclasses import dataclass

from thorhud.domain.errors import EngineError
from thorhud.domain.images import ENGINE_SAID, registry
from thorhud.serving.engine_errors import quote

_HUB = "Docker Hub"


@dataclass(frozen=True, slots=True)
class _Trouble:
    """One way to fail: the engine's words, and ours. ``{image}``, ``{where}`` and ``{login}`` are filled in."""

    words: re.Pattern[str]
    kind: str
    sentence: str
    next_step: str


def _row(words: str, kind: str, sentence: str, next_step: str) -> _Trouble:
    return _Trouble(re.compile(words, re.IGNORECASE), kind, sentence, next_step)


_TROUBLES = (
    _row(
        r"no space left on device|disk quota exceeded",
        "disk-full",
        "The disk of the Docker Engine is full.",
        "Free some space, for example with: docker system prune. Then pull again.",
    ),
    # before the login: Docker says both of a name that does not exist and of one that wants a login
    _row(
        r"repository does not exist or may require",
        "image-unknown",
        "{where} does not know {image}, or shows it only to those who are logged in.",
        "Check the name. If it needs a login type: {login}. Then pull again.",
    ),
    _row(
        r"toomanyrequests|rate limit|\b429\b",
        "registry-limit",
        "{where} gives nothing more to this address for a while.",
        "Wait, or log in, which raises the limit: {login}",
    ),
    _row(
        r"unauthorized|authentication required|no basic auth credentials|\b401\b|\b403\b|denied|forbidden"
        r"|incorrect username or password",
        "registry-login",
        "{where} wants a login before it gives {image}.",
        "Type: {login}, as the account that the agent runs under. Then pull again.",
    ),
    _row(
        r"no matching manifest for (\S+)",
        "image-platform",
        "{image} is not made for this unit: {where} has none for {0}.",
        "Check the name, or ask the organizer for the image of this platform.",
    ),
    _row(
        r"manifest unknown|manifest for .* not found|name unknown|not found: manifest|: not found$",
        "image-unknown",
        "{where} has no image called {image}.",
        "Check the name and the tag in the workshop file: thorhud config show",
    ),
    _row(
        r"verification failed|digest mismatch|failed commit on ref|unexpected commit digest|failed size validation",
        "image-damaged",
        "What {where} sent is not what its digest promises; nothing of it was kept.",
        "Pull again. If it stays so the registry, or a proxy on the way, is broken or not to be trusted.",
    ),
    _row(
        r"x509:|certificate|tls: |server gave HTTP response to HTTPS client|handshake failure",
        "registry-tls",
        "The connection to {where} cannot be made safe (TLS).",
        "Check this unit's clock with: timedatectl. On a network with a proxy its certificate must be known to Docker.",
    ),
    _row(
        r"no such host|name resolution|server misbehaving|network is unreachable|no route to host",
        "no-network",
        "{where} cannot be found from this unit: it has no internet, or no name server.",
        "Connect the network, then pull again. Without internet ask the organizer for the image.",
    ),
    _row(
        r"connection refused|i/o timeout|timeout|connection reset|unexpected EOF|\bEOF\b|context deadline"
        r"|request canceled while waiting|broken pipe|\b50[0234]\b",
        "registry-unreachable",
        "{where} does not answer, or stopped answering.",
        "Try again in a minute. On a network with a proxy, Docker has to be told of it.",
    ),
    _row(
        r"invalid reference format|invalid tag format|must be lowercase",
        "image-name",
        "{image} is no name of an image.",
        "An image is called like this: nvcr.io/nvidia/vllm:25.09-py3",
    ),
    # what nobody has seen before
    _row(
        "",
        "pull-failed",
        "The pull of {image} failed.",
        "Try again. If it stays so look at: journalctl -u docker",
    ),
)


def failed(words: str, image: str) -> EngineError:
    """Turn the engine's *words* about the pull of *image* into the error that fits them best."""
    where = registry(image)
    filled = {"image": image, "where": where or _HUB, "login": f"docker login {where}".rstrip()}
    trouble, found = next((each, found) for each in _TROUBLES if (found := each.words.search(words)))
    named = found.groups() or ("",)
    return EngineError(
        f"{trouble.sentence.format(*named, **filled)}{ENGINE_SAID}{quote(words)}",
        next_step=trouble.next_step.format(*named, **filled),
        kind=trouble.kind,
    )
