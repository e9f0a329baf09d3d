"""Asks for the few things that need root: fixed verbs, no password prompt, never for longer than a limit.

Three ways, and one answer to all of them: as root the verb's code runs directly; under systemd the verb's oneshot unit
is started, which a polkit rule allows to the group ``thorhud``; anywhere else the answer is the command to type.
"""

import asyncio
import grp
import json
import os
import pwd
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Protocol

HELPER = Path(__file__).with_name("root_helper.py")
PROPOSAL = Path("/var/lib/thorhud-root/daemon.json")
"""Where a proposal for daemon.json is put: the helper reads it there and nowhere else."""
RESULTS = Path("/run/thorhud-root")
"""Where each unit leaves what came of it."""
GROUP = "thorhud"
"""Whose members may ask, by the polkit rule."""
SYSTEMD = Path("/run/systemd/system")


class RootVerb(StrEnum):
    """Everything the root helper does; each is one oneshot unit ``thorhud-VERB.service``."""

    DROP_CACHES = "drop-caches"
    RESTART_DOCKER = "restart-docker"
    REBOOT = "reboot"
    APPLY_DAEMON_JSON = "apply-daemon-json"
    MAX_POWER = "max-power"


TO_TYPE: Final[Mapping[RootVerb, str]] = MappingProxyType(
    {
        RootVerb.DROP_CACHES: "sync && sudo sysctl -w vm.drop_caches=3",
        RootVerb.RESTART_DOCKER: "sudo systemctl restart docker",
        RootVerb.REBOOT: "sudo reboot",
        RootVerb.APPLY_DAEMON_JSON: (
            "sudo nvidia-ctk runtime configure --runtime=docker --set-as-default && sudo systemctl restart docker"
        ),
        RootVerb.MAX_POWER: "sudo nvpmodel -m 0 && sudo jetson_clocks",
    }
)
"""What a person types who has sudo, to the same end."""
LIMIT_S: Final[Mapping[RootVerb, float]] = MappingProxyType(
    {
        RootVerb.DROP_CACHES: 60.0,
        RootVerb.RESTART_DOCKER: 180.0,
        RootVerb.REBOOT: 20.0,
        RootVerb.APPLY_DAEMON_JSON: 360.0,
        RootVerb.MAX_POWER: 60.0,
    }
)
"""Seconds after which nobody waits any longer. Restarting Docker stops containers, and each may take its time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RootResult:
    """What came of asking for a verb."""

    done: bool
    sentence: str
    command: str = ""
    """What a person types instead, where this account may not ask for it."""
    code: int = 0
    """The helper's exit code; 0 where it did what was asked or was not reached."""
    details: Mapping[str, Any] = field(default_factory=dict)
    """What the helper measured, by its own names."""


class Root(Protocol):
    """Carries out the fixed verbs."""

    async def ask(self, verb: RootVerb, *, proposal: Mapping[str, object] | None = None) -> RootResult:
        """Carry out *verb* and return what came of it; it never raises and never waits for a password.

        *proposal* is what `RootVerb.APPLY_DAEMON_JSON` is to set; the other verbs take none.
        """
        ...


def root_of_this_machine() -> Root:
    """Return the way to root that this account has on this machine."""
    if os.geteuid() == 0:
        return DirectRoot()
    return UnitRoot() if SYSTEMD.is_dir() else NoRoot()


class NoRoot:
    """Where nobody may: every verb answers with the command to type."""

    async def ask(
        self,
        verb: RootVerb,
        *,
        proposal: Mapping[str, object] | None = None,  # noqa: ARG002 - nobody reads it
    ) -> RootResult:
        """Return the command to type."""
        return _refused(verb, "This needs root, and this machine has no systemd that would lend it.")


class DirectRoot:
    """Where this account is root: the helper as a child process, so that a hanging verb can be left."""

    def __init__(
        self, helper: tuple[str, ...] = (sys.executable, "-I", str(HELPER)), proposal: Path = PROPOSAL
    ) -> None:
        self._helper = helper
        self._proposal = proposal

    async def ask(self, verb: RootVerb, *, proposal: Mapping[str, object] | None = None) -> RootResult:
        """Run the helper with *verb* and read its answer."""
        trouble = await asyncio.to_thread(_put_proposal, self._proposal, proposal)
        if trouble:
            return _refused(verb, trouble)
        ended = await _run((*self._helper, verb.value), LIMIT_S[verb], {})
        if ended is None:
            return _refused(verb, f"It has not ended after {LIMIT_S[verb]:.0f} s and was left.")
        return _told(verb, ended.output) or _refused(verb, "The root helper did not say what came of it.", ended.code)


class UnitRoot:
    """Under systemd: starting the verb's oneshot unit, which the polkit rule allows or not."""

    def __init__(self, results: Path = RESULTS, proposal: Path = PROPOSAL) -> None:
        self._results = results
        self._proposal = proposal

    async def ask(self, verb: RootVerb, *, proposal: Mapping[str, object] | None = None) -> RootResult:
        """Start ``thorhud-VERB.service`` and wait until it has ended."""
        trouble = await asyncio.to_thread(_put_proposal, self._proposal, proposal)
        if trouble:
            return _refused(verb, trouble)
        asked_s = time.clock_gettime(time.CLOCK_BOOTTIME)
        unit = f"thorhud-{verb}.service"
        command = ("systemctl", "--no-ask-password", "start", unit)
        ended = await _run(command, LIMIT_S[verb], os.environ)
        if ended is None:
            return _refused(verb, f"{unit} has not ended after {LIMIT_S[verb]:.0f} s; look at: systemctl status {unit}")
        told = _told(verb, await asyncio.to_thread(_text, self._results / f"{verb}.json"), not_before_s=asked_s)
        if told is not None:
            return told
        if ended.code == 0:
            return RootResult(done=True, sentence="It was done.")
        shown = await _run(("systemctl", "show", "--property=LoadState", "--value", unit), LIMIT_S[verb], os.environ)
        installed = shown is None or shown.output.strip() != "not-found"
        return _refused(verb, _why(ended.error, unit, installed=installed), ended.code)


@dataclass(frozen=True, slots=True)
class _Ended:
    code: int
    output: str
    error: str


async def _run(command: tuple[str, ...], limit_s: float, environment: Mapping[str, str]) -> _Ended | None:
    """Run a program without a terminal; None where it did not end in time.

    It runs in a thread, since asyncio kills its own child processes when its loop ends: a change of daemon.json that is
    broken off in its middle would leave a unit without Docker. A program that ends waits for it instead.
    """
    return await asyncio.to_thread(_run_in_thread, command, limit_s, environment)


def _run_in_thread(command: tuple[str, ...], limit_s: float, environment: Mapping[str, str]) -> _Ended | None:
    try:
        ended = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=limit_s,
            check=False,
            env=environment,
            start_new_session=True,  # neither Ctrl+C nor a closed terminal breaks it off
        )
    except subprocess.TimeoutExpired:
        return None
    except OSError as error:
        return _Ended(127, "", f"{command[0]} cannot be started ({error.strerror}).")
    return _Ended(ended.returncode, ended.stdout, ended.stderr)


def _told(verb: RootVerb, text: str, *, not_before_s: float = 0.0) -> RootResult | None:
    """Read what the helper says came of it; None where it says nothing of this call."""
    try:
        told = json.loads(text)
        code, sentence = int(told["code"]), str(told["sentence"])
        if float(told["at_s"]) < not_before_s:
            return None
    except (ValueError, KeyError, TypeError):
        return None
    return RootResult(
        done=code == 0,
        sentence=sentence,
        command=TO_TYPE[verb] if code == 77 else "",
        code=code,
        details=told.get("details") or {},
    )


def _why(words: str, unit: str, *, installed: bool) -> str:
    """Say why systemd did not start the unit; it asks who may before it looks whether there is such a unit."""
    if not installed:
        return "The root helper is not installed on this machine (sudo packaging/install-root-helper)."
    if "uthentication required" in words or "ccess denied" in words:
        return _not_a_member()
    last = words.strip().splitlines()[-1:] or ["no reason was given"]
    return f"{unit} did not start: {last[0][:300]}"


def _not_a_member() -> str:
    """Tell an account that is no member from one that has become a member since it logged in."""
    try:
        group = grp.getgrnam(GROUP)
        account = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"There is no group {GROUP} on this machine (sudo packaging/install-root-helper)."
    if account in group.gr_mem and group.gr_gid not in os.getgroups():
        return f"{account} is in the group {GROUP} since a short while; log out and in again."
    return (
        f"This account may not ask for it: {account} is not in the group {GROUP} (sudo usermod -aG {GROUP} {account})."
    )


def _refused(verb: RootVerb, sentence: str, code: int = 0) -> RootResult:
    return RootResult(done=False, sentence=sentence, command=TO_TYPE[verb], code=code)


def _put_proposal(path: Path, proposal: Mapping[str, object] | None) -> str:
    """Write what daemon.json is to get where the helper looks for it; return why that failed."""
    if proposal is None:
        return ""
    new = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        if os.geteuid() == 0:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        new.write_text(json.dumps(proposal), encoding="utf-8")
        new.replace(path)
    except OSError as error:
        return f"The change of daemon.json cannot be handed over: {path} ({error.strerror})."
    return ""


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
