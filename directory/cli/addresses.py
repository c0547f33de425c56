"""`fanal addresses`: the streets and house numbers of whole départements, from files or fetched."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn
from rich.table import Table
from rich.text import Text
from sqlalchemy.orm import Session

from directory.addresses.actions import remove_department
from directory.addresses.age import age_label, is_old, known_on
from directory.addresses.loaded import loaded_departments
from directory.addresses.models import AddressDepartment
from directory.config import Settings
from directory.db import make_engine, make_sessions
from directory.errors import FanalError, InvalidInput
from directory.i18n import gettext
from directory.imports.addresses.checksums import read_sha256
from directory.imports.addresses.download import ALLOWED_HOSTS, Download, department_url, download
from directory.imports.addresses.pipeline import Options, import_file
from directory.postgres import roles
from directory.postgres.addresses import available_database
from directory.territories.areas import departement_name

#: Whatever it is: what cannot be opened is told like any other refused file.
_FILE = click.Path(path_type=Path)


@click.group()
def addresses() -> None:
    """Les adresses de départements entiers : charger, mettre à jour, lister, retirer."""


def _options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that every load has."""
    for option in (
        click.option("--accept-fewer", is_flag=True, help="Accepter bien moins d'adresses."),
        click.option("--again", is_flag=True, help="Recharger même un fichier identique."),
    ):
        command = option(command)
    return command


@addresses.command(name="import")
@click.argument("files", metavar="FILE...", type=_FILE, nargs=-1, required=True)
@_options
@click.option(
    "--dated-on",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Jour des données ; par défaut, celui que dit le nom du fichier.",
)
def import_files(
    files: Sequence[Path], again: bool, accept_fewer: bool, dated_on: datetime | None
) -> None:
    """Charger des fichiers de la base adresse nationale, un par département (CSV, gzip ou non).

    Chacun remplace son département ; un fichier refusé n'empêche pas les autres.
    """
    options = Options(dated_on.date() if dated_on else None, accept_fewer, again)
    with _Loading.opened(Settings()) as loading:
        for file in files:
            loading.attempt(file.name, partial(loading.load, file, options))
    loading.end()


@addresses.command()
@click.argument("codes", nargs=-1)
@_options
@click.option("--sha256", help="Somme de contrôle attendue, pour un seul département.")
def update(codes: Sequence[str], again: bool, accept_fewer: bool, sha256: str | None) -> None:
    """Télécharger et charger les départements CODES (93, 2A, 974), sinon ceux qui le sont déjà."""
    settings = Settings()
    expected = read_sha256(sha256) if sha256 else None
    options = Options(None, accept_fewer, again)
    with _Loading.opened(settings) as loading:
        wanted = [code.upper() for code in codes] or loading.loaded_codes()
        if expected and len(wanted) != 1:
            raise InvalidInput(
                gettext("Une somme de contrôle vaut pour un seul département."),
                field="sha256",
                remedy=gettext("Mettez-les à jour un par un."),
            )
        for code in dict.fromkeys(wanted):
            loading.attempt(
                code, partial(loading.fetch_and_load, settings, code, expected, options)
            )
    loading.end()


@addresses.command(name="list")
def list_loaded() -> None:
    """Dire quels départements sont chargés, d'où ils viennent et leur âge."""
    with _session(Settings()) as session:
        departments = loaded_departments(session)
    console = Console()
    if not departments:
        console.print(gettext("Aucune adresse n'est chargée."))
        console.print(
            gettext(
                "Lancez « fanal addresses update 93 », ou sans réseau « fanal addresses import "
                "FICHIER »."
            )
        )
        return
    today = datetime.now(UTC).date()
    console.print(_listed(departments, today))
    if old := [
        department.code for department in departments if is_old(known_on(department), today)
    ]:
        console.print(
            gettext(
                "Plus de six mois : lancez « fanal addresses update %(codes)s ».",
                codes=" ".join(old),
            )
        )


@addresses.command()
@click.argument("codes", nargs=-1, required=True)
def remove(codes: Sequence[str]) -> None:
    """Retirer les adresses des départements CODES."""
    with _session(Settings()) as session:
        for code in dict.fromkeys(code.upper() for code in codes):
            department = remove_department(session, code=code)
            session.commit()
            click.echo(
                gettext(
                    "Retiré : %(name)s (%(code)s), %(addresses)s adresses.",
                    name=departement_name(code),
                    code=code,
                    addresses=department.addresses,
                )
            )


@dataclass
class _Loading:
    """Several départements, one after the other: what stops one leaves the others alone."""

    session: Session
    progress: Progress
    failed: int = 0
    loaded: int = 0

    @classmethod
    @contextmanager
    def opened(cls, settings: Settings) -> Iterator["_Loading"]:
        """Load for the block; the statistics of the tables are renewed at its end."""
        with available_database(settings) as urls:
            with _session_at(urls.owner) as session, _progress() as progress:
                loading = cls(session, progress)
                yield loading
            if loading.loaded:
                with roles.connect(urls.owner) as connection:
                    connection.execute("VACUUM (ANALYZE) street, address, address_department")

    def attempt(self, name: str, step: Callable[[], None]) -> None:
        """Run a step; keep nothing of one that a person has to mend, and tell why."""
        try:
            step()
        except FanalError as error:
            self.session.rollback()
            self.failed += 1
            refused = gettext("Rien n'a changé : %(file)s", file=name)
            self.progress.console.print(Text(refused, style="bold red"))
            for line in filter(None, (error.message, error.remedy)):
                self.progress.console.print(Text(line))

    def load(self, file: Path, options: Options) -> None:
        """Put a file in the place of its département."""
        task = self.progress.add_task(gettext("%(file)s : lecture", file=file.name), total=1.0)

        def on_read(share: float) -> None:
            self.progress.update(task, completed=share)
            if share == 1:
                told = gettext("%(file)s : écriture", file=file.name)
                self.progress.update(task, description=told, total=None)

        def on_wait(code: str) -> None:
            told = gettext(
                "%(file)s : un autre import du %(code)s finit", file=file.name, code=code
            )
            self.progress.update(task, description=told)

        try:
            report = import_file(
                self.session,
                file,
                at=datetime.now(UTC),
                options=options,
                progress=on_read,
                on_wait=on_wait,
            )
            self.session.commit()
        finally:
            self.progress.remove_task(task)
        self.loaded += not report.is_same
        report.show(self.progress.console)

    def fetch_and_load(
        self, settings: Settings, code: str, sha256: str | None, options: Options
    ) -> None:
        """Download the file of a département and put it in its place; the file is not kept."""
        fetched = self._fetch(settings, code, sha256)
        try:
            self.load(fetched.path, replace(options, dated_on=fetched.dated_on))
        finally:
            fetched.path.unlink(missing_ok=True)

    def loaded_codes(self) -> list[str]:
        """Return the codes of the départements that are loaded.

        :raise InvalidInput: there is none to renew.
        """
        codes = [department.code for department in loaded_departments(self.session)]
        self.session.rollback()
        if not codes:
            raise InvalidInput(
                gettext("Aucune adresse n'est chargée : il n'y a rien à mettre à jour."),
                field="code",
                remedy=gettext("Dites quels départements : « fanal addresses update 93 75 »."),
            )
        return codes

    def end(self) -> None:
        """Make the command fail when something was refused."""
        if self.failed:
            raise click.exceptions.Exit(1)

    def _fetch(self, settings: Settings, code: str, sha256: str | None) -> Download:
        url = department_url(settings.addresses_url, code)
        task = self.progress.add_task(gettext("%(code)s : téléchargement", code=code), total=None)
        try:
            return download(
                url,
                settings.data_dir.absolute() / "downloads",
                sha256=sha256,
                allowed_hosts=ALLOWED_HOSTS | {urlsplit(url).hostname or ""},
                progress=lambda done, total: self.progress.update(
                    task, completed=done, total=total
                ),
            )
        finally:
            self.progress.remove_task(task)


def _listed(departments: Sequence[AddressDepartment], today: date) -> Table:
    table = Table()
    for label in (gettext("Code"), gettext("Département"), gettext("Données du"),
                  gettext("Chargé le"), gettext("Âge")):  # fmt: skip
        table.add_column(label)
    for label in (gettext("Voies"), gettext("Adresses"), gettext("Refusées")):
        table.add_column(label, justify="right")
    for department in departments:
        table.add_row(
            department.code,
            departement_name(department.code),
            str(department.source_dated_on or "–"),
            str(department.imported_at.date()),
            age_label(known_on(department), today),
            *(
                f"{count:,}".replace(",", " ")
                for count in (department.streets, department.addresses, department.refused)
            ),
        )
    return table


@contextmanager
def _progress() -> Iterator[Progress]:
    # Square brackets in the name of a file are no colours.
    told = TextColumn("{task.description}", markup=False)
    console = Console()
    with Progress(
        told,
        BarColumn(),
        TaskProgressColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as progress:
        yield progress


@contextmanager
def _session(settings: Settings) -> Iterator[Session]:
    with available_database(settings) as urls, _session_at(urls.owner) as session:
        yield session


@contextmanager
def _session_at(url: str) -> Iterator[Session]:
    engine = make_engine(url, pool_size=1)
    try:
        with make_sessions(engine)() as session:
            yield session
    finally:
        engine.dispose()
