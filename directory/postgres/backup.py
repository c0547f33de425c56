"""A backup: the rows of every table and the migration they are of, in one zip file.

It is written through the driver, not by `pg_dump`: what one version of it writes another cannot
always read, and a container of the web has no client programs. Plain COPY text is read by both
engines; generated columns and what belongs to an extension are left out, each engine makes its own.
"""

import json
import os
import re
import time
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from psycopg import Connection, IsolationLevel, sql
from psycopg.errors import InsufficientPrivilege

from directory.config import Settings
from directory.errors import Unavailable
from directory.i18n import gettext
from directory.postgres import roles
from directory.postgres.addresses import backups_path

_OURS = re.compile(r"fanal-.*\.zip(\.part)?")

FORMAT = 1
MANIFEST = "manifest.json"

# Ordinary tables of ours: not the system's, not an extension's (spatial_ref_sys), not Alembic's.
_TABLES = """
SELECT n.nspname, c.relname, array_agg(a.attname::text ORDER BY a.attnum)
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relkind = 'r' AND c.relpersistence <> 't'
  AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
  AND c.relname <> 'alembic_version'
  AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
  AND NOT EXISTS (SELECT 1 FROM pg_depend d
                  WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
GROUP BY n.nspname, c.relname ORDER BY n.nspname, c.relname
"""

_SEQUENCES = """
SELECT schemaname, sequencename FROM pg_sequences ORDER BY schemaname, sequencename
"""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a backup, and the columns its rows give, in order."""

    schema: str
    name: str
    columns: list[str]
    rows: int = 0

    @property
    def member(self) -> str:
        """Its file in the backup."""
        return f"data/{self.schema}.{self.name}.copy"

    @property
    def identifier(self) -> sql.Identifier:
        """Its quoted name."""
        return sql.Identifier(self.schema, self.name)

    @property
    def column_list(self) -> sql.Composed:
        """Its quoted columns."""
        return sql.SQL(", ").join(map(sql.Identifier, self.columns))


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself."""

    revision: str | None
    engine: str
    made_at: str
    tables: list[Table]
    #: (schema, name, last value, whether it was given out)
    sequences: list[tuple[str, str, int, bool]]

    @property
    def row_count(self) -> int:
        """How many rows there are in all tables."""
        return sum(table.rows for table in self.tables)


def back_up(url: str, target: Path, *, at: datetime) -> Manifest:
    """Write a backup of the database at `url` (the backup role's), as it is at one instant.

    The file appears under its name only when it is complete; only its owner may read it.

    :raise Unavailable: a table hides rows from this role, so the backup would not be whole.
    """
    unfinished = target.with_name(target.name + ".part")
    unfinished.touch(mode=0o600)
    try:
        with roles.connect(url) as connection, zipfile.ZipFile(unfinished, "w") as archive:
            manifest = _write(connection, archive, at)
        unfinished.replace(target)
    except InsufficientPrivilege as error:
        raise Unavailable(
            gettext("Cette sauvegarde ne serait pas complète : des lignes sont cachées à ce rôle."),
            field="FANAL_BACKUP_URL",
            remedy=gettext("Donnez l'adresse de la base pour le rôle « fanal_backup »."),
        ) from error
    finally:
        unfinished.unlink(missing_ok=True)
    return manifest


def remove_old(folder: Path, *, keep_days: int, at: datetime) -> list[Path]:
    """Delete the backups of a folder that are older than `keep_days`, and return them.

    So are those that a crash left unfinished.

    :raise OSError: the folder is there, but not ours to read or to change.
    """
    limit = (at - timedelta(days=keep_days)).timestamp()
    names = sorted(os.listdir(folder)) if folder.exists() else []
    backups = [folder / name for name in names if _OURS.fullmatch(name)]
    old = [path for path in backups if path.stat().st_mtime < limit]
    for path in old:
        path.unlink(missing_ok=True)
    return old


def forget_old(_session: object, *, at: datetime, settings: Settings) -> int:
    """Delete the backups of the data folder whose days are over; return how many.

    The worker does it: people are told the day by which a backup is gone, which must not wait for
    somebody to make another.
    """
    return len(remove_old(backups_path(settings), keep_days=settings.backup_keep_days, at=at))


def file_name(at: datetime) -> str:
    """Return the name of a backup made at an instant."""
    return f"fanal-{at:%Y%m%d-%H%M%S}.zip"


def _write(connection: Connection[Any], archive: zipfile.ZipFile, at: datetime) -> Manifest:
    connection.isolation_level = IsolationLevel.REPEATABLE_READ
    connection.read_only = True
    with connection.transaction():
        # Without this, row-level security would leave rows out without a word.
        connection.execute("SET LOCAL row_security = off")
        connection.execute("SET LOCAL statement_timeout = 0")
        manifest = Manifest(
            revision=_revision(connection),
            engine=roles.engine_of(connection),
            made_at=at.isoformat(),
            tables=[_write_table(connection, archive, table) for table in _tables(connection)],
            sequences=list(_sequences(connection)),
        )
    text = json.dumps({"format": FORMAT, **asdict(manifest)}, indent=1, ensure_ascii=False)
    archive.writestr(MANIFEST, text, zipfile.ZIP_DEFLATED)
    return manifest


def _write_table(connection: Connection[Any], archive: zipfile.ZipFile, table: Table) -> Table:
    query = sql.SQL("COPY (SELECT {} FROM ONLY {}) TO STDOUT").format(
        table.column_list, table.identifier
    )
    member = zipfile.ZipInfo(table.member, date_time=time.gmtime()[:6])
    member.compress_type = zipfile.ZIP_DEFLATED
    with (
        archive.open(member, "w", force_zip64=True) as out,
        connection.cursor() as cursor,
    ):
        with cursor.copy(query) as copy:
            for piece in copy:
                out.write(piece)
        return Table(table.schema, table.name, table.columns, rows=cursor.rowcount)


def _tables(connection: Connection[Any]) -> list[Table]:
    return [Table(*row) for row in connection.execute(_TABLES).fetchall()]


def _sequences(connection: Connection[Any]) -> Iterator[tuple[str, str, int, bool]]:
    for schema, name in connection.execute(_SEQUENCES).fetchall():
        query = sql.SQL("SELECT last_value, is_called FROM {}").format(sql.Identifier(schema, name))
        row = connection.execute(query).fetchone()
        if row is not None:
            yield schema, name, int(row[0]), bool(row[1])


def _revision(connection: Connection[Any]) -> str:
    known = connection.execute("SELECT to_regclass('alembic_version')").fetchone()
    if known is None or known[0] is None:
        raise Unavailable(
            gettext("Cette base de données est vide : il n'y a rien à sauvegarder."),
            remedy=gettext("Préparez-la d'abord : fanal db upgrade."),
        )
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row[0]) if row else ""
