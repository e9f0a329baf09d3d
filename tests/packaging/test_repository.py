import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# In two halves, so that this file does not hold what it forbids.
FORBIDDEN = {
    "an address of a package index": (r"pypi\.", r"org|pythonho", r"sted|deb\.deb", r"ian|registry\.np", "mjs"),
    "a folder of one machine": (r"/opt/wh", r"eels|/opt/py", r"pi|/root/\.py", r"env|(?<![\w.:])/wo", r"rk/"),
    "a way out of the repository": (r"\.\./sha", r"red"),
}


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_names(what: str) -> None:
    pattern = re.compile("".join(FORBIDDEN[what]).encode())

    assert [str(path.relative_to(ROOT)) for path in tracked_files() if pattern.search(path.read_bytes())] == []


def test_no_link_leads_outside() -> None:
    links = [path for path in tracked_files() if path.is_symlink()]

    assert [str(link) for link in links if not link.resolve().is_relative_to(ROOT)] == []
