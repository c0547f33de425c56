"""The France Services list of August 2024, placed by `fanal geocode` against its own points."""

import csv
import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from directory.cli import main
from directory.geo import Position, distance_m
from directory.geocoding.trust import is_near_box
from directory.imports.addresses.pipeline import import_file
from directory.postgres.roles import DatabaseUrls
from directory.territories import Gazetteer
from directory.territories.actions import replace_communes
from directory.territories.sources import Source
from tests.fixtures.cluster import ThrowawayCluster

pytestmark = pytest.mark.real_data

Row = dict[str, str]

NO_STREETS = "aucune adresse chargée pour cette commune : centre de la commune"


@dataclass
class Trial:
    """What the command said, and the rows it wrote."""

    output: str
    rows: list[Row]

    def of(self, insee_code: str) -> list[Row]:
        return [row for row in self.rows if row["insee_com"] == insee_code]


@pytest.fixture(scope="module")
def database_of_france(
    cluster: ThrowawayCluster, real_gazetteer: Gazetteer
) -> Iterator[DatabaseUrls]:
    """All communes, and no address yet."""
    with cluster.short_lived_copy() as urls:
        engine = create_engine(urls.owner, poolclass=NullPool)
        with Session(engine) as session:
            source = Source("communes of 2026", "test", "0" * 64)
            replace_communes(session, real_gazetteer.communes, source=source, at=datetime.now(UTC))
            session.commit()
        yield urls


def geocoded(urls: DatabaseUrls, file: Path, output: Path) -> Trial:
    environment = {"DATABASE_URL": urls.app, "FANAL_GEOCODER_URL": "", "COLUMNS": "200"}
    done = CliRunner().invoke(main, ["geocode", str(file), "-o", str(output)], env=environment)
    assert done.exit_code == 0, done.output
    with output.open(encoding="utf-8", newline="") as written:
        return Trial(done.output, list(csv.DictReader(written)))


@pytest.fixture(scope="module")
def without_streets(
    database_of_france: DatabaseUrls, real_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Trial:
    return geocoded(database_of_france, real_file, tmp_path_factory.mktemp("without") / "out.csv")


@pytest.fixture(scope="module")
def with_bondy(
    without_streets: Trial,
    database_of_france: DatabaseUrls,
    real_file: Path,
    shared_data: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Trial:
    """The same once the addresses of Bondy are loaded."""
    engine = create_engine(database_of_france.owner, poolclass=NullPool)
    with Session(engine) as session:
        bondy = shared_data / "addresses" / "ban_bondy_2022.csv.gz"
        import_file(session, bondy, at=datetime.now(UTC))
        session.commit()
    return geocoded(database_of_france, real_file, tmp_path_factory.mktemp("with") / "out.csv")


def found(row: Row) -> Position:
    return Position(float(row["result_latitude"]), float(row["result_longitude"]))


def gap_m(row: Row) -> int:
    """The distance from the published point to the one found, in metres."""
    published = Position(float(row["latitude"]), float(row["longitude"]))
    return round(distance_m(published, found(row)))


def test_every_row_is_kept_with_its_columns(without_streets: Trial, real_file: Path) -> None:
    with real_file.open(encoding="utf-8-sig", newline="") as file:
        before = list(csv.DictReader(file))
    kept = [{name: row[name] for name in before[0]} for row in without_streets.rows]
    assert kept == before
    assert len(before) == 2845


@pytest.mark.parametrize("name", ["without_streets", "with_bondy"])
def test_none_is_farther_than_its_commune(
    name: str, request: pytest.FixtureRequest, real_gazetteer: Gazetteer
) -> None:
    for row in request.getfixturevalue(name).rows:
        commune = real_gazetteer.by_insee(row["insee_com"])
        assert commune is not None
        assert row["result_latitude"], row["id_fs"]
        assert row["insee_code"] == commune.insee_code
        assert is_near_box(found(row), commune.box)


def test_without_streets_each_is_at_its_centre_and_says_so(without_streets: Trial) -> None:
    assert {row["reason"] for row in without_streets.rows} == {NO_STREETS}
    assert {row["precision"] for row in without_streets.rows} == {"municipality"}
    assert {row["source"] for row in without_streets.rows} == {"communes"}
    assert "Aucune adresse n'est chargée" in without_streets.output


def test_the_centres_are_as_far_as_communes_are_large(without_streets: Trial) -> None:
    """The figures of docs/geocoding.md."""
    gaps_m = sorted(gap_m(row) for row in without_streets.rows)
    assert statistics.median(gaps_m) == 1301
    assert gaps_m[len(gaps_m) * 9 // 10] == 3185
    assert sum(gap > 10_000 for gap in gaps_m) == 20


def test_with_its_streets_bondy_is_found_to_the_number(with_bondy: Trial) -> None:
    others = [row for row in with_bondy.rows if row["insee_com"] != "93010"]
    assert {row["reason"] for row in others} == {NO_STREETS}
    assert {row["label"]: gap_m(row) for row in with_bondy.of("93010")} == {
        "1 Avenue Jean Lebas 93140 Bondy": 0,
        "49 Avenue Carnot 93140 Bondy": 13,
        "162 Route de Villemomble 93140 Bondy": 5,
    }
    assert {row["precision"] for row in with_bondy.of("93010")} == {"housenumber"}
