"""`fanal demo`: bring the demonstration data in, and take it away before real use."""

from datetime import UTC, datetime

import click
from sqlalchemy.orm import Session

from directory.accounts.demonstration import forget_passwords, organization_ids, remove_accounts
from directory.cli.first_run import session_on
from directory.config import Settings
from directory.errors import Conflict
from directory.i18n import gettext
from directory.imports import demonstration
from directory.listings.actions import store_vocabulary
from directory.postgres.addresses import available_database
from directory.privacy.scope import require_every_row
from directory.referrals.demonstration import remove_referrals


@click.group()
def demo() -> None:
    """Les données de démonstration : charger, retirer."""


@demo.command()
def load() -> None:
    """Charger les fiches inventées (« exemple ») et les pistes à vérifier."""
    settings = Settings()
    if not settings.is_private:
        raise Conflict(
            gettext("Des fiches inventées n'ont pas leur place dans une base de production."),
            field="DATABASE_URL",
            remedy=gettext("Chargez-les dans la base privée de Fanal, sans DATABASE_URL."),
        )
    now = datetime.now(UTC)
    with available_database(settings) as urls, session_on(urls.app) as session:
        store_vocabulary(session)
        done = demonstration.load(session, at=now)
    click.echo(
        gettext(
            "Fiches inventées : %(examples)s. Pistes à vérifier : %(leads)s.",
            examples=done.examples,
            leads=done.leads,
        )
    )


@demo.command()
@click.option("--with-leads", is_flag=True, help="Fermer aussi les pistes à vérifier.")
def remove(with_leads: bool) -> None:
    """Retirer les fiches, les comptes et les orientations inventés ; le reste demeure."""
    now = datetime.now(UTC)
    settings = Settings()
    # As the worker: the application may not delete a referral.
    with available_database(settings) as urls, session_on(urls.worker) as session:
        require_every_row(session)
        referrals = _remove_accounts(session)
        done = demonstration.remove(session, at=now, with_leads=with_leads)
    forget_passwords(settings)
    click.echo(
        gettext(
            "Fiches inventées retirées : %(examples)s. Pistes fermées : %(leads)s. "
            "Orientations d'essai retirées : %(referrals)s.",
            examples=done.examples,
            leads=done.leads,
            referrals=referrals,
        )
    )


def _remove_accounts(session: Session) -> int:
    """Remove the referrals of invented organisations, then their accounts; return how many."""
    ids = organization_ids(session)
    referrals = remove_referrals(session, organization_ids=ids) if ids else 0
    remove_accounts(session)
    return referrals
