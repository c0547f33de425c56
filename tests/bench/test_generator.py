"""The invented France is what production would hold, in the shares the bench promises."""

from collections import Counter
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.filling import fill, store_territories_and_vocabulary
from bench.generator import draw_lot
from directory.db import make_engine
from directory.listings import indexing
from directory.listings.entries import AreaEntry, SearchCard, SearchEntry
from directory.listings.vocabulary import KINDS
from directory.postgres.roles import DatabaseUrls

SEED = 7


def test_the_same_seed_draws_the_same_services(at: datetime) -> None:
    one, same, other = (draw_lot(0, 50, seed, at) for seed in (SEED, SEED, SEED + 1))

    def told(lot: Any) -> list[Any]:
        return [(p.id, p.service.name, p.opening_mode, p.location_id) for p in lot.places]

    assert told(one) == told(same)
    assert told(one) != told(other)


def test_a_lot_has_the_shares_of_a_real_directory(at: datetime) -> None:
    lot = draw_lot(0, 5_000, SEED, at)
    places = lot.places
    kinds = Counter(place.service.category_id for place in places)
    modes = Counter(place.opening_mode for place in places)
    at_one_address = Counter(place.location_id for place in places if place.location_id)

    assert [place.id for place in places] == list(range(1, 5_001))
    assert len(kinds) >= len(KINDS) - 3, "the rarest may be missing from one lot"
    assert {"unknown", "by_appointment", "always", "scheduled"} == set(modes)
    assert max(at_one_address.values()) >= 15
    assert share(places, lambda p: p.service.visibility == "professionals") == pytest.approx(
        0.02, abs=0.01
    )
    assert share(places, lambda p: p.location and p.location.privacy != "public") == pytest.approx(
        0.015, abs=0.012
    )
    assert share(places, lambda p: p.capacity) == pytest.approx(0.05, abs=0.015)
    assert share(places, lambda p: p.location_id is None) > 0.01


def share(places: list[Any], is_counted: Any) -> float:
    return sum(bool(is_counted(place)) for place in places) / len(places)


def test_the_copied_entries_are_those_a_refresh_writes(
    fresh_database: DatabaseUrls, at: datetime
) -> None:
    store_territories_and_vocabulary(fresh_database.app, at)
    fill(fresh_database, 300, SEED, at=at)
    engine = make_engine(fresh_database.app)
    with Session(engine) as session:
        copied = rows(session)
        published = indexing.refresh(session, at=at)
        refreshed = rows(session)
    engine.dispose()

    assert published == 300
    assert refreshed == copied


def rows(session: Session) -> list[list[tuple[Any, ...]]]:
    columns = [column for column in SearchEntry.__table__.columns if column.computed is None]
    entries = select(*columns).order_by(SearchEntry.service_at_location_id)
    areas = select(AreaEntry.__table__).order_by(*AreaEntry.__table__.primary_key)
    cards = select(SearchCard.__table__).order_by(SearchCard.service_at_location_id)
    return [[tuple(row) for row in session.execute(query)] for query in (entries, cards, areas)]
