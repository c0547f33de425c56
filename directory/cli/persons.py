"""`fanal persons`: the rights of a person over what is written about her; and disclosure."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import click
import orjson
from sqlalchemy.orm import Session

from directory.accounts.logins import find_member
from directory.accounts.permissions import Permission, User
from directory.config import Settings
from directory.db import make_engine
from directory.errors import Conflict, InvalidInput, NotFound
from directory.files import create_private
from directory.i18n import gettext, ngettext
from directory.postgres.addresses import available_database
from directory.privacy.access_log import Shown, note_access
from directory.privacy.keys import keyring
from directory.privacy.scope import Scope, require_every_row, scoped_sessions, set_scope
from directory.referrals.fields import FieldName, read_fields
from directory.referrals.models import Referral
from directory.referrals.rights import (
    RequestData,
    disclose,
    erase_person,
    export_person,
    find_person,
    requests_of_person,
)
from directory.referrals.rules import Rules


@click.group()
def persons() -> None:
    """Les droits des personnes : remettre leurs données, les effacer."""


_by = click.option(
    "--by", "email", required=True, help="Adresse du membre de l'équipe qui le demande."
)
_organization = click.option(
    "--organization", "organization_id", type=int, help="Numéro de sa structure, s'il en a deux."
)
_chosen = click.option(
    "--request",
    "chosen",
    type=click.UUID,
    multiple=True,
    help="Numéro d'une demande de la personne, si plusieurs portent ce code. À répéter au besoin.",
)
_output = click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Fichier à écrire, plutôt que l'écran.",
)


@persons.command()
@_by
@_organization
@_chosen
@_output
def export(
    email: str, organization_id: int | None, chosen: tuple[UUID, ...], output: Path | None
) -> None:
    """Écrire en JSON tout ce qui est connu d'une personne ; son code est demandé."""
    settings, at = Settings(), datetime.now(UTC)
    with _member_session(settings, email, organization_id, Permission.READ_REFERRALS) as (
        session,
        user,
    ):
        found = export_person(
            session,
            referrals=_requests(session, settings, user, chosen),
            user=user,
            keyring=keyring(settings),
            at=at,
        )
        told = _as_json([request.to_json() for request in found])
        session.commit()
    _put(told, output)


@persons.command()
@_by
@_organization
@_chosen
@click.option("--yes", is_flag=True, help="Effacer vraiment ; sinon, dire seulement quoi.")
def erase(email: str, organization_id: int | None, chosen: tuple[UUID, ...], yes: bool) -> None:
    """Effacer pour toujours ce qui est écrit d'une personne ; son code est demandé."""
    settings, at = Settings(), datetime.now(UTC)
    with _member_session(settings, email, organization_id, Permission.ERASE_PERSONS) as (
        session,
        user,
    ):
        referrals = _requests(session, settings, user, chosen)
        if not yes:
            for line in _told_apart(session, settings, user, referrals):
                click.echo(line)
            click.echo(gettext("Rien n'est encore effacé : ajoutez --yes."))
            click.echo(_in_backups(settings, at))
            return
        count = erase_person(
            session,
            referrals=referrals,
            user=user,
            rules=Rules.of(settings, keyring(settings)),
            at=at,
        )
        session.commit()
    click.echo(ngettext("%(num)s demande est effacée.", "%(num)s demandes sont effacées.", count))
    click.echo(_in_backups(settings, at))


@persons.command(name="disclose")
@click.argument("id", type=click.UUID)
@_output
def disclose_command(id: UUID, output: Path | None) -> None:
    """Écrire tout ce qui existe de la demande ID, pour une réquisition ; l'audit le note.

    Le numéro exact, un à la fois : il n'y a pas de recherche.
    """
    settings, at = Settings(), datetime.now(UTC)
    with _session(settings, every_row=True) as session:
        found = disclose(session, referral_id=id, keyring=keyring(settings), at=at)
        told = _as_json(found.to_json())
        session.commit()
    _put(told, output)
    for line in _missing(found):
        click.echo(line, err=True)


def _requests(
    session: Session, settings: Settings, user: User, chosen: tuple[UUID, ...]
) -> list[Referral]:
    """Ask for the code, which stays out of the shell's history, and return what is meant of it.

    :raise Conflict: several requests bear it, maybe of two people, and none of them was named.
    :raise NotFound: what was named does not bear it.
    """
    code = click.prompt(gettext("Code ou initiales de la personne"), err=True)
    found = find_person(session, code=code, user=user, keyring=keyring(settings))
    referrals = requests_of_person(session, found.id, to=user)
    if not chosen and len(referrals) == 1:
        return referrals
    meant = [each for each in referrals if each.id in chosen]
    if meant and len(meant) == len(set(chosen)):
        return meant
    for line in _told_apart(session, settings, user, referrals):
        click.echo(line, err=True)
    if chosen:
        raise NotFound(
            gettext("Une de ces demandes ne porte pas ce code."),
            field="--request",
            remedy=gettext("Donnez des numéros de la liste."),
        )
    raise Conflict(
        gettext("Plusieurs demandes portent ce code, peut-être de deux personnes."),
        field="--request",
        remedy=gettext("Donnez le numéro de chaque demande de la personne, avec --request."),
    )


def _told_apart(
    session: Session, settings: Settings, user: User, referrals: list[Referral]
) -> list[str]:
    """Return a line for each request: number, day, state, birth year and language.

    That somebody looked is written down, whatever comes of it.
    """
    lines = []
    for each in referrals:
        note_access(session, referral=each, what=Shown.FILE, user=user, at=datetime.now(UTC))
        known = read_fields(session, referral=each, keyring=keyring(settings), as_receiver=False)
        facts = [known.get(FieldName.BIRTH_YEAR), known.get(FieldName.LANGUAGE)]
        words = [str(each.id), f"{each.created_at:%Y-%m-%d}", each.state, *filter(None, facts)]
        lines.append("  ".join(words))
    session.commit()
    return lines


def _in_backups(settings: Settings, at: datetime) -> str:
    until = at + timedelta(days=settings.backup_keep_days)
    return gettext(
        "Les sauvegardes du dossier de données le contiennent jusqu'au %(day)s ; leur clé n'y est "
        "pas. Supprimez vous-même celles que vous avez copiées ailleurs.",
        day=f"{until:%Y-%m-%d}",
    )


def _missing(found: RequestData) -> Iterator[str]:
    """Yield what does not exist: what is not kept cannot be asked for."""
    names = [name.value for name in found.missing]
    if not found.notes:
        names.append("notes")
    if names:
        yield gettext("N'existe pas : %(names)s.", names=", ".join(names))
    yield gettext("La remise est écrite dans l'audit.")


def _as_json(told: Any) -> bytes:
    return orjson.dumps(told, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _put(told: bytes, output: Path | None) -> None:
    """Write to a new file that its owner alone reads, or to the screen."""
    if output is None:
        click.echo(told.decode(), nl=False)
        return
    try:
        create_private(output, told)
    except FileExistsError:
        raise Conflict(
            gettext("Le fichier %(file)s existe déjà.", file=output),
            field="--output",
            remedy=gettext("Donnez un autre nom."),
        ) from None
    except OSError as error:
        raise InvalidInput(
            gettext("Le fichier %(file)s ne peut pas être écrit.", file=output),
            field="--output",
            remedy=gettext("Donnez un fichier d'un dossier qui existe, et où vous pouvez écrire."),
        ) from error


@contextmanager
def _member_session(
    settings: Settings, email: str, organization_id: int | None, permission: Permission
) -> Iterator[tuple[Session, User]]:
    """Have a session that sees what a member sees, and no more.

    :raise NotFound: nobody has this address, or her role does not let her do that.
    """
    with _session(settings) as session:
        user = find_member(session, email=email, organization_id=organization_id)
        if not user.may(permission):
            raise NotFound(
                gettext("Le rôle de %(email)s ne le permet pas.", email=email),
                field="--by",
                remedy=gettext("Donnez l'adresse d'un responsable de l'équipe."),
            )
        scope = Scope(organization_id=user.organization_id, account_id=user.account_id)
        set_scope(session, scope)
        yield session, user


@contextmanager
def _session(settings: Settings, *, every_row: bool = False) -> Iterator[Session]:
    """Have a session as the site, or as the worker, from whom no row is hidden."""
    with available_database(settings) as urls:
        engine = make_engine(urls.worker if every_row else urls.app, pool_size=1)
        try:
            with scoped_sessions(engine)() as session:
                if every_row:
                    require_every_row(session)
                yield session
        finally:
            engine.dispose()
