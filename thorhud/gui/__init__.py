"""The faces: the only package that knows Qt.

The state comes down as one frozen value and wishes go up as signals::

    link -> conversation -> store -> StoreBridge.state_changed -> window.display(face) -> page -> leaf.display(value)
    touch or key -> Wish -> conversation -> link

What a leaf says is decided in modules without Qt (`model_cards`, `memory_parts`, `hardware`, `attention`,
`stage_words`); a leaf only draws. A leaf asks `theme.theme_of(self)` for every colour, font and length. Forms and fixed
sizes are drawn at 1x, that is 1920x1080; `scaling.scale_tree` multiplies them once when the window changes its size.
"""
