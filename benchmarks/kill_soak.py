"""Kill agent, face, container and dockerd at random moments and count what was lost.

`python -m benchmarks.kill_soak --kills 200`: a container as small as possible. `--vllm` uses the rig with a real vLLM.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
from pathlib import Path

from tests.e2e.kill_harness import KillHarness, Outcome
from tests.rig.stand_in import StandIn, lay_out_weights
from thorhud.settings.workshop_file import load_workshop


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    workshop = load_workshop()
    with tempfile.TemporaryDirectory(prefix="soak-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        lay_out_weights(home / "data", workshop)
        with StandIn(home / "engine") as engine:
            engine.import_workshop_image(workshop.container.image)
            harness = KillHarness(
                engine,
                home=home,
                data_dir=home / "data",
                port=engine.port,
                configuration_id=workshop.configurations[-1].id,
            )
            try:
                asyncio.run(harness.attack(arguments.kills, seed=arguments.seed, tell=print))
            except BaseException:
                report(harness.outcome)
                print(harness.agent_log())
                raise
    report(harness.outcome)
    return 1 if harness.outcome.faults else 0


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
