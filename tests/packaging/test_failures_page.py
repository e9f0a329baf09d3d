"""docs/failures.md: made from the tables of the program and of its tests, fresh, complete and true."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.domain.failure_samples import DOCKER_SAYS, LINES, SEEN_ELSEWHERE, Seen, recordings_of, seen
from thorhud.domain.failure_causes import KINDS
from thorhud.domain.failure_patterns import RULES

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "packaging" / "failures.py"
PAGE = ROOT / "docs" / "failures.md"


def test_the_page_is_what_the_tables_say() -> None:
    told = subprocess.run([sys.executable, str(SCRIPT), "--check"], capture_output=True, text=True, check=False)

    assert (told.returncode, told.stderr) == (0, "")


def test_a_page_that_is_not_fresh_is_noticed(tmp_path: Path) -> None:
    program = (
        f"import sys, pathlib; sys.path.insert(0, {str(SCRIPT.parent)!r}); import failures\n"
        f"failures.PAGE = pathlib.Path({str(tmp_path / 'page.md')!r})\n"
        "assert failures.main(['--check']) == 1\n"
        "assert failures.main([]) == 0\n"
        "assert failures.main(['--check']) == 0\n"
        "failures.PAGE.write_text(failures.page() + 'x')\n"
        "assert failures.main(['--check']) == 1\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, cwd=tmp_path)


@pytest.mark.parametrize("kind", KINDS)
def test_every_cause_has_its_row_with_provenance_fix_proof_and_test(kind: str) -> None:
    rows = re.findall(rf"^\| `{kind}` \|(.+)\|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)

    assert len(rows) == 1
    cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", rows[0])]
    assert len(cells) == 5
    assert all(cells)


def test_at_least_thirty_causes_are_recognised_from_text_that_something_printed() -> None:
    assert len([kind for kind in KINDS if seen(kind)[0] is not Seen.MEASURED]) >= 30


def test_at_least_twenty_five_of_them_were_captured() -> None:
    assert len([kind for kind in KINDS if seen(kind)[0] is Seen.CAPTURED]) >= 25


@pytest.mark.parametrize("kind", SEEN_ELSEWHERE)
def test_no_cause_is_called_quoted_or_measured_of_which_there_is_a_recording(kind: str) -> None:
    assert recordings_of(kind) == []
    assert kind in KINDS


@pytest.mark.parametrize("kind", [kind for kind, (mark, _) in SEEN_ELSEWHERE.items() if mark is not Seen.MEASURED])
def test_what_is_quoted_or_read_in_a_source_has_a_rule_and_a_wording(kind: str) -> None:
    assert kind in {rule.kind for rule in RULES}
    assert kind in {found for found, _ in LINES}


def test_docker_s_own_words_are_of_more_than_six_causes() -> None:
    assert len({kind for kind, _ in DOCKER_SAYS}) > 6
