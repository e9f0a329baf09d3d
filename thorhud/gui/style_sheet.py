"""The style sheet for Qt's own widgets, filled from a theme."""

import re
from dataclasses import fields
from string import Template

from thorhud.assets import asset
from thorhud.gui.theme import Colours, Theme

_LENGTH = re.compile(r"px\((\d+(?:\.\d+)?)\)")


def style_sheet(theme: Theme) -> str:
    """Return the style sheet of *theme* at its scale."""
    template = asset("themes/style.qss").read_text(encoding="utf-8")
    sized = _LENGTH.sub(lambda match: f"{theme.px(float(match[1]))}px", template)
    return Template(sized).substitute({field.name: theme.tone(field.name).name() for field in fields(Colours)})
