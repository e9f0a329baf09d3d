"""How what Docker and its settings say is judged."""

import json
import shlex
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from thorhud.domain.checks import Finding, failed, passed, unknown, warned
from thorhud.domain.repairs import RepairId

NVIDIA: Final = "nvidia"
_RUNTIME_PROGRAM: Final = "nvidia-container-runtime"
_SETTINGS: Final = "/etc/docker/daemon.json"
_NO_ANSWER: Final = "Docker does not answer."


@dataclass(frozen=True, slots=True, kw_only=True)
class DockerSettings:
    """What daemon.json says; Docker reads it when it starts."""

    exists: bool
    empty: bool = False
    """It is there, and nothing is in it: newer versions of Docker start with it, older ones do not."""
    mistake: str | None = None
    """Why Docker would refuse to start with it; None where it would not."""
    mergeable: bool = True
    """A repair can add to it: it is a JSON object, however wrong its entries."""
    default_runtime: str | None = None
    runtimes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenContainer:
    """One container of `docker ps --all`."""

    id: str
    name: str
    image: str
    running: bool
    ours: bool
    """The HUD started it."""
    command: str = ""

    @property
    def serves_vllm(self) -> bool:
        """Whether it is a vLLM by its image or its command."""
        return "vllm" in self.image.lower() or "vllm" in self.command.lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenImage:
    """One image that is on the unit."""

    digest: str
    """Its repository digest; the image's id where it came from no registry."""
    size_bytes: int


def read_settings(text: str | None) -> DockerSettings:
    """Read daemon.json; None stands for a file that is not there, which Docker takes for an empty one."""
    if text is None or not text.strip():
        return DockerSettings(exists=text is not None, empty=text is not None)
    try:
        table: Any = json.loads(text)
    except ValueError as error:
        return DockerSettings(exists=True, mistake=f"it is not valid JSON: {error}", mergeable=False)
    if (mistake := _mistake(table)) is not None:
        return DockerSettings(exists=True, mistake=mistake, mergeable=isinstance(table, dict))
    return DockerSettings(
        exists=True, default_runtime=table.get("default-runtime"), runtimes=tuple(table.get("runtimes", {}))
    )


def _mistake(table: object) -> str | None:
    """Return why Docker would refuse the settings, as far as runtimes go; it knows further keys itself."""
    if not isinstance(table, dict):
        return "it holds no JSON object"
    runtimes, default = table.get("runtimes", {}), table.get("default-runtime")
    if not isinstance(runtimes, dict) or not all(isinstance(each, dict) for each in runtimes.values()):
        return '"runtimes" has to be an object of objects'
    if default is not None and not isinstance(default, str):
        return '"default-runtime" has to be a name in quotation marks'
    if default not in {None, "runc", *runtimes}:
        return f'the default runtime "{default}" is not among its runtimes'
    return None


def judge_settings(settings: DockerSettings) -> Finding:
    """Judge whether Docker would start with this daemon.json."""
    expected = f"{_SETTINGS} is valid JSON that Docker accepts"
    if settings.mistake is not None:
        return failed(
            f"Docker would not start: {settings.mistake}.",
            expected=expected,
            fix="Correct the file, then restart Docker.",
            repair=RepairId.DEFAULT_RUNTIME if settings.mergeable and "nvidia" in settings.mistake else None,
            command=f"sudoedit {_SETTINGS} && sudo systemctl restart docker",
        )
    if settings.empty:
        command = f"echo '{{}}' | sudo tee {_SETTINGS}"
        fix = "Write an empty object into it, or remove the file."
        return warned(
            "empty; older versions of Docker do not start with that.", expected=expected, fix=fix, command=command
        )
    return passed("valid" if settings.exists else "not there, so everything is as Docker has it", expected=expected)


def judge_default_runtime(running: str | None, settings: DockerSettings) -> Finding:
    """Judge the default runtime: *running* is what Docker uses now, None where it does not answer."""
    expected = 'the default runtime is "nvidia", now and after a restart of Docker'
    written = settings.default_runtime == NVIDIA
    if running == NVIDIA:
        return passed("nvidia", expected=expected) if written else _only_until_restart(expected)
    if running is not None and written:
        return failed(
            f'"{running}" now; daemon.json names nvidia, but Docker was not restarted since.',
            expected=expected,
            fix="Restart Docker.",
            repair=RepairId.RESTART_DOCKER,
            command="sudo systemctl restart docker",
        )
    if running is None and written:
        return unknown(f"daemon.json names nvidia. {_NO_ANSWER}", expected=expected)
    found = f'"{running}"' if running is not None else f"not set in daemon.json. {_NO_ANSWER}"
    if not settings.mergeable:
        fix = f"Correct {_SETTINGS} first; nothing can be added to a file that is not JSON."
        return failed(found, expected=expected, fix=fix, command=f"sudoedit {_SETTINGS}")
    return failed(
        found,
        expected=expected,
        fix='Add "default-runtime": "nvidia" to daemon.json and restart Docker.',
        repair=RepairId.DEFAULT_RUNTIME,
        command="sudo nvidia-ctk runtime configure --runtime=docker --set-as-default && sudo systemctl restart docker",
    )


def _only_until_restart(expected: str) -> Finding:
    return warned(
        "nvidia now, but daemon.json does not say so: the next restart of Docker loses it.",
        expected=expected,
        fix='Add "default-runtime": "nvidia" to daemon.json.',
        repair=RepairId.DEFAULT_RUNTIME,
    )


def judge_runtime(registered: Collection[str] | None, settings: DockerSettings) -> Finding:
    """Judge whether Docker knows a runtime called nvidia; *registered* is None where it does not answer."""
    expected = 'Docker knows a runtime called "nvidia"'
    written = NVIDIA in settings.runtimes
    if registered is None:
        if written:
            return unknown(f"daemon.json registers it. {_NO_ANSWER}", expected=expected)
        return unknown(_NO_ANSWER, expected=expected)
    if NVIDIA in registered:
        return passed("registered", expected=expected)
    if written:
        return failed(
            "daemon.json registers it, but Docker was not restarted since.",
            expected=expected,
            fix="Restart Docker.",
            repair=RepairId.RESTART_DOCKER,
            command="sudo systemctl restart docker",
        )
    return failed(
        f"Docker knows only: {', '.join(sorted(registered)) or 'nothing'}.",
        expected=expected,
        fix=f"Register {_RUNTIME_PROGRAM} in daemon.json and restart Docker.",
        repair=RepairId.DEFAULT_RUNTIME,
        command="sudo nvidia-ctk runtime configure --runtime=docker --set-as-default && sudo systemctl restart docker",
    )


def judge_group(account: str, *, is_root: bool, listed: bool, effective: bool, refused: bool) -> Finding:
    """Judge whether *account* may use Docker.

    ``listed``: /etc/group has it in docker. ``effective``: this sign-in has the group. ``refused``: Docker said no.
    """
    expected = "the account is in the group docker"
    if is_root:
        return passed("root, which needs no group", expected=expected)
    if effective and not refused:
        return passed(f"{account} is in it", expected=expected)
    command = f"sudo usermod -aG docker {shlex.quote(account)}"
    if listed and not effective:
        fix = "Sign out and in again: a group counts from the next sign-in on."
        found = f"{account} is in it since after this sign-in."
        return failed(found, expected=expected, fix=fix, command="newgrp docker")
    found = f"{account} is not in it" + ("." if refused else ", and Docker answers all the same.")
    fix = "Add the account to the group, then sign out and in again."
    judged = failed if refused else warned
    return judged(found, expected=expected, fix=fix, command=command)


def judge_image(name: str, image: SeenImage | None, *, needed: bool, pinned: str | None = None) -> Finding:
    """Judge whether one image of the workshop is here, and is the pinned one where the workshop pins it."""
    expected = f"{name} is on the unit" + (f" with the digest {pinned}" if pinned else "")
    fix = "Load the image from the rack server; with internet access it can be pulled."
    command = f"docker pull {shlex.quote(name)}"
    judged = failed if needed else warned
    if image is None:
        return judged("missing", expected=expected, fix=fix, command=command, subject=name)
    found = f"{image.digest[:19]}, {image.size_bytes / 1e9:.1f} GB"
    if pinned is not None and image.digest != pinned:
        found = f"another version: {image.digest}"
        return failed(found, expected=expected, fix=fix, command=command, subject=name)
    return passed(found, expected=expected, subject=name)


def judge_name(name: str, containers: Collection[SeenContainer]) -> Finding:
    """Judge whether a launch could have its container's name."""
    expected = f'the name "{name}" is free, or its container is the HUD\'s'
    holder = next((each for each in containers if each.name == name), None)
    if holder is None:
        return passed("free", expected=expected)
    if holder.ours:
        return passed("the HUD's own container has it", expected=expected)
    found = f"a container of {holder.image} has it and {'runs' if holder.running else 'has ended'}."
    if holder.running and holder.serves_vllm:
        fix = "If nobody needs it, stop it first: the HUD shows a server started outside, and leaves it alone."
        command = f"docker stop {shlex.quote(name)} && docker rm {shlex.quote(name)}"
        return warned(found, expected=expected, fix=fix, command=command)
    fix = "If nobody needs it, remove it."
    command = f"docker rm -f {shlex.quote(name)}"
    return failed(found, expected=expected, fix=fix, command=command)
