"""The container of the chat page as it is asked for and as Docker describes it; nothing here needs an engine."""

from pathlib import Path
from typing import Any

import pytest

from thorhud.domain.chat_page import ChatAccounts
from thorhud.domain.workshop import ChatPage
from thorhud.serving.chat_page import chat_page_spec, data_folder, typed
from thorhud.serving.chat_page_inside import read_inside
from thorhud.serving.chat_pages import container_of, disk_use, listens_on_loopback_only


def environment(accounts: ChatAccounts = ChatAccounts.FIRST, *, port: int = 8080) -> dict[str, str]:
    spec = chat_page_spec(ChatPage(port=port), port=8000, data=Path("/home/jetson/open-webui"), accounts=accounts)
    return dict(spec.environment)


def described(*variables: str, network: str = "host", **more: Any) -> dict[str, Any]:
    return {
        "Id": "abc",
        "Name": "/open-webui",
        "Config": {"Env": list(variables), "Labels": None},
        "State": {"Running": True, "StartedAt": "2026-01-02T03:04:05.123456789Z", "ExitCode": 0},
        "HostConfig": {"NetworkMode": network},
        "Mounts": [{"Destination": "/app/backend/data"}],
        **more,
    }


def test_it_has_the_document_s_options_and_its_own_command() -> None:
    spec = chat_page_spec(ChatPage(), port=8000, data=Path("/home/jetson/open-webui"), accounts=ChatAccounts.FIRST)
    shown = typed(spec)

    assert shown.startswith("docker run -d \\\n")
    assert shown.endswith("\\\n  ghcr.io/open-webui/open-webui:main")
    assert "--network host" in shown
    assert "--name=open-webui" in shown
    assert "-v /home/jetson/open-webui:/app/backend/data" in shown


def test_it_asks_the_model_of_this_unit_whatever_it_has_kept_and_nobody_outside() -> None:
    told = environment()

    assert told["OPENAI_API_BASE_URL"] == told["OPENAI_API_BASE_URLS"] == "http://127.0.0.1:8000/v1"
    assert told["ENABLE_PERSISTENT_CONFIG"] == "False"
    assert (told["OFFLINE_MODE"], told["HF_HUB_OFFLINE"]) == ("true", "1")
    assert told["ENABLE_VERSION_UPDATE_CHECK"] == told["ANONYMIZED_TELEMETRY"] == told["ENABLE_OLLAMA_API"] == "false"
    assert told["DO_NOT_TRACK"] == told["SCARF_NO_ANALYTICS"] == "true"


@pytest.mark.parametrize(
    ("accounts", "auth", "role"),
    [("first", "true", "pending"), ("everyone", "true", "user"), ("nobody", "false", None)],
)
def test_the_setting_says_who_may_use_it(accounts: str, auth: str, role: str | None) -> None:
    told = environment(ChatAccounts(accounts))

    assert (told["WEBUI_AUTH"], told.get("DEFAULT_USER_ROLE")) == (auth, role)
    assert told["BYPASS_MODEL_ACCESS_CONTROL"] == "true"


def test_another_port_is_told_to_the_page() -> None:
    assert "PORT" not in environment()
    assert environment(port=3000)["PORT"] == "3000"


def test_its_data_lie_in_the_home_of_whom_the_models_belong_to(tmp_path: Path) -> None:
    assert data_folder(ChatPage(data="{data_dir}/chat"), tmp_path) == tmp_path / "chat"
    assert data_folder(ChatPage(), tmp_path).name == "open-webui"
    assert data_folder(ChatPage(), tmp_path / "absent") == Path.home() / "open-webui"


def test_a_published_port_is_where_the_unit_answers_for_it() -> None:
    ports = {"Ports": {"8080/tcp": [{"HostIp": "0.0.0.0", "HostPort": "3000"}]}}

    page = container_of(
        described("OPENAI_API_BASE_URL=http://a/v1; http://b/v1", network="bridge", NetworkSettings=ports)
    )

    assert (page.port, page.on_host) == (3000, False)
    assert page.asks == ("http://a/v1", "http://b/v1")


def test_without_a_published_port_there_is_none() -> None:
    assert container_of(described(network="bridge", NetworkSettings={"Ports": {"8080/tcp": None}})).port is None


def test_when_it_began_is_read_to_the_fraction() -> None:
    page = container_of(described())
    never = container_of(described(State={"Running": False, "StartedAt": "0001-01-01T00:00:00Z", "ExitCode": 1}))

    assert page.started_unix_s == pytest.approx(1767323045.123, abs=0.001)
    assert (never.started_unix_s, never.exit_code) == (None, 1)


@pytest.mark.parametrize(
    ("tables", "only"),
    [
        ({"tcp": "0100007F:1F40"}, True),
        ({"tcp": "00000000:1F40"}, False),
        ({"tcp6": "00000000000000000000000001000000:1F40"}, True),
        ({"tcp6": "00000000000000000000000000000000:1F40"}, False),
        ({"tcp6": "0000000000000000FFFF00000100007F:1F40"}, True),
        ({"tcp": "0100007F:1F40", "tcp6": "00000000000000000000000000000000:1F40"}, False),
        ({"tcp": "0100007F:1F90"}, False),
        ({}, False),
    ],
)
def test_a_model_for_the_unit_alone_is_known_from_the_kernel(
    tmp_path: Path, tables: dict[str, str], only: bool
) -> None:
    (tmp_path / "net").mkdir()
    for name, local in tables.items():
        (tmp_path / "net" / name).write_text(
            f"  sl  local_address rem_address   st\n   0: {local} 00000000:0000 0A 0 0 0 0 0\n"
        )

    assert listens_on_loopback_only(tmp_path, 8000) is only


@pytest.mark.parametrize("text", ["", "sh: python3: not found", "thorhud:[]", 'thorhud:{"asked": 1}', "thorhud:{"])
def test_what_is_no_answer_from_inside_is_a_trouble(text: str) -> None:
    found = read_inside(text)

    assert (found.asked, found.kept) == ((), ())
    assert found.trouble


def test_only_the_last_mark_counts_whatever_else_was_printed() -> None:
    found = read_inside('thorhud: hello\r\nthorhud:{"kept": [], "shared": true, "asked": []}\r\n')

    assert (found.trouble, found.shared_account) == ("", True)


def test_disk_use_counts_what_the_files_take_and_an_absent_folder_is_unknown(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep/file").write_bytes(b"x" * 100_000)

    assert (disk_use(tmp_path) or 0) >= 100_000
    assert disk_use(tmp_path / "absent") is None
