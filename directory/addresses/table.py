"""The first source of addresses: our own table, which answers at once and tells nobody."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from directory.addresses import reads
from directory.addresses.cities import city_code, department_code
from directory.addresses.houses import House, houses_beginning, nearest_house
from directory.addresses.reading import TypedStreet, readings
from directory.addresses.reads import StreetRow
from directory.addresses.streets import CityStreets, ScoredStreet, StreetCache
from directory.errors import Unavailable
from directory.geo import Position, distance_m
from directory.geocoding import AddressMatch, AddressQuestion, Precision
from directory.i18n import gettext

#: A typed number that the street does not have takes a little away: still the street meant.
_NUMBER_MISSING = 0.95

#: Two streets that fit alike, neither of them better than a name without its kind of way, are for
#: a person to choose between.
_ALIKE, _NEARLY, _DOUBTFUL = 0.02, 0.97, 0.75

#: Streets that fit worse are not told at all.
_LEAST_SCORE = 0.4

#: Beyond, an address says nothing about a point.
FARTHEST_REVERSE_M = 5_000.0

#: Streets of one name looked at when no commune is stated.
_MOST_ANYWHERE = 3_000

#: Streets that fit some words, best first.
_Streets = Callable[[tuple[str, ...]], list[ScoredStreet]]


class AddressTable:
    """A source of addresses (`AddressIndex`): commune first, then the streets of that commune."""

    #: The national address base, from which the table is loaded.
    name = "ban"
    is_outside = False

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions
        self._cache = StreetCache()

    def search(
        self,
        text: str,
        *,
        citycode: str | None = None,
        postcode: str | None = None,
        near: Position | None = None,
        limit: int = 5,
    ) -> list[AddressMatch]:
        """Return at most `limit` addresses, best score first: see `AddressIndex.search`.

        Without a commune only streets of exactly this name are found, one for each commune. What
        scores the same is ordered by the postcode, then by the distance from `near`, then by id.
        """
        with self._reading() as session:
            return self._search(session, text, citycode, postcode, near)[:limit]

    def batch(self, questions: Sequence[AddressQuestion]) -> list[AddressMatch | None]:
        """Return the best address of each question, in the order asked."""
        with self._reading() as session:
            found = [
                self._search(session, one.text, one.citycode, one.postcode, None)
                for one in questions
            ]
        return [matches[0] if matches else None for matches in found]

    def complete(
        self, text: str, *, citycode: str | None = None, limit: int = 5
    ) -> list[AddressMatch]:
        """Return what an unfinished text may become: see `AddressIndex.complete`.

        Streets, and their house numbers once a number was typed. Without a commune: streets whose
        name begins so, the shortest first.
        """
        with self._reading() as session:
            streets = self._unfinished(session, citycode)
            for typed in readings(text):
                found = [one for one in _begun(streets, typed) if one.score >= _LEAST_SCORE]
                if found:
                    return self._completed(session, typed, found, limit)
        return []

    def reverse(self, position: Position) -> AddressMatch | None:
        """Return the address nearest to a point with its distance, None beyond 5 km."""
        with self._reading() as session:
            around = reads.addresses_around(session, position, limit=8)
        measured = [
            (distance_m(position, Position(row.latitude, row.longitude)), row, street)
            for row, street in around
        ]
        if not measured:
            return None
        length_m, row, street = min(measured, key=lambda one: (one[0], one[1]))
        if length_m > FARTHEST_REVERSE_M:
            return None
        house = House.of(row)
        return replace(
            _match(street, house, 1 - length_m / FARTHEST_REVERSE_M), distance_m=length_m
        )

    def _search(
        self,
        session: Session,
        text: str,
        citycode: str | None,
        postcode: str | None,
        near: Position | None,
    ) -> list[AddressMatch]:
        if citycode is None:
            found = self._found(session, text, partial(_anywhere, session))
        else:
            found = self._in_commune(session, text, citycode)
        found.sort(key=lambda match: _order(match, postcode, near))
        return _each_once(found)

    def _in_commune(self, session: Session, text: str, citycode: str) -> list[AddressMatch]:
        """Look in one commune; once more when an import came between its streets and numbers.

        Each statement sees what is there when it begins: then no street has a number any more.
        """
        while True:
            streets = self._kept(session, citycode)
            if streets is None:
                return []
            found = self._found(session, text, streets.found)
            if any(match.housenumber for match in found):
                return found
            if reads.edition_of(session, department_code(citycode)) == streets.edition:
                return found

    def _unfinished(self, session: Session, citycode: str | None) -> _Streets:
        if citycode is None:
            return partial(_anywhere, session, is_unfinished=True)
        kept = self._kept(session, citycode)
        return partial(kept.found, is_unfinished=True) if kept else lambda _words: []

    def _found(self, session: Session, text: str, streets: _Streets) -> list[AddressMatch]:
        return [
            match
            for typed in readings(text)
            for match in self._at_numbers(session, typed, _doubted(streets(typed.words)))
        ]

    def _kept(self, session: Session, citycode: str) -> CityStreets | None:
        """Return the streets of a commune as they are loaded now; None when they are not."""
        edition = reads.edition_of(session, department_code(citycode))
        if edition is None:
            return None

        def load() -> CityStreets:
            return CityStreets(edition, _streets_in(session, city_code(citycode), citycode))

        return self._cache.get(citycode, edition, load)

    def _at_numbers(
        self, session: Session, typed: TypedStreet, found: Sequence[ScoredStreet]
    ) -> Iterator[AddressMatch]:
        """Yield each street at the typed number, or at the nearest one it has."""
        found = [one for one in found if one.score >= _LEAST_SCORE]
        if typed.number is None:
            yield from (_match(one.street, None, one.score) for one in found)
            return
        rows = reads.numbers_of(session, [one.street.id for one in found])
        for one in found:
            houses = [House.of(row) for row in rows if row.street_id == one.street.id]
            nearest = nearest_house(houses, typed.number, typed.repetition)
            if nearest is not None and nearest.is_at(typed.number, typed.repetition):
                yield _match(one.street, nearest, one.score)
            else:
                match = _match(one.street, None, one.score * _NUMBER_MISSING)
                yield replace(match, position=nearest.position) if nearest else match

    def _completed(
        self, session: Session, typed: TypedStreet, found: Sequence[ScoredStreet], limit: int
    ) -> list[AddressMatch]:
        """Return each street at its best number; the best street also at those it begins."""
        found = found[:limit]
        if typed.number is None:
            return [_match(one.street, None, one.score) for one in found]
        rows = reads.numbers_of(session, [one.street.id for one in found])
        matches: list[AddressMatch] = []
        for one in found:
            houses = houses_beginning(
                [House.of(row) for row in rows if row.street_id == one.street.id],
                typed.number,
                typed.repetition,
            )
            most = (limit + 1) // 2 if one is found[0] else 1
            matches += [_match(one.street, house, one.score) for house in houses[:most]]
            if not houses:
                matches.append(_match(one.street, None, one.score * _NUMBER_MISSING))
        return matches[:limit]

    @contextmanager
    def _reading(self) -> Iterator[Session]:
        """Give a session for the block; a database that is down is a source that is down."""
        try:
            with self._sessions() as session:
                yield session
        except OperationalError as error:
            raise Unavailable(
                gettext("La table des adresses ne répond pas."),
                remedy=gettext("La recherche par commune fonctionne ; réessayez plus tard."),
            ) from error


def _streets_in(session: Session, city: str, citycode: str) -> list[StreetRow]:
    """Return the streets of a commune; of an arrondissement its own, and no other of the city."""
    rows = reads.streets_of_city(session, city)
    return [row for row in rows if citycode in (city, row.insee_code)]


def _anywhere(
    session: Session, words: tuple[str, ...], *, is_unfinished: bool = False
) -> list[ScoredStreet]:
    key = " ".join(words)
    rows = (
        reads.streets_beginning(session, key, limit=200)
        if is_unfinished
        else reads.streets_named(session, [key], limit=_MOST_ANYWHERE)
    )
    cities: dict[str, StreetRow] = {}
    for row in rows:
        cities.setdefault(row.insee_code, row)
    likeness = 1.0 if not is_unfinished else 0.9
    return [ScoredStreet(row, likeness) for row in cities.values()]


def _begun(streets: _Streets, typed: TypedStreet) -> list[ScoredStreet]:
    """Return the streets that an unfinished one may become, best first, each once."""
    found = streets(typed.words)
    if typed.begun != typed.words:
        found = sorted([*found, *streets(typed.begun)], key=lambda one: -one.score)
    once: dict[int, ScoredStreet] = {}
    for one in found:
        once.setdefault(one.street.id, one)
    return list(once.values())


def _doubted(found: list[ScoredStreet]) -> list[ScoredStreet]:
    """Lower the scores at the top when two streets of other names fit alike and neither exactly."""
    if len(found) < 2 or found[0].score > _NEARLY:
        return found
    best = found[0].score
    alike = {one.street.key for one in found if one.score > best - _ALIKE}
    if len(alike) == 1:
        return found
    # Still in their order, also among those of another reading: « 8 mai 1945 » is no number 8.
    return [replace(one, score=min(one.score, _DOUBTFUL - (1 - one.score) / 20)) for one in found]


def _order(
    match: AddressMatch, postcode: str | None, near: Position | None
) -> tuple[float, bool, bool, float]:
    return (
        -round(match.score, 3),
        match.type is not Precision.HOUSENUMBER,
        postcode is not None and match.postcode != postcode,
        distance_m(near, match.position) if near else 0.0,
    )


def _each_once(matches: Iterable[AddressMatch]) -> list[AddressMatch]:
    """Leave out the streets that another reading of the text found again, at another number."""
    once: dict[tuple[str | None, ...], AddressMatch] = {}
    for match in matches:
        street = (match.street, match.citycode, match.former_city, match.postcode)
        once.setdefault(street, match)
    return list(once.values())


def _match(street: StreetRow, house: House | None, score: float) -> AddressMatch:
    town = " ".join(filter(None, (street.postal_code, street.city)))
    first = f"{house.label} {street.name}" if house else street.name
    precision = Precision.LOCALITY if street.is_locality else Precision.STREET
    return AddressMatch(
        label=f"{first} {town}",
        score=round(score, 4),
        type=Precision.HOUSENUMBER if house else precision,
        citycode=street.insee_code,
        position=house.position if house else Position(street.latitude, street.longitude),
        postcode=street.postal_code,
        city=street.city,
        former_city=street.former_city,
        housenumber=house.label if house else None,
        street=street.name,
    )
