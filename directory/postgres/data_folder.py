"""The data folder of a private cluster: who may enter it, and which engine wrote it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from directory.config import EngineName
from directory.errors import Conflict, InvalidInput
from directory.files import replace_private
from directory.i18n import gettext
from directory.postgres.geo_schema import Engine
from directory.postgres.server_user import ServerUser


def recorded_engine(data_dir: Path, asked: EngineName) -> EngineName:
    """Return the engine a data folder was made with, else the one asked for.

    :raise Conflict: both are known and differ.
    """
    record = _engine_file(data_dir)
    written = record.read_text().strip() if record.exists() else ""
    if not written:
        return asked
    known: EngineName = "postgis" if written == "postgis" else "portable"
    if asked not in ("auto", known):
        raise Conflict(
            gettext("Cette base a été créée avec le moteur « %(known)s ».", known=known),
            field="FANAL_ENGINE",
            remedy=gettext(
                "Pour en changer : fanal db backup, puis fanal db restore dans un autre dossier "
                "(FANAL_DATA_DIR)."
            ),
        )
    return known


def record_engine(data_dir: Path, engine: Engine) -> None:
    """Write down the engine a data folder is made with; of a full disk the record takes no harm."""
    record = _engine_file(data_dir)
    content = f"{engine}\n".encode()
    if not record.exists() or record.read_bytes() != content:
        replace_private(record, content)


def _engine_file(data_dir: Path) -> Path:
    return data_dir / "engine"


def recorded_major(pgdata: Path) -> int | None:
    """Return the version of PostgreSQL that wrote a PGDATA, None before the first start."""
    version = pgdata / "PG_VERSION"
    return int(version.read_text()) if version.exists() else None


def make_folders(data_dir: Path) -> None:
    """Make the data folder. Root's may be passed through: the server runs as someone else.

    :raise InvalidInput: we may not write there.
    """
    is_root = os.geteuid() == 0
    try:
        for folder in (*reversed(data_dir.parents), data_dir):
            if not folder.exists():
                folder.mkdir(exist_ok=True)
                folder.chmod(0o711 if is_root else 0o700)
    except OSError as error:
        raise _unusable(data_dir) from error
    if not os.access(data_dir, os.W_OK | os.X_OK):
        raise _unusable(data_dir)


def _unusable(data_dir: Path) -> InvalidInput:
    return InvalidInput(
        gettext("Impossible d'écrire dans le dossier de données %(folder)s.", folder=data_dir),
        field="FANAL_DATA_DIR",
        remedy=gettext("Choisissez un dossier à vous."),
    )


def require_open(user: ServerUser, data_dir: Path) -> None:
    """Check that the server can reach its data.

    :raise InvalidInput: it cannot; names the folder that is closed to it.
    """
    if closed := user.first_closed(data_dir):
        raise InvalidInput(
            gettext(
                "PostgreSQL tourne sous le compte « %(user)s », qui ne peut pas entrer dans "
                "%(folder)s.",
                user=user.name,
                folder=closed,
            ),
            field="FANAL_DATA_DIR",
            remedy=gettext(
                "Choisissez un dossier sous /var/lib, ou ouvrez ce passage (chmod o+x)."
            ),
        )


@contextmanager
def locked(data_dir: Path) -> Iterator[None]:
    """Let one process at a time make, start or stop the cluster."""
    with (data_dir / "cluster.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
