"""What `fanal doctor` asks of the server, the disk and the backups."""

import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from babel.numbers import format_decimal
from psycopg import Connection

from directory.config import Settings
from directory.i18n import babel_locale, current_language, gettext, ngettext
from directory.postgres import roles
from directory.postgres.engines import OLDEST_MAJOR
from directory.postgres.geo_schema import EXTENSIONS, Engine
from directory.postgres.migrate import head_revision
from directory.postgres.read_only import is_held, restore_runs

OLDEST_POSTGIS = (3, 3)
LEAST_FREE_BYTES = 1_000_000_000
OLDEST_BACKUP_DAYS = 7


class Verdict(Enum):
    """How a check ended; only `WRONG` makes the command fail."""

    RIGHT = "✓"
    DOUBTFUL = "!"
    WRONG = "✗"


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the doctor: what was looked at, what was found, and what to do about it."""

    verdict: Verdict
    finding: str
    remedy: str | None = None


def right(finding: str) -> Check:
    """Say that something is as it must be."""
    return Check(Verdict.RIGHT, finding)


def doubtful(finding: str, remedy: str) -> Check:
    """Say that something works, but could be better."""
    return Check(Verdict.DOUBTFUL, finding, remedy)


def wrong(finding: str, remedy: str) -> Check:
    """Say that something must be mended."""
    return Check(Verdict.WRONG, finding, remedy)


def check_server(connection: Connection[Any]) -> Iterator[Check]:
    """Check the version, the extensions, our role, the migrations, and that one may write."""
    engine = roles.engine_of(connection)
    questions: tuple[Callable[[Connection[Any], Engine], Check], ...] = (
        _version,
        _extensions,
        _role,
        _migrations,
        _writes,
    )
    for question in questions:
        yield question(connection, engine)


def check_machine(settings: Settings, backups: Path) -> Iterator[Check]:
    """Check the room on the disk and, for the private database, the age of the last backup."""
    # To look makes no folder: whoever examines may have nowhere to write.
    there = next(folder for folder in (backups, *backups.parents) if folder.exists())
    free = shutil.disk_usage(there).free
    free_gb = gettext("%(free)s Go libres pour les données.", free=_decimal(free / 1e9))
    if free < LEAST_FREE_BYTES:
        yield wrong(free_gb, gettext("Libérez de la place : la base refusera bientôt d'écrire."))
    else:
        yield right(free_gb)
    if settings.is_private:
        yield _last_backup(backups)


def _decimal(value: float) -> str:
    """Return a number with one decimal, as the language writes it."""
    locale = babel_locale(current_language().tag)
    return str(format_decimal(value, format="#,##0.0", locale=locale))


def _version(connection: Connection[Any], engine: Engine) -> Check:
    major = connection.info.server_version // 10_000
    finding = gettext("PostgreSQL %(version)s, moteur « portable ».", version=major)
    is_recent = major >= OLDEST_MAJOR
    if engine == "postgis":
        postgis = _scalar(
            connection, "SELECT extversion FROM pg_extension WHERE extname = 'postgis'"
        )
        numbers = tuple(int(part) for part in str(postgis).split(".")[:2])
        is_recent = is_recent and numbers >= OLDEST_POSTGIS
        finding = gettext(
            "PostgreSQL %(version)s avec PostGIS %(postgis)s.", version=major, postgis=postgis
        )
    if is_recent:
        return right(finding)
    return wrong(finding, gettext("Il faut PostgreSQL 15 et PostGIS 3.3, ou plus récents."))


def _extensions(connection: Connection[Any], engine: Engine) -> Check:
    rows = connection.execute("SELECT extname FROM pg_extension").fetchall()
    missing = sorted(set(EXTENSIONS[engine]) - {row[0] for row in rows})
    if not missing:
        return right(gettext("Toutes les extensions sont là."))
    return wrong(
        gettext("Il manque des extensions : %(names)s.", names=", ".join(missing)),
        gettext("Lancez « fanal db upgrade », ou demandez-les à qui administre la base."),
    )


def _role(connection: Connection[Any], _engine: Engine) -> Check:
    query = "SELECT current_user, rolsuper FROM pg_roles WHERE rolname = current_user"
    name, is_superuser = connection.execute(query).fetchone() or ("?", True)
    if is_superuser:
        return wrong(
            gettext("Le site se connecte en superutilisateur (%(role)s).", role=name),
            gettext("Mettez dans DATABASE_URL un rôle ordinaire, par exemple fanal_app."),
        )
    return right(gettext("Le site se connecte avec un rôle ordinaire (%(role)s).", role=name))


def _migrations(connection: Connection[Any], _engine: Engine) -> Check:
    known = _scalar(connection, "SELECT to_regclass('alembic_version')::text")
    found = _scalar(connection, "SELECT version_num FROM alembic_version") if known else None
    wanted = head_revision()
    if found == wanted:
        return right(gettext("La base est à jour (%(revision)s).", revision=found))
    return wrong(
        gettext(
            "La base n'est pas à jour : %(found)s au lieu de %(wanted)s.",
            found=found or "0",
            wanted=wanted,
        ),
        gettext("Lancez « fanal db upgrade »."),
    )


def _writes(connection: Connection[Any], _engine: Engine) -> Check:
    if not is_held(connection):
        return right(gettext("La base accepte les écritures."))
    if restore_runs(connection):
        return doubtful(
            gettext("Une sauvegarde est en train d'être remise en place."),
            gettext("Attendez qu'elle le soit : d'ici là, rien ne s'enregistre."),
        )
    return wrong(
        gettext("Une restauration interrompue a laissé la base fermée à l'écriture."),
        gettext("Lancez « fanal db upgrade », puis recommencez la restauration."),
    )


def _last_backup(backups: Path) -> Check:
    remedy = gettext("Lancez « fanal db backup », et gardez une copie ailleurs.")
    made_at = [path.stat().st_mtime for path in backups.glob("fanal-*.zip")]
    if not made_at:
        return doubtful(gettext("Aucune sauvegarde n'a été faite."), remedy)
    days = int((time.time() - max(made_at)) // 86_400)
    finding = ngettext(
        "La dernière sauvegarde a %(num)s jour.", "La dernière sauvegarde a %(num)s jours.", days
    )
    if days == 0:
        return right(gettext("La dernière sauvegarde a moins d'un jour."))
    return right(finding) if days <= OLDEST_BACKUP_DAYS else doubtful(finding, remedy)


def _scalar(connection: Connection[Any], query: str) -> Any:
    row = connection.execute(query).fetchone()
    return row[0] if row else None
