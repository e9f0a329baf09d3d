"""The workshop's `vllm` in a container as small as possible: the simulated server as a container's first process.

`python -m tests.rig.stand_in_server serve MODEL ...`; STAND_IN_PORT says where it listens. It starts within a second and
answers quickly, so that hundreds of starts, prompts and kills fit into minutes; STAND_IN_STRETCH makes a start so many
times longer.
"""

import os
import sys
import time

from thorhud.simulate.server_plan import ServerPlan
from thorhud.simulate.vllm_process import serve

STAGES = {
    "container": 0.1,
    "engine-init": 0.1,
    "weights": 0.3,
    "compile": 0.1,
    "kv-cache": 0.05,
    "cuda-graphs": 0.1,
    "server": 0.05,
}


def main(arguments: list[str]) -> int:
    """Serve the model named after `serve` until a signal."""
    began_s = time.monotonic()
    stretch = float(os.environ.get("STAND_IN_STRETCH", "1"))
    plan = ServerPlan(
        model=arguments[1],
        port=int(os.environ["STAND_IN_PORT"]),
        stages={stage: stretch * seconds for stage, seconds in STAGES.items()},
        shards=4,
        tokens_per_s_short=120.0,
        tokens_per_s_long=120.0,
    )
    keeper, _held_open = os.pipe()
    return serve(plan.to_json(), keeper=keeper, began_s=began_s)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
