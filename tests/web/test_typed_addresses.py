"""What people type is written nowhere: not in a log, not in the database, not in what is shown."""

import logging
from collections.abc import Iterator

import pytest
from sqlalchemy import Text, cast, column, func, literal_column, select, table
from sqlalchemy.orm import Session

from directory.app import FanalApp
from directory.geocoding import make_geocoder
from directory.web.runtime import EXTENSION, Runtime
from tests.addresses.factories import store_streets
from tests.geocoding.server import Answer, feature, found, serving
from tests.places import BONDY
from tests.web.conftest import Visitor

SECRET = "zanzibar"

#: Found, found nearly, not found, in no commune, in several, refused, unfinished.
TYPED = (
    f"12 rue du {SECRET} 93140 Bondy",
    f"14 avenue du {SECRET}, Bondy",
    f"12 impasse {SECRET}ette, Bondy",
    f"rue du {SECRET}",
    f"place {SECRET}ette",
    f"12 rue du {SECRET} 99999",
    f"chez {SECRET} 12 rue de Verdun, Bondy",
)
DOORS = ("/recherche", "/recherche/lieux", "/api/v1/search", "/api/v1/territories")


@pytest.fixture(params=["answers", "fails", "knows nothing"])
def outside(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of an outside service that does one thing or another."""
    told: dict[str, Answer] = {
        "answers": found(feature(label=f"12 Rue du {SECRET} 93140 Bondy")),
        "fails": (500, {}, SECRET.encode()),
        "knows nothing": found(),
    }
    with serving(lambda path, asked: told[request.param]) as server:
        yield server.url


@pytest.fixture
def process(app: FanalApp, session: Session, outside: str) -> Runtime:
    """A process whose own table knows the street, and that also asks outside."""
    store_streets(session, "93010", "93140", "Bondy", {f"Rue du {SECRET}": ["12"]}, near=BONDY)
    process: Runtime = app.extensions[EXTENSION]
    settings = process.settings.model_copy(update={"geocoder_url": outside})
    process._geocoder = make_geocoder(settings, own=process.geocoder.back_ends)
    return process


def test_no_log_holds_what_was_typed(
    visitor: Visitor,
    process: Runtime,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    type_everywhere(visitor)
    written = capfd.readouterr()
    for log in (caplog.text, written.out, written.err):
        assert SECRET not in log.casefold()


def test_no_table_holds_what_was_typed(
    visitor: Visitor, process: Runtime, session: Session
) -> None:
    before = holding(session, SECRET)
    assert before, "the street itself is in the table of streets"
    type_everywhere(visitor)
    assert holding(session, SECRET) == before


def test_what_is_remembered_does_not_show_itself(visitor: Visitor, process: Runtime) -> None:
    type_everywhere(visitor)
    shown = [repr(process.geocoder), *map(repr, process.geocoder.back_ends)]
    shown += [repr(value) for one in process.geocoder.back_ends for value in vars(one).values()]
    assert [told for told in shown if SECRET in told.casefold()] == []


def type_everywhere(visitor: Visitor) -> None:
    """Ask each of them at each door, whatever the answer."""
    for typed in TYPED:
        for door in DOORS:
            for more in ({}, {"insee": "93010"}):
                response = visitor.client.get(door, query_string={"q": typed, **more})
                assert response.status_code in (200, 400, 422)


def holding(session: Session, marker: str) -> dict[str, int]:
    """Return how many rows of each table hold a text, in whatever column."""
    names = select(column("tablename")).select_from(table("pg_tables"))
    counts = {}
    # What the application may not even read, it does not write either: a trigger does, and names
    # columns only.
    for name in session.scalars(names.where(column("schemaname") == "public")).all():
        if not session.scalar(select(func.has_table_privilege(name, "SELECT"))):
            continue
        whole_row = cast(literal_column("t"), Text)
        rows = select(func.count()).select_from(table(name).alias("t"))
        counts[name] = session.scalar(rows.where(whole_row.icontains(marker))) or 0
    return {name: rows for name, rows in counts.items() if rows}
