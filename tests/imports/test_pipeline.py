"""Read → map → compare → apply: all or nothing, twice the same is nothing, doubt stops it."""

import csv
from datetime import date, datetime
from pathlib import Path

import pytest
from rich.console import Console
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.errors import Conflict
from directory.imports.france_services import FranceServices
from directory.imports.pipeline import Options, lock_source, run
from directory.imports.report import Report
from directory.listings.entries import SearchEntry
from directory.listings.models import Location, Provenance, Service, ServiceAtLocation
from directory.listings.vocabulary import BY_CODE
from directory.postgres.roles import DatabaseUrls
from directory.territories import Gazetteer
from tests.fixtures.cluster import rolled_back

NAME = "france_services_2024-08-01.csv"


class Importing:
    """One list, imported again and again."""

    def __init__(self, session: Session, importer: FranceServices, at: datetime) -> None:
        self.session, self.importer, self.at = session, importer, at

    def __call__(self, content: bytes, **options: bool) -> Report:
        return run(
            self.session,
            importer=self.importer,
            content=content,
            file=NAME,
            at=self.at,
            options=Options(**options),
        )

    def count(self, model: type[Provenance] | type[SearchEntry]) -> int:
        return self.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.fixture
def importing(
    session_with_words: Session, invented_importer: FranceServices, at: datetime
) -> Importing:
    return Importing(session_with_words, invented_importer, at)


def many(content: bytes, count: int) -> bytes:
    """The first row of the list so many times, each with a number and name of its own."""
    header, row = content.decode().splitlines()[:2]
    rows = [
        row.replace('"900001"', f'"{number}"').replace("de Bondy", f"numéro {number}")
        for number in range(1, count + 1)
    ]
    return "\n".join([header, *rows, ""]).encode()


def test_the_whole_list_is_stored_and_found(importing: Importing, invented_content: bytes) -> None:
    report = importing(invented_content)
    assert (report.rows, report.placed, report.refused) == (18, 17, 1)
    assert len(report.comparison.created) == importing.count(Service) == 15
    assert importing.count(ServiceAtLocation) == importing.count(SearchEntry) == 17
    assert report.is_applied


def test_a_second_import_changes_nothing(importing: Importing, invented_content: bytes) -> None:
    importing(invented_content)
    before = importing.session.scalars(select(Service.source_hash).order_by(Service.id)).all()
    again = importing(invented_content)
    assert again.comparison.to_store == ()
    assert len(again.comparison.unchanged) == 15
    after = importing.session.scalars(select(Service.source_hash).order_by(Service.id)).all()
    assert before == after


def test_two_imports_of_one_source_do_not_run_together(
    importing: Importing, database: DatabaseUrls, invented_content: bytes
) -> None:
    with rolled_back(database.app) as other:
        lock_source(other, importing.importer.source)
        with pytest.raises(Conflict, match="en cours"):
            importing(invented_content)
    assert importing(invented_content).is_applied


def test_a_dry_run_writes_nothing_and_says_the_same(
    importing: Importing, invented_content: bytes
) -> None:
    dry = importing(invented_content, is_dry_run=True)
    assert (importing.count(Service), importing.count(Location)) == (0, 0)
    assert not dry.is_applied
    done = importing(invented_content)
    assert dry.remarks == done.remarks
    assert len(dry.comparison.created) == len(done.comparison.created)


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"\0",
        b'"id_fs"\n"1"\n',
        "cut",
    ],
)
def test_a_broken_file_changes_nothing_and_is_told(
    importing: Importing, invented_content: bytes, broken: bytes | str
) -> None:
    importing(invented_content)
    content = broken if isinstance(broken, bytes) else invented_content[:-30]
    report = importing(content)
    assert report.obstacle is not None
    assert report.obstacle.remedy
    assert importing.count(Service) == 15


def test_what_a_person_changed_here_stays(importing: Importing, invented_content: bytes) -> None:
    importing(invented_content)
    service = importing.session.scalars(select(Service).where(Service.source_key == "900001")).one()
    service.name = "Le bon nom"
    service.overridden_fields = ["name"]
    importing.session.flush()
    changed = invented_content.replace(b"Exemple de Bondy", b"Exemple de Bondy-Nord")
    assert len(importing(changed).comparison.changed) == 1
    importing.session.refresh(service)
    assert service.name == "Le bon nom"
    assert service.conditions["welcome"] == "unconditional"


def test_a_newer_date_alone_is_no_change_to_look_at(
    importing: Importing, invented_gazetteer: Gazetteer, invented_content: bytes
) -> None:
    importing(invented_content)
    importing.importer = FranceServices(invented_gazetteer, date(2024, 9, 1))
    report = importing(invented_content)
    assert len(report.comparison.redated) == 15
    assert report.comparison.changed == ()
    assert report.is_applied
    dates = importing.session.scalars(select(Service.source_dated_on).distinct()).all()
    assert dates == [date(2024, 9, 1)]


def test_a_file_that_changes_too_much_waits_for_a_person(
    importing: Importing, invented_content: bytes
) -> None:
    content = many(invented_content, 100)
    importing(content)
    six = content
    for number in range(1, 7):
        six = six.replace(f'numéro {number}"'.encode(), f'numéro {number} bis"'.encode())
    report = importing(six)
    assert report.obstacle is not None
    assert "--accept-changes" in report.obstacle.remedy
    assert importing(content).comparison.to_store == ()
    accepted = importing(six, accept_changes=True)
    assert accepted.is_applied
    assert len(accepted.comparison.changed) == 6


def test_five_changes_in_a_hundred_pass(importing: Importing, invented_content: bytes) -> None:
    content = many(invented_content, 100)
    importing(content)
    five = content
    for number in range(1, 6):
        five = five.replace(f'numéro {number}"'.encode(), f'numéro {number} bis"'.encode())
    assert importing(five).is_applied


def test_a_list_that_lost_its_end_is_stopped(importing: Importing, invented_content: bytes) -> None:
    content = many(invented_content, 100)
    importing(content)
    half = b"\n".join(content.split(b"\n")[:51]) + b"\n"
    report = importing(half)
    assert report.obstacle is not None
    assert len(report.comparison.vanished) == 50
    assert len({r.value for r in report.remarks if r.field == "key"}) == 50


def test_what_vanished_is_closed_only_when_asked(
    importing: Importing, invented_content: bytes
) -> None:
    content = many(invented_content, 100)
    importing(content)
    without_last = content.rsplit(b"\n", 2)[0] + b"\n"
    kept = importing(without_last)
    assert kept.is_applied
    assert importing.count(SearchEntry) == 100
    importing(without_last, withdraw_missing=True)
    assert importing.count(SearchEntry) == 99
    back = importing(content)
    assert len(back.comparison.changed) == 1
    assert importing.count(SearchEntry) == 100


def test_a_draft_that_cannot_be_stored_stops_all_of_it(
    importing: Importing, invented_content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(BY_CODE, "france-services")
    report = importing(invented_content)
    assert report.obstacle is not None
    assert report.obstacle.line == 2
    assert importing.count(Service) == 0


def test_the_report_holds_every_remark_for_a_spreadsheet(
    importing: Importing, invented_content: bytes, tmp_path: Path
) -> None:
    content = invented_content.replace(b'"93000"', b'"=1+1"')
    report = importing(content)
    report.write_csv(tmp_path / "rapport.csv")
    with (tmp_path / "rapport.csv").open(encoding="utf-8-sig", newline="") as file:
        written = list(csv.DictReader(file))
    assert len(written) == len(report.remarks)
    assert {row["file"] for row in written} == {NAME}
    assert "'=1+1" in {row["value"] for row in written}


def test_the_report_prints_brackets_as_they_are(
    importing: Importing, invented_content: bytes, tmp_path: Path
) -> None:
    content = invented_content.replace(b'"93000"', b'"[/red]"')
    console = Console(record=True, width=200, file=(tmp_path / "out").open("w"))
    importing(content).show(console)
    console.file.close()
    printed = console.export_text()
    assert "[/red]" in printed
    assert "Lignes lues" in printed
