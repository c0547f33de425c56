"""From what a person typed, or a point, to where her search starts."""

from collections.abc import Sequence

from directory.errors import InvalidInput
from directory.geo import Position
from directory.geocoding.addresses import AddressIndex
from directory.geocoding.asking import Found, ask
from directory.geocoding.cache import TypedAddressCache
from directory.geocoding.communes import at_commune, instead_of_address
from directory.geocoding.origin import Choices, Origin, Precision
from directory.geocoding.trust import is_placeholder
from directory.geocoding.typed import (
    TypedAddress,
    commune_named_last,
    names_a_street,
    read_address,
    readable,
)
from directory.i18n import gettext
from directory.territories import Commune, Gazetteer, Reason
from directory.territories.query import read_query

#: A point farther than this from the middle of every commune is not in France.
FARTHEST_FROM_COMMUNE_M = 100_000

_SURE_NAMES = frozenset({Reason.NAME, Reason.NAME_WITHOUT_ARTICLE, Reason.FORMER_NAME})


def locate(
    text: str,
    *,
    gazetteer: Gazetteer,
    back_ends: Sequence[AddressIndex] = (),
    cache: TypedAddressCache | None = None,
    insee_code: str | None = None,
) -> Origin | Choices:
    """Return where a typed place lies, or the communes to choose from.

    A name or code of a commune never leaves the process; only a text that names a street asks the
    back-ends, in their order, and what they find counts only within the stated commune. When none
    answers, the middle of the commune stands in, and says so. `insee_code` settles the commune.

    :raise InvalidInput: the text cannot be read, or is no place we know (field `q`); the code is
        unknown (field `insee`).
    """
    if insee_code is not None:
        return _in_stated_commune(
            text, _commune_of(insee_code, gazetteer), gazetteer, back_ends, cache
        )
    text = readable(text)
    place = gazetteer.resolve(text)
    is_name = bool(place.choices) and place.choices[0].reason in _SURE_NAMES
    if place.choices and (is_name or not names_a_street(text)):
        if place.chosen is None:
            return Choices(text, place.choices)
        return at_commune(place.chosen.commune)
    address = read_address(text, gazetteer)
    if address.place.chosen is not None:
        return _address_in(
            address.street, address.place.chosen.commune, gazetteer, back_ends, cache
        )
    if address.place.choices:
        return Choices(text, address.place.choices)
    nearby = None if names_a_street(text) else _near_what_is_named(text, gazetteer)
    if nearby is None:
        raise _unknown(text, address)
    return nearby


def _near_what_is_named(text: str, gazetteer: Gazetteer) -> Origin | Choices | None:
    """Return the commune of a station, a hospital, a quarter that we do not know."""
    place = commune_named_last(text, gazetteer)
    if place.chosen is not None:
        return instead_of_address(place.chosen.commune)
    return Choices(text, place.choices) if place.choices else None


def locate_point(latitude: float, longitude: float, *, gazetteer: Gazetteer) -> Origin:
    """Return the point itself, in the commune whose centre is nearest, which is only supposed.

    :raise InvalidInput: it is no point on the ground, or none within 100 km of a commune.
    """
    position = Position(latitude, longitude)
    found = gazetteer.nearest(position)
    if is_placeholder(position):
        raise InvalidInput(
            gettext("Ce point ne désigne aucun lieu : il sert à dire « inconnu »."),
            field="latitude",
            remedy=gettext("Donnez un point en France, ou le nom d'une commune."),
        )
    if found is None or found[1] > FARTHEST_FROM_COMMUNE_M:
        raise InvalidInput(
            gettext("Ce point n'est pas en France."),
            field="latitude",
            remedy=gettext("Donnez un point en France, ou le nom d'une commune."),
        )
    return Origin(
        label=found[0].label,
        position=position,
        precision=Precision.POINT,
        insee_code=found[0].insee_code,
        insee_code_certain=False,
        source="point",
    )


def _in_stated_commune(
    text: str,
    commune: Commune,
    gazetteer: Gazetteer,
    back_ends: Sequence[AddressIndex],
    cache: TypedAddressCache | None,
) -> Origin:
    """Look for the street of a text, if it names one, in the commune that was chosen."""
    if not text.strip():
        return at_commune(commune)
    text = readable(text)
    if not names_a_street(text):
        return at_commune(commune)
    street = read_address(text, gazetteer).street
    return _address_in(street, commune, gazetteer, back_ends, cache)


def _address_in(
    street: str,
    commune: Commune,
    gazetteer: Gazetteer,
    back_ends: Sequence[AddressIndex],
    cache: TypedAddressCache | None,
) -> Origin:
    key = (street.casefold(), commune.insee_code)
    kept = cache.get(key) if cache is not None else None
    if kept is not None:
        return kept
    found = ask(street, commune, gazetteer, back_ends).found
    if found is None:
        return instead_of_address(commune)
    origin = _at_address(found)
    if cache is not None:
        cache.put(key, origin)
    return origin


def _at_address(found: Found) -> Origin:
    match = found.match
    notice = gettext("Adresse la plus proche trouvée : vérifiez-la.")
    return Origin(
        label=match.label,
        position=match.position,
        precision=match.type,
        insee_code=match.citycode,
        insee_code_certain=True,
        source=found.source,
        notice=notice if found.needs_review else None,
        needs_review=found.needs_review,
    )


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
        problem = gettext("Le code postal « %(code)s » est inconnu.", code=query.code)
        remedy = gettext("Vérifiez ses cinq chiffres, ou écrivez le nom de la commune.")
    elif names_a_street(text):
        problem = gettext("La commune de cette adresse manque ou est inconnue.")
        remedy = gettext(
            "Ajoutez la commune ou le code postal : « 12 rue de Verdun, 93140 Bondy »."
        )
    else:
        problem = gettext("Aucun lieu ne porte ce nom : « %(text)s ».", text=text[:60])
        remedy = gettext("Vérifiez l'orthographe, ou écrivez le code postal.")
    return InvalidInput(problem, field="q", remedy=remedy)
