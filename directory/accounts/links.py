"""Links sent by mail, to accept an invitation or choose a new password: random, kept as a digest
only, open for a while, spent once."""

from datetime import datetime, timedelta
from typing import Literal
from uuid import uuid4

from sqlalchemy import ColumnElement, and_, exists, select, update
from sqlalchemy.orm import Session

from directory.accounts.models import AccountLink, OrganizationAccount
from directory.errors import NotFound
from directory.i18n import gettext
from directory.outbox.actions import put_message
from directory.privacy.keys import Keyring, token_hash

Purpose = Literal["invitation", "reset"]

#: An invitation may wait for somebody who comes on Tuesdays; a new password is for now.
LIFETIMES: dict[Purpose, timedelta] = {
    "invitation": timedelta(days=7),
    "reset": timedelta(hours=1),
}


def issue_link(
    session: Session,
    *,
    purpose: Purpose,
    email: str,
    keyring: Keyring,
    at: datetime,
    organization_id: int | None = None,
    role: str | None = None,
    invited_by_account_id: int | None = None,
) -> AccountLink:
    """Make a link, and put the mail that carries it into the outbox."""
    id = str(uuid4())
    link = AccountLink(
        id=id,
        purpose=purpose,
        token_hash=token_hash(link_token(keyring, id)),
        email=email,
        organization_id=organization_id,
        role=role,
        invited_by_account_id=invited_by_account_id,
        created_at=at,
        expires_at=at + LIFETIMES[purpose],
    )
    session.add(link)
    session.flush()
    put_message(session, kind=purpose, recipient=email, values={"account_link_id": id}, at=at)
    return link


def link_token(keyring: Keyring, id: str) -> str:
    """Return the token of a link, which is stored nowhere."""
    return keyring.token("account_link", id)


def find_link(
    session: Session, *, token: str, purpose: Purpose, at: datetime
) -> AccountLink | None:
    """Return the link of a token, or None: unknown, of another purpose, spent or too old.

    Nothing changes: mail scanners open links too.
    """
    return session.scalars(select(AccountLink).where(_is_open(token, purpose, at))).one_or_none()


def has_invitation(session: Session, *, email: str, at: datetime) -> bool:
    """Tell whether an invitation waits for an address."""
    waiting = exists().where(
        AccountLink.email == email,
        AccountLink.purpose == "invitation",
        AccountLink.spent_at.is_(None),
        AccountLink.expires_at > at,
    )
    return bool(session.scalar(select(waiting)))


def spend_link(session: Session, *, token: str, purpose: Purpose, at: datetime) -> AccountLink:
    """Spend a link; of two who do so at once, one does.

    :raise NotFound: there is no such link, or not any more.
    """
    spent = session.scalars(
        update(AccountLink)
        .where(_is_open(token, purpose, at))
        .values(spent_at=at)
        .returning(AccountLink)
        .execution_options(synchronize_session=False, populate_existing=True)
    ).one_or_none()
    if spent is None:
        raise link_gone()
    return spent


def withdraw_invitations(
    session: Session,
    *,
    account_id: int,
    at: datetime,
    organization_id: int | None = None,
    departement: str | None = None,
) -> None:
    """Take back what somebody sent who may invite no more: all of it, or into one organisation, or
    into those of one département. Else she came back by another address of hers."""
    condition = AccountLink.invited_by_account_id == account_id
    if organization_id is not None:
        condition &= AccountLink.organization_id == organization_id
    if departement is not None:
        condition &= AccountLink.organization_id.in_(
            select(OrganizationAccount.organization_id).where(
                OrganizationAccount.departement == departement
            )
        )
    session.execute(
        update(AccountLink)
        .where(condition, AccountLink.purpose == "invitation", AccountLink.spent_at.is_(None))
        .values(spent_at=at)
        .execution_options(synchronize_session=False)
    )


def link_gone() -> NotFound:
    """Return the refusal of a link that does not open, whatever the reason."""
    return NotFound(
        gettext("Ce lien ne sert plus."),
        remedy=gettext("Il a peut-être servi, ou trop attendu : demandez-en un nouveau."),
    )


def _is_open(token: str, purpose: Purpose, at: datetime) -> ColumnElement[bool]:
    return and_(
        AccountLink.token_hash == token_hash(token),
        AccountLink.purpose == purpose,
        AccountLink.spent_at.is_(None),
        AccountLink.expires_at > at,
    )
