"""A server that somebody started without the HUD, in words: where it runs and what is left of it. No Qt in here."""

from thorhud.domain.custom_model import configuration_of
from thorhud.domain.state import ServingPhase, ServingState
from thorhud.domain.workshop import Workshop
from thorhud.gui.unit_text import one_line

_CONTAINER = "the container "


def outside_line(serving: ServingState, workshop: Workshop | None) -> str:
    """Say where a server from outside runs and which configuration it is like; empty for one of ours."""
    if not serving.started_outside:
        return ""
    where = one_line(serving.served_by or "", 80)
    if where:
        where = f" in {where}" if where.startswith(_CONTAINER) else f" by {where}"
    like = serving.like_configuration_id
    known = configuration_of(workshop, like) if workshop is not None else None
    name = one_line(like or "", 60) if known is None else known.short_name
    return f"Started outside the HUD{where}, like {name}." if name else f"Started outside the HUD{where}."


def ended_line(serving: ServingState) -> str:
    """Say that a server has ended and its container has not; empty where that is not so."""
    if not serving.server_ended:
        return ""
    where = one_line(serving.served_by or "its container", 80)
    return f"The server in {where} has ended; the container stays."


def port_line(serving: ServingState) -> str:
    """Say what holds the port while nothing is served; empty where it is free."""
    if serving.phase is not ServingPhase.IDLE or serving.server_ended:
        return ""
    return one_line(serving.activity or "", 160)
