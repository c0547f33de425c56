"""The plans of the search, as PostgreSQL makes them once for all origins: each uses its index.

psycopg reaches such a generic plan after ten executions. With fewer hits than the limit, a plan
that has the category or the place only as a filter walks through all entries of the country.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from psycopg import sql
from sqlalchemy.dialects.postgresql.asyncpg import dialect
from sqlalchemy.sql import ClauseElement

from bench.filling import fill
from directory.geocoding import Origin, Precision
from directory.postgres.roles import DatabaseUrls, connect
from directory.search import statements, values
from directory.search.criteria import Cursor, SearchCriteria
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
    """Yield the nodes of a plan that read a table or an index of one.

    A card is looked at only when the computed window does not hold: no plan here ever does.
    """
    if plan.get("Relation Name") == "search_card":
        assert (plan["Index Name"], plan["Actual Loops"]) == ("pk_search_card", 0)
    elif "Scan" in plan["Node Type"] and plan["Node Type"] not in _NOT_OF_TABLES:
        yield plan
    for part in plan.get("Plans", ()):
        yield from scans(part)


_NOT_OF_TABLES = ("Function Scan", "Subquery Scan", "Bitmap Heap Scan", "CTE Scan")


def asked(at: datetime) -> dict[str, Any]:
    criteria = SearchCriteria(
        Origin("Bondy", BONDY, Precision.POINT, "93010", insee_code_certain=True, source="test"),
        category_codes=("domiciliation", "douche"),
        open_at=at,
        cursor=Cursor(distance_mm=500_000, id=0),
    )
    return {
        "rows": ROWS,
        **values.of_question(criteria, at),
        **values.within(criteria),
        **values.around(criteria),
        **values.beyond(criteria, ["commune:93010", "departement:93", "region:11", "france:FR"]),
    }


KINDS = ("has_categories", "index", "conditions")

BY_PLACE = [
    (True, "ix_search_entry_category_loc", ("category_id", "loc")),
    (False, "ix_search_entry_loc", ("loc",)),
]


@pytest.mark.parametrize("filters", [(), ("open_at", "free")])
@pytest.mark.parametrize(KINDS, BY_PLACE)
def test_the_radius_and_the_kind_are_conditions_of_the_index(
    filled: DatabaseUrls,
    at: datetime,
    filters: tuple[str, ...],
    has_categories: bool,
    index: str,
    conditions: tuple[str, ...],
) -> None:
    shape = Shape(filters, has_categories=has_categories, include_professionals=False)

    plan = plan_of(filled, statements.neighbours(shape), asked(at))

    assert plan["Actual Rows"] < ROWS
    found = list(scans(plan))
    assert [scan["Index Name"] for scan in found] == [index]
    assert all(name in found[0]["Index Cond"] for name in conditions)


@pytest.mark.parametrize(
    KINDS,
    [
        (True, "ix_search_entry_category_spot", ("category_id", "point")),
        (False, "ix_search_entry_spot", ("point",)),
    ],
)
def test_entries_are_counted_without_being_read(
    filled: DatabaseUrls,
    at: datetime,
    has_categories: bool,
    index: str,
    conditions: tuple[str, ...],
) -> None:
    shape = Shape((), has_categories=has_categories, include_professionals=False)

    plan = plan_of(filled, statements.counted(shape), asked(at))

    for scan in scans(plan):
        assert (scan["Node Type"], scan["Index Name"]) == ("Index Only Scan", index)
        assert all(name in scan["Index Cond"] for name in conditions)


@pytest.mark.parametrize(KINDS, BY_PLACE)
def test_what_a_filter_passes_is_counted_within_the_radius_alone(
    filled: DatabaseUrls,
    at: datetime,
    has_categories: bool,
    index: str,
    conditions: tuple[str, ...],
) -> None:
    shape = Shape(("open_at", "free"), has_categories, include_professionals=False)

    plan = plan_of(filled, statements.counted(shape), asked(at))

    for scan in scans(plan):
        assert scan["Index Name"] == index
        assert all(name in scan["Index Cond"] for name in conditions)


@pytest.mark.parametrize("has_categories", [True, False])
def test_the_next_page_stays_in_the_index(
    filled: DatabaseUrls, at: datetime, has_categories: bool
) -> None:
    shape = Shape((), has_categories, include_professionals=False, has_cursor=True)

    plan = plan_of(filled, statements.neighbours(shape), asked(at))

    (scan,) = scans(plan)
    assert "loc" in scan["Index Cond"]


@pytest.mark.parametrize("has_categories", [True, False])
def test_what_serves_an_area_is_ordered_without_looking_at_its_entry(
    filled: DatabaseUrls, at: datetime, has_categories: bool
) -> None:
    shape = Shape((), has_categories, include_professionals=False)

    plan = plan_of(filled, statements.covering(shape), asked(at))

    for scan in scans(plan):
        if scan["Index Name"] == "ix_area_entry_country":
            assert not has_categories
            assert "reach" in scan["Index Cond"]
        else:
            assert (scan["Node Type"], scan["Index Name"]) == (
                "Index Only Scan",
                "ix_area_entry_nearest",
            )
            assert ("category_id" in scan["Index Cond"]) is has_categories


@pytest.mark.parametrize("has_categories", [True, False])
def test_what_a_filter_passes_is_looked_for_among_what_serves_the_area(
    filled: DatabaseUrls, at: datetime, has_categories: bool
) -> None:
    shape = Shape(("open_at", "free"), has_categories, include_professionals=False)

    plan = plan_of(filled, statements.covering(shape), asked(at))

    found = {scan["Index Name"] for scan in scans(plan)}
    assert found == {"ix_area_entry_nearest", "pk_search_entry"}
