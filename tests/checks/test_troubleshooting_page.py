"""docs/troubleshooting.md: made from the tables that drive the program, fresh, and complete."""

import subprocess
import sys
from pathlib import Path

import pytest

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
def test_every_cause_has_its_words(kind: str) -> None:
    text = PAGE.read_text(encoding="utf-8").partition("\n## What the screen says")[2].partition("\n## ")[0]

    assert text.count(f"\n`{kind}`. ") == 1


def test_every_check_and_every_repair_has_its_row() -> None:
    text = PAGE.read_text(encoding="utf-8")

    assert [check.id for check in CHECKS if f"| `{check.id}` | {check.title} |" not in text] == []
    assert [name for name in REPAIRS if f"| `{name}`: " not in text] == []
