"""What stands where NVIDIA's container runtime stands on a unit, so that `--runtime=nvidia` works without a GPU.

Like that one it edits the container's OCI specification and hands over to runc. `runtime.json` beside the script that
starts it says what to add: read-only mounts (a host path, or HOST:CONTAINER) and environment
(NAME=VALUE) where the container does not say otherwise.
"""

import json
import os
import resource
import sys
from pathlib import Path
from typing import Any


def main(arguments: list[str], settings: Path) -> None:
    """Edit the specification where a container is about to be created, then become runc."""
    if "create" in arguments and "--bundle" in arguments:
        bundle = Path(arguments[arguments.index("--bundle") + 1])
        edit(bundle / "config.json", json.loads(settings.read_text()))
    os.execvp("runc", ["runc", *arguments])  # noqa: S606 - no shell is wanted


def edit(path: Path, settings: dict[str, list[str]]) -> None:
    """Write the specification at *path* again, with what *settings* adds."""
    specification: dict[str, Any] = json.loads(path.read_text())
    process = specification["process"]
    for limit in process.get("rlimits", []):
        cap(limit)
    specification["mounts"] += [read_only(mount) for mount in settings["mounts"]]
    environment = process.get("env", [])
    named = {each.partition("=")[0] for each in environment}
    process["env"] = [*environment, *(each for each in settings["env"] if each.partition("=")[0] not in named)]
    path.write_text(json.dumps(specification))


def cap(limit: dict[str, Any]) -> None:
    """Lower a resource limit that this kernel does not let us raise: runc would refuse to start the container."""
    highest = resource.getrlimit(getattr(resource, limit["type"]))[1]
    if highest != resource.RLIM_INFINITY:
        limit["hard"] = min(limit["hard"], highest)
        limit["soft"] = min(limit["soft"], limit["hard"])


def read_only(mount: str) -> dict[str, Any]:
    """Describe a bind mount in the words of the specification."""
    source, _, destination = mount.partition(":")
    return {"source": source, "destination": destination or source, "type": "bind", "options": ["rbind", "ro"]}


if __name__ == "__main__":
    main(sys.argv[2:], Path(sys.argv[1]))
