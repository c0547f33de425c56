"""Reading which départements are loaded."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.addresses.models import AddressDepartment


def loaded_departments(session: Session) -> Sequence[AddressDepartment]:
    """Return the départements whose addresses are loaded, by code."""
    return session.scalars(select(AddressDepartment).order_by(AddressDepartment.code)).all()


def loaded_sha256(session: Session, code: str) -> str | None:
    """Return the checksum of the file a département came from, None when there is none."""
    return session.scalar(select(AddressDepartment.sha256).where(AddressDepartment.code == code))
