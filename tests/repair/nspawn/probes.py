"""What the booted machine does with itself: installs the root helper, then asks as several people. Python's own library.

Each probe leaves what it saw under its name in ``answers.json``; the tests judge it.
"""

import json
import os
import pwd
import subprocess
import sys
from pathlib import Path
from typing import Any

CLIENT = """
import asyncio, json, sys
sys.path.insert(0, "/repo")
from thorhud.repair.root import RootVerb, root_of_this_machine
root = root_of_this_machine()
proposal = json.loads(sys.argv[2]) if len(sys.argv) > 2 else None
told = asyncio.run(root.ask(RootVerb(sys.argv[1]), proposal=proposal))
print(json.dumps({"way": type(root).__name__, "done": told.done, "sentence": told.sentence, "code": told.code,
                  "command": told.command, "details": dict(told.details)}))
"""
PROPOSAL = json.dumps(
    {"default-runtime": "nvidia", "runtimes": {"nvidia": {"args": [], "path": "nvidia-container-runtime"}}}
)
DAEMON_JSON = Path("/etc/docker/daemon.json")
LIMIT_S = 60


def run(*command: str, account: str = "", no_new_privileges: bool = False) -> dict[str, Any]:
    """Run a command as *account* without a terminal and return how it ended."""
    become: list[str] = []
    if account:
        become = ["setpriv", f"--reuid={account}", f"--regid={account}", "--init-groups"]
        become += ["--no-new-privs"] if no_new_privileges else []
    ended = subprocess.run(
        [*become, *command],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/tmp"},
    )
    return {"code": ended.returncode, "output": ended.stdout, "error": ended.stderr}


def ask(account: str, *words: str, no_new_privileges: bool = False) -> dict[str, Any]:
    """Let *account* ask for a verb with the program's own client."""
    ended = run("python3", "-I", "-c", CLIENT, *words, account=account, no_new_privileges=no_new_privileges)
    try:
        told: dict[str, Any] = json.loads(ended["output"])
    except ValueError:
        return ended
    return told


def systemctl(account: str, *words: str) -> dict[str, Any]:
    """Let *account* ask systemd for something else."""
    return run("systemctl", "--no-ask-password", *words, account=account)


def prepare() -> None:
    """Make the people, a stand-in for Docker, and a reboot that only leaves a mark."""
    run("groupadd", "--system", "thorhud")
    run("useradd", "--create-home", "--shell", "/bin/sh", "--groups", "thorhud", "mina")
    run("useradd", "--create-home", "--shell", "/bin/sh", "otto")
    DAEMON_JSON.parent.mkdir(parents=True, exist_ok=True)
    runtime = Path("/usr/bin/nvidia-container-runtime")
    runtime.write_text("#!/bin/sh\n")
    runtime.chmod(0o755)
    Path("/etc/systemd/system/docker.service").write_text(
        "[Service]\nType=notify\nNotifyAccess=all\nExecStart=/usr/bin/python3 -I /probe/stand_in_docker.py\n"
        "[Unit]\nStartLimitBurst=3\nStartLimitIntervalSec=60\n"
    )


def install() -> dict[str, Any]:
    """Install the root helper as the README says, and keep the machine from rebooting."""
    installed = run("/repo/packaging/install-root-helper")
    override = Path("/etc/systemd/system/thorhud-reboot.service.d/mark.conf")
    override.parent.mkdir(parents=True)
    override.write_text("[Service]\nExecStart=\nExecStart=/bin/sh -c 'id -u > /run/thorhud-root/rebooted'\n")
    run("systemctl", "daemon-reload")
    return installed


def proposals() -> dict[str, Any]:
    """Hand over proposals, good and bad ones, as a member and as an outsider."""
    seen: dict[str, Any] = {}
    DAEMON_JSON.write_text('{\n  "data-root": "/ssd/docker",\n  "features": {"cdi": true}\n}\n')
    run("systemctl", "start", "docker.service")
    seen["outsider"] = ask("otto", "apply-daemon-json", PROPOSAL)
    shadow = "import os; os.symlink('/etc/shadow', '/var/lib/thorhud-root/daemon.json')"
    run("python3", "-c", shadow, account="mina")
    seen["link"] = ask("mina", "apply-daemon-json")
    run("rm", "/var/lib/thorhud-root/daemon.json", account="mina")
    seen["hosts"] = ask("mina", "apply-daemon-json", '{"hosts": ["tcp://0.0.0.0:2375"]}')
    seen["unchanged"] = DAEMON_JSON.read_text()
    seen["good"] = ask("mina", "apply-daemon-json", PROPOSAL)
    seen["changed"] = DAEMON_JSON.read_text()
    return seen


def rolled_back() -> dict[str, Any]:
    """Hand over a good proposal to a Docker that does not come up with it."""
    old = '{"data-root": "/ssd/docker"}'
    DAEMON_JSON.write_text(old)
    Path("/run/refuse-nvidia").touch()
    run("systemctl", "restart", "docker.service")
    told = ask("mina", "apply-daemon-json", PROPOSAL)
    Path("/run/refuse-nvidia").unlink()
    active = run("systemctl", "is-active", "docker.service")["output"].strip()
    return {"told": told, "same": DAEMON_JSON.read_text() == old, "docker": active}


def over_ssh() -> dict[str, Any]:
    """Let the member ask through a real sshd, with a key and without a terminal."""
    home = Path(pwd.getpwnam("mina").pw_dir)
    (home / ".ssh").mkdir(mode=0o700)
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "/root/key")
    (home / ".ssh/authorized_keys").write_text(Path("/root/key.pub").read_text())
    run("chown", "-R", "mina:mina", str(home / ".ssh"))
    run("systemctl", "start", "ssh.service")
    options = ("-i", "/root/key", "-o", "StrictHostKeyChecking=no", "-o", "BatchMode=yes")
    return run(
        "ssh", *options, "mina@127.0.0.1", "systemctl --no-ask-password start thorhud-drop-caches.service && echo done"
    )


def docker_pid() -> str:
    """Return the process id of the stand-in for Docker."""
    return str(run("systemctl", "show", "--value", "--property=MainPID", "docker.service")["output"]).strip()


def main(out: Path) -> None:
    """Run every probe."""
    prepare()
    seen: dict[str, Any] = {"not installed": ask("mina", "drop-caches"), "install": install()}
    seen["member"] = ask("mina", "drop-caches")
    seen["outsider"] = ask("otto", "drop-caches")
    seen["no new privileges"] = ask("mina", "drop-caches", no_new_privileges=True)
    seen["outsider without new privileges"] = ask("otto", "drop-caches", no_new_privileges=True)
    seen["reboot"] = ask("mina", "reboot")
    seen["rebooted as"] = run("cat", "/run/thorhud-root/rebooted")["output"].strip()
    seen["power"] = ask("mina", "max-power")
    run("systemctl", "start", "docker.service")
    seen["docker before"] = docker_pid()
    seen["restart docker"] = ask("mina", "restart-docker")
    seen["docker after"] = docker_pid()
    seen["denied"] = {
        "another unit": systemctl("mina", "start", "ssh.service"),
        "restart of docker itself": systemctl("mina", "restart", "docker.service"),
        "stop of our unit": systemctl("mina", "stop", "thorhud-drop-caches.service"),
        "restart of our unit": systemctl("mina", "restart", "thorhud-drop-caches.service"),
        "a longer name": systemctl("mina", "start", "thorhud-drop-caches.service.d.service"),
        "the real reboot": systemctl("otto", "reboot"),
    }
    seen["proposals"] = proposals()
    seen["rolled back"] = rolled_back()
    seen["ssh"] = over_ssh()
    seen["journal"] = run("journalctl", "--no-pager", "-u", "thorhud-drop-caches.service")["output"][-4000:]
    seen["removed"] = run("/repo/packaging/install-root-helper", "--remove")
    seen["after removal"] = ask("mina", "drop-caches")
    (out / "answers.json").write_text(json.dumps(seen))


if __name__ == "__main__":
    os.umask(0o022)
    main(Path(sys.argv[1]))
