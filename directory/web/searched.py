"""The commune that this request searched around, for what the page offers to do next."""

from flask import g

from directory.geocoding import Origin


def note_searched(origin: Origin) -> None:
    """Keep the commune of a search for the rest of the request; one only supposed is not kept."""
    if origin.insee_code_certain:
        g.searched_commune = origin.insee_code


def searched_commune() -> str | None:
    """Return the INSEE code of the commune searched around, if it is certain."""
    found: str | None = g.get("searched_commune")
    return found
