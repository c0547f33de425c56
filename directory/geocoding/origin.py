"""Where a search starts from, with how sure we are of it; or the places to choose from."""

from dataclasses import dataclass
from enum import StrEnum

from directory.geo import Position
from directory.territories import PlaceMatch


class Precision(StrEnum):
    """How finely a position is known, in the words of the national address API where it has one."""

    #: Given as coordinates by the device or the caller.
    POINT = "point"
    HOUSENUMBER = "housenumber"
    STREET = "street"
    #: A hamlet or a named place.
    LOCALITY = "locality"
    #: The middle of the commune, which is what was asked for.
    MUNICIPALITY = "municipality"
    #: The middle of the commune for want of better, or not even quite that.
    APPROXIMATE = "approximate"


#: The precisions of an address, as opposed to a commune or a point.
ADDRESSES = frozenset({Precision.HOUSENUMBER, Precision.STREET, Precision.LOCALITY})


@dataclass(frozen=True, slots=True)
class Origin:
    """A position with its name, its commune, and where both come from."""

    label: str
    position: Position
    precision: Precision
    insee_code: str
    #: False when the commune is only supposed from a point: the page says so and offers to change.
    insee_code_certain: bool
    #: `communes`, `point`, or the name of the back-end that answered: `ban`, `geoplateforme`.
    source: str
    #: What the person must know about it, translated; None when there is nothing to say.
    notice: str | None = None
    #: True when the address found resembles what was typed without being surely the same.
    needs_review: bool = False


@dataclass(frozen=True, slots=True)
class Choices:
    """The communes a text can mean, best first; asking again with a code settles it."""

    text: str
    matches: tuple[PlaceMatch, ...]
    #: What stands beside the commune in the text, to keep once it is chosen.
    street: str = ""
