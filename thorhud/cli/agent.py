"""`thorhud agent`: the unit agent in the foreground."""

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def add_parser(subparsers: "_SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the command line."""
    parser = subparsers.add_parser("agent", help="the unit agent in the foreground", description=__doc__)
    parser.add_argument("--simulate", action="store_true", help="a simulated unit (thor-07), without Docker")
    parser.add_argument(
        "--speed", type=float, default=1.0, metavar="N", help="hurry the simulated start N times; never token rates"
    )
    parser.add_argument("--until-unused", action="store_true", help="end when no face is there and nothing serves")
    parser.add_argument("--group", action="store_true", help="let the group of the socket command this agent (0660)")
    parser.add_argument(
        "--metrics", type=int, metavar="PORT", help="show Prometheus metrics at http://127.0.0.1:PORT/metrics"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Be the agent until it is ended."""
    from thorhud.agent.program import AgentProgramOptions, run_agent  # noqa: PLC0415 - imports Docker and HTTP

    return run_agent(
        AgentProgramOptions(
            simulated=arguments.simulate,
            start_speed=max(0.01, arguments.speed),
            until_unused=arguments.until_unused,
            group_may=arguments.group,
            metrics_port=arguments.metrics,
        )
    )
