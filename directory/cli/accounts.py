"""`fanal accounts`: the first admin, organisations and their teams, and whom to shut out."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.accounts.actions import close_account
from directory.accounts.invitations import invite as invite_member
from directory.accounts.invitations import invite_admin
from directory.accounts.links import link_token
from directory.accounts.logins import end_logins as end_all_logins
from directory.accounts.models import Account, AccountLink, OrganizationAccount
from directory.accounts.organizations import create_organization_account, verify_organization
from directory.accounts.permissions import Role
from directory.accounts.second_factor import replace_lost_telephone
from directory.cli.first_run import session_on
from directory.config import Settings
from directory.errors import FanalError, NotFound
from directory.i18n import gettext
from directory.listings.models import Organization
from directory.outbox.servers import mail_folder, mail_server
from directory.outbox.writing import site_url
from directory.postgres.addresses import available_database
from directory.privacy.keys import keyring

_DEPARTEMENT = "--departement"


@click.group()
def accounts() -> None:
    """Les comptes : administrer, inviter, vérifier une structure, fermer."""


@accounts.command()
@click.argument("email")
@click.option(_DEPARTEMENT, "departements", multiple=True, help="Seulement celui-ci (répétable).")
def create_admin(email: str, departements: tuple[str, ...]) -> None:
    """Nommer EMAIL administrateur de tout, ou de quelques départements."""
    settings = Settings()
    with _session(settings) as session:
        link = invite_admin(
            session,
            email=email,
            departements=departements,
            is_super_admin=not departements,
            invited_by=None,
            keyring=keyring(settings),
            at=datetime.now(UTC),
        )
    _tell_link(settings, link)


@accounts.command()
@click.argument("name")
@click.option(_DEPARTEMENT, required=True, help="Département de son siège.")
@click.option("--prescribing", is_flag=True, help="Elle oriente des personnes.")
@click.option("--receiving", is_flag=True, help="Elle accueille des personnes orientées.")
@click.option("--listed", type=int, help="Numéro de la structure, si elle a des fiches.")
@click.option("--siret")
@click.option("--mail", help="Où annoncer les demandes qu'elle reçoit.")
def create_organization(
    name: str,
    departement: str,
    prescribing: bool,
    receiving: bool,
    listed: int | None,
    siret: str | None,
    mail: str | None,
) -> None:
    """Faire prendre part la structure NAME aux orientations."""
    with _session(Settings()) as session:
        made = create_organization_account(
            session,
            departement=departement,
            is_prescribing=prescribing,
            is_receiving=receiving,
            by=None,
            at=datetime.now(UTC),
            organization_id=listed,
            name=name,
            siret=siret,
            referral_email=mail,
        )
        number = made.organization_id
    click.echo(gettext("La structure porte le numéro %(number)s.", number=number))
    click.echo(gettext("Après contrôle : « fanal accounts verify %(number)s ».", number=number))


@accounts.command()
@click.argument("email")
@click.option("--organization", type=int, required=True, help="Numéro de la structure.")
@click.option(
    "--role", type=click.Choice([role.value for role in Role]), default=Role.CASEWORKER.value
)
def invite(email: str, organization: int, role: str) -> None:
    """Inviter EMAIL dans l'équipe d'une structure."""
    settings = Settings()
    with _session(settings) as session:
        link = invite_member(
            session,
            organization_id=organization,
            email=email,
            role=Role(role),
            invited_by=None,
            keyring=keyring(settings),
            at=datetime.now(UTC),
        )
    _tell_link(settings, link)


@accounts.command()
@click.argument("organization", type=int)
def verify(organization: int) -> None:
    """Noter que quelqu'un a contrôlé la structure ORGANIZATION."""
    with _session(Settings()) as session:
        verify_organization(session, organization_id=organization, user=None, at=datetime.now(UTC))
    click.echo(gettext("C'est noté : elle peut envoyer et recevoir des orientations."))


@accounts.command(name="list")
def list_command() -> None:
    """Lister les structures qui prennent part, puis les comptes."""
    with _session(Settings()) as session:
        query = (
            select(Organization.id, Organization.name, OrganizationAccount)
            .join(OrganizationAccount)
            .order_by(Organization.sort_key, Organization.id)
        )
        for number, name, part in session.execute(query):
            click.echo(f"{number}  {name}  ({part.departement}, {_part_of(part)})")
        for account in session.scalars(select(Account).order_by(Account.email)):
            click.echo(f"{account.email}  {account.name}  ({_state(account)})")


@accounts.command()
@click.argument("email")
def close(email: str) -> None:
    """Fermer le compte EMAIL : ses connexions prennent fin, aucune invitation ne le rouvre."""
    with _session(Settings()) as session:
        close_account(session, account_id=_id_of(session, email), at=datetime.now(UTC))
    click.echo(gettext("Le compte est fermé."))


@accounts.command()
@click.argument("email")
def end_logins(email: str) -> None:
    """Mettre fin à toutes les connexions de EMAIL."""
    with _session(Settings()) as session:
        end_all_logins(session, account_id=_id_of(session, email), at=datetime.now(UTC))
    click.echo(gettext("Ses connexions ont pris fin."))


@accounts.command()
@click.argument("email")
def lost_telephone(email: str) -> None:
    """Retirer le second facteur et le mot de passe de EMAIL ; vérifiez d'abord son identité."""
    with _session(Settings()) as session:
        replace_lost_telephone(session, account_id=_id_of(session, email), at=datetime.now(UTC))
    click.echo(
        gettext("C'est fait : « mot de passe oublié » lui en donne un nouveau par courriel.")
    )


@contextmanager
def _session(settings: Settings) -> Iterator[Session]:
    with available_database(settings) as urls, session_on(urls.app) as session:
        try:
            yield session
        except NotFound as error:
            if error.remedy:
                raise
            # The words of a page, that tell nobody what exists: whoever has a shell may know.
            raise NotFound(
                gettext("Aucune structure n'a ce numéro."),
                remedy=gettext("« fanal accounts list » donne celles qui prennent part."),
            ) from error


def _id_of(session: Session, email: str) -> int:
    """Return the account of an address.

    :raise NotFound: there is none.
    """
    query = select(Account.id).where(Account.email == email.strip().lower())
    id = session.scalars(query).one_or_none()
    if id is None:
        raise NotFound(
            gettext("Aucun compte n'a cette adresse."),
            field="EMAIL",
            remedy=gettext("« fanal accounts list » les donne toutes."),
        )
    return id


def _part_of(part: OrganizationAccount) -> str:
    if part.suspended_at:
        return gettext("suspendue")
    return gettext("vérifiée") if part.verified_at else gettext("à vérifier")


def _state(account: Account) -> str:
    if account.closed_at:
        return gettext("fermé")
    return gettext("ouvert") if account.password_hash else gettext("sans mot de passe")


def _tell_link(settings: Settings, link: AccountLink) -> None:
    """Say where the link leads, for whoever has no mail yet; it serves once."""
    token = link_token(keyring(settings), link.id)
    click.echo(_how_it_leaves(settings))
    click.echo(f"{site_url(settings)}/invitation/{token}")


def _how_it_leaves(settings: Settings) -> str:
    try:
        mail_server(settings)
    except FanalError as error:
        hand_over = gettext("Donnez vous-même ce lien, qui sert une seule fois :")
        return f"{error.message}\n{hand_over}"
    if mail_folder(settings) is not None:
        return gettext("Aucun courriel ne quitte ce serveur. Ouvrez ce lien, il sert une fois :")
    return gettext("Un courriel part avec ce lien, qui sert une seule fois :")
