"""Putting a backup back: what was erased, taken back or shut out since stays so."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from uuid import UUID

import click
from sqlalchemy import make_url
from sqlalchemy.exc import ProgrammingError

from directory.accounts.standing import Standing, shut_out_again, standing
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
from directory.referrals.erasures import TakenBack, cannot_tell, take_back_again, taken_back


@dataclass(frozen=True, slots=True)
class _Known:
    """What the database that is replaced tells of what must stay so."""

    taken_back: dict[UUID, TakenBack]
    standing: Standing


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
            known = _known(urls)
            finish = partial(_finish, urls, known, require_hold)
            manifest = restore(urls, file, database=name, engine=engine, reindex=finish)
        advice = _about_keys(settings, urls)
    _say_restored(manifest, file)
    click.echo(_left_to_do(known))
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
            raise cannot_tell() from error


def _finish(urls: DatabaseUrls, known: _Known, require_hold: Callable[[], None], url: str) -> None:
    """Make a restored database ready, before it takes its place: searchable, erased as it was."""
    make_searchable(url)
    new_urls = in_database(urls, str(make_url(url).database))
    with session_on(new_urls.superuser) as session:
        again = take_back_again(session, known.taken_back)
        shut_out = shut_out_again(session, known.standing, at=datetime.now(UTC))
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
    if shut_out:
        click.echo(
            ngettext(
                "%(num)s accès fermé ou réduit depuis l'est de nouveau.",
                "%(num)s accès fermés ou réduits depuis le sont de nouveau.",
                shut_out,
            )
        )
    require_hold()


def _say_restored(manifest: Manifest, file: Path) -> None:
    click.echo(
        ngettext(
            "%(num)s ligne de %(file)s est restaurée.",
            "%(num)s lignes de %(file)s sont restaurées.",
            manifest.row_count,
            file=file,
        )
    )


def _left_to_do(known: _Known) -> str:
    if known.standing.accounts:
        return gettext(
            "Chacun doit se connecter de nouveau. Refaites ce qui manque depuis la sauvegarde :"
            " invitations, vérifications, corrections de fiches et d'adresses."
        )
    return gettext(
        "Les comptes, les équipes et les adresses sont ceux de la sauvegarde : fermez, retirez,"
        " suspendez ou corrigez de nouveau ce qui l'a été depuis."
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
