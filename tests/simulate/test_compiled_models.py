"""The second start of the same model finds what the first compiled, and says so as vLLM does."""

from pathlib import Path

import pytest

from tests.agent.conftest import end_containers, face_of, run_unit
from thorhud.domain.containers import OUR_CONFIGURATION, ContainerSpec
from thorhud.domain.log_text import clean
from thorhud.domain.messages import AnswerKind, Verb
from thorhud.domain.state import ServingPhase
from thorhud.settings.workshop_file import load_workshop
from thorhud.simulate.log_script import start_log
from thorhud.simulate.planning import plan_for

WORKSHOP = load_workshop()
FP4 = "llama-3.1-8b-fp4"


def test_a_warm_start_is_shorter_by_what_the_workshop_says() -> None:
    spec = ContainerSpec(
        image="vllm", name="vllm", command=("vllm", "serve", "m"), labels={OUR_CONFIGURATION: "gpt-oss-120b"}
    )
    cold = plan_for(WORKSHOP, spec, port=1, start_speed=1.0)
    warm = plan_for(WORKSHOP, spec, port=1, start_speed=1.0, warm=True)

    assert (cold.stages["compile"], warm.stages["compile"]) == (45.0, 5.0)
    assert warm.stages["weights"] == cold.stages["weights"]
    assert any("Directly load the compiled graph(s)" in clean(each.text) for each in start_log(warm))
    assert not any("Directly load" in clean(each.text) for each in start_log(cold))


async def test_the_time_left_of_a_warm_start_is_the_short_one_from_the_beginning(tmp_path: Path) -> None:
    unit = await run_unit(tmp_path)
    async with face_of(unit) as face:
        await face.launch("gpt-oss-20b")
        cold = await face.until(lambda state: state.serving.phase is ServingPhase.READY)
        await face.do(Verb.STOP)
        await face.launch("gpt-oss-20b")
        newest, oldest = unit.parts.records.launches()
        assert oldest.estimate_s is not None
        assert newest.estimate_s is not None
        # 45 s of compiling are 5 s with a warm cache, hurried by the speed of the simulated start
        assert oldest.estimate_s - newest.estimate_s == pytest.approx(40 / cold.agent.start_speed)
        await face.do(Verb.STOP)
    await unit.end()


async def test_the_second_start_hits_the_cache_and_the_button_knows_it(tmp_path: Path) -> None:
    unit = await run_unit(tmp_path)
    async with face_of(unit) as face:
        assert (await face.launch(FP4)).kind is AnswerKind.DONE
        first = await face.until(lambda state: state.serving.phase is ServingPhase.READY)
        await face.do(Verb.STOP)
        await face.launch(FP4)
        second = await face.until(lambda state: state.serving.phase is ServingPhase.READY)
        assert first.serving.timeline is not None
        assert second.serving.timeline is not None
        assert (first.serving.timeline.compile_cache, second.serving.timeline.compile_cache) == ("miss", "hit")
        newest, oldest = unit.parts.records.launches()
        assert (oldest.compile_cache, newest.compile_cache) == ("miss", "hit")
        await face.do(Verb.STOP)
        await face.do(Verb.LAUNCH, configuration_id=FP4, options={"max_num_seqs": 2})
        other = await face.until(lambda state: state.serving.phase is ServingPhase.READY)
        assert other.serving.timeline is not None
        assert other.serving.timeline.compile_cache == "miss"
    await unit.end()
    await end_containers(tmp_path)
