"""What is called a format string of vLLM really stands in the file that is named, in the vLLM of the rig."""

import os
import re
from pathlib import Path

import pytest

from tests.domain.failure_samples import SEEN_ELSEWHERE
from tests.rig.rig import cache_folder
from thorhud.domain.failure_patterns import RULES

pytestmark = pytest.mark.vllm

NAMED = {
    kind: found[0]
    for kind, (_, where) in SEEN_ELSEWHERE.items()
    if (found := re.findall(r"vLLM 0\.32\.0, (\S+\.py)", where))
}


def site_packages() -> Path:
    """Return where the rig's vLLM is installed."""
    chosen = os.environ.get("THORHUD_RIG_VLLM")
    environment = Path(chosen) if chosen else cache_folder() / "vllm"
    found = next((environment / "lib").glob("python3*/site-packages"), None)
    if found is None:
        pytest.skip(f"no vLLM in {environment}: the other tests on it make one")
    return found


def joined(source: str) -> str:
    """Return Python's text with strings that are broken over several lines put together."""
    return re.sub(r'["\']\s*\n\s*f?["\']', "", source)


@pytest.mark.parametrize("kind", NAMED)
def test_a_format_string_stands_in_the_file_that_is_named(kind: str) -> None:
    source = joined((site_packages() / NAMED[kind]).read_text(encoding="utf-8"))
    assert any(rule.needle in source for rule in RULES if rule.kind == kind)
