"""Who holds the memory, and what is said about it."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import samples

from thorhud.domain.memory import ledger_of
from thorhud.domain.state import AgentState
from thorhud.gui.memory_parts import MemoryParts, Part, memory_parts, spoken


def parts(state: AgentState) -> MemoryParts:
    memory = state.telemetry.memory.value
    assert memory is not None
    return memory_parts(memory, state, samples.workshop())


def sizes(shown: MemoryParts) -> dict[Part, float]:
    return {piece.part: round(piece.gib, 1) for piece in shown.pieces}


def with_memory(state: AgentState, used_gib: float, *, files: float = 0.0) -> AgentState:
    reading = replace(state.telemetry.memory, value=samples.memory(used_gib, file_cache_gib=files))
    return replace(state, telemetry=replace(state.telemetry, memory=reading))


def test_an_idle_unit_shows_only_the_system() -> None:
    shown = parts(samples.idle())

    assert sizes(shown) == {Part.SYSTEM: 4.6}
    assert (shown.note, shown.alarm, shown.label) == ("idle", False, "")
    assert shown.free_gib == pytest.approx(118.2, abs=0.05)
    assert (shown.title, shown.idle_gib) == ("Unified memory", (3.0, 6.0))


def test_a_ready_model_is_split_into_weights_and_conversation_cache() -> None:
    shown = parts(samples.running())

    assert sizes(shown) == {Part.SYSTEM: 4.5, Part.MODEL: 6.9, Part.CACHE: 79.1, Part.REST: 0.4}
    assert shown.label == "vLLM 86.4:  model 6.9,  conversation cache 79.1"
    assert not shown.alarm


def test_figures_of_the_log_that_are_more_than_is_used_are_not_believed() -> None:
    shown = parts(with_memory(samples.running(), 40.0))

    assert shown.label == "vLLM 37.0"
    assert sum(piece.gib for piece in shown.pieces) == pytest.approx(40.0, abs=0.01)


def test_memory_that_nobody_holds_after_a_failure_is_named() -> None:
    shown = parts(samples.failed())

    assert sizes(shown)[Part.UNCLAIMED] == 103.9
    assert shown.label == "103.9 not released by the last model"
    assert (shown.note, shown.alarm) == ("almost full", True)


def test_without_a_launch_before_no_model_is_blamed() -> None:
    shown = parts(with_memory(samples.idle(), 30.0))

    assert Part.UNCLAIMED in sizes(shown)
    assert "last model" not in shown.label


def test_on_a_machine_that_is_no_unit_other_programs_are_not_called_unclaimed() -> None:
    here = replace(samples.idle(), identity=replace(samples.IDENTITY, is_jetson=False))

    shown = parts(with_memory(here, 30.0))

    assert sizes(shown) == {Part.SYSTEM: 30.0}
    assert shown.label == "system and other programs"
    assert (shown.title, shown.idle_gib) == ("Memory", None)


def test_file_copies_are_shown_and_never_called_used() -> None:
    shown = parts(with_memory(samples.idle(), 4.6, files=60.0))

    assert sizes(shown) == {Part.SYSTEM: 4.6, Part.FILES: 60.0}
    assert shown.used_gib == pytest.approx(4.6, abs=0.01)
    assert shown.free_gib == pytest.approx(58.2, abs=0.05)
    assert not shown.alarm


@pytest.mark.parametrize("make", [samples.idle, samples.loading, samples.running, samples.failed])
def test_the_bar_and_the_ledger_are_one_account(make: Callable[[], AgentState]) -> None:
    state = make()
    shown, ledger = parts(state), ledger_of(state, samples.workshop())

    assert ledger is not None
    assert shown.used_gib * 1024**3 == pytest.approx(ledger.used_bytes)
    assert sum(piece.gib for piece in shown.pieces if piece.part is not Part.FILES) == pytest.approx(
        shown.used_gib, abs=0.2
    )


def test_the_bar_can_be_read_aloud() -> None:
    assert spoken(parts(samples.running())).startswith("90.9 of 122.8 GiB used: system 4.5, model 6.9, cache 79.1")
