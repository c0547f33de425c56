"""The referrals of invented organisations, taken away with them."""

from collections.abc import Sequence

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from directory.outbox.models import OutboxMessage
from directory.privacy.models import AccessEntry
from directory.referrals.models import AnswerLink, Referral, ReferralFigure


def remove_referrals(session: Session, *, organization_ids: Sequence[int]) -> int:
    """Delete what these organisations sent, with its figures, its readings and its mails.

    What others sent to them stays, without a receiver. The session is one from which row-level
    security hides nothing. Returns how many referrals went.
    """
    sent = select(Referral.id).where(Referral.sender_organization_id.in_(organization_ids))
    ids = session.scalars(sent).all()
    link_ids = session.scalars(select(AnswerLink.id).where(AnswerLink.referral_id.in_(ids))).all()
    session.execute(
        delete(OutboxMessage).where(
            or_(
                OutboxMessage.values["referral_id"].astext.in_([str(id) for id in ids]),
                OutboxMessage.values["answer_link_id"].astext.in_([str(id) for id in link_ids]),
            )
        )
    )
    session.execute(delete(AccessEntry).where(AccessEntry.referral_id.in_(ids)))
    session.execute(
        delete(ReferralFigure).where(ReferralFigure.sender_organization_id.in_(organization_ids))
    )
    session.execute(delete(Referral).where(Referral.id.in_(ids)))
    return len(ids)
