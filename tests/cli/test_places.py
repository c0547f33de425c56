"""`fanal places`, as an operator runs it: placed from the tables now loaded, then reviewed."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from directory.cli import main
from directory.listings.entries import SearchEntry
from directory.listings.models import Location, ServiceAtLocation
from directory.postgres.roles import DatabaseUrls
from directory.territories.actions import replace_communes
from directory.territories.sources import Source
from tests.addresses.factories import store_streets
from tests.factories import place_draft, service_draft, stored
from tests.places import BONDY
from tests.territories.places import SOME_COMMUNES

Run = Callable[..., Result]


@pytest.fixture
def base(fresh_database: DatabaseUrls, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    """A database with communes and three addresses without a point, found by DATABASE_URL."""
    monkeypatch.setenv("DATABASE_URL", fresh_database.app)
    monkeypatch.setenv("FANAL_GEOCODER_URL", "")
    monkeypatch.setenv("COLUMNS", "200")
    at = datetime.now(UTC)
    engine = create_engine(fresh_database.app, poolclass=NullPool)
    with Session(engine) as session:
        source = Source("some communes", "test", "0" * 64)
        replace_communes(session, SOME_COMMUNES, source=source, at=at)
        for address in ("12 rue de Verdun", "3 rue Gambeta Vieille [sic]", "1 rue Perdue"):
            draft = place_draft(BONDY, address=address)
            assert draft.location
            location = replace(draft.location, position=None, precision="municipality")
            stored(session, service_draft(replace(draft, location=location)), at)
        session.commit()
        yield session
    engine.dispose()


def fanal(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["places", *arguments])


def load_streets(url: str) -> None:
    engine = create_engine(url, poolclass=NullPool)
    with Session(engine) as session:
        streets = {"Rue de Verdun": ["12"], "Rue Gambetta Vieille": ["3"]}
        store_streets(session, "93010", "93140", "Bondy", streets, near=BONDY)
        session.commit()
    engine.dispose()


def precisions(session: Session) -> dict[str | None, str]:
    session.rollback()
    rows = session.execute(select(Location.address, Location.precision)).all()
    return {row.address: row.precision for row in rows}


def test_without_streets_every_place_stays_at_its_commune(base: Session) -> None:
    done = fanal("geocode")
    assert done.exit_code == 0, done.output
    assert "Lieux cherchés : 3. Trouvés : 0" in done.output
    assert set(precisions(base).values()) == {"municipality"}
    listed = fanal("review").output
    assert "Au centre de la commune : 3" in listed
    assert "[sic]" in listed


def test_streets_loaded_later_place_them_once(base: Session, fresh_database: DatabaseUrls) -> None:
    fanal("geocode")
    load_streets(fresh_database.owner)
    done = fanal("geocode")
    assert done.exit_code == 0, done.output
    assert precisions(base)["12 rue de Verdun"] == "housenumber"
    assert precisions(base)["1 rue Perdue"] == "municipality"
    assert "Déplacés : 0" in fanal("geocode").output
    assert "Déplacés : 0" in fanal("geocode", "--again").output
    assert "1 rue Perdue" in fanal("review").output


def test_the_list_can_be_cut_short(base: Session) -> None:
    assert "2 autres lieux ne sont pas montrés" in fanal("review", "--limit", "1").output


def test_asking_outside_needs_a_service(base: Session) -> None:
    refused = fanal("geocode", "--online")
    assert refused.exit_code == 1
    assert "FANAL_GEOCODER_URL" in refused.output


def test_a_place_put_by_hand_leaves_the_list_for_good(
    base: Session, fresh_database: DatabaseUrls
) -> None:
    page = base.scalars(
        select(ServiceAtLocation.id)
        .join(Location, Location.id == ServiceAtLocation.location_id)
        .where(Location.address == "12 rue de Verdun")
    ).one()
    done = fanal("put", str(page), "48.905", "2.482")
    assert done.exit_code == 0, done.output
    load_streets(fresh_database.owner)
    fanal("geocode", "--again")
    assert precisions(base)["12 rue de Verdun"] == "point"
    assert "12 rue de Verdun" not in fanal("review").output
    entry = base.get_one(SearchEntry, page, populate_existing=True)
    assert (entry.latitude, entry.longitude) == (48.905, 2.482)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("1", "2.482", "48.905"), "La latitude vient d'abord"),
        (("1", "48.905", "-2.482"), "n'est pas dans la commune"),
        (("1", "91", "2"), "n'est pas une coordonnée"),
        (("999999", "48.905", "2.482"), "Aucun lieu n'a ce numéro"),
    ],
)
def test_a_point_that_cannot_be_is_refused(
    base: Session, arguments: tuple[str, ...], words: str
) -> None:
    refused = fanal("put", *arguments)
    assert refused.exit_code == 1
    assert words in refused.output
