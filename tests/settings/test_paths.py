"""Where state, socket and lock lie, and whom a folder in /tmp may belong to."""

import os
import stat
from pathlib import Path

import pytest

from thorhud.domain.errors import SettingsError
from thorhud.settings import paths


@pytest.fixture
def account(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "run").mkdir()
    return {"XDG_RUNTIME_DIR": str(tmp_path / "run"), "XDG_STATE_HOME": str(tmp_path / "state")}


def test_a_simulated_unit_shares_neither_state_nor_socket_nor_lock(account: dict[str, str]) -> None:
    for place in (paths.state_dir, paths.socket_path, paths.lock_path):
        assert place(simulated=True, environment=account) != place(simulated=False, environment=account)


def test_state_lies_in_the_account_s_folder_and_is_made(account: dict[str, str], tmp_path: Path) -> None:
    folder = paths.state_dir(simulated=False, environment=account)

    assert folder == tmp_path / "state" / "thorhud"
    assert folder.is_dir()


def test_the_setting_and_then_systemd_decide_where_state_lies(account: dict[str, str], tmp_path: Path) -> None:
    service = account | {"STATE_DIRECTORY": str(tmp_path / "service")}
    chosen = tmp_path / "chosen"

    assert paths.state_dir(simulated=False, environment=service) == tmp_path / "service"
    assert paths.state_dir(simulated=True, chosen=chosen, environment=service) == chosen / "simulated"


def test_state_that_cannot_be_made_is_a_sentence(account: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(SettingsError, match="cannot be made") as caught:
        paths.state_dir(simulated=False, chosen=tmp_path / "file" / "below", environment=account)

    assert "state_dir" in caught.value.next_step


def test_the_socket_lies_in_a_folder_for_this_account_alone(account: dict[str, str], tmp_path: Path) -> None:
    socket = paths.socket_path(simulated=False, environment=account)

    assert socket == tmp_path / "run" / "thorhud" / "agent.sock"
    assert stat.S_IMODE(socket.parent.stat().st_mode) == 0o700


def test_systemd_s_folder_is_taken_as_it_is(tmp_path: Path) -> None:
    assert paths.runtime_dir(environment={"RUNTIME_DIRECTORY": str(tmp_path)}) == tmp_path


@pytest.mark.parametrize("where", [{}, {"XDG_RUNTIME_DIR": "/nonexistent/run"}])
def test_without_a_runtime_folder_the_socket_lies_in_tmp(where: dict[str, str]) -> None:
    folder = paths.runtime_dir(environment=where)

    assert folder == Path(f"/tmp/thorhud-{os.getuid()}")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("mode", [0o755, 0o770, 0o707, 0o711])
def test_a_folder_that_others_may_use_is_refused(account: dict[str, str], tmp_path: Path, mode: int) -> None:
    folder = tmp_path / "run" / "thorhud"
    folder.mkdir()
    folder.chmod(mode)

    with pytest.raises(SettingsError, match="only this account may use") as caught:
        paths.runtime_dir(environment=account)

    assert f"chmod 700 {folder}" in caught.value.next_step


def test_a_link_is_refused_wherever_it_points(account: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    (tmp_path / "run" / "thorhud").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(SettingsError, match="only this account may use"):
        paths.runtime_dir(environment=account)


def test_somebody_else_s_folder_is_refused(account: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    mine = os.getuid()
    paths.runtime_dir(environment=account)
    monkeypatch.setattr(os, "getuid", lambda: mine + 1)

    with pytest.raises(SettingsError, match="only this account may use"):
        paths.runtime_dir(environment=account)


def test_a_socket_path_too_long_for_linux_is_told_before_it_fails(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 100)
    deep.mkdir()

    with pytest.raises(SettingsError, match="longer than Linux allows"):
        paths.socket_path(simulated=False, environment={"XDG_RUNTIME_DIR": str(deep)})
