"""Which answers of a back-end are believed.

Without these rules one real address in nine lands more than 10 km away: a back-end that knows no
such street in the commune gives the same street elsewhere, or a middle of something.
"""

import math
from collections.abc import Iterable
from enum import Enum

from directory.geo import Position
from directory.geocoding.addresses import AddressMatch
from directory.geocoding.origin import ADDRESSES
from directory.territories import Box, Commune, Gazetteer

#: From this score on, the address found is the one typed.
ACCEPTED_SCORE = 0.8

#: From this score on, it is shown for a person to judge.
REVIEW_SCORE = 0.5

#: An address may lie a little outside the box of its commune, which is simplified.
BOX_MARGIN_M = 2_000

#: Points that software gives for want of a place: the origin of the map, the middle of France.
PLACEHOLDERS = ((0.0, 0.0), (46.227638, 2.213749))

_METRES_PER_DEGREE = 111_320.0
_PLACEHOLDER_MARGIN = 1e-5


class Verdict(Enum):
    """What to do with an address found."""

    ACCEPT = "accept"
    REVIEW = "review"
    REFUSE = "refuse"


def best_match(
    matches: Iterable[AddressMatch], commune: Commune, gazetteer: Gazetteer
) -> tuple[AddressMatch, Verdict] | None:
    """Return the best believable address within the commune, None when there is none."""
    for match in sorted(matches, key=lambda match: -match.score):
        verdict = judge(match, commune, gazetteer)
        if verdict is not Verdict.REFUSE:
            return match, verdict
    return None


def judge(match: AddressMatch, commune: Commune, gazetteer: Gazetteer) -> Verdict:
    """Say whether an address found for a commune is believed."""
    believable = (
        match.type in ADDRESSES
        and lies_in(match.citycode, commune, gazetteer)
        and not is_placeholder(match.position)
        and is_near_box(match.position, commune.box)
    )
    if not believable or match.score < REVIEW_SCORE:
        return Verdict.REFUSE
    return Verdict.ACCEPT if match.score >= ACCEPTED_SCORE else Verdict.REVIEW


def lies_in(citycode: str, commune: Commune, gazetteer: Gazetteer) -> bool:
    """True when a code is that of the commune, one of its former ones, or of one of its
    arrondissements; an arrondissement that was stated is not left for another."""
    found = gazetteer.by_insee(citycode)
    if found is None:
        return False
    return commune.insee_code in (found.insee_code, found.city_code) or (
        # Back-ends that ignore arrondissements answer with the city.
        found.insee_code == commune.city_code
    )


def is_placeholder(position: Position) -> bool:
    """True for the points that mean « unknown »."""
    return any(
        abs(position.latitude - latitude) < _PLACEHOLDER_MARGIN
        and abs(position.longitude - longitude) < _PLACEHOLDER_MARGIN
        for latitude, longitude in PLACEHOLDERS
    )


def is_near_box(position: Position, box: Box | None) -> bool:
    """True within 2 km of the box of a commune; a commune without a box refuses nothing."""
    if box is None:
        return True
    margin = BOX_MARGIN_M / _METRES_PER_DEGREE
    # A degree of longitude is shorter the farther from the equator; at a pole it has no length.
    wide = margin / max(math.cos(math.radians(position.latitude)), 0.01)
    return (
        box.south - margin <= position.latitude <= box.north + margin
        and box.west - wide <= position.longitude <= box.east + wide
    )
