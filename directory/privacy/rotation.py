"""Rotation: what the master key seals is sealed again under a new one, while the site works.

The former keys stay in the ring, so every row opens at any moment, before and after its turn;
stopped in the middle, it goes on where it was. Backups made before still need the former keys.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, TableClause, column, func, select, table, update
from sqlalchemy.orm import Session

from directory.privacy.keys import Keyring
from directory.privacy.sealing import CannotUnseal, Place

#: Rows that are sealed again in one transaction.
LOT = 500


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """A column whose values the master key seals, each bound to its row."""

    table: str
    column: str
    id: str

    def place(self, row_id: object) -> Place:
        """Return where the value of a row lies."""
        return Place(self.table, self.column, str(row_id))

    @property
    def source(self) -> TableClause:
        """The table, by name: those who own it stand above this package."""
        return table(self.table, column(self.id), column(self.column))


#: All of them; what is sealed under a referral's own key needs no rotation.
SEALED = (
    SealedColumn("referral_key", "wrapped", "referral_id"),
    SealedColumn("account", "totp_secret", "id"),
    SealedColumn("account", "totp_candidate", "id"),
)


@dataclass(slots=True)
class Lot:
    """What became of some rows of a column."""

    #: The last row that was looked at; None: there are no more.
    last_id: Any = None
    sealed_again: int = 0
    #: Rows that no key of the ring opens; they were left as they are.
    unreadable: int = 0


@dataclass(slots=True)
class Survey:
    """How many values lie under each key, by its number."""

    by_number: Counter[int] = field(default_factory=Counter)
    unreadable: int = 0


def seal_lot_again(
    session: Session, ring: Keyring, sealed: SealedColumn, *, after: Any = None
) -> Lot:
    """Seal the next rows under the key in force, from the row after one; the caller commits."""
    source = sealed.source
    lot = Lot()
    for row_id, value in session.execute(_under_former_keys(ring, sealed, after)).all():
        lot.last_id = row_id
        place = sealed.place(row_id)
        try:
            again = ring.seal(ring.unseal(value, place=place), place=place)
        except CannotUnseal:
            lot.unreadable += 1
            continue
        session.execute(
            update(source)
            .where(source.c[sealed.id] == row_id, source.c[sealed.column] == value)
            .values({sealed.column: again})
        )
        lot.sealed_again += 1
    return lot


def survey(session: Session, ring: Keyring) -> Survey:
    """Open every value that the master key seals, and count what opens under which key."""
    found = Survey()
    for sealed in SEALED:
        source = sealed.source
        query = select(source.c[sealed.id], source.c[sealed.column]).where(
            source.c[sealed.column].is_not(None)
        )
        for row_id, value in session.execute(query.execution_options(yield_per=1000)):
            try:
                ring.unseal(value, place=sealed.place(row_id))
            except CannotUnseal:
                found.unreadable += 1
            else:
                found.by_number[value[0]] += 1
    return found


def unreadable_among(session: Session, ring: Keyring, *, most: int = 100) -> int:
    """Return how many of some values no key of the ring opens; of each column, so many at most."""
    found = 0
    for sealed in SEALED:
        source = sealed.source
        query = select(source.c[sealed.id], source.c[sealed.column]).where(
            source.c[sealed.column].is_not(None)
        )
        for row_id, value in session.execute(query.limit(most)):
            try:
                ring.unseal(value, place=sealed.place(row_id))
            except CannotUnseal:
                found += 1
    return found


def anything_sealed(session: Session) -> bool:
    """Tell whether the master key seals anything yet."""
    return any(session.execute(_sealed_rows(sealed).limit(1)).first() for sealed in SEALED)


def _sealed_rows(sealed: SealedColumn) -> Select[Any]:
    source = sealed.source
    return select(source.c[sealed.id]).where(source.c[sealed.column].is_not(None))


def _under_former_keys(ring: Keyring, sealed: SealedColumn, after: Any) -> Select[Any]:
    source = sealed.source
    row_id, value = source.c[sealed.id], source.c[sealed.column]
    query = (
        select(row_id, value)
        .where(func.length(value) > 0, func.get_byte(value, 0) != ring.current.number)
        .order_by(row_id)
        .limit(LOT)
        .with_for_update()
    )
    return query if after is None else query.where(row_id > after)
