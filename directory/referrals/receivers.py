"""Who answers for a service: the organisation, its address on file, and whether it was verified."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.accounts.members import accounts_that_may
from directory.accounts.models import Account, OrganizationAccount
from directory.accounts.permissions import Permission
from directory.errors import InvalidInput
from directory.listings.models import Contact, Service, ServiceAtLocation
from directory.outbox.actions import read_address


@dataclass(frozen=True, slots=True)
class Receiver:
    """How a service is reached."""

    organization_id: int
    #: Address on file: the one that was verified with its organisation, else the service's own.
    email: str | None
    #: A person of an admin's verified the organisation: it may get identity.
    is_verified: bool
    #: Somebody of the organisation has an account and may answer.
    has_members: bool
    #: An admin suspended the organisation: nothing goes to it.
    is_suspended: bool

    @property
    def is_reachable(self) -> bool:
        """True when a request finds somebody: by mail, or in an inbox."""
        return self.email is not None or self.has_members


def receiver_of(session: Session, *, service_at_location_id: int | None) -> Receiver | None:
    """Return who answers for a service in a place, or None when the place is gone.

    The address that an admin verified with the organisation comes before those of the listing,
    which an import may change: whoever reads it can accept, and then see how to join the person.
    Of the listing's, the one for professionals comes first, then the oldest; one that cannot be
    read is passed over.
    """
    row = session.execute(
        select(Service.organization_id, OrganizationAccount)
        .join(ServiceAtLocation, ServiceAtLocation.service_id == Service.id)
        .outerjoin(
            OrganizationAccount, OrganizationAccount.organization_id == Service.organization_id
        )
        .where(ServiceAtLocation.id == service_at_location_id)
    ).one_or_none()
    if row is None:
        return None
    organization_id, account = row
    contacts: Sequence[str | None] = session.scalars(
        select(Contact.email)
        .where(Contact.service_at_location_id == service_at_location_id)
        .order_by(Contact.is_for_professionals.desc(), Contact.id)
    ).all()
    own = [account.referral_email if account else None]
    is_verified = account is not None and account.verified_at is not None
    return Receiver(
        organization_id=organization_id,
        email=first_readable([*own, *contacts] if is_verified else [*contacts, *own]),
        is_verified=is_verified,
        has_members=is_verified and account.is_receiving and _has_members(session, organization_id),
        is_suspended=account is not None and account.suspended_at is not None,
    )


def still_answers(receiver: Receiver | None, *, organization_id: int | None) -> bool:
    """Tell whether the organisation that a request was sent to answers for its service still.

    An import may give a service to another one: what the first received is not for it, nor may it
    get identity because the first was verified.
    """
    return receiver is not None and receiver.organization_id == organization_id


def address_on_file(
    session: Session, *, service_at_location_id: int | None, organization_id: int | None
) -> str | None:
    """Return where the organisation that a request was sent to is written to now, if anywhere."""
    receiver = receiver_of(session, service_at_location_id=service_at_location_id)
    own = still_answers(receiver, organization_id=organization_id)
    if receiver is not None and own and receiver.email is not None:
        return receiver.email
    return first_readable(
        session.scalars(
            select(OrganizationAccount.referral_email).where(
                OrganizationAccount.organization_id == organization_id
            )
        )
    )


def address_digest(address: str) -> bytes:
    """Return what a link keeps of the address it went to; capitals do not count."""
    return hashlib.sha256(address.lower().encode()).digest()


def first_readable(addresses: Iterable[str | None]) -> str | None:
    """Return the first address that a mail can be sent to; a listing may hold anything there."""
    for address in addresses:
        try:
            return read_address(address or "")
        except InvalidInput:
            continue
    return None


def _has_members(session: Session, organization_id: int) -> bool:
    answering = accounts_that_may(Permission.ANSWER_REFERRALS, organization_id=organization_id)
    return session.scalar(answering.with_only_columns(Account.id).limit(1)) is not None
