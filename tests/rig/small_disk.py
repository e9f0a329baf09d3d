"""A disk of a few megabytes under the data of an engine, so that it can be full without filling the machine's."""

import subprocess
from pathlib import Path

ROOM = "24m"
"""The tiny image fits on it, and little else."""


def mount_small_disk(engine_folder: Path) -> None:
    """Put a small disk where the engine under that folder keeps its data; the engine's end unmounts it."""
    data = engine_folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "small", str(data)], check=True)


def fill(engine_folder: Path) -> Path:
    """Leave no room; return the file that takes it."""
    filling = engine_folder / "data/filling"
    with filling.open("wb") as file:
        subprocess.run(["cat", "/dev/zero"], stdout=file, stderr=subprocess.DEVNULL, check=False)
    return filling
