"""While an organisation is suspended it takes no part: what it received is shut, and it is told so.

Suspended is another thing than not verified yet: whoever was found to be a fake must be shut out of
what it already holds, while a service that nobody checked yet may answer to a code.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.accounts.models import OrganizationAccount
from directory.accounts.permissions import User
from directory.i18n import gettext
from directory.referrals.conflicts import ReferralRefused
from directory.referrals.models import Referral


def is_suspended(session: Session, organization_id: int | None) -> bool:
    """Tell whether an admin suspended an organisation, and nobody verified it since."""
    return (
        session.scalar(
            select(OrganizationAccount.suspended_at).where(
                OrganizationAccount.organization_id == organization_id
            )
        )
        is not None
    )


def is_shut_out(session: Session, referral: Referral, *, organization_id: int | None) -> bool:
    """Tell whether an organisation is shut out of a request that it received; never its sender.

    `organization_id` None is the holder of its answer link.
    """
    if organization_id == referral.sender_organization_id:
        return False
    return is_suspended(session, referral.receiver_organization_id)


def require_may_answer(session: Session, referral: Referral) -> None:
    """Check that the receiver of a request takes part.

    :raise ReferralRefused: it is suspended; nothing of the answer was kept.
    """
    if is_suspended(session, referral.receiver_organization_id):
        raise suspended()


def require_may_note(
    session: Session, referral: Referral, *, by: User | None, is_shared: bool
) -> None:
    """Check that whoever writes a note takes part; what a sender keeps for itself it always may.

    :raise ReferralRefused: the organisation is suspended; the words were not kept.
    """
    own = by.organization_id if by else referral.receiver_organization_id
    is_kept = own == referral.sender_organization_id and not is_shared
    if not is_kept and is_suspended(session, own):
        raise suspended()


def suspended() -> ReferralRefused:
    """Return what somebody of a suspended organisation is told."""
    return ReferralRefused(
        gettext("Votre structure est suspendue : rien n'a été envoyé ni enregistré."),
        remedy=gettext("Appelez la personne qui administre Fanal sur votre territoire."),
    )
