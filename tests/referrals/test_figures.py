"""Figures: delays and answers counted by the database, and nothing told of fewer than five."""

from datetime import date
from itertools import count
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from directory.privacy.scope import Scope, set_scope
from directory.referrals.figure_sums import NO_COMMUNE
from directory.referrals.figures import Asked, Delay, Side, delay, figures
from directory.referrals.models import ReferralFigure

_ids = count(1)

TEAM, SERVICE, OTHER = 71, 72, 73
YEAR = {"from_on": date(2026, 1, 1), "until_on": date(2026, 12, 1)}


def add(session: Session, number: int, **values: Any) -> None:
    """Add the figures of so many referrals."""
    row = {
        "month_on": date(2026, 5, 1),
        "sender_organization_id": TEAM,
        "receiver_organization_id": SERVICE,
        "departement": "93",
        "insee_code": "93010",
        "category_code": "colis",
        "kind": "live",
        "state": "sent",
        "is_urgent": False,
    } | values
    set_scope(session, Scope(organization_id=row["sender_organization_id"]))
    for _ in range(number):
        session.execute(insert(ReferralFigure).values(id=UUID(int=next(_ids)), **row))


def asked_by_team(**values: Any) -> Asked:
    """Ask for the requests that the team sent this year."""
    return Asked(**(YEAR | {"organization_id": TEAM} | values))


def test_delays_are_the_middle_and_nine_in_ten(session: Session) -> None:
    for hours in range(1, 11):
        add(session, 1, state="accepted", first_answer_h=hours, acceptance_h=hours * 2)

    found = figures(session, asked=asked_by_team())

    assert found.first_answer == Delay(known=10, median_h=5.5, p90_h=9.1)
    assert found.acceptance == Delay(known=10, median_h=11.0, p90_h=18.2)
    assert found.outcome == Delay(known=0, median_h=None, p90_h=None)


def test_answers_and_outcomes_are_counted_largest_first(session: Session) -> None:
    add(session, 7, state="refused", refusal_reason="no_capacity")
    add(session, 6, state="refused", refusal_reason="out_of_area")
    add(session, 9, state="closed", outcome="helped", acceptance_h=3)

    found = figures(session, asked=asked_by_team())

    assert [(line.code, line.count) for line in found.refusals] == [
        ("no_capacity", 7),
        ("out_of_area", 6),
    ]
    assert [(line.code, line.count) for line in found.outcomes] == [("helped", 9)]
    assert [(line.code, line.count) for line in found.states] == [("refused", 13), ("closed", 9)]
    (line,) = found.by_category
    assert (line.code, line.count, line.accepted) == ("colis", 22, 9)


def test_a_cell_of_four_hides_and_takes_the_smallest_with_it(session: Session) -> None:
    add(session, 4, insee_code="93027", first_answer_h=1)
    add(session, 8, insee_code="93010", first_answer_h=1)
    add(session, 20, insee_code="93066", first_answer_h=1)

    lines = figures(session, asked=asked_by_team()).by_commune

    assert [(line.code, line.count) for line in lines] == [
        ("93066", 20),
        ("93010", None),
        ("93027", None),
    ]
    assert {line.first_answer.median_h for line in lines[1:]} == {None}


def test_drafts_are_not_counted_and_logged_ones_apart(session: Session) -> None:
    add(session, 5, kind="logged", state="logged")
    add(session, 9, state="draft")
    add(session, 6)

    found = figures(session, asked=asked_by_team())

    assert (found.live, found.logged) == (6, 5)


def test_only_the_months_asked_count(session: Session) -> None:
    add(session, 5, month_on=date(2025, 12, 1))
    add(session, 6, month_on=date(2026, 1, 1))

    assert figures(session, asked=asked_by_team()).live == 6


def test_each_side_counts_its_own(session: Session) -> None:
    add(session, 6)
    add(session, 7, sender_organization_id=OTHER)
    set_scope(session, Scope(organization_id=SERVICE))

    received = Asked(**YEAR, organization_id=SERVICE, side=Side.RECEIVED)

    assert figures(session, asked=received).live == 13
    assert figures(session, asked=asked_by_team(organization_id=OTHER)).live == 7


def test_another_organization_counts_nothing(session: Session) -> None:
    add(session, 6)
    set_scope(session, Scope(organization_id=OTHER))

    assert figures(session, asked=asked_by_team()).live == 0


def test_an_admin_counts_her_departement_only(session: Session) -> None:
    add(session, 6)
    add(session, 7, departement="75", sender_organization_id=OTHER)
    set_scope(session, Scope(departements=("93",)))

    assert figures(session, asked=Asked(**YEAR, departement="93")).live == 6
    assert figures(session, asked=Asked(**YEAR, departement="75")).live == 0


def test_a_delay_of_few_is_hidden() -> None:
    assert delay(4, 3.0, 5.0) == Delay(None, None, None)
    assert delay(0, None, None) == Delay(0, None, None)


def test_a_delay_is_hidden_in_every_place_where_few_tell_it(session: Session) -> None:
    add(session, 4, first_answer_h=7, acceptance_h=8, outcome_h=9)
    add(session, 30)

    found = figures(session, asked=asked_by_team())

    told = [found.first_answer, found.acceptance, found.outcome]
    told += [line.first_answer for line in (*found.by_category, *found.by_commune)]
    assert {(each.median_h, each.p90_h) for each in told} == {(None, None)}


def test_requests_without_a_commune_are_counted_apart(session: Session) -> None:
    add(session, 8, insee_code=None, first_answer_h=3)
    add(session, 9)

    lines = figures(session, asked=asked_by_team()).by_commune

    assert [(line.code, line.count) for line in lines] == [("93010", 9), (NO_COMMUNE, 8)]
    assert lines[1].first_answer.median_h == 3


def test_nobody_in_particular_counts_nothing(session: Session) -> None:
    add(session, 6, receiver_organization_id=None)
    set_scope(session, Scope(departements=("*",)))

    for side in Side:
        assert figures(session, asked=Asked(**YEAR, side=side)).live == 0
