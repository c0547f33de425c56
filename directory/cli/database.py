"""`fanal db`: bring the database to this version, save it, restore it, rebuild its index."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import click
from sqlalchemy import URL, make_url

from directory.cli.compose.prepare_database import prepare as make_roles_and_database
from directory.cli.first_run import session_on, store_words_and_communes
from directory.config import Settings
from directory.errors import Conflict, FanalError, InvalidInput, Unavailable
from directory.i18n import gettext, ngettext
from directory.postgres import migrate, roles
from directory.postgres.addresses import (
    available_database,
    backups_folder,
    backups_path,
    in_database,
)
from directory.postgres.backup import Manifest, back_up, file_name, remove_old
from directory.postgres.doctor import Verdict
from directory.postgres.read_only import allow_again, read_only, restore_runs
from directory.postgres.restore import read_manifest, restore
from directory.postgres.roles import DatabaseUrls
from directory.privacy.key_copies import check_sealed
from directory.privacy.keys import keyring
from directory.privacy.rotation import anything_sealed

if TYPE_CHECKING:
    from directory.referrals.erasures import TakenBack

#: The address of each role that `fanal db prepare` makes.
_ROLES = {
    "DATABASE_URL": roles.APP,
    "FANAL_MIGRATION_URL": roles.OWNER,
    "FANAL_WORKER_URL": roles.WORKER,
    "FANAL_BACKUP_URL": roles.BACKUP,
}


@click.group()
def db() -> None:
    """La base de données : préparer, mettre à jour, sauvegarder, restaurer, réindexer."""


@db.command()
def prepare() -> None:
    """Créer les rôles, la base et ses extensions sur un serveur PostgreSQL à vous, une fois.

    Il faut FANAL_ADMIN_URL, d'un superutilisateur, et l'adresse de chaque rôle : leurs mots de
    passe y sont lus. Recommencer ne change rien d'autre.
    """
    settings = Settings()
    if settings.is_private:
        raise Conflict(
            gettext("La base privée de Fanal se prépare toute seule."),
            field="DATABASE_URL",
            remedy=gettext("Lancez « fanal up », ou donnez DATABASE_URL."),
        )
    urls = [_url_of(settings, variable, role) for variable, role in _ROLES.items()]
    _require(settings.admin_url, settings, "FANAL_ADMIN_URL")
    make_roles_and_database(make_url(settings.admin_url or ""), urls)
    click.echo(gettext("La base est prête. Ensuite : « fanal db upgrade »."))


@db.command()
def upgrade() -> None:
    """Mettre la base à jour pour cette version de Fanal."""
    settings = Settings()
    _require(settings.migration_url, settings, "FANAL_MIGRATION_URL")
    with available_database(settings, create=True) as urls:
        _require_prepared(urls)
        _require_writable(urls)
        migrate.upgrade(urls.owner)
        store_words_and_communes(urls.app)
    click.echo(gettext("La base est à jour (%(revision)s).", revision=migrate.head_revision()))


@db.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
def backup(file: Path | None) -> None:
    """Sauvegarder toutes les données dans FILE (par défaut, dans le dossier de données).

    Celles du dossier de données sont effacées après BACKUP_KEEP_DAYS jours, aussi par
    « fanal worker » ; celles que vous mettez ailleurs sont à effacer par vous.
    """
    settings = Settings()
    now = datetime.now(UTC)
    target = _target(file, settings, now)
    with available_database(settings) as urls:
        manifest = back_up(urls.backup, target, at=now)
    click.echo(_said(manifest, target))
    _remove_old(settings)


@db.command(name="restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Confirmer, pour une base que DATABASE_URL indique.")
def restore_command(file: Path, yes: bool) -> None:
    """Remplacer toutes les données par celles de la sauvegarde FILE.

    Les données présentes sont d'abord sauvegardées ; rien ne change si la restauration échoue.
    Ce qui a été effacé d'une personne depuis cette sauvegarde l'est de nouveau, et un accord retiré
    le reste. Pendant ce temps, le site se lit, mais rien ne s'y enregistre.
    """
    settings = Settings()
    if not settings.is_private and not yes:
        raise Conflict(
            gettext("Ceci remplacera toutes les données de la base que DATABASE_URL indique."),
            remedy=gettext("Pour le vouloir vraiment, ajoutez --yes."),
        )
    _require(settings.admin_url, settings, "FANAL_ADMIN_URL")
    read_manifest(file)
    with available_database(settings, create=True) as urls:
        with roles.connect(urls.owner) as connection:
            engine, name = roles.engine_of(connection), connection.info.dbname
        # The superuser's address may name another database, in which nothing was ever erased.
        urls = in_database(urls, name)
        with read_only(in_database(urls, "postgres").superuser, name) as require_hold:
            _save_before(settings, urls)
            finish = partial(_finish, urls, _taken_back(urls), require_hold)
            manifest = restore(urls, file, database=name, engine=engine, reindex=finish)
        advice = _about_keys(settings, urls)
    _remove_old(settings)
    click.echo(
        ngettext(
            "%(num)s ligne de %(file)s est restaurée.",
            "%(num)s lignes de %(file)s sont restaurées.",
            manifest.row_count,
            file=file,
        )
    )
    click.echo(
        gettext(
            "Les comptes, les équipes et les adresses sont ceux de la sauvegarde : fermez, retirez,"
            " suspendez ou corrigez de nouveau ce qui l'a été depuis."
        )
    )
    for line in filter(None, advice):
        click.echo(line, err=True)


@db.command()
def reindex() -> None:
    """Refaire l'index de recherche à partir des fiches."""
    with available_database(Settings()) as urls:
        count = _reindex(urls.app)
    click.echo(
        ngettext(
            "L'index de recherche est refait (%(num)s service).",
            "L'index de recherche est refait (%(num)s services).",
            count,
        )
    )


def _taken_back(urls: DatabaseUrls) -> dict[UUID, "TakenBack"]:
    from directory.referrals.erasures import taken_back

    with session_on(urls.superuser) as session:
        return taken_back(session)


def _finish(
    urls: DatabaseUrls,
    known: dict[UUID, "TakenBack"],
    require_hold: Callable[[], None],
    url: str,
) -> None:
    """Make a restored database ready, before it takes its place: searchable, erased as it was."""
    from directory.referrals.erasures import take_back_again

    _reindex(url)
    new_urls = in_database(urls, str(make_url(url).database))
    with session_on(new_urls.superuser) as session:
        again = take_back_again(session, known)
    if again.erased:
        click.echo(
            ngettext(
                "%(num)s demande effacée depuis l'est de nouveau.",
                "%(num)s demandes effacées depuis le sont de nouveau.",
                again.erased,
            )
        )
    if again.withdrawn:
        click.echo(
            ngettext(
                "%(num)s accord retiré depuis l'est de nouveau.",
                "%(num)s accords retirés depuis le sont de nouveau.",
                again.withdrawn,
            )
        )
    require_hold()


def _remove_old(settings: Settings) -> None:
    days, now = settings.backup_keep_days, datetime.now(UTC)
    for path in remove_old(backups_path(settings), keep_days=days, at=now):
        click.echo(gettext("Ancienne sauvegarde effacée : %(file)s", file=path.name))


def _reindex(url: str) -> int:
    from directory.listings.indexing import refresh

    store_words_and_communes(url)
    with session_on(url) as session:
        return refresh(session, at=datetime.now(UTC))


def _about_keys(settings: Settings, urls: DatabaseUrls) -> tuple[str | None, ...]:
    """Return what to do when the keys do not open what was restored; empty when they do."""
    with session_on(urls.backup) as session:
        if not anything_sealed(session):
            return ()
        try:
            keyring(settings)
        except FanalError as error:
            return error.message, error.remedy
        check = check_sealed(settings, session)
    return (check.finding, check.remedy) if check and check.verdict is Verdict.WRONG else ()


def _save_before(settings: Settings, urls: DatabaseUrls) -> None:
    """Keep what a restore is about to replace; an empty database has nothing to keep."""
    now = datetime.now(UTC)
    target = backups_folder(settings) / file_name(now)
    try:
        manifest = back_up(urls.backup, target, at=now)
    except Unavailable:
        with roles.connect(urls.owner) as connection:
            row = connection.execute("SELECT to_regclass('alembic_version')::text").fetchone()
        if row and row[0]:
            raise
        return
    click.echo(_said(manifest, target))


def _target(file: Path | None, settings: Settings, at: datetime) -> Path:
    if file is None:
        return backups_folder(settings) / file_name(at)
    target = file / file_name(at) if file.is_dir() else file
    if target.exists():
        raise Conflict(
            gettext("Le fichier %(file)s existe déjà.", file=target),
            field="FILE",
            remedy=gettext("Donnez un autre nom, ou un dossier."),
        )
    if not target.parent.is_dir():
        raise InvalidInput(
            gettext("Le dossier %(folder)s n'existe pas.", folder=target.parent),
            field="FILE",
            remedy=gettext("Créez-le d'abord."),
        )
    return target


def _said(manifest: Manifest, target: Path) -> str:
    return ngettext(
        "Sauvegarde faite : %(file)s (%(num)s ligne).",
        "Sauvegarde faite : %(file)s (%(num)s lignes).",
        manifest.row_count,
        file=target,
    )


def _url_of(settings: Settings, variable: str, role: str) -> URL:
    """Return the address of a role, which grants of the migrations name."""
    text = getattr(settings, variable.removeprefix("FANAL_").lower())
    _require(text, settings, variable)
    url = make_url(text)
    if url.username != role or url.database != make_url(settings.database_url or "").database:
        raise InvalidInput(
            gettext(
                "%(variable)s n'est pas l'adresse du rôle %(role)s.", variable=variable, role=role
            ),
            field=variable,
            remedy=gettext(
                "Écrivez postgresql://%(role)s:MOTDEPASSE@SERVEUR/BASE, avec la même base partout.",
                role=role,
            ),
        )
    return url


def _require_prepared(urls: DatabaseUrls) -> None:
    with roles.connect(urls.owner) as connection:
        if roles.is_prepared(connection):
            return
    raise Unavailable(
        gettext("Il manque à la base des rôles ou des extensions."),
        field="FANAL_ADMIN_URL",
        remedy=gettext("Lancez une fois « fanal db prepare », avec FANAL_ADMIN_URL."),
    )


def _require_writable(urls: DatabaseUrls) -> None:
    """Undo what a restore that was killed left behind; one that is at work is not disturbed."""
    with roles.connect(urls.owner) as connection:
        if restore_runs(connection):
            raise Conflict(
                gettext("Une sauvegarde est en train d'être remise en place."),
                remedy=gettext("Attendez qu'elle le soit, puis recommencez."),
            )
        allow_again(connection)


def _require(url: str | None, settings: Settings, variable: str) -> None:
    """Check that a database of production is named with the rights the command needs."""
    if settings.is_private or url is not None:
        return
    raise InvalidInput(
        gettext("Cette commande a besoin de %(variable)s.", variable=variable),
        field=variable,
        remedy=gettext("Donnez l'adresse de la base avec le rôle qu'il faut : docs/settings.md."),
    )
