"""The real list of August 2024: every row accounted for, and nothing said that it does not say."""

import csv
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pyproj import Geod
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from directory.db import make_engine, make_sessions
from directory.imports.france_services import FranceServices
from directory.imports.pipeline import run
from directory.imports.report import Report
from directory.listings.actions import store_vocabulary
from directory.listings.entries import SearchCard, SearchEntry
from directory.listings.indexing import hours_of
from directory.listings.models import Service, ServiceAtLocation
from directory.opening_hours import State, open_spans, state_at
from directory.postgres import roles
from directory.postgres.roles import DatabaseUrls
from directory.search.criteria import MOST_RADIUS_M, MOST_RESULTS, SearchCriteria
from directory.search.queries import nearest
from directory.territories import Gazetteer
from tests.factories import origin_at
from tests.fixtures.cluster import rolled_back
from tests.places import BY_INSEE

pytestmark = pytest.mark.real_data

AT = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi")
MOBILE = ("Bus_équivalent", "Itinérante")

Row = dict[str, str]


@pytest.fixture(scope="module")
def rows(real_file: Path) -> list[Row]:
    with real_file.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def stored(database: DatabaseUrls) -> Iterator[Session]:
    """One session for the module: the import is the slow part."""
    with rolled_back(database.app) as session:
        store_vocabulary(session)
        yield session


@pytest.fixture(scope="module")
def report(stored: Session, real_france_services: FranceServices, real_file: Path) -> Report:
    return import_again(stored, real_france_services, real_file)


@pytest.fixture(scope="module")
def places(stored: Session, report: Report) -> dict[str, ServiceAtLocation]:
    """Every place by the number of its row."""
    query = select(ServiceAtLocation).options(
        joinedload(ServiceAtLocation.service).joinedload(Service.organization),
        joinedload(ServiceAtLocation.location),
        selectinload(ServiceAtLocation.schedules),
        selectinload(ServiceAtLocation.closures),
        selectinload(ServiceAtLocation.phones),
        selectinload(ServiceAtLocation.contacts),
    )
    found = stored.scalars(query.execution_options(populate_existing=True)).all()
    return {place.source_key: place for place in found}


def import_again(session: Session, importer: FranceServices, file: Path) -> Report:
    return run(session, importer=importer, content=file.read_bytes(), file=file.name, at=AT)


def reasons(report: Report, field: str, words: str) -> list[Any]:
    return [r for r in report.remarks if r.field.startswith(field) and words in r.message]


def test_each_of_the_2845_rows_is_one_place(
    report: Report, rows: list[Row], places: dict[str, ServiceAtLocation]
) -> None:
    assert (report.rows, report.placed, report.refused) == (2845, 2845, 0)
    assert report.is_applied
    assert places.keys() == {row["id_fs"] for row in rows}


def test_a_second_import_changes_no_row(
    stored: Session, report: Report, real_france_services: FranceServices, real_file: Path
) -> None:
    again = import_again(stored, real_france_services, real_file)
    assert again.comparison.to_store == ()
    assert again.comparison.vanished == ()
    assert len(again.comparison.unchanged) == len(report.comparison.created)


def test_the_known_traps_of_the_file_are_all_told(report: Report) -> None:
    assert len(reasons(report, "h_", "vide")) == 75
    assert len(reasons(report, "code_postal", "n'est pas un de ceux")) == 62
    assert len(reasons(report, "insee_com", "n'existe plus")) == 3


def test_twenty_places_at_random_agree_with_the_file(
    rows: list[Row], places: dict[str, ServiceAtLocation]
) -> None:
    for row in random.Random(20240801).sample(rows, 20):
        place = places[row["id_fs"]]
        location = place.location
        assert location is not None
        assert row["lib_fs"] in (place.service.name, location.name)
        assert location.address == row["adresse"]
        assert (location.address_extra or "") == row["complement_adresse"]
        assert (location.postal_code, location.city) == (row["code_postal"], row["lib_com"])
        assert location.insee_code == row["insee_com"]
        assert (location.latitude, location.longitude) == (
            float(row["latitude"]),
            float(row["longitude"]),
        )
        assert [contact.email for contact in place.contacts] == [row["mail"]]
        assert row["commentaire"] in (place.notice or "")
        access = place.conditions.get("access", [])
        assert ("appointment" in access) == (row["prise_rdv"] == "Oui")
        assert not ("walk-in" in access and place.is_home_base)
        national = "".join(char for char in row["telephone"] if char.isdigit())[1:]
        assert [phone.number[-9:] for phone in place.phones] == [national]
        assert place.is_home_base == (row["format_fs"] in MOBILE)
        assert place.source_dated_on == date(2024, 8, 1)
        assert place.verified_at is None
        assert week_of(place) == ({} if place.is_home_base else week_as_written(row))


def week_of(place: ServiceAtLocation) -> dict[int, list[str]]:
    week: dict[int, list[str]] = {}
    for schedule in place.schedules:
        for weekday in schedule.rule["weekdays"]:
            slot = f"{schedule.rule['opens_at']} - {schedule.rule['closes_at']}"
            week.setdefault(weekday, []).append(slot)
    return {day: sorted(slots) for day, slots in week.items()}


def week_as_written(row: Row) -> dict[int, list[str]]:
    """The cells as they are: the twenty of this seed have no doubtful hours."""
    week = {rank: row[f"h_{day}"].split(" / ") for rank, day in enumerate(DAYS, start=1)}
    return {rank: sorted(slots) for rank, slots in week.items() if slots != [""]}


def test_the_163_vehicles_are_never_open(places: dict[str, ServiceAtLocation]) -> None:
    mobile = [place for place in places.values() if place.is_home_base]
    assert len(mobile) == 163
    for place in mobile:
        hours = hours_of(place)
        assert open_spans(hours, AT, AT + timedelta(days=7)) == []
        for hour in range(0, 7 * 24, 5):
            assert state_at(hours, AT + timedelta(hours=hour)).state is State.UNKNOWN
        assert "ne pas s'y rendre sans appeler" in (place.notice or "")


def test_no_vehicle_has_an_open_minute_in_the_index(stored: Session, report: Report) -> None:
    entries = stored.execute(
        select(SearchCard.card, SearchEntry.open_minutes).join(SearchEntry)
    ).all()
    assert len(entries) == 2845
    assert not any(minutes for card, minutes in entries if card["is_home_base"])
    assert all(card["to_verify"] for card, _minutes in entries)
    assert all(card["source"]["dated_on"] == "2024-08-01" for card, _minutes in entries)


def test_nothing_opens_at_midnight_nor_without_hours(
    rows: list[Row], places: dict[str, ServiceAtLocation]
) -> None:
    for row in rows:
        place = places[row["id_fs"]]
        at_midnight = [one.rule for one in place.schedules if one.rule["opens_at"] == "00:00"]
        assert all(rule["is_unknown"] for rule in at_midnight)
        if not any(row[f"h_{day}"] for day in DAYS):
            assert place.opening_mode == "unknown"


def test_comments_limit_the_hours_of_many_places(places: dict[str, ServiceAtLocation]) -> None:
    def having(mark: str) -> int:
        return sum(any(one.rule.get(mark) for one in p.schedules) for p in places.values())

    # Seventeen of the unknown ones have a cell that cannot be read.
    assert (having("by_appointment"), having("is_unknown")) == (175, 104)


def test_no_public_holiday_is_open(places: dict[str, ServiceAtLocation]) -> None:
    christmas = datetime(2026, 12, 25, 0, 0, tzinfo=UTC)
    for place in list(places.values())[::20]:
        assert open_spans(hours_of(place), christmas, christmas + timedelta(hours=20)) == []


def test_every_comment_is_kept(rows: list[Row], places: dict[str, ServiceAtLocation]) -> None:
    for row in rows:
        assert row["commentaire"].strip() in (places[row["id_fs"]].notice or "")


def test_119_places_overseas_keep_their_own_clock(
    rows: list[Row], places: dict[str, ServiceAtLocation]
) -> None:
    overseas = [places[row["id_fs"]] for row in rows if len(row["insee_dep"]) == 3]
    assert len(overseas) == 119
    clocks = {place.location.time_zone for place in overseas if place.location}
    assert "Europe/Paris" not in clocks
    assert len(clocks) == 6


def test_sites_of_a_group_share_one_service(
    rows: list[Row], places: dict[str, ServiceAtLocation]
) -> None:
    groups: dict[tuple[str, str], set[int]] = {}
    for row in rows:
        if row["groupe_fs"]:
            key = (row["insee_dep"], row["groupe_fs"])
            groups.setdefault(key, set()).add(places[row["id_fs"]].service_id)
    assert len(groups) == 52
    assert all(len(services) == 1 for services in groups.values())


def test_a_point_lies_in_its_commune_or_is_that_of_nobody(
    real_gazetteer: Gazetteer, places: dict[str, ServiceAtLocation]
) -> None:
    for place in places.values():
        location = place.location
        assert location is not None
        assert real_gazetteer.by_insee(location.insee_code) is not None
        assert (location.latitude is None) == (location.precision == "municipality")


@pytest.mark.parametrize("insee_code", BY_INSEE)
def test_the_nearest_of_each_place_are_those_of_a_brute_force(
    stored: Session, report: Report, real_gazetteer: Gazetteer, insee_code: str
) -> None:
    centre = BY_INSEE[insee_code]
    every = stored.execute(
        select(SearchEntry.service_at_location_id, SearchEntry.latitude, SearchEntry.longitude)
    ).all()
    ellipsoid = Geod(ellps="WGS84")
    true_order = sorted(
        (round(ellipsoid.inv(centre.longitude, centre.latitude, longitude, latitude)[2] * 1000), id)
        for id, latitude, longitude in every
        if latitude is not None
    )
    criteria = SearchCriteria(
        origin=origin_at(centre, insee_code), radius_m=MOST_RADIUS_M, limit=MOST_RESULTS
    )

    results = nearest(stored, criteria, at=AT, gazetteer=real_gazetteer)

    within = [row for row in true_order if row[0] <= MOST_RADIUS_M * 1000]
    found = [(round((hit.distance_m or 0) * 1000), hit.id) for hit in results.on_site]
    assert found == within[:MOST_RESULTS]
    assert found, "each of these places has a France Services within 50 km"


def test_a_base_where_an_import_was_given_up_takes_the_list_too(
    fresh_database: DatabaseUrls, real_france_services: FranceServices, real_file: Path
) -> None:
    """No statement of an import may take the thirty seconds after which ours are given up."""
    engine = make_engine(fresh_database.app)
    with make_sessions(engine)() as session:
        store_vocabulary(session)
        import_again(session, real_france_services, real_file)
        session.rollback()
        with roles.connect(fresh_database.superuser) as superuser:
            # As the server does by itself: many pages, and nothing that counts in them.
            superuser.execute("ANALYZE")
        store_vocabulary(session)
        report = import_again(session, real_france_services, real_file)
        session.rollback()
    engine.dispose()

    assert report.placed > 2500
