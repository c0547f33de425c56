"""Many addresses at once: each in its stated commune, asked of the back-ends in lots."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from directory.errors import InvalidInput, Unavailable
from directory.geocoding.addresses import AddressIndex, AddressMatch, AddressQuestion
from directory.geocoding.asking import Answer, Found
from directory.geocoding.trust import Verdict, best_match
from directory.geocoding.typed import read_address, readable
from directory.territories import Commune, Gazetteer
from directory.territories.official_csv import CITIES

#: How many addresses are asked for together.
LOT = 200


@dataclass(frozen=True, slots=True)
class StatedAddress:
    """A street, with its number or not, in a commune that is certain."""

    street: str
    commune: Commune
    #: Only orders what scores the same.
    postcode: str | None = None


def ask_many(
    addresses: Sequence[StatedAddress], gazetteer: Gazetteer, back_ends: Sequence[AddressIndex]
) -> list[Answer]:
    """Return for each address what the first back-end says that finds a believable one.

    In the order asked. A back-end that cannot answer is passed over for the lot it was asked;
    what then nobody found was not answered: the silent one might have known it.
    """
    answers = [Answer(None, was_answered=bool(back_ends))] * len(addresses)
    for back_end in back_ends:
        left = [place for place, answer in enumerate(answers) if answer.found is None]
        for first in range(0, len(left), LOT):
            lot = left[first : first + LOT]
            told = _told(back_end, [addresses[place] for place in lot], gazetteer)
            for place, found in zip(lot, told or [None] * len(lot), strict=True):
                was_answered = answers[place].was_answered and told is not None
                answers[place] = Answer(found, found is not None or was_answered)
    return answers


def street_in(text: str, commune: Commune, gazetteer: Gazetteer) -> str:
    """Return an address without the commune it ends or begins with, when it is the stated one.

    Another commune stays in the text, where it keeps a street of the stated one from being found.

    :raise InvalidInput: it is empty, too long, holds control signs, or no Latin letter or digit.
    """
    text = readable(text)
    address = read_address(text, gazetteer)
    codes = {match.commune.insee_code for match in address.place.choices}
    if address.street and codes & {commune.insee_code, commune.city_code}:
        return address.street
    return text


def is_readable(text: str) -> bool:
    """Say whether a text can be an address at all."""
    try:
        readable(text)
    except InvalidInput:
        return False
    return True


def _told(
    back_end: AddressIndex, addresses: Sequence[StatedAddress], gazetteer: Gazetteer
) -> list[Found | None] | None:
    """Return what a back-end says of each address, None when it says nothing at all."""
    try:
        return list(_asked(back_end, addresses, gazetteer))
    except Unavailable:
        return None


def _asked(
    back_end: AddressIndex, addresses: Sequence[StatedAddress], gazetteer: Gazetteer
) -> Iterator[Found | None]:
    questions = [
        AddressQuestion(address.street, address.commune.insee_code, address.postcode)
        for address in addresses
    ]
    for address, match in zip(addresses, back_end.batch(questions), strict=True):
        found = _believed([match] if match else [], address, gazetteer, back_end)
        if found is None and address.commune.insee_code in CITIES.values():
            found = _in_whole_city(address, gazetteer, back_end)
        yield found


def _in_whole_city(
    address: StatedAddress, gazetteer: Gazetteer, back_end: AddressIndex
) -> Found | None:
    """Ask by the name of the city: some back-ends know only the codes of its arrondissements."""
    matches = back_end.search(f"{address.street} {address.commune.name}")
    return _believed(matches, address, gazetteer, back_end)


def _believed(
    matches: Sequence[AddressMatch],
    address: StatedAddress,
    gazetteer: Gazetteer,
    back_end: AddressIndex,
) -> Found | None:
    best = best_match(matches, address.commune, gazetteer)
    if best is None:
        return None
    match, verdict = best
    return Found(match, verdict is Verdict.REVIEW, back_end.name)
