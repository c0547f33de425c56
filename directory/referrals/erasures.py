"""What was erased stays erased, even when a backup of before is put back."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, inspect, select, update
from sqlalchemy.orm import Session

from directory.referrals.models import Referral, ReferralField, ReferralKey, ReferralNote


def erasures(session: Session) -> dict[UUID, datetime]:
    """Return which requests were erased, and when; empty in a database without any tables.

    The session is one from which nothing is hidden, here and below.
    """
    if not inspect(session.connection()).has_table(Referral.__tablename__):
        return {}
    query = select(Referral.id, Referral.erased_at).where(Referral.erased_at.is_not(None))
    return {row.id: row.erased_at for row in session.execute(query)}


def erase_again(session: Session, erased: Mapping[UUID, datetime]) -> int:
    """Erase again what a restored backup brought back; return of how many requests.

    They count as taken back by the person, so that no service sees them meanwhile.
    """
    back = select(Referral.id).where(Referral.id.in_(erased), Referral.erased_at.is_(None))
    ids = session.scalars(back).all()
    for table in (ReferralField, ReferralNote, ReferralKey):
        session.connection().execute(delete(table).where(table.referral_id.in_(ids)))
    for id in ids:
        session.connection().execute(
            update(Referral)
            .where(Referral.id == id)
            .values(
                code_index=None,
                erased_at=erased[id],
                consent_withdrawn_at=func.coalesce(Referral.consent_withdrawn_at, erased[id]),
            )
        )
    return len(ids)
