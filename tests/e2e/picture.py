"""Keep a picture for the documentation: few colours, and small enough for a README."""

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.e2e.unit_folder import ROOT
from tests.e2e.x_server import Pixels, save

FOLDER = ROOT / "docs/screenshots"
LIMIT_BYTES = 250_000


def keep(name: str, pixels: Pixels) -> Pixels:
    """Write a picture with a palette, which is enough for flat colours."""
    with tempfile.TemporaryDirectory() as folder:
        full = Path(folder) / "full.png"
        save(pixels, full)
        target = FOLDER / f"{name}.png"
        subprocess.run(
            ["pngquant", "--force", "--strip", "--speed", "1", "--output", str(target), "192", str(full)], check=True
        )
    size = target.stat().st_size
    sys.stdout.write(f"{target.relative_to(ROOT)}: {size / 1000:.0f} kB\n")
    assert size < LIMIT_BYTES, f"{target} is too large for a README"
    return pixels
