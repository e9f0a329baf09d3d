"""The files behind the take-home card: a small page for a phone, its picture, and the report to take along."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from thorhud.domain.comparison import Comparison
from thorhud.domain.run_record import RunRecord
from thorhud.domain.workshop import Workshop
from thorhud.report.phone_page import phone_page, phone_style
from thorhud.report.write import CARD, FIGURES, PAGE, RUNS, make_report

PAGE_NAME = "card"
"""What is shown where nothing more is asked for."""

_KINDS = {
    PAGE: "text/html; charset=utf-8",
    CARD: "image/png",
    RUNS: "text/csv; charset=utf-8",
    FIGURES: "application/json",
}
_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_REPORT_POLICY = f"{_POLICY}; style-src 'unsafe-inline'; font-src data:; sandbox"


@dataclass(frozen=True, slots=True)
class CardFile:
    """One file with what its reader must know about it."""

    content: bytes
    kind: str
    policy: str = _POLICY
    saved_as: str | None = None
    """The name under which it is downloaded; None where it is shown."""

    def fields(self) -> dict[str, str]:
        """Return its header fields."""
        told = {"Content-Type": self.kind, "Content-Security-Policy": self.policy}
        return (
            told if self.saved_as is None else told | {"Content-Disposition": f'attachment; filename="{self.saved_as}"'}
        )


def card_files(comparison: Comparison, runs: Sequence[RunRecord], workshop: Workshop) -> dict[str, CardFile]:
    """Make every file by its name."""
    report = make_report(comparison, runs, workshop)
    files = {
        name: CardFile(report[name], kind, _REPORT_POLICY if name == PAGE else _POLICY, None if name == CARD else name)
        for name, kind in _KINDS.items()
        if name in report
    }
    style = phone_style(workshop)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    page = phone_page(comparison, runs, workshop, style=style, files=tuple(files))
    policy = f"{_POLICY}; img-src 'self'; style-src 'sha256-{digest}'"
    return files | {PAGE_NAME: CardFile(page.encode(), "text/html; charset=utf-8", policy)}
