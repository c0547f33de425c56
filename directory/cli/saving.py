"""Where backups go, what is said of them, and when they end."""

from datetime import UTC, datetime
from pathlib import Path

import click

from directory.config import Settings
from directory.errors import Conflict, InvalidInput, Unavailable
from directory.i18n import gettext, ngettext
from directory.postgres import roles
from directory.postgres.addresses import backups_folder, backups_path
from directory.postgres.backup import Manifest, back_up, file_name, remove_old
from directory.postgres.roles import DatabaseUrls


def backup_path(file: Path | None, settings: Settings, at: datetime) -> Path:
    """Return where a backup goes: what was asked for, else a dated name in the data folder.

    :raise Conflict: something is there already.
    :raise InvalidInput: its folder does not exist.
    """
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


def say_saved(manifest: Manifest, target: Path) -> None:
    """Say where a backup is, and how much it holds."""
    saved = ngettext(
        "Sauvegarde faite : %(file)s (%(num)s ligne).",
        "Sauvegarde faite : %(file)s (%(num)s lignes).",
        manifest.row_count,
        file=target,
    )
    click.echo(saved)


def save_before(settings: Settings, urls: DatabaseUrls) -> None:
    """Keep what a restore is about to replace; an empty database has nothing to keep.

    :raise Unavailable: the backup cannot be made, and there is something to keep.
    """
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
    say_saved(manifest, target)


def remove_old_backups(settings: Settings) -> None:
    """Delete the backups of the data folder that are past their time, and name each."""
    days, now = settings.backup_keep_days, datetime.now(UTC)
    for path in remove_old(backups_path(settings), keep_days=days, at=now):
        click.echo(gettext("Ancienne sauvegarde effacée : %(file)s", file=path.name))
