"""The plans of the search, as PostgreSQL makes them once for all origins: each uses its index.

psycopg reaches such a generic plan after ten executions. With fewer hits than the limit, a plan
that has the category or the place only as a filter walks through all entries of the country.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from psycopg import sql
from sqlalchemy import Select
from sqlalchemy.dialects.postgresql.asyncpg import dialect
from sqlalchemy.sql import ClauseElement

from bench.filling import fill
from directory.listings.vocabulary import BY_CODE
from directory.opening_hours.spans import minute_of
from directory.postgres.roles import DatabaseUrls, connect
from directory.search import statements
from directory.search.statements import Shape
from tests.fixtures.cluster import ThrowawayCluster
from tests.places import BONDY

pytestmark = pytest.mark.engine

SERVICES = 5_000

#: More than any of these searches finds.
ROWS = 2_000

Plan = dict[str, Any]


@pytest.fixture(scope="module")
def filled(cluster: ThrowawayCluster, at: datetime) -> Iterator[DatabaseUrls]:
    with cluster.short_lived_copy() as urls:
        fill(urls, SERVICES, 1, at=at)
        yield urls


def plan_of(urls: DatabaseUrls, statement: ClauseElement, values: dict[str, Any]) -> Plan:
    """Return the generic plan of a statement, with what running it showed."""
    compiled = statement.compile(dialect=dialect())
    bound = compiled.params | values
    literals = [sql.Literal(bound[name]) for name in compiled.positiontup or ()]
    with connect(urls.app) as connection:
        connection.execute("SET plan_cache_mode = force_generic_plan")
        connection.execute("SET jit = off")
        connection.execute(b"PREPARE search AS " + str(compiled).encode())
        row = connection.execute(
            sql.SQL("EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE search ({})").format(
                sql.SQL(", ").join(literals)
            )
        ).fetchone()
    assert row is not None
    plan: Plan = row[0][0]["Plan"]
    return plan


def scans(plan: Plan) -> Iterator[Plan]:
    """Yield the nodes of a plan that read a table or an index of one."""
    if "Scan" in plan["Node Type"] and plan["Node Type"] not in _NOT_OF_TABLES:
        yield plan
    for part in plan.get("Plans", ()):
        yield from scans(part)


_NOT_OF_TABLES = ("Function Scan", "Subquery Scan", "Bitmap Heap Scan")


def asked(at: datetime, **values: Any) -> dict[str, Any]:
    return {
        "longitude": BONDY.longitude,
        "latitude": BONDY.latitude,
        "reach_m": 10_060.0,
        "rows": ROWS,
        "category_ids": [BY_CODE[code].id for code in ("domiciliation", "douche")],
        "minute": minute_of(at),
        "from_m": 500.0,
        "inner_m": 9_940.0,
        "areas": ["commune:93010", "departement:93", "region:11", "france:FR"],
    } | values


@pytest.mark.parametrize("statement", [statements.neighbours, statements.counted])
@pytest.mark.parametrize("filters", [(), ("open_at", "free")])
@pytest.mark.parametrize(
    ("has_categories", "index", "conditions"),
    [
        (True, "ix_search_entry_category_loc", ("category_id", "loc")),
        (False, "ix_search_entry_loc", ("loc",)),
    ],
)
def test_the_radius_and_the_kind_are_conditions_of_the_index(
    filled: DatabaseUrls,
    at: datetime,
    statement: Callable[[Shape], Select[Any]],
    filters: tuple[str, ...],
    has_categories: bool,
    index: str,
    conditions: tuple[str, ...],
) -> None:
    shape = Shape(filters, has_categories=has_categories, include_professionals=False)

    plan = plan_of(filled, statement(shape), asked(at))

    assert plan["Actual Rows"] < ROWS
    found = list(scans(plan))
    assert [scan["Index Name"] for scan in found] == [index]
    assert all(name in found[0]["Index Cond"] for name in conditions)


@pytest.mark.parametrize("has_categories", [True, False])
def test_the_next_page_stays_in_the_index(
    filled: DatabaseUrls, at: datetime, has_categories: bool
) -> None:
    shape = Shape((), has_categories, include_professionals=False, has_cursor=True)

    plan = plan_of(filled, statements.neighbours(shape), asked(at))

    (scan,) = scans(plan)
    assert "loc" in scan["Index Cond"]


@pytest.mark.parametrize("filters", [(), ("open_at", "free")])
@pytest.mark.parametrize("has_categories", [True, False])
def test_what_serves_an_area_is_ordered_without_looking_at_its_entry(
    filled: DatabaseUrls, at: datetime, filters: tuple[str, ...], has_categories: bool
) -> None:
    shape = Shape(filters, has_categories, include_professionals=False)

    plan = plan_of(filled, statements.covering(shape), asked(at))

    found = list(scans(plan))
    assert {scan["Index Name"] for scan in found} == {"ix_area_entry_nearest", "pk_search_entry"}
    for scan in found:
        if scan["Index Name"] == "ix_area_entry_nearest":
            assert scan["Node Type"] == "Index Only Scan"
            assert ("category_id" in scan["Index Cond"]) is has_categories
