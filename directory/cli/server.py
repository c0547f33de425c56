"""`fanal up` and `fanal down`."""

import http.client
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import click
import structlog

from directory import logs
from directory.accounts.demonstration import DemonstrationAccount, stored_accounts
from directory.accounts.vocabulary import role_label
from directory.cli.first_run import demonstrate, make_first_keys, store_words_and_communes
from directory.config import EngineName, Settings
from directory.errors import Conflict, FanalError
from directory.i18n import gettext
from directory.outbox.servers import LOOPBACK, mail_folder
from directory.postgres import migrate
from directory.postgres.addresses import database_urls
from directory.postgres.cluster import Cluster
from directory.postgres.data_folder import make_folders
from directory.postgres.supervisor import (
    Child,
    StopSignal,
    only_one,
    running_instance,
    supervise,
)
from directory.privacy.keys import keyring

log = structlog.get_logger("fanal.up")

DOWN_PATIENCE_S = 20.0

#: A database that does not start is tried again after 2 s, 4 s… and so long at most.
LONGEST_PAUSE_S = 10.0


@click.command()
@click.option(
    "--engine",
    type=click.Choice(["auto", "postgis", "portable"]),
    help="Moteur de la base privée (par défaut : FANAL_ENGINE, sinon PostGIS s'il est là).",
)
def up(engine: EngineName | None) -> None:
    """Démarrer Fanal : la base de données, le site, les travaux périodiques."""
    settings = Settings() if engine is None else Settings(engine=engine)
    _tell_children(settings)
    logs.configure(Settings())
    stop = StopSignal()
    make_folders(settings.data_dir.absolute())
    with only_one(settings.data_dir, address(settings)):
        _require_free_port(settings)
        with _database(settings) as cluster:
            _prepare(settings)
            children = [_child("serve"), _child("worker")]
            supervise(children, stop, each_turn=_Watch(settings, cluster))
    click.echo(gettext("Fanal est arrêté. Vos données sont à l'abri."))


@click.command()
def down() -> None:
    """Arrêter Fanal, ou le serveur de base de données qu'un arrêt brutal a laissé."""
    settings = Settings()
    instance = running_instance(settings.data_dir)
    if instance is not None:
        os.kill(instance[0], signal.SIGTERM)
        _wait_until_gone(settings)
    elif (settings.data_dir / "postgres").exists():
        Cluster.prepare(settings.data_dir).stop()
    click.echo(gettext("Fanal est arrêté."))


def address(settings: Settings) -> str:
    """Return the address to type in a browser."""
    host = _own_host(settings)
    return f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"


class _Watch:
    """What is looked after besides the children: the database, and saying that all is ready."""

    def __init__(self, settings: Settings, cluster: Cluster | None) -> None:
        self._settings = settings
        self._cluster = cluster
        self._has_announced = False
        self._look_again_at = 0.0
        self._failures = 0

    def __call__(self) -> None:
        if not self._has_announced and _answers(self._settings):
            self._has_announced = True
            announce(self._settings, self._cluster)
        if time.monotonic() >= self._look_again_at:
            self._keep_database_alive()
            pause = min(2.0**self._failures, LONGEST_PAUSE_S)
            self._look_again_at = time.monotonic() + pause

    def _keep_database_alive(self) -> None:
        """Start the database again if it died; whatever that meets, it is tried again later.

        A full disk, or a second death on the way, must not end the web that would come back too.
        """
        try:
            if self._cluster is not None and not self._cluster.is_alive():
                if not self._failures:
                    log.error("database_died")
                self._cluster.start_again()
                log.info("database_started_again")
            self._failures = 0
        except Exception as error:
            self._failures += 1
            why = {"why": error.message} if isinstance(error, FanalError) else {}
            log.error("database_does_not_start", **why, **logs.describe(error))


@contextmanager
def _database(settings: Settings) -> Iterator[Cluster | None]:
    """Have the private server up for the block; with DATABASE_URL there is none to start."""
    if settings.database_url is not None:
        yield None
        return
    cluster = Cluster.prepare(settings.data_dir, settings.engine)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


def _prepare(settings: Settings) -> None:
    """Bring the database to this version, and fill it the first time."""
    urls = database_urls(settings)
    if settings.is_private or settings.migration_url:
        migrate.upgrade(urls.owner)
        store_words_and_communes(urls.app)
        make_first_keys(settings, urls.worker)
        demonstrate(settings, urls.app)


def _tell_children(settings: Settings) -> None:
    """Hand down what was decided here; people at a terminal get lines they can read."""
    os.environ["FANAL_ENGINE"] = settings.engine
    os.environ["FANAL_DATA_DIR"] = str(settings.data_dir.absolute())
    if sys.stderr.isatty():
        os.environ.setdefault("FANAL_LOG_FORMAT", "text")


def _child(name: str) -> Child:
    own_number = str(os.getpid())
    return Child(name, [sys.executable, "-m", "directory.cli", name, "--supervised-by", own_number])


def _require_free_port(settings: Settings) -> None:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise Conflict(
                gettext("Le port %(port)s est déjà pris.", port=settings.port),
                field="PORT",
                remedy=gettext("Choisissez-en un autre, par exemple : PORT=8080."),
            ) from error


def _answers(settings: Settings) -> bool:
    """Tell whether the application answers; its port is open a moment before that."""
    connection = http.client.HTTPConnection(_own_host(settings), settings.port, timeout=1)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _own_host(settings: Settings) -> str:
    """Return the host to reach ourselves by: the one we listen on, unless that means all."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104


def announce(settings: Settings, cluster: Cluster | None) -> None:
    """Say where Fanal answers, where its data lies, and what keeps people from using it."""
    click.echo(gettext("Fanal est prêt : %(address)s", address=address(settings)))
    if cluster is not None:
        click.echo(
            gettext(
                "Vos données sont dans %(folder)s (moteur %(engine)s).",
                folder=cluster.data_dir,
                engine=cluster.engine,
            )
        )
    _tell_missing_keys(settings)
    if settings.may_demonstrate:
        _tell_demonstration(stored_accounts(settings))
    if settings.public_url is None and settings.host in LOOPBACK and mail_folder(settings):
        letters = f"{address(settings)}/courriers-locaux"
        click.echo(gettext("Les courriels qu'il écrit : %(address)s", address=letters))
    click.echo(gettext("Pour l'arrêter : Ctrl+C, ou « fanal down »."))


def _tell_missing_keys(settings: Settings) -> None:
    """Say what to do where nobody can sign in: searching works, and hides that."""
    try:
        keyring(settings)
    except FanalError as error:
        for line in filter(None, (error.message, error.remedy)):
            click.echo(line)


def _tell_demonstration(accounts: list[DemonstrationAccount]) -> None:
    """Say how to sign in as the people of the demonstration."""
    if not accounts:
        return
    click.echo(gettext("Pour essayer avec un compte de démonstration :"))
    for account in accounts:
        role = role_label(account.role) if account.role else gettext("Administration")
        click.echo(f"  {account.email}  {account.password}  ({account.name}, {role})")


def _wait_until_gone(settings: Settings) -> None:
    deadline = time.monotonic() + DOWN_PATIENCE_S
    while running_instance(settings.data_dir) is not None:
        if time.monotonic() > deadline:
            raise Conflict(
                gettext("Fanal ne s'arrête pas."),
                remedy=gettext("Regardez ses journaux, ou tuez son processus."),
            )
        time.sleep(0.1)
