"""Pieces of HTML. Every text goes through `text`: answers and names are a stranger's."""

import html
from collections.abc import Iterable, Sequence

DASH = "\N{EN DASH}"


class Markup(str):
    """HTML that is safe already; every other text is made harmless where it is put into the page."""

    __slots__ = ()


Cell = str | float | None
"""A text, a finished piece of HTML, or nothing, which is a dash."""


def text(value: object) -> str:
    """Make any value harmless inside HTML; control characters become visible."""
    shown = "".join(each if each.isprintable() or each in "\n\t" else f"\\x{ord(each):02x}" for each in str(value))
    return html.escape(shown)


def lines(parts: Iterable[str]) -> str:
    """Return the parts that say something, each on a line."""
    return "\n".join(each for each in parts if each)


def number(value: float | None, decimals: int) -> str:
    """Return a figure, or a dash where there is none; a minus is a minus."""
    return DASH if value is None else f"{value:.{decimals}f}".replace("-", "\N{MINUS SIGN}")


def table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]], *, texts: Sequence[str] = ()) -> str:
    """Return a table: the first column names the row, the columns of *texts* are texts, all others are figures."""
    kinds = ["" if index == 0 or head in texts else ' class="n"' for index, head in enumerate(heads)]
    head = "".join(f'<th scope="col"{kind}>{text(each)}</th>' for each, kind in zip(heads, kinds, strict=True))
    body = "".join(_row(row, kinds) for row in rows)
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{text(caption)}"><table>'
        f'<caption class="unseen">{text(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody>'
        "</table></div>"
    )


def section(kind: str, title: str, content: str, *, note: str = "", keys: str = "", name: str = "") -> str:
    """Return one card of the page with its heading; *keys* explains the marks of a plot."""
    told = f'<p class="quiet">{text(note)}</p>' if note else ""
    key = f'<span class="keys">{keys}</span>' if keys else ""
    anchor = name or "".join(each if each.isalnum() else "-" for each in title.lower())
    return (
        f'<section class="card {kind}" aria-labelledby="{anchor}"><div class="head">'
        f'<h2 id="{anchor}">{text(title)}</h2>{key}</div>{told}\n{content}</section>'
    )


def items(sentences: Iterable[str]) -> str:
    """Return a list of sentences."""
    return f'<ul class="sentences">{"".join(f"<li>{text(each)}</li>" for each in sentences)}</ul>'


def folded(summary: str, content: str) -> str:
    """Return what a reader opens if they want it."""
    return f"<details><summary>{text(summary)}</summary>{content}</details>"


def _row(row: Sequence[Cell], kinds: Sequence[str]) -> str:
    first, *rest = row
    cells = "".join(f"<td{kind}>{_cell(each)}</td>" for each, kind in zip(rest, kinds[1:], strict=True))
    return f'<tr><th scope="row">{_cell(first)}</th>{cells}</tr>'


def _cell(value: Cell) -> str:
    if isinstance(value, Markup):
        return value
    return DASH if value is None or value == "" else text(value)
