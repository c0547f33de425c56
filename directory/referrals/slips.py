"""A sheet handed over: a short code and the public page of a service, nothing of the person."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from directory.errors import NotFound, Unavailable
from directory.i18n import gettext
from directory.listings.queries import Sheet, get_sheet
from directory.referrals.clocks import PARIS
from directory.referrals.conflicts import ReferralRefused
from directory.referrals.models import Slip
from directory.referrals.snapshots import take_snapshot

#: Said over the telephone without mistaking one for another, and no word comes of it.
ALPHABET = "23456789BCDFGHJKMNPQRSTVWXZ"
CODE_SIGNS = 8

_TRIES = 5


@dataclass(frozen=True, slots=True)
class GivenSlip:
    """A sheet that was handed over, and what is told of its service now."""

    code: str
    service_at_location_id: int
    made_on: date
    #: None when the service was withdrawn since.
    sheet: Sheet | None


def make_slip(
    session: Session, *, service_at_location_id: int, at: datetime, seed: bytes | None = None
) -> str:
    """Return the code of a new sheet for a service; who made it, and for whom, is not written.

    A form that is sent twice gives the same `seed`, and makes one sheet. It is a keyed digest of
    the form's key: from that key itself, stored with a draft, the sheet could be found.

    :raise ReferralRefused: the service is gone, or only professionals may know of it.
    """
    take_snapshot(session, service_at_location_id=service_at_location_id, at=at)
    if get_sheet(session, service_at_location_id) is None:
        raise ReferralRefused(
            gettext("Ce service ne se montre qu'aux professionnels : sa fiche ne se donne pas."),
            field="service",
            remedy=gettext("Envoyez une demande, ou notez l'orientation."),
        )
    today = at.astimezone(PARIS).date()
    for attempt in range(_TRIES):
        code = _code(seed if attempt == 0 else None)
        made = session.execute(
            insert(Slip)
            .values(code=code, service_at_location_id=service_at_location_id, made_on=today)
            .on_conflict_do_nothing()
            .returning(Slip.code)
        ).one_or_none()
        if made is not None:
            return code
        there = session.get(Slip, code)
        is_own = there is not None and there.service_at_location_id == service_at_location_id
        if seed is not None and attempt == 0 and is_own:
            return code
    raise Unavailable(gettext("Aucun code libre n'a été trouvé. Réessayez."))


def _code(seed: bytes | None) -> str:
    """Return a code as random as the seed, and the same for the same seed."""
    number = int.from_bytes(seed or secrets.token_bytes(16))
    signs = []
    for _ in range(CODE_SIGNS):
        number, place = divmod(number, len(ALPHABET))
        signs.append(ALPHABET[place])
    return "".join(signs)


def get_slip(session: Session, code: str) -> GivenSlip:
    """Return a sheet by its code, typed in small letters or with spaces too.

    :raise NotFound: there is none, or no longer.
    """
    plain = "".join(sign for sign in code.upper() if sign.isalnum())
    slip = session.scalar(select(Slip).where(Slip.code == plain))
    if slip is None:
        raise NotFound(
            gettext("Cette fiche n'existe pas, ou plus."),
            remedy=gettext("Vérifiez le code, ou cherchez le service dans l'annuaire."),
        )
    return GivenSlip(
        code=slip.code,
        service_at_location_id=slip.service_at_location_id,
        made_on=slip.made_on,
        sheet=get_sheet(session, slip.service_at_location_id),
    )


def spaced(code: str) -> str:
    """Return a code in two halves, as it is read aloud."""
    return f"{code[: CODE_SIGNS // 2]} {code[CODE_SIGNS // 2 :]}"
