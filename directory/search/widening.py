"""What to do when nothing is near: never a dead end."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from directory.search.criteria import MOST_RADIUS_M, SearchCriteria
from directory.search.queries import Hit, SearchResults, Widen, count, nearest, nearest_on_site
from directory.territories import Gazetteer

#: Radii proposed when nothing is found, in metres.
PROPOSED_RADII_M = (10_000, 20_000, 50_000)

#: How far the nearest ones are looked for, in metres: first here, then there.
_FAR_M = (MOST_RADIUS_M, 200_000)

_NEAREST = 3


def search(
    session: Session, criteria: SearchCriteria, *, at: datetime, gazetteer: Gazetteer
) -> SearchResults:
    """Return the nearest services, and ways out when none is on site within the radius."""
    results = nearest(session, criteria, at=at, gazetteer=gazetteer)
    if results.on_site or criteria.cursor is not None:
        return results
    return replace(results, widen=widen(session, criteria, at=at, gazetteer=gazetteer))


def widen(
    session: Session, criteria: SearchCriteria, *, at: datetime, gazetteer: Gazetteer
) -> Widen:
    """Return the nearest beyond the radius, and what each relaxation of the question would give."""

    def found(relaxed: SearchCriteria) -> int:
        return count(session, relaxed, at=at, gazetteer=gazetteer)

    wider = [radius_m for radius_m in PROPOSED_RADII_M if radius_m > criteria.radius_m]
    return Widen(
        nearest=_nearest_beyond(session, criteria, at, gazetteer),
        within={radius_m: found(criteria.within(radius_m)) for radius_m in wider},
        without={name: found(criteria.without(name)) for name in criteria.filters()},
    )


def _nearest_beyond(
    session: Session, criteria: SearchCriteria, at: datetime, gazetteer: Gazetteer
) -> list[Hit]:
    few = replace(criteria, limit=_NEAREST, cursor=None)
    for radius_m in _FAR_M:
        hits = nearest_on_site(session, few.within(radius_m), at=at, gazetteer=gazetteer)
        if hits:
            return hits
    return []
