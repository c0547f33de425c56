"""Placing the address of a listing, with what was found before kept in the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from directory.errors import InvalidInput
from directory.geo import Position
from directory.geocoding.addresses import AddressIndex
from directory.geocoding.asking import Found, ask
from directory.geocoding.communes import SOURCE
from directory.geocoding.models import GeocodedAddress
from directory.geocoding.origin import Precision
from directory.geocoding.queries import geocoded_before
from directory.i18n import gettext
from directory.territories import Commune, Gazetteer
from directory.territories.words import fold


@dataclass(frozen=True, slots=True)
class ListedPosition:
    """Where the address of a listing lies, and how sure that is."""

    #: None when even the commune has no known place.
    position: Position | None
    precision: Precision
    insee_code: str
    source: str
    #: True when a person should look: the address found only resembles the one given.
    needs_review: bool = False


def place_address(
    session: Session,
    street: str,
    *,
    insee_code: str,
    gazetteer: Gazetteer,
    back_ends: Sequence[AddressIndex],
    at: datetime,
) -> ListedPosition:
    """Return where a listing's address lies: as found before, else by the back-ends, else the
    middle of its commune. A point placed by hand is not this function's business: keep it.

    :raise InvalidInput: no commune has this code.
    """
    commune = gazetteer.by_insee(insee_code)
    if commune is None:
        raise InvalidInput(
            gettext("Le code INSEE « %(code)s » est inconnu.", code=insee_code[:20]),
            field="insee_code",
            remedy=gettext("Donnez un code INSEE de commune : 93010, 2A004."),
        )
    key = fold(street)
    if not key:
        return _middle(commune)
    kept = geocoded_before(session, insee_code=commune.insee_code, street=key, at=at)
    if kept is None:
        answer = ask(street, commune, gazetteer, back_ends)
        if not answer.was_answered:
            return _middle(commune)
        kept = _keep(session, commune, key, answer.found, at)
    return _as_kept(kept) or _middle(commune)


def _keep(
    session: Session, commune: Commune, street: str, found: Found | None, at: datetime
) -> GeocodedAddress:
    """Write what was found, or that nothing was, over what was known before."""
    match = found.match if found else None
    values = {
        "label": match.label if match else None,
        "latitude": match.position.latitude if match else None,
        "longitude": match.position.longitude if match else None,
        "precision": match.type.value if match else None,
        "score": match.score if match else None,
        "citycode": match.citycode if match else None,
        "needs_review": found.needs_review if found else False,
        "source": found.source if found else None,
        "geocoded_at": at,
    }
    statement = (
        insert(GeocodedAddress)
        .values(insee_code=commune.insee_code, street=street, **values)
        .on_conflict_do_update(index_elements=["insee_code", "street"], set_=values)
        .returning(GeocodedAddress)
        .execution_options(populate_existing=True)
    )
    return session.scalars(statement).one()


def _as_kept(kept: GeocodedAddress) -> ListedPosition | None:
    if kept.latitude is None or kept.longitude is None:
        return None
    return ListedPosition(
        position=Position(kept.latitude, kept.longitude),
        precision=Precision(kept.precision or Precision.APPROXIMATE),
        insee_code=kept.citycode or kept.insee_code,
        source=kept.source or SOURCE,
        needs_review=kept.needs_review,
    )


def _middle(commune: Commune) -> ListedPosition:
    precision = Precision.APPROXIMATE if commune.is_approximate else Precision.MUNICIPALITY
    return ListedPosition(commune.position, precision, commune.insee_code, SOURCE)
