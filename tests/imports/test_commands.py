"""`fanal import` and `fanal demo`, as an operator runs them, on a database that commits."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from directory.cli import main
from directory.imports.files import day_of_name
from directory.listings.models import Service
from directory.postgres.roles import DatabaseUrls
from directory.territories import Gazetteer
from directory.territories.actions import replace_communes
from directory.territories.sources import Source


@pytest.fixture
def base(
    fresh_database: DatabaseUrls,
    invented_gazetteer: Gazetteer,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Session]:
    """A production-like base with three communes, that the command finds by DATABASE_URL."""
    monkeypatch.setenv("DATABASE_URL", fresh_database.app)
    monkeypatch.setenv("FANAL_WORKER_URL", fresh_database.worker)
    engine = create_engine(fresh_database.app, poolclass=NullPool)
    with Session(engine) as session:
        source = Source("three communes", "test", "0" * 64)
        replace_communes(session, invented_gazetteer.communes, source=source, at=datetime.now(UTC))
        session.commit()
        yield session
    engine.dispose()


@pytest.fixture
def file(tmp_path: Path, invented_content: bytes) -> Path:
    path = tmp_path / "france_services_2024-08-01.csv"
    path.write_bytes(invented_content)
    return path


def fanal(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def count(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(Service)) or 0


def test_a_file_is_tried_then_taken_then_changes_nothing(
    base: Session, file: Path, tmp_path: Path
) -> None:
    tried = fanal("import", "france-services", file, "--dry-run")
    assert tried.exit_code == 0, tried.output
    assert "À blanc" in tried.output
    assert count(base) == 0
    done = fanal("import", "france-services", file, "--report", tmp_path / "rapport.csv")
    assert done.exit_code == 0, done.output
    assert count(base) == 15
    assert (tmp_path / "rapport.csv").read_text("utf-8-sig").startswith("severity,file,line")
    assert base.scalar(select(Service.source_dated_on).limit(1)) == date(2024, 8, 1)
    again = fanal("import", "france-services", file)
    assert again.exit_code == 0, again.output
    assert count(base) == 15


@pytest.mark.parametrize("content", [b"", b"a;b\n1;2\n", b"\x89PNG\0"])
def test_a_broken_file_fails_the_command_and_leaves_a_report(
    base: Session, tmp_path: Path, content: bytes
) -> None:
    path, report = tmp_path / "liste.csv", tmp_path / "rapport.csv"
    path.write_bytes(content)
    for family in ("france-services", "listings"):
        failed = fanal("import", family, path, "--report", report)
        assert failed.exit_code == 1
        assert "Rien n'a été écrit" in failed.output
        assert "refused" in report.read_text("utf-8-sig")
    assert count(base) == 0


def test_a_missing_file_and_an_impossible_report_are_told(
    base: Session, tmp_path: Path, file: Path
) -> None:
    absent = fanal("import", "listings", tmp_path / "absent.csv")
    assert absent.exit_code == 1
    assert "ne peut pas être ouvert" in absent.output
    nowhere = fanal("import", "france-services", file, "--report", tmp_path / "non" / "r.csv")
    assert nowhere.exit_code == 1
    assert "ne peut pas être écrit" in nowhere.output


def test_invented_listings_are_refused_in_production(base: Session) -> None:
    refused = fanal("demo", "load")
    assert refused.exit_code == 1
    assert "production" in refused.output
    assert count(base) == 0


def test_removing_the_examples_is_harmless_without_any(base: Session) -> None:
    assert fanal("demo", "remove").exit_code == 0


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("france_services_2024-08-01.csv", date(2024, 8, 1)),
        ("france_services_2024-13-01.csv", None),
        ("liste.csv", None),
    ],
)
def test_the_day_of_a_list_is_read_in_its_name(name: str, day: date | None) -> None:
    assert day_of_name(name) == day
