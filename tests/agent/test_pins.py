"""The PIN as the agent enforces it: for the touch display, slowly, and written down nowhere."""

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.agent.conftest import Face, Unit, face_of, run_unit
from thorhud.agent.pins import Pins
from thorhud.domain.messages import AnswerKind, Command, CommandAnswer, Verb
from thorhud.domain.pin import FREE_TRIES
from thorhud.links.local import local_link
from thorhud.settings.pin_file import NAME, PinFile

PIN = "73190246"


@pytest.fixture
async def kiosk(unit: Unit) -> AsyncIterator[Face]:
    async with face_of(unit, who="kiosk") as face:
        yield face


@pytest.fixture
def pin_file(unit: Unit) -> PinFile:
    assert unit.parts.pin_file is not None
    return PinFile(unit.parts.pin_file)


async def set_pin(face: Face, file: PinFile) -> None:
    await asyncio.to_thread(file.keep, PIN)
    await face.until(lambda state: state.pin_set)


async def wrong(face: Face, times: int) -> list[CommandAnswer]:
    return [await face.do(Verb.CHECK_PIN, pin="0000") for _ in range(times)]


async def test_without_a_pin_the_display_may_restart_docker(kiosk: Face) -> None:
    answer = await kiosk.do(Verb.REPAIR, repair="restart-docker")

    assert answer.kind is AnswerKind.DONE


@pytest.mark.parametrize("repair", ["restart-docker", "reboot"])
async def test_with_a_pin_it_may_only_with_it(kiosk: Face, pin_file: PinFile, repair: str) -> None:
    await set_pin(kiosk, pin_file)

    without = await kiosk.do(Verb.REPAIR, repair=repair)
    with_a_wrong_one = await kiosk.do(Verb.REPAIR, repair=repair, pin="1111")
    with_it = await kiosk.do(Verb.REPAIR, repair=repair, pin=PIN)

    assert (without.kind, without.failure_kind) == (AnswerKind.FAILED, "pin-missing")
    assert (with_a_wrong_one.kind, with_a_wrong_one.failure_kind) == (AnswerKind.FAILED, "pin-wrong")
    assert with_it.kind is AnswerKind.DONE, with_it.reason


async def test_a_refused_pin_stops_no_model(kiosk: Face, pin_file: PinFile) -> None:
    await set_pin(kiosk, pin_file)
    await kiosk.launch("llama-3.1-8b-fp8")

    await kiosk.do(Verb.REPAIR, repair="restart-docker", pin="1111")

    state = await kiosk.until(lambda _: True)
    assert state.serving.phase == "ready"
    assert state.repair.phase == "none"


async def test_the_other_repairs_need_none(kiosk: Face, pin_file: PinFile) -> None:
    await set_pin(kiosk, pin_file)

    assert (await kiosk.do(Verb.REPAIR, repair="clear-memory")).kind is AnswerKind.DONE


async def test_a_terminal_needs_none(face: Face, pin_file: PinFile) -> None:
    await set_pin(face, pin_file)

    assert (await face.do(Verb.REPAIR, repair="restart-docker")).kind is AnswerKind.DONE


async def test_a_wrong_pin_says_what_is_left_then_how_long_to_wait(kiosk: Face, pin_file: PinFile) -> None:
    await set_pin(kiosk, pin_file)

    answers = await wrong(kiosk, FREE_TRIES)
    locked = await kiosk.do(Verb.CHECK_PIN, pin=PIN)

    assert [each.details["tries_left"] for each in answers] == [4, 3, 2, 1, 0]
    assert answers[-1].reason == "Wrong PIN. The next try is possible in 30 s."
    assert (locked.kind, locked.failure_kind) == (AnswerKind.FAILED, "pin-locked")
    assert isinstance(wait_s := locked.details["wait_s"], float)
    assert 0 < wait_s <= 30


async def test_many_at_the_same_moment_are_no_more_tries(kiosk: Face, pin_file: PinFile) -> None:
    await set_pin(kiosk, pin_file)

    answers = await asyncio.gather(*(kiosk.do(Verb.CHECK_PIN, pin=f"{number:04}") for number in range(12)))

    assert [each.failure_kind for each in answers].count("pin-wrong") == FREE_TRIES


async def test_the_right_one_forgets_the_wrong_ones(kiosk: Face, pin_file: PinFile) -> None:
    await set_pin(kiosk, pin_file)

    await wrong(kiosk, 3)
    right = await kiosk.do(Verb.CHECK_PIN, pin=PIN)
    (again,) = await wrong(kiosk, 1)

    assert right.kind is AnswerKind.DONE
    assert again.details["tries_left"] == FREE_TRIES - 1


async def test_an_agent_that_starts_again_forgets_no_wrong_one(tmp_path: Path) -> None:
    (tmp_path / NAME).parent.mkdir(exist_ok=True)
    PinFile(tmp_path / NAME).keep(PIN)
    first = await run_unit(tmp_path, boot="first")
    async with face_of(first, who="kiosk") as face:
        await wrong(face, FREE_TRIES)
    await first.end()

    second = await run_unit(tmp_path, boot="second")
    async with face_of(second, who="kiosk") as face:
        answer = await face.do(Verb.CHECK_PIN, pin=PIN)
    await second.end()

    assert answer.failure_kind == "pin-locked"


async def test_the_wait_ends_by_itself(unit: Unit, pin_file: PinFile) -> None:
    await asyncio.to_thread(pin_file.keep, PIN)
    now = 1000.0
    pins = Pins(unit.agent.hub, pin_file.path, unit.parts.records, clock=lambda: now)
    command = Command(id="1", verb=Verb.CHECK_PIN, args={"pin": "0000"}, who="kiosk")
    for _ in range(FREE_TRIES):
        with pytest.raises(Exception, match="Wrong PIN"):
            await pins.check(command)

    now = 1031.0
    await pins.check(Command(id="2", verb=Verb.CHECK_PIN, args={"pin": PIN}, who="kiosk"))


async def test_a_damaged_file_lets_nobody_restart_anything(kiosk: Face, pin_file: PinFile) -> None:
    pin_file.path.write_text("nonsense")
    await kiosk.until(lambda state: state.pin_set)

    answer = await kiosk.do(Verb.REPAIR, repair="reboot", pin=PIN)

    assert answer.kind is AnswerKind.FAILED
    assert "damaged" in answer.reason


async def test_the_pin_is_in_no_record_no_event_no_state_and_no_log(
    unit: Unit, kiosk: Face, pin_file: PinFile, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    asyncio.get_running_loop().set_debug(True)
    await set_pin(kiosk, pin_file)

    await kiosk.do(Verb.CHECK_PIN, pin=PIN)
    await kiosk.do(Verb.REPAIR, repair="restart-docker", pin=PIN)
    await kiosk.first(Verb.REPAIR, {"repair": "no-such", "pin": PIN})

    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    told = "".join(map(repr, unit.agent.hub.events)) + repr(unit.agent.hub.state)
    assert b"check-pin" in kept
    assert PIN.encode() not in kept
    assert PIN not in told
    assert PIN not in caplog.text
    assert PIN not in repr(Command(id="1", verb=Verb.CHECK_PIN, args={"pin": PIN}))


async def test_whoever_talks_to_the_agent_may_ask_for_what_a_repair_would_do(unit: Unit) -> None:
    link = local_link(unit.socket, who="kiosk")
    await link.open()
    try:
        plan = await link.query("repair-plan", repair="default-runtime")  # type: ignore[arg-type]
    finally:
        await link.close()

    assert '+  "default-runtime": "nvidia"' in plan["preview"]
    assert plan["repair"]["asks"] is True
