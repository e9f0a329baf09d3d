"""`python enter.py FOLDER COMMAND...`: become COMMAND in a namespace where FOLDER's faked Thor is the machine.

Plain Python without the rest of the tests: it also runs where only the standard library is.
"""

import ctypes
import os
import sys
from pathlib import Path

CLONE_NEWNS, CLONE_NEWUSER = 0x20000, 0x10000000
MS_BIND, MS_REC, MS_PRIVATE = 4096, 16384, 1 << 18
SEARCHED = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

libc = ctypes.CDLL(None, use_errno=True)


def mount(source: str | Path | None, target: str | Path, kind: str | None, flags: int, options: str = "") -> None:
    """Mount, or raise the kernel's own error."""

    def as_bytes(text: str | Path | None) -> bytes | None:
        return None if text is None else str(text).encode()

    result = libc.mount(
        as_bytes(source), as_bytes(target), as_bytes(kind), ctypes.c_ulong(flags), as_bytes(options or None)
    )
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{os.strerror(number)}: {source} on {target}")


def leave_the_machine() -> bool:
    """Have mounts of our own; without root also a user namespace. Return whether there is one."""
    user, group = os.getuid(), os.getgid()
    if libc.unshare(CLONE_NEWNS | (CLONE_NEWUSER if user else 0)) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{os.strerror(number)}: unshare")
    if user:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"0 {user} 1")
        Path("/proc/self/gid_map").write_text(f"0 {group} 1")
    mount(None, "/", None, MS_REC | MS_PRIVATE)
    return user != 0


def become_a_thor(folder: Path, *, in_user_namespace: bool) -> None:
    """Put the faked files over the machine's own."""
    root, extra = folder / "root", ",userxattr" if in_user_namespace else ""
    for target, upper in (("/etc", root / "etc"), ("/usr/bin", folder / "usr_bin")):
        work = folder / f"work{target.replace('/', '_')}"
        work.mkdir(exist_ok=True)
        mount("overlay", target, "overlay", 0, f"lowerdir={target},upperdir={upper},workdir={work}{extra}")
    mount(folder / "run", "/run", None, MS_BIND)
    real = folder / "real_proc"
    real.mkdir(exist_ok=True)
    mount("/proc", real, None, MS_BIND | MS_REC)
    mount("tmpfs", "/proc", "tmpfs", 0, "mode=755")
    ours = {path.name for path in (root / "proc").iterdir() if not path.name.startswith(".")}
    for path in real.iterdir():
        if path.name not in {*ours, "device-tree"} and not path.name.isdigit():
            Path("/proc", path.name).symlink_to(path)
    for name in ours:
        Path("/proc", name).symlink_to(root / "proc" / name)
    Path("/proc/device-tree").symlink_to(root / "sys/firmware/devicetree/base")
    mount(root / "sys", "/sys", None, MS_BIND)


def main() -> None:
    """Enter and become the command."""
    folder, command = Path(sys.argv[1]).resolve(), sys.argv[2:]
    become_a_thor(folder, in_user_namespace=leave_the_machine())
    environment = {
        **os.environ,
        "THOR_FAKE_DIR": str(folder),
        "JTOP_SERVICE": "True",
        "PATH": f"{folder}/bin:{SEARCHED}",
        "PYTHONPATH": str(Path(__file__).with_name("shim")),
        "LD_LIBRARY_PATH": str(folder / "lib"),
        "PYTHONUNBUFFERED": "1",
    }
    os.execvpe(command[0], command, environment)  # noqa: S606 - it is what this program is for


if __name__ == "__main__":
    main()
