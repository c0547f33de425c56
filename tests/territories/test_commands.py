"""`fanal territories`, by the door an operator uses."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from directory.cli import main
from directory.geo import Position
from directory.listings.entries import SearchEntry
from directory.postgres.roles import DatabaseUrls
from tests.factories import place_draft, service_draft, stored
from tests.territories.test_files import BONDY, CELLES, LYON_3, csv_file

Run = Callable[..., Result]


@pytest.fixture
def run(fresh_database: DatabaseUrls, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    monkeypatch.setenv("DATABASE_URL", fresh_database.app)
    monkeypatch.setenv("FANAL_MIGRATION_URL", fresh_database.owner)
    monkeypatch.setenv("FANAL_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["territories", *arguments])

    return invoke


@pytest.fixture
def count(fresh_database: DatabaseUrls) -> Callable[[], int]:
    def rows() -> int:
        engine = create_engine(fresh_database.app)
        try:
            with engine.connect() as connection:
                return connection.execute(text("SELECT count(*) FROM commune")).scalar_one()
        finally:
            engine.dispose()

    return rows


def test_a_file_is_imported_then_explained(
    run: Run, count: Callable[[], int], tmp_path: Path
) -> None:
    file = tmp_path / "communes.csv"
    file.write_bytes(csv_file(BONDY, LYON_3, CELLES))
    assert "rien n'a été changé" in run("import", str(file), "--dry-run").output
    assert count() == 0
    done = run("import", str(file))
    assert done.exit_code == 0, done.output
    assert "Ajoutées : 3" in done.output
    assert "inchangées : 3" in run("import", str(file)).output
    assert count() == 3
    shown = run("show", "93140").output
    assert "Bondy (Seine-Saint-Denis)" in shown
    assert "code postal : 93140" in shown


def test_listings_at_the_centre_of_a_commune_follow_it(
    run: Run, fresh_database: DatabaseUrls, tmp_path: Path, at: datetime
) -> None:
    file = tmp_path / "communes.csv"
    file.write_bytes(csv_file(BONDY))
    run("import", str(file))
    engine = create_engine(fresh_database.app)
    with Session(engine) as session:
        (hidden,) = stored(
            session, service_draft(place_draft(Position(48.91, 2.49), privacy="hidden")), at
        )
        (public,) = stored(session, service_draft(place_draft(Position(48.91, 2.49))), at)
        session.commit()

    moved = BONDY.replace("48.904", "48.9111")
    assert moved != BONDY
    file.write_bytes(csv_file(moved))
    assert "modifiées : 1" in run("import", str(file)).output

    with Session(engine) as session:
        latitudes = {id: session.get_one(SearchEntry, id).latitude for id in (hidden, public)}
    engine.dispose()
    assert latitudes == {hidden: 48.9111, public: 48.91}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (csv_file(BONDY, LYON_3, CELLES[:12]), "Ligne 4"),
        (csv_file(BONDY).replace(b"lat,", b"latitude,"), "Il manque ces colonnes : lat"),
        (csv_file(BONDY), "sans doute incomplet"),
    ],
)
def test_a_broken_file_changes_nothing(
    run: Run, count: Callable[[], int], tmp_path: Path, content: bytes, told: str
) -> None:
    file = tmp_path / "communes.csv"
    file.write_bytes(csv_file(BONDY, LYON_3, CELLES))
    assert run("import", str(file)).exit_code == 0
    file.write_bytes(content)
    refused = run("import", str(file))
    assert refused.exit_code == 1
    assert told in refused.output
    assert count() == 3


def test_neither_file_nor_option_is_refused(run: Run) -> None:
    refused = run("import")
    assert refused.exit_code == 1
    assert "--bundled" in refused.output


def test_the_bundled_table_is_loaded_and_measured(
    run: Run, count: Callable[[], int], tmp_path: Path
) -> None:
    assert run("import", "--bundled").exit_code == 0
    assert count() == 35_014
    file = tmp_path / "communes.csv"
    file.write_bytes(csv_file(BONDY))
    assert "écart médian" in run("compare", str(file)).output


def test_an_empty_table_says_how_to_fill_it(run: Run) -> None:
    refused = run("show", "Bondy")
    assert refused.exit_code == 1
    assert "fanal territories import" in refused.output
