"""Runs like those of a ladder, for the tests of the report."""

from thorhud.domain.run_record import RunRecord
from thorhud.domain.timing import PromptResult, ServerFigures
from thorhud.domain.workshop import Workshop

SPEEDS = {
    "llama-3.1-8b-fp16": (10.6, 10.5, 14.99),
    "llama-3.1-8b-fp8": (14.3, 14.0, 8.49),
    "llama-3.1-8b-fp4": (19.0, 18.8, 6.07),
    "llama-3.1-8b-fp4-eagle3": (14.6, 25.1, 6.86),
}
"""Short, long, memory: the sample figures of the design."""

HOSTILE = '<script>alert("1")</script> & <img src=x onerror=alert(1)> \x1b[31mred\x1b[0m'


def ladder_runs(
    workshop: Workshop, *, repeats: int = 3, lengths: tuple[str, ...] = ("reference", "long"), simulated: bool = False
) -> list[RunRecord]:
    """Return one warm-up and *repeats* runs of each prompt and configuration, all different."""
    return [
        _run(workshop, configuration_id, length, repeat, simulated=simulated)
        for configuration_id in SPEEDS
        for length in lengths
        for repeat in range(-1, repeats)
    ]


def _run(workshop: Workshop, configuration_id: str, length: str, repeat: int, *, simulated: bool) -> RunRecord:
    configuration = workshop.configuration(configuration_id)
    assert configuration is not None
    speeds = SPEEDS[configuration_id]
    number = list(SPEEDS).index(configuration_id) * 100 + (50 if length == "long" else 0) + repeat + 1
    speed = speeds[1 if length == "long" else 0] + 0.011 * repeat
    return RunRecord(
        id=f"run-{number}",
        at_unix_s=1_790_000_000.0 + number,
        configuration_id=configuration_id,
        prompt_name=length,
        result=PromptResult(
            model=configuration.model,
            tokens_per_s=speed,
            ttft_s=0.2 + number / 10_000,
            prompt_tokens=36,
            completion_tokens=100 + number,
            finish_reason="stop",
            text=f"Answer {number}. {HOSTILE}",
            server=ServerFigures(tokens_per_s=speed + 0.01),
        ),
        warm_up=repeat < 0,
        ladder_id="ladder-1",
        unit="thor-07",
        workshop=workshop.id,
        image=workshop.container.image,
        image_digest="sha256:5f1d",
        vllm_version="0.10.1.1",
        serve_arguments=configuration.serve_arguments,
        temperature=0.0,
        seed=7,
        max_tokens=256,
        power_mode="MAXN",
        model_memory_gib=speeds[2],
        simulated=simulated,
        start_speed=10.0 if simulated else 1.0,
        hud_version="0.1.0",
    )
