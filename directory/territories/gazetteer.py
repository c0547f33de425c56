"""The communes of France in memory: look-up by name or code, nearest centre, containing areas."""

from collections.abc import Iterable
from functools import cached_property
from operator import attrgetter

from directory.geo import Position
from directory.territories.areas import area_name
from directory.territories.commune import Commune, Kind
from directory.territories.index import Entry
from directory.territories.lookup import Lookup
from directory.territories.matches import PlaceMatch, Resolution
from directory.territories.points import PointIndex
from directory.territories.query import read_query
from directory.territories.settling import exactly_named, settled, worth_offering

#: How many choices fit on a small screen.
CHOICES = 8

#: How many proposals are weighed before the choices are cut.
_LOOKED_AT = 40


class Gazetteer:
    """Communes, most populous first, behind their indexes. It never changes once made."""

    def __init__(self, communes: Iterable[Commune], *, version: int | None = None) -> None:
        by_code = sorted(communes, key=attrgetter("insee_code"))
        self.communes = tuple(
            sorted(by_code, key=lambda commune: commune.population or 0, reverse=True)
        )
        #: The load it came from, so that a process can tell when a newer one exists.
        self.version = version
        self._lookup = Lookup(self.communes)

    def search(self, text: str, limit: int = 10) -> list[PlaceMatch]:
        """Return at most `limit` proposals for a text, also one that is still being typed.

        Best reason first (see `Reason`), then the most populous, then the lowest INSEE code. A
        text that cannot be read gives an empty list.
        """
        query = read_query(text)
        if query is None:
            return []
        return [self._match(entry) for entry in self._lookup.find(query, limit)]

    def resolve(self, text: str) -> Resolution:
        """Return the one commune a text means, or the choices it leaves.

        A name is settled when no other commune of that name has a tenth of its population (nor a
        longer name ten times as many people: Évry, 400 inhabitants, and Évry-Courcouronnes); a
        postal code or the beginning of a name, when one commune only has it. A code and a name
        that contradict each other settle nothing.
        """
        query = read_query(text)
        if query is None or query.is_only_a_number:
            return Resolution(None, ())
        found = [self._match(entry) for entry in self._lookup.find(query, _LOOKED_AT)]
        if query.names_departement:
            found = exactly_named(found)
        return Resolution(settled(found), worth_offering(found)[:CHOICES])

    def may_name(self, text: str, commune: Commune) -> bool:
        """Say whether a text can be the name of this commune: that, its beginning, nearly it.

        The name of the city stands for its arrondissements.
        """
        query = read_query(text)
        place = self._lookup.codes.current(commune.insee_code)
        return query is not None and place is not None and self._lookup.agrees(place, query.key)

    def by_insee(self, code: str) -> Commune | None:
        """Return the commune of an INSEE code; a former code gives the commune it became."""
        place = self._lookup.codes.current(code)
        if place is None:
            place = self._lookup.codes.former(code)
        return None if place is None else self.communes[place]

    def by_postal_code(self, code: str) -> list[Commune]:
        """Return the communes a postal code serves, the most populous first.

        « 75018 » gives Paris and its 18th arrondissement.
        """
        return [self.communes[place] for place in self._lookup.codes.postal(code)]

    def nearest(self, position: Position) -> tuple[Commune, float] | None:
        """Return the commune whose centre is nearest, with the distance in metres.

        In Paris, Lyon and Marseille it is the arrondissement. Communes placed only approximately
        do not take part, unless there is no other. None when no commune has a place at all.
        """
        found = self._points.nearest(position)
        return None if found is None else (self.communes[found[0]], found[1])

    def areas_of(self, insee_code: str) -> tuple[str, ...]:
        """Return the codes of every area a commune lies in, from the smallest.

        They read `commune:93010`, `ept:…`, `epci:…`, `departement:93`, `region:11`, `france:FR`.
        An arrondissement also lies in its city, a commune in those that were merged into it. An
        unknown code lies nowhere: an empty tuple.
        """
        commune = self.by_insee(insee_code)
        return () if commune is None else commune.areas

    def area_label(self, area: str) -> str | None:
        """Return the name of an area by its code, None when it is unknown."""
        kind, _, code = area.partition(":")
        if kind == "commune":
            commune = self.by_insee(code)
            return None if commune is None else commune.name
        return area_name(area)

    @cached_property
    def _points(self) -> PointIndex:
        cities = {c.city_code for c in self.communes if c.kind is Kind.ARRONDISSEMENT}
        placed = [
            (place, commune.position, commune.is_approximate)
            for place, commune in enumerate(self.communes)
            if commune.position is not None and commune.insee_code not in cities
        ]
        sure = [(place, position) for place, position, is_rough in placed if not is_rough]
        return PointIndex(sure or [(place, position) for place, position, _ in placed])

    def _match(self, entry: Entry) -> PlaceMatch:
        matched, place, reason = entry
        return PlaceMatch(self.communes[place], reason, matched)
