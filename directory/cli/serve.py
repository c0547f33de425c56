"""`fanal serve`: the web server."""

import importlib

import click
import structlog
from granian import Granian
from granian.constants import Interfaces

from directory import logs
from directory.config import Settings
from directory.errors import FanalError
from directory.postgres.lifeline import die_with_parent
from directory.privacy.keys import keyring

log = structlog.get_logger("fanal.serve")

_APPLICATION = "directory.cli.web_application"

#: Threads that answer, in each process of the web: each may hold one database connection of eight.
THREADS = 4

#: Connections a process holds at once; the others wait in the queue of the system.
BACKPRESSURE = 512


@click.command()
@click.option("--supervised-by", type=int, hidden=True)
def serve(supervised_by: int | None) -> None:
    """Servir le site (sans la base de données ni les travaux périodiques)."""
    if supervised_by is not None:
        die_with_parent(supervised_by)
    settings = Settings()
    logs.configure(settings)
    tell_missing_keys(settings)
    # Loaded once here, the code is shared by the processes that are forked from this one.
    importlib.import_module(_APPLICATION)
    Granian(
        f"{_APPLICATION}:make",
        factory=True,
        interface=Interfaces.WSGI,
        address=settings.host,
        port=settings.port,
        workers=settings.web_workers,
        blocking_threads=THREADS,
        backpressure=BACKPRESSURE,
        respawn_failed_workers=True,
        websockets=False,
        # Our own log has no query strings; the server's would.
        log_access=False,
        log_dictconfig=logs.server_logging(),
    ).serve()


def tell_missing_keys(settings: Settings) -> None:
    """Log why nobody can sign in: searching goes on without keys, and hides it."""
    try:
        keyring(settings)
    except FanalError as error:
        log.error("no_keys", **logs.setting_at_fault(error))
