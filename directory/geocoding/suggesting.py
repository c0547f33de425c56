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
from directory.geocoding.typed import readable
from directory.geocoding.unfinished import LEAST_TYPED, Question, Unfinished
from directory.territories import Commune, Gazetteer, PlaceMatch
from directory.territories.words import fold


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
    own = gazetteer.by_insee(own_insee) if own_insee else None
    typed = Unfinished(text, gazetteer, own, limit)
    communes = [_of_commune(match) for match in typed.communes]
    if signs.isdigit():
        return communes
    streets = _streets(typed, back_ends)
    first, second = (streets, communes) if typed.is_street else (communes, streets)
    # Neither hides the other: each has half of the list when both could fill it.
    return (first[: max(limit - len(second), limit // 2)] + second)[:limit]


def _streets(typed: Unfinished, back_ends: Sequence[AddressIndex]) -> list[Suggestion]:
    """Return the streets and addresses, from the first source that has some."""
    for back_end in back_ends:
        if not back_end.is_outside:
            found = _likeliest(back_end, typed)
        elif typed.is_street:
            matches = _asked(back_end, [typed.for_outside()], typed.gazetteer)
            found = [match for match in matches if _is_where_stated(match, typed)]
        else:
            continue
        if found:
            return _suggestions(found, typed.gazetteer, typed.limit)
    return []


def _likeliest(back_end: AddressIndex, typed: Unfinished) -> list[AddressMatch]:
    """Return what our own table finds, lot after lot until one finds a street for sure.

    Within a lot the best score first; of one score, what was asked first.
    """
    found: list[AddressMatch] = []
    for questions in typed.lots():
        lot = list(_asked(back_end, questions, typed.gazetteer))
        found += sorted(lot, key=lambda match: -round(match.score, 2))
        if any(match.score >= ACCEPTED_SCORE for match in lot):
            break
    return found


def _asked(
    back_end: AddressIndex, questions: Iterable[Question], gazetteer: Gazetteer
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
        yield from (match for match in found if match.score >= question.least_score)


def _population(insee_code: str, gazetteer: Gazetteer) -> int:
    commune = gazetteer.by_insee(insee_code)
    return (commune.population or 0) if commune else 0


def _is_where_stated(match: AddressMatch, typed: Unfinished) -> bool:
    """Say whether an address lies in a commune that was named; any does when none was."""
    return not typed.stated or any(
        lies_in(match.citycode, commune, typed.gazetteer) for _, commune in typed.stated
    )


def _suggestions(
    matches: Sequence[AddressMatch], gazetteer: Gazetteer, limit: int
) -> list[Suggestion]:
    """Return each address once, those of a kind and of a commune that we know.

    Where communes merged, addresses of one label are told apart by their former commune.
    """
    formers: dict[tuple[str, str], set[str | None]] = {}
    for match in matches:
        formers.setdefault((match.label, match.citycode), set()).add(match.former_city)
    once: dict[tuple[str, str], Suggestion] = {}
    for match in matches:
        commune = gazetteer.by_insee(match.citycode)
        if commune is not None and match.type in _KINDS:
            is_one = len(formers[match.label, match.citycode]) == 1
            found = _of_address(match, commune, None if is_one else match.former_city)
            once.setdefault((fold(found.label), match.citycode), found)
    return list(once.values())[:limit]


def _of_address(match: AddressMatch, commune: Commune, former_city: str | None) -> Suggestion:
    town = " ".join(filter(None, (match.postcode, match.city))) or commune.label
    name = match.label.removesuffix(town).rstrip(" ,") or match.label
    label = match.label
    if former_city:
        former = " ".join(filter(None, (match.postcode, former_city)))
        label, town = f"{name} {former}", f"{former}, {match.city or commune.name}"
    return Suggestion(
        label=label,
        kind=_KINDS[match.type],
        insee_code=match.citycode,
        name=name,
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
