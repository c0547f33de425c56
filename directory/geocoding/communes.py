"""The last resort that always answers: the middle of the commune, which says what it is."""

from directory.errors import InvalidInput
from directory.geo import Position
from directory.geocoding.origin import Origin, Precision
from directory.i18n import gettext
from directory.territories import Commune, Gazetteer

SOURCE = "communes"


def at_commune(commune: Commune) -> Origin:
    """Return the middle of a commune that was asked for as such."""
    if not commune.is_approximate:
        return _origin(commune, Precision.MUNICIPALITY, None)
    notice = gettext("Position approximative : le centre exact de la commune n'est pas connu.")
    return _origin(commune, Precision.APPROXIMATE, notice)


def is_commune_itself(origin: Origin, gazetteer: Gazetteer) -> bool:
    """Say whether an origin is a commune that was asked for as such, and tells nothing finer.

    An address that was not found is none: it still stands in the question.
    """
    commune = gazetteer.by_insee(origin.insee_code)
    if commune is None or commune.position is None:
        return False
    return origin == at_commune(commune)


def instead_of_address(commune: Commune, *, was_cut_short: bool = False) -> Origin:
    """Return the middle of a commune for want of the address that was asked for.

    `was_cut_short`: a source did not answer in time, so that asking again is worth it.
    """
    if was_cut_short:
        notice = gettext(
            "Le service d'adresses ne répond pas : position approximative, au centre de la "
            "commune (%(commune)s). Relancez la recherche dans un instant.",
            commune=commune.name,
        )
        return _origin(commune, Precision.APPROXIMATE, notice)
    notice = gettext(
        "Adresse non trouvée : position approximative, au centre de la commune (%(commune)s).",
        commune=commune.name,
    )
    return _origin(commune, Precision.APPROXIMATE, notice)


def _origin(commune: Commune, precision: Precision, notice: str | None) -> Origin:
    return Origin(
        label=commune.label,
        position=_position(commune),
        precision=precision,
        insee_code=commune.insee_code,
        insee_code_certain=True,
        source=SOURCE,
        notice=notice,
    )


def _position(commune: Commune) -> Position:
    if commune.position is None:
        raise InvalidInput(
            gettext("Position inconnue : %(commune)s.", commune=commune.label),
            field="q",
            remedy=gettext("Essayez une commune voisine, ou « autour de moi »."),
        )
    return commune.position
