"""From what was typed to the communes it may mean, told as steps. Nothing here changes anything.

By code when there is one, else by exact name, else by the beginning of a name, and only when all
that finds nothing, by a name one typing error away.
"""

from collections.abc import Callable, Iterable, Sequence

from rapidfuzz.distance import OSA

from directory.territories.areas import departements_by_name
from directory.territories.codes import CodeIndex
from directory.territories.commune import Commune, Kind
from directory.territories.index import Entry, NameIndex
from directory.territories.matches import Reason
from directory.territories.query import (
    Departements,
    PlaceQuery,
    departements_of_postal_code,
    readings,
)
from directory.territories.words import place_key, without_article

#: How many names of a beginning are looked at when only some départements are wanted.
_DEEP = 400

#: How many communes stand for a département or a région.
_LARGEST_WITHIN_AREA = 6


class Lookup:
    """The indexes of a gazetteer, and the steps that ask them."""

    def __init__(self, communes: Sequence[Commune]) -> None:
        self._communes = communes
        self._names = NameIndex(communes)
        self.codes = CodeIndex(communes)
        #: Département -> its largest communes, best first.
        self._largest: dict[str, list[int]] = {}
        for place, commune in enumerate(communes):
            largest = self._largest.setdefault(commune.departement, [])
            if len(largest) < _LARGEST_WITHIN_AREA and commune.kind is Kind.COMMUNE:
                largest.append(place)

    def find(self, query: PlaceQuery, limit: int) -> list[Entry]:
        """Return at most `limit` entries, best reason first, then the most populous."""
        if query.code:
            found = self._by_code_and_name(query, query.code, limit)
        elif query.arrondissement is not None:
            found = [
                (query.key, place, Reason.NAME)
                for place in self.codes.arrondissements(query.arrondissement)
            ]
        elif query.is_only_a_number:
            found = [
                (code, place, Reason.BEGINNING)
                for code, place in self.codes.postal_beginning(query.words, limit)
            ]
        else:
            found = self._by_name(query, limit)
        return _first_of_each_place(self._in_cedex(found, query.cedex_number))[:limit]

    def _by_code_and_name(self, query: PlaceQuery, code: str, limit: int) -> list[Entry]:
        by_code = self._by_code(code)
        if not query.key:
            return by_code
        agreeing = [entry for entry in by_code if self.agrees(entry[1], query.key)]
        # « 62630 Tubersent » leaves no doubt, though Hubersent has that code too.
        sure = [entry for entry in agreeing if self._is_named(entry[1], query.key)]
        if sure or any(self._begins(entry[1], query.key) for entry in agreeing):
            return sure or agreeing
        named = self._by_name(query, _DEEP)
        if agreeing:
            # « 62340 Ardres »: the code is that of Andres, but the name that of another.
            return agreeing + [entry for entry in named if entry[2] <= Reason.FORMER_NAME]
        # A CEDEX code is in no table (or is the INSEE code of a village), but its first digits
        # are those of the département.
        within = self._only_in(departements_of_postal_code(code), named)
        if within and not self.codes.postal(code):
            return within[:limit]
        exact = [entry for entry in named if entry[2] <= Reason.FORMER_NAME]
        return (by_code + exact if by_code else named)[:limit]

    def _by_code(self, code: str) -> list[Entry]:
        postal = self.codes.without_covered_cities(self.codes.postal(code))
        found = [(code, place, Reason.POSTAL_CODE) for place in postal]
        current = self.codes.current(code)
        if current is not None:
            found.append((code, current, Reason.INSEE_CODE))
        former = self.codes.former(code)
        if former is not None and not found:
            found.append((code, former, Reason.FORMER_CODE))
        return found

    def agrees(self, place: int, key: str) -> bool:
        """True when a typed name can be that of the commune: its beginning, or nearly it."""
        is_near = any(OSA.distance(own, key) <= 1 for own in self._keys(place))
        return is_near or self._begins(place, key)

    def _begins(self, place: int, key: str) -> bool:
        return any(own.startswith(key) or key.startswith(f"{own} ") for own in self._keys(place))

    def _keys(self, place: int) -> set[str]:
        """Return all names of a commune as they are compared, that of its city too."""
        commune = self._communes[place]
        names = [commune.name, *commune.former_names]
        city = self.codes.current(commune.city_code or "")
        if city is not None:
            names.append(self._communes[city].name)
        keys = {place_key(name) for name in names}
        return keys | {without_article(own) for own in keys}

    def _is_named(self, place: int, key: str) -> bool:
        own = place_key(self._communes[place].name)
        return key in (own, without_article(own))

    def _by_name(self, query: PlaceQuery, limit: int) -> list[Entry]:
        exact = self._first_reading(query, self._names.named)
        exact.sort(key=lambda entry: (entry[2], entry[1]))
        begun = self._first_reading(
            query, lambda key: self._names.beginning(key, limit), deep=self._begun_deep
        )
        within_area = [] if query.names_departement else self._within_area(query.key)
        found = exact + begun + within_area
        if exact or len(found) >= limit:
            return found
        return found + self._first_reading(query, lambda key: self._names.misspelt(key, limit))

    def _within_area(self, key: str) -> list[Entry]:
        """Return the largest communes of a département or région typed as a place: who types
        « La Réunion » rarely means the village of Lot-et-Garonne."""
        departements = departements_by_name().get(key)
        if departements is None:
            return []
        largest = sorted(
            place for departement in departements for place in self._largest.get(departement, ())
        )
        return [(key, place, Reason.WITHIN_AREA) for place in largest[:_LARGEST_WITHIN_AREA]]

    def _begun_deep(self, key: str) -> list[Entry]:
        return self._names.beginning(key, _DEEP)

    def _first_reading(
        self,
        query: PlaceQuery,
        ask: Callable[[str], list[Entry]],
        deep: Callable[[str], list[Entry]] | None = None,
    ) -> list[Entry]:
        """Return what the plainest reading of the text that finds anything finds."""
        for key, departements in readings(query):
            if departements is None:
                found = ask(key)
            else:
                found = self._only_in(departements, (deep or ask)(key))
            if found:
                return found
        return []

    def _only_in(self, departements: Departements, entries: Iterable[Entry]) -> list[Entry]:
        return [entry for entry in entries if self._communes[entry[1]].departement in departements]

    def _in_cedex(self, entries: list[Entry], number: int | None) -> list[Entry]:
        """Replace a city by the arrondissement that its CEDEX number names."""
        if number is None:
            return entries
        moved = []
        for name, place, reason in entries:
            arrondissement = self.codes.arrondissement(self._communes[place].insee_code, number)
            moved.append((name, place if arrondissement is None else arrondissement, reason))
        return moved


def _first_of_each_place(entries: Iterable[Entry]) -> list[Entry]:
    seen: dict[int, Entry] = {}
    for entry in entries:
        seen.setdefault(entry[1], entry)
    return list(seen.values())
