"""The private PostgreSQL cluster: made once, started, found again after a crash, stopped.

It listens on a Unix socket only, in a folder that nobody else may enter: that is why the roles
need no password.
"""

import errno
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import psycopg

from directory.config import EngineName
from directory.errors import InvalidInput, Unavailable
from directory.i18n import gettext
from directory.postgres import roles, sockets
from directory.postgres.data_folder import (
    locked,
    make_folders,
    record_engine,
    recorded_engine,
    recorded_major,
    require_open,
)
from directory.postgres.engines import Programs, find_programs
from directory.postgres.geo_schema import Engine
from directory.postgres.programs import usable_by
from directory.postgres.read_only import allow_again
from directory.postgres.server_user import ServerUser, server_user
from directory.postgres.settings_file import write_settings
from directory.postgres.sockets import SOCKET_NAME
from directory.postgres.stale_locks import forget_stale_locks, server_is_alive

#: A server killed a moment ago still holds its lock and its memory; recovery also takes time.
START_PATIENCE_S = 60.0

#: Whoever looks after the server must hear in time that it is to stop: it tries again instead.
RESTART_PATIENCE_S = 3.0

#: What the programs of PostgreSQL say in English of a full disk.
_NO_SPACE = ("No space left on device", "Check free disk space")

_TRANSIENT = ("lock file", "still in use", "starting up", "could not start server")


@dataclass(frozen=True, slots=True)
class Cluster:
    """A PostgreSQL server of our own, in the data folder."""

    data_dir: Path
    programs: Programs
    user: ServerUser
    durable: bool = True

    @classmethod
    def prepare(cls, data_dir: Path, engine: EngineName = "auto", *, durable: bool = True) -> Self:
        """Return the cluster of a data folder, made at the first call; the engine is recorded.

        `durable=False` gives up safety against a power cut: for the tests only.

        :raise Conflict: the folder was made with another engine.
        :raise Unavailable: the engine's programs are missing, or the server cannot be made.
        :raise OSError: the disk is full, or cannot be written.
        """
        data_dir = data_dir.absolute()
        make_folders(data_dir)
        with locked(data_dir):
            pgdata = data_dir / "postgres"
            user = server_user(pgdata)
            require_open(user, data_dir)
            found = find_programs(recorded_engine(data_dir, engine), major=recorded_major(pgdata))
            programs = usable_by(user, found, data_dir)
            cluster = cls(data_dir=data_dir, programs=programs, user=user, durable=durable)
            if not pgdata.exists():
                cluster._make()
            record_engine(data_dir, programs.engine)
        return cluster

    @property
    def engine(self) -> Engine:
        """The engine of this cluster."""
        return self.programs.engine

    @property
    def pgdata(self) -> Path:
        """The folder that PostgreSQL calls PGDATA."""
        return self.data_dir / "postgres"

    @property
    def log_file(self) -> Path:
        """Where the server writes what it has to say."""
        return self.pgdata / "server.log"

    @property
    def socket_dir(self) -> Path:
        """The folder of the socket, closed to everyone else."""
        return sockets.socket_folder(self.data_dir, self.user.uid)

    def url(self, role: str, database: str = roles.DATABASE) -> str:
        """Return the SQLAlchemy address of a database for a role, over the socket."""
        return sockets.url(self.socket_dir, role, database)

    def urls(self, database: str = roles.DATABASE) -> roles.DatabaseUrls:
        """Return the addresses of a database for all roles."""
        return sockets.urls(self.socket_dir, database)

    def answers(self) -> bool:
        """Tell whether the server takes connections now."""
        try:
            roles.connect(self.url(roles.SUPERUSER, "postgres")).close()
        except psycopg.OperationalError:
            return False
        return True

    def is_alive(self) -> bool:
        """Tell whether the server's process is there: cheaper than `answers`."""
        return server_is_alive(self.pgdata)

    def start(self) -> None:
        """Start the server, or find the one that a crash left running; then roles and database.

        :raise Unavailable: it does not start within a minute; the message ends with its own words.
        """
        with locked(self.data_dir):
            if not self.answers():
                write_settings(self.pgdata, self.socket_dir, self.user, durable=self.durable)
                self._start_server(START_PATIENCE_S)
            self._create_database()

    def start_again(self) -> None:
        """Start a server that died under us; nothing is written that a full disk would refuse.

        :raise Unavailable: it does not start within seconds; it may still be about to.
        """
        with locked(self.data_dir):
            if not self.is_alive():
                self._start_server(RESTART_PATIENCE_S)
                with roles.connect(self.url(roles.SUPERUSER)) as connection:
                    allow_again(connection)

    def stop(self) -> None:
        """Stop the server and wait; open transactions are rolled back. Nothing when it is down."""
        with locked(self.data_dir):
            self._forget_stale_locks()
            if (self.pgdata / "postmaster.pid").exists():
                self._pg_ctl("stop", "-m", "fast", "-w", "-t", "60")

    def _make(self) -> None:
        """Run initdb beside the final place, so that an interrupted one leaves nothing behind."""
        unfinished = self.data_dir / "postgres.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        self.user.own(unfinished)
        for locale in _locales(self.programs.major):
            command = [self.programs.path("initdb"), "-D", str(unfinished), "-U", roles.SUPERUSER]
            sync = [] if self.durable else ["--no-sync"]
            made = self.user.run(
                *command, "-E", "UTF8", "-A", "trust", "--data-checksums", *locale, *sync
            )
            if made.returncode == 0:
                break
            _require_space(made.stdout, unfinished)
        else:
            raise Unavailable(
                gettext(
                    "La base de données n'a pas pu être créée : %(why)s", why=made.stdout[-800:]
                )
            )
        unfinished.rename(self.pgdata)

    def _start_server(self, patience_s: float) -> None:
        self._own_socket()
        deadline = time.monotonic() + patience_s
        wait = ["-w", "-t", str(round(patience_s))]
        while True:
            self._forget_stale_locks()
            said_before = self._log_size()
            started, words = self._pg_ctl("start", *wait, "-l", str(self.log_file))
            if started or self.answers():
                return
            why = words + self._log_since(said_before)
            _require_space(why, self.pgdata)
            if time.monotonic() > deadline or not any(sign in why for sign in _TRANSIENT):
                raise Unavailable(
                    gettext("PostgreSQL ne démarre pas : %(why)s", why=why[-1200:]),
                    remedy=gettext("Le journal complet : %(file)s", file=self.log_file),
                )
            time.sleep(0.2)

    def _pg_ctl(self, verb: str, *options: str) -> tuple[bool, str]:
        done = self.user.run(self.programs.path("pg_ctl"), verb, "-D", self.pgdata, *options)
        return done.returncode == 0, done.stdout

    def _create_database(self) -> None:
        with roles.connect(self.url(roles.SUPERUSER, "postgres")) as connection:
            roles.create_roles(connection)
            roles.create_database(connection, roles.DATABASE)
        with roles.connect(self.url(roles.SUPERUSER)) as connection:
            allow_again(connection)
            roles.prepare_database(connection, self.engine)

    def _own_socket(self) -> None:
        """Make the folder of the socket; in /tmp another user may have laid one there: refuse."""
        folder = self.socket_dir
        if folder.is_symlink() or (
            folder.exists() and folder.stat().st_uid not in self._own_uids()
        ):
            raise InvalidInput(
                gettext("Le dossier %(folder)s n'est pas à nous.", folder=folder),
                field="FANAL_DATA_DIR",
                remedy=gettext("Choisissez un dossier de données au chemin plus court."),
            )
        self.user.own(folder)

    def _own_uids(self) -> set[int]:
        return {self.user.uid, os.geteuid()}

    def _forget_stale_locks(self) -> None:
        socket_lock = self.socket_dir / f"{SOCKET_NAME}.lock"
        forget_stale_locks(self.pgdata, self.pgdata / "postmaster.pid", socket_lock)

    def _log_size(self) -> int:
        return self.log_file.stat().st_size if self.log_file.exists() else 0

    def _log_since(self, offset: int) -> str:
        if not self.log_file.exists():
            return ""
        with self.log_file.open("rb") as log:
            log.seek(offset)
            return log.read().decode(errors="replace")


@contextmanager
def running(cluster: Cluster) -> Iterator[Cluster]:
    """Have the server up for the block; stop it afterwards only if we started it."""
    was_up = cluster.answers()
    cluster.start()
    try:
        yield cluster
    finally:
        if not was_up:
            cluster.stop()


def _require_space(told: str, folder: Path) -> None:
    """Raise what a full disk raises, where a program of PostgreSQL says that it met one.

    :raise OSError: it does.
    """
    if any(sign in told for sign in _NO_SPACE):
        raise OSError(errno.ENOSPC, told[-800:], str(folder))


def _locales(major: int) -> list[list[str]]:
    """Return the choices of locale to try: in all of them `lower('É')` is `é`."""
    libc = [["--locale=C.UTF-8"], ["--locale=C.utf8"], ["--locale=en_US.UTF-8"]]
    if major < 17:
        return libc
    builtin = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--lc-collate=C"]
    # The parser of words still asks libc what a letter is; without C.UTF-8 there, C must do.
    return [[*builtin, "--lc-ctype=C.UTF-8"], [*builtin, "--locale=C"]]
