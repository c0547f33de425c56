"""Placing the addresses of listings, with what was found before kept in the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from directory.errors import InvalidInput
from directory.geo import Position
from directory.geocoding.addresses import AddressIndex
from directory.geocoding.asking import Answer, Found
from directory.geocoding.batch import StatedAddress, ask_many, is_readable, stated_address
from directory.geocoding.communes import SOURCE
from directory.geocoding.models import GeocodedAddress
from directory.geocoding.origin import Precision
from directory.geocoding.queries import Key, geocoded_among, is_believed, key_of
from directory.i18n import gettext
from directory.territories import Commune, Gazetteer
from directory.territories.words import fold


class Recall(Enum):
    """Which earlier answers spare a question, as long as they are believed."""

    #: Also that nothing was found: for sources that cost time.
    EVERYTHING = "everything"
    #: Only positions: a table loaded since may know more.
    FOUND = "found"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class ListedAddress:
    """The address of a listing: its street, with the number, and the code of its commune."""

    street: str
    insee_code: str
    #: When there is none, the one written in the street counts.
    postcode: str | None = None


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

    @property
    def is_address(self) -> bool:
        """False when the commune stands in for want of the address."""
        return self.source != SOURCE


def place_address(
    session: Session,
    street: str,
    *,
    insee_code: str,
    gazetteer: Gazetteer,
    back_ends: Sequence[AddressIndex],
    at: datetime,
) -> ListedPosition:
    """Return where a listing's address lies: see `place_addresses`.

    :raise InvalidInput: no commune has this code.
    """
    address = ListedAddress(street, insee_code)
    return place_addresses(session, [address], gazetteer=gazetteer, back_ends=back_ends, at=at)[0]


def place_addresses(
    session: Session,
    addresses: Sequence[ListedAddress],
    *,
    gazetteer: Gazetteer,
    back_ends: Sequence[AddressIndex],
    at: datetime,
    recall: Recall = Recall.EVERYTHING,
) -> list[ListedPosition]:
    """Return where each address lies: as found before, else by the back-ends, else the middle of
    its commune; in the order given.

    What was found before is never given up for nothing, nor for something less sure. A point
    placed by hand and a confidential address are not this function's business: keep both away.

    :raise InvalidInput: no commune has one of the codes.
    """
    stated = [_stated(address, gazetteer) for address in addresses]
    wanted = {_key(one): one for one in stated if one.street}
    before = {
        key: row for key, row in geocoded_among(session, wanted).items() if is_believed(row, at=at)
    }
    to_ask = [key for key in sorted(wanted) if _is_asked(before.get(key), recall)]
    answers = ask_many([wanted[key] for key in to_ask], gazetteer, back_ends)
    told = {
        key: answer.found
        for key, answer in zip(to_ask, answers, strict=True)
        if _tells_more(answer, before.get(key))
    }
    known = before | _keep(session, told, at)
    return [_as_kept(known.get(_key(one))) or _middle(one.commune) for one in stated]


def _stated(address: ListedAddress, gazetteer: Gazetteer) -> StatedAddress:
    commune = gazetteer.by_insee(address.insee_code)
    if commune is None:
        raise InvalidInput(
            gettext("Le code INSEE « %(code)s » est inconnu.", code=address.insee_code[:20]),
            field="insee_code",
            remedy=gettext("Donnez un code INSEE de commune : 93010, 2A004."),
        )
    # Text that cannot be read is as good as none: the commune stands in.
    if not is_readable(address.street):
        return StatedAddress("", commune)
    return stated_address(address.street, commune, gazetteer, postcode=address.postcode)


def _key(address: StatedAddress) -> Key:
    """Return the key of an answer; the only postal code of a commune tells nothing."""
    postcode = address.own_postcode if address.has_several_postcodes else None
    return address.commune.insee_code, postcode or "", fold(address.street)


def _is_asked(before: GeocodedAddress | None, recall: Recall) -> bool:
    if before is None or recall is Recall.NOTHING:
        return True
    return before.latitude is None and recall is Recall.FOUND


def _tells_more(answer: Answer, before: GeocodedAddress | None) -> bool:
    if before is None or before.latitude is None:
        return answer.was_answered
    found = answer.found
    return found is not None and (before.needs_review or not found.needs_review)


def _keep(
    session: Session, told: dict[Key, Found | None], at: datetime
) -> dict[Key, GeocodedAddress]:
    """Write what was found, or that nothing was, over what was known before."""
    if not told:
        return {}
    statement = insert(GeocodedAddress)
    rows = [_row(key, found, at) for key, found in told.items()]
    written = {name: statement.excluded[name] for name in rows[0]}
    kept = session.scalars(
        statement.on_conflict_do_update(
            index_elements=["insee_code", "postal_code", "street"], set_=written
        ).returning(GeocodedAddress),
        rows,
        execution_options={"populate_existing": True},
    )
    return {key_of(row): row for row in kept}


def _row(key: Key, found: Found | None, at: datetime) -> dict[str, object]:
    match = found.match if found else None
    return {
        "insee_code": key[0],
        "postal_code": key[1],
        "street": key[2],
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


def _as_kept(kept: GeocodedAddress | None) -> ListedPosition | None:
    if kept is None or kept.latitude is None or kept.longitude is None:
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
