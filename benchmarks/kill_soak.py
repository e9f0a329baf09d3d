"""Kill agent, face, container and dockerd at random moments and count what was lost.

`python -m benchmarks.kill_soak --kills 200`: a container as small as possible. `--vllm` uses the rig with a real vLLM.
"""

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.e2e.kill_harness import KillHarness, Outcome
from tests.rig import image, vllm_environment
from tests.rig.rig import cache_folder, ensure_models, lay_out_data, vllm_runtime
from tests.rig.stand_in import StandIn, lay_out_weights
from tests.serving.own_engine import OwnEngine
from thorhud.settings.workshop_file import load_workshop


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--vllm", action="store_true", help="a real vLLM (see tests/rig/README.md); port 8000 must be free"
    )
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="soak-", ignore_cleanup_errors=True) as folder:
        attack = on_vllm if arguments.vllm else on_the_stand_in
        with attack(Path(folder)) as harness:
            try:
                asyncio.run(harness.attack(arguments.kills, seed=arguments.seed, tell=print))
            except BaseException:
                report(harness.outcome)
                print(harness.agent_log())
                raise
            report(harness.outcome)
            return 1 if harness.outcome.faults else 0


@contextmanager
def on_the_stand_in(home: Path) -> Iterator[KillHarness]:
    workshop = load_workshop()
    lay_out_weights(home / "data", workshop)
    with StandIn(home / "engine") as engine:
        engine.import_workshop_image(workshop.container.image)
        yield KillHarness(
            engine,
            home=home,
            data_dir=home / "data",
            port=engine.port,
            configuration_id=workshop.configurations[-1].id,
        )


@contextmanager
def on_vllm(home: Path) -> Iterator[KillHarness]:
    workshop = load_workshop()
    chosen = os.environ.get("THORHUD_RIG_VLLM")
    environment = Path(chosen) if chosen else vllm_environment.ensure(cache_folder() / "vllm")
    root = image.ensure_root(cache_folder() / "image")
    data_dir = lay_out_data(ensure_models(environment, cache_folder() / "models"), home / "data")
    (home / "engine").mkdir()
    with OwnEngine(home / "engine", runtime=vllm_runtime(environment, home / "engine")) as engine:
        image.import_image(engine, root)
        yield KillHarness(
            engine,
            home=home,
            data_dir=data_dir,
            port=workshop.container.port,
            configuration_id=workshop.configurations[2].id,
            limit_s=600.0,
            work_s=40.0,
        )


def report(outcome: Outcome) -> None:
    for victim, times in sorted(outcome.recovery_s.items()):
        print(
            f"{victim}: {outcome.kills[victim]} kills, back after {statistics.median(times):.1f} s (median), "
            f"{max(times):.1f} s (longest)"
        )
    print(f"{len(outcome.told_done)} runs told done, {outcome.launches} launches, {outcome.lines_compared} log lines")
    print("faults: " + ("; ".join(outcome.faults) or "none"))


if __name__ == "__main__":
    sys.exit(main())
