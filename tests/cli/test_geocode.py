"""`fanal geocode`, as an operator runs it: on a database, with and without loaded streets."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from directory.cli import main
from directory.geocoding.models import GeocodedAddress
from directory.postgres.roles import DatabaseUrls
from directory.territories.actions import replace_communes
from directory.territories.sources import Source
from tests.addresses.factories import store_streets
from tests.geocoding.server import found, serving
from tests.territories.places import SOME_COMMUNES

Run = Callable[..., Result]

CONTENT = """adresse;code_postal;commune
12 rue de Verdun;93140;Bondy
13 rue de Verdun;93140;Bondy
1 rue Perdue;93140;Bondy
1 rue de Rivoli;75018;Paris
;;
"""


@pytest.fixture
def base(fresh_database: DatabaseUrls, monkeypatch: pytest.MonkeyPatch) -> DatabaseUrls:
    """A database with communes, found by DATABASE_URL, and no outside service."""
    monkeypatch.setenv("DATABASE_URL", fresh_database.app)
    monkeypatch.setenv("FANAL_GEOCODER_URL", "")
    monkeypatch.setenv("COLUMNS", "200")
    with Session(create_engine(fresh_database.owner, poolclass=NullPool)) as session:
        source = Source("some communes", "test", "0" * 64)
        replace_communes(session, SOME_COMMUNES, source=source, at=datetime.now(UTC))
        session.commit()
    return fresh_database


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "liste.csv"
    path.write_text(CONTENT, encoding="utf-8")
    return path


def load_streets(base: DatabaseUrls) -> None:
    with Session(create_engine(base.owner, poolclass=NullPool)) as session:
        store_streets(session, "93010", "93140", "Bondy", {"Rue de Verdun": ["12", "14"]})
        session.commit()


def fanal(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["geocode", *map(str, arguments)])


def reasons(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0].split(";")[7] == "reason"
    return [line.split(";")[7] for line in lines[1:]]


def test_a_list_is_placed_from_the_loaded_streets(base: DatabaseUrls, file: Path) -> None:
    load_streets(base)
    done = fanal(file)
    assert done.exit_code == 0, done.output
    assert "Colonnes lues : adresse « adresse », code postal « code_postal »" in done.output
    assert reasons(file.with_name("liste-positions.csv")) == [
        "numéro trouvé",
        "numéro absent : numéro le plus proche",
        "rue non trouvée : centre de la commune",
        "aucune adresse chargée pour cette commune : centre de la commune",
        "adresse vide",
    ]
    for told in ("1 au numéro", "1 à la rue", "2 au centre", "0 à vérifier", "1 sans position"):
        assert told in done.output
    assert file.read_text(encoding="utf-8") == CONTENT


def test_without_any_street_the_communes_answer_and_it_is_said(
    base: DatabaseUrls, file: Path, tmp_path: Path
) -> None:
    output = tmp_path / "positions.csv"
    done = fanal(file, "-o", output)
    assert done.exit_code == 0, done.output
    assert "Aucune adresse n'est chargée" in done.output
    assert len(reasons(output)) == 5
    assert "4 au centre de la commune" in done.output


def test_a_second_run_does_not_write_over_the_first(base: DatabaseUrls, file: Path) -> None:
    assert fanal(file).exit_code == 0
    again = fanal(file)
    assert again.exit_code == 1
    assert "existe déjà" in again.output
    assert fanal(file, "-o", file).exit_code == 1
    assert file.read_text(encoding="utf-8") == CONTENT


def test_nothing_of_a_file_is_kept(base: DatabaseUrls, file: Path) -> None:
    load_streets(base)
    fanal(file)
    with Session(create_engine(base.app, poolclass=NullPool)) as session:
        assert session.scalar(select(func.count()).select_from(GeocodedAddress)) == 0


def test_the_outside_service_is_asked_only_on_demand(
    base: DatabaseUrls, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_streets(base)
    refused = fanal(file, "--online")
    assert refused.exit_code == 1
    assert "FANAL_GEOCODER_URL" in refused.output
    with serving(lambda _path, _asked: found()) as server:
        monkeypatch.setenv("FANAL_GEOCODER_URL", server.url)
        fanal(file, "-o", tmp_path / "sans.csv")
        assert server.asked == []
        fanal(file, "-o", tmp_path / "avec.csv", "--online")
        assert len(server.asked) == 2, "only what our own table does not have"


def test_a_broken_file_is_told_in_sentences(base: DatabaseUrls, tmp_path: Path) -> None:
    file = tmp_path / "liste.csv"
    file.write_bytes("adresse;ville\nx;Créteil\n".encode("cp1252"))
    refused = fanal(file)
    assert refused.exit_code == 1
    assert "Ligne 2 : le texte n'est pas en UTF-8 (colonne « ville »)." in refused.output
    assert "CSV UTF-8" in refused.output
    assert [path.name for path in tmp_path.iterdir()] == ["liste.csv"]


def test_a_column_can_be_named(base: DatabaseUrls, tmp_path: Path) -> None:
    file = tmp_path / "liste.csv"
    file.write_text("lieu,où\nx,12 rue de Verdun 93140 Bondy\n", encoding="utf-8")
    assert "--address" in fanal(file).output
    done = fanal(file, "--address", "où")
    assert done.exit_code == 0, done.output
    assert "lue à la fin de chaque adresse" in done.output
