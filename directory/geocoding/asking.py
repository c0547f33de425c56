"""Asking the back-ends in their order, and keeping the first address that can be believed."""

from collections.abc import Sequence
from dataclasses import dataclass

from directory.errors import Unavailable
from directory.geo import Position, distance_m
from directory.geocoding.addresses import AddressIndex, AddressMatch
from directory.geocoding.trust import ACCEPTED_SCORE, Verdict, best_match, judge
from directory.geocoding.typed import without_house_number
from directory.territories import Commune, Gazetteer
from directory.territories.words import place_key

#: Streets of one name looked at when no commune is stated: enough for each of its communes.
MOST_ANYWHERE = 2_000

#: How many streets of one name are looked at in a commune: the largest merger made one of 22.
MOST_NAMESAKES = 25

#: Two addresses of one score farther apart than this are not the same street.
SAME_STREET_M = 1_000.0


@dataclass(frozen=True, slots=True)
class Found:
    """An address that can be believed, or that a person should look at."""

    match: AddressMatch
    needs_review: bool
    source: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the back-ends say of an address."""

    found: Found | None
    #: False when none of them answered at all, so that asking again later makes sense.
    was_answered: bool
    #: True when one of them did not answer in time: asking again soon may find more.
    was_cut_short: bool = False


def ask(
    street: str,
    commune: Commune,
    gazetteer: Gazetteer,
    back_ends: Sequence[AddressIndex],
    *,
    postcode: str | None = None,
    city: str | None = None,
) -> Answer:
    """Return the address of the first back-end that finds a believable one in the commune.

    Two of its streets that have one name are told apart by a postal code of the commune, and by
    `city`, when that is its name from before communes merged; when nothing tells them apart, the
    address is to be reviewed.
    """
    was_answered = was_cut_short = False
    stated = _Stated(postcode if postcode in commune.postal_codes else None, place_key(city or ""))
    for back_end in back_ends:
        try:
            matches = back_end.search(
                street, citycode=commune.insee_code, postcode=stated.postcode, limit=MOST_NAMESAKES
            )
        except Unavailable:
            was_cut_short = True
            continue
        was_answered = True
        matches = sorted(matches, key=lambda match: (-match.score, -stated.agrees(match)))
        best = best_match(matches, commune, gazetteer)
        if best is not None:
            match, verdict = best
            is_doubtful = verdict is Verdict.REVIEW or _has_rival(match, matches, stated)
            return Answer(Found(match, is_doubtful, back_end.name), was_answered)
    return Answer(None, was_answered, was_cut_short)


def ask_anywhere(
    street: str,
    gazetteer: Gazetteer,
    back_ends: Sequence[AddressIndex],
    *,
    near: Position | None = None,
) -> list[Found]:
    """Return the believable addresses of the first back-end that has some, one for each commune.

    The most populous commune first, then the lowest INSEE code. Addresses to review are told only
    when none is sure. Our own tables are asked for the street alone, and for its house number
    only when one commune has it: to read those of a hundred streets would take a tenth of a second.
    """
    for back_end in back_ends:
        asked = street if back_end.is_outside else without_house_number(street)
        try:
            matches = back_end.search(asked, near=near, limit=MOST_ANYWHERE)
        except Unavailable:
            continue
        found = _one_for_each_commune(matches, gazetteer, back_end.name)
        if len(found) == 1 and not back_end.is_outside:
            commune = gazetteer.by_insee(found[0].match.citycode)
            at_number = ask(street, commune, gazetteer, [back_end]).found if commune else None
            return [at_number or found[0]]
        if found:
            return found
    return []


def ask_among(
    street: str,
    communes: Sequence[Commune],
    gazetteer: Gazetteer,
    back_ends: Sequence[AddressIndex],
) -> list[Found]:
    """Return the sure addresses of a street in some communes, in their order, by our own tables.

    An outside service is not asked: it would be asked once for each commune.
    """
    ours = [back_end for back_end in back_ends if not back_end.is_outside]
    answers = (ask(street, commune, gazetteer, ours).found for commune in communes)
    return [found for found in answers if found is not None and not found.needs_review]


def nearest_address(position: Position, back_ends: Sequence[AddressIndex]) -> AddressMatch | None:
    """Return the address nearest to a point, of the first back-end that has one.

    Outside services are never asked: a person's position is not told to anybody.
    """
    for back_end in back_ends:
        if back_end.is_outside:
            continue
        try:
            match = back_end.reverse(position)
        except Unavailable:
            continue
        if match is not None:
            return match
    return None


def _one_for_each_commune(
    matches: Sequence[AddressMatch], gazetteer: Gazetteer, source: str
) -> list[Found]:
    believed: dict[str, tuple[Commune, Found]] = {}
    for match in sorted(matches, key=lambda match: -match.score):
        commune = gazetteer.by_insee(match.citycode)
        verdict = judge(match, commune, gazetteer) if commune else Verdict.REFUSE
        if commune is not None and verdict is not Verdict.REFUSE:
            found = Found(match, verdict is Verdict.REVIEW, source)
            believed.setdefault(commune.insee_code, (commune, found))
    is_sure = any(found.match.score >= ACCEPTED_SCORE for _, found in believed.values())
    kept = [one for one in believed.values() if not (is_sure and one[1].needs_review)]
    kept.sort(key=lambda one: (-(one[0].population or 0), one[0].insee_code))
    return [found for _, found in kept]


@dataclass(frozen=True, slots=True)
class _Stated:
    """What was typed that tells streets of one name apart."""

    postcode: str | None
    city: str

    def agrees(self, match: AddressMatch) -> int:
        """Return how much of it an address has: its former commune weighs more."""
        has_city = bool(self.city) and place_key(match.former_city or "") == self.city
        has_postcode = self.postcode is not None and match.postcode == self.postcode
        return 2 * has_city + has_postcode


def _has_rival(match: AddressMatch, matches: Sequence[AddressMatch], stated: _Stated) -> bool:
    """True when another address fits as well, elsewhere in the commune."""
    return any(
        other.score >= match.score
        and other.type is match.type
        and stated.agrees(other) >= stated.agrees(match)
        and distance_m(other.position, match.position) > SAME_STREET_M
        for other in matches
    )
