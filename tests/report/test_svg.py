"""A drawn plot, made fit for a page."""

from thorhud.report.roles import ROLE_COLOURS
from thorhud.report.svg import inline

DRAWN = f"""<?xml version="1.0"?>
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
<svg xmlns:xlink="http://www.w3.org/1999/xlink" width="10pt" height="5pt" viewBox="0 0 10 5" version="1.1">
 <metadata><rdf:RDF/></metadata>
 <defs>
  <style type="text/css">*{{stroke-linejoin: round}}</style>
 </defs>
 <g id="figure_1"><path id="m1" style="fill: {ROLE_COLOURS["text1"]}"/>
  <use xlink:href="#m1" style="stroke: {ROLE_COLOURS["on_fill"]}"/>
  <rect clip-path="url(#p1)"/><clipPath id="p1"/>
  <text style="font-size: 10px; font-family: 'Inter', 'DejaVu Sans', sans-serif; text-anchor: end">a</text>
  <text style="font: 600 14px 'Inter', 'DejaVu Sans', sans-serif; fill: {ROLE_COLOURS["c3"]}">b</text>
 </g>
</svg>"""


def test_only_the_picture_stays() -> None:
    page_part = inline(DRAWN, name="speed", label="Speed")

    assert page_part.startswith("<svg")
    for gone in ("metadata", "<style", "DOCTYPE", "figure_1", "pt"):
        assert gone not in page_part


def test_it_takes_the_width_of_its_place_and_can_be_read_aloud() -> None:
    page_part = inline(DRAWN, name="speed", label='A "quoted" label')

    assert 'viewBox="0 0 10 5"' in page_part
    assert 'role="img" aria-label="A &quot;quoted&quot; label"' in page_part
    assert "width=" not in page_part


def test_referenced_ids_carry_the_plot_s_name() -> None:
    page_part = inline(DRAWN, name="speed", label="")

    assert 'id="speed-m1"' in page_part
    assert 'xlink:href="#speed-m1"' in page_part
    assert "url(#speed-p1)" in page_part


def test_colours_are_roles_and_the_typeface_is_the_page_s() -> None:
    page_part = inline(DRAWN, name="speed", label="")

    assert "fill: var(--text1)" in page_part
    assert "stroke: var(--on-fill)" in page_part
    assert "fill: var(--c3)" in page_part
    assert "font-family: var(--font); text-anchor: end" in page_part
    assert "font: 600 14px var(--font); fill" in page_part
