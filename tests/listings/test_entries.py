"""What search reads is always what the listings say."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from directory.db import make_engine, make_sessions, unit_of_work
from directory.listings.drafts import CapacityDraft
from directory.listings.entries import AreaEntry, SearchCard, SearchEntry
from directory.listings.indexing import refresh, roll, window
from directory.opening_hours import OpeningHours, State, state_at
from directory.opening_hours.spans import instant_of
from directory.postgres.roles import DatabaseUrls
from directory.search.criteria import SearchCriteria
from directory.search.queries import nearest
from tests.factories import (
    origin_at,
    place_draft,
    service_draft,
    small_gazetteer,
    stored,
    weekdays,
)
from tests.places import BONDY, RENNES

pytestmark = pytest.mark.engine


def snapshot(session: Session) -> list[tuple[Any, ...]]:
    entries = session.execute(
        select(SearchEntry.__table__).order_by(SearchEntry.service_at_location_id)
    )
    areas = session.execute(
        select(AreaEntry.__table__).order_by(
            AreaEntry.service_at_location_id, AreaEntry.area_code, AreaEntry.reach
        )
    )
    cards = session.execute(
        select(SearchCard.__table__).order_by(SearchCard.service_at_location_id)
    )
    return [tuple(row) for row in (*entries, *cards, *areas)]


def some_listings(session: Session, at: datetime) -> None:
    stored(
        session,
        service_draft(
            place_draft(BONDY, schedules=(weekdays(9, 12), weekdays(14, 18))),
            place_draft(RENNES, insee_code="35238", city="Rennes"),
            place_draft(None),
            areas=["commune:93010", "departement:35"],
            conditions={"modes": ["remote", "on-site"], "audiences": ["femmes"]},
        ),
        at,
    )
    stored(session, service_draft(place_draft(BONDY), visibility="professionals"), at)


def test_a_rebuild_finds_nothing_to_change(session: Session, at: datetime) -> None:
    some_listings(session, at)
    kept = snapshot(session)

    assert refresh(session, at=at) == 4

    assert snapshot(session) == kept


def test_open_minutes_are_those_of_the_engine_at_every_quarter_of_an_hour(
    session: Session, at: datetime
) -> None:
    (place,) = stored(session, service_draft(place_draft(BONDY, schedules=(weekdays(9, 12),))), at)
    entry = session.get_one(SearchEntry, place)
    hours = OpeningHours.from_json_text(session.get_one(SearchCard, place).card["opening"])
    start, end = window(at)

    for minute in range(start, end, 15):
        in_index = any(span.lower <= minute < span.upper for span in entry.open_minutes)
        by_rules = state_at(hours, instant_of(minute)).state is State.OPEN
        assert in_index == by_rules, instant_of(minute)


def test_the_nightly_roll_moves_the_window_on(session: Session, at: datetime) -> None:
    some_listings(session, at)
    later = at + timedelta(days=10)

    assert roll(session, at=at) == 0
    assert roll(session, at=later) == 4
    rolled = snapshot(session)

    refresh(session, at=later)
    assert snapshot(session) == rolled


def test_the_roll_leaves_alone_what_an_import_is_writing(
    fresh_database: DatabaseUrls, at: datetime
) -> None:
    engine = make_engine(fresh_database.app)
    sessions = make_sessions(engine)
    with unit_of_work(sessions) as filling:
        some_listings(filling, at)
    later = at + timedelta(days=10)

    with sessions() as importing, sessions() as rolling:
        refresh(importing, at=at)
        assert roll(rolling, at=later) == 0
        importing.commit()
        assert roll(rolling, at=later) == 4
    engine.dispose()


def test_a_missed_roll_never_shows_a_stale_state(session: Session, at: datetime) -> None:
    (place,) = stored(session, service_draft(place_draft(BONDY, schedules=(weekdays(9, 12),))), at)
    month_ago = window(at - timedelta(days=100))[1]
    session.execute(update(SearchEntry).values(computed_until=month_ago, open_minutes=[]))

    for hour, expected in ((0, [place]), (5, [])):
        moment = at + timedelta(hours=hour)
        criteria = SearchCriteria(origin=origin_at(BONDY), open_at=moment)
        results = nearest(session, criteria, at=moment, gazetteer=small_gazetteer())
        assert [hit.id for hit in results.on_site] == expected


def test_a_declaration_of_room_is_believed_thirty_days_unless_it_says_otherwise(
    session: Session, at: datetime
) -> None:
    declared = CapacityDraft("capacity", declared_at=at)
    (place,) = stored(session, service_draft(place_draft(BONDY, capacity=declared)), at)

    assert session.get_one(SearchEntry, place).room_until == at + timedelta(days=30)
