"""`fanal demo`: bring the demonstration data in, and take it away before real use."""

from datetime import UTC, datetime

import click

from directory.config import Settings
from directory.db import make_engine, make_sessions, unit_of_work
from directory.errors import Conflict
from directory.i18n import gettext
from directory.imports import demonstration
from directory.listings.actions import store_vocabulary
from directory.postgres.addresses import available_database


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
    with available_database(settings) as urls:
        engine = make_engine(urls.app, pool_size=1)
        with unit_of_work(make_sessions(engine)) as session:
            store_vocabulary(session)
            done = demonstration.load(session, at=now)
        engine.dispose()
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
    """Retirer toutes les fiches inventées ; les vraies fiches restent."""
    now = datetime.now(UTC)
    with available_database(Settings()) as urls:
        engine = make_engine(urls.app, pool_size=1)
        with unit_of_work(make_sessions(engine)) as session:
            done = demonstration.remove(session, at=now, with_leads=with_leads)
        engine.dispose()
    click.echo(
        gettext(
            "Fiches inventées retirées : %(examples)s. Pistes fermées : %(leads)s.",
            examples=done.examples,
            leads=done.leads,
        )
    )
