"""Dropping the page cache, or saying what to type."""

from pathlib import Path

from thorhud.serving.page_cache import drop_caches

MEMINFO = "MemTotal:       128849018 kB\nMemFree:         1000 kB\nMemAvailable:    90000 kB\n"


def test_it_asks_the_kernel_for_everything_it_may_drop(tmp_path: Path) -> None:
    switch, meminfo = tmp_path / "drop_caches", tmp_path / "meminfo"
    meminfo.write_text(MEMINFO)

    reclaim = drop_caches(switch, meminfo=meminfo)

    assert switch.read_text() == "3\n"
    assert (reclaim.done, reclaim.reason, reclaim.before_bytes) == (True, None, 1_024_000)


def test_an_account_that_may_not_is_told_the_command(tmp_path: Path) -> None:
    reclaim = drop_caches(tmp_path / "nosuch" / "drop_caches", meminfo=tmp_path / "nosuch")

    assert not reclaim.done
    assert "sudo sysctl -w vm.drop_caches=3" in (reclaim.reason or "")
    assert (reclaim.before_bytes, reclaim.after_bytes) == (None, None)
