"""Asking the back-ends in their order, and keeping the first address that can be believed."""

from collections.abc import Sequence
from dataclasses import dataclass

from directory.errors import Unavailable
from directory.geocoding.addresses import AddressIndex, AddressMatch
from directory.geocoding.trust import Verdict, best_match
from directory.territories import Commune, Gazetteer
from directory.territories.official_csv import CITIES


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
    text, citycode = _question(street, commune)
    for back_end in back_ends:
        try:
            matches = back_end.search(text, citycode=citycode)
        except Unavailable:
            continue
        was_answered = True
        best = best_match(matches, commune, gazetteer)
        if best is not None:
            match, verdict = best
            return Answer(Found(match, verdict is Verdict.REVIEW, back_end.name), was_answered)
    return Answer(None, was_answered)


def _question(street: str, commune: Commune) -> tuple[str, str | None]:
    """Return the text to ask for and the code to ask it in.

    Addresses of Paris, Lyon and Marseille bear the code of their arrondissement, so the code of
    the whole city finds none: its name is asked for instead, and the answer judged as any other.
    """
    if commune.insee_code in CITIES.values():
        return f"{street} {commune.name}", None
    return street, commune.insee_code
