"""Where the database is: in production what the settings name, else our own cluster."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from psycopg import Error
from sqlalchemy import make_url

from directory.config import Settings
from directory.errors import Unavailable
from directory.i18n import gettext
from directory.postgres.cluster import Cluster, running
from directory.postgres.roles import DatabaseUrls, connect
from directory.postgres.sockets import addresses


def database_urls(settings: Settings) -> DatabaseUrls:
    """Return the address of the database for each role, without looking whether it answers.

    In production a role that is not named falls back on the next weaker one that can do its work;
    no address is a superuser's there.
    """
    if settings.database_url is None:
        return addresses(settings.data_dir.absolute())
    owner = settings.migration_url or settings.database_url
    return DatabaseUrls(
        app=settings.database_url,
        owner=owner,
        worker=settings.worker_url or settings.database_url,
        backup=settings.backup_url or owner,
        superuser=settings.admin_url or owner,
    )


@contextmanager
def available_database(settings: Settings, *, create: bool = False) -> Iterator[DatabaseUrls]:
    """Have the database up for the block, for a command that works beside `fanal up` or alone.

    :raise Unavailable: it does not answer, or there is none yet (unless `create`).
    """
    if settings.database_url is not None:
        urls = database_urls(settings)
        _require_answer(urls)
        yield urls
        return
    if not create and not (settings.data_dir / "postgres").exists():
        raise Unavailable(
            gettext("Fanal n'a pas encore de données dans %(folder)s.", folder=settings.data_dir),
            field="FANAL_DATA_DIR",
            remedy=gettext("Démarrez-le d'abord : « fanal up »."),
        )
    with running(Cluster.prepare(settings.data_dir, settings.engine)) as cluster:
        yield cluster.urls()


def _require_answer(urls: DatabaseUrls) -> None:
    try:
        connect(urls.app).close()
    except Error as error:
        raise Unavailable(
            gettext("La base de données ne répond pas."),
            field="DATABASE_URL",
            remedy=gettext("Vérifiez qu'elle est en route, et que DATABASE_URL est juste."),
        ) from error


def connected(settings: Settings) -> Settings:
    """Return the settings with the addresses filled in; `is_private` still says whose they are."""
    urls = database_urls(settings)
    _ = settings.is_private  # decided once, before there is an address, and copied along
    return settings.model_copy(
        update={
            "database_url": urls.app,
            "migration_url": urls.owner,
            "worker_url": urls.worker,
            "backup_url": urls.backup,
        }
    )


def in_database(urls: DatabaseUrls, name: str) -> DatabaseUrls:
    """Return the same roles on another database of the same server."""

    def moved(url: str) -> str:
        return make_url(url).set(database=name).render_as_string(hide_password=False)

    return DatabaseUrls(
        app=moved(urls.app),
        owner=moved(urls.owner),
        worker=moved(urls.worker),
        backup=moved(urls.backup),
        superuser=moved(urls.superuser),
    )


def backups_path(settings: Settings) -> Path:
    """Return where the backups of the data folder lie, made yet or not."""
    return settings.data_dir.absolute() / "backups"


def backups_folder(settings: Settings) -> Path:
    """Return the folder of the backups, made at the first call and closed to everyone else."""
    folder = backups_path(settings)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
