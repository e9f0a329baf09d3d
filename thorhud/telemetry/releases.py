"""Which JetPack and which module stand behind the numbers of a Jetson. What is not in a table keeps its number."""

from collections.abc import Mapping

JETPACKS: Mapping[str, str] = {
    "36.2.0": "6.0 DP",
    "36.3.0": "6.0",
    "36.4.0": "6.1",
    "36.4.2": "6.1",
    "36.4.3": "6.2",
    "36.4.4": "6.2.1",
    "38.2.0": "7.0",
    "38.2.1": "7.0",
    "38.2.2": "7.0",
    "38.4.0": "7.1",
    "39.0.0": "7.2 EA",
    "39.2.0": "7.2",
    "39.2.1": "7.2.1",
    "39.2.2": "7.2.2",
}
"""JetPack by Linux for Tegra."""

MODULES: Mapping[str, str] = {
    "p3834-0008": "Jetson T5000",
}
"""Compute modules by NVIDIA's part number."""
