"""Where else a person may turn for the same need: the nearest services that could take her."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from directory.errors import InvalidInput
from directory.geo import Position
from directory.geocoding import Origin, Precision
from directory.geocoding.communes import at_commune
from directory.listings.vocabulary import AUDIENCES
from directory.opening_hours import State
from directory.referrals.models import Referral
from directory.referrals.snapshots import Snapshot
from directory.search.criteria import MOST_RADIUS_M, SearchCriteria
from directory.search.queries import Hit, nearest, nearest_on_site
from directory.territories import Gazetteer
from directory.web.capacity import capacity_text, is_full

#: How many are offered, and among how many of the nearest they are chosen.
MOST, LOOKED_AT = 5, 60

#: Beyond the largest radius of a search, one look farther rather than nothing.
FARTHEST_M = 200_000


@dataclass(frozen=True, slots=True)
class Alternative:
    """One service to turn to, ready to be shown."""

    id: int
    name: str
    organization: str
    #: As a card holds it; None for a service without a place.
    location: dict[str, Any] | None
    #: Crow-fly metres from the person's commune, else from the service that said no.
    distance_m: float | None
    state: str
    opening_text: str
    capacity: str | None

    @property
    def is_approximate(self) -> bool:
        """True when the distance is that of the commune's centre."""
        return self.location is not None and self.location["precision"] in (
            "municipality",
            "approximate",
        )


def alternatives_to(
    session: Session,
    referral: Referral,
    *,
    at: datetime,
    gazetteer: Gazetteer,
    birth_year: int | None = None,
    tried: Collection[int] = (),
) -> list[Alternative]:
    """Return the nearest services for the same need, at most `MOST`, ties by id.

    Left out: the service that said no, in whatever place, those in `tried`, those that are full,
    shut for a time, for another public or age, or kept for other communes.
    """
    snapshot = Snapshot.of(referral.snapshot)
    origin = _origin(referral, snapshot, gazetteer)
    if origin is None:
        return []
    criteria = SearchCriteria(
        origin=origin,
        category_codes=(referral.category_code,),
        radius_m=MOST_RADIUS_M,
        audiences=_audiences(referral),
        include_professionals=True,
        limit=LOOKED_AT,
    )
    wanted = _Wanted(snapshot.card["service"]["id"], frozenset(tried), birth_year, at)
    found = nearest(session, criteria, at=at, gazetteer=gazetteer)
    kept = wanted.among([*found.on_site, *found.by_area, *found.remote])
    if not kept:
        far = replace(criteria, radius_m=FARTHEST_M)
        kept = wanted.among(nearest_on_site(session, far, at=at, gazetteer=gazetteer))
    return [_alternative(hit, at) for hit in kept[:MOST]]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Which of the services found could take the person."""

    refused_service_id: int
    tried: frozenset[int]
    birth_year: int | None
    at: datetime

    def among(self, hits: Iterable[Hit]) -> list[Hit]:
        return [hit for hit in hits if self._suits(hit)]

    def _suits(self, hit: Hit) -> bool:
        return (
            hit.card["service"]["id"] != self.refused_service_id
            and hit.id not in self.tried
            and hit.covers_commune is not False
            and not hit.card["is_home_base"]
            and hit.opening.state is not State.TEMPORARILY_CLOSED
            and not is_full(hit.card["capacity"], self.at)
            and self._takes_age(hit.card["conditions"])
        )

    def _takes_age(self, conditions: dict[str, Any]) -> bool:
        """Say whether one of the two ages that a birth year allows is taken."""
        if self.birth_year is None:
            return True
        oldest = self.at.year - self.birth_year
        least, most = conditions.get("minimum_age"), conditions.get("maximum_age")
        return (least is None or oldest >= least) and (most is None or oldest - 1 <= most)


def _origin(referral: Referral, snapshot: Snapshot, gazetteer: Gazetteer) -> Origin | None:
    """Return where to search from: the person's commune, else the place that said no."""
    commune = gazetteer.by_insee(referral.insee_code) if referral.insee_code else None
    if commune is not None:
        try:
            return at_commune(commune)
        except InvalidInput:
            # A commune without a known centre: the place that said no is near enough.
            pass
    location = snapshot.location
    if location is None or location["latitude"] is None:
        return None
    return Origin(
        label=location["city"],
        position=Position(location["latitude"], location["longitude"]),
        precision=Precision.POINT,
        insee_code=location["insee_code"],
        insee_code_certain=True,
        source="listing",
    )


def _audiences(referral: Referral) -> frozenset[str]:
    """Return the publics that were ticked as the person's own."""
    met = {condition["code"] for condition in referral.conditions if condition["is_met"]}
    return frozenset(audience for audience in AUDIENCES if f"audience:{audience}" in met)


def _alternative(hit: Hit, at: datetime) -> Alternative:
    card = hit.card
    return Alternative(
        id=hit.id,
        name=card["service"]["name"],
        organization=card["organization"]["name"],
        location=card["location"],
        distance_m=hit.distance_m,
        state=hit.opening.state.value,
        opening_text=hit.opening_text,
        capacity=capacity_text(card["capacity"], at),
    )
