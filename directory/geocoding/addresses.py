"""What every source of addresses offers, in the vocabulary of the national address API."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from directory.geo import Position
from directory.geocoding.origin import Precision


@dataclass(frozen=True, slots=True)
class AddressMatch:
    """An address a back-end proposes."""

    label: str
    #: From 0 to 1, as the back-end gives it.
    score: float
    type: Precision
    citycode: str
    position: Position
    postcode: str | None = None
    city: str | None = None
    #: The commune it was in before communes merged: streets of one name are told apart by it.
    former_city: str | None = None
    housenumber: str | None = None
    street: str | None = None
    #: From the point asked about, in metres; only `reverse` tells it.
    distance_m: float | None = None


@dataclass(frozen=True, slots=True)
class AddressQuestion:
    """An address to find, in a stated commune."""

    text: str
    citycode: str
    postcode: str | None = None


class AddressIndex(Protocol):
    """A source of addresses. Each call raises `Unavailable` when the source cannot answer."""

    #: Under which name its answers are shown and stored.
    name: str
    #: True when asking it tells somebody else what a person types.
    is_outside: bool

    def search(
        self,
        text: str,
        *,
        citycode: str | None = None,
        postcode: str | None = None,
        near: Position | None = None,
        limit: int = 5,
    ) -> list[AddressMatch]:
        """Return at most `limit` addresses, best score first; none is an empty list.

        `citycode` may be that of a whole city with arrondissements. A postcode and a place only
        order what scores the same.
        """

    def complete(
        self, text: str, *, citycode: str | None = None, limit: int = 5
    ) -> list[AddressMatch]:
        """Return at most `limit` addresses that a text still being typed may become, best first.

        The last word may be a beginning. Without a commune those of any may be proposed.
        """

    def reverse(self, position: Position) -> AddressMatch | None:
        """Return the address nearest to a point, or None where there is none."""

    def batch(self, questions: Sequence[AddressQuestion]) -> list[AddressMatch | None]:
        """Return the best address of each question, in the order asked."""
