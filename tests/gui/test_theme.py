"""Tokens become colours, fonts and a style sheet."""

import itertools

import pytest
from PySide6.QtGui import QFontInfo, QFontMetricsF, QImage, QPainter
from PySide6.QtWidgets import QDialog, QWidget
from samples import CONFIGURATIONS

from thorhud.assets import asset
from thorhud.gui.fonts import FAMILIES
from thorhud.gui.icons import icon_pixmap
from thorhud.gui.style_sheet import style_sheet
from thorhud.gui.theme import THEMES, Theme, load_theme, theme_of


@pytest.mark.parametrize("name", THEMES)
def test_each_theme_has_every_colour_and_fills_the_style_sheet(name: str) -> None:
    theme = load_theme(name)

    sheet = style_sheet(theme)

    assert theme.name == name
    assert theme.colour.surface1.name() in sheet
    assert "px(" not in sheet
    assert "$" not in sheet


def test_lengths_and_fonts_follow_the_scale_and_text_stays_readable(theme: Theme) -> None:
    half = theme.at(0.5)

    assert half.px(48) == 24
    assert half.font("unit_number").pixelSize() == 210
    assert half.font("small").pixelSize() == 11


@pytest.mark.parametrize("role", list(load_theme("dark").text))
def test_text_is_set_in_the_bundled_family_at_its_weight(theme: Theme, role: str) -> None:
    style = theme.text[role]

    info = QFontInfo(theme.font(role))

    assert info.family() == FAMILIES[style.family]
    assert info.weight() == style.weight


def test_tabular_figures_all_have_the_same_width(theme: Theme) -> None:
    metrics = QFontMetricsF(theme.font("value", tabular=True))

    widths = {metrics.horizontalAdvance(digit * 4) for digit in "0123456789"}

    assert len(widths) == 1
    assert QFontMetricsF(theme.font("value")).horizontalAdvance("1111") < widths.pop()


def test_two_hyphens_of_a_command_are_two_marks(theme: Theme) -> None:
    """The typeface joins them into one long dash unless told not to: nobody could type what they see."""
    image = QImage(80, 40, QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    painter.setPen(theme.colour.text1)
    painter.setFont(theme.font("command"))
    painter.drawText(0, 30, "--")
    painter.end()

    inked = [any(image.pixelColor(x, y).lightness() > 100 for y in range(40)) for x in range(80)]
    marks = sum(1 for left, right in itertools.pairwise(inked) if right and not left)

    assert marks == 2


def test_a_widget_finds_the_theme_of_its_window_and_a_dialog_that_of_its_opener() -> None:
    class Window(QWidget):
        theme = load_theme("projector")

    window = Window()
    leaf, dialog = QWidget(window), QDialog(window)

    assert theme_of(leaf).name == "projector"
    assert theme_of(QWidget(dialog)).name == "projector"
    assert theme_of(QWidget()).name == "dark"


def test_a_configuration_has_another_colour_in_the_light_theme() -> None:
    first = CONFIGURATIONS[0]

    colours = {load_theme(name).configuration_colour(first).name() for name in THEMES}

    assert colours == {str(first.colour_dark).lower(), str(first.colour_light).lower()}


def test_every_shipped_icon_can_be_drawn_in_a_colour(theme: Theme) -> None:
    drawings = sorted(path.stem for path in asset("icons").glob("*.svg"))

    assert drawings
    for name in drawings:
        image = icon_pixmap(name, theme.colour.red, 32).toImage()
        inked = [image.pixelColor(x, y) for x in range(32) for y in range(32) if image.pixelColor(x, y).alpha() > 250]
        assert inked, name
        assert all(abs(colour.red() - theme.colour.red.red()) < 3 for colour in inked), name
