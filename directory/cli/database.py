"""`fanal db`: bring the database to this version, save it, restore it, rebuild its index."""

from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import URL, make_url

from directory.cli.compose.prepare_database import prepare as make_roles_and_database
from directory.cli.first_run import make_searchable, store_words_and_communes
from directory.cli.restoring import put_back
from directory.cli.saving import backup_path, remove_old_backups, say_saved
from directory.config import Settings
from directory.errors import Conflict, InvalidInput, Unavailable
from directory.i18n import gettext, ngettext
from directory.postgres import migrate, roles
from directory.postgres.addresses import available_database
from directory.postgres.backup import back_up
from directory.postgres.read_only import allow_again, restore_runs
from directory.postgres.restore import read_manifest
from directory.postgres.roles import DatabaseUrls

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
    target = backup_path(file, settings, now)
    with available_database(settings) as urls:
        manifest = back_up(urls.backup, target, at=now)
    say_saved(manifest, target)
    remove_old_backups(settings)


@db.command(name="restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Confirmer, pour une base que DATABASE_URL indique.")
def restore_command(file: Path, yes: bool) -> None:
    """Remplacer toutes les données par celles de la sauvegarde FILE.

    Les données présentes sont d'abord sauvegardées ; rien ne change si la restauration échoue.
    Ce qui a été effacé d'une personne depuis cette sauvegarde l'est de nouveau, un accord retiré le
    reste, et qui n'a plus d'accès n'en retrouve pas. Pendant ce temps, le site se lit, mais rien ne
    s'y enregistre.
    """
    settings = Settings()
    if not settings.is_private and not yes:
        raise Conflict(
            gettext("Ceci remplacera toutes les données de la base que DATABASE_URL indique."),
            remedy=gettext("Pour le vouloir vraiment, ajoutez --yes."),
        )
    _require(settings.admin_url, settings, "FANAL_ADMIN_URL")
    read_manifest(file)
    put_back(settings, file)
    remove_old_backups(settings)


@db.command()
def reindex() -> None:
    """Refaire l'index de recherche à partir des fiches."""
    with available_database(Settings()) as urls:
        count = make_searchable(urls.app)
    click.echo(
        ngettext(
            "L'index de recherche est refait (%(num)s service).",
            "L'index de recherche est refait (%(num)s services).",
            count,
        )
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
