"""Windows are drawn offscreen, with the bundled fonts, in the dark theme."""

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).parent))

import pytest
from PySide6.QtWidgets import QApplication

from thorhud.gui.fonts import load_fonts
from thorhud.gui.theme import Theme, load_theme


@pytest.fixture(autouse=True)
def _bundled_fonts(qapp: QApplication) -> None:
    assert load_fonts() == ()
    qapp.setFont(load_theme("dark").font("plain"))


@pytest.fixture
def theme() -> Theme:
    return load_theme("dark")
