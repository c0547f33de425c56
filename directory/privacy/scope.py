"""For whom a transaction reads and writes: what row-level security asks (migration 0010).

The scope is put into each transaction anew, and only for it: with a setting of the session, the
next request on the same connection would see the rows of the one before.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, SessionTransaction, sessionmaker

from directory.errors import Unavailable
from directory.i18n import gettext

_SET = text(
    "SELECT set_config('fanal.organization', :organization, true),"
    " set_config('fanal.account', :account, true),"
    " set_config('fanal.referral', :referral, true),"
    " set_config('fanal.answer_link', :answer_link, true),"
    " set_config('fanal.departements', :departements, true)"
)


@dataclass(frozen=True, slots=True)
class Scope:
    """Who asks. Nothing said: no row of any referral."""

    organization_id: int | None = None
    account_id: int | None = None
    #: One referral, once the token of its answer link was checked.
    referral_id: UUID | None = None
    #: SHA-256 of the token, to look its link up.
    answer_link: bytes | None = None
    #: Whose figures an admin may read; `*` for all.
    departements: tuple[str, ...] = ()

    def values(self) -> dict[str, str]:
        """Return the settings, as text; empty for what is not said."""
        return {
            "organization": str(self.organization_id or ""),
            "account": str(self.account_id or ""),
            "referral": str(self.referral_id or ""),
            "answer_link": (self.answer_link or b"").hex(),
            "departements": ",".join(self.departements),
        }


NOBODY = Scope()


def scoped_sessions(engine: Engine) -> sessionmaker[Session]:
    """Return a maker of sessions whose every transaction begins with its scope."""
    return scope_each_transaction(sessionmaker(engine, expire_on_commit=False))


def scope_each_transaction(maker: sessionmaker[Session]) -> sessionmaker[Session]:
    """Have the sessions of a maker put their scope at the beginning of each transaction."""

    class ScopedSession(Session):
        """A session that says for whom it asks."""

    event.listen(ScopedSession, "after_begin", _put_in_force)
    return sessionmaker(class_=ScopedSession, **maker.kw)


def set_scope(session: Session, scope: Scope) -> None:
    """Say for whom this session asks from now on, in this transaction and those that follow."""
    session.info["scope"] = scope
    session.execute(_SET, scope.values())


def scope_of(session: Session) -> Scope:
    """Return for whom a session asks."""
    scope: Scope = session.info.get("scope", NOBODY)
    return scope


@contextmanager
def acting_for(session: Session, **changes: Any) -> Iterator[None]:
    """Ask for somebody else within the block, for what a rule allows: `organization_id=…`."""
    before = scope_of(session)
    set_scope(session, replace(before, **changes))
    try:
        yield
        session.flush()
    except BaseException:
        session.info["scope"] = before
        # After a failure of the database nothing more can be asked, which must not hide what it
        # was; the rollback ends the scope.
        with suppress(SQLAlchemyError):
            session.execute(_SET, before.values())
        raise
    set_scope(session, before)


def require_every_row(session: Session) -> None:
    """Check that nothing is hidden from whoever works for everyone: jobs, rotation of keys.

    :raise Unavailable: row-level security binds this role; it would see nothing, and say so to
        nobody.
    """
    query = "SELECT rolbypassrls OR rolsuper FROM pg_roles WHERE rolname = current_user"
    if not session.scalar(text(query)):
        raise Unavailable(
            gettext("Ce rôle de la base ne voit pas toutes les lignes."),
            field="FANAL_WORKER_URL",
            remedy=gettext("Donnez l'adresse de la base pour le rôle « fanal_worker »."),
        )


def _put_in_force(
    session: Session, transaction: SessionTransaction, connection: Connection
) -> None:
    """Set the scope on the connection of a transaction that begins."""
    connection.execute(_SET, scope_of(session).values())
