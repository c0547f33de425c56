"""What a file would change: its drafts beside what the same source gave before."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.imports.mapping import MappedService
from directory.listings.drafts import Source, fingerprint
from directory.listings.models import Service

#: Beyond this share of what is known, a file is more likely broken than the world changed.
LARGEST_CHANGE = 0.05

#: So few changes are somebody's work of the day, however short the list.
FEW_CHANGES = 3


@dataclass(frozen=True, slots=True)
class KnownService:
    """A service that the source gave before."""

    id: int
    key: str
    name: str
    status: str
    source_hash: str | None
    dated_on: date | None
    licence: str | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The drafts of a file by what storing them does, and what the file no longer has."""

    created: tuple[MappedService, ...] = ()
    changed: tuple[MappedService, ...] = ()
    #: Only the date or licence of the source is another: nothing for people to see.
    redated: tuple[MappedService, ...] = ()
    unchanged: tuple[MappedService, ...] = ()
    vanished: tuple[KnownService, ...] = ()
    known: int = 0

    @property
    def to_store(self) -> tuple[MappedService, ...]:
        """The drafts that have to be written."""
        return (*self.created, *self.changed, *self.redated)

    @property
    def is_suspicious(self) -> bool:
        """True when more than 5 % of the known services would change or vanish at once."""
        touched = len(self.changed) + len(self.vanished)
        return touched > max(self.known * LARGEST_CHANGE, FEW_CHANGES)


def compare(session: Session, services: Iterable[MappedService], source: Source) -> Comparison:
    """Return what storing these drafts would do; writes nothing."""
    known = known_services(session, source.name)
    groups: dict[str, list[MappedService]] = {}
    keys = set()
    for service in services:
        keys.add(service.draft.key)
        change = _change(service, known.get(service.draft.key), source)
        groups.setdefault(change, []).append(service)
    alive = [service for service in known.values() if service.status != "closed"]
    return Comparison(
        created=tuple(groups.get("created", ())),
        changed=tuple(groups.get("changed", ())),
        redated=tuple(groups.get("redated", ())),
        unchanged=tuple(groups.get("unchanged", ())),
        vanished=tuple(service for service in alive if service.key not in keys),
        known=len(alive),
    )


def known_services(session: Session, source_name: str) -> dict[str, KnownService]:
    """Return what a source gave before, closed services included, by their keys."""
    query = (
        select(
            Service.id,
            Service.source_key,
            Service.name,
            Service.status,
            Service.source_hash,
            Service.source_dated_on,
            Service.source_licence,
        )
        .where(Service.source == source_name)
        .order_by(Service.id)
    )
    return {row[1]: KnownService(*row) for row in session.execute(query)}


def _change(service: MappedService, known: KnownService | None, source: Source) -> str:
    if known is None:
        return "created"
    if fingerprint((service.draft, source)) == known.source_hash:
        return "unchanged"
    as_before = Source(source.name, known.dated_on, known.licence)
    if fingerprint((service.draft, as_before)) == known.source_hash:
        return "redated"
    return "changed"
