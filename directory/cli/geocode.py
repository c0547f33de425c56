"""`fanal geocode`: a file of addresses made into the same file with positions."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from directory.cli.address_sources import address_sources
from directory.config import Settings
from directory.db import make_engine, make_sessions
from directory.i18n import gettext
from directory.imports.geocoding.answering import Answers, Outcome
from directory.imports.geocoding.columns import Columns, find_columns
from directory.imports.geocoding.opening import Layout, open_table
from directory.imports.geocoding.run import (
    ADDED,
    Summary,
    added_names,
    covered_communes,
)
from directory.imports.geocoding.run import geocode as geocode_table
from directory.imports.geocoding.writing import output_beside
from directory.postgres.addresses import available_database
from directory.territories.queries import load_gazetteer

_FILE = click.Path(path_type=Path)


@click.command()
@click.argument("file", type=_FILE)
@click.option("-o", "--output", type=_FILE, help="Fichier à écrire ; il ne doit pas exister.")
@click.option("--address", metavar="COLONNE", help="Colonne de l'adresse (numéro et rue).")
@click.option("--postcode", metavar="COLONNE", help="Colonne du code postal.")
@click.option("--insee", metavar="COLONNE", help="Colonne du code INSEE de la commune.")
@click.option("--city", metavar="COLONNE", help="Colonne du nom de la commune.")
@click.option(
    "--online/--offline",
    default=False,
    help="Demander aussi au service d'adresses extérieur ce que nos tables n'ont pas : les "
    "adresses sortent alors de cette machine. Par défaut, non : elles peuvent être celles de "
    "personnes.",
)
def geocode(
    file: Path,
    output: Path | None,
    address: str | None,
    postcode: str | None,
    insee: str | None,
    city: str | None,
    online: bool,
) -> None:
    """Ajouter à chaque ligne de FILE (CSV) la position de son adresse, et pourquoi celle-là.

    Le code INSEE l'emporte sur le code postal, et lui sur le nom de la commune ; une adresse
    n'est jamais placée hors de sa commune. Rien n'est gardé des adresses.
    """
    settings = Settings()
    output = output or output_beside(file)
    told = {"address": address, "postcode": postcode, "insee": insee, "city": city}
    # The file is looked at first: starting the database for one that is not there is a long no.
    with open_table(file) as table:
        columns = find_columns(table.layout.names, told)
        _tell_columns(table.layout, columns)
        with _answers(settings, online=online) as answers, _progress(file) as on_progress:
            summary = geocode_table(
                table, columns, answers, path=file, output=output, on_progress=on_progress
            )
    _tell(summary, output)


@contextmanager
def _answers(settings: Settings, *, online: bool) -> Iterator[Answers]:
    with available_database(settings) as urls:
        engine = make_engine(urls.app, pool_size=1)
        with make_sessions(engine)() as session:
            gazetteer, covered = load_gazetteer(session), covered_communes(session)
        engine.dispose()
        if not covered:
            click.echo(
                gettext(
                    "Aucune adresse n'est chargée dans Fanal : sans --online, chaque ligne aura "
                    "le centre de sa commune. Chargez un département avec « fanal addresses »."
                )
            )
        with address_sources(urls.app, gazetteer, settings, online=online) as sources:
            yield Answers(sources, covered)


@contextmanager
def _progress(file: Path) -> Iterator[Callable[[int], None]]:
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(gettext("Recherche…"), total=file.stat().st_size)
        yield lambda done: progress.update(task, completed=done)


def _tell_columns(layout: Layout, columns: Columns) -> None:
    parts = [
        f"{label} « {layout.names[rank]} »"
        for label, rank in (
            (gettext("adresse"), columns.address),
            (gettext("code INSEE"), columns.insee),
            (gettext("code postal"), columns.postcode),
            (gettext("commune"), columns.city),
        )
        if rank is not None
    ]
    click.echo(gettext("Colonnes lues : %(columns)s.", columns=", ".join(parts)))
    if not columns.state_commune:
        click.echo(gettext("Pas de colonne de commune : elle est lue à la fin de chaque adresse."))
    renamed = [
        f"{name} → {given}"
        for name, given in zip(ADDED, added_names(layout.names), strict=True)
        if name != given
    ]
    if renamed:
        click.echo(
            gettext("Noms déjà pris dans le fichier : %(renamed)s.", renamed=", ".join(renamed))
        )


def _tell(summary: Summary, output: Path) -> None:
    labels = {
        Outcome.HOUSENUMBER: gettext("au numéro"),
        Outcome.STREET: gettext("à la rue ou au lieu-dit"),
        Outcome.COMMUNE: gettext("au centre de la commune"),
        Outcome.REVIEW: gettext("à vérifier"),
        Outcome.FAILED: gettext("sans position"),
    }
    click.echo(
        gettext("Lignes écrites dans %(file)s : %(count)s.", file=output, count=summary.total())
    )
    for outcome, label in labels.items():
        click.echo(f"  {summary[outcome]:>8} {label}")
