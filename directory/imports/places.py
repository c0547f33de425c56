"""Where a row says it is, held against the table of communes: codes, postal codes, points."""

from collections.abc import Mapping

from directory.errors import InvalidInput
from directory.geo import Position, distance_m
from directory.geocoding.trust import is_near_box, is_placeholder
from directory.i18n import gettext
from directory.imports.mapping import Remarks
from directory.imports.remarks import Remark, Severity
from directory.listings.vocabulary import plain
from directory.territories import Commune, Gazetteer

#: Beyond this distance from its centre, a point is in another part of the world.
FAR_M = 300_000


def points_are_unchecked(gazetteer: Gazetteer, file: str) -> list[Remark]:
    """Return a remark when the table of communes has no boxes to hold points against."""
    if any(commune.box for commune in gazetteer.communes):
        return []
    return [
        Remark(
            severity=Severity.NOTE,
            file=file,
            line=0,
            field="latitude",
            value="",
            message=gettext("Les points n'ont pas été comparés aux limites des communes."),
            remedy=gettext("Chargez la table officielle : « fanal territories update »."),
        )
    ]


def find_commune(
    gazetteer: Gazetteer, code: str, city: str, postal_code: str, field: str, remarks: Remarks
) -> Commune | None:
    """Return today's commune of a row, or None when nothing tells it, after a refusal.

    A former code is followed and told. An unknown one falls back on the name with the postal
    code, when the two leave only one commune.
    """
    commune = gazetteer.by_insee(code)
    if commune is not None:
        if commune.insee_code != code:
            remarks.doubt(
                field,
                code,
                gettext("Ce code INSEE n'existe plus."),
                gettext("Le lieu est rangé dans %(commune)s.", commune=commune.label),
            )
        return commune
    named = [c for c in gazetteer.by_postal_code(postal_code) if plain(c.name) == plain(city)]
    if len(named) == 1:
        remarks.doubt(
            field,
            code,
            gettext("Ce code INSEE est inconnu ; le nom et le code postal ont suffi."),
            gettext("Le lieu est rangé dans %(commune)s.", commune=named[0].label),
        )
        return named[0]
    remarks.refuse(
        field,
        code,
        gettext("Ce code INSEE est inconnu, et le nom avec le code postal ne suffit pas."),
        gettext("Corrigez le code INSEE de la commune."),
    )
    return None


def check_postal_code(commune: Commune, postal_code: str, field: str, remarks: Remarks) -> None:
    """Tell a postal code that is not one of the commune's (often a CEDEX or the next town's)."""
    if postal_code not in commune.postal_codes:
        remarks.doubt(
            field,
            postal_code,
            gettext("Ce code postal n'est pas un de ceux de la commune."),
            gettext(
                "%(commune)s a : %(codes)s. Vérifiez l'adresse.",
                commune=commune.label,
                codes=", ".join(commune.postal_codes) or "–",
            ),
        )


def find_position(
    commune: Commune,
    values: Mapping[str, str],
    fields: tuple[str, str],
    remarks: Remarks,
) -> Position | None:
    """Return the point of a row, or None when it has none that can be believed."""
    latitude, longitude = (values[field].replace(",", ".") for field in fields)
    told = f"{latitude}, {longitude}"
    if not latitude and not longitude:
        remarks.doubt(
            fields[0], "", gettext("Le lieu n'a pas de point."), _placed_at_centre(commune)
        )
        return None
    try:
        position = Position(float(latitude), float(longitude))
    except (InvalidInput, ValueError):
        problem = gettext("Le point n'est pas en degrés décimaux.")
        remarks.doubt(fields[0], told, problem, _placed_at_centre(commune))
        return None
    if is_placeholder(position) or not is_near(commune, position):
        problem = gettext("Le point tombe loin de la commune.")
        remarks.doubt(fields[0], told, problem, _placed_at_centre(commune))
        return None
    return position


def is_near(commune: Commune, position: Position) -> bool:
    """Tell whether a point lies in the commune's box or within 2 km of it.

    Without a known box only a point in another part of the world is refused: the largest commune
    reaches 200 km from its centre, and a centre may be approximate.
    """
    if commune.box is None:
        return commune.position is None or distance_m(commune.position, position) <= FAR_M
    return is_near_box(position, commune.box)


def _placed_at_centre(commune: Commune) -> str:
    return gettext(
        "Son adresse le place, ou à défaut le centre de %(commune)s : corrigez le point.",
        commune=commune.label,
    )
