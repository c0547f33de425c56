"""From what a person typed to where her search starts."""

from collections.abc import Sequence
from dataclasses import replace

from directory.errors import InvalidInput
from directory.geo import Position
from directory.geocoding.addresses import AddressIndex
from directory.geocoding.asking import Found, ask, ask_among, ask_anywhere
from directory.geocoding.communes import at_commune, instead_of_address
from directory.geocoding.delivery import without_boxes_and_doors
from directory.geocoding.origin import ADDRESSES, Choices, Origin, Precision
from directory.geocoding.typed import (
    EXACT,
    TypedAddress,
    commune_named_last,
    has_house_number,
    names_a_street,
    read_address,
    readable,
    towns_nearly_named,
)
from directory.i18n import gettext
from directory.territories import Commune, Gazetteer, PlaceMatch, Reason
from directory.territories.gazetteer import CHOICES
from directory.territories.query import read_query
from directory.territories.words import fold

_INSEE_CODES = frozenset({Reason.INSEE_CODE, Reason.FORMER_CODE})


def locate(
    text: str,
    *,
    gazetteer: Gazetteer,
    back_ends: Sequence[AddressIndex] = (),
    insee_code: str | None = None,
    near: Position | None = None,
) -> Origin | Choices:
    """Return where a typed place lies, or the communes to choose from.

    A name or code of a commune never leaves the process; only a text that says more asks the
    back-ends, in their order, and what they find counts only within the stated commune. When none
    answers, the middle of the commune stands in, and says so. A street without a commune gives
    the communes that have it, most populous first; the only one is supposed to be meant. A name
    that ends a street without a comma is to be confirmed, unless the street is surely there.
    `insee_code` settles the commune; `near` orders streets that are alike.

    :raise InvalidInput: the text cannot be read, or is no place we know (field `q`); the code is
        unknown (field `insee`).
    """
    if insee_code is not None:
        return _in_stated_commune(text, _commune_of(insee_code, gazetteer), gazetteer, back_ends)
    text = readable(text)
    address = read_address(text, gazetteer)
    place = gazetteer.resolve(without_boxes_and_doors(text))
    is_name = bool(place.choices) and place.choices[0].reason in EXACT
    if place.choices and (is_name or not _says_more(text, address)):
        if place.chosen is None:
            return Choices(text, place.choices)
        return at_commune(place.chosen.commune)
    if address.place.chosen is not None:
        return _in_typed_commune(text, address, address.place.chosen, gazetteer, back_ends, near)
    if address.place.choices:
        found = _among_choices(text, address, gazetteer, back_ends)
        return found or Choices(text, address.place.choices, address.street)
    if names_a_street(text):
        found = _in_any_commune(text, address, gazetteer, back_ends, near)
        found = found or _in_town_nearly_named(text, gazetteer)
    else:
        found = _near_what_is_named(text, gazetteer)
    if found is None:
        raise _unknown(text, address)
    return found


def _in_typed_commune(
    text: str,
    address: TypedAddress,
    chosen: PlaceMatch,
    gazetteer: Gazetteer,
    back_ends: Sequence[AddressIndex],
    near: Position | None,
) -> Origin | Choices:
    origin = _address_in(address, chosen.commune, gazetteer, back_ends)
    is_found = origin.precision in ADDRESSES and not origin.needs_review
    if not is_found and _may_be_cut_too_early(text, address):
        whole = _named_whole(text, address, gazetteer, back_ends, near)
        return whole or Choices(text, (chosen,), address.street)
    is_instead = origin.precision is Precision.APPROXIMATE
    if is_instead and not _is_commune_sure(address, chosen, gazetteer):
        return Choices(text, (chosen,), address.street)
    return origin


def _may_be_cut_too_early(text: str, address: TypedAddress) -> bool:
    """True unless a comma or a postal code says where the commune begins: « 12 rue Jacqueline
    Auriol » is a street of many towns, and ends with the name of another."""
    return address.postcode is None and "," not in text and names_a_street(text)


def _says_more(text: str, address: TypedAddress) -> bool:
    """True when a text is more than a commune: a street, or a hamlet beside a postal code."""
    return names_a_street(text) or bool(address.postcode and address.street)


def _is_commune_sure(address: TypedAddress, chosen: PlaceMatch, gazetteer: Gazetteer) -> bool:
    """False where a code that the post does not know stands alone: « 9 rue Voltaire 27004 » is in
    a village by its INSEE code, and more often in the town that has this CEDEX."""
    is_known_to_the_post = chosen.reason not in _INSEE_CODES
    return is_known_to_the_post or gazetteer.may_name(address.city or "", chosen.commune)


def _near_what_is_named(text: str, gazetteer: Gazetteer) -> Origin | Choices | None:
    """Return the commune of a station, a hospital, a quarter that we do not know."""
    place = commune_named_last(text, gazetteer)
    if place.chosen is not None:
        return instead_of_address(place.chosen.commune)
    return Choices(text, place.choices) if place.choices else None


def _named_whole(
    text: str,
    address: TypedAddress,
    gazetteer: Gazetteer,
    back_ends: Sequence[AddressIndex],
    near: Position | None,
) -> Origin | Choices | None:
    """Return the street that bears the whole text as its name, where one was cut too early:
    « rue Édouard Vaillant » names no street of the village of Vaillant.

    Only our own tables are asked: they know whole names for sure.
    """
    whole = without_boxes_and_doors(text)
    ending = fold(whole).removeprefix(fold(address.street))
    ours = [back_end for back_end in back_ends if not back_end.is_outside]
    found = ask_anywhere(whole, gazetteer, ours, near=near)
    bearing = [one for one in found if fold(one.match.street or "").endswith(ending)]
    return _one_or_choices(text, whole, bearing, gazetteer)


def _in_any_commune(
    text: str,
    address: TypedAddress,
    gazetteer: Gazetteer,
    back_ends: Sequence[AddressIndex],
    near: Position | None,
) -> Origin | Choices | None:
    """Return the street of the only commune that has it, or the communes to choose from."""
    if address.postcode is not None or not address.street:
        # Whoever writes a code means a town: a street of that name elsewhere is not hers.
        return None
    found = ask_anywhere(address.street, gazetteer, back_ends, near=near)
    return _one_or_choices(text, address.street, found, gazetteer)


def _in_town_nearly_named(text: str, gazetteer: Gazetteer) -> Choices | None:
    """Return the town to confirm: « 12 rue de Verdun Bondi »."""
    street, matches = towns_nearly_named(text, gazetteer)
    return Choices(text, matches, street) if matches else None


def _among_choices(
    text: str, address: TypedAddress, gazetteer: Gazetteer, back_ends: Sequence[AddressIndex]
) -> Origin | Choices | None:
    """Return the street where one of the communes of a bare postal code has it, or those that do.

    Only communes of one département: our tables know all of them or none, where homonyms of a
    name can lie in a département that is not loaded.
    """
    communes = [match.commune for match in address.place.choices]
    is_by_code = address.postcode is not None and address.city is None
    is_one_area = len({commune.departement for commune in communes}) == 1
    if not (address.street and is_by_code and is_one_area):
        return None
    found = ask_among(address.street, communes, gazetteer, back_ends)
    return _one_or_choices(text, address.street, found, gazetteer)


def _one_or_choices(
    text: str, street: str, found: Sequence[Found], gazetteer: Gazetteer
) -> Origin | Choices | None:
    communes = [gazetteer.by_insee(one.match.citycode) for one in found]
    if len(found) == 1:
        return _at_address(found[0], street, is_commune_certain=False)
    matches = [
        PlaceMatch(commune, Reason.STREET, "") for commune in communes if commune is not None
    ]
    return Choices(text, tuple(matches[:CHOICES]), street) if matches else None


def _in_stated_commune(
    text: str, commune: Commune, gazetteer: Gazetteer, back_ends: Sequence[AddressIndex]
) -> Origin:
    """Look for the street of a text, if it names one, in the commune that was chosen."""
    if not text.strip():
        return at_commune(commune)
    text = readable(text)
    address = read_address(text, gazetteer)
    if not names_a_street(text) and not address.place.choices:
        return at_commune(commune)
    origin = _address_in(address, commune, gazetteer, back_ends)
    return origin if _can_name(address, commune) else _contradicted(origin)


def _can_name(address: TypedAddress, commune: Commune) -> bool:
    """True unless the text names communes and this one, or its city, is none of them."""
    own = {commune.insee_code, commune.city_code}
    named = [match.commune for match in address.place.choices]
    return not named or any(not own.isdisjoint((c.insee_code, c.city_code or "")) for c in named)


def _contradicted(origin: Origin) -> Origin:
    notice = gettext("L'adresse écrite nomme une autre commune que celle choisie : vérifiez-la.")
    return replace(origin, notice=notice, needs_review=True)


def _address_in(
    address: TypedAddress,
    commune: Commune,
    gazetteer: Gazetteer,
    back_ends: Sequence[AddressIndex],
) -> Origin:
    if not address.street:
        return at_commune(commune)
    answer = ask(
        address.street,
        commune,
        gazetteer,
        back_ends,
        postcode=address.postcode,
        city=address.city,
    )
    if answer.found is None:
        return instead_of_address(commune, was_cut_short=answer.was_cut_short)
    return _at_address(answer.found, address.street)


def _at_address(found: Found, street: str, *, is_commune_certain: bool = True) -> Origin:
    match = found.match
    return Origin(
        label=match.label,
        position=match.position,
        precision=match.type,
        insee_code=match.citycode,
        insee_code_certain=is_commune_certain,
        source=found.source,
        notice=_notice(found, street),
        needs_review=found.needs_review,
    )


def _notice(found: Found, street: str) -> str | None:
    if found.needs_review:
        return gettext("Adresse la plus proche trouvée : vérifiez-la.")
    if found.match.type is Precision.STREET and has_house_number(street):
        return gettext("Ce numéro n'est pas connu : position approximative dans la rue.")
    return None


def _commune_of(insee_code: str, gazetteer: Gazetteer) -> Commune:
    commune = gazetteer.by_insee(insee_code)
    if commune is None:
        raise InvalidInput(
            gettext("Le code INSEE « %(code)s » est inconnu.", code=insee_code[:20]),
            field="insee",
            remedy=gettext("Donnez un code INSEE de commune : 93010, 2A004."),
        )
    return commune


def _unknown(text: str, address: TypedAddress) -> InvalidInput:
    """Say what is missing: a longer number, a right postal code, a commune, or a better name."""
    query = read_query(text)
    if query is not None and query.is_only_a_number:
        problem = gettext("Un nombre seul n'est pas un lieu.")
        remedy = gettext("Écrivez un code postal entier (93140) ou le nom d'une commune.")
    elif query is not None and query.code and not query.key:
        problem, remedy = _unknown_postal_code(query.code)
    elif address.postcode:
        problem, remedy = _unknown_postal_code(address.postcode)
    elif names_a_street(text):
        problem = gettext("La commune de cette adresse manque ou est inconnue.")
        remedy = gettext(
            "Ajoutez la commune ou le code postal : « 12 rue de Verdun, 93140 Bondy »."
        )
    else:
        problem = gettext("Aucun lieu ne porte ce nom : « %(text)s ».", text=text[:60])
        remedy = gettext("Vérifiez l'orthographe, ou écrivez le code postal.")
    return InvalidInput(problem, field="q", remedy=remedy)


def _unknown_postal_code(code: str) -> tuple[str, str]:
    return (
        gettext("Le code postal « %(code)s » est inconnu.", code=code),
        gettext("Vérifiez ses cinq chiffres, ou écrivez le nom de la commune."),
    )
