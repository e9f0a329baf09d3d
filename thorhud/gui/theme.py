"""Colours, text sizes and distances by role; no widget holds a colour or a size of its own."""

import tomllib
from dataclasses import dataclass, fields, replace
from functools import cache
from types import MappingProxyType
from typing import Any

from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QWidget

from thorhud.assets import asset
from thorhud.domain.workshop import Configuration
from thorhud.gui.fonts import make_font

THEMES = ("dark", "projector")
SMALLEST_PX = 11
"""No text is drawn smaller than this, however small the window."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Colours:
    """The colour roles; `resources/themes/dark.toml` says what each is for."""

    bg: QColor
    surface1: QColor
    surface2: QColor
    surface3: QColor
    track: QColor
    hairline: QColor
    outline: QColor
    text1: QColor
    text2: QColor
    text3: QColor
    green: QColor
    green_text: QColor
    on_green: QColor
    blue: QColor
    amber: QColor
    red: QColor
    red_wash: QColor
    amber_wash: QColor
    blue_wash: QColor
    green_wash: QColor
    system_fill: QColor
    on_fill: QColor
    neutral: QColor


@dataclass(frozen=True, slots=True)
class TextStyle:
    """One text role at 1x."""

    size_px: int
    weight: int
    family: str
    tracking_em: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Theme:
    """Everything a view needs to paint; tokens are stored at 1x and multiplied by ``scale`` once."""

    name: str
    light: bool
    colour: Colours
    text: MappingProxyType[str, TextStyle]
    space: MappingProxyType[str, int]
    radius: MappingProxyType[str, int]
    line: MappingProxyType[str, float]
    motion: MappingProxyType[str, int]
    scale: float = 1.0

    def at(self, scale: float) -> "Theme":
        """Return the same theme at another scale."""
        return replace(self, scale=scale)

    def px(self, length: float) -> int:
        """Return a length of 1x in whole pixels, at least 1."""
        return max(1, round(length * self.scale))

    def length(self, length: float) -> float:
        """Return a length of 1x in pixels, not rounded: for painting."""
        return length * self.scale

    def tone(self, role: str) -> QColor:
        """Return the colour of a role by its name."""
        colour: QColor = getattr(self.colour, role)
        return colour

    def font(self, role: str, *, tabular: bool = False) -> QFont:
        """Return the font of a text role; *tabular* is for runs of digits only."""
        return _font(self.text[role], self.scale, tabular)

    def configuration_colour(self, configuration: Configuration) -> QColor:
        """Return the colour that the workshop gives a configuration; never a status colour."""
        named = configuration.colour_light if self.light else configuration.colour_dark
        return self.colour.neutral if named is None else QColor(named)

    def palette(self) -> QPalette:
        """Return the palette for Qt's own widgets."""
        palette = QPalette()
        for role, colour in (
            (QPalette.ColorRole.Window, self.colour.bg),
            (QPalette.ColorRole.Base, self.colour.bg),
            (QPalette.ColorRole.Button, self.colour.surface3),
            (QPalette.ColorRole.WindowText, self.colour.text1),
            (QPalette.ColorRole.Text, self.colour.text1),
            (QPalette.ColorRole.ButtonText, self.colour.text1),
            (QPalette.ColorRole.PlaceholderText, self.colour.text3),
            (QPalette.ColorRole.Highlight, self.colour.blue),
            (QPalette.ColorRole.HighlightedText, self.colour.on_fill),
        ):
            palette.setColor(role, colour)
        return palette


@cache
def load_theme(name: str) -> Theme:
    """Return the shipped theme of that name at 1x."""
    table = _read(name)
    measures = _read("measures")
    return Theme(
        name=table["name"],
        light=table["light"],
        colour=Colours(**{field.name: QColor(table["colours"][field.name]) for field in fields(Colours)}),
        text=MappingProxyType({role: TextStyle(*style) for role, style in measures["text"].items()}),
        space=MappingProxyType(measures["space"]),
        radius=MappingProxyType(measures["radius"]),
        line=MappingProxyType(measures["line"]),
        motion=MappingProxyType(measures["motion"]),
    )


def theme_of(widget: QWidget) -> Theme:
    """Return the theme of the window that *widget* stands in, or of the window that opened that window.

    A widget that stands in no window of ours yet is drawn in the default theme at 1x.
    """
    window: QWidget | None = widget.window()
    while window is not None:
        theme = getattr(window, "theme", None)
        if isinstance(theme, Theme):
            return theme
        parent = window.parentWidget()
        window = None if parent is None else parent.window()
    return load_theme(THEMES[0])


def _read(name: str) -> dict[str, Any]:
    with asset(f"themes/{name}.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def _font(style: TextStyle, scale: float, tabular: bool) -> QFont:  # noqa: FBT001 - a cache key
    size_px = max(SMALLEST_PX, round(style.size_px * scale))
    return make_font(style.family, size_px, style.weight, style.tracking_em, tabular=tabular)
