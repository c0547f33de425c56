"""Restoring a backup, on either engine: into a new database, which then takes the old one's place.

The old database is untouched until the new one is complete; a failure leaves nothing behind.
"""

import json
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any
from zlib import error as ZlibError  # noqa: N812 (zlib names its exception in small letters)

import psycopg
from alembic.util.exc import CommandError
from psycopg import Connection, sql

from directory.errors import Conflict, InvalidInput
from directory.i18n import gettext
from directory.postgres import migrate, roles
from directory.postgres.addresses import in_database
from directory.postgres.backup import FORMAT, MANIFEST, Manifest, Table
from directory.postgres.geo_schema import Engine
from directory.postgres.roles import DatabaseUrls

_PIECE = 1 << 20
_MOMENT_S = 0.05

_SEND_AWAY = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s
"""

_FOREIGN_KEYS = """
SELECT conrelid::regclass::text, conname::text, pg_get_constraintdef(oid)
FROM pg_constraint WHERE contype = 'f' AND conparentid = 0 ORDER BY 1, 2
"""


def restore(
    urls: DatabaseUrls,
    source: Path,
    *,
    database: str,
    engine: Engine,
    reindex: Callable[[str], object] | None = None,
) -> Manifest:
    """Replace a database by a backup, brought to this version's migrations.

    `urls` are addresses on the server, whose `superuser` may create databases; `reindex` is
    given the owner's address of the new database before it takes its place.

    :raise InvalidInput: the file is not a whole backup, or of a newer version of Fanal.
    :raise Conflict: the old database cannot be moved away.
    """
    manifest = read_manifest(source)
    new = f"{database}_restored"
    new_urls = in_database(urls, new)
    server = in_database(urls, "postgres").superuser
    _drop(server, new)
    try:
        _create(server, new_urls, new, engine)
        _migrate(new_urls.owner, engine, manifest.revision or "base")
        with roles.connect(new_urls.superuser) as connection:
            _load(connection, source, manifest)
        migrate.upgrade(new_urls.owner, engine=engine)
        if reindex is not None:
            reindex(new_urls.owner)
        _take_place(server, new, database)
    except BaseException:
        _drop(server, new)
        raise
    return manifest


def read_manifest(source: Path) -> Manifest:
    """Return what a backup says of itself.

    :raise InvalidInput: the file is not a backup of ours, or its end is missing.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            said = json.loads(archive.read(MANIFEST))
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise _not_a_backup(source) from error
    if said.pop("format", None) != FORMAT:
        raise _not_a_backup(source)
    said["tables"] = [Table(**table) for table in said["tables"]]
    said["sequences"] = [tuple(sequence) for sequence in said["sequences"]]
    return Manifest(**said)


def _create(server: str, new_urls: DatabaseUrls, name: str, engine: Engine) -> None:
    with roles.connect(server) as connection:
        roles.create_database(connection, name)
    with roles.connect(new_urls.superuser) as connection:
        roles.prepare_database(connection, engine)


def _migrate(owner_url: str, engine: Engine, revision: str) -> None:
    try:
        migrate.upgrade(owner_url, engine=engine, revision=revision)
    except CommandError as error:
        raise InvalidInput(
            gettext("Cette sauvegarde vient d'une version plus récente de Fanal."),
            field="FILE",
            remedy=gettext("Mettez Fanal à jour, puis recommencez."),
        ) from error


def _load(connection: Connection[Any], source: Path, manifest: Manifest) -> None:
    """Load every table in one transaction.

    Foreign keys are taken off and put back, which checks them all at once and needs no order
    among the tables; the tables are emptied first of what migrations put there.
    """
    with connection.transaction(), zipfile.ZipFile(source) as archive:
        connection.execute("SET LOCAL statement_timeout = 0")
        keys = connection.execute(_FOREIGN_KEYS).fetchall()
        for table, name, _definition in keys:
            connection.execute(_alter(table, "DROP CONSTRAINT", name))
        for stored in manifest.tables:
            connection.execute(sql.SQL("TRUNCATE ONLY {}").format(stored.identifier))
            connection.execute(_alter_table(stored, "DISABLE TRIGGER USER"))
        for stored in manifest.tables:
            _load_table(connection, archive, stored)
            connection.execute(_alter_table(stored, "ENABLE TRIGGER USER"))
        for table, name, definition in keys:
            connection.execute(_alter(table, "ADD CONSTRAINT", name, definition))
        _set_sequences(connection, manifest)


def _load_table(connection: Connection[Any], archive: zipfile.ZipFile, table: Table) -> None:
    query = sql.SQL("COPY {} ({}) FROM STDIN").format(table.identifier, table.column_list)
    try:
        with archive.open(table.member) as rows, connection.cursor() as cursor:
            with cursor.copy(query) as copy:
                while piece := rows.read(_PIECE):
                    copy.write(piece)
            loaded = cursor.rowcount
    except (KeyError, EOFError, zipfile.BadZipFile, ZlibError, psycopg.DataError) as error:
        raise _not_a_backup(Path(archive.filename or "")) from error
    if loaded != table.rows:
        raise _not_a_backup(Path(archive.filename or ""))


def _set_sequences(connection: Connection[Any], manifest: Manifest) -> None:
    for schema, name, value, is_called in manifest.sequences:
        connection.execute(
            "SELECT setval(format('%%I.%%I', %s::text, %s::text)::regclass, %s, %s)",
            [schema, name, value, is_called],
        )


def _alter(table: str, action: str, name: str, definition: str = "") -> sql.Composed:
    """Alter a constraint of a table; the catalogue has quoted its name and written the rest."""
    return sql.SQL("ALTER TABLE {} {} {} {}").format(
        sql.SQL(table), sql.SQL(action), sql.Identifier(name), sql.SQL(definition)
    )


def _alter_table(table: Table, action: str) -> sql.Composed:
    return sql.SQL("ALTER TABLE {} {}").format(table.identifier, sql.SQL(action))


def _take_place(server: str, new: str, database: str) -> None:
    """Give the new database the name of the old one, and drop the old one.

    Renaming holds off newcomers, then waits seconds for those who are there to leave: they are sent
    away meanwhile. Sent away before, they would be back in time.
    """
    old = f"{database}_replaced"
    _drop(server, old)
    with roles.connect(server) as connection, ThreadPoolExecutor(1) as thread:
        exchanging = thread.submit(_exchange, server, new, database, old)
        while not exchanging.done():
            connection.execute(_SEND_AWAY, [database])
            wait([exchanging], timeout=_MOMENT_S)
        try:
            exchanging.result()
        except psycopg.errors.ObjectInUse as error:
            raise Conflict(
                gettext("La base de données est encore utilisée : rien n'a été changé."),
                remedy=gettext("Arrêtez Fanal (fanal down), puis recommencez."),
            ) from error
    _drop(server, old)


def _exchange(server: str, new: str, database: str, old: str) -> None:
    with roles.connect(server) as connection, connection.transaction():
        if _exists(connection, database):
            connection.execute(_rename(database, old))
        connection.execute(_rename(new, database))


def _rename(name: str, new_name: str) -> sql.Composed:
    return sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
        sql.Identifier(name), sql.Identifier(new_name)
    )


def _exists(connection: Connection[Any], database: str) -> bool:
    query = "SELECT 1 FROM pg_database WHERE datname = %s"
    return connection.execute(query, [database]).fetchone() is not None


def _drop(server: str, database: str) -> None:
    with roles.connect(server) as connection:
        connection.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database))
        )


def _not_a_backup(source: Path) -> InvalidInput:
    return InvalidInput(
        gettext("Le fichier %(file)s n'est pas une sauvegarde complète.", file=source.name),
        field="FILE",
        remedy=gettext("Donnez un fichier écrit par « fanal db backup »."),
    )
