"""The colours of the report by role, and the values that stand for them while a plot is drawn."""

CONFIGURATIONS = 24
"""How many configurations a workshop may compare; more share the last colour."""

_SURFACE_ROLES = ("text1", "text2", "text3", "surface1", "hairline", "outline", "on_fill", "amber")
ROLES = (*_SURFACE_ROLES, *(f"c{index}" for index in range(CONFIGURATIONS)))

ROLE_COLOURS = {role: f"#fe00{index:02x}" for index, role in enumerate(ROLES)}
"""Each role's stand-in, replaced by a CSS variable in the finished plot."""


def variable(role: str) -> str:
    """Return the CSS that means the colour of *role*, for example ``var(--text1)``."""
    return f"var(--{role.replace('_', '-')})"
