"""The oneshot units and the polkit rule under a real systemd, asked by a member, an outsider and without privileges."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.repair.nspawn.machine import boot_and_probe

pytestmark = pytest.mark.systemd


@pytest.fixture(scope="module")
def seen() -> Iterator[dict[str, Any]]:
    """Boot once and return what it saw."""
    folder = Path(tempfile.mkdtemp(prefix="thorhud-nspawn-run-", dir="/var/tmp"))
    folder.chmod(0o755)
    try:
        yield boot_and_probe(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def test_a_member_drops_the_caches_and_learns_what_it_brought(seen: dict[str, Any]) -> None:
    told = seen["member"]

    assert (told["way"], told["done"], told["code"]) == ("UnitRoot", True, 0)
    assert told["details"]["free_after_bytes"] > 0


def test_a_member_may_without_new_privileges_and_without_a_login_session(seen: dict[str, Any]) -> None:
    assert seen["no new privileges"]["done"] is True


@pytest.mark.parametrize("who", ["outsider", "outsider without new privileges"])
def test_an_outsider_is_told_the_command_and_how_to_become_a_member(seen: dict[str, Any], who: str) -> None:
    told = seen[who]

    assert told["done"] is False
    assert told["command"] == "sync && sudo sysctl -w vm.drop_caches=3"
    assert "sudo usermod -aG thorhud otto" in told["sentence"]


def test_before_the_helper_is_installed_and_after_its_removal_the_sentence_says_so(seen: dict[str, Any]) -> None:
    assert "not installed" in seen["not installed"]["sentence"]
    assert (seen["install"]["code"], seen["removed"]["code"]) == (0, 0)
    assert "not installed" in seen["after removal"]["sentence"]


def test_a_member_may_start_those_units_and_nothing_else(seen: dict[str, Any]) -> None:
    codes = {what: tried["code"] for what, tried in seen["denied"].items()}

    assert set(codes.values()) == {1}, codes
    assert all("authentication required" in tried["error"] for tried in seen["denied"].values())


def test_the_reboot_runs_as_root_for_a_member(seen: dict[str, Any]) -> None:
    assert seen["reboot"]["done"] is True
    assert seen["rebooted as"] == "0"


def test_docker_is_another_process_after_its_restart(seen: dict[str, Any]) -> None:
    assert seen["restart docker"]["done"] is True
    assert seen["docker before"] not in {"0", "", seen["docker after"]}


def test_a_verb_that_fails_says_why_to_whoever_asked(seen: dict[str, Any]) -> None:
    assert (seen["power"]["done"], seen["power"]["code"]) == (False, 69)
    assert seen["power"]["sentence"] == "nvpmodel is not installed on this machine."


def test_a_change_of_daemon_json_keeps_every_other_key_and_a_copy(seen: dict[str, Any]) -> None:
    told = seen["proposals"]["good"]
    changed = json.loads(seen["proposals"]["changed"])

    assert told["done"] is True
    assert told["details"]["backup"].startswith("/etc/docker/daemon.json.")
    assert changed["default-runtime"] == "nvidia"
    assert (changed["data-root"], changed["features"]) == ("/ssd/docker", {"cdi": True})


def test_bad_proposals_change_nothing_and_show_nothing_of_what_a_link_leads_to(seen: dict[str, Any]) -> None:
    proposals = seen["proposals"]

    assert (proposals["link"]["code"], proposals["hosts"]["code"]) == (65, 65)
    assert "root:" not in json.dumps(proposals["link"])
    assert proposals["outsider"]["done"] is False
    assert "default-runtime" not in proposals["unchanged"]


def test_where_docker_does_not_come_up_the_old_file_is_back_and_docker_runs(seen: dict[str, Any]) -> None:
    rolled = seen["rolled back"]

    assert (rolled["told"]["code"], rolled["same"], rolled["docker"]) == (75, True, "active")
    assert "failed to start daemon: nothing of the kind" in rolled["told"]["sentence"]


def test_it_works_over_ssh_without_a_terminal(seen: dict[str, Any]) -> None:
    assert (seen["ssh"]["code"], seen["ssh"]["output"]) == (0, "done\n")


def test_every_call_is_in_the_journal(seen: dict[str, Any]) -> None:
    assert seen["journal"].count('"verb": "drop-caches"') == 3
