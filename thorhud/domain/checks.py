"""What one check of a unit found, and what it expected."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from thorhud.domain.repairs import RepairId


class CheckStatus(StrEnum):
    """How a check went; unknown is no failure, and it never counts as a pass either."""

    PASS = "pass"  # noqa: S105 - a status
    WARN = "warn"
    """Work goes on, slower or at risk."""
    FAIL = "fail"
    """Something of the workshop will not work until it is put right."""
    UNKNOWN = "unknown"
    """It could not be looked at, or it does not apply to this machine."""


COMMAND: Final = "command"
"""Stands for a repair where the HUD does nothing for anybody: the command is shown, and a person types it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One row of the table of checks."""

    id: str
    """Stable, for example "default-runtime"."""
    title: str
    why: str
    """What goes wrong in the workshop where this is not right, one sentence."""
    jetson_only: bool = False
    """Means something on a Jetson only; elsewhere its result is unknown."""
    deep: bool = False
    """Takes long or starts a container, and is made only where somebody asks for it."""
    limit_s: float = 8.0
    """After this long it is given up, and the result is unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """What one check found on one unit; a check of several things has one result for each."""

    check: str
    """The check's id."""
    status: CheckStatus
    expected: str
    found: str
    fix: str = ""
    """What to do, one sentence; empty where there is nothing to do."""
    repair: str | None = None
    """The id of the repair that does it (`RepairId`); "command" where a person has to type ``command``."""
    command: str | None = None
    """What a person may type instead."""
    subject: str = ""
    """Which of several: the id of a configuration, the name of an image or a file."""
    title: str = ""

    @property
    def key(self) -> str:
        """The check and its subject: one column of the table over many units."""
        return f"{self.check}:{self.subject}" if self.subject else self.check


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A judgement before it is known of which check it is the result."""

    status: CheckStatus
    expected: str
    found: str
    fix: str = ""
    repair: RepairId | None = None
    command: str | None = None
    subject: str = ""

    def of(self, check: Check) -> CheckResult:
        """Return it as the result of *check*."""
        return CheckResult(
            check=check.id,
            title=check.title,
            status=self.status,
            expected=self.expected,
            found=self.found,
            fix=self.fix,
            repair=self._repair(),
            command=self.command,
            subject=self.subject,
        )

    def _repair(self) -> str | None:
        if self.repair is not None:
            return self.repair.value
        return None if self.command is None else COMMAND


def passed(found: str, *, expected: str, subject: str = "") -> Finding:
    """Return that all is well."""
    return Finding(status=CheckStatus.PASS, expected=expected, found=found, subject=subject)


def unknown(reason: str, *, expected: str = "", subject: str = "") -> Finding:
    """Return that it could not be looked at, and why."""
    return Finding(status=CheckStatus.UNKNOWN, expected=expected, found=reason, subject=subject)


def warned(
    found: str,
    *,
    expected: str,
    fix: str,
    repair: RepairId | None = None,
    command: str | None = None,
    subject: str = "",
) -> Finding:
    """Return something that costs time or may go wrong."""
    return Finding(
        status=CheckStatus.WARN,
        expected=expected,
        found=found,
        fix=fix,
        repair=repair,
        command=command,
        subject=subject,
    )


def failed(
    found: str,
    *,
    expected: str,
    fix: str,
    repair: RepairId | None = None,
    command: str | None = None,
    subject: str = "",
) -> Finding:
    """Return something that stops the workshop."""
    return Finding(
        status=CheckStatus.FAIL,
        expected=expected,
        found=found,
        fix=fix,
        repair=repair,
        command=command,
        subject=subject,
    )


def count(results: Iterable[CheckResult]) -> dict[CheckStatus, int]:
    """Return how many results there are of each status, the ones that there are none of too."""
    counts = dict.fromkeys(CheckStatus, 0)
    for result in results:
        counts[result.status] += 1
    return counts
