"""Making a drawn plot fit to stand inside a page."""

import html
import re

from thorhud.report.roles import ROLE_COLOURS, variable

_BEFORE_THE_PICTURE = re.compile(r"^.*?(?=<svg\b)", re.DOTALL)
_METADATA = re.compile(r"<metadata>.*?</metadata>\s*", re.DOTALL)
_STYLE = re.compile(r"<defs>\s*<style\b.*?</style>\s*</defs>\s*", re.DOTALL)
_ID = re.compile(r'\bid="([^"]*)"')
_REFERENCE = re.compile(r'(url\(#|href="#)([^")]+)')
_OPENING = re.compile(r"<svg\b[^>]*>")
_VIEW_BOX = re.compile(r'viewBox="([^"]*)"')
_TYPEFACES = re.compile(r"'Inter'[^;\"]*")
_STAND_IN = re.compile(r"#fe00[0-9a-f]{2}")
_ROLE_OF = {value: role for role, value in ROLE_COLOURS.items()}


def inline(svg: str, *, name: str, label: str) -> str:
    """Return *svg* without prolog, global style and foreign ids, in the page's typeface and colours.

    *name* keeps the ids of several plots on one page apart; *label* is what a screen reader says.
    """
    svg = _STYLE.sub("", _METADATA.sub("", _BEFORE_THE_PICTURE.sub("", svg)))
    svg = _TYPEFACES.sub("var(--font)", svg)
    svg = _keep_referenced_ids(svg, name)
    svg = _STAND_IN.sub(lambda found: variable(_ROLE_OF[found.group()]), svg)
    return _OPENING.sub(lambda found: _opening(found.group(), label), svg, count=1).strip()


def _keep_referenced_ids(svg: str, name: str) -> str:
    wanted = {found.group(2) for found in _REFERENCE.finditer(svg)}
    svg = _ID.sub(lambda found: f'id="{name}-{found.group(1)}"' if found.group(1) in wanted else "", svg)
    return _REFERENCE.sub(rf"\g<1>{name}-\g<2>", svg)


def _opening(tag: str, label: str) -> str:
    """Let the picture take the width of its place."""
    found = _VIEW_BOX.search(tag)
    view_box = found.group(1) if found else "0 0 100 100"
    return (
        f'<svg viewBox="{view_box}" role="img" aria-label="{html.escape(label)}" '
        'xmlns:xlink="http://www.w3.org/1999/xlink" xmlns="http://www.w3.org/2000/svg">'
    )
