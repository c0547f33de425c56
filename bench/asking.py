"""What is asked in the bench: searches as people make them, from where people live."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlencode

from bench.terms import CATEGORY_WEIGHTS
from bench.towns import centre_of, draw_spot, moved, towns
from directory.geo import Position
from directory.geocoding import locate_point
from directory.listings.vocabulary import KINDS
from directory.search.criteria import SearchCriteria
from directory.search.parameters import Question
from directory.territories import Gazetteer

#: Radii tried one after the other until there are enough results, in metres.
RADII_M = (10_000, 20_000, 50_000)


@dataclass(frozen=True, slots=True)
class Ask:
    """A question, as the search takes it and as an address."""

    question: Question
    gazetteer: Gazetteer
    at: datetime

    def criteria(self) -> SearchCriteria:
        """Return what the search is given, from a point like the API's."""
        latitude, longitude = self.question.latitude, self.question.longitude
        if latitude is None or longitude is None:
            raise ValueError(self.question)
        origin = locate_point(latitude, longitude, gazetteer=self.gazetteer)
        return self.question.criteria(origin, at=self.at)

    def path(self) -> str:
        """Return the address of the same search in the API."""
        asked = self.question
        pairs = [("lat", str(asked.latitude)), ("lon", str(asked.longitude))]
        pairs += [("category", code) for code in asked.category]
        pairs += [("radius_m", str(asked.radius_m)), ("limit", str(asked.limit))]
        if isinstance(asked.open_at, datetime):
            pairs.append(("open_at", asked.open_at.isoformat()))
        pairs += [(name, "true") for name in ("free", "unconditional") if getattr(asked, name)]
        return "/api/v1/search?" + urlencode(pairs)

    def within(self, radius_m: int) -> "Ask":
        """Return the same question over another radius."""
        return replace(self, question=replace(self.question, radius_m=radius_m))


def tuesday_morning(at: datetime) -> datetime:
    """Return ten o'clock (nine in UTC) of the next Tuesday after tomorrow."""
    days = (1 - at.weekday()) % 7
    ahead = days if days > 1 else days + 7
    return (at + timedelta(days=ahead)).replace(hour=9, minute=0, second=0, microsecond=0)


def usual_asks(count: int, *, seed: int, gazetteer: Gazetteer, at: datetime) -> list[Ask]:
    """Draw searches from where people live: most for one kind of help, some open at a time."""
    chance = random.Random(f"usual {seed}")
    return [_usual(chance, gazetteer, at) for _ in range(count)]


def _usual(chance: random.Random, gazetteer: Gazetteer, at: datetime) -> Ask:
    spot = draw_spot(chance, towns().draw(chance))
    count = chance.choices((0, 1, 2), weights=(25, 60, 15))[0]
    question = Question(
        latitude=spot.latitude,
        longitude=spot.longitude,
        category=draw_kinds(chance, count),
        radius_m=RADII_M[0],
        open_at=tuesday_morning(at) if chance.random() < 0.3 else None,
    )
    return Ask(question, gazetteer, at)


def odd_asks(
    count: int,
    shared_addresses: Sequence[Position],
    *,
    seed: int,
    gazetteer: Gazetteer,
    at: datetime,
) -> list[Ask]:
    """Draw searches made to find a fault: at addresses many services share, in empty country,
    for ten kinds at once, with small and large pages."""
    chance = random.Random(f"odd {seed}")
    return [_odd(chance, shared_addresses, gazetteer, at) for _ in range(count)]


def _odd(
    chance: random.Random, shared: Sequence[Position], gazetteer: Gazetteer, at: datetime
) -> Ask:
    where = chance.random()
    if where < 0.4 and shared:
        near_m = chance.choice((0, 0, 30, 2_000))
        spot = moved(chance.choice(shared), chance.gauss(0, near_m), chance.gauss(0, near_m))
    elif where < 0.7:
        spot = draw_spot(chance, towns().draw(chance))
    else:
        spot = moved(centre_of(towns().draw_evenly(chance)), 0, chance.gauss(0, 3_000))
    question = Question(
        latitude=spot.latitude,
        longitude=spot.longitude,
        category=draw_kinds(chance, chance.choice((0, 0, 1, 1, 1, 2, 10))),
        radius_m=chance.choice((500, 2_000, 10_000, 10_000, 20_000, 50_000)),
        open_at=tuesday_morning(at) if chance.random() < 0.2 else None,
        free=chance.random() < 0.1,
        unconditional=chance.random() < 0.1,
        limit=chance.choice((1, 5, 20, 20, 20, 50, 100)),
    )
    return Ask(question, gazetteer, at)


def draw_kinds(chance: random.Random, count: int) -> tuple[str, ...]:
    """Draw kinds of help, the common ones more often, none twice."""
    drawn: list[str] = []
    while len(drawn) < count:
        code = chance.choices(KINDS, weights=CATEGORY_WEIGHTS)[0].code
        if code not in drawn:
            drawn.append(code)
    return tuple(drawn)
