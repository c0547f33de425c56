"""A département is replaced as a whole: what is kept of it, and what others see meanwhile."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import psycopg
import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from directory.addresses.actions import hold_department, remove_department, replace_department
from directory.addresses.incoming import (
    IncomingAddress,
    IncomingStreet,
    Replacement,
    SourceFile,
)
from directory.addresses.loaded import loaded_departments, loaded_sha256
from directory.addresses.models import Address, AddressDepartment, Street
from directory.db import make_engine
from directory.errors import Conflict, InvalidInput, NotFound
from directory.postgres.roles import DatabaseUrls, connect

pytestmark = pytest.mark.engine

FILE = SourceFile("adresses-93.csv.gz", date(2026, 11, 1), "a" * 64)


@dataclass
class Some:
    """A few streets of Bondy and their rows."""

    rows: list[IncomingAddress]
    names: tuple[str, ...] = ("Rue de Verdun",)
    refused: int = 0
    streets: list[IncomingStreet] = field(init=False)

    def __post_init__(self) -> None:
        self.streets = [
            IncomingStreet(
                rank, "93010", "93010", "93140", "Bondy", None, None, name, name.lower(), False
            )
            for rank, name in enumerate(self.names)
        ]

    def __iter__(self) -> Iterator[IncomingAddress]:
        return iter(self.rows)


def row(
    number: int | None,
    *,
    street: int = 0,
    repetition: str = "",
    choice: int = 0,
    id: str | None = None,
    at: float = 0.0,
) -> IncomingAddress:
    """Return a row `at` degrees east of the beginning of a street that runs east."""
    known_as = id or f"93010_{street}_{number}{repetition}_{at}"
    return IncomingAddress(street, number, repetition, choice, known_as, 2.48 + at, 48.9)


def put(session: Session, incoming: Some, at: datetime, **more: bool) -> Replacement:
    return replace_department(session, code="93", incoming=incoming, source=FILE, at=at, **more)


def numbers(session: Session) -> list[tuple[int, str, float]]:
    query = select(Address.number, Address.repetition, Address.longitude).order_by(
        Address.street_id, Address.number, Address.repetition
    )
    return [
        (number, repetition, round(east - 2.48, 6))
        for number, repetition, east in session.execute(query)
    ]


def test_a_departement_is_loaded_with_where_it_comes_from(session: Session, at: datetime) -> None:
    done = put(session, Some([row(1), row(2, at=0.001)], refused=3), at)
    assert done == Replacement(streets=1, addresses=2, doubled=0)
    (department,) = loaded_departments(session)
    assert (department.code, department.source, department.source_dated_on) == (
        "93", "adresses-93.csv.gz", date(2026, 11, 1)
    )  # fmt: skip
    assert (department.streets, department.addresses, department.refused) == (1, 2, 3)
    assert department.imported_at == at
    assert loaded_sha256(session, "93") == "a" * 64
    assert loaded_sha256(session, "75") is None


def test_one_number_is_kept_once_its_entrance_first_then_the_lowest_id(
    session: Session, at: datetime
) -> None:
    rows = [
        row(1, choice=5, id="a", at=0.001),
        row(1, choice=0, id="c", at=0.002),
        row(1, choice=0, id="b", at=0.003),
        row(1, repetition="bis", id="d", at=0.004),
    ]
    assert put(session, Some(rows), at).doubled == 2
    assert numbers(session) == [(1, "", 0.003), (1, "bis", 0.004)]


def test_one_id_is_one_address(session: Session, at: datetime) -> None:
    rows = [row(1, id="same", at=0.001), row(1, id="same", at=0.001), row(2, id="same", choice=5)]
    assert put(session, Some(rows), at) == Replacement(streets=1, addresses=1, doubled=2)
    assert numbers(session) == [(1, "", 0.001)]


def test_the_order_of_the_rows_is_no_matter(session: Session, at: datetime) -> None:
    rows = [row(n, choice=n % 3, id=str(n % 5), at=n / 1000) for n in range(1, 12)]
    put(session, Some(rows), at)
    first = numbers(session)
    put(session, Some(rows[::-1]), at, accept_fewer=True)
    assert numbers(session) == first


def test_a_street_stands_where_its_middle_address_does(session: Session, at: datetime) -> None:
    put(session, Some([row(n, at=n / 1000) for n in (1, 2, 3, 4, 90)]), at)
    # The mean is at 0.020: number 4 is the nearest to it, not the middle one of the five.
    assert round(session.scalars(select(Street.longitude)).one() - 2.48, 6) == 0.004


def test_points_without_a_number_place_only_a_street_that_has_none(
    session: Session, at: datetime
) -> None:
    rows = [row(1), row(None, at=0.009), row(None, street=1, at=0.005)]
    names = ("Rue de Verdun", "Le Bourg", "Rue sans adresse")
    assert put(session, Some(rows, names), at) == Replacement(streets=2, addresses=1, doubled=0)
    places = session.execute(select(Street.name, Street.longitude).order_by(Street.id)).all()
    assert [(name, round(east - 2.48, 6)) for name, east in places] == [
        ("Rue de Verdun", 0.0),
        ("Le Bourg", 0.005),
    ]


def test_another_edition_leaves_nothing_of_the_first(session: Session, at: datetime) -> None:
    put(session, Some([row(1), row(2)]), at)
    before = loaded_departments(session)[0].edition
    put(session, Some([row(8), row(9)], ("Rue Neuve",)), at + timedelta(days=30))
    assert session.scalars(select(Street.name)).all() == ["Rue Neuve"]
    assert [number for number, *_ in numbers(session)] == [8, 9]
    assert loaded_departments(session)[0].edition > before


def test_the_edition_grows_even_within_one_instant(session: Session, at: datetime) -> None:
    editions = []
    for _ in range(3):
        put(session, Some([row(1)]), at)
        editions.append(loaded_departments(session)[0].edition)
    remove_department(session, code="93")
    put(session, Some([row(1)]), at + timedelta(seconds=1))
    editions.append(loaded_departments(session)[0].edition)
    assert editions == sorted(set(editions))


def test_a_file_with_far_fewer_addresses_is_refused_unless_it_is_accepted(
    session: Session, at: datetime
) -> None:
    put(session, Some([row(n) for n in range(1, 101)]), at)
    fewer = Some([row(n) for n in range(1, 90)])
    with pytest.raises(Conflict, match="incomplet") as refusal, session.begin_nested():
        put(session, fewer, at)
    assert "--accept-fewer" in str(refusal.value.remedy)
    assert len(numbers(session)) == 100
    put(session, fewer, at, accept_fewer=True)
    assert len(numbers(session)) == 89
    put(session, Some([row(n) for n in range(1, 82)]), at)
    assert len(numbers(session)) == 81


def test_a_removed_departement_is_gone_and_the_others_stay(session: Session, at: datetime) -> None:
    put(session, Some([row(1)]), at)
    replace_department(session, code="75", incoming=Some([row(2)]), source=FILE, at=at)
    assert remove_department(session, code="93").addresses == 1
    assert [department.code for department in loaded_departments(session)] == ["75"]
    assert [number for number, *_ in numbers(session)] == [2]
    with pytest.raises(NotFound):
        remove_department(session, code="93")


class Interrupted(Some):
    """Rows that end in an error, after a look at what others see."""

    def __init__(self, url: str) -> None:
        super().__init__([row(7)])
        self.url = url
        self.seen: list[int] = []

    def __iter__(self) -> Iterator[IncomingAddress]:
        yield from self.rows
        self.seen = numbers_seen(self.url)
        raise InvalidInput("cut")


def numbers_seen(url: str) -> list[int]:
    """Return the numbers that another connection sees."""
    with connect(url) as connection:
        return [number for (number,) in connection.execute("SELECT number FROM address").fetchall()]


def test_others_see_the_old_edition_until_the_new_one_is_whole(
    fresh_database: DatabaseUrls, at: datetime
) -> None:
    engine = make_engine(fresh_database.owner, pool_size=1)
    with Session(engine) as session:
        put(session, Some([row(1)]), at)
        session.commit()
        incoming = Interrupted(fresh_database.app)
        with pytest.raises(InvalidInput):
            put(session, incoming, at)
        assert incoming.seen == [1]
        session.rollback()
        assert numbers_seen(fresh_database.app) == [1]
        put(session, Some([row(2)]), at)
        assert numbers_seen(fresh_database.app) == [1]
        session.commit()
        assert numbers_seen(fresh_database.app) == [2]
    engine.dispose()


def test_an_import_whose_server_process_is_killed_leaves_the_old_edition(
    fresh_database: DatabaseUrls, at: datetime
) -> None:
    class Killed(Some):
        def __iter__(self) -> Iterator[IncomingAddress]:
            yield from self.rows
            with connect(fresh_database.superuser) as connection:
                connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE query LIKE 'COPY incoming%' AND datname = current_database()"
                )
            yield from self.rows * 100_000

    engine = make_engine(fresh_database.owner, pool_size=1)
    with Session(engine) as session:
        put(session, Some([row(1)]), at)
        session.commit()
        with pytest.raises(psycopg.OperationalError):
            put(session, Killed([row(7)]), at)
        session.invalidate()
    assert numbers_seen(fresh_database.app) == [1]
    with Session(engine) as session:
        put(session, Some([row(2)]), at)
        session.commit()
    assert numbers_seen(fresh_database.app) == [2]
    engine.dispose()


def test_two_imports_of_one_departement_take_turns(
    fresh_database: DatabaseUrls, at: datetime
) -> None:
    engine = make_engine(fresh_database.owner, pool_size=2)
    second = threading.Thread(target=lambda: _put_and_commit(engine, Some([row(2)]), at))
    with Session(engine) as first:
        put(first, Some([row(1)]), at)
        with Session(engine) as other:
            assert not hold_department(other, "93", patiently=False)
            assert hold_department(other, "75", patiently=False)
        second.start()
        second.join(0.3)
        assert second.is_alive()
        first.commit()
    second.join(30)
    assert not second.is_alive()
    assert numbers_seen(fresh_database.app) == [2]
    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(AddressDepartment)) == 1
    engine.dispose()


def _put_and_commit(engine: Engine, incoming: Some, at: datetime) -> None:
    with Session(engine) as session:
        put(session, incoming, at)
        session.commit()
