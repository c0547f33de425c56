"""Read → map → compare → apply, shared by every importer. Nothing here commits.

The whole file is taken or nothing is: what stands in the way is told by the report, whose
`obstacle` then is not None.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.errors import Conflict, InvalidInput
from directory.i18n import gettext
from directory.imports.comparison import Comparison, compare
from directory.imports.mapping import Importer, MappedService, Mapping
from directory.imports.remarks import BrokenFile, Remark, Severity
from directory.imports.report import Report
from directory.imports.rows import SourceRow, read_table
from directory.listings.actions import check_draft, put_services, withdraw_service
from directory.listings.drafts import ServiceDraft, Source
from directory.listings.placing import AddressSources, Placed, locations_of, place_locations

T = TypeVar("T")

Batch = Sequence[MappedService]

#: How many services are written together: a step of the progress.
BATCH = 200

#: Shows how far a long loop has come, and gives its items on.
Track = Callable[[Sequence[T]], Iterable[T]]


@dataclass(frozen=True, slots=True)
class Options:
    """What the operator decides."""

    is_dry_run: bool = False
    #: Take a file that changes more than 5 % of what is known.
    accept_changes: bool = False
    #: Close the services that the file no longer has.
    withdraw_missing: bool = False


def run(
    session: Session,
    *,
    importer: Importer,
    content: bytes,
    file: str,
    at: datetime,
    options: Options | None = None,
    sources: AddressSources | None = None,
    track: Track[Batch] = iter,
) -> Report:
    """Bring the listings of a source to what its file says, and tell everything about it.

    A second run of the same file changes nothing. Fields that a person changed here stay. Places
    with an address and no point are looked up in `sources`, without which they stay at the centre
    of their commune.

    :raise Conflict: another import of the same source is under way.
    """
    options = options or Options()
    try:
        table = read_table(content, file=file, columns=importer.columns)
    except InvalidInput as error:
        line = error.line if isinstance(error, BrokenFile) else 0
        return Report(file=file, obstacle=Remark.of_error(error, file=file, line=line))
    rows = [row for row in table.rows if not row.is_blank]
    mapping = importer.map(rows, file=file)
    check_every_row(mapping, rows)
    lock_source(session, importer.source)
    comparison = compare(session, mapping.services, importer.source)
    report = Report(
        file=file,
        rows=len(rows),
        placed=len(mapping.placed_lines),
        refused=len(mapping.refused_lines),
        comparison=comparison,
        remarks=(*table.remarks, *mapping.remarks, *_vanished(comparison, file, options)),
        is_dry_run=options.is_dry_run,
    )
    obstacle = _unstorable(comparison.to_store, file)
    if obstacle is None and not options.accept_changes:
        obstacle = _quarantine(comparison, file)
    if obstacle is not None or options.is_dry_run:
        return report.with_obstacle(obstacle)
    return _applied(session, report, importer.source, at, options, sources, track)


def check_every_row(mapping: Mapping, rows: Sequence[SourceRow]) -> None:
    """Stop when a row was lost or counted twice: that would be our mistake, not the file's."""
    unaccounted = mapping.unaccounted(rows)
    if unaccounted:
        message = f"lines neither placed nor refused, or both: {unaccounted[:20]}"
        raise RuntimeError(message)


def lock_source(session: Session, source: Source) -> None:
    """Keep the source for this transaction.

    :raise Conflict: another import of it is under way; waiting would outlast the statement.
    """
    lock = func.pg_try_advisory_xact_lock(func.hashtext(f"import:{source.name}"))
    if not session.scalar(select(lock)):
        raise Conflict(
            gettext("Un autre import de « %(source)s » est en cours.", source=source.name),
            field="source",
            remedy=gettext("Attendez qu'il finisse, puis recommencez."),
        )


def _applied(
    session: Session,
    report: Report,
    source: Source,
    at: datetime,
    options: Options,
    sources: AddressSources | None,
    track: Track[Batch],
) -> Report:
    """Write the differences, or nothing; return the report with what that gave."""
    located = Placed()
    try:
        with session.begin_nested():
            for services in track(_batches(report.comparison.to_store)):
                drafts = [service.draft for service in services]
                put_services(session, drafts=drafts, source=source, at=at)
                if sources is not None:
                    ids = locations_of(session, source=source.name, keys=_location_keys(drafts))
                    located += place_locations(session, ids, sources=sources, at=at)
            if options.withdraw_missing:
                for known in report.comparison.vanished:
                    withdraw_service(session, service_id=known.id, at=at)
    except InvalidInput as error:
        return report.with_obstacle(Remark.of_error(error, file=report.file))
    return replace(report, located=located)


def _location_keys(drafts: Iterable[ServiceDraft]) -> set[str]:
    return {place.location.key for draft in drafts for place in draft.places if place.location}


def _batches(services: Batch) -> list[Batch]:
    return [services[first : first + BATCH] for first in range(0, len(services), BATCH)]


def _unstorable(services: Batch, file: str) -> Remark | None:
    """Return why the first draft that cannot be stored cannot, None when all can."""
    for service in services:
        try:
            check_draft(service.draft)
        except InvalidInput as error:
            return Remark.of_error(error, file=file, line=service.lines[0])
    return None


def _quarantine(comparison: Comparison, file: str) -> Remark | None:
    if not comparison.is_suspicious:
        return None
    return Remark(
        severity=Severity.REFUSED,
        file=file,
        line=0,
        field="file",
        value="",
        message=gettext(
            "Sur %(known)s services connus de cette source, %(changed)s changeraient et "
            "%(vanished)s disparaîtraient : plus de 5 %%. Rien n'a été écrit.",
            known=comparison.known,
            changed=len(comparison.changed),
            vanished=len(comparison.vanished),
        ),
        remedy=gettext(
            "Vérifiez que le fichier est entier et le bon ; s'il l'est, ajoutez --accept-changes."
        ),
    )


def _vanished(comparison: Comparison, file: str, options: Options) -> list[Remark]:
    remedy = (
        gettext("Il est fermé par cet import.")
        if options.withdraw_missing
        else gettext("Vérifiez-le, ou fermez les absents avec --withdraw-missing.")
    )
    return [
        Remark(
            severity=Severity.DOUBTFUL,
            file=file,
            line=0,
            field="key",
            value=f"{known.key} – {known.name}",
            message=gettext("Ce service n'est plus dans le fichier."),
            remedy=remedy,
        )
        for known in comparison.vanished
    ]
