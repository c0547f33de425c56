"""Figures of referrals: delays, answers, outcomes, by kind of help and by commune.

No cell below `SMALLEST_CELL` is told. When a single cell of a table is below it, the smallest of
the others is hidden too: otherwise the total would tell it. Source of the rule: the usual threshold
of French public statistics on persons (frequency rule).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from directory.referrals.models import ReferralFigure
from directory.referrals.vocabulary import Kind, State

SMALLEST_CELL = 5

Column = InstrumentedAttribute[Any]

_IS_NO_DRAFT = ReferralFigure.state != State.DRAFT
_IS_LIVE = ReferralFigure.kind == Kind.LIVE
_WAS_ACCEPTED = ReferralFigure.acceptance_h.is_not(None)


class Side(StrEnum):
    """Whose requests are counted."""

    SENT = "sent"
    RECEIVED = "received"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is counted: of an organisation, on one side, or of a département; whole months."""

    from_on: date
    until_on: date
    organization_id: int | None = None
    side: Side = Side.SENT
    departement: str | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return the rows meant; row-level security leaves out those of others besides."""
        found: list[ColumnElement[bool]] = [
            ReferralFigure.month_on.between(self.from_on, self.until_on)
        ]
        if self.departement is not None:
            found.append(ReferralFigure.departement == self.departement)
        elif self.side is Side.SENT:
            found.append(ReferralFigure.sender_organization_id == self.organization_id)
        else:
            found.append(ReferralFigure.receiver_organization_id == self.organization_id)
        return found


@dataclass(frozen=True, slots=True)
class Delay:
    """How long something took, in hours: of how many requests, in the middle, and for nine in ten.

    The two are None when fewer than `SMALLEST_CELL` requests tell them.
    """

    known: int | None
    median_h: float | None
    p90_h: float | None


@dataclass(frozen=True, slots=True)
class Count:
    """One line of a table: a code, and how many; None when that is hidden."""

    code: str
    count: int | None


@dataclass(frozen=True, slots=True)
class Breakdown:
    """One line by kind of help or by commune."""

    code: str
    count: int | None
    accepted: int | None
    first_answer: Delay


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything the page of figures tells."""

    #: Requests sent to a service, and referrals only written down; None when hidden.
    live: int | None
    logged: int | None
    states: list[Count]
    first_answer: Delay
    acceptance: Delay
    outcome: Delay
    refusals: list[Count]
    outcomes: list[Count]
    by_category: list[Breakdown]
    by_commune: list[Breakdown]


def figures(session: Session, *, asked: Asked) -> Figures:
    """Count. Lines are ordered by number, largest first, then by code; hidden ones come last."""
    kinds = _counted(session, asked, ReferralFigure.kind)
    return Figures(
        live=told(kinds.get(Kind.LIVE, 0)),
        logged=told(kinds.get(Kind.LOGGED, 0)),
        states=_lines(_counted(session, asked, ReferralFigure.state)),
        first_answer=_delay(session, asked, ReferralFigure.first_answer_h),
        acceptance=_delay(session, asked, ReferralFigure.acceptance_h),
        outcome=_delay(session, asked, ReferralFigure.outcome_h),
        refusals=_lines(_counted(session, asked, ReferralFigure.refusal_reason)),
        outcomes=_lines(_counted(session, asked, ReferralFigure.outcome)),
        by_category=_breakdown(session, asked, ReferralFigure.category_code),
        by_commune=_breakdown(session, asked, ReferralFigure.insee_code),
    )


def told(count: int) -> int | None:
    """Return a number that may be told, None when it is too small; zero tells of nobody."""
    return count if count == 0 or count >= SMALLEST_CELL else None


def hide(counts: Mapping[str, int]) -> dict[str, int | None]:
    """Return the cells of one table as they may be told.

    When one alone is too small, the smallest of the others is hidden with it.
    """
    shown = {code: told(count) for code, count in counts.items()}
    hidden = [code for code, count in shown.items() if count is None]
    others = sorted((count, code) for code, count in shown.items() if count)
    if len(hidden) == 1 and others:
        shown[others[0][1]] = None
    return shown


def part(count: int, *, of: int) -> int | None:
    """Return a part of a whole, None when it, or what it leaves of the whole, may not be told."""
    return told(count) if told(of - count) is not None else None


def delay(known: int, median_h: float | None, p90_h: float | None) -> Delay:
    """Return a delay as it may be told: a middle of fewer than five would tell of persons."""
    if known < SMALLEST_CELL or median_h is None or p90_h is None:
        return Delay(told(known), None, None)
    return Delay(known, float(median_h), float(p90_h))


def _counted(
    session: Session, asked: Asked, column: Column, *more: ColumnElement[bool]
) -> dict[str, int]:
    rows = session.execute(
        select(column, func.count())
        .where(*asked.conditions(), *more, column.is_not(None), _IS_NO_DRAFT)
        .group_by(column)
    )
    return {str(code): count for code, count in rows}


def _lines(counts: Mapping[str, int]) -> list[Count]:
    shown = hide(counts)
    ordered = sorted(shown.items(), key=lambda line: (-(line[1] or 0), line[0]))
    return [Count(code, count) for code, count in ordered]


def _delay(session: Session, asked: Asked, column: Column) -> Delay:
    row = session.execute(select(*_measures(column)).where(*asked.conditions())).one()
    return delay(*row)


def _delays(session: Session, asked: Asked, by: Column) -> dict[str, Delay]:
    rows = session.execute(
        select(by, *_measures(ReferralFigure.first_answer_h))
        .where(*asked.conditions(), by.is_not(None))
        .group_by(by)
    )
    return {str(code): delay(*measures) for code, *measures in rows}


def _measures(column: Column) -> list[ColumnElement[Any]]:
    return [
        func.count(column),
        func.percentile_cont(0.5).within_group(column),
        func.percentile_cont(0.9).within_group(column),
    ]


def _breakdown(session: Session, asked: Asked, column: Column) -> list[Breakdown]:
    sent = _counted(session, asked, column, _IS_LIVE)
    accepted = _counted(session, asked, column, _IS_LIVE, _WAS_ACCEPTED)
    delays = _delays(session, asked, column)
    shown = hide(sent)
    hidden = Delay(None, None, None)
    return [
        Breakdown(
            code,
            count,
            part(accepted.get(code, 0), of=sent[code]) if count is not None else None,
            delays[code] if count is not None else hidden,
        )
        for code, count in sorted(shown.items(), key=lambda line: (-(line[1] or 0), line[0]))
    ]
