"""Many addresses at once: each in its stated commune, asked of the back-ends in lots."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

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

    @property
    def own_postcode(self) -> str | None:
        """The postal code unless it is a CEDEX, or another commune's."""
        return self.postcode if self.postcode in self.commune.postal_codes else None

    @property
    def has_several_postcodes(self) -> bool:
        """True for a commune whose postal codes may each have a street of one name."""
        return len(self.commune.postal_codes) > 1


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


def stated_address(
    text: str, commune: Commune, gazetteer: Gazetteer, *, postcode: str | None = None
) -> StatedAddress:
    """Return an address as it is asked: see `street_in`.

    A postal code that is not the commune's gives way to the one written in the text.

    :raise InvalidInput: it is empty, too long, holds control signs, or no Latin letter or digit.
    """
    text = readable(text)
    address = read_address(text, gazetteer)
    is_there = any(_is_in(match.commune, commune) for match in address.place.choices)
    street = address.street if address.street and is_there else text
    stated = StatedAddress(street, commune, postcode)
    return stated if stated.own_postcode else replace(stated, postcode=address.postcode)


def street_in(text: str, commune: Commune, gazetteer: Gazetteer) -> str:
    """Return an address without the commune it ends or begins with, when it is the stated one.

    Another commune stays in the text, where it keeps a street of the stated one from being found.

    :raise InvalidInput: it is empty, too long, holds control signs, or no Latin letter or digit.
    """
    return stated_address(text, commune, gazetteer).street


def is_readable(text: str) -> bool:
    """Say whether a text can be an address at all."""
    try:
        readable(text)
    except InvalidInput:
        return False
    return True


def _is_in(named: Commune, stated: Commune) -> bool:
    """True for the stated commune, the city it is in, and an arrondissement it has."""
    is_part = named.city_code == stated.insee_code
    return is_part or named.insee_code in (stated.insee_code, stated.city_code)


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

    A commune that merged, or has several postal codes as Nice and Paris do, may have two streets
    of one name, and a lot tells only one of them. A stated code does not spare the question: both
    may lie under other codes. An outside service takes questions one by one anyway; one that it
    misses must not lose the lot.
    """
    may_have_namesakes = bool(address.commune.former_names) or address.has_several_postcodes
    return back_end.is_outside or may_have_namesakes


def _batched(
    back_end: AddressIndex, addresses: Sequence[StatedAddress], gazetteer: Gazetteer
) -> list[Answer]:
    questions = [
        AddressQuestion(one.street, one.commune.insee_code, one.own_postcode) for one in addresses
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
