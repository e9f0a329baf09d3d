"""`thorhud chat` as a person types it: on a simulated unit, and on a real Docker Engine with a stand-in image."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.unit_folder import Unit, unit_folder
from tests.rig.chat_page_image import PAGE_IMAGE, ChatPageEngine
from tests.rig.stand_in import free_port
from tests.serving import own_engine
from thorhud.assets import asset
from thorhud.cli.chat import lines_of
from thorhud.cli.main import main
from thorhud.domain.chat_page import ChatPagePhase, ChatPageState


@pytest.fixture(scope="module")
def unit() -> Iterator[Unit]:
    with unit_folder() as unit:
        yield unit


@dataclass(frozen=True)
class RealUnit:
    """A unit with a Docker Engine of its own and the folder of its chat page."""

    unit: Unit
    dockerd: ChatPageEngine
    data: Path
    port: int


@pytest.fixture
def real(tmp_path: Path) -> Iterator[RealUnit]:
    if reason := own_engine.obstacle():
        pytest.skip(reason)
    port, data = free_port(), tmp_path / "open-webui"
    text = asset("workshops/gtc-dc-2025.toml").read_text()
    for old, new in (
        ('image = "ghcr.io/open-webui/open-webui:main"', f'image = "{PAGE_IMAGE}"'),
        ("port = 8080", f"port = {port}"),
        ('data = "{home}/open-webui"', f'data = "{data}"'),
    ):
        assert old in text
        text = text.replace(old, new, 1)
    (tmp_path / "workshop.toml").write_text(text)
    with own_engine.folder() as folder, ChatPageEngine(folder) as dockerd:
        dockerd.import_page()
        environment = {
            **os.environ,
            "THORHUD_DOCKER_HOST": dockerd.host,
            "THORHUD_WORKSHOP": str(tmp_path / "workshop.toml"),
            "THORHUD_DATA_DIR": str(tmp_path),
            "THORHUD_PORT": str(free_port()),
        }
        with unit_folder(simulated=False, environment=environment) as unit:
            yield RealUnit(unit, dockerd, data, port)


def test_a_simulated_page_is_started_seen_and_stopped(unit: Unit) -> None:
    before = unit.thorhud("chat")
    started = unit.thorhud("chat", "start", "--speed", "50")
    seen = json.loads(unit.thorhud("chat", "--json").stdout)
    stopped = unit.thorhud("chat", "stop")

    assert "not running" in before.stdout
    assert started.returncode == 0, started.stderr
    assert "open     http://10.10.0.107:8080" in started.stdout
    assert (seen["phase"], seen["cause"]) == ("no-model", "nothing-served")
    assert "Accounts and chats stay" in stopped.stdout


def test_accounts_are_removed_only_after_a_yes(unit: Unit) -> None:
    refused = unit.thorhud("chat", "stop", "--remove-data")
    done = unit.thorhud("chat", "stop", "--remove-data", "--yes")

    assert (refused.returncode, "add --yes" in refused.stderr) == (1, True)
    assert done.returncode == 0, done.stderr


def test_to_stop_what_does_not_run_says_so(unit: Unit) -> None:
    refused = unit.thorhud("chat", "stop", "--json")

    assert refused.returncode == 1
    assert json.loads(refused.stdout)["reason"] == "No chat page runs on this unit in Docker."


def test_what_would_be_typed_is_shown_and_nothing_is_started(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["chat", "start", "--dry-run"]) == 0

    shown = capsys.readouterr().out
    assert shown.startswith("docker run -d")
    assert "-e ENABLE_PERSISTENT_CONFIG=False" in shown


def test_what_a_page_says_cannot_steer_the_terminal() -> None:
    page = ChatPageState(phase=ChatPagePhase.FAILED, sentence="It ended.", evidence="\x1b[31mred\r\u202e")

    shown = "\n".join(lines_of(page))

    assert "\x1b" not in shown
    assert "\\x1b[31mred\\x0d" in shown


@pytest.mark.docker
def test_a_real_page_is_started_learned_survives_the_agent_and_is_stopped(real: RealUnit) -> None:
    started = real.unit.thorhud("chat", "start")
    kept = (real.data / "webui.db").exists()
    real.unit.end()
    seen = json.loads(real.unit.thorhud("chat", "--json").stdout)
    stopped = real.unit.thorhud("chat", "stop")

    assert started.returncode == 0, started.stderr
    assert f":{real.port}" in started.stdout or "localhost" in started.stdout
    assert kept
    assert (seen["phase"], seen["cause"], seen["started_outside"]) == ("no-model", "nothing-served", False)
    assert stopped.returncode == 0, stopped.stderr
    assert real.dockerd.docker("ps", "--all", "--quiet") == ""
    assert (real.data / "webui.db").exists()


@pytest.mark.docker
def test_a_page_of_somebody_else_is_named_and_left_alone_until_a_yes(real: RealUnit) -> None:
    real.dockerd.docker(
        "run", "-d", "--name", "theirs", "--network=host", "-v", f"{real.data}:/app/backend/data",
        "-e", f"PORT={real.port}", PAGE_IMAGE,
    )  # fmt: skip

    refused = real.unit.thorhud("chat", "stop")
    running = real.dockerd.docker("ps", "--format", "{{.Names}}").split()
    stopped = real.unit.thorhud("chat", "stop", "--outside")

    assert refused.returncode == 1
    assert "theirs was started outside the HUD" in refused.stderr
    assert running == ["theirs"]
    assert stopped.returncode == 0, stopped.stderr
    assert real.dockerd.docker("ps", "--all", "--quiet") == ""
