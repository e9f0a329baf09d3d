"""Run the root helper's own file with other places than a unit's, as a child process: PLACES.json VERB..."""

import importlib.util
import json
import os
import sys
from pathlib import Path

HELPER = Path(__file__).parents[2] / "thorhud/repair/root_helper.py"


def command(folder: Path, **places: object) -> tuple[str, ...]:
    """Return the command that runs the helper with *places*; the verb comes behind it."""
    described = folder / "places.json"
    described.write_text(json.dumps(places, default=str))
    return (sys.executable, "-I", str(Path(__file__)), str(described))


def run(described: Path, arguments: list[str]) -> int:
    """Be the root helper."""
    specification = importlib.util.spec_from_file_location("root_helper", HELPER)
    assert specification is not None
    assert specification.loader is not None
    helper = importlib.util.module_from_spec(specification)
    sys.modules["root_helper"] = helper
    specification.loader.exec_module(helper)
    named = json.loads(described.read_text())
    for name in ("drop_caches", "meminfo", "proposal", "daemon_json"):
        if name in named:
            named[name] = Path(named[name])
    if "restart_docker" in named:
        named["restart_docker"] = tuple(map(tuple, named["restart_docker"]))
    if "runtime_programs" in named:
        named["runtime_programs"] = frozenset(named["runtime_programs"])
    if "account" in named:
        os.setuid(named.pop("account"))
    code: int = helper.main(arguments, helper.Places(**named))
    return code


if __name__ == "__main__":
    sys.exit(run(Path(sys.argv[1]), sys.argv[2:]))
