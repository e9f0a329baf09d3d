"""The few things that need root: a fixed list of verbs, no shell, no free argument.

Run as ``python3 -I root_helper.py VERB``, by one systemd unit for each verb or directly where somebody is root already.
It is one file with nothing but the standard library, so that a copy owned by root runs without the rest of the program.
What came of it is one JSON object on standard output, and in the runtime folder of its unit for those who asked.

====  ==========================================================================
exit  means
====  ==========================================================================
0     done
64    no such verb, or more than a verb was given
65    the proposal for daemon.json was refused; nothing has changed
66    there is no proposal
69    a program that is needed is not installed
71    the system refused
75    Docker did not come up with the change: the old file is back, and Docker too
76    Docker did not come up with the change, nor with the old file, which is back
77    not root
78    the daemon.json that is there cannot be read as JSON; nothing has changed
====  ==========================================================================
"""

import contextlib
import fcntl
import http.client
import json
import os
import re
import shutil
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

LARGEST_PROPOSAL = 64 * 1024
ALLOWED_KEYS = frozenset({"default-runtime", "runtimes"})
"""What a proposal may set; every other key of the file stays as it is."""
RUNTIME_NAME = "nvidia"
RUNTIME_PROGRAMS = frozenset({"nvidia-container-runtime", "/usr/bin/nvidia-container-runtime"})
"""dockerd runs it as root, so a proposal cannot name any other program."""
COMMAND_LIMIT_S = 100.0
_DOCKERD_GAVE_UP = "failed to start daemon"


@dataclass(frozen=True)
class Places:
    """Where things lie on a unit; tests name others."""

    drop_caches: Path = Path("/proc/sys/vm/drop_caches")
    meminfo: Path = Path("/proc/meminfo")
    proposal: Path = Path("/var/lib/thorhud-root/daemon.json")
    daemon_json: Path = Path("/etc/docker/daemon.json")
    docker_socket: str = "/run/docker.sock"
    docker_within_s: float = 60.0
    restart_docker: tuple[tuple[str, ...], ...] = ()
    """The commands that restart Docker, in order; empty looks for what this machine has."""
    reboot: tuple[str, ...] = ("systemctl", "--no-block", "reboot")
    runtime_programs: frozenset[str] = RUNTIME_PROGRAMS
    dockerd: str = "dockerd"
    power_programs: tuple[str, str] = ("nvpmodel", "jetson_clocks")


class Refused(Exception):
    """Why a verb was not carried out: an exit code and one sentence."""

    def __init__(self, code: int, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True)
class Outcome:
    """What a verb did."""

    sentence: str
    details: dict[str, Any] = field(default_factory=dict)


# memory, Docker, power, reboot


def drop_caches(places: Places) -> Outcome:
    """Write everything out, then let the kernel drop the copies of files that it keeps in memory."""
    before = _free_bytes(places)
    os.sync()
    places.drop_caches.write_text("3\n", encoding="ascii")
    after = _free_bytes(places)
    return Outcome("The file cache was dropped.", {"free_before_bytes": before, "free_after_bytes": after})


def restart_docker(places: Places) -> Outcome:
    """Restart the Docker service and wait until it answers."""
    began = time.monotonic()
    trouble = _restart(places, places.restart_docker or _restart_commands())
    if trouble:
        raise Refused(71, f"Docker was told to restart and does not answer: {trouble}")
    return Outcome("Docker was restarted and answers.", {"seconds": round(time.monotonic() - began, 1)})


def reboot(places: Places) -> Outcome:
    """Reboot the machine; the call returns before it goes down."""
    _run(places.reboot)
    return Outcome("The reboot has begun.")


def max_power(places: Places) -> Outcome:
    """Set power mode 0 and the clocks to their maximum."""
    nvpmodel, jetson_clocks = places.power_programs
    before = _power_mode(nvpmodel)
    _run((nvpmodel, "-m", "0"))
    _run((jetson_clocks,))
    after = _power_mode(nvpmodel)
    details = {"mode_before": before, "mode_after": after}
    if not after.endswith("(0)"):
        raise Refused(71, f"The power mode is still {after or 'unknown'}; it may need a reboot.")
    return Outcome(f"The power mode is {after}, and the clocks are at their maximum.", details)


# daemon.json


def apply_daemon_json(places: Places) -> Outcome:
    """Merge the proposal into daemon.json and restart Docker; put the old file back where Docker does not come up."""
    proposal = checked(read_proposal(places.proposal), places.runtime_programs)
    places.daemon_json.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    with _only_one(places.daemon_json.parent):
        path = places.daemon_json.resolve()
        old = path.read_bytes() if path.exists() else None
        new = text_of(merged(document(old), proposal), old)
        wanted = str(proposal.get("default-runtime", ""))
        if document(old) == json.loads(new) and _runs_with(places, wanted):
            return Outcome("daemon.json is as it should be already, and Docker runs with it.", {"changed": False})
        restart = places.restart_docker or _restart_commands()
        backup = _keep_copy(path, old)
        _put(path, new.encode(), check=partial(_validated, places))
        trouble = _restart(places, restart) or _another_runtime(places, wanted)
        if not trouble:
            return Outcome("daemon.json was changed, and Docker runs with it.", {"changed": True, "backup": backup})
        _put_back(path, old)
        again = _restart(places, restart)
    if again:
        raise Refused(76, f"The old daemon.json is back, but Docker does not come up with it either: {again}")
    raise Refused(75, f"The old daemon.json is back, since Docker did not come up with the new one: {trouble}")


def read_proposal(path: Path) -> bytes:
    """Return what the proposal holds, where it is a plain file of no more than 64 KiB; no link is followed.

    Members of a group may write there, so anything may lie there: a link to a file that only root may read, or a pipe
    that would never answer.
    """
    try:
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            descriptor = os.open(path.name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
        finally:
            os.close(folder)
    except FileNotFoundError:
        raise Refused(66, "There is no proposal for daemon.json.") from None
    except OSError as error:
        raise Refused(65, f"The proposal is no plain file ({error.strerror}).") from None
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise Refused(65, "The proposal is no plain file.")
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            data = file.read(LARGEST_PROPOSAL + 1)
    finally:
        os.close(descriptor)
    if len(data) > LARGEST_PROPOSAL:
        raise Refused(65, f"The proposal is larger than {LARGEST_PROPOSAL} bytes.")
    return data


def checked(data: bytes, programs: frozenset[str] = RUNTIME_PROGRAMS) -> dict[str, Any]:
    """Return the proposal, where it sets nothing but what may be set."""
    try:
        proposal = json.loads(data)
    except (ValueError, RecursionError):
        raise Refused(65, "The proposal is not JSON.") from None
    if not isinstance(proposal, dict) or not proposal:
        raise Refused(65, "The proposal is no JSON object with something in it.")
    foreign = sorted(set(proposal) - ALLOWED_KEYS)
    if foreign:
        raise Refused(65, f"The proposal may not set {', '.join(map(repr, foreign))[:200]}.")
    if proposal.get("default-runtime", RUNTIME_NAME) != RUNTIME_NAME:
        raise Refused(65, f"The proposal may only make {RUNTIME_NAME!r} the default runtime.")
    for name, runtime in _runtimes(proposal):
        path = runtime.get("path") if isinstance(runtime, dict) else None
        only = isinstance(runtime, dict) and set(runtime) <= {"path", "args"} and not runtime.get("args")
        if name != RUNTIME_NAME or not only or path not in programs:
            raise Refused(65, f"The proposal may only name NVIDIA's own program for the runtime {RUNTIME_NAME!r}.")
    return proposal


def merged(current: Mapping[str, Any], proposal: Mapping[str, Any]) -> dict[str, Any]:
    """Return *current* with what is proposed; every other key, known or not, stays where it was.

    A runtime that has an entry already keeps it: its path and options are the machine's own.
    """
    new = {**current, **{key: value for key, value in proposal.items() if key != "runtimes"}}
    if "runtimes" in proposal:
        new["runtimes"] = {**proposal["runtimes"], **current.get("runtimes", {})}
    return new


def document(data: bytes | None) -> dict[str, Any]:
    """Return the daemon.json that is there as an object; a missing or empty file is an empty one."""
    if data is None or not data.strip():
        return {}
    try:
        current = json.loads(data)
    except (ValueError, RecursionError) as error:
        where = f" in line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise Refused(78, f"The daemon.json that is there is not JSON; there is a mistake{where}.") from None
    if not isinstance(current, dict) or not isinstance(current.get("runtimes", {}), dict):
        raise Refused(78, "The daemon.json that is there is no JSON object that Docker would read.")
    return current


def text_of(settings: Mapping[str, Any], like: bytes | None) -> str:
    """Return daemon.json as it is written: keys in the order in which they stood, indented as in *like*."""
    first = re.search(rb'^([ \t]+)"', like or b"", re.MULTILINE)
    indent = first[1].decode() if first else "    "
    return json.dumps(settings, indent=indent, ensure_ascii=False) + "\n"


def _runtimes(proposal: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    runtimes = proposal.get("runtimes", {})
    if not isinstance(runtimes, dict):
        raise Refused(65, "The proposal's runtimes are no JSON object.")
    yield from runtimes.items()


@contextlib.contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    """Hold the folder of daemon.json, so that two changes never cross."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise Refused(71, "Another change of daemon.json is going on.") from None
    finally:
        os.close(descriptor)


def _keep_copy(path: Path, old: bytes | None) -> str:
    """Write the old file beside it under the time of now and return that name; empty where there was none."""
    if old is None:
        return ""
    backup = path.with_name(f"{path.name}.{time.strftime('%Y%m%d-%H%M%S')}.bak")
    _put(backup, old)
    return str(backup)


def _put(path: Path, data: bytes, *, check: Callable[[Path], None] = lambda _: None) -> None:
    """Write the file whole or not at all: beside it, checked, on the disk, then renamed."""
    new = path.with_name(f".{path.name}.thorhud-{os.getpid()}")
    mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o644
    try:
        with new.open("wb") as file:
            os.fchmod(file.fileno(), mode)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        check(new)
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


def _put_back(path: Path, old: bytes | None) -> None:
    if old is None:
        path.unlink()
    else:
        _put(path, old)


def _validated(places: Places, path: Path) -> None:
    """Let dockerd read the new file, where its version can, and look for the runtime that the file names.

    dockerd starts even where the runtime's program is missing, and then no container does.
    """
    settings = document(path.read_bytes())
    runtime = settings.get("runtimes", {}).get(settings.get("default-runtime"), {})
    program = runtime.get("path", "") if isinstance(runtime, dict) else ""
    if program and shutil.which(program) is None:
        raise Refused(69, f"{program} is not installed, so no container would start; nothing was changed.")
    if shutil.which(places.dockerd) is None:
        return
    tried = _started((places.dockerd, "--validate", "--config-file", str(path)))
    if tried.returncode != 0 and "unknown flag: --validate" not in tried.stderr + tried.stdout:
        raise Refused(65, f"Docker refuses the new daemon.json; nothing was changed: {_last_line(tried)}")


# Docker's service


def _restart(places: Places, commands: tuple[tuple[str, ...], ...]) -> str:
    """Restart Docker; return why it does not answer, or an empty text."""
    trouble = ""
    for command in commands:
        tried = _started(command)
        trouble = (_of_the_journal() or _last_line(tried)) if tried.returncode != 0 else ""
    deadline = time.monotonic() + places.docker_within_s
    while not trouble and not ask_docker(places.docker_socket, "/_ping"):
        if time.monotonic() >= deadline:
            trouble = f"it is silent for {places.docker_within_s:.0f} s"
        time.sleep(0.2)
    return trouble


def _restart_commands() -> tuple[tuple[str, ...], ...]:
    if Path("/run/systemd/system").is_dir():
        # after three quick starts systemd refuses a fourth: the one that brings the old file back must not be it
        return (("systemctl", "reset-failed", "docker.service"), ("systemctl", "restart", "docker.service"))
    if Path("/etc/init.d/docker").exists():
        return (("/etc/init.d/docker", "restart"),)
    raise Refused(69, "This machine has no service that would restart Docker.")


def _of_the_journal() -> str:
    """Return why dockerd did not start, in its own words, where the journal has them."""
    if not Path("/run/systemd/system").is_dir():
        return ""
    told = _started(("journalctl", "--unit=docker.service", "--lines=50", "--output=cat", "--no-pager"))
    reasons = [line for line in told.stdout.splitlines() if _DOCKERD_GAVE_UP in line]
    return reasons[-1].strip()[:300] if reasons else ""


def _another_runtime(places: Places, runtime: str) -> str:
    return "" if _runs_with(places, runtime) else "it runs with another default runtime"


def _runs_with(places: Places, runtime: str) -> bool:
    """Whether Docker says that it runs containers with that runtime by default; any will do where none is asked for."""
    answer = ask_docker(places.docker_socket, "/info")
    if not runtime:
        return bool(answer)
    try:
        return bool(json.loads(answer)["DefaultRuntime"] == runtime)
    except (ValueError, KeyError, TypeError):
        return False


def ask_docker(address: str, path: str) -> bytes:
    """Ask the Docker Engine behind a local socket; empty where it does not answer."""
    connection = http.client.HTTPConnection("localhost", timeout=5.0)
    door = socket.socket(socket.AF_UNIX)
    door.settimeout(5.0)
    connection.sock = door
    try:
        door.connect(address)
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.read() if answer.status == 200 else b""
    except (OSError, http.client.HTTPException):
        return b""
    finally:
        connection.close()


# programs and figures


def _run(command: tuple[str, ...]) -> str:
    """Run a program to its end and return what it printed."""
    if shutil.which(command[0]) is None:
        raise Refused(69, f"{command[0]} is not installed on this machine.")
    tried = _started(command)
    if tried.returncode != 0:
        raise Refused(71, f"{' '.join(command)} failed: {_last_line(tried)}")
    return tried.stdout


def _started(command: tuple[str, ...]) -> "subprocess.CompletedProcess[str]":
    try:
        return subprocess.run(
            command,
            stdin=subprocess.DEVNULL,  # nvpmodel asks whether to reboot: nobody says yes
            capture_output=True,
            text=True,
            errors="replace",
            timeout=COMMAND_LIMIT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, 124, "", f"it did not end within {COMMAND_LIMIT_S:.0f} s")


def _last_line(tried: "subprocess.CompletedProcess[str]") -> str:
    lines = (tried.stderr.strip() or tried.stdout.strip()).splitlines()
    return lines[-1][:300] if lines else f"exit code {tried.returncode}"


def _power_mode(nvpmodel: str) -> str:
    """Return "MAXN (0)" from what ``nvpmodel -q`` prints in two lines; empty where it prints something else."""
    lines = _run((nvpmodel, "-q")).split()
    return f"{lines[-2]} ({lines[-1]})" if len(lines) >= 2 else ""


def _free_bytes(places: Places) -> int | None:
    lines = places.meminfo.read_text(encoding="ascii").splitlines()
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("MemFree:")), None)


VERBS: Mapping[str, Callable[[Places], Outcome]] = {
    "drop-caches": drop_caches,
    "restart-docker": restart_docker,
    "reboot": reboot,
    "apply-daemon-json": apply_daemon_json,
    "max-power": max_power,
}


def main(arguments: list[str], places: Places | None = None) -> int:
    """Carry out the one verb that *arguments* name."""
    os.umask(0o022)
    os.environ["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin"
    verb = arguments[0] if len(arguments) == 1 else ""
    try:
        code, outcome = 0, _carry_out(verb, places or Places())
    except Refused as refused:
        code, outcome = refused.code, Outcome(str(refused))
    except OSError as error:
        code, outcome = 71, Outcome(f"The system refused: {error.strerror or error} ({error.filename or verb}).")
    _report(verb, code, outcome)
    return code


def _carry_out(verb: str, places: Places) -> Outcome:
    if verb not in VERBS:
        raise Refused(64, f"Give one verb of: {', '.join(VERBS)}.")
    if os.geteuid() != 0:
        raise Refused(77, "Only root may do this.")
    return VERBS[verb](places)


def _report(verb: str, code: int, outcome: Outcome) -> None:
    """Print what came of it, and leave it where those may read it who asked."""
    told = {"verb": verb, "code": code, "sentence": outcome.sentence, "details": outcome.details}
    text = json.dumps({**told, "at_s": time.clock_gettime(time.CLOCK_BOOTTIME)})
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
    folder = os.environ.get("RUNTIME_DIRECTORY", "").partition(":")[0]
    if folder and verb in VERBS:
        _put(Path(folder) / f"{verb}.json", text.encode())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
