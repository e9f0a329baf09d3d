"""Every command of the program: its name, the module that carries it out, and its line in `thorhud --help`.

A module is imported only when its command is the one that was typed, so that reading a log needs neither Qt nor Docker.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CommandEntry:
    """One row of `thorhud --help`."""

    name: str
    help: str

    @property
    def module(self) -> str:
        """Where `add_parser(subparsers)` and `run(arguments)` of this command are."""
        return f"thorhud.cli.{self.name}"


COMMANDS = (
    CommandEntry("kiosk", "the full-screen face of one unit, for the rack display"),
    CommandEntry("desk", "the face for a laptop; `thorhud` alone opens it"),
    CommandEntry("agent", "the unit agent in the foreground"),
    CommandEntry("status", "identity, memory verdict and stage of a unit"),
    CommandEntry("stats", "the hardware, each value with its source and age; --watch draws it each second"),
    CommandEntry("fit", "will a model start? the sum in words"),
    CommandEntry("weights", "the models on this unit: whole or why not, sizes, copies that nobody reads"),
    CommandEntry("image", "the workshop's image: is it here, is it the right one; pull it with progress"),
    CommandEntry("launch", "start a configuration of the workshop, with progress and time left"),
    CommandEntry("stop", "stop what is being served"),
    CommandEntry("chat", "the chat page (Open WebUI): start it, see how it is, stop it"),
    CommandEntry("prompt", "one streamed answer with its time to first token and tokens per second"),
    CommandEntry("ladder", "launch, measure and stop one configuration after another, and report"),
    CommandEntry("stages", "a vLLM log: how long each stage took, and how it ended"),
    CommandEntry("estimates", "how good the time left was over the recorded starts"),
    CommandEntry("log", "the log of a start: read, follow, search, save"),
    CommandEntry("doctor", "checks of this unit, and repairs with a proof"),
    CommandEntry("report", "export what was measured: HTML, PNG, CSV, JSON"),
    CommandEntry("config", "check and show settings and workshop files"),
)

NAMES = tuple(entry.name for entry in COMMANDS)
