"""Many addresses at once: each in its stated commune, asked of the back-ends in lots."""

from collections.abc import Sequence
from dataclasses import dataclass

from directory.errors import InvalidInput, Unavailable
from directory.geocoding.addresses import AddressIndex, AddressQuestion
from directory.geocoding.asking import Answer, Found, ask
from directory.geocoding.trust import Verdict, best_match
from directory.geocoding.typed import read_address, readable
from directory.territories import Commune, Gazetteer

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
            told = _asked(back_end, [addresses[place] for place in lot], gazetteer)
            for place, answer in zip(lot, told, strict=True):
                was_answered = answers[place].was_answered and answer.was_answered
                is_found = answer.found is not None
                answers[place] = Answer(answer.found, is_found or was_answered)
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


def _asked(
    back_end: AddressIndex, addresses: Sequence[StatedAddress], gazetteer: Gazetteer
) -> list[Answer]:
    """Return what a back-end says of each address, asked together when that loses nothing."""
    together = [one for one in addresses if not _is_asked_alone(one, back_end)]
    told = iter(_batched(back_end, together, gazetteer))
    return [
        ask(one.street, one.commune, gazetteer, [back_end], postcode=one.postcode)
        if _is_asked_alone(one, back_end)
        else next(told)
        for one in addresses
    ]


def _is_asked_alone(address: StatedAddress, back_end: AddressIndex) -> bool:
    """Say whether an address needs a question of its own.

    A commune that merged may have two streets of one name, and a lot tells only one of them. An
    outside service takes questions one by one anyway; one that it misses must not lose the lot.
    """
    return back_end.is_outside or bool(address.commune.former_names)


def _batched(
    back_end: AddressIndex, addresses: Sequence[StatedAddress], gazetteer: Gazetteer
) -> list[Answer]:
    questions = [
        AddressQuestion(one.street, one.commune.insee_code, _own_postcode(one)) for one in addresses
    ]
    try:
        matches = back_end.batch(questions) if questions else []
    except Unavailable:
        return [Answer(None, was_answered=False)] * len(addresses)
    answers = []
    for one, match in zip(addresses, matches, strict=True):
        best = best_match([match] if match else [], one.commune, gazetteer)
        found = best and Found(best[0], best[1] is Verdict.REVIEW, back_end.name)
        answers.append(Answer(found, was_answered=True))
    return answers


def _own_postcode(address: StatedAddress) -> str | None:
    """Return the postal code unless it is a CEDEX, or another commune's."""
    return address.postcode if address.postcode in address.commune.postal_codes else None
