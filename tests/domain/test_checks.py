"""Every check of the table, and how what is seen on a unit is judged."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thorhud.domain.check_table import BY_ID, CHECKS
from thorhud.domain.checks import Check, CheckStatus, Finding, count, failed, passed, unknown, warned
from thorhud.domain.docker_judgement import (
    SeenContainer,
    SeenImage,
    judge_default_runtime,
    judge_group,
    judge_image,
    judge_name,
    judge_runtime,
    judge_settings,
    read_settings,
)
from thorhud.domain.memory import MemoryLedger, memory_ledger
from thorhud.domain.reading import Reading
from thorhud.domain.repairs import REPAIRS, RepairId
from thorhud.domain.telemetry import Memory, ProcessMemory, TelemetrySnapshot
from thorhud.domain.unit_judgement import (
    GB,
    GIB,
    PortHolder,
    SeenProcess,
    judge_chat_page,
    judge_clocks,
    judge_compile_cache,
    judge_disk,
    judge_docker_disk,
    judge_file,
    judge_l4t,
    judge_leftovers,
    judge_memory,
    judge_port,
    judge_power_mode,
    judge_socket,
    judge_swap,
    judge_throttling,
    judge_time,
    judge_weights,
)

PASS, WARN, FAIL, UNKNOWN = CheckStatus.PASS, CheckStatus.WARN, CheckStatus.FAIL, CheckStatus.UNKNOWN
CLEAR = "sync && sudo sysctl -w vm.drop_caches=3"
CHECK = Check(id="some", title="Some", why="Because.")

RIGHT = json.dumps(
    {"runtimes": {"nvidia": {"args": [], "path": "nvidia-container-runtime"}}, "default-runtime": "nvidia"}
)
NO_DEFAULT = json.dumps({"runtimes": {"nvidia": {"args": [], "path": "nvidia-container-runtime"}}})


# the table


def test_no_two_checks_have_one_id() -> None:
    assert len(BY_ID) == len(CHECKS)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_every_check_says_in_a_sentence_why_it_matters(check: Check) -> None:
    assert check.why.endswith(".")
    assert not check.title.endswith(".")
    assert check.id == check.id.lower()


# values


def test_a_result_carries_its_check_and_one_column_for_each_subject() -> None:
    first = passed("4 GB", expected="some", subject="fp8").of(CHECK)
    assert (first.check, first.title, first.key) == ("some", "Some", "some:fp8")
    assert unknown("who knows").of(CHECK).key == "some"


def test_what_only_a_person_can_do_names_no_repair_but_a_command() -> None:
    typed = failed("x", expected="y", fix="Do it.", command="sudo it").of(CHECK)
    assert (typed.repair, typed.command) == ("command", "sudo it")
    repaired = failed("x", expected="y", fix="Do it.", repair=RepairId.REBOOT, command="sudo reboot").of(CHECK)
    assert (repaired.repair, repaired.command) == ("reboot", "sudo reboot")
    assert warned("x", expected="y", fix="Wait.").of(CHECK).repair is None


def test_statuses_without_a_result_are_counted_as_none() -> None:
    results = [passed("x", expected="y").of(CHECK), failed("x", expected="y", fix="z.").of(CHECK)]
    assert count(results) == {PASS: 1, WARN: 0, FAIL: 1, UNKNOWN: 0}


def test_every_repair_that_a_check_may_name_exists() -> None:
    assert {each.value for each in RepairId} == set(REPAIRS)


# daemon.json


@pytest.mark.parametrize(
    ("text", "status", "said"),
    [
        (None, PASS, "not there"),
        ("", WARN, "empty"),
        (" \n", WARN, "empty"),
        ("{}", PASS, "valid"),
        (RIGHT, PASS, "valid"),
        ("{", FAIL, "not valid JSON"),
        ('{"default-runtime": "nvidia",}', FAIL, "not valid JSON"),
        ("[]", FAIL, "no JSON object"),
        ('{"runtimes": []}', FAIL, '"runtimes"'),
        ('{"runtimes": {"nvidia": "x"}}', FAIL, '"runtimes"'),
        ('{"default-runtime": 1}', FAIL, '"default-runtime"'),
        ('{"default-runtime": "nvidia"}', FAIL, "not among its runtimes"),
        ('{"default-runtime": "runc"}', PASS, "valid"),
    ],
)
def test_settings_are_right_where_docker_would_start_with_them(
    text: str | None, status: CheckStatus, said: str
) -> None:
    found = judge_settings(read_settings(text))
    assert found.status is status
    assert said in found.found


@pytest.mark.parametrize(
    ("text", "repair"),
    [
        ("{", None),
        ("[]", None),
        ('{"runtimes": []}', None),
        ('{"default-runtime": "nvidia"}', RepairId.DEFAULT_RUNTIME),
    ],
)
def test_a_repair_is_offered_only_where_adding_a_runtime_would_help(text: str, repair: RepairId | None) -> None:
    found = judge_settings(read_settings(text))
    assert found.repair is repair
    assert found.command == "sudoedit /etc/docker/daemon.json && sudo systemctl restart docker"


def test_a_default_runtime_cannot_be_added_to_what_is_no_json() -> None:
    found = judge_default_runtime("runc", read_settings("{"))
    assert (found.repair, found.command) == (None, "sudoedit /etc/docker/daemon.json")


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["runtimes", "default-runtime", "x"]), inner)))  # fmt: skip
def test_no_settings_break_their_reader(value: object) -> None:
    settings = read_settings(json.dumps(value))
    judge_settings(settings)
    judge_default_runtime("runc", settings)


@pytest.mark.parametrize(
    ("running", "text", "status", "repair"),
    [
        ("nvidia", RIGHT, PASS, None),
        ("nvidia", NO_DEFAULT, WARN, RepairId.DEFAULT_RUNTIME),
        ("runc", RIGHT, FAIL, RepairId.RESTART_DOCKER),
        ("runc", NO_DEFAULT, FAIL, RepairId.DEFAULT_RUNTIME),
        ("runc", None, FAIL, RepairId.DEFAULT_RUNTIME),
        (None, RIGHT, UNKNOWN, None),
        (None, NO_DEFAULT, FAIL, RepairId.DEFAULT_RUNTIME),
    ],
)
def test_the_default_runtime_has_to_be_right_now_and_after_a_restart(
    running: str | None, text: str | None, status: CheckStatus, repair: RepairId | None
) -> None:
    found = judge_default_runtime(running, read_settings(text))
    assert (found.status, found.repair) == (status, repair)


@pytest.mark.parametrize(
    ("registered", "text", "status", "repair"),
    [
        (("nvidia", "runc"), NO_DEFAULT, PASS, None),
        (("runc",), NO_DEFAULT, FAIL, RepairId.RESTART_DOCKER),
        (("runc",), None, FAIL, RepairId.DEFAULT_RUNTIME),
        (None, NO_DEFAULT, UNKNOWN, None),
        (None, None, UNKNOWN, None),
    ],
)
def test_a_runtime_that_only_the_file_has_needs_a_restart(
    registered: tuple[str, ...] | None, text: str | None, status: CheckStatus, repair: RepairId | None
) -> None:
    found = judge_runtime(registered, read_settings(text))
    assert (found.status, found.repair) == (status, repair)


@pytest.mark.parametrize(
    ("is_root", "listed", "effective", "refused", "expected"),
    [
        (True, False, False, False, (PASS, None)),
        (False, True, True, False, (PASS, None)),
        (False, True, False, True, (FAIL, "newgrp docker")),
        (False, False, False, True, (FAIL, "sudo usermod -aG docker ann")),
        (False, False, False, False, (WARN, "sudo usermod -aG docker ann")),
        (False, True, True, True, (FAIL, "sudo usermod -aG docker ann")),
    ],
)
def test_a_group_counts_from_the_next_sign_in_on(
    is_root: bool, listed: bool, effective: bool, refused: bool, expected: tuple[CheckStatus, str | None]
) -> None:
    found = judge_group("ann", is_root=is_root, listed=listed, effective=effective, refused=refused)
    assert (found.status, found.command) == expected


def test_the_name_of_an_account_never_becomes_part_of_a_command() -> None:
    found = judge_group("a; reboot", is_root=False, listed=False, effective=False, refused=True)
    assert found.command == "sudo usermod -aG docker 'a; reboot'"


# images and containers

IMAGE = SeenImage(digest="sha256:" + "ab" * 32, size_bytes=8_100_000_000)


@pytest.mark.parametrize(
    ("image", "needed", "pinned", "status"),
    [
        (IMAGE, True, None, PASS),
        (IMAGE, True, IMAGE.digest, PASS),
        (IMAGE, True, "sha256:cd", FAIL),
        (None, True, None, FAIL),
        (None, False, None, WARN),
    ],
)
def test_an_image_is_there_and_the_pinned_one(
    image: SeenImage | None, needed: bool, pinned: str | None, status: CheckStatus
) -> None:
    found = judge_image("vllm:1", image, needed=needed, pinned=pinned)
    assert (found.status, found.subject) == (status, "vllm:1")


def container(**more: object) -> SeenContainer:
    fields: dict[str, object] = {
        "id": "f" * 64, "name": "vllm", "image": "nvcr.io/nvidia/vllm:25.09-py3", "running": True, "ours": False, **more
    }  # fmt: skip
    return SeenContainer(**fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("containers", "status"),
    [
        ([], PASS),
        ([container(name="other")], PASS),
        ([container(ours=True)], PASS),
        ([container()], WARN),
        ([container(running=False)], FAIL),
        ([container(image="postgres:16")], FAIL),
    ],
)
def test_the_name_of_the_container_is_free_ours_or_in_the_way(
    containers: list[SeenContainer], status: CheckStatus
) -> None:
    assert judge_name("vllm", containers).status is status


# memory


def ledger(
    free: float, available: float, cache: float = 0.0, *, others: tuple[ProcessMemory, ...] = ()
) -> MemoryLedger:
    """Return the ledger of a Thor with that much GiB free, available and in copies of files."""
    amounts = [round(each * GIB) for each in (122.8, free, available, cache)]
    memory = Memory(
        total_bytes=amounts[0], free_bytes=amounts[1], available_bytes=amounts[2], file_cache_bytes=amounts[3]
    )
    sample = TelemetrySnapshot(
        taken_s=0.0,
        memory=Reading(value=memory),
        gpu_processes=Reading(value=()),
        large_processes=Reading(value=others),
    )
    made = memory_ledger(sample, None, None)
    assert made is not None
    return made


GAME = ProcessMemory(pid=77, name="game", resident_bytes=60 * GIB)


@pytest.mark.parametrize(
    ("seen", "serving", "leftovers", "expected"),
    [
        (ledger(115.0, 118.0), False, False, (PASS, None, None)),
        (ledger(40.0, 118.0, 78.0), False, False, (WARN, RepairId.CLEAR_MEMORY, CLEAR)),
        (ledger(96.0, 96.8), False, False, (FAIL, RepairId.CLEAR_MEMORY, CLEAR)),
        (ledger(96.0, 96.8), False, True, (FAIL, RepairId.STOP_LEFTOVERS, None)),
        (ledger(56.0, 57.0, others=(GAME,)), False, False, (FAIL, None, "kill 77")),
        (ledger(8.0, 9.0), True, False, (PASS, None, None)),
    ],
)
def test_idle_memory_is_told_apart_by_who_holds_it(
    seen: MemoryLedger, serving: bool, leftovers: bool, expected: tuple[CheckStatus, RepairId | None, str | None]
) -> None:
    found = judge_memory(seen, serving=serving, leftovers=leftovers)
    assert (found.status, found.repair, found.command) == expected


def test_the_file_cache_is_never_called_used_and_another_program_is_named() -> None:
    copies = judge_memory(ledger(40.0, 118.0, 78.0), serving=False, leftovers=False)
    assert copies.found.startswith("Copies of files fill 78.0 GiB")
    other = judge_memory(ledger(56.0, 57.0, others=(GAME,)), serving=False, leftovers=False)
    assert other.found.startswith("game (process 77) holds 60.0 GiB")


@pytest.mark.parametrize(("total", "used", "status"), [(0.0, 0.0, WARN), (8.0, 0.5, PASS), (8.0, 5.0, WARN)])
def test_swap_is_there_and_hardly_used(total: float, used: float, status: CheckStatus) -> None:
    assert judge_swap(round(total * GIB), round(used * GIB)).status is status


# processes and ports

ENGINE = SeenProcess(pid=41, name="VLLM::EngineCore", container="f" * 64)


@pytest.mark.parametrize(
    ("processes", "running", "ended", "status", "repair"),
    [
        ([], [], [], PASS, None),
        ([ENGINE], ["f" * 64], [], PASS, None),
        ([SeenProcess(pid=41, name="VLLM::EngineCore", orphan=True)], [], [], FAIL, None),
        ([SeenProcess(pid=41, name="vllm serve")], [], [], WARN, None),
        ([SeenProcess(pid=41, name="VLLM", container="e" * 64)], ["f" * 64], [], FAIL, RepairId.STOP_LEFTOVERS),
        ([], [], ["vllm"], WARN, RepairId.STOP_LEFTOVERS),
    ],
)
def test_leftovers_are_ours_to_stop_and_others_are_named(
    processes: list[SeenProcess], running: list[str], ended: list[str], status: CheckStatus, repair: RepairId | None
) -> None:
    found = judge_leftovers(processes, running, ended)
    assert (found.status, found.repair) == (status, repair)


def test_many_leftovers_are_not_all_listed() -> None:
    processes = [SeenProcess(pid=pid, name="vllm serve") for pid in range(10, 17)]
    found = judge_leftovers(processes, [], [])
    assert "and 3 more" in found.found
    assert found.command == "kill 10 11 12 13 14 15 16"


@pytest.mark.parametrize(
    ("holder", "blocks", "status", "command"),
    [
        (None, True, PASS, None),
        (PortHolder(pid=7, name="python3", container="vllm"), True, PASS, None),
        (PortHolder(pid=7, name="python3", container="web"), True, FAIL, "docker stop web"),
        (PortHolder(pid=7, name="python3"), True, FAIL, "kill 7"),
        (PortHolder(pid=7, name="python3"), False, WARN, "kill 7"),
        (PortHolder(pid=None), True, FAIL, "sudo ss -ltnp 'sport = :8000'"),
    ],
)
def test_a_port_is_free_or_held_by_who_may(
    holder: PortHolder | None, blocks: bool, status: CheckStatus, command: str | None
) -> None:
    found = judge_port(8000, holder, rightful={"vllm"}, blocks=blocks)
    assert (found.status, found.command) == (status, command)


# disk and files


@pytest.mark.parametrize(
    ("free_gb", "there_gb", "status"),
    [(300, 0, PASS), (60, 150, PASS), (100, 20, WARN), (60, 0, WARN), (5, 190, FAIL)],
)
def test_models_that_are_there_need_no_more_room(free_gb: int, there_gb: int, status: CheckStatus) -> None:
    assert judge_disk(free_gb * GB, there_gb * GB, where="/data").status is status


@pytest.mark.parametrize(("free_gb", "status"), [(50, PASS), (12, WARN), (2, FAIL)])
def test_docker_needs_room_to_unpack_an_image(free_gb: int, status: CheckStatus) -> None:
    assert judge_docker_disk(free_gb * GB, where="/var/lib/docker").status is status


@pytest.mark.parametrize(("size", "status"), [(10, PASS), (9, FAIL), (None, FAIL), (0, FAIL)])
def test_a_word_list_of_another_size_is_as_bad_as_none(size: int | None, status: CheckStatus) -> None:
    found = judge_file("o200k_base.tiktoken", size, 10)
    assert found.status is status
    assert found.repair is (None if status is PASS else RepairId.PUT_ENCODINGS)


@pytest.mark.parametrize(
    ("fault", "promised", "status"), [(None, True, PASS), ("not here.", True, FAIL), ("not here.", False, WARN)]
)
def test_weights_that_the_workshop_promises_fail_where_they_are_missing(
    fault: str | None, promised: bool, status: CheckStatus
) -> None:
    found = judge_weights("fp8", fault, 8 * GB, promised=promised)
    assert (found.status, found.subject) == (status, "fp8")


@pytest.mark.parametrize(("entries", "status", "said"), [(0, WARN, "empty"), (1, PASS, "1 entry"), (6, PASS, "6 entries, 628 MB")])  # fmt: skip
def test_a_cold_compile_cache_only_costs_time(entries: int, status: CheckStatus, said: str) -> None:
    found = judge_compile_cache(entries, 628_000_000)
    assert found.status is status
    assert said in found.found


# the machine


@pytest.mark.parametrize(
    ("found", "status"),
    [
        (judge_time(synchronised=True), PASS),
        (judge_time(synchronised=False), WARN),
        (judge_time(synchronised=None), UNKNOWN),
        (judge_power_mode("MAXN"), PASS),
        (judge_power_mode("MAXN_SUPER"), PASS),
        (judge_power_mode("120W"), WARN),
        (judge_power_mode(None), UNKNOWN),
        (judge_clocks(1_575_000_000, 1_575_000_000), PASS),
        (judge_clocks(315_000_000, 1_575_000_000), WARN),
        (judge_clocks(None, 1_575_000_000), UNKNOWN),
        (judge_l4t("38.2.2", {"38.2.2": "7.0", "38.4.0": "7.1"}), PASS),
        (judge_l4t("36.4.0", {"38.2.2": "7.0", "38.4.0": "7.1"}), FAIL),
        (judge_l4t("41.1.0", {"38.2.2": "7.0", "38.4.0": "7.1"}), PASS),
        (judge_l4t("38.1", {"38.2.2": "7.0", "38.4.0": "7.1"}), FAIL),
        (judge_l4t(None, {"38.2.2": "7.0", "38.4.0": "7.1"}), UNKNOWN),
        (judge_l4t("38", {"38.2.2": "7.0", "38.4.0": "7.1"}), UNKNOWN),
        (judge_throttling(()), PASS),
        (judge_throttling(("tj-throttle-alert",)), WARN),
        (judge_throttling(None), UNKNOWN),
        (judge_chat_page(None, 8000, fits=False), PASS),
        (judge_chat_page("http://0.0.0.0:8000/v1", 8000, fits=True), PASS),
        (judge_chat_page("http://0.0.0.0:8001/v1", 8000, fits=False), WARN),
        (judge_socket(None, answers=False), PASS),
        (judge_socket(0o140660, answers=True), PASS),
        (judge_socket(0o140660, answers=False), WARN),
        (judge_socket(0o140666, answers=True), FAIL),
    ],
)
def test_the_machine_is_judged(found: Finding, status: CheckStatus) -> None:
    assert found.status is status
    assert bool(found.fix) is (status in {WARN, FAIL})


def test_a_release_that_nobody_has_heard_of_is_shown_and_not_refused() -> None:
    assert judge_l4t("41.1.0", {"38.2.2": "7.0", "38.4.0": "7.1"}).found == "41.1.0, newer than this list of releases"
    assert judge_l4t("38.4.0", {"38.2.2": "7.0", "38.4.0": "7.1"}).found == "38.4.0, JetPack 7.1"
