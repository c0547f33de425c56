"""How far the positions of one table of communes lie from those of another."""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from directory.geo import distance_m
from directory.territories.commune import Commune

#: A position farther than this from the true one misleads people.
FAR_M = 10_000


@dataclass(frozen=True, slots=True)
class Gap:
    """A commune and the distance between its two positions, in metres."""

    commune: Commune
    distance_m: float


@dataclass(frozen=True, slots=True)
class Agreement:
    """How well one group of positions agrees with the reference."""

    gaps: tuple[Gap, ...]

    @property
    def median_m(self) -> float | None:
        """The distance half of the positions do not exceed; None for an empty group."""
        return median(gap.distance_m for gap in self.gaps) if self.gaps else None

    @property
    def far(self) -> list[Gap]:
        """The positions more than 10 km off, the farthest first."""
        far = (gap for gap in self.gaps if gap.distance_m > FAR_M)
        return sorted(far, key=lambda gap: -gap.distance_m)

    @property
    def population(self) -> int:
        """The inhabitants of its communes, arrondissements not counted twice."""
        return sum(gap.commune.population or 0 for gap in self.gaps if not gap.commune.city_code)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The agreement of the sure positions and of the approximate ones, apart."""

    sure: Agreement
    approximate: Agreement


def compare(communes: Iterable[Commune], reference: Iterable[Commune]) -> Comparison:
    """Measure each position against the reference's; communes that lack either are left out, as
    are those whose reference is itself approximate."""
    true = {c.insee_code: c.position for c in reference if c.position and not c.is_approximate}
    groups: dict[bool, list[Gap]] = {True: [], False: []}
    for commune in communes:
        position = true.get(commune.insee_code)
        if position is not None and commune.position is not None:
            gap = Gap(commune, distance_m(commune.position, position))
            groups[commune.is_approximate].append(gap)
    return Comparison(Agreement(tuple(groups[False])), Agreement(tuple(groups[True])))
