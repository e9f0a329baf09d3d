"""Where the files that ship with thorhud lie."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def asset(relative: str) -> Path:
    """Return the path of a shipped file, for example ``workshops/gtc-dc-2025.toml``.

    A wheel carries the files inside the package, a checkout beside it. This is the only place that builds
    such a path. A missing file is a broken installation, so it raises `FileNotFoundError`.
    """
    for folder in (_PACKAGE / "resources", _PACKAGE.parent / "resources"):
        path = folder / relative
        if path.exists():
            return path
    raise FileNotFoundError(f"thorhud is installed without {relative!r}")
