"""The worker's board and the receiver's inbox: what waits for whom, what is late, what is over."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import Session

from directory.accounts.permissions import Permission, User
from directory.referrals.clocks import PARIS
from directory.referrals.following import came_to_nothing, is_settled
from directory.referrals.models import Referral
from directory.referrals.queries import received_by
from directory.referrals.steps import ENDED
from directory.referrals.vocabulary import Kind, State

#: Requests of one section that a page shows.
PAGE_ROWS = 20

#: How long a request that came to nothing asks for another one before it counts as over.
FOLLOW_UP = timedelta(days=14)


class SectionName(StrEnum):
    """Parts of the board and of the inbox; their names are those of the address too."""

    TO_DO = "to_do"
    OVERDUE = "overdue"
    WAITING = "waiting"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Section:
    """One page of a section."""

    name: SectionName
    referrals: list[Referral]
    #: Requests in the whole section.
    total: int
    #: From 1; a page beyond the last one is the last one.
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are, 1 at least."""
        return max(1, -(-self.total // PAGE_ROWS))


@dataclass(frozen=True, slots=True)
class Board:
    """All sections, each in the order in which to look at it: what is due first comes first."""

    to_do: Section
    overdue: Section
    waiting: Section
    closed: Section

    @property
    def sections(self) -> list[Section]:
        """The sections from top to bottom."""
        return [self.to_do, self.overdue, self.waiting, self.closed]

    @property
    def is_empty(self) -> bool:
        """True when nothing was ever made or received."""
        return not any(section.total for section in self.sections)


def board(
    session: Session,
    *,
    user: User,
    at: datetime,
    pages: Mapping[SectionName, int] | None = None,
    only_own: bool = False,
) -> Board:
    """Return what an organisation sent, or wrote down, by what is to be done about it.

    `only_own` keeps those the user herself made. Nothing for somebody who may not read referrals.
    """
    mine = Referral.sender_organization_id == user.organization_id
    if only_own:
        mine = and_(mine, Referral.sender_account_id == user.account_id)
    return _board(session, user, mine, _sent_sections(at), pages or {})


def inbox(
    session: Session,
    *,
    user: User,
    at: datetime,
    pages: Mapping[SectionName, int] | None = None,
) -> Board:
    """Return what an organisation received: to answer or to close, late, waiting, over."""
    mine = received_by(user.organization_id) if user.organization_id is not None else false()
    return _board(session, user, mine, _received_sections(at), pages or {})


def _board(
    session: Session,
    user: User,
    mine: ColumnElement[bool],
    conditions: dict[SectionName, ColumnElement[bool]],
    pages: Mapping[SectionName, int],
) -> Board:
    if user.organization_id is None or not user.may(Permission.READ_REFERRALS):
        mine = false()
    own: dict[SectionName, ColumnElement[bool]] = {}
    for name in SectionName:
        # A request stands in one section only: the first that takes it.
        own[name] = and_(conditions[name], *[~_is(conditions[earlier]) for earlier in own])
    counts = select(*(func.count().filter(own[name]) for name in SectionName)).where(mine)
    totals = dict(zip(SectionName, session.execute(counts).one(), strict=True))
    sections = {
        name: _section(session, name, and_(mine, own[name]), totals[name], pages.get(name, 1))
        for name in SectionName
    }
    return Board(
        to_do=sections[SectionName.TO_DO],
        overdue=sections[SectionName.OVERDUE],
        waiting=sections[SectionName.WAITING],
        closed=sections[SectionName.CLOSED],
    )


def _section(
    session: Session, name: SectionName, condition: ColumnElement[bool], total: int, page: int
) -> Section:
    if total == 0:
        return Section(name, [], 0, 1)
    page = min(max(1, page), -(-total // PAGE_ROWS))
    order = (
        (func.coalesce(Referral.ended_at, Referral.state_since).desc(), Referral.id)
        if name is SectionName.CLOSED
        else (
            Referral.is_urgent.desc(),
            func.coalesce(Referral.clock_at, Referral.state_since),
            Referral.id,
        )
    )
    rows = session.scalars(
        select(Referral)
        .where(condition)
        .order_by(*order)
        .limit(PAGE_ROWS)
        .offset((page - 1) * PAGE_ROWS)
    )
    return Section(name, list(rows), total, page)


def _sent_sections(at: datetime) -> dict[SectionName, ColumnElement[bool]]:
    """Return the conditions of the board; the sections are tried in the order of `SectionName`."""
    to_follow = and_(came_to_nothing(), Referral.ended_at > at - FOLLOW_UP, ~is_settled())
    # The receiver is asked first; what was only written down is asked of the sender at once.
    outcome_asked = and_(
        or_(
            and_(_in(State.ACCEPTED), Referral.reminders >= 2),
            and_(_in(State.LOGGED), Referral.reminders >= 1),
        ),
        Referral.consent_withdrawn_at.is_(None),
    )
    # Of somebody who took back her agreement, nobody is asked for news either.
    is_over = or_(_in(*ENDED), Referral.consent_withdrawn_at.is_not(None))
    return {
        SectionName.TO_DO: or_(_in(State.DRAFT, State.INFO_REQUESTED), to_follow, outcome_asked),
        SectionName.OVERDUE: _late(at),
        SectionName.WAITING: ~is_over,
        SectionName.CLOSED: is_over,
    }


def _received_sections(at: datetime) -> dict[SectionName, ColumnElement[bool]]:
    late = and_(_in(State.SENT, State.IN_REVIEW, State.WAITLISTED), _late(at))
    outcome_asked = and_(_in(State.ACCEPTED), Referral.reminders >= 1)
    return {
        SectionName.TO_DO: and_(or_(_in(State.SENT, State.IN_REVIEW), outcome_asked), ~_is(late)),
        SectionName.OVERDUE: late,
        SectionName.WAITING: _in(State.INFO_REQUESTED, State.WAITLISTED, State.ACCEPTED),
        SectionName.CLOSED: _in(*ENDED),
    }


def _late(at: datetime) -> ColumnElement[bool]:
    """Return the condition of what a reminder went out for, or whose review day has come."""
    return or_(
        and_(
            _in(State.SENT, State.IN_REVIEW, State.ACCEPTED),
            Referral.kind == Kind.LIVE.value,
            Referral.reminders >= 1,
        ),
        and_(_in(State.WAITLISTED), Referral.review_on <= at.astimezone(PARIS).date()),
    )


def _is(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return a condition that is never NULL, so that its contrary is true where it is not."""
    return func.coalesce(condition, false())


def _in(*states: State) -> ColumnElement[bool]:
    return Referral.state.in_([state.value for state in states])
