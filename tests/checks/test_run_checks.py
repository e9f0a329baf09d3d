"""The table of checks on a faked unit: prepared, broken in one way, hanging."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.checks.units import (
    RIGHT_SETTINGS,
    SERVED,
    WORKSHOP,
    FakeDocker,
    container,
    facts,
    listens,
    process,
    programs,
    thor,
    write,
)
from thorhud.checks.docker_facts import DockerFacts, EndedRun
from thorhud.checks.look import Account, Look, Unit
from thorhud.checks.run import NOT_A_JETSON, PROBES, run_checks
from thorhud.domain.check_table import BY_ID, CHECKS
from thorhud.domain.checks import Check, CheckResult, CheckStatus, Finding, passed
from thorhud.domain.errors import RuntimeMissing, SettingsError

PASS, WARN, FAIL, UNKNOWN = CheckStatus.PASS, CheckStatus.WARN, CheckStatus.FAIL, CheckStatus.UNKNOWN
NO_PAYLOAD = {"weights", "encodings", "compile-cache", "disk", "docker-disk"}
"""What depends on the disk of whoever runs the tests, or on gigabytes that no test lays down."""


async def only(unit: Unit, check_id: str, *, deep: bool = False) -> CheckResult:
    """Return the one result of one check."""
    (result,) = await run_checks(unit, deep=deep, checks=[BY_ID[check_id]])
    return result


def silent(**more: Any) -> FakeDocker:
    """Return an engine that does not answer."""
    return FakeDocker(DockerFacts(reason="The Docker Engine does not answer.", **more))


def test_every_check_of_the_table_has_its_probe_and_no_probe_is_without_a_check() -> None:
    assert set(PROBES) == {check.id for check in CHECKS}


async def test_on_a_prepared_unit_nothing_fails_and_nothing_is_unknown(tmp_path: Path) -> None:
    checks = [check for check in CHECKS if check.id not in NO_PAYLOAD]

    results = await run_checks(thor(tmp_path), deep=True, checks=checks)

    assert [(each.key, each.found) for each in results if each.status is not PASS] == []
    assert [each.check for each in results if each.check != "images"] == [
        check.id for check in checks if check.id != "images"
    ]


async def test_on_a_machine_that_is_no_jetson_its_checks_are_unknown_and_never_fail(tmp_path: Path) -> None:
    unit = replace(thor(tmp_path), root=tmp_path / "pc", program=programs({}))
    write(tmp_path / "pc", "proc/meminfo", "MemTotal: 16000000 kB\n")

    results = await run_checks(unit, deep=True)

    jetson_only = [each for each in results if BY_ID[each.check].jetson_only]
    assert {(each.status, each.found) for each in jetson_only} == {(UNKNOWN, NOT_A_JETSON)}
    assert len(jetson_only) == sum(check.jetson_only for check in CHECKS)


async def test_a_deep_check_starts_nothing_where_nobody_asked_for_it(tmp_path: Path) -> None:
    docker = FakeDocker(facts())
    results = await run_checks(thor(tmp_path, docker=docker))

    assert docker.ran == []
    assert "runtime-test" not in {each.check for each in results}


# time


class Hanging:
    """A probe that never comes back."""

    def __init__(self) -> None:
        self.cancelled = False

    async def __call__(self, look: Look) -> Iterable[Finding]:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.cancelled = True
            raise
        return []


async def quick(look: Look) -> Iterable[Finding]:
    return [passed("here", expected="here")]


async def test_a_check_that_hangs_is_given_up_and_holds_up_no_other(tmp_path: Path) -> None:
    hanging = Hanging()
    checks = [Check(id="slow", title="Slow", why="x.", limit_s=0.05), Check(id="quick", title="Quick", why="x.")]

    results = await run_checks(thor(tmp_path), checks=checks, probes={"slow": hanging, "quick": quick})

    assert [each.status for each in results] == [UNKNOWN, PASS]
    assert "given up" in results[0].found
    assert hanging.cancelled


class HangingDocker(FakeDocker):
    """An engine that accepts questions and does not answer, until it is given up."""

    async def facts(self, images: Iterable[str]) -> DockerFacts:
        await asyncio.sleep(0.2)
        return DockerFacts(reason="it hangs")


async def test_an_engine_that_hangs_is_asked_once_and_its_checks_are_unknown(tmp_path: Path) -> None:
    checks = [replace(BY_ID[name], limit_s=0.05) for name in ("images", "container-name", "api-port")]
    checks.append(BY_ID["docker"])

    results = await run_checks(thor(tmp_path, docker=HangingDocker(facts())), checks=checks)

    assert {each.check: each.status for each in results} == {
        "images": UNKNOWN,
        "container-name": UNKNOWN,
        "api-port": UNKNOWN,
        "docker": FAIL,
    }


async def test_a_look_that_blocks_for_ever_keeps_neither_the_others_nor_the_end(tmp_path: Path) -> None:
    released = threading.Event()

    def blocks() -> Path:
        released.wait(60)
        return tmp_path

    began = time.monotonic()
    check = replace(BY_ID["agent-socket"], limit_s=0.1)
    (result,) = await run_checks(thor(tmp_path, agent_socket=blocks), checks=[check])
    took_s = time.monotonic() - began
    released.set()

    assert result.status is UNKNOWN
    assert took_s < 20


# Docker


async def test_an_engine_that_does_not_answer_fails_once_and_is_unknown_elsewhere(tmp_path: Path) -> None:
    checks = [BY_ID[name] for name in ("docker", "images", "container-name", "docker-disk", "nvidia-runtime")]
    results = await run_checks(thor(tmp_path, docker=silent()), checks=checks)

    assert [each.check for each in results if each.status is FAIL] == ["docker"]
    assert results[0].repair == "restart-docker"
    assert all(each.status is UNKNOWN for each in results[1:])


async def test_an_account_that_docker_refuses_is_told_to_join_the_group(tmp_path: Path) -> None:
    stranger = Account(name="bob", is_root=False, groups=frozenset({"bob"}))
    unit = thor(tmp_path, docker=silent(refused=True), account=stranger)

    refused = await only(unit, "docker")
    group = await only(unit, "docker-group")

    assert (refused.status, refused.repair, group.status) == (FAIL, "command", FAIL)
    assert refused.command == group.command == "sudo usermod -aG docker bob"


async def test_an_account_that_joined_a_moment_ago_is_told_to_sign_in_again(tmp_path: Path) -> None:
    fresh = Account(name="ann", is_root=False, groups=frozenset({"ann"}))
    found = await only(thor(tmp_path, docker=silent(refused=True), account=fresh), "docker-group")

    assert found.status is FAIL
    assert found.fix.startswith("Sign out and in again")


async def test_settings_with_a_mistake_fail_and_name_the_place(tmp_path: Path) -> None:
    unit = thor(tmp_path)
    write(unit.root, "etc/docker/daemon.json", '{\n  "default-runtime": "nvidia",\n}')

    found = await only(unit, "docker-settings")

    assert found.status is FAIL
    assert "line 3" in found.found


@pytest.mark.parametrize(
    ("running", "written", "status", "repair"),
    [
        ("runc", {"runtimes": RIGHT_SETTINGS["runtimes"]}, FAIL, "default-runtime"),
        ("runc", RIGHT_SETTINGS, FAIL, "restart-docker"),
        ("nvidia", {}, WARN, "default-runtime"),
    ],
)
async def test_a_default_runtime_that_is_wrong_now_or_after_a_restart_names_its_repair(
    tmp_path: Path, running: str, written: dict[str, object], status: CheckStatus, repair: str
) -> None:
    unit = thor(tmp_path, docker=FakeDocker(facts(default_runtime=running)))
    write(unit.root, "etc/docker/daemon.json", json.dumps(written))

    found = await only(unit, "default-runtime")

    assert (found.status, found.repair) == (status, repair)


async def test_a_container_that_sees_no_gpu_fails_with_its_last_words(tmp_path: Path) -> None:
    docker = FakeDocker(
        facts(), ended=EndedRun(exit_code=255, output="x\nFailed to initialize NVML: Unknown Error\n\n")
    )
    found = await only(thor(tmp_path, docker=docker), "runtime-test", deep=True)

    assert found.status is FAIL
    assert found.found == "it ended with 255 and said: Failed to initialize NVML: Unknown Error"
    assert docker.ran == [("nvcr.io/nvidia/cuda:13.0.0-runtime-ubuntu24.04", ("nvidia-smi",), "nvidia")]


async def test_a_container_that_cannot_start_fails_with_the_engine_s_reason(tmp_path: Path) -> None:
    docker = FakeDocker(facts(), ended=RuntimeMissing('The Docker Engine knows no runtime called "nvidia".'))
    found = await only(thor(tmp_path, docker=docker), "runtime-test", deep=True)

    assert (found.status, found.repair) == (FAIL, "default-runtime")


async def test_the_runtime_test_pulls_nothing(tmp_path: Path) -> None:
    docker = FakeDocker(facts(images={}))
    found = await only(thor(tmp_path, docker=docker), "runtime-test", deep=True)

    assert found.status is UNKNOWN
    assert docker.ran == []


async def test_only_the_image_that_models_are_served_from_fails_where_it_is_missing(tmp_path: Path) -> None:
    unit = thor(tmp_path, docker=FakeDocker(facts(images={})))
    results = await run_checks(unit, checks=[BY_ID["images"]])

    assert {each.subject: each.status for each in results} == {
        WORKSHOP.container.image: FAIL,
        "ghcr.io/open-webui/open-webui:main": WARN,
        "nvcr.io/nvidia/cuda:13.0.0-runtime-ubuntu24.04": WARN,
    }


# what is left behind, and who listens


async def test_a_model_that_is_served_is_no_leftover_and_its_memory_is_right(tmp_path: Path) -> None:
    unit = thor(tmp_path, docker=FakeDocker(facts(containers=(container(),))))
    write(unit.root, "proc/meminfo", MEMORY_TAKEN)
    process(
        unit.root, 4100, "/usr/bin/python3 /usr/local/bin/vllm serve openai/gpt-oss-120b", container_id=SERVED, inode=77
    )
    process(unit.root, 4200, "VLLM::EngineCore", container_id=SERVED, parent=4100)
    listens(unit.root, 8000, inode=77)

    assert (await only(unit, "leftovers")).status is PASS
    assert (await only(unit, "memory")).found == "110.9 GiB in use; a model is being served"
    assert (await only(unit, "api-port")).found == "vllm has it"
    assert (await only(unit, "container-name")).status is PASS


MEMORY_TAKEN = """MemTotal:       128790528 kB
MemFree:         9634816 kB
MemAvailable:   12500000 kB
Buffers:          412416 kB
Cached:          1204224 kB
Shmem:            100000 kB
SReclaimable:     204224 kB
"""


async def test_an_engine_that_outlived_its_container_is_ours_to_stop_and_explains_the_memory(tmp_path: Path) -> None:
    unit = thor(tmp_path, docker=FakeDocker(facts(containers=(container(running=False),))))
    write(unit.root, "proc/meminfo", MEMORY_TAKEN)
    process(unit.root, 4200, "VLLM::EngineCore", parent=1, container_id=SERVED)

    left, memory = await only(unit, "leftovers"), await only(unit, "memory")

    assert (left.status, left.repair) == (FAIL, "stop-leftovers")
    assert left.found == "still running in an ended container: VLLM::EngineCore (pid 4200)."
    assert (memory.status, memory.repair) == (FAIL, "stop-leftovers")


async def test_an_engine_that_lost_its_server_outside_docker_is_a_person_s_to_end(tmp_path: Path) -> None:
    unit = thor(tmp_path)
    process(unit.root, 4200, "VLLM::EngineCore", parent=1)

    left = await only(unit, "leftovers")

    assert (left.status, left.repair, left.command) == (FAIL, "command", "kill 4200")


@pytest.mark.parametrize(
    ("command", "parent"), [("VLLM::EngineCore", 900), ("/usr/bin/python3 /usr/bin/vllm serve m", 1)]
)
async def test_a_server_that_runs_outside_docker_is_somebody_s_and_no_orphan(
    tmp_path: Path, command: str, parent: int
) -> None:
    unit = thor(tmp_path)
    process(unit.root, 4200, command, parent=parent)

    left = await only(unit, "leftovers")

    assert (left.status, left.command) == (WARN, "kill 4200")
    assert left.found.startswith("running outside a container: ")


async def test_memory_that_nobody_has_is_cleared_first(tmp_path: Path) -> None:
    unit = thor(tmp_path)
    write(unit.root, "proc/meminfo", MEMORY_TAKEN)

    found = await only(unit, "memory")

    assert (found.status, found.repair) == (FAIL, "clear-memory")


async def test_a_program_on_the_gpu_is_named_by_what_the_driver_says(tmp_path: Path) -> None:
    async def nvidia_smi(name: str, *arguments: str) -> str | None:
        return "4600, 92160\n4601, [N/A]\n" if "--query-compute-apps=pid,used_memory" in arguments else None

    unit = thor(tmp_path, program=nvidia_smi)
    write(unit.root, "proc/meminfo", MEMORY_TAKEN)
    process(unit.root, 4600, "/usr/bin/ollama runner")

    found = await only(unit, "memory")

    assert (found.status, found.command) == (FAIL, "kill 4600")
    assert found.found.startswith("ollama (process 4600) holds 90.0 GiB")


async def test_ended_containers_of_the_hud_are_leftovers_and_those_of_others_are_not(tmp_path: Path) -> None:
    ended = (container(name="vllm", running=False), container(name="web", running=False, ours=False))
    found = await only(thor(tmp_path, docker=FakeDocker(facts(containers=ended))), "leftovers")

    assert (found.status, found.repair) == (WARN, "stop-leftovers")
    assert found.found == "ended containers of the HUD: vllm."


@pytest.mark.parametrize(
    "command",
    [
        "docker run --name vllm nvcr.io/nvidia/vllm:25.09-py3 vllm serve x",
        "bash -c vllm serve x",
        "python -m pytest -m vllm",
        "tail -f vllm serve.log",
        "/usr/bin/vim /opt/vllm/entrypoints.py",
    ],
)
async def test_a_program_that_only_names_vllm_is_none(tmp_path: Path, command: str) -> None:
    unit = thor(tmp_path)
    process(unit.root, 4300, command)

    assert (await only(unit, "leftovers")).status is PASS


@pytest.mark.parametrize("table", ["tcp", "tcp6"])
async def test_a_program_on_the_model_s_port_is_named(tmp_path: Path, table: str) -> None:
    unit = thor(tmp_path)
    process(unit.root, 4400, "/usr/bin/python3 -m http.server 8000", inode=91)
    listens(unit.root, 8000, inode=91, table=table)

    found = await only(unit, "api-port")

    assert (found.status, found.repair, found.command) == (FAIL, "free-port", "kill 4400")
    assert found.found == "python3 (pid 4400) has it."


async def test_a_connection_to_the_port_is_no_listener(tmp_path: Path) -> None:
    unit = thor(tmp_path)
    listens(unit.root, 8000, inode=91, state="01")

    assert (await only(unit, "api-port")).found == "free"


async def test_a_listener_of_another_account_is_not_named_but_is_seen(tmp_path: Path) -> None:
    unit = thor(tmp_path)
    listens(unit.root, 8000, inode=91)

    found = await only(unit, "api-port")

    assert (found.status, found.found) == (FAIL, "a program of another account has it.")


async def test_a_served_model_has_its_port_also_for_an_account_that_may_not_see_its_processes(tmp_path: Path) -> None:
    page = container(id="7a" * 32, name="open-webui", image="ghcr.io/open-webui/open-webui:main")
    unit = thor(tmp_path, docker=FakeDocker(facts(containers=(container(), page))))
    listens(unit.root, 8000, inode=91)
    listens(unit.root, 8080, inode=92)

    ports = await run_checks(unit, checks=[BY_ID["api-port"], BY_ID["chat-port"]])

    assert [(each.status, each.found) for each in ports] == [
        (PASS, "a program of another account has it; vllm runs"),
        (PASS, "a program of another account has it; open-webui runs"),
    ]


async def test_the_chat_page_may_have_its_port_and_another_program_is_only_a_warning(tmp_path: Path) -> None:
    page = container(id="7a" * 32, name="open-webui", image="ghcr.io/open-webui/open-webui:main")
    unit = thor(tmp_path, docker=FakeDocker(facts(containers=(page,))))
    process(unit.root, 4500, "uvicorn open_webui.main:app", container_id="7a" * 32, inode=92)
    listens(unit.root, 8080, inode=92)
    assert (await only(unit, "chat-port")).found == "open-webui has it"

    other = thor(tmp_path / "other", docker=FakeDocker(facts()))
    process(other.root, 4500, "nginx", inode=92)
    listens(other.root, 8080, inode=92)
    assert (await only(other, "chat-port")).status is WARN


# the payload


async def test_missing_weights_fail_only_where_the_workshop_brings_them(tmp_path: Path) -> None:
    results = await run_checks(thor(tmp_path), checks=[BY_ID["weights"]])

    assert {each.subject: each.status for each in results} == {
        each.id: WARN if each.id == "gpt-oss-20b" else FAIL for each in WORKSHOP.configurations
    }


async def test_each_word_list_is_judged_by_its_size_once(tmp_path: Path) -> None:
    unit = thor(tmp_path)
    folder = unit.data_dir / "encodings"
    folder.mkdir()
    with (folder / "o200k_base.tiktoken").open("wb") as file:
        file.truncate(3_613_922)
    (folder / "cl100k_base.tiktoken").write_bytes(b"")

    results = await run_checks(unit, checks=[BY_ID["encodings"]])

    assert {each.subject: (each.status, each.repair) for each in results} == {
        "cl100k_base.tiktoken": (FAIL, "put-encodings"),
        "o200k_base.tiktoken": (PASS, None),
    }


async def test_the_compile_cache_is_measured_in_bytes_that_lie_there(tmp_path: Path) -> None:
    unit = thor(tmp_path)
    assert (await only(unit, "compile-cache")).found == "empty"

    for name in ("248df3d3e5", "71b2b46784"):
        write(unit.data_dir, f"vllm_cache/torch_compile_cache/{name}/rank_0/graph", "x" * 1_500_000)

    assert (await only(unit, "compile-cache")).found == "2 entries, 3 MB"


async def test_the_disk_of_docker_is_not_guessed_where_docker_runs_elsewhere(tmp_path: Path) -> None:
    assert (await only(thor(tmp_path, docker_is_local=False), "docker-disk")).status is UNKNOWN


# the machine


async def test_a_unit_in_its_delivered_state_is_warned_about_power_and_clocks(tmp_path: Path) -> None:
    unit = thor(tmp_path, program=programs({"nvpmodel": "NV Power Mode: 120W\n1\n"}))
    write(unit.root, "sys/class/devfreq/gpu-gpc-0/min_freq", "315000000\n")

    mode, clocks, gpu = [await only(unit, name) for name in ("power-mode", "clocks", "gpu")]

    assert (mode.status, mode.found, mode.repair) == (WARN, "120W", "max-power")
    assert (clocks.status, clocks.repair) == (WARN, "max-power")
    assert (gpu.status, gpu.repair) == (FAIL, "reboot")


async def test_the_power_mode_is_read_from_nvpmodel_s_files_before_it_is_asked(tmp_path: Path) -> None:
    unit = thor(tmp_path)
    write(unit.root, "etc/nvpmodel.conf", "< POWER_MODEL ID=0 NAME=MAXN >\n< POWER_MODEL ID=1 NAME=120W >\n")
    write(unit.root, "var/lib/nvpmodel/status", "pmode:0001")

    assert (await only(unit, "power-mode")).found == "120W"


async def test_a_unit_that_is_too_hot_is_warned_about_with_the_kernel_s_word(tmp_path: Path) -> None:
    unit = thor(tmp_path)
    write(unit.root, "sys/class/thermal/cooling_device0/cur_state", "1\n")

    found = await only(unit, "throttling")

    assert (found.status, found.found) == (WARN, "tj-throttle-alert")


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("http://0.0.0.0:8000/v1", PASS),
        ("http://10.0.0.7:8000/v1", PASS),
        ("http://other:9000/v1;http://127.0.0.1:8000/v1", PASS),
        ("http://0.0.0.0:8001/v1", WARN),
        ("http://0.0.0.0:8000", WARN),
        ("http://[", WARN),
        ("", WARN),
        (None, PASS),
    ],
)
async def test_a_chat_page_that_asks_another_port_lists_no_model(
    tmp_path: Path, asked: str | None, status: CheckStatus
) -> None:
    found = await only(thor(tmp_path, docker=FakeDocker(facts(chat_asks=asked))), "chat-page")

    assert found.status is status


async def test_a_clock_that_nobody_keeps_right_is_a_warning(tmp_path: Path) -> None:
    unit = thor(tmp_path, synchronised=lambda: False)
    (unit.root / "run/systemd/timesync/synchronized").unlink()

    assert (await only(unit, "time")).status is WARN


async def test_to_be_offline_is_no_fault_and_to_be_online_is_said(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as hub:
        port = hub.getsockname()[1]
        online = await only(thor(tmp_path, hubs=(("127.0.0.1", port),)), "internet")
    offline = await only(thor(tmp_path / "b", hubs=(("127.0.0.1", port),)), "internet")

    assert (online.status, online.found) == (PASS, "127.0.0.1 answers")
    assert offline.status is PASS
    assert offline.found.startswith("none")


async def test_the_agent_s_socket_is_looked_at_with_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "agent.sock"
    unit = thor(tmp_path, agent_socket=lambda: path)
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(str(path))
        path.chmod(0o660)
        assert (await only(unit, "agent-socket")).status is WARN
        door.listen()
        assert (await only(unit, "agent-socket")).found == "mode 0660"
        path.chmod(0o666)
        assert (await only(unit, "agent-socket")).status is FAIL


async def test_a_socket_folder_that_others_may_write_to_fails_with_its_sentence(tmp_path: Path) -> None:
    def refuses() -> Path:
        raise SettingsError("/tmp/thorhud-1 is not private.", next_step="Remove it.")

    found = await only(thor(tmp_path, agent_socket=refuses), "agent-socket")

    assert (found.status, found.found, found.fix) == (FAIL, "/tmp/thorhud-1 is not private.", "Remove it.")


@pytest.mark.parametrize(("pin_set", "status"), [(True, PASS), (False, WARN)])
async def test_a_display_that_no_pin_guards_is_a_warning(tmp_path: Path, pin_set: bool, status: CheckStatus) -> None:
    unit = thor(tmp_path)
    if not pin_set:
        unit = replace(unit, pin_file=tmp_path / "none.json")

    (seen,) = await run_checks(unit, checks=[BY_ID["ta-pin"]])

    assert seen.status is status
    assert (seen.command == "thorhud config pin") is not pin_set
