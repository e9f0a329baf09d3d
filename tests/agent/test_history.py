"""The agent remembers its hardware, and a face may ask for it."""

import asyncio
import json
import sqlite3
import time
from pathlib import Path

import pytest

from tests.agent.conftest import Face, Unit
from thorhud.agent.history_keeper import HistoryKeeper
from thorhud.domain.errors import LinkError, ThorHudError
from thorhud.domain.messages import HistorySeries, QueryName
from thorhud.domain.wire import convert


async def two_samples(face: Face) -> None:
    """Wait until the telemetry loop has come round: the first sample is remembered by then."""
    taken = (await face.until(lambda state: state.telemetry.power_w.value is not None)).telemetry.taken_s
    await face.until(lambda state: state.telemetry.taken_s > taken)


async def ask(face: Face, **args: object) -> HistorySeries:
    return convert(await face.link.query(QueryName.HISTORY, **args), HistorySeries)


async def test_a_face_gets_the_course_of_a_value(unit: Unit, face: Face) -> None:
    await two_samples(face)

    series = await ask(face, value="power", begin_unix_s=time.time() - 60, pixels=100)

    assert series.unit == "w"
    assert series.points
    assert all(10 < value < 130 for _, value in series.points)


@pytest.mark.parametrize(
    "args", [{"value": "secret"}, {}, {"value": "power", "pixels": "many"}, {"value": "power", "begin_unix_s": -1}]
)
async def test_a_question_that_makes_no_sense_is_answered_with_a_sentence(face: Face, args: dict[str, object]) -> None:
    with pytest.raises((LinkError, ThorHudError), match=r"history is kept|is a number"):
        await ask(face, **args)


async def test_the_end_of_an_agent_writes_what_it_remembers(unit: Unit, face: Face) -> None:
    await face.until(lambda state: state.telemetry.power_w.value is not None)
    path = unit.parts.history
    assert path is not None
    while not path.exists():
        await asyncio.sleep(0)
    state = face.state
    assert state is not None
    await face.until(lambda later: later.telemetry.taken_s > state.telemetry.taken_s)

    await unit.end()

    db = sqlite3.connect(path)
    ((seconds, rest),) = db.execute("SELECT (SELECT count(*) FROM seconds), (SELECT count(*) FROM rest)").fetchall()
    db.close()
    assert seconds >= 1
    assert rest >= 1


async def test_a_disk_that_refuses_costs_history_and_not_telemetry(
    tmp_path: Path, face: Face, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    state = face.state
    assert state is not None

    with HistoryKeeper(tmp_path / "file" / "history.sqlite3") as keeper:
        await keeper.remember(state)
        await keeper.remember(state)

        with pytest.raises(ThorHudError, match="cannot be used"):
            await keeper.answer({"value": "power"})
    assert len([each for each in caplog.records if "cannot be used" in each.message]) == 1


async def test_what_is_asked_of_an_agent_without_history_is_said() -> None:
    with pytest.raises(ThorHudError, match="No history is kept on this unit"):
        await HistoryKeeper(None).answer({"value": "power"})


async def test_a_series_is_plain_json_on_the_way(face: Face) -> None:
    await two_samples(face)
    await face.until(lambda state: state.telemetry.power_w.value is not None)

    answer = await face.link.query(QueryName.HISTORY, value="temp")

    assert json.loads(json.dumps(answer)) == answer
