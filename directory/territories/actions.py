"""Changing the table of communes. Nothing here commits."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import sql
from sqlalchemy import delete
from sqlalchemy.orm import Session

from directory.errors import Conflict
from directory.i18n import gettext
from directory.territories.commune import Commune
from directory.territories.models import CommuneRow, TerritorySource
from directory.territories.queries import current_version, stored_communes
from directory.territories.sources import Source, bundled

#: A table that loses more than this share of the communes in force is a broken file.
LARGEST_LOSS = 0.05

_COLUMNS = (
    "insee_code",
    "name",
    "kind",
    "departement",
    "region",
    "epci",
    "ept",
    "city_code",
    "postal_codes",
    "population",
    "latitude",
    "longitude",
    "is_approximate",
    "box",
    "former_codes",
    "former_names",
)


@dataclass(frozen=True, slots=True)
class Replacement:
    """What replacing the table changes."""

    added: int
    changed: int
    removed: int
    unchanged: int


def replace_communes(
    session: Session,
    communes: Iterable[Commune],
    *,
    source: Source,
    at: datetime,
    accept_fewer: bool = False,
) -> Replacement:
    """Make the table hold exactly these communes, and note where they come from.

    Only the rows that differ are written, so a second load changes none.

    :raise Conflict: more than 5 % of the communes in force would vanish (unless `accept_fewer`).
    """
    wanted = {commune.insee_code: commune for commune in communes}
    stored = {commune.insee_code: commune for commune in stored_communes(session)}
    if not accept_fewer:
        _check_loss(len(stored), len(wanted))
    added = [commune for code, commune in wanted.items() if code not in stored]
    changed = [
        commune for code, commune in wanted.items() if code in stored and stored[code] != commune
    ]
    removed = sorted(stored.keys() - wanted.keys())
    _write(session, [*added, *changed], [*removed, *(commune.insee_code for commune in changed)])
    _note(session, wanted.values(), source, at)
    return Replacement(
        len(added), len(changed), len(removed), len(wanted) - len(added) - len(changed)
    )


def load_bundled_if_empty(session: Session, *, at: datetime) -> Replacement | None:
    """Load the table shipped with the package on a database that has none; else do nothing."""
    if current_version(session) is not None:
        return None
    table = bundled()
    return replace_communes(session, table.communes, source=table.source, at=at)


def _check_loss(stored: int, wanted: int) -> None:
    if wanted < stored * (1 - LARGEST_LOSS):
        raise Conflict(
            gettext(
                "Le fichier contient %(wanted)s communes, la table en a %(stored)s : "
                "il est sans doute incomplet.",
                wanted=wanted,
                stored=stored,
            ),
            field="file",
            remedy=gettext("S'il est complet, ajoutez l'option --accept-fewer."),
        )


def _write(session: Session, communes: list[Commune], outdated: list[str]) -> None:
    """Delete what is outdated and copy what is new: 35,000 inserts would take ten times longer."""
    connection = session.connection()
    if outdated:
        connection.execute(delete(CommuneRow).where(CommuneRow.insee_code.in_(outdated)))
    driver_connection: Any = connection.connection.driver_connection
    columns = sql.SQL(", ").join(map(sql.Identifier, _COLUMNS))
    statement = sql.SQL("COPY commune ({}) FROM STDIN").format(columns)
    with driver_connection.cursor() as cursor, cursor.copy(statement) as copy:
        for commune in communes:
            copy.write_row(_row(commune))


def _row(commune: Commune) -> tuple[object, ...]:
    """Return the values of a commune, in the order of `_COLUMNS`."""
    position = commune.position
    return (
        commune.insee_code,
        commune.name,
        commune.kind.value,
        commune.departement,
        commune.region,
        commune.epci,
        commune.ept,
        commune.city_code,
        list(commune.postal_codes),
        commune.population,
        position.latitude if position else None,
        position.longitude if position else None,
        commune.is_approximate,
        list(commune.box) if commune.box else None,
        list(commune.former_codes),
        list(commune.former_names),
    )


def _note(session: Session, communes: Iterable[Commune], source: Source, at: datetime) -> None:
    listed = list(communes)
    session.add(
        TerritorySource(
            name=source.name,
            licence=source.licence,
            sha256=source.sha256,
            loaded_at=at,
            communes=len(listed),
            approximate=sum(commune.is_approximate for commune in listed),
        )
    )
    session.flush()
