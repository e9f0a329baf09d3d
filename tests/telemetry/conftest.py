"""Tests on the real jetson-stats service say so with the marker `jtop`."""

import ctypes
import importlib.util
import os
import shutil

import pytest


def jtop_obstacle() -> str | None:
    """Return why the service cannot run on a faked Thor here."""
    if shutil.which("cc") is None:
        return "not installed: a C compiler"
    if importlib.util.find_spec("jtop") is None:
        return "not installed: jetson-stats"
    return None if os.geteuid() == 0 or _may_have_namespaces() else "neither root nor user namespaces"


def _may_have_namespaces() -> bool:
    child = os.fork()
    if child == 0:
        os._exit(0 if ctypes.CDLL(None).unshare(0x10020000) == 0 else 1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what this machine cannot run, or fail where it was promised."""
    if item.get_closest_marker("jtop") is None or (obstacle := jtop_obstacle()) is None:
        return
    if "jtop" in os.environ.get("THORHUD_REQUIRE", "").split(","):
        pytest.fail(f"THORHUD_REQUIRE promises jtop, but {obstacle}", pytrace=False)
    pytest.skip(obstacle)
