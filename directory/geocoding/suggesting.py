"""What a text still being typed may become: communes, streets, house numbers.

Pure of the web. Our own tables answer for any text; somebody else is asked only for a text that
names a street, and only when our own tables have nothing for it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from directory.errors import InvalidInput, Unavailable
from directory.geocoding.addresses import AddressIndex, AddressMatch
from directory.geocoding.origin import Precision
from directory.geocoding.trust import ACCEPTED_SCORE, lies_in
from directory.geocoding.typed import (
    EXACT,
    names_a_street,
    read_address,
    readable,
    tells_street_apart,
    unfinished_endings,
)
from directory.territories import Commune, Gazetteer, PlaceMatch, Reason
from directory.territories.official_csv import CITIES
from directory.territories.words import fold, place_key

#: Signs, spaces not counted, below which the list would only be that of the largest cities.
LEAST_TYPED = 3

#: Communes in which the street of an unfinished text is looked for, besides one's own.
MOST_COMMUNES = 3

#: From this score on, an unfinished street of our own tables is worth proposing; from the second
#: on to a text that may be something else than a street.
LEAST_SCORE, LEAST_SCORE_OF_A_GUESS = 0.6, 0.8

#: How many streets of any commune are looked at before the largest communes are kept; fewer when
#: the house numbers of each have to be read.
_ANYWHERE, _ANYWHERE_WITH_NUMBER = 200, 24

_BEGUN = EXACT | {Reason.BEGINNING, Reason.POSTAL_CODE}


class SuggestionKind(StrEnum):
    """What a suggestion is."""

    COMMUNE = "commune"
    STREET = "street"
    HOUSENUMBER = "housenumber"
    LOCALITY = "locality"


_KINDS = {
    Precision.STREET: SuggestionKind.STREET,
    Precision.HOUSENUMBER: SuggestionKind.HOUSENUMBER,
    Precision.LOCALITY: SuggestionKind.LOCALITY,
}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A place that what is typed may become."""

    #: What goes into the field: a search understands it again.
    label: str
    kind: SuggestionKind
    insee_code: str
    #: The label without what `context` says.
    name: str
    #: Its postal code with its commune or département, to tell namesakes apart.
    context: str


@dataclass(frozen=True, slots=True)
class _Question:
    """A street to look for: in a commune, or in any."""

    street: str
    commune: Commune | None
    limit: int


def suggest(
    text: str,
    *,
    gazetteer: Gazetteer,
    back_ends: Sequence[AddressIndex],
    own_insee: str | None = None,
    limit: int = 8,
) -> list[Suggestion]:
    """Return at most `limit` places that an unfinished text may become, likeliest first.

    Communes, then streets with their house numbers, best score first; the other way round for a
    text that names a street. Streets are those of the commune named at the end, also when its
    name is unfinished; else of `own_insee`; else of any commune, the most populous first. What
    cannot be read, or has fewer than three signs, gives an empty list; a source of addresses
    that cannot answer is left out.
    """
    try:
        text = readable(text)
    except InvalidInput:
        return []
    signs = fold(text).replace(" ", "")
    if len(signs) < LEAST_TYPED:
        return []
    found = gazetteer.search(text, limit)
    communes = [_of_commune(match) for match in found]
    if signs.isdigit():
        return communes
    own = gazetteer.by_insee(own_insee) if own_insee else None
    streets = _streets(text, found, gazetteer, back_ends, own, limit)
    first, second = (streets, communes) if names_a_street(text) else (communes, streets)
    # Neither hides the other: each has half of the list when both could fill it.
    return (first[: max(limit - len(second), limit // 2)] + second)[:limit]


def _streets(
    text: str,
    communes: Sequence[PlaceMatch],
    gazetteer: Gazetteer,
    back_ends: Sequence[AddressIndex],
    own: Commune | None,
    limit: int,
) -> list[Suggestion]:
    """Return the streets and addresses, from the first source that has some."""
    is_street = names_a_street(text)
    is_commune = not is_street and bool(communes) and communes[0].reason in EXACT
    stated = [] if is_commune else _stated(text, gazetteer, own)
    least_score = LEAST_SCORE if is_street else LEAST_SCORE_OF_A_GUESS
    lots = list(_lots(text, stated, gazetteer, own, limit))
    if not stated and (is_street or not communes) and tells_street_apart(text, LEAST_TYPED):
        lots.append([_Question(text, None, _anywhere(text))])
    for back_end in back_ends:
        if back_end.is_outside and is_street:
            matches = _asked(back_end, [_for_outside(text, stated, limit)], gazetteer)
            found = [match for match in matches if _lies_in_any(match, stated, gazetteer)]
        elif not back_end.is_outside:
            found = _best(back_end, lots, gazetteer, least_score)
        else:
            found = []
        if found:
            return _suggestions(found, gazetteer, limit)
    return []


def _stated(text: str, gazetteer: Gazetteer, own: Commune | None) -> list[tuple[str, Commune]]:
    """Return (street, commune) for each commune that the text names in full, one's own first."""
    address = read_address(text, gazetteer)
    chosen = address.place.chosen
    choices = (chosen,) if chosen is not None else address.place.choices
    if not address.street:
        return []
    communes = sorted((match.commune for match in choices), key=lambda commune: commune != own)
    return [(address.street, commune) for commune in communes[:MOST_COMMUNES]]


def _lots(
    text: str,
    stated: Sequence[tuple[str, Commune]],
    gazetteer: Gazetteer,
    own: Commune | None,
    limit: int,
) -> Iterator[list[_Question]]:
    """Yield what to ask our own tables together: the communes named in full, else one's own city;
    and those whose name the last words begin, as « Pont » begins Pontoise."""
    begun = list(_begun(text, gazetteer, own, limit))
    if stated:
        yield [_Question(street, commune, limit) for street, commune in stated]
        yield begun
    elif own is not None:
        city = gazetteer.by_insee(own.city_code or "") or own
        yield [_Question(text, city, limit), *begun]
    else:
        yield begun


def _begun(text: str, gazetteer: Gazetteer, own: Commune | None, limit: int) -> Iterator[_Question]:
    """Yield the street in the communes whose name the last words begin, one's own first."""
    left = MOST_COMMUNES
    for street, ending in unfinished_endings(text):
        if own is not None and place_key(own.name).startswith(place_key(ending)):
            yield _Question(street, own, limit)
        if len(ending) < LEAST_TYPED:
            continue
        begun = [match.commune for match in gazetteer.search(ending, limit) if _is_begun(match)]
        for commune in [commune for commune in begun if commune != own][:left]:
            yield _Question(street, commune, limit)
            left -= 1


def _for_outside(text: str, stated: Sequence[tuple[str, Commune]], limit: int) -> _Question:
    """Return what somebody else is asked: the whole text, which they cut by their own lights.

    Addresses of Paris, Lyon and Marseille bear the code of their arrondissement, so the code of
    the whole city would find none.
    """
    commune = stated[0][1] if len(stated) == 1 else None
    if commune is not None and commune.insee_code in CITIES.values():
        commune = None
    return _Question(text, commune, limit)


def _best(
    back_end: AddressIndex,
    lots: Iterable[Sequence[_Question]],
    gazetteer: Gazetteer,
    least_score: float,
) -> list[AddressMatch]:
    """Return what the lots of questions find, lot after lot until one finds a street for sure.

    Within a lot the best score first; of one score, what was asked first.
    """
    found: list[AddressMatch] = []
    for questions in lots:
        likely = [m for m in _asked(back_end, questions, gazetteer) if m.score >= least_score]
        found += sorted(likely, key=lambda match: -round(match.score, 2))
        if any(match.score >= ACCEPTED_SCORE for match in likely):
            break
    return found


def _asked(
    back_end: AddressIndex, questions: Iterable[_Question], gazetteer: Gazetteer
) -> Iterator[AddressMatch]:
    """Yield what a source proposes; one that is down or too slow proposes nothing more.

    Streets of any commune come by its population.
    """
    for question in questions:
        code = question.commune.insee_code if question.commune else None
        try:
            found = back_end.complete(question.street, citycode=code, limit=question.limit)
        except Unavailable:
            return
        if question.commune is None and not back_end.is_outside:
            found.sort(key=lambda match: -_population(match.citycode, gazetteer))
        yield from found


def _population(insee_code: str, gazetteer: Gazetteer) -> int:
    commune = gazetteer.by_insee(insee_code)
    return (commune.population or 0) if commune else 0


def _anywhere(text: str) -> int:
    return _ANYWHERE_WITH_NUMBER if text[0].isdigit() else _ANYWHERE


def _is_begun(match: PlaceMatch) -> bool:
    return match.reason in _BEGUN


def _lies_in_any(
    match: AddressMatch, stated: Sequence[tuple[str, Commune]], gazetteer: Gazetteer
) -> bool:
    """Say whether an address lies in a commune that was named; any does when none was."""
    return not stated or any(lies_in(match.citycode, one, gazetteer) for _, one in stated)


def _suggestions(
    matches: Iterable[AddressMatch], gazetteer: Gazetteer, limit: int
) -> list[Suggestion]:
    """Return each address once, those of a kind and of a commune that we know."""
    once: dict[tuple[str, str], Suggestion] = {}
    for match in matches:
        commune = gazetteer.by_insee(match.citycode)
        if commune is not None and match.type in _KINDS:
            once.setdefault((fold(match.label), match.citycode), _of_address(match, commune))
    return list(once.values())[:limit]


def _of_address(match: AddressMatch, commune: Commune) -> Suggestion:
    town = " ".join(filter(None, (match.postcode, match.city))) or commune.label
    return Suggestion(
        label=match.label,
        kind=_KINDS[match.type],
        insee_code=match.citycode,
        name=match.label.removesuffix(town).rstrip(" ,") or match.label,
        context=town,
    )


def _of_commune(match: PlaceMatch) -> Suggestion:
    commune = match.commune
    return Suggestion(
        label=match.label,
        kind=SuggestionKind.COMMUNE,
        insee_code=commune.insee_code,
        name=match.label,
        context=" ".join((*commune.postal_codes[:1], match.departement_name)),
    )
