"""Putting a backup back: what was erased, taken back or shut out since stays so."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import click
from psycopg.errors import UndefinedColumn, UndefinedTable
from sqlalchemy import make_url
from sqlalchemy.exc import ProgrammingError

from directory.accounts.standing import ShutOut, Standing, shut_out_again, standing
from directory.cli.first_run import make_searchable, session_on
from directory.cli.saving import save_before
from directory.config import Settings
from directory.errors import FanalError
from directory.i18n import gettext, ngettext
from directory.postgres import roles
from directory.postgres.addresses import available_database, in_database
from directory.postgres.backup import Manifest
from directory.postgres.doctor import Verdict
from directory.postgres.read_only import read_only
from directory.postgres.restore import restore
from directory.postgres.roles import DatabaseUrls
from directory.privacy.key_copies import check_sealed
from directory.privacy.keys import keyring
from directory.privacy.rotation import anything_sealed
from directory.referrals.erasures import (
    Again,
    TakenBack,
    cannot_tell,
    take_back_again,
    taken_back,
)


@dataclass(frozen=True, slots=True)
class _Known:
    """What the database that is replaced tells of what must stay so."""

    taken_back: dict[UUID, TakenBack]
    standing: Standing


@dataclass(slots=True)
class _Finishing:
    """Makes a restored database ready, before it takes its place: searchable, erased as it was."""

    urls: DatabaseUrls
    known: _Known
    require_hold: Callable[[], None]
    shut_out: ShutOut = field(default_factory=ShutOut)

    def __call__(self, url: str) -> None:
        """Work on the new database, whose owner has this address."""
        make_searchable(url)
        new_urls = in_database(self.urls, str(make_url(url).database))
        with session_on(new_urls.superuser) as session:
            again = take_back_again(session, self.known.taken_back)
            self.shut_out = shut_out_again(session, self.known.standing, at=datetime.now(UTC))
        _say_again(again, self.shut_out)
        self.require_hold()


def put_back(settings: Settings, file: Path) -> None:
    """Replace everything by a backup, and say what it is, and what is left to do.

    :raise FanalError: nothing was changed.
    """
    with available_database(settings, create=True) as urls:
        with roles.connect(urls.owner) as connection:
            engine, name = roles.engine_of(connection), connection.info.dbname
        # The superuser's address may name another database, in which nothing was ever erased.
        urls = in_database(urls, name)
        with read_only(in_database(urls, "postgres").superuser, name) as require_hold:
            save_before(settings, urls)
            finishing = _Finishing(urls, _known(urls), require_hold)
            manifest = restore(urls, file, database=name, engine=engine, reindex=finishing)
        advice = _about_keys(settings, urls)
    _say_restored(manifest, file)
    for line in _left_to_do(finishing.shut_out):
        click.echo(line)
    for line in filter(None, advice):
        click.echo(line, err=True)


def _known(urls: DatabaseUrls) -> _Known:
    """Ask the database that is to be replaced.

    :raise Unavailable: it is of a version that kept less.
    """
    with session_on(urls.superuser) as session:
        try:
            return _Known(taken_back(session), standing(session))
        except ProgrammingError as error:
            if isinstance(error.orig, UndefinedTable | UndefinedColumn):
                raise cannot_tell() from error
            raise


def _say_again(again: Again, shut_out: ShutOut) -> None:
    """Say how much was taken out of the backup once more."""
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
    if shut_out.again:
        click.echo(
            ngettext(
                "%(num)s accès fermé ou réduit depuis l'est de nouveau.",
                "%(num)s accès fermés ou réduits depuis le sont de nouveau.",
                shut_out.again,
            )
        )


def _say_restored(manifest: Manifest, file: Path) -> None:
    click.echo(
        ngettext(
            "%(num)s ligne de %(file)s est restaurée.",
            "%(num)s lignes de %(file)s sont restaurées.",
            manifest.row_count,
            file=file,
        )
    )


def _left_to_do(shut_out: ShutOut) -> Iterator[str]:
    if shut_out.unknown and not shut_out.known:
        yield gettext(
            "La base remplacée ne connaissait personne de cette sauvegarde : tout y est comme ce "
            "jour-là, et chacun se connecte de nouveau. Effacez, fermez, retirez, suspendez ou "
            "corrigez de nouveau ce qui l'a été depuis (« fanal persons erase », « fanal accounts "
            "list »)."
        )
        return
    yield gettext(
        "Chacun doit se connecter de nouveau. Refaites ce qui manque depuis la sauvegarde : "
        "invitations, vérifications, corrections de fiches (adresses comprises)."
    )
    if shut_out.unknown:
        yield ngettext(
            "%(num)s compte ou structure de la sauvegarde n'était plus dans la base remplacée : "
            "voyez si son accès vaut encore (« fanal accounts list »).",
            "%(num)s comptes ou structures de la sauvegarde n'étaient plus dans la base "
            "remplacée : voyez si leur accès vaut encore (« fanal accounts list »).",
            shut_out.unknown,
        )


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
