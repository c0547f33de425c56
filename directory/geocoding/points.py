"""From the point where a person stands to where her search starts."""

from collections.abc import Sequence

from directory.errors import InvalidInput
from directory.geo import Position, distance_m
from directory.geocoding.addresses import AddressIndex
from directory.geocoding.asking import nearest_address
from directory.geocoding.origin import Origin, Precision
from directory.geocoding.trust import is_placeholder
from directory.i18n import gettext
from directory.territories import Commune, Gazetteer

#: A point farther than this from the middle of every commune is not in France.
FARTHEST_FROM_COMMUNE_M = 100_000

#: A point this near to an address lies in its commune.
SURELY_BESIDE_M = 200.0


def locate_point(
    latitude: float,
    longitude: float,
    *,
    gazetteer: Gazetteer,
    back_ends: Sequence[AddressIndex] = (),
) -> Origin:
    """Return the point itself, in the commune of the address beside it.

    Without an address of ours within 200 m, the commune is only supposed: the one whose centre is
    nearest. The label is that of the commune: a screen is seen by others, and the street where a
    person stands is hers to tell. Outside back-ends are not asked.

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
    beside = _commune_beside(position, gazetteer, back_ends)
    commune = beside or found[0]
    return Origin(
        label=commune.label,
        position=position,
        precision=Precision.POINT,
        insee_code=commune.insee_code,
        insee_code_certain=beside is not None,
        source="point",
    )


def _commune_beside(
    position: Position, gazetteer: Gazetteer, back_ends: Sequence[AddressIndex]
) -> Commune | None:
    match = nearest_address(position, back_ends)
    if match is None or distance_m(position, match.position) > SURELY_BESIDE_M:
        return None
    return gazetteer.by_insee(match.citycode)
