"""Where the search starts: what was typed, a commune, or the place where the device is."""

from directory.geocoding import Choices, Origin
from directory.i18n import gettext
from directory.search.parameters import Question
from directory.territories import PlaceMatch
from directory.web.caseworkers.asked import Asked
from directory.web.caseworkers.links import PlaceChoice
from directory.web.runtime import runtime

#: Coordinates are rounded to about a hundred metres, on the device already and here again.
DECIMALS = 3


def here() -> str:
    """Return what the field says when the place comes from the device."""
    return gettext("Ma position")


def settled(asked: Asked) -> Asked:
    """Return the question with one place only.

    The field wins over the point that the form carries along: whoever writes in it moves away
    from where the device was.
    """
    typed = asked.get("q")
    if typed and typed != here():
        return asked.without("lat", "lon")
    if asked.get("lat") or asked.get("lon"):
        return asked.without("q", "insee")
    return asked.without("q") if asked.get("insee") else asked


def find_origin(question: Question) -> Origin | Choices:
    """Return where the search starts, or the communes to choose from.

    :raise InvalidInput: no such place, with the field at fault.
    """
    gazetteer = runtime().gazetteer()
    geocoder = runtime().geocoder
    if question.latitude is not None and question.longitude is not None:
        latitude, longitude = (
            round(degrees, DECIMALS) for degrees in (question.latitude, question.longitude)
        )
        return geocoder.locate_point(latitude, longitude, gazetteer=gazetteer)
    return geocoder.locate(question.q or "", gazetteer=gazetteer, insee_code=question.insee)


def place_choices(asked: Asked, choices: Choices) -> list[PlaceChoice]:
    """Return a link for each commune that the text can mean, the street kept."""
    return [
        PlaceChoice(
            label=match.label,
            detail=match.departement_name,
            url=asked.having(q=_completed(choices.street, match)).url,
        )
        for match in choices.matches
    ]


def _completed(street: str, match: PlaceMatch) -> str:
    """Return the place with its commune made certain: « 12 rue de Verdun, Saint-Denis (93) »."""
    return f"{street}, {match.label}" if street else match.label
