"""Where the PIN of the teaching assistants is kept: salted and hashed, readable for the unit's account alone.

Four digits are found by trying in a minute once the file is read, whatever hashes them; its mode is what protects it.
The hash keeps the digits from being read by a glance at it, and a PIN that is used elsewhere from leaking.
"""

import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from thorhud.domain.errors import SettingsError
from thorhud.domain.pin import DIGITS, is_pin

NAME = "ta-pin.json"
_SCRYPT = {"n": 2**14, "r": 8, "p": 1}
"""16 MiB and about 50 ms for each try."""
_MOST_MEMORY = 64 * 1024**2


@dataclass(frozen=True, slots=True)
class PinFile:
    """The file that holds the hash; that there is one means that a PIN is set."""

    path: Path

    @property
    def exists(self) -> bool:
        """Whether a PIN is set; raise `SettingsError` where this account may not look."""
        try:
            self.path.lstat()
        except FileNotFoundError:
            return False
        except OSError as error:
            raise _trouble(self.path, "cannot be looked at", error) from error
        return True

    def keep(self, pin: str) -> None:
        """Keep *pin*, whole or not at all."""
        if not is_pin(pin):
            raise SettingsError(f"A PIN has {DIGITS[0]} to {DIGITS[1]} digits and nothing else.")
        salt = secrets.token_bytes(16)
        text = json.dumps({"v": 1, "scrypt": _SCRYPT, "salt": salt.hex(), "hash": _hashed(pin, salt, _SCRYPT).hex()})
        new = self.path.with_name(f".{self.path.name}.{secrets.token_hex(4)}")
        try:
            self._write(new, text)
            new.replace(self.path)
        except OSError as error:
            new.unlink(missing_ok=True)
            raise _trouble(self.path, "cannot be written", error) from error

    def forget(self) -> bool:
        """Take the PIN away; return whether there was one."""
        try:
            self.path.unlink()
        except FileNotFoundError:
            return False
        except OSError as error:
            raise _trouble(self.path, "cannot be removed", error) from error
        return True

    def is_right(self, pin: str) -> bool:
        """Whether *pin* is the one that is kept, in the same time for every wrong one; blocks for some 50 ms.

        Raises `SettingsError` where the file cannot be read or is damaged: that lets nobody in.
        """
        try:
            kept = json.loads(self.path.read_text(encoding="ascii"))
            salt, expected = bytes.fromhex(kept["salt"]), bytes.fromhex(kept["hash"])
            found = _hashed(pin, salt, kept["scrypt"])
        except OSError as error:
            raise _trouble(self.path, "cannot be read", error) from error
        except (ValueError, KeyError, TypeError) as error:
            raise SettingsError(
                f"The file of the PIN is damaged: {self.path}.", next_step="Set the PIN again: thorhud config pin"
            ) from error
        return hmac.compare_digest(found, expected)

    @staticmethod
    def _write(new: Path, text: str) -> None:
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())


def _hashed(pin: str, salt: bytes, cost: dict[str, int]) -> bytes:
    n, r, p = cost["n"], cost["r"], cost["p"]
    return hashlib.scrypt(pin.encode(), salt=salt, n=n, r=r, p=p, maxmem=_MOST_MEMORY, dklen=32)


def _trouble(path: Path, what: str, error: OSError) -> SettingsError:
    return SettingsError(
        f"The file of the PIN {what}: {path} ({error.strerror}).",
        next_step="Use the account that runs the agent of this unit.",
    )
