"""Changing the loaded addresses, a whole département at a time. Nothing here commits.

Searches go on with the old edition until the transaction is kept; one that is not kept leaves no
trace.
"""

from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from directory.addresses import staging
from directory.addresses.incoming import Incoming, Replacement, SourceFile
from directory.addresses.models import AddressDepartment
from directory.errors import Conflict, NotFound
from directory.i18n import gettext

#: A source that has so much fewer addresses than the edition in force is incomplete.
LARGEST_LOSS = 0.1

_PATIENTLY = text("SET LOCAL statement_timeout = 0")


def hold_department(session: Session, code: str, *, patiently: bool = True) -> bool:
    """Keep others from changing a département until the transaction ends.

    False when somebody else is changing it now and one does not wait `patiently`.
    """
    lock = func.hashtext(f"addresses:{code}")
    if session.scalar(select(func.pg_try_advisory_xact_lock(lock))):
        return True
    if patiently:
        session.execute(_PATIENTLY)
        session.execute(select(func.pg_advisory_xact_lock(lock)))
    return patiently


def replace_department(
    session: Session,
    *,
    code: str,
    incoming: Incoming,
    source: SourceFile,
    at: datetime,
    accept_fewer: bool = False,
) -> Replacement:
    """Make a département hold exactly these addresses, under a new edition number.

    A street stands where that of its addresses does which is nearest to their mean, the lowest
    number of two as near. A street without a row is left out. Another replacement of the same
    département is waited for.

    :raise Conflict: more than 10 % of the addresses in force would vanish (unless `accept_fewer`).
    """
    session.execute(_PATIENTLY)
    hold_department(session, code)
    staging.stage(session, incoming)
    kept, doubled = staging.keep_one_of_each(session)
    # Read after the lock: it may be the edition of the import that was waited for.
    known = session.get(AddressDepartment, code, populate_existing=True)
    if known is not None and not accept_fewer:
        _check_loss(known.addresses, kept)
    department = known or AddressDepartment(code=code, edition=0, streets=0, addresses=0)
    department.edition = max(department.edition + 1, int(at.timestamp() * 1_000_000))
    department.source = source.name
    department.source_dated_on = source.dated_on
    department.sha256 = source.sha256
    department.imported_at = at
    department.refused = incoming.refused
    session.add(department)
    session.flush()
    staging.delete_edition(session, code)
    department.streets, department.addresses = staging.write_edition(
        session, code, incoming.streets
    )
    session.flush()
    return Replacement(department.streets, department.addresses, doubled)


def remove_department(session: Session, *, code: str) -> AddressDepartment:
    """Remove a département with its streets and addresses; return what it was.

    :raise NotFound: it is not loaded.
    """
    session.execute(_PATIENTLY)
    hold_department(session, code)
    known = session.get(AddressDepartment, code, populate_existing=True)
    if known is None:
        raise NotFound(
            gettext("Aucune adresse du département « %(code)s » n'est chargée.", code=code[:10]),
            field="code",
            remedy=gettext("« fanal addresses list » montre ceux qui le sont."),
        )
    staging.delete_edition(session, code)
    session.delete(known)
    session.flush()
    return known


def _check_loss(loaded: int, wanted: int) -> None:
    if wanted < loaded * (1 - LARGEST_LOSS):
        raise Conflict(
            gettext(
                "Le fichier contient %(wanted)s adresses, le département en a %(loaded)s : "
                "il est sans doute incomplet.",
                wanted=wanted,
                loaded=loaded,
            ),
            field="file",
            remedy=gettext("S'il est complet, ajoutez l'option --accept-fewer."),
        )
