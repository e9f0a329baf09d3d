"""How the set-up talks: one line for each step, one sentence with a next step where it cannot go on."""

import sys


class CannotGoOnError(Exception):
    """What is missing, and what to type."""

    def __init__(self, what: str, *next_steps: str) -> None:
        super().__init__(what)
        self.next_steps = next_steps


def step(text: str) -> None:
    """Say what happens next, before it takes time."""
    print(f"-- {text}", flush=True)


def give_up(error: CannotGoOnError) -> int:
    """Print the sentence and the next steps; the exit code."""
    sys.stdout.flush()
    print(error, *error.next_steps, sep="\n  ", file=sys.stderr)
    return 1
