"""Looks at Docker: the engine, its settings, its images and its containers."""

from collections.abc import Iterable
from functools import partial
from pathlib import Path

from thorhud.checks.look import Look
from thorhud.checks.own_time import in_thread
from thorhud.domain.checks import Finding, failed, passed, unknown
from thorhud.domain.docker_judgement import (
    NVIDIA,
    DockerSettings,
    judge_default_runtime,
    judge_group,
    judge_image,
    judge_name,
    judge_runtime,
    judge_settings,
    read_settings,
)
from thorhud.domain.errors import EngineError
from thorhud.domain.repairs import RepairId

DAEMON_JSON = "etc/docker/daemon.json"
_NO_ANSWER = "Docker does not answer."


async def docker(look: Look) -> Iterable[Finding]:
    """Ask the engine for anything at all."""
    facts = await look.docker()
    expected = "the Docker Engine answers this account"
    if facts.answers:
        return [passed(f"version {facts.version}", expected=expected)]
    if facts.refused:
        command = f"sudo usermod -aG docker {look.unit.account.name}"
        fix = "Add the account to the group docker, then sign out and in again."
        return [failed(facts.reason, expected=expected, fix=fix, command=command)]
    command = "sudo systemctl restart docker"
    fix = "Start Docker; if it ends at once, look at its settings first."
    return [failed(facts.reason, expected=expected, fix=fix, repair=RepairId.RESTART_DOCKER, command=command)]


async def docker_group(look: Look) -> Iterable[Finding]:
    """Compare the account's groups, in /etc/group and in this sign-in."""
    account = look.unit.account
    listed = account.name in await in_thread(partial(members, look.unit.root / "etc/group", "docker"))
    facts = await look.docker()
    effective = "docker" in account.groups
    return [
        judge_group(account.name, is_root=account.is_root, listed=listed, effective=effective, refused=facts.refused)
    ]


def members(file: Path, group: str) -> frozenset[str]:
    """Return who is in *group* by the group file."""
    try:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return frozenset()
    fields = next((line.split(":") for line in lines if line.startswith(f"{group}:")), [])
    return frozenset(filter(None, fields[3].split(","))) if len(fields) > 3 else frozenset()


async def docker_settings(look: Look) -> Iterable[Finding]:
    """Read daemon.json as Docker would."""
    settings, unreadable = await _settings(look)
    return [unreadable or judge_settings(settings)]


async def _settings(look: Look) -> tuple[DockerSettings, Finding | None]:
    """Return daemon.json, and a finding where it lies there and cannot be read."""
    return await in_thread(partial(_read_settings, look.unit.root / DAEMON_JSON))


def _read_settings(path: Path) -> tuple[DockerSettings, Finding | None]:
    try:
        return read_settings(path.read_text(encoding="utf-8", errors="replace")), None
    except FileNotFoundError:
        return read_settings(None), None
    except OSError as error:
        return read_settings(None), unknown(f"/{DAEMON_JSON} cannot be read ({error.strerror})")


async def nvidia_runtime(look: Look) -> Iterable[Finding]:
    """Compare what Docker has registered with what its settings say."""
    facts = await look.docker()
    settings, _ = await _settings(look)
    return [judge_runtime(facts.runtimes if facts.answers else None, settings)]


async def default_runtime(look: Look) -> Iterable[Finding]:
    """Compare the runtime that Docker uses with the one that its settings name."""
    facts = await look.docker()
    settings, unreadable = await _settings(look)
    if unreadable is not None and facts.default_runtime == NVIDIA:
        return [passed("nvidia", expected="the default runtime is nvidia")]
    return [judge_default_runtime(facts.default_runtime if facts.answers else None, settings)]


async def runtime_test(look: Look) -> Iterable[Finding]:
    """Run nvidia-smi in a container, where the image for it is on the unit."""
    expected = "nvidia-smi in a container ends with 0"
    facts = await look.docker()
    if not facts.answers:
        return [unknown(_NO_ANSWER, expected=expected)]
    image = look.unit.workshop.runtime_test_image
    if image not in facts.images:
        return [unknown(f"{image} is not on the unit, and nothing is pulled for a test.", expected=expected)]
    command = f"docker run --rm --runtime=nvidia {image} nvidia-smi"
    fix = "Set the NVIDIA runtime; if it is set, reboot the unit."
    try:
        ended = await look.unit.docker.run(image, ("nvidia-smi",), runtime=NVIDIA)
    except EngineError as error:
        return [failed(str(error), expected=expected, fix=fix, repair=RepairId.DEFAULT_RUNTIME, command=command)]
    if ended.exit_code == 0:
        return [passed("it sees the GPU", expected=expected)]
    said = next((line.strip() for line in reversed(ended.output.splitlines()) if line.strip()), "nothing")
    found = f"it ended with {ended.exit_code} and said: {said[:200]}"
    return [failed(found, expected=expected, fix=fix, repair=RepairId.DEFAULT_RUNTIME, command=command)]


async def images(look: Look) -> Iterable[Finding]:
    """Look for the workshop's images; models cannot be served without the first."""
    facts = await look.docker()
    container = look.unit.workshop.container
    if not facts.answers:
        return [unknown(_NO_ANSWER, subject=name) for name in look.unit.images]
    return [
        judge_image(
            name,
            facts.images.get(name),
            needed=name == container.image,
            pinned=container.digest if name == container.image else None,
        )
        for name in look.unit.images
    ]


async def container_name(look: Look) -> Iterable[Finding]:
    """Look who has the name of the model's container."""
    facts = await look.docker()
    if not facts.answers:
        return [unknown(_NO_ANSWER)]
    return [judge_name(look.unit.workshop.container.name, facts.containers)]
