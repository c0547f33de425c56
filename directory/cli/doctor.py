"""`fanal doctor`: what goes well, what does not, and what to do about it."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

import click
import psycopg
from psycopg import Connection
from sqlalchemy.exc import DBAPIError

from directory.addresses.age import is_old
from directory.cli.first_run import session_on
from directory.config import Settings
from directory.errors import FanalError
from directory.i18n import gettext
from directory.outbox.doctor import check_mails, check_worker_role
from directory.postgres import roles
from directory.postgres.addresses import available_database, backups_path
from directory.postgres.doctor import (
    Check,
    Verdict,
    check_machine,
    check_server,
    doubtful,
    right,
    wrong,
)
from directory.privacy.key_copies import check_keys, check_sealed

_LISTED = """
SELECT count(*) FROM service_at_location place JOIN service ON service.id = place.service_id
WHERE place.status = 'active' AND service.status = 'active'
"""

#: A good table of communes places all but one in so many.
MOST_APPROXIMATE = 1000


@click.command()
def doctor() -> None:
    """Vérifier l'installation : une ligne par point, et le remède de ce qui ne va pas."""
    settings = Settings()
    failed = False
    for check in examine(settings):
        click.echo(f"{check.verdict.value} {check.finding}")
        if check.remedy:
            click.echo(f"  → {check.remedy}")
        failed = failed or check.verdict is Verdict.WRONG
    if failed:
        raise SystemExit(1)


def examine(settings: Settings) -> Iterator[Check]:
    """Yield every check, the machine's first; the database's stop at the first that fails."""
    yield from check_machine(settings, backups_path(settings))
    yield check_keys(settings)
    try:
        with available_database(settings) as urls, roles.connect(urls.app) as connection:
            yield from check_server(connection)
            yield _communes(connection)
            yield _addresses(connection)
            yield _search_index(connection)
            yield check_worker_role(settings, urls.worker)
            yield from _sealed(settings, urls)
            yield from check_mails(settings, connection)
    except FanalError as error:
        yield wrong(error.message, error.remedy or "")
    except psycopg.errors.UndefinedTable:
        yield wrong(gettext("Il manque des tables."), gettext("Lancez « fanal db upgrade »."))


def _sealed(settings: Settings, urls: roles.DatabaseUrls) -> Iterator[Check]:
    try:
        with session_on(urls.worker) as session:
            check = check_sealed(settings, session)
    except DBAPIError:
        return  # Said by the check of the worker's role.
    if check is not None:
        yield check


def _communes(connection: Connection[Any]) -> Check:
    query = "SELECT name, communes, approximate FROM territory_source ORDER BY id DESC LIMIT 1"
    row = connection.execute(query).fetchone()
    if row is None:
        return wrong(gettext("Aucune commune n'est chargée."), _official_table())
    return check_communes(*row)


def check_communes(name: str, communes: int, approximate: int) -> Check:
    """Return whether the table of communes is good enough to count distances from.

    The official table itself does not place a handful of communes: no remedy is left then.
    """
    finding = gettext(
        "Communes chargées : %(communes)s (%(source)s), dont %(approximate)s à une position "
        "approximative.",
        communes=communes,
        source=name,
        approximate=approximate,
    )
    if approximate * MOST_APPROXIMATE > communes:
        return doubtful(finding, _official_table())
    return right(finding)


def _official_table() -> str:
    return gettext(
        "Chargez la table officielle : « fanal territories update », ou « fanal territories "
        "import FICHIER » sans réseau."
    )


def _addresses(connection: Connection[Any]) -> Check:
    query = (
        "SELECT code, addresses, coalesce(source_dated_on, imported_at::date)"
        " FROM address_department ORDER BY code"
    )
    return check_addresses(connection.execute(query).fetchall(), datetime.now(UTC).date())


def check_addresses(departments: Sequence[tuple[str, int, date]], today: date) -> Check:
    """Return whether there are addresses of our own, and of late.

    Each département is its code, its number of addresses and the day of the data.
    """
    if not departments:
        return doubtful(
            gettext("Aucune adresse n'est chargée : chacune est demandée au service extérieur."),
            gettext("Chargez vos départements : « fanal addresses update 93 75 »."),
        )
    codes = [code for code, _count, _day in departments]
    finding = gettext(
        "Adresses chargées : %(addresses)s (%(codes)s).",
        addresses=f"{sum(count for _code, count, _day in departments):,}".replace(",", " "),
        codes=", ".join(codes),
    )
    if old := [code for code, _count, day in departments if is_old(day, today)]:
        renew = gettext(
            "Plus de six mois : « fanal addresses update %(codes)s ».", codes=" ".join(old)
        )
        return doubtful(finding, renew)
    return right(finding)


def _search_index(connection: Connection[Any]) -> Check:
    listed = (connection.execute(_LISTED).fetchone() or (0,))[0]
    found = (connection.execute("SELECT count(*) FROM search_entry").fetchone() or (0,))[0]
    if listed == found:
        return right(gettext("L'index de recherche est complet : %(found)s.", found=found))
    return wrong(
        gettext(
            "L'index de recherche est incomplet : %(found)s sur %(listed)s.",
            found=found,
            listed=listed,
        ),
        gettext("Lancez « fanal db reindex »."),
    )
