"""The plans of the table of addresses, as a reading connection makes them once for all values."""

import json

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from directory.addresses import reads
from directory.postgres.roles import DatabaseUrls, connect
from tests.addresses.factories import store_streets
from tests.places import BONDY
from tests.search.test_plans import plan_of

pytestmark = pytest.mark.engine


def test_a_beginning_is_looked_up_in_its_index(fresh_database: DatabaseUrls) -> None:
    streets = {f"Rue numéro {number}": () for number in range(3_000)}
    engine = create_engine(fresh_database.app, poolclass=NullPool)
    with Session(engine) as session:
        store_streets(session, "93010", "93140", "Bondy", streets)
        session.commit()
        rows = reads.streets_beginning(session, "rue numero 299", 20)
    assert [row.name for row in rows[:2]] == ["Rue numéro 299", "Rue numéro 2990"]
    assert len(rows) == 11
    with connect(fresh_database.owner) as connection:
        connection.execute("ANALYZE street")
    plan = plan_of(fresh_database, reads.beginning_query("rue numero 299", 20), {})
    assert "ix_street_key" in json.dumps(plan)
    assert "Rows Removed by Filter" not in json.dumps(plan)


def test_the_address_of_a_point_is_found_through_its_index(fresh_database: DatabaseUrls) -> None:
    streets = {f"Rue {number}": ["1", "2", "3"] for number in range(1_000)}
    engine = create_engine(fresh_database.app, poolclass=NullPool)
    with Session(engine) as session:
        store_streets(session, "93010", "93140", "Bondy", streets)
        session.commit()
    with connect(fresh_database.owner) as connection:
        connection.execute("ANALYZE street, address")
    plan = plan_of(
        fresh_database,
        reads.around_query(8),
        {"longitude": BONDY.longitude, "latitude": BONDY.latitude},
    )
    assert "ix_address_loc" in json.dumps(plan)
    assert "Seq Scan" not in json.dumps(plan)
