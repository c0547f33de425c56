"""Communes by their codes: INSEE, former INSEE, postal, and arrondissement number."""

from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property

from directory.territories.commune import Commune, Kind
from directory.territories.words import place_key

#: What people write for a whole city, though the post does not know it.
CITY_CODES = {"75000": "75056", "69000": "69123", "13000": "13055"}


class CodeIndex:
    """The codes of communes; a place is a rank by population, 0 the most populous."""

    def __init__(self, communes: Sequence[Commune]) -> None:
        self._communes = communes
        self._insee = {commune.insee_code: place for place, commune in enumerate(communes)}
        self._former: dict[str, int] = {}
        self._postal: dict[str, tuple[int, ...]] = {}
        for place, commune in enumerate(communes):
            for code in commune.former_codes:
                self._former.setdefault(code, place)
            for code in commune.postal_codes:
                self._postal[code] = (*self._postal.get(code, ()), place)
        for code, city in CITY_CODES.items():
            if city in self._insee:
                self._postal.setdefault(code, (self._insee[city],))

    def current(self, code: str) -> int | None:
        """Return the place of a code in force."""
        return self._insee.get(code)

    def former(self, code: str) -> int | None:
        """Return the place a code out of force has become; the largest when it was split."""
        return self._former.get(code)

    def postal(self, code: str) -> tuple[int, ...]:
        """Return the places a postal code serves, the most populous first."""
        return self._postal.get(code, ())

    def postal_beginning(self, digits: str, limit: int) -> list[tuple[str, int]]:
        """Return (postal code, place) for codes that begin so, the most populous places first."""
        start = bisect_left(self._postal_codes, digits)
        end = bisect_left(self._postal_codes, digits + ":")
        best: dict[int, str] = {}
        for code in self._postal_codes[start:end]:
            for place in self._postal[code]:
                best.setdefault(place, code)
        return [(best[place], place) for place in sorted(best)[:limit]]

    def arrondissement(self, city_code: str, number: int) -> int | None:
        """Return the place of an arrondissement of Paris, Lyon or Marseille by its number."""
        return self._arrondissements.get((city_code, number))

    def arrondissements(self, number: int) -> list[int]:
        """Return the arrondissements of that number in every city, the most populous first."""
        return sorted(at for (_, other), at in self._arrondissements.items() if other == number)

    def without_covered_cities(self, places: Sequence[int]) -> list[int]:
        """Leave out a city when one of its arrondissements is there: « 75018 » is the 18th."""
        cities = {self._communes[place].city_code for place in places}
        return [place for place in places if self._communes[place].insee_code not in cities]

    @cached_property
    def _postal_codes(self) -> list[str]:
        return sorted(self._postal)

    @cached_property
    def _arrondissements(self) -> dict[tuple[str, int], int]:
        return {
            (commune.city_code or "", int(place_key(commune.name).split()[-1])): place
            for place, commune in enumerate(self._communes)
            if commune.kind is Kind.ARRONDISSEMENT
        }
