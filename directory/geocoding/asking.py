"""Asking the back-ends in their order, and keeping the first address that can be believed."""

from collections.abc import Sequence
from dataclasses import dataclass

from directory.errors import Unavailable
from directory.geocoding.addresses import AddressIndex, AddressMatch
from directory.geocoding.trust import Verdict, best_match
from directory.territories import Commune, Gazetteer


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


def ask(
    street: str, commune: Commune, gazetteer: Gazetteer, back_ends: Sequence[AddressIndex]
) -> Answer:
    """Return the address of the first back-end that finds a believable one in the commune."""
    was_answered = False
    for back_end in back_ends:
        try:
            matches = back_end.search(street, citycode=commune.insee_code)
        except Unavailable:
            continue
        was_answered = True
        best = best_match(matches, commune, gazetteer)
        if best is not None:
            match, verdict = best
            return Answer(Found(match, verdict is Verdict.REVIEW, back_end.name), was_answered)
    return Answer(None, was_answered)
