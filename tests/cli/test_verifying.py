"""Reading many large files: what comes of each, and an end that does not take an hour."""

import hashlib
import time
from concurrent.futures import wait
from pathlib import Path
from typing import Any

import pytest

from thorhud.cli import verifying
from thorhud.cli.verifying import verify
from thorhud.serving.verify_files import Claim


def claim(path: Path, content: bytes, *, expected: str | None = None) -> Claim:
    path.write_bytes(content)
    digest = expected or hashlib.sha256(content).hexdigest()
    return Claim(model="a/b", name=path.name, path=path, size_bytes=len(content), expected=digest)


def test_each_file_is_answered_in_the_order_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    claims = (
        claim(tmp_path / "small", b"1"),
        claim(tmp_path / "wrong", b"2" * 1000, expected="0" * 64),
        claim(tmp_path / "large", b"3" * 10_000_000),
    )

    found = verify(claims, quiet=False)

    assert [(each.name, each.fault) for each in found] == [
        ("small", None),
        ("wrong", "its content is not what its hash says"),
        ("large", None),
    ]
    assert "0.01 of 0.01 GB read, 100 %" in capsys.readouterr().err


def test_a_file_that_goes_meanwhile_is_a_fault_and_no_traceback(tmp_path: Path) -> None:
    gone = claim(tmp_path / "gone", b"1")
    gone.path.unlink()

    assert [each.fault for each in verify((gone,), quiet=True)] == [
        "cannot be read to its end (No such file or directory)"
    ]


def test_an_interrupt_does_not_wait_for_the_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    endless = Claim(model="a/b", name="x", path=tmp_path / "x", size_bytes=10**12, expected="0" * 64)
    with endless.path.open("wb") as file:
        file.truncate(endless.size_bytes)

    def interrupted(running: Any, **more: Any) -> Any:
        wait(running, timeout=0.05)
        raise KeyboardInterrupt

    monkeypatch.setattr(verifying, "wait", interrupted)
    began = time.monotonic()

    with pytest.raises(KeyboardInterrupt):
        verify((endless,) * 8, quiet=True)

    assert time.monotonic() - began < 30, "a whole terabyte of zeros takes many minutes"


def test_nothing_to_read_is_done_at_once() -> None:
    assert verify((), quiet=True) == ()
