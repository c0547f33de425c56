"""On which agreement of the person a request rests: given for it, or carried over to it.

Two agreements of one day look alike, and a form knows the day alone: which requests share one is
told by the request in which she gave it, never by when.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from directory.referrals.clocks import PARIS
from directory.referrals.draft_values import Consent
from directory.referrals.models import Referral


def agreement_of(referral: Referral) -> Consent | None:
    """Return how the person agreed to a request; None: she did not."""
    if not (referral.consent_form and referral.consented_at and referral.consent_language):
        return None
    return Consent(
        form=referral.consent_form,
        at=referral.consented_at,
        language=referral.consent_language,
        version=referral.consent_version or 1,
        origin_id=origin_of(referral),
    )


def as_agreed(referral: Referral, typed: Consent | None) -> Consent | None:
    """Return the agreement to keep of a form: the stored one, where the form says the same of it.

    A form that only shows it again is no agreement given anew: neither its instant nor its origin
    changes with the other words.
    """
    stored = agreement_of(referral)
    return stored if stored and typed and _told(stored) == _told(typed) else typed


def origin_of(referral: Referral) -> UUID:
    """Return the request in which it was settled with the person what may be sent of her."""
    return referral.consent_origin_id or referral.id


def origin_of_child(consent: Consent | None, parent: Referral | None) -> UUID | None:
    """Return where the agreement to a new request was given, None: in that request itself.

    Where nobody agreed to anything, what follows a code goes on from the request that had it.
    """
    if consent is not None:
        return consent.origin_id
    if parent is None or parent.consented_at or parent.consent_withdrawn_at:
        return None
    return origin_of(parent)


def hold_all_of(session: Session, referral: Referral) -> list[Referral]:
    """Lock every request of the same agreement, and return them as they then are, oldest first.

    Whoever passes one of them on at this instant writes another one before we get the lock: they
    are read again until there is no new one. Two colleagues who begin at both ends lock in the same
    order, and do not wait for each other.
    """
    origin_id = origin_of(referral)
    query = (
        select(Referral)
        .where(
            Referral.sender_organization_id == referral.sender_organization_id,
            or_(Referral.id == origin_id, Referral.consent_origin_id == origin_id),
        )
        .order_by(Referral.created_at, Referral.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    held: set[UUID] = set()
    while True:
        found = list(session.scalars(query))
        if held.issuperset(each.id for each in found):
            return found
        held.update(each.id for each in found)


def _told(consent: Consent) -> tuple[str, str, date]:
    return consent.form, consent.language, day_of(consent.at)


def day_of(at: datetime) -> date:
    """Return the day of an agreement, which is all that a form tells of it."""
    return at.astimezone(PARIS).date()
