"""Every cause of failure that the facts name, in every wording, and the ends that are none."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import thorhud
from tests.domain.failure_samples import ASKED, EXIT_CODES, KIND_OF_CAPTURE, LINES
from tests.domain.vllm_log_samples import GPU_WORDINGS, GpuWording, capture, gpu_log, names, reading_of, reading_of_text
from thorhud.domain.failure_causes import ALIASES, CAUSES, cause_of
from thorhud.domain.failure_patterns import RULES
from thorhud.domain.failures import KINDS, Failure, diagnose, failure_of, outcome, outcome_of_earlier
from thorhud.domain.log_reading import LogReading
from thorhud.domain.memory_cause import KINDS as MEMORY_KINDS

EVIDENCE_OF_CAPTURE = {
    "20": "HFValidationError: Repo id must be in the form",
    "21": "LocalEntryNotFoundError: Cannot find an appropriate cached snapshot folder",
    "23": "OSError: [Errno 98] Address already in use",
    "24": "User-specified max_model_len (200000)",
    "26": "ValueError: Available memory on node 0 (16.37/19.46 GiB)",
    "27": "unrecognized arguments: --no-such-flag 1",
    "33": "SafetensorError: Error while deserializing header",
    "42": "engine core exited unexpectedly",
    "51": "Tokenizer class TokenizersBackend does not exist",
}


def diagnosed(
    reading: LogReading, *, exit_code: int | None, stop_requested: bool = False
) -> tuple[str, Failure | None]:
    failure = diagnose(reading.evidence, exit_code=exit_code, stop_requested=stop_requested, timeline=reading.timeline)
    return outcome(reading.start, failure, stop_requested=stop_requested), failure


def failure_in(text: str, *, exit_code: int | None = 1) -> Failure:
    _, failure = diagnosed(reading_of_text(text), exit_code=exit_code)
    assert failure is not None
    return failure


@pytest.mark.parametrize("name", names("log"))
def test_every_recorded_end_has_its_outcome_and_kind(name: str) -> None:
    recorded, number = capture(name), name[:2]
    asked = number in ASKED
    how, failure = diagnosed(reading_of(recorded.pieces), exit_code=recorded.exit_code, stop_requested=asked)
    assert how == ("stopped" if asked else "failed")
    assert (failure.kind if failure else None) == (None if asked else KIND_OF_CAPTURE[number])


@pytest.mark.parametrize("name", [name for name in names("log") if name[:2] in EVIDENCE_OF_CAPTURE])
def test_the_evidence_is_the_line_of_the_root_cause_and_not_the_last_one(name: str) -> None:
    recorded = capture(name)
    _, failure = diagnosed(reading_of(recorded.pieces), exit_code=recorded.exit_code)
    assert failure is not None
    assert EVIDENCE_OF_CAPTURE[name[:2]] in failure.evidence
    assert "Engine core initialization failed" not in failure.evidence


@pytest.mark.parametrize("name", [name for name in names("log") if name[:2] in ASKED])
def test_the_same_end_without_a_wish_is_a_failure_whatever_the_exit_code(name: str) -> None:
    recorded = capture(name)
    how, failure = diagnosed(reading_of(recorded.pieces), exit_code=recorded.exit_code)
    assert how == "failed"
    assert failure is not None
    assert failure.kind == "stopped-outside"


@pytest.mark.parametrize("name", [name for name in names("log") if name[:2] in KIND_OF_CAPTURE])
def test_a_failed_log_is_recognised_without_an_exit_code(name: str) -> None:
    how, failure = diagnosed(reading_of(capture(name).pieces), exit_code=None)
    assert how == "failed"
    assert failure is not None
    assert failure.kind == KIND_OF_CAPTURE[name[:2]]


@pytest.mark.parametrize("name", [name for name in names("log") if name[:2] in ASKED])
def test_while_it_runs_no_healthy_start_ever_looks_failed(name: str) -> None:
    reading = LogReading()
    pieces = capture(name).pieces
    for count in range(0, len(pieces), 7):
        reading = reading_of(pieces[:count])
        assert diagnosed(reading, exit_code=None)[1] is None


@pytest.mark.parametrize("wording", GPU_WORDINGS, ids=lambda wording: wording.version)
def test_a_gpu_start_is_ready_when_it_serves_and_starting_before(wording: GpuWording) -> None:
    data = gpu_log(wording).decode()
    assert diagnosed(reading_of_text(data), exit_code=None) == ("ready", None)
    assert diagnosed(reading_of_text(data[: len(data) // 2]), exit_code=None) == ("starting", None)


GENERIC_END = (
    "\n(EngineCore_DP0 pid=441) ERROR 11-24 11:43:54 [core.py:708] EngineCore failed to start.\n"
    "(APIServer pid=92) RuntimeError: Engine core initialization failed. See root cause above."
    " Failed core proc(s): {'EngineCore_DP0': 1}\n"
)
ENGINE = "(EngineCore_DP0 pid=441) ERROR 11-24 11:43:54 [core.py:708] "


@pytest.mark.parametrize(("kind", "line"), LINES, ids=[f"{kind}-{n}" for n, (kind, _) in enumerate(LINES)])
@pytest.mark.parametrize("prefix", ["", ENGINE, "(Worker_TP0 pid=7) ERROR 11-24 11:43:54 [x.py:1] "])
def test_each_wording_of_a_cause_is_found_above_the_generic_last_line(kind: str, line: str, prefix: str) -> None:
    failure = failure_in(f"{prefix}{line}{GENERIC_END}")
    assert failure.kind == kind
    assert line.strip()[:40] in failure.evidence


@pytest.mark.parametrize("kind", sorted({rule.kind for rule in RULES}))
def test_no_rule_speaks_for_a_kind_without_words(kind: str) -> None:
    assert kind in KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_every_cause_has_a_headline_a_reason_and_a_next_step_without_blame(kind: str) -> None:
    failure = failure_of(kind)
    assert failure.headline
    assert not failure.headline.endswith(".")
    assert failure.explanation.endswith((".", "}"))
    assert failure.next_step.endswith(".")
    words = f"{failure.headline} {failure.explanation} {failure.next_step}"
    assert "!" not in words
    assert "{" not in failure.headline + failure.next_step.replace('{"', "").replace("0}", "")


def test_memory_at_the_start_names_what_was_needed_and_what_was_free() -> None:
    failure = failure_in(ENGINE + LINES[0][1] + GENERIC_END)
    assert "85.98 GiB" in failure.explanation
    assert "14.45 GiB" in failure.explanation
    assert "122.82 GiB" in failure.explanation


def test_the_document_s_broken_memory_message_gives_its_figures_too() -> None:
    failure = failure_in(
        "ValueError: Free memory on device (14.45/122.82 GiB) on startup is less than\n"
        "desired GPU memory utilization (0.7, 85.98 GiB)\n"
    )
    assert failure.kind == "memory-at-start"
    assert "85.98 GiB" in failure.explanation


def test_a_memory_line_that_tells_of_success_is_no_failure() -> None:
    reading = reading_of_text(
        "INFO 11-24 11:43:54 [gpu_worker.py:1] Free memory on device (78.76/79.25 GiB) on startup."
        " Desired GPU memory utilization is (0.9, 71.33 GiB). Actual usage is 14.9 GiB\n"
    )
    assert diagnosed(reading, exit_code=None) == ("starting", None)


def test_a_conversation_that_does_not_fit_names_its_length_and_both_sizes() -> None:
    failure = failure_in(ENGINE + LINES[4][1])
    assert failure.explanation == (
        "One conversation of 131072 tokens needs 9.00 GiB, and 4.20 GiB are left after the weights."
    )


def test_the_nvml_warning_of_a_start_that_ran_out_of_memory_is_not_the_cause() -> None:
    failure = failure_in(f"UserWarning: Can't initialize NVML\n{ENGINE}{LINES[0][1]}{GENERIC_END}")
    assert failure.kind == "memory-at-start"


def test_the_nvml_warning_alone_explains_a_start_that_failed() -> None:
    assert failure_in(f"UserWarning: Can't initialize NVML{GENERIC_END}").kind == "gpu-not-visible"


def test_the_nvml_warning_of_a_start_that_goes_on_is_no_failure() -> None:
    reading = reading_of_text(
        "UserWarning: Can't initialize NVML\nINFO 11-24 11:43:54 [a.py:1] Using max model len 4096\n"
    )
    assert diagnosed(reading, exit_code=None) == ("starting", None)


def test_a_hub_that_did_not_answer_at_first_does_not_explain_a_later_end() -> None:
    failure = failure_in(
        "(APIServer pid=1) ERROR 11-24 11:43:54 [r.py:1] Error retrieving file list: [Errno -2] Name or service not known\n"
        f"{ENGINE}torch.OutOfMemoryError: CUDA out of memory.{GENERIC_END}"
    )
    assert failure.kind == "out-of-memory"


def test_an_error_that_the_start_survived_does_not_look_like_a_failure_while_it_goes_on() -> None:
    reading = reading_of_text(
        "(APIServer pid=1) ERROR 11-24 11:43:54 [r.py:1] GatedRepoError: 401 Client Error.\n"
        "(EngineCore pid=2) INFO 11-24 11:43:54 [c.py:1] Starting to load model m...\n"
    )
    assert diagnosed(reading, exit_code=None) == ("starting", None)


def test_an_unknown_cause_shows_the_first_error_and_not_what_follows_from_it() -> None:
    failure = failure_in(
        f"{ENGINE}Traceback (most recent call last):\n"
        f'{ENGINE}  File "/opt/vllm/core.py", line 700, in run_engine_core\n'
        f"{ENGINE}    raise FlashInferError('tactic')\n"
        f"{ENGINE}flashinfer.FlashInferError: no tactic for this shape\n"
        f"(APIServer pid=92) Exception: WorkerProc initialization failed due to an exception in a background process."
        f"{GENERIC_END}"
    )
    assert failure.kind == "unknown"
    assert failure.headline == "vLLM stopped and we do not know why"
    assert failure.evidence.endswith("FlashInferError: no tactic for this shape")
    assert "no tactic for this shape" in failure.explanation


def test_a_traceback_that_python_ignores_is_not_the_first_error() -> None:
    failure = failure_in(
        "Exception ignored in: <function CPUDNNLGEMMHandler.__del__ at 0x7f>\n"
        "Traceback (most recent call last):\n"
        "AssertionError: Please convert all Tensors to FakeTensors first\n"
        "RuntimeError: the real one\n"
    )
    assert failure.evidence == "RuntimeError: the real one"


def test_errors_of_requests_in_a_healthy_server_are_no_failure() -> None:
    recorded = capture("52_v0.11.0_warm_start_api_sigint")
    until = next(n for n, piece in enumerate(recorded.pieces) if "Shutting down FastAPI" in piece.text)
    assert diagnosed(reading_of(recorded.pieces[:until]), exit_code=None) == ("ready", None)


def test_a_server_that_answers_every_chat_with_the_missing_word_list_has_failed() -> None:
    served = gpu_log(GPU_WORDINGS[-1]).decode()
    reading = reading_of_text(f"{served}openai_harmony.HarmonyError: invalid tiktoken vocab file: No such file\n")
    how, failure = diagnosed(reading, exit_code=None)
    assert how == "failed"
    assert failure is not None
    assert failure.kind == "gpt-oss-vocabulary"


def test_a_word_list_that_fails_after_the_graphs_is_found_in_the_server_s_traceback() -> None:
    starting = gpu_log(GPU_WORDINGS[1]).decode().split("INFO:     Started server")[0]
    failure = failure_in(
        f"{starting}\x1b[1;36m(APIServer pid=92)\x1b[0;0m openai_harmony.HarmonyError: error downloading or loading"
        " vocab file: failed to download or load vocab file\n"
    )
    assert failure.kind == "gpt-oss-vocabulary"


def test_an_engine_that_ran_out_of_memory_while_serving_says_so() -> None:
    served = gpu_log(GPU_WORDINGS[2]).decode()
    failure = failure_in(
        f"{served}{ENGINE}EngineCore encountered a fatal error.\n{ENGINE}torch.OutOfMemoryError: CUDA out of memory.\n",
        exit_code=0,
    )
    assert failure.kind == "out-of-memory"
    assert "CUDA out of memory" in failure.evidence


def test_an_engine_that_died_of_an_unknown_error_shows_that_error() -> None:
    served = gpu_log(GPU_WORDINGS[2]).decode()
    failure = failure_in(
        f"{served}(APIServer pid=92) ValueError: This model's maximum context length is 4096 tokens.\n"
        f"{ENGINE}EngineCore encountered a fatal error.\n{ENGINE}AttributeError: 'NoneType' object\n"
        "(APIServer pid=92) ERROR 11-24 11:50:00 [async_llm.py:1] vllm.v1.engine.exceptions.EngineDeadError: x\n"
        "INFO:     Shutting down\n",
        exit_code=0,
    )
    assert failure.kind == "engine-died"
    assert "AttributeError" in failure.evidence


@pytest.mark.parametrize(("exit_code", "kind"), EXIT_CODES)
def test_an_end_without_a_word_is_named_by_its_exit_code(exit_code: int, kind: str) -> None:
    starting = gpu_log(GPU_WORDINGS[2]).decode().split("Loading weights took")[0]
    assert failure_in(starting, exit_code=exit_code).kind == kind


def test_a_worker_that_the_kernel_killed_is_told_by_the_summary_of_dead_processes() -> None:
    failure = failure_in(
        "RuntimeError: Engine core initialization failed. See root cause above. Failed core proc(s): {'EngineCore_0': -9}\n"
    )
    assert failure.kind == "killed"


def test_a_log_that_never_began_is_unknown_and_not_an_error_of_ours() -> None:
    assert failure_in("", exit_code=1).kind == "unknown"


@given(code=st.none() | st.integers(-20, 260), text=st.text())
def test_no_log_and_no_exit_code_break_the_diagnosis(code: int | None, text: str) -> None:
    how, failure = diagnosed(reading_of_text(text), exit_code=code)
    assert how in {"ready", "starting", "failed", "stopped"}
    assert (failure is not None) == (how == "failed")
    assert code is None or how == "failed"


def test_an_earlier_start_that_was_interrupted_was_stopped_and_one_that_broke_has_failed() -> None:
    stopped = capture("52_v0.11.0_warm_start_api_sigint").pieces
    broken = capture("58_v0.11.0_fail_max_model_len_too_large").pieces
    reading = reading_of_text("\n".join(piece.text for piece in (*stopped, *broken, *stopped[:60])))
    results = [outcome_of_earlier(start) for start in reading.earlier]
    assert [how for how, _ in results] == ["stopped", "failed"]
    assert results[1][1] is not None
    assert results[1][1].kind == "max-model-len"


def test_evidence_stays_small_however_long_the_log() -> None:
    lines = [f"{ENGINE}{line} {n} {'x' * 5000}" for n in range(20) for _, line in LINES]
    evidence = reading_of_text("\n".join(lines)).evidence
    assert len(evidence.clues) <= 16
    assert all(len(clue.line) <= 600 for clue in evidence.clues)


def test_causes_and_kinds_are_the_same_list() -> None:
    assert tuple(CAUSES) == KINDS


def test_what_a_start_survived_does_not_explain_the_end_of_its_server() -> None:
    starting, ready = gpu_log(GPU_WORDINGS[2]).decode().split("INFO:     Started server")
    trouble = f"{ENGINE}torch.OutOfMemoryError: CUDA out of memory. Trying a smaller batch\n"
    failure = failure_in(f"{starting}{trouble}INFO:     Started server{ready}", exit_code=1)
    assert failure.kind == "unknown"


def test_an_unknown_end_keeps_the_last_twenty_lines_whatever_they_say() -> None:
    text = "\n".join(f"(EngineCore pid=1) INFO 11-24 11:43:54 [c.py:1] line {n}" for n in range(30))
    failure = failure_in(f"{text}\nsomething nobody knows\n")
    assert failure.kind == "unknown"
    assert len(failure.last_lines) == 20
    assert failure.last_lines[-1] == "something nobody knows"
    assert failure.last_lines[0].endswith("line 11")


def test_a_known_cause_needs_no_last_lines() -> None:
    assert failure_in(ENGINE + LINES[0][1] + GENERIC_END).last_lines == ()


def test_a_bar_that_moves_on_takes_one_of_the_last_lines_and_not_all() -> None:
    bars = "\r".join(
        f"Loading safetensors checkpoint shards: {n:3}% Completed | {n}/100 {n}%|###| {n}/100" for n in range(100)
    )
    failure = failure_in(f"first words\n{bars}\nlast words\n")
    assert failure.last_lines[0] == "first words"
    assert len(failure.last_lines) == 3


def test_last_lines_stay_short() -> None:
    assert all(len(line) <= 160 for line in failure_in("x" * 5000).last_lines)


def test_a_warning_about_a_file_that_may_not_be_read_does_not_explain_a_later_end() -> None:
    failure = failure_in(
        "(APIServer pid=1) WARNING 11-24 11:43:54 [u.py:1] PermissionError: [Errno 13] Permission denied: '/root/.config'\n"
        f"{ENGINE}torch.OutOfMemoryError: CUDA out of memory.{GENERIC_END}"
    )
    assert failure.kind == "out-of-memory"


def test_figures_of_the_new_wordings_reach_the_explanation() -> None:
    said = {kind: failure_in(f"{ENGINE}{line}{GENERIC_END}").explanation for kind, line in LINES}
    assert said["swap-space"].startswith("--swap-space asks for 100.00 of 122.82 GiB")
    assert said["files-not-allowed"].startswith("vLLM was refused /root/.cache/huggingface/hub;")


@pytest.mark.parametrize(("alias", "kind"), ALIASES.items())
def test_an_alias_has_the_words_of_its_kind(alias: str, kind: str) -> None:
    assert alias not in KINDS
    assert failure_of(alias).headline == CAUSES[kind].headline


def test_a_kind_that_is_not_in_the_table_is_unknown_and_not_an_error() -> None:
    assert failure_of("from-a-newer-agent").headline == CAUSES["unknown"].headline


def test_the_causes_of_the_memory_ledger_are_in_the_table() -> None:
    assert set(MEMORY_KINDS) <= set(KINDS)


NO_FAILURES_OF_SERVING = {
    # what the agent answers to a command; nothing failed on the unit
    *("stopped", "started-outside", "taken-over", "records", "cancelled", "aborted", "repair", "repairing"),
    *("changing", "removes-data", "chat-page-runs", "data-left"),
    # why a ladder leaves a part out: that part says it, not the screen of a failed start
    *("measuring", "silent", "start-hangs"),
}


@pytest.mark.parametrize("part", ["serving", "agent", "simulate"])
def test_every_kind_that_a_part_of_the_program_gives_is_in_the_table(part: str) -> None:
    folder = Path(thorhud.__file__).parent / part
    text = "\n".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.py"))
    given = set(re.findall(r'\bkind="([a-z-]+)"', text)) - NO_FAILURES_OF_SERVING
    assert {kind for kind in given if cause_of(kind) is None} == set()
