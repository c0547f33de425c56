"""The audit of changes, chained and sealed by the worker, so that a changed byte shows.

A trigger writes one line for each written row, in the same transaction. Every few seconds the
lines that came since are sealed: a digest of each, and one digest, keyed by a key the database
does not have, over all of them and over the seal before. The newest is told to the log, and so
leaves the machine's database: who rewrites the whole chain still cannot rewrite that.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson
import structlog
from sqlalchemy import CursorResult, Row, delete, func, insert, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from directory.config import Settings
from directory.privacy.keys import Keyring, keyring
from directory.privacy.models import AuditEntry, AuditSeal

log = structlog.get_logger("fanal.audit")

#: Bytes of an entry's digest that a seal keeps.
MARK_BYTES = 16
#: Lines below one seal, so that none grows without bound.
MOST_ENTRIES = 10_000
#: What the first seal follows.
BEGINNING = bytes(32)

#: How long sealing may keep those who write waiting; it comes back in a few seconds.
_PATIENCE = text("SET LOCAL lock_timeout = '200ms'")
_WAIT_FOR_WRITERS = text("LOCK TABLE audit_entry IN SHARE MODE")

_COLUMNS = (
    AuditEntry.id,
    AuditEntry.at,
    AuditEntry.table_name,
    AuditEntry.row_id,
    AuditEntry.operation,
    AuditEntry.columns,
    AuditEntry.account_id,
    AuditEntry.organization_id,
    AuditEntry.database_role,
)


@dataclass(slots=True)
class Findings:
    """What a check of the audit found."""

    #: Lines that were looked at, and seals.
    entries: int = 0
    seals: int = 0
    #: Lines that no seal covers yet.
    unsealed: int = 0
    #: Lines that were changed, or added below a seal later.
    altered: list[int] = field(default_factory=list)
    #: (last line of a seal, how many of its lines are gone)
    missing: list[tuple[int, int]] = field(default_factory=list)
    #: Seals that were changed, or whose predecessor was.
    broken: list[int] = field(default_factory=list)
    #: When the oldest seal was made, and the newest.
    since: datetime | None = None
    until: datetime | None = None
    #: Digest of the newest seal.
    head: bytes = BEGINNING
    #: Those of all seals: one that was noted elsewhere is still among them.
    digests: set[bytes] = field(default_factory=set)

    @property
    def holds(self) -> bool:
        """True when nothing was changed of what is there; nothing at all holds too."""
        return not (self.altered or self.missing or self.broken)


def seal_audit(session: Session, *, at: datetime, settings: Settings) -> int:
    """Seal the lines that came since the last seal; return how many.

    0 also when others are writing without a pause just now.
    """
    newest = _newest_settled(session)
    if newest is None:
        return 0
    ring, sealed = keyring(settings), 0
    after, head = _last_sealed(session)
    while lot := _entries(session, after, newest, limit=MOST_ENTRIES):
        marks = b"".join(map(mark_of, lot))
        after, previous = lot[-1].id, head
        head = chained(ring, previous, sealed_at=at, after=after, marks=marks)
        session.execute(
            insert(AuditSeal).values(
                sealed_at=at,
                last_entry_id=after,
                entries=len(lot),
                marks=marks,
                previous=previous,
                digest=head,
            )
        )
        sealed += len(lot)
    if sealed:
        log.info("audit_sealed", entries=sealed, last_entry_id=after, head=head.hex())
    return sealed


def verify_audit(session: Session, ring: Keyring, *, kept_since: datetime) -> Findings:
    """Compute every seal again from its lines.

    The oldest seal stands without its lines if it is older than what is kept: what it says of
    itself, its day included, is computed all the same.
    """
    found, after = Findings(), 0
    seals = select(AuditSeal).order_by(AuditSeal.id).execution_options(yield_per=10)
    for seal in session.scalars(seals):
        found.seals += 1
        found.digests.add(seal.digest)
        lines = _entries(session, after, seal.last_entry_id)
        found.entries += len(lines)
        is_anchor = found.seals == 1 and not lines and seal.sealed_at < kept_since
        _check_seal(found, seal, ring, is_anchor=is_anchor)
        if not is_anchor:
            _check_lines(found, seal, lines)
        after, found.head = seal.last_entry_id, seal.digest
        found.since, found.until = found.since or seal.sealed_at, seal.sealed_at
        session.expunge(seal)
    found.unsealed = _count_after(session, after)
    return found


def forget_audit(session: Session, *, before: datetime) -> int:
    """Delete the lines sealed before an instant; return how many.

    Their last seal stays: those after it are chained to it.
    """
    last = session.execute(
        select(AuditSeal.id, AuditSeal.last_entry_id)
        .where(AuditSeal.sealed_at <= before)
        .order_by(AuditSeal.id.desc())
        .limit(1)
    ).one_or_none()
    if last is None:
        return 0
    session.execute(delete(AuditSeal).where(AuditSeal.id < last.id))
    lines = delete(AuditEntry).where(AuditEntry.id <= last.last_entry_id)
    result: CursorResult[Any] = session.connection().execute(lines)
    return result.rowcount


def mark_of(entry: Row[*tuple[Any, ...]]) -> bytes:
    """Return the short digest of one line, over all it tells."""
    number, at, *told = entry
    return hashlib.sha256(orjson.dumps([number, at.astimezone(UTC), *told])).digest()[:MARK_BYTES]


def chained(
    ring: Keyring, previous: bytes, *, sealed_at: datetime | None, after: int, marks: bytes
) -> bytes:
    """Return the digest of a seal: of its lines, its end, its day, and the seal before.

    `sealed_at` is None for a seal that was made before its day was in it.
    """
    told = hashlib.sha256(marks).hexdigest()
    day = () if sealed_at is None else (sealed_at.astimezone(UTC).isoformat(),)
    return ring.digest("audit_seal", "|".join((previous.hex(), str(after), told, *day)))


def _newest_settled(session: Session) -> int | None:
    """Return the newest line below which no other can still appear; None when that is unsure.

    Lines get their number before their transaction ends: for an instant, none may be under way.
    """
    instant = session.begin_nested()
    try:
        session.execute(_PATIENCE)
        session.execute(_WAIT_FOR_WRITERS)
        return session.scalar(select(func.max(AuditEntry.id))) or 0
    except OperationalError:
        return None
    finally:
        # The lock goes with it.
        instant.rollback()


def _last_sealed(session: Session) -> tuple[int, bytes]:
    query = select(AuditSeal.last_entry_id, AuditSeal.digest).order_by(AuditSeal.id.desc()).limit(1)
    last = session.execute(query).one_or_none()
    return (last.last_entry_id, last.digest) if last else (0, BEGINNING)


def _entries(
    session: Session, after: int, until: int, *, limit: int | None = None
) -> Sequence[Row[*tuple[Any, ...]]]:
    """Return lines in the order of their numbers: after one, up to another."""
    query = (
        select(*_COLUMNS)
        .where(AuditEntry.id > after, AuditEntry.id <= until)
        .order_by(AuditEntry.id)
        .limit(limit)
    )
    return session.execute(query).all()


def _check_seal(found: Findings, seal: AuditSeal, ring: Keyring, *, is_anchor: bool) -> None:
    is_former = seal.previous is None
    if is_anchor and is_former:
        # Nothing is left to compute it from. Alone it covers no line, which is told; and what
        # follows it names its digest.
        return
    previous = seal.previous if is_anchor and seal.previous else found.head
    again = chained(
        ring,
        previous,
        sealed_at=None if is_former else seal.sealed_at,
        after=seal.last_entry_id,
        marks=seal.marks,
    )
    is_whole = len(seal.marks) == MARK_BYTES * seal.entries
    follows = is_former or seal.previous == previous
    if not (is_whole and follows and hmac.compare_digest(again, seal.digest)):
        found.broken.append(seal.id)


def _check_lines(found: Findings, seal: AuditSeal, lines: Sequence[Row[*tuple[Any, ...]]]) -> None:
    marks = [mark_of(line) for line in lines]
    if b"".join(marks) == seal.marks:
        return
    sealed = {
        seal.marks[start : start + MARK_BYTES] for start in range(0, len(seal.marks), MARK_BYTES)
    }
    pairs = zip(lines, marks, strict=True)
    found.altered += [line.id for line, mark in pairs if mark not in sealed]
    if len(lines) < seal.entries:
        found.missing.append((seal.last_entry_id, seal.entries - len(lines)))


def _count_after(session: Session, entry_id: int) -> int:
    query = select(func.count()).select_from(AuditEntry).where(AuditEntry.id > entry_id)
    return session.scalar(query) or 0
