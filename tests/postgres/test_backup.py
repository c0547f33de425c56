"""A backup holds every row, moves between the engines, and a failed restore loses nothing."""

import os
import time
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from psycopg import sql

from directory.cli.first_run import session_on
from directory.cli.worker import PERIODIC, run
from directory.config import Settings
from directory.db import make_engine, make_sessions
from directory.errors import InvalidInput
from directory.postgres import roles
from directory.postgres.backup import back_up, file_name, remove_old
from directory.postgres.geo_schema import Engine
from directory.postgres.restore import read_manifest, restore
from directory.postgres.roles import DatabaseUrls
from tests.factories import place_draft, service_draft, stored
from tests.fixtures.cluster import ThrowawayCluster, throwaway_cluster
from tests.fixtures.presence import require_engine
from tests.places import BONDY

pytestmark = pytest.mark.engine

OTHER: dict[Engine, Engine] = {"postgis": "portable", "portable": "postgis"}

FILL = """
INSERT INTO territory_source (id, name, licence, sha256, loaded_at, communes, approximate)
VALUES (41, E'un nom\\tavec \\\\ et «\\n»', 'LO', '00', '2026-11-17 09:00+00', 2, 0);
INSERT INTO commune (insee_code, name, kind, departement, region, postal_codes,
  latitude, longitude, is_approximate, box, former_codes, former_names)
VALUES ('93010', 'Bondy', 'commune', '93', '11', '{93140}', 48.9022, 2.4828, false,
  NULL, '{}', '{}'),
  ('01001', E'L\\'Abergement', 'commune', '01', '84', '{01400,01401}', NULL, NULL, true,
  '{1.5,2.5}', '{01002}', '{"d''avant"}');
SELECT setval(pg_get_serial_sequence('territory_source', 'id'), 41);
"""


@pytest.fixture(scope="module")
def other_cluster(cluster: ThrowawayCluster) -> Iterator[ThrowawayCluster]:
    """A server of the other engine."""
    other = require_engine(OTHER[cluster.cluster.engine])
    with throwaway_cluster(other) as running:
        yield running


@pytest.fixture
def filled(fresh_database: DatabaseUrls, at: datetime) -> DatabaseUrls:
    """A database with rows, among them awkward ones, and a listing that is found by search."""
    with roles.connect(fresh_database.owner) as connection:
        connection.execute(FILL)
    with session_on(fresh_database.app) as session:
        stored(session, service_draft(place_draft(BONDY), areas=["departement:93"]), at)
    return fresh_database


def rows_of(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of every table, but for the column that each engine makes itself."""
    with roles.connect(url) as connection:
        tables = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            " AND tablename <> 'spatial_ref_sys' ORDER BY 1"
        ).fetchall()
        queries = {
            str(table): sql.SQL("SELECT (to_jsonb(t) - 'loc')::text FROM {} t ORDER BY 1").format(
                sql.Identifier(table)
            )
            for (table,) in tables
        }
        return {table: connection.execute(query).fetchall() for table, query in queries.items()}


def test_a_backup_moves_to_the_other_engine(
    filled: DatabaseUrls, other_cluster: ThrowawayCluster, tmp_path: Path, at: datetime
) -> None:
    file = tmp_path / "backup.zip"
    back_up(filled.backup, file, at=at)
    there = other_cluster.cluster
    restore(there.urls(), file, database="moved", engine=there.engine)
    moved = there.urls("moved")
    assert rows_of(moved.owner) == rows_of(filled.owner)
    with roles.connect(moved.app) as connection:
        new_id = connection.execute(
            "INSERT INTO territory_source (name, licence, sha256, loaded_at, communes, approximate)"
            " VALUES ('', '', '', now(), 0, 0) RETURNING id"
        ).fetchone()
        assert new_id == (42,)
        found = connection.execute(
            "SELECT count(*) FROM search_entry WHERE geo.within(loc, geo.point(%s, %s), 10)",
            [BONDY.longitude, BONDY.latitude],
        ).fetchone()
        assert found == (1,)


def test_restoring_replaces_a_database_that_is_in_use(
    filled: DatabaseUrls, cluster: ThrowawayCluster, tmp_path: Path, at: datetime
) -> None:
    file = tmp_path / "backup.zip"
    back_up(filled.backup, file, at=at)
    before = rows_of(filled.owner)
    name = filled.app.split("@/")[1].split("?")[0]
    with roles.connect(filled.app) as busy:
        busy.execute("DELETE FROM commune")
        restore(cluster.cluster.urls(), file, database=name, engine=cluster.cluster.engine)
    assert rows_of(filled.owner) == before


def test_foreign_keys_and_triggers_are_back_after_a_restore(
    filled: DatabaseUrls, cluster: ThrowawayCluster, tmp_path: Path, at: datetime
) -> None:
    definitions = "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint"
    file = tmp_path / "backup.zip"
    back_up(filled.backup, file, at=at)
    restore(cluster.cluster.urls(), file, database="keys", engine=cluster.cluster.engine)
    with (
        roles.connect(filled.owner) as before,
        roles.connect(cluster.cluster.url(roles.OWNER, "keys")) as after,
    ):
        assert sorted(after.execute(definitions)) == sorted(before.execute(definitions))
        disabled = after.execute("SELECT count(*) FROM pg_trigger WHERE tgenabled = 'D'")
        assert disabled.fetchone() == (0,)


def test_the_search_index_is_rebuilt_before_the_swap(
    filled: DatabaseUrls, cluster: ThrowawayCluster, tmp_path: Path, at: datetime
) -> None:
    file = tmp_path / "backup.zip"
    back_up(filled.backup, file, at=at)
    called: list[str] = []
    restore(
        cluster.cluster.urls(),
        file,
        database="indexed",
        engine=cluster.cluster.engine,
        reindex=called.append,
    )
    assert len(called) == 1
    assert "fanal_owner" in called[0]


@pytest.mark.parametrize("damage", ["cut", "text", "rows", "missing"])
def test_a_damaged_file_changes_nothing(
    damage: str,
    filled: DatabaseUrls,
    cluster: ThrowawayCluster,
    tmp_path: Path,
    at: datetime,
) -> None:
    file = tmp_path / "backup.zip"
    back_up(filled.backup, file, at=at)
    damaged(file, damage)
    name = filled.app.split("@/")[1].split("?")[0]
    before = rows_of(filled.owner)
    with pytest.raises(InvalidInput, match="sauvegarde"):
        restore(cluster.cluster.urls(), file, database=name, engine=cluster.cluster.engine)
    assert rows_of(filled.owner) == before
    with roles.connect(filled.superuser) as connection:
        left = connection.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{name}_%"]
        )
        assert left.fetchall() == []


def damaged(file: Path, damage: str) -> None:
    """Spoil a backup in one way."""
    if damage == "cut":
        file.write_bytes(file.read_bytes()[:-200])
    elif damage == "text":
        file.write_text("pas une sauvegarde")
    else:
        with zipfile.ZipFile(file) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        if damage == "missing":
            del parts["data/public.commune.copy"]
        else:
            parts["data/public.commune.copy"] = b"x\ty\n"
        with zipfile.ZipFile(file, "w") as archive:
            for name, content in parts.items():
                archive.writestr(name, content)


def test_a_backup_of_a_newer_version_is_refused(
    filled: DatabaseUrls, cluster: ThrowawayCluster, tmp_path: Path, at: datetime
) -> None:
    with roles.connect(filled.owner) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    file = tmp_path / "backup.zip"
    back_up(filled.backup, file, at=at)
    with pytest.raises(InvalidInput, match="plus récente"):
        restore(cluster.cluster.urls(), file, database="newer", engine=cluster.cluster.engine)


def test_a_backup_says_what_it_holds_and_only_its_owner_reads_it(
    filled: DatabaseUrls, tmp_path: Path, at: datetime
) -> None:
    file = tmp_path / file_name(at)
    manifest = back_up(filled.backup, file, at=at)
    assert file.name == "fanal-20261117-100000.zip"
    assert file.stat().st_mode & 0o777 == 0o600
    assert read_manifest(file) == manifest
    held = {table.name: table for table in manifest.tables}
    assert held["commune"].rows == 2
    assert "loc" not in held["search_entry"].columns
    assert not {"spatial_ref_sys", "alembic_version"} & set(held)


def aged(folder: Path, name: str, days: int) -> None:
    """Put a file that is so many days old into a folder."""
    folder.mkdir(exist_ok=True)
    (folder / name).touch()
    os.utime(folder / name, (0, time.time() - days * 86_400))


def test_old_backups_are_deleted_and_other_files_stay(tmp_path: Path) -> None:
    for name, days in (
        ("fanal-1.zip", 31),
        ("fanal-2.zip", 29),
        ("fanal-3.zip.part", 31),
        ("mine.zip", 400),
    ):
        aged(tmp_path, name, days)
    removed = remove_old(tmp_path, keep_days=30, at=datetime.now(UTC))
    assert [path.name for path in removed] == ["fanal-1.zip", "fanal-3.zip.part"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["fanal-2.zip", "mine.zip"]


def test_the_worker_deletes_old_backups_by_the_day_people_are_told(
    fresh_database: DatabaseUrls, tmp_path: Path
) -> None:
    settings = Settings(data_dir=tmp_path, backup_keep_days=30)
    engine = make_engine(fresh_database.worker)
    (task,) = (each for each in PERIODIC if each.name == "forget_old_backups")
    assert run(make_sessions(engine), task, settings=settings)
    for name, days in (("fanal-1.zip", 31), ("fanal-2.zip", 29)):
        aged(tmp_path / "backups", name, days)

    assert run(make_sessions(engine), task, settings=settings)

    assert [path.name for path in (tmp_path / "backups").iterdir()] == ["fanal-2.zip"]
    assert task.every_s <= 86_400
    engine.dispose()
