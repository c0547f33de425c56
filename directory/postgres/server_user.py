"""Who runs the server. PostgreSQL refuses root, so root lends it to an unprivileged user."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

from directory.errors import InvalidInput
from directory.i18n import gettext

#: Tried in this order when root starts the server.
_UNPRIVILEGED = ("postgres", "nobody")


@dataclass(frozen=True, slots=True)
class ServerUser:
    """The account under which the programs of the server run."""

    name: str
    uid: int
    gid: int

    def run(self, *command: str | Path, timeout_s: float = 120) -> subprocess.CompletedProcess[str]:
        """Run a program as this user, in a session of its own so that Ctrl-C does not reach it."""
        as_other = os.geteuid() == 0 and self.uid != 0
        return subprocess.run(  # noqa: S603 (our own programs, no shell)
            list(command),
            user=self.uid if as_other else None,
            group=self.gid if as_other else None,
            extra_groups=[] if as_other else None,
            cwd="/",
            env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC", "HOME": "/"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            timeout=timeout_s,
            check=False,
        )

    def own(self, folder: Path) -> None:
        """Make a folder, closed to everyone else, and give it to this user."""
        folder.mkdir(mode=0o700, exist_ok=True)
        folder.chmod(0o700)
        if os.geteuid() == 0:
            os.chown(folder, self.uid, self.gid)

    def first_closed(self, folder: Path) -> Path | None:
        """Return the first folder on the way that this user may not enter, None if all open."""
        for step in (*reversed(folder.parents), folder):
            if step.exists() and not self._may_pass(step):
                return step
        return None

    def _may_pass(self, folder: Path) -> bool:
        status = folder.stat()
        if self.uid in (0, status.st_uid):
            return bool(status.st_mode & 0o100) or self.uid == 0
        return bool(status.st_mode & (0o010 if status.st_gid == self.gid else 0o001))


def server_user(pgdata: Path) -> ServerUser:
    """Return the owner of the data if there is one, else us, else (for root) an unprivileged user.

    The owner is kept for life: a package that later adds the user `postgres` changes nothing.

    :raise InvalidInput: the data belongs to someone we may not act for.
    """
    if pgdata.exists():
        return _owner_of(pgdata)
    if os.geteuid() != 0:
        return ServerUser(name=str(os.geteuid()), uid=os.geteuid(), gid=os.getegid())
    for name in _UNPRIVILEGED:
        try:
            return _account(pwd.getpwnam(name))
        except KeyError:
            continue
    raise InvalidInput(
        gettext("PostgreSQL refuse de tourner sous root, et aucun autre compte n'existe ici."),
        remedy=gettext("Créez le compte « postgres », ou lancez fanal sous un compte ordinaire."),
    )


def _owner_of(pgdata: Path) -> ServerUser:
    status = pgdata.stat()
    if os.geteuid() not in (0, status.st_uid):
        raise InvalidInput(
            gettext("Les données de %(folder)s appartiennent à un autre compte.", folder=pgdata),
            field="FANAL_DATA_DIR",
            remedy=gettext("Lancez fanal sous ce compte, ou choisissez un autre dossier."),
        )
    return ServerUser(name=str(status.st_uid), uid=status.st_uid, gid=status.st_gid)


def _account(entry: pwd.struct_passwd) -> ServerUser:
    return ServerUser(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid)
