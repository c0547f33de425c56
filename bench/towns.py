"""Where invented services are: communes drawn by population, points scattered around them."""

import math
import random
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

from directory.geo import Position
from directory.territories import Commune, Kind
from directory.territories.sources import bundled

_METRES_PER_DEGREE = 111_195.0

#: What a village without inhabitants would still have: services are not quite where people are.
_LEAST_WEIGHT = 150


@dataclass(frozen=True, slots=True)
class Towns:
    """The communes that may be drawn, and their cumulated weights."""

    communes: tuple[Commune, ...]
    weights: tuple[float, ...]

    def draw(self, chance: random.Random) -> Commune:
        """Draw a commune, a town more often than a village."""
        return chance.choices(self.communes, cum_weights=self.weights)[0]

    def draw_evenly(self, chance: random.Random) -> Commune:
        """Draw a commune, each as often as any other: mostly a village."""
        return chance.choice(self.communes)


@cache
def towns() -> Towns:
    """Return the communes of the table shipped with the package that have a position.

    Paris, Lyon and Marseille are drawn by arrondissement.
    """
    every = bundled().communes
    cities = {commune.city_code for commune in every if commune.kind is Kind.ARRONDISSEMENT}
    placed = tuple(c for c in every if c.position and c.insee_code not in cities)
    weights = accumulate(_LEAST_WEIGHT + (commune.population or 0) for commune in placed)
    return Towns(placed, tuple(weights))


def centre_of(commune: Commune) -> Position:
    """Return the commune's position; an approximate one is moved, always by as much.

    Many small communes share the middle of their intercommunality in the shipped table: left there
    they would make towns where there are fields.
    """
    if commune.position is None:
        raise ValueError(commune.insee_code)
    if not commune.is_approximate:
        return commune.position
    chance = random.Random(commune.insee_code)
    return moved(commune.position, chance.gauss(0, 6_000), chance.gauss(0, 6_000))


def draw_spot(chance: random.Random, commune: Commune) -> Position:
    """Draw a point in or around the commune, more scattered in a larger one."""
    spread_m = 250 + 1_200 * math.sqrt(min(commune.population or 0, 250_000) / 100_000)
    return moved(centre_of(commune), chance.gauss(0, spread_m), chance.gauss(0, spread_m))


def moved(position: Position, north_m: float, east_m: float) -> Position:
    """Return a point so many metres away, to seven decimals (a centimetre)."""
    east_degrees = east_m / (_METRES_PER_DEGREE * math.cos(math.radians(position.latitude)))
    return Position(
        round(position.latitude + north_m / _METRES_PER_DEGREE, 7),
        round(position.longitude + east_degrees, 7),
    )
