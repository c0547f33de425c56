"""`fanal addresses`, by the door an operator uses."""

import gzip
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from directory.addresses.age import age_label, is_old, known_on
from directory.addresses.models import AddressDepartment
from directory.cli import main
from directory.postgres.roles import DatabaseUrls, connect
from tests.imports.addresses.factories import line, street, write
from tests.imports.addresses.factories import text as file_text
from tests.imports.addresses.server import FileServer, publishing

Run = Callable[..., Result]


@pytest.fixture
def run(fresh_database: DatabaseUrls, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    monkeypatch.setenv("DATABASE_URL", fresh_database.app)
    monkeypatch.setenv("FANAL_MIGRATION_URL", fresh_database.owner)
    monkeypatch.setenv("FANAL_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")

    def invoke(*arguments: str | Path) -> Result:
        return CliRunner().invoke(main, ["addresses", *map(str, arguments)])

    return invoke


@pytest.fixture
def base(fresh_database: DatabaseUrls) -> Iterator[Session]:
    engine = create_engine(fresh_database.app, poolclass=NullPool)
    with Session(engine) as session:
        yield session
    engine.dispose()


def loaded(base: Session) -> dict[str, int]:
    base.rollback()
    departments = base.scalars(select(AddressDepartment))
    return {department.code: department.addresses for department in departments}


def test_a_departement_is_loaded_listed_renewed_and_removed(
    run: Run, base: Session, tmp_path: Path
) -> None:
    nothing = run("list")
    assert nothing.exit_code == 0
    assert "fanal addresses update 93" in nothing.output
    file = write(tmp_path / "adresses-93-2026-11-01.csv.gz", *street(30))
    done = run("import", file)
    assert done.exit_code == 0, done.output
    assert "Seine-Saint-Denis (93)" in done.output
    listed = run("list").output
    assert "2026-11-01" in listed
    assert "Seine-Saint-Denis" in listed
    assert loaded(base) == {"93": 30}
    same = run("import", file)
    assert same.exit_code == 0
    assert "identique" in same.output
    edition = base.scalar(select(AddressDepartment.edition))
    assert "identique" not in run("import", file, "--again").output
    base.rollback()
    assert base.scalar(select(AddressDepartment.edition)) != edition
    removed = run("remove", "93")
    assert "Retiré : Seine-Saint-Denis (93), 30 adresses." in removed.output
    assert loaded(base) == {}
    assert run("remove", "93").exit_code == 1


def test_a_refused_file_leaves_the_others_and_fails_the_command(
    run: Run, base: Session, tmp_path: Path
) -> None:
    mixed = write(tmp_path / "mixed.csv", line(), line(code_insee="75118"))
    cut = tmp_path / "cut.csv.gz"
    cut.write_bytes(gzip.compress(file_text(*street(100)).encode())[:-20])
    paris = write(tmp_path / "paris.csv", line(code_insee="75118", lon=2.34))
    done = run("import", mixed, cut, tmp_path / "absent.csv", tmp_path, paris)
    assert done.exit_code == 1
    assert loaded(base) == {"75": 1}
    for said in (
        "Rien n'a changé : mixed.csv",
        "Ligne 3 : la commune 75118 est du département 75",
        "Donnez un fichier par département.",
        "Rien n'a changé : cut.csv.gz",
        "tronqué",
        "Rien n'a changé : absent.csv",
        "paris.csv : Paris (75)",
    ):
        assert said in done.output


def test_refused_rows_are_told_by_reason_and_a_small_file_is_kept_out(
    run: Run, base: Session, tmp_path: Path
) -> None:
    rows = [*street(300), *(line(numero=n, lat="") for n in range(400, 413))]
    done = run("import", write(tmp_path / "adresses-93.csv", *rows))
    assert "Il manque un nombre décimal, avec un point." in done.output
    assert "13" in done.output
    assert "et 3 autres lignes refusées" in done.output
    fewer = write(tmp_path / "fewer.csv", *street(200))
    assert "--accept-fewer" in run("import", fewer).output
    assert loaded(base) == {"93": 300}
    assert run("import", fewer, "--accept-fewer").exit_code == 0
    assert loaded(base) == {"93": 200}


def test_a_departement_is_fetched_and_loaded(
    run: Run, base: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = gzip.compress(file_text(*street(30)).encode())
    headers = {"Last-Modified": "Sun, 01 Nov 2026 04:00:00 GMT"}
    with publishing(FileServer(content, headers)) as files:
        monkeypatch.setenv("FANAL_ADDRESSES_URL", f"{files.url}/latest/csv/")
        assert "fanal addresses update 93 75" in run("update").output
        done = run("update", "93", "93")
        assert done.exit_code == 0, done.output
        assert len(files.ranges) == 1
        assert "identique" in run("update").output
        wrong = run("update", "93", "--sha256", "0" * 64)
        assert wrong.exit_code == 1
        assert "somme de contrôle" in wrong.output
        assert run("update", "93", "75", "--sha256", "0" * 64).exit_code == 1
        assert "n'est pas un département" in run("update", "2B", "96").output
    assert loaded(base) == {"93": 30}
    assert base.scalar(select(AddressDepartment.source_dated_on)) == date(2026, 11, 1)
    assert list((tmp_path / "downloads").glob("*.gz")) == []
    unreached = run("update", "93")
    assert unreached.exit_code == 1
    assert "fanal addresses import FICHIER" in unreached.output
    assert loaded(base) == {"93": 30}


def test_an_import_that_is_killed_leaves_the_old_edition(
    run: Run, base: Session, fresh_database: DatabaseUrls, tmp_path: Path
) -> None:
    assert run("import", write(tmp_path / "adresses-93.csv", *street(30))).exit_code == 0
    rows = [row for n in range(1_500) for row in street(40, nom_voie=f"Rue {n}")]
    large = write(tmp_path / "large.csv", *rows)
    command = [sys.executable, "-m", "directory.cli", "addresses", "import", str(large)]
    under_way = (
        "SELECT 1 FROM pg_stat_activity"
        " WHERE query LIKE 'COPY incoming%' AND datname = current_database()"
    )
    with (
        connect(fresh_database.superuser) as watcher,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process,
    ):
        while not watcher.execute(under_way).fetchone():
            assert process.poll() is None, process.communicate()[0]
        process.kill()
    assert loaded(base) == {"93": 30}
    done = run("import", large)
    assert done.exit_code == 0, done.output
    assert loaded(base) == {"93": 60_000}


def test_the_age_is_told_in_days_then_months() -> None:
    today = date(2026, 11, 17)
    days = [today - timedelta(days=age) for age in (-2, 0, 1, 45, 70, 400)]
    labels = [age_label(day, today) for day in days]
    assert labels == ["aujourd'hui", "aujourd'hui", "1 jour", "45 jours", "2 mois", "13 mois"]
    assert [is_old(today - timedelta(days=age), today) for age in (182, 183)] == [False, True]


def test_data_of_an_unknown_day_are_as_old_as_their_load() -> None:
    at = datetime(2026, 11, 17, 9, tzinfo=UTC)
    department = AddressDepartment(code="93", source_dated_on=None, imported_at=at)
    assert known_on(department) == date(2026, 11, 17)
    department.source_dated_on = date(2022, 5, 1)
    assert known_on(department) == date(2022, 5, 1)
