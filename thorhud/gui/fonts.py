"""The bundled typefaces: Inter, Inter Display and JetBrains Mono, found by role."""

from functools import cache

from PySide6.QtGui import QFont, QFontDatabase

from thorhud.assets import asset

FAMILIES = {"text": "Inter", "display": "Inter Display", "mono": "JetBrains Mono"}
FILES = (
    "Inter-Regular.ttf",
    "Inter-Medium.ttf",
    "Inter-SemiBold.ttf",
    "Inter-Bold.ttf",
    "InterDisplay-SemiBold.ttf",
    "InterDisplay-Bold.ttf",
    "InterDisplay-ExtraBold.ttf",
    "JetBrainsMono-Regular.ttf",
    "JetBrainsMono-Medium.ttf",
)


@cache
def load_fonts() -> tuple[str, ...]:
    """Make the bundled families known to Qt; needs a `QGuiApplication`. Returns the files Qt did not take."""
    return tuple(name for name in FILES if QFontDatabase.addApplicationFont(str(asset(f"fonts/{name}"))) < 0)


def make_font(family: str, size_px: int, weight: int, tracking_em: float, *, tabular: bool = False) -> QFont:
    """Return a font of one of the three families; *tabular* gives all digits the same width.

    Tabular figures also widen the hyphen, so they are for runs of digits only, never for mixed text.
    """
    font = QFont(FAMILIES[family])
    font.setPixelSize(size_px)
    font.setWeight(QFont.Weight(weight))
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    if tracking_em:
        font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, tracking_em * size_px)
    if tabular:
        font.setFeature(QFont.Tag("tnum"), 1)
    if family == "mono":
        # a command that a person types must show each of its characters: "--", not one long dash
        font.setFeature(QFont.Tag("calt"), 0)
    return font
