"""Where the private server listens: a Unix socket in a folder closed to everyone else."""

import hashlib
import os
from pathlib import Path
from urllib.parse import quote

from directory.postgres import roles
from directory.postgres.server_user import server_user

#: Longest path of a Unix socket that every system accepts, in bytes.
SOCKET_PATH_MAX = 107

SOCKET_NAME = ".s.PGSQL.5432"


def addresses(data_dir: Path) -> roles.DatabaseUrls:
    """Return the addresses of the private database of a data folder, whether it runs or not."""
    return urls(socket_folder(data_dir, server_user(data_dir / "postgres").uid), roles.DATABASE)


def socket_folder(data_dir: Path, uid: int) -> Path:
    """Return the folder of the socket: in the data folder, or in /tmp where that is too long."""
    folder = data_dir / "socket"
    if len(os.fsencode(f"{folder}/{SOCKET_NAME}")) <= SOCKET_PATH_MAX:
        return folder
    name = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
    return Path(f"/tmp/fanal-{uid}-{name}")  # noqa: S108 (ours alone: see _own_socket)


def url(socket_dir: Path, role: str, database: str) -> str:
    """Return the SQLAlchemy address of a database for a role."""
    return f"postgresql+psycopg://{role}@/{database}?host={quote(str(socket_dir), safe='')}"


def urls(socket_dir: Path, database: str) -> roles.DatabaseUrls:
    """Return the addresses of a database for all roles."""
    return roles.DatabaseUrls(
        app=url(socket_dir, roles.APP, database),
        owner=url(socket_dir, roles.OWNER, database),
        worker=url(socket_dir, roles.WORKER, database),
        backup=url(socket_dir, roles.BACKUP, database),
        superuser=url(socket_dir, roles.SUPERUSER, database),
    )
