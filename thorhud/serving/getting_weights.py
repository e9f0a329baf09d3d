"""How a person gets a model onto a unit: commands to type, complete but for the name of the rack server."""

import shlex

from thorhud.serving.hub_cache import Place

RACK_SERVER = "RACK-SERVER"
"""Stands in commands for the machine that every unit can copy from."""


def copy_or_download(place: Place) -> str:
    """Say how the files of *place* come onto the unit: from the rack server, or by a download."""
    folder = shlex.quote(f"{place.folder}/")
    copy = f"Copy it from the rack server: rsync -av --mkpath --progress {RACK_SERVER}:{folder} {folder}"
    if not place.in_cache or place.mounted is None:
        return copy
    home = shlex.quote(str(place.mounted))
    download = f"HF_HOME={home} hf download {shlex.quote(place.model)} --exclude '*al/*'"
    # one pattern for both: tools of different ages read several in different ways
    return f"{copy} . Or, where there is internet: {download} (leaves out original/ and metal/)"


def point_revision(place: Place, revision: str) -> str:
    """Say how ``refs/main`` is made to name a revision that is here."""
    refs = place.folder / "refs"
    return f"Write it: mkdir -p {shlex.quote(str(refs))} && printf %s {revision} > {shlex.quote(str(refs / 'main'))}"


def link_other_name(place: Place, other_folder: str) -> str:
    """Say how a model gets a second name; the link is relative, so the container can follow it."""
    return f"Give it the other name too: ln -s {shlex.quote(other_folder)} {shlex.quote(str(place.folder))}"


def let_read(place: Place) -> str:
    """Say how this account may read the files."""
    return f"Let others read them: sudo chmod -R a+rX {shlex.quote(str(place.folder))}"
