"""Reading referrals. Each is fetched for somebody: another organisation's does not exist."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select, union
from sqlalchemy.orm import Session

from directory.accounts.permissions import Permission, User
from directory.errors import NotFound
from directory.i18n import gettext
from directory.privacy.keys import Keyring
from directory.referrals.clocks import PARIS
from directory.referrals.fields import code_index
from directory.referrals.models import Referral, ReferralEvent
from directory.referrals.vocabulary import Kind


def get_visible(session: Session, referral_id: UUID, *, to: User) -> Referral:
    """Return a request that somebody's organisation sent, or received; as it is stored now.

    :raise NotFound: there is none, or not for her; the two look the same.
    """
    found = None
    if to.may(Permission.READ_REFERRALS) and to.organization_id is not None:
        found = session.scalar(
            select(Referral)
            .where(Referral.id == referral_id, visible_to(to.organization_id))
            .execution_options(populate_existing=True)
        )
    if found is None:
        raise _not_found()
    return found


def get_sent(session: Session, referral_id: UUID, *, to: User) -> Referral:
    """Return a request that somebody's organisation sent, or is writing; as it is stored now.

    :raise NotFound: as `get_visible`, also of a request that her organisation only received.
    """
    found = get_visible(session, referral_id, to=to)
    if found.sender_organization_id != to.organization_id:
        raise _not_found()
    return found


def visible_to(organization_id: int) -> ColumnElement[bool]:
    """Return the condition of the requests an organisation may read, either side."""
    return or_(Referral.sender_organization_id == organization_id, received_by(organization_id))


def received_by(organization_id: int) -> ColumnElement[bool]:
    """Return the condition of the requests that were sent to an organisation.

    A draft that was given up is cancelled too, but it never went out.
    """
    return and_(
        Referral.receiver_organization_id == organization_id,
        Referral.kind == Kind.LIVE.value,
        Referral.sent_at.is_not(None),
    )


def events_of(session: Session, referral: Referral) -> list[ReferralEvent]:
    """Return the steps of a request, oldest first."""
    return list(
        session.scalars(
            select(ReferralEvent)
            .where(ReferralEvent.referral_id == referral.id)
            .order_by(ReferralEvent.version)
        )
    )


def chain_of(session: Session, referral: Referral) -> list[Referral]:
    """Return the requests that led here, this one, and those that follow, from root to leaf.

    Only those that the session may see; of several that follow one, the oldest comes first.
    """
    ancestors = (
        select(Referral.id, Referral.parent_id)
        .where(Referral.id == referral.id)
        .cte("ancestors", recursive=True)
    )
    ancestors = ancestors.union(
        select(Referral.id, Referral.parent_id).join(
            ancestors, Referral.id == ancestors.c.parent_id
        )
    )
    followers = select(Referral.id).where(Referral.id == referral.id).cte("f", recursive=True)
    followers = followers.union(
        select(Referral.id).join(followers, Referral.parent_id == followers.c.id)
    )
    # One list of ids: with two conditions and an « or », all requests would be read.
    ids = union(select(ancestors.c.id), select(followers.c.id))
    query = select(Referral).where(Referral.id.in_(ids))
    return list(session.scalars(query.order_by(Referral.created_at, Referral.id)))


def made_today(
    session: Session,
    *,
    user: User,
    code: str,
    service_at_location_id: int,
    keyring: Keyring,
    at: datetime,
    besides: UUID | None = None,
) -> list[Referral]:
    """Return what the organisation made or sent today for a code and a service, newest first.

    To be shown, never to be refused: two people may bear the same initials. `besides` leaves out
    the draft that is being written.
    """
    if user.organization_id is None or not code.strip():
        return []
    start, end = _day_of(at)
    query = with_code(user.organization_id, code, keyring).where(
        Referral.service_at_location_id == service_at_location_id,
        or_(
            and_(Referral.created_at >= start, Referral.created_at < end),
            and_(Referral.sent_at >= start, Referral.sent_at < end),
        ),
    )
    if besides is not None:
        query = query.where(Referral.id != besides)
    return list(session.scalars(query))


def with_code(organization_id: int, code: str, keyring: Keyring) -> Select[Referral]:
    """Return the query of all requests an organisation made for a code, newest first.

    The code is compared whole; capitals and spaces do not count.
    """
    return (
        select(Referral)
        .where(
            Referral.sender_organization_id == organization_id,
            Referral.code_index == code_index(keyring, organization_id=organization_id, code=code),
        )
        .order_by(Referral.created_at.desc(), Referral.id)
    )


def _not_found() -> NotFound:
    return NotFound(
        gettext("Cette demande n'existe pas, ou pas pour vous."),
        remedy=gettext("Reprenez depuis votre tableau de suivi."),
    )


def _day_of(at: datetime) -> tuple[datetime, datetime]:
    today: date = at.astimezone(PARIS).date()
    return (
        datetime.combine(today, time(), tzinfo=PARIS),
        datetime.combine(today + timedelta(days=1), time(), tzinfo=PARIS),
    )
