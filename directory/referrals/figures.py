"""Figures of referrals: delays, answers, outcomes, by kind of help and by commune.

No number below five is told, and none that those told would give: see `hidden_cells`. A delay is
told of five requests or more.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, false, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from directory.referrals.figure_sums import NO_COMMUNE, Counted, Line, Table, told
from directory.referrals.hidden_cells import SMALLEST_CELL, Cell, is_small
from directory.referrals.models import ReferralFigure
from directory.referrals.vocabulary import Kind, State

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
        elif self.organization_id is None:
            found.append(false())
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
    """One line by kind of help or by commune; `NO_COMMUNE` for requests that name none."""

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
    categories, first_by_category = _by(session, asked, ReferralFigure.category_code)
    communes, first_by_commune = _by(session, asked, ReferralFigure.insee_code)
    cells = told(
        Counted(
            kinds=_by_kind_and_state(session, asked),
            refusals=_counted(session, asked, ReferralFigure.refusal_reason),
            outcomes=_counted(session, asked, ReferralFigure.outcome),
            categories=categories,
            communes=communes,
        )
    )
    first_answer, acceptance, outcome = _delays(session, asked)
    return Figures(
        live=cells[Table.KIND, Kind.LIVE],
        logged=cells[Table.KIND, Kind.LOGGED],
        states=_lines(cells, Table.STATE),
        first_answer=first_answer,
        acceptance=acceptance,
        outcome=outcome,
        refusals=_lines(cells, Table.REFUSAL),
        outcomes=_lines(cells, Table.OUTCOME),
        by_category=_breakdown(cells, Table.CATEGORY, Table.CATEGORY_ACCEPTED, first_by_category),
        by_commune=_breakdown(cells, Table.COMMUNE, Table.COMMUNE_ACCEPTED, first_by_commune),
    )


def delay(known: int, median_h: float | None, p90_h: float | None) -> Delay:
    """Return a delay as it may be told: a middle of fewer than five would tell of persons."""
    if known < SMALLEST_CELL or median_h is None or p90_h is None:
        return Delay(None if is_small(known) else known, None, None)
    return Delay(known, float(median_h), float(p90_h))


def _by_kind_and_state(session: Session, asked: Asked) -> dict[tuple[str, str], int]:
    rows = session.execute(
        select(ReferralFigure.kind, ReferralFigure.state, func.count())
        .where(*asked.conditions(), _IS_NO_DRAFT)
        .group_by(ReferralFigure.kind, ReferralFigure.state)
    )
    return {(kind, state): count for kind, state, count in rows}


def _counted(session: Session, asked: Asked, column: Column) -> dict[str, int]:
    rows = session.execute(
        select(column, func.count())
        .where(*asked.conditions(), column.is_not(None), _IS_NO_DRAFT)
        .group_by(column)
    )
    return {str(code): count for code, count in rows}


def _by(session: Session, asked: Asked, column: Column) -> tuple[dict[str, Line], dict[str, Delay]]:
    """Count what went out, line by line, and how soon it was answered."""
    rows = session.execute(
        select(
            func.coalesce(column, NO_COMMUNE),
            func.count(),
            func.count().filter(_WAS_ACCEPTED),
            *_measures(ReferralFigure.first_answer_h),
        )
        .where(*asked.conditions(), _IS_LIVE, _IS_NO_DRAFT)
        .group_by(column)
    ).all()
    return (
        {code: Line(live, accepted) for code, live, accepted, *_measured in rows},
        {code: delay(*measured) for code, _live, _accepted, *measured in rows},
    )


def _delays(session: Session, asked: Asked) -> tuple[Delay, Delay, Delay]:
    """Return the delays to the first answer, to acceptance and to the known outcome."""
    columns = (
        ReferralFigure.first_answer_h,
        ReferralFigure.acceptance_h,
        ReferralFigure.outcome_h,
    )
    measures = [measure for column in columns for measure in _measures(column)]
    row = session.execute(select(*measures).where(*asked.conditions())).one()
    return delay(*row[0:3]), delay(*row[3:6]), delay(*row[6:9])


def _measures(column: Column) -> list[ColumnElement[Any]]:
    return [
        func.count(column),
        func.percentile_cont(0.5).within_group(column),
        func.percentile_cont(0.9).within_group(column),
    ]


def _lines(cells: Mapping[Cell, int | None], table: Table) -> list[Count]:
    found = [Count(code, count) for (each, code), count in cells.items() if each == table]
    return sorted(found, key=lambda line: (-(line.count or 0), line.code))


def _breakdown(
    cells: Mapping[Cell, int | None], table: Table, accepted: Table, delays: Mapping[str, Delay]
) -> list[Breakdown]:
    untold = Delay(None, None, None)
    return [
        Breakdown(
            line.code,
            line.count,
            cells[accepted, line.code],
            untold if line.count is None else delays[line.code],
        )
        for line in _lines(cells, table)
    ]
