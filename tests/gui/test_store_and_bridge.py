"""The newest state, told once for each turn of the event loop."""

from dataclasses import replace

import samples
from pytestqt.qtbot import QtBot

from thorhud.gui.bridge import StoreBridge
from thorhud.gui.store import FaceState, LinkPhase, Store


class Hand:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now_s = 50.0

    def __call__(self) -> float:
        return self.now_s


def test_the_age_of_a_snapshot_is_decided_by_the_face_and_not_by_the_agent() -> None:
    clock = Hand()
    store = Store(clock=clock)
    store.receive(replace(samples.idle(), telemetry=replace(samples.idle().telemetry, taken_s=9_000_000.0)))

    clock.now_s += 4.5

    assert store.state.age_s(clock()) == 4.5


def test_traces_grow_with_each_sample_and_not_with_each_snapshot() -> None:
    store = Store()
    state = samples.idle()
    for taken_s in (1.0, 1.0, 1.0, 2.0):
        store.receive(replace(state, telemetry=replace(state.telemetry, taken_s=taken_s)))

    assert store.state.traces["gpu"] == (0.02, 0.02)


def test_a_trace_keeps_one_minute() -> None:
    store = Store()
    state = samples.idle()
    for second in range(75):
        store.receive(replace(state, telemetry=replace(state.telemetry, taken_s=float(second))))

    assert len(store.state.traces["cpu"]) == 60


def test_the_time_of_an_outage_counts_from_its_beginning() -> None:
    clock = Hand()
    store = Store(clock=clock)
    store.set_link(LinkPhase.GONE)
    clock.now_s += 7

    store.set_link(LinkPhase.GONE, reason="still")

    assert store.state.link.since_s == 50.0
    assert store.state.link.reason == "still"


def test_many_changes_in_one_turn_are_one_signal_with_the_newest_state(qtbot: QtBot) -> None:
    store = Store()
    bridge = StoreBridge(store)
    told: list[FaceState] = []
    bridge.state_changed.connect(told.append)

    with qtbot.waitSignal(bridge.state_changed):
        for make in samples.ALL.values():
            store.receive(make())

    assert [face.agent for face in told] == [samples.running()]
