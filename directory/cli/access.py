"""`fanal access`: who may open which page, as docs/access.md keeps it."""

import click

from directory.app import create_app
from directory.config import Settings
from directory.web.access import page


@click.command()
def access() -> None:
    """Écrire qui peut ouvrir quelle page (docs/access.md)."""
    # No connection is opened: only the addresses and their guards are read.
    click.echo(page(create_app(Settings(database_url="postgresql+psycopg:///"))), nl=False)
