"""Where the agent keeps what must last, and where its socket and lock lie."""

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from thorhud.domain.errors import SettingsError

_LONGEST_SOCKET_PATH = 107
"""Linux's limit for the path of a local socket, its closing zero left out."""


def state_dir(
    simulated: bool,  # noqa: FBT001 - the one thing that tells the two folders apart
    *,
    chosen: Path | None = None,
    environment: Mapping[str, str] = os.environ,
) -> Path:
    """Return the folder of runs and logs, made if need be: *chosen*, systemd's, or the account's own.

    A simulated unit keeps a folder of its own inside, so that its runs never stand among measured ones.
    """
    base = chosen
    if base is None:
        systemd = environment.get("STATE_DIRECTORY", "").partition(":")[0]
        home = environment.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
        base = Path(systemd) if systemd else Path(home) / "thorhud"
    folder = base / "simulated" if simulated else base
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        message = f"The folder for runs and logs cannot be made: {folder} ({error.strerror})."
        raise SettingsError(message, next_step="Name another folder in the setting state_dir.") from error
    return folder


def runtime_dir(*, environment: Mapping[str, str] = os.environ) -> Path:
    """Return the folder of the socket and the lock, made if need be.

    It is ``thorhud`` in the account's runtime folder, else a folder in /tmp that belongs to this account alone:
    anybody may write to /tmp, so what lies there already is believed only if nobody else could have made it.
    """
    systemd = environment.get("RUNTIME_DIRECTORY", "").partition(":")[0]
    if systemd:
        return Path(systemd)
    account = environment.get("XDG_RUNTIME_DIR", "")
    if account and Path(account).is_dir():
        return _own_folder(Path(account) / "thorhud")
    return _own_folder(Path(f"/tmp/thorhud-{os.getuid()}"))  # noqa: S108 - checked by _own_folder


def socket_path(
    simulated: bool,  # noqa: FBT001 - as state_dir
    *,
    environment: Mapping[str, str] = os.environ,
) -> Path:
    """Return where the agent of this account listens."""
    path = runtime_dir(environment=environment) / _named("agent", "sock", simulated=simulated)
    if len(os.fsencode(path)) > _LONGEST_SOCKET_PATH:
        message = f"The path of the agent's socket is longer than Linux allows ({_LONGEST_SOCKET_PATH} bytes): {path}."
        raise SettingsError(message, next_step="Set XDG_RUNTIME_DIR to a folder with a shorter path.")
    return path


def lock_path(
    simulated: bool,  # noqa: FBT001 - as state_dir
    *,
    environment: Mapping[str, str] = os.environ,
) -> Path:
    """Return the file whose lock an agent holds while it runs, so that there are never two."""
    return runtime_dir(environment=environment) / _named("agent", "lock", simulated=simulated)


def _named(stem: str, ending: str, *, simulated: bool) -> str:
    return f"{stem}-simulated.{ending}" if simulated else f"{stem}.{ending}"


def _own_folder(folder: Path) -> Path:
    """Make *folder* for this account alone; raise `SettingsError` where somebody else could write to it."""
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError as error:
        message = f"The folder of the agent's socket cannot be made: {folder} ({error.strerror})."
        raise SettingsError(message, next_step="Set XDG_RUNTIME_DIR to a folder of your own.") from error
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        message = f"{folder} is not a folder that only this account may use, so the agent's socket is not put there."
        raise SettingsError(message, next_step=f"Remove it, or: chmod 700 {folder}")
    return folder
