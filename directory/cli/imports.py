"""`fanal import`: bring listings in from a file, with a report of every row that was not plain."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import click
from rich.console import Console
from rich.progress import track
from sqlalchemy.orm import Session

from directory.cli.address_sources import address_sources
from directory.config import Settings
from directory.db import make_engine, make_sessions
from directory.errors import InvalidInput
from directory.i18n import gettext
from directory.imports import pipeline
from directory.imports.files import day_of_name
from directory.imports.france_services import FranceServices
from directory.imports.mapping import Importer
from directory.imports.remarks import Remark
from directory.imports.report import Report
from directory.imports.rows import read_file
from directory.imports.seed_listings import SOURCE_NAME, SeedListings
from directory.listings.actions import store_vocabulary
from directory.listings.placing import AddressSources
from directory.postgres.addresses import available_database
from directory.territories.queries import load_gazetteer

T = TypeVar("T")

console = Console(stderr=True)

_FILE = click.Path(dir_okay=False, path_type=Path)


def _options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the file and the options that every import has."""
    for option in (
        click.option("--withdraw-missing", is_flag=True, help="Fermer ce qui n'y est plus."),
        click.option("--accept-changes", is_flag=True, help="Accepter plus de 5 % de changements."),
        click.option("--report", "report_file", type=_FILE, help="Écrire les remarques (CSV)."),
        click.option("--dry-run", is_flag=True, help="Dire ce qui changerait, sans rien changer."),
        click.argument("file", type=_FILE),
    ):
        command = option(command)
    return command


@click.group(name="import")
def imports() -> None:
    """Reprendre des fiches d'un fichier."""


@imports.command(name="france-services")
@_options
@click.option(
    "--dated-on",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Jour où la liste était vraie ; par défaut, la date du nom du fichier.",
)
def france_services(
    file: Path,
    dry_run: bool,
    report_file: Path | None,
    accept_changes: bool,
    withdraw_missing: bool,
    dated_on: datetime | None,
) -> None:
    """Reprendre la liste des France Services (CSV publié par l'État)."""
    day = dated_on.date() if dated_on else day_of_name(file.name)
    options = pipeline.Options(dry_run, accept_changes, withdraw_missing)
    with _session() as (session, sources):
        importer = FranceServices(sources.gazetteer, day)
        _run(session, importer, file, options, sources, report_file)


@imports.command()
@_options
@click.option(
    "--source",
    default=SOURCE_NAME,
    show_default=True,
    help="Nom de la liste : chaque liste a le sien, et ne change que ses propres fiches.",
)
def listings(
    file: Path,
    dry_run: bool,
    report_file: Path | None,
    accept_changes: bool,
    withdraw_missing: bool,
    source: str,
) -> None:
    """Reprendre une liste au format de Fanal (colonnes de « seed_listings.csv »)."""
    options = pipeline.Options(dry_run, accept_changes, withdraw_missing)
    with _session() as (session, sources):
        importer = SeedListings(sources.gazetteer, source)
        _run(session, importer, file, options, sources, report_file)


def _run(
    session: Session,
    importer: Importer,
    file: Path,
    options: pipeline.Options,
    sources: AddressSources,
    report_file: Path | None,
) -> None:
    """Import, keep all or nothing, and tell. An obstacle makes the command fail."""
    try:
        report = pipeline.run(
            session,
            importer=importer,
            content=read_file(file),
            file=file.name,
            at=datetime.now(UTC),
            options=options,
            sources=sources,
            track=_with_progress,
        )
    except InvalidInput as error:
        report = Report(file=file.name, obstacle=Remark.of_error(error, file=file.name))
    if report.is_applied:
        session.commit()
    else:
        session.rollback()
    _tell(report, report_file)


def _tell(report: Report, report_file: Path | None) -> None:
    report.show(Console())
    if report_file is not None:
        try:
            report.write_csv(report_file)
        except OSError as error:
            raise InvalidInput(
                gettext("Le rapport ne peut pas être écrit dans « %(file)s ».", file=report_file),
                field="report",
                remedy=gettext("Choisissez un dossier où vous pouvez écrire."),
            ) from error
    if report.obstacle is not None:
        raise click.exceptions.Exit(1)


def _with_progress(items: Sequence[T]) -> Iterable[T]:
    return track(items, description=gettext("Écriture…"), console=console, transient=True)


@contextmanager
def _session() -> Iterator[tuple[Session, AddressSources]]:
    """Open a session, and what addresses without a point are looked up in.

    Only our own tables: an outside service that answers slowly would keep the import waiting with
    everything it has locked. « fanal places geocode --online » asks it afterwards.
    """
    settings = Settings()
    with available_database(settings) as urls:
        engine = make_engine(urls.app, pool_size=1)
        try:
            with make_sessions(engine)() as session:
                store_vocabulary(session)
                with address_sources(urls.app, load_gazetteer(session), settings) as sources:
                    yield session, sources
        finally:
            engine.dispose()
