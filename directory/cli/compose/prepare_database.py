"""Prepare the database of the compose file: its roles with their passwords, and its extensions.

Run by the service `migrate` before `fanal db upgrade`, with the rights of a superuser, which no
other service has. The same functions prepare the private database of `fanal up`.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from psycopg import Connection, sql
from sqlalchemy import URL, make_url

from directory.postgres import roles


def main(folder: Path) -> None:
    """Prepare the database that the secrets of `folder` name; harmless when it is prepared."""
    superuser = make_url((folder / "fanal_admin_url").read_text())
    urls = [
        make_url((folder / name).read_text())
        for name in (
            "database_url",
            "fanal_worker_url",
            "fanal_migration_url",
            "fanal_backup_url",
        )
    ]
    prepare(superuser, urls)


def prepare(superuser: URL, urls: Sequence[URL]) -> None:
    """Make the roles, with the passwords of their addresses, the database and its extensions."""
    with connect(superuser) as connection:
        roles.create_roles(connection)
        for url in urls:
            if url.password is not None:
                set_password(connection, url)
        roles.create_database(connection, str(urls[0].database))
    with connect(superuser.set(database=urls[0].database)) as connection:
        roles.prepare_database(connection, "postgis")


def connect(url: URL) -> Connection[tuple[Any, ...]]:
    """Open a bare connection, as the private database does."""
    return roles.connect(url.render_as_string(hide_password=False))


def set_password(connection: Connection[tuple[Any, ...]], url: URL) -> None:
    """Give a role its password; the server, and so its log, sees a hash only."""
    role, password = str(url.username), str(url.password)
    hashed = connection.pgconn.encrypt_password(
        password.encode(), role.encode(), b"scram-sha-256"
    ).decode()
    connection.execute(
        sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), sql.Literal(hashed))
    )


if __name__ == "__main__":
    main(Path(os.environ["FANAL_SECRETS_DIR"]))
