"""What follows a request that came to nothing: whether another service may be asked, and is.

The board counts by these conditions, the page offers by them, and the rule refuses by them.
"""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, aliased

from directory.referrals.models import Referral
from directory.referrals.vocabulary import Cancellation, State

#: The service said no, nothing, or to ask elsewhere: the person is still without help.
_GOES_ON = frozenset({State.REFUSED, State.REDIRECTED, State.EXPIRED})

#: Reasons that end the search and not only one request: nobody is to ask for the person again.
_SETTLED = frozenset(
    {
        Cancellation.PERSON_DECLINED,
        Cancellation.CONSENT_WITHDRAWN,
        Cancellation.HELPED_ELSEWHERE,
    }
)


def goes_on(referral: Referral) -> bool:
    """Tell whether a request came to nothing, and the person may still be asked for."""
    is_unanswered = (
        referral.state == State.CANCELLED and referral.cancel_reason == Cancellation.NO_INFORMATION
    )
    is_hers_to_ask = referral.consent_withdrawn_at is None and referral.erased_at is None
    return (referral.state in _GOES_ON or is_unanswered) and is_hers_to_ask


def came_to_nothing() -> ColumnElement[bool]:
    """Return the condition of the requests that `goes_on` is true of."""
    return and_(
        or_(
            Referral.state.in_([state.value for state in _GOES_ON]),
            and_(
                Referral.state == State.CANCELLED.value,
                Referral.cancel_reason == Cancellation.NO_INFORMATION.value,
            ),
        ),
        Referral.consent_withdrawn_at.is_(None),
        Referral.erased_at.is_(None),
    )


def is_settled() -> ColumnElement[bool]:
    """Return the condition of the requests that nobody has to follow any more.

    Another one followed, or was given up because the person needs none.
    """
    child = aliased(Referral)
    reasons = [reason.value for reason in _SETTLED]
    counts = or_(_lives(child), child.cancel_reason.in_(reasons))
    return select(child.id).where(child.parent_id == Referral.id, counts).exists()


def followers_of(session: Session, referrals: Iterable[Referral]) -> dict[UUID, Referral]:
    """Return the newest living request that follows each of these, where there is one."""
    ids = [referral.id for referral in referrals]
    query = select(Referral).where(Referral.parent_id.in_(ids), _lives(Referral))
    found = session.scalars(query.order_by(Referral.created_at, Referral.id))
    return {each.parent_id: each for each in found if each.parent_id is not None}


def may_go_on(session: Session, referral: Referral, *, besides: UUID | None = None) -> bool:
    """Tell whether another service may be asked for the same.

    What a service passed on is followed there: two would be asked at once, by two hands. `besides`
    leaves out the request that this idempotency key made: a button pressed twice is no second.
    """
    if not goes_on(referral) or referral.state != State.REDIRECTED:
        return goes_on(referral)
    query = select(Referral.id).where(Referral.parent_id == referral.id, _lives(Referral))
    if besides is not None:
        query = query.where(Referral.idempotency_key != besides)
    return session.scalar(query.limit(1)) is None


def _lives(child: type[Referral]) -> ColumnElement[bool]:
    """Return the condition of a request that counts as following another: nobody gave it up.

    One that the clock took back is followed itself.
    """
    return or_(
        child.state != State.CANCELLED.value,
        child.cancel_reason == Cancellation.NO_INFORMATION.value,
    )
