import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

BOARD = Path("/etc/nv_tegra_release")


@pytest.mark.skipif(BOARD.exists(), reason="a Jetson has what this test wants to miss")
@pytest.mark.parametrize(
    ("promised", "code", "words"),
    [("", 0, "1 skipped"), ("docker,hardware", 1, "THORHUD_REQUIRE promises hardware, but this is no Jetson")],
)
def test_a_part_that_was_promised_and_is_missing_fails_instead_of_skipping(
    promised: str, code: int, words: str, tmp_path: Path
) -> None:
    (tmp_path / "test_one.py").write_text("import pytest\n@pytest.mark.hardware\ndef test_one(): pass\n")
    command = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider", "--rootdir", str(ROOT)]
    ended = subprocess.run(
        [*command, "-c", str(ROOT / "pyproject.toml"), str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "THORHUD_REQUIRE": promised},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == code, ended.stdout
    assert words in ended.stdout
