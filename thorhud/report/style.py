"""The look of the page: the themes' colours as CSS variables, the typeface inside the file."""

import base64
from collections.abc import Iterator

from thorhud.assets import asset
from thorhud.domain.workshop import Configuration, Workshop
from thorhud.report.roles import CONFIGURATIONS
from thorhud.settings.toml_text import read_toml

_FONTS = (("fonts/Inter-Regular.ttf", 400), ("fonts/Inter-SemiBold.ttf", 600))
_DARK, _LIGHT = "themes/dark.toml", "themes/projector.toml"
_ROLES = (
    "bg",
    "surface1",
    "surface2",
    "track",
    "hairline",
    "outline",
    "text1",
    "text2",
    "text3",
    "amber",
    "amber_wash",
    "on_fill",
)


def style_sheet(workshop: Workshop) -> str:
    """Return all CSS of the page: dark, light where the reader or the printer prefers it."""
    own = asset("report/report.css").read_text(encoding="utf-8")
    return "\n".join((*_font_faces(), colour_rules(workshop), own))


def colour_rules(workshop: Workshop) -> str:
    """Return the colours as CSS variables: dark, light where the reader or the printer prefers it."""
    dark = _variables(_DARK, [each.colour_dark for each in workshop.configurations])
    light = _variables(_LIGHT, [each.colour_light for each in workshop.configurations])
    return "\n".join(
        (
            f":root {{ color-scheme: dark light; {dark} }}",
            f"@media (prefers-color-scheme: light) {{ :root {{ {light} }} }}",
            f"@media print {{ :root {{ {light} }} }}",
        )
    )


def picture_colours(workshop: Workshop) -> dict[str, dict[str, str]]:
    """Return the colour of each role for picture files: "light" for a plot on white, "dark" for the card."""
    own_light = [each.colour_light for each in workshop.configurations]
    own_dark = [each.colour_dark for each in workshop.configurations]
    return {"light": _by_role(_LIGHT, own_light), "dark": _by_role(_DARK, own_dark)}


def _by_role(theme: str, configurations: list[str | None]) -> dict[str, str]:
    colours = read_toml(asset(theme)).table["colours"]
    own = {f"c{index}": colour or colours["neutral"] for index, colour in enumerate(configurations)}
    return {role: colours[role] for role in _ROLES} | own


def colour_index(workshop: Workshop, configuration: Configuration) -> int:
    """Return the number of a configuration's colour variable."""
    return min(workshop.configurations.index(configuration), CONFIGURATIONS - 1)


def _variables(theme: str, configurations: list[str | None]) -> str:
    colours = _by_role(theme, configurations)
    return " ".join(f"--{role.replace('_', '-')}: {value};" for role, value in colours.items())


def _font_faces() -> Iterator[str]:
    for name, weight in _FONTS:
        raw = asset(name).read_bytes()
        kind = "woff2" if raw.startswith(b"wOF2") else "truetype"
        data = base64.b64encode(raw).decode()
        yield (
            f"@font-face {{ font-family: Inter; font-weight: {weight}; font-display: block; "
            f'src: url("data:font/{kind};base64,{data}") format("{kind}"); }}'
        )
