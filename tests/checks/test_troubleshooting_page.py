"""docs/troubleshooting.md: made from the tables that drive the program, fresh, and complete."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.domain.failure_samples import KIND_OF_CAPTURE, LINES
from thorhud.domain.check_table import CHECKS
from thorhud.domain.failure_causes import KINDS
from thorhud.domain.repairs import REPAIRS

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "packaging" / "troubleshooting.py"
PAGE = ROOT / "docs" / "troubleshooting.md"


def test_the_page_is_what_the_tables_say() -> None:
    told = subprocess.run([sys.executable, str(SCRIPT), "--check"], capture_output=True, text=True, check=False)

    assert (told.returncode, told.stderr) == (0, "")


def test_a_page_that_is_not_fresh_is_noticed(tmp_path: Path) -> None:
    program = (
        f"import sys, pathlib; sys.path.insert(0, {str(SCRIPT.parent)!r}); import troubleshooting\n"
        f"troubleshooting.PAGE = pathlib.Path({str(tmp_path / 'page.md')!r})\n"
        "assert troubleshooting.main(['--check']) == 1\n"
        "assert troubleshooting.main([]) == 0\n"
        "assert troubleshooting.main(['--check']) == 0\n"
        "troubleshooting.PAGE.write_text(troubleshooting.page() + 'x')\n"
        "assert troubleshooting.main(['--check']) == 1\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, cwd=tmp_path)


@pytest.mark.parametrize("kind", KINDS)
def test_every_cause_has_its_row_with_evidence_repair_proof_and_test(kind: str) -> None:
    text = PAGE.read_text(encoding="utf-8").partition("\n## How each cause")[2].partition("\n## ")[0]
    rows = re.findall(rf"^\| `{kind}` \|(.+)\|$", text, re.MULTILINE)

    assert len(rows) == 1
    cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", rows[0])]
    assert len(cells) == 4
    assert all(cells)


def test_at_least_thirty_causes_are_recognised_from_recorded_or_quoted_text() -> None:
    assert len({kind for kind, _ in LINES} | set(KIND_OF_CAPTURE.values())) >= 30


def test_every_check_and_every_repair_has_its_row() -> None:
    text = PAGE.read_text(encoding="utf-8")

    assert [check.id for check in CHECKS if f"| `{check.id}` | {check.title} |" not in text] == []
    assert [name for name in REPAIRS if f"| `{name}`: " not in text] == []
