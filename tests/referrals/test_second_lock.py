"""Row-level security: what the database itself refuses, whatever the application asks."""

from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, insert, select, text, update
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session, sessionmaker

from directory.accounts.models import OrganizationAccount
from directory.db import Base, make_engine
from directory.postgres import roles
from directory.postgres.roles import DatabaseUrls
from directory.privacy.scope import Scope, scoped_sessions, set_scope
from directory.referrals.models import (
    AnswerLink,
    Referral,
    ReferralEvent,
    ReferralField,
    ReferralFigure,
    ReferralKey,
    ReferralNote,
)
from tests.accounts.factories import MADE_AT, make_organization

pytestmark = pytest.mark.engine

TABLES = (
    Referral,
    ReferralEvent,
    ReferralField,
    ReferralFigure,
    ReferralKey,
    ReferralNote,
    AnswerLink,
)


@dataclass(frozen=True)
class Case:
    """One referral between two organisations, and a third that has nothing to do with it."""

    referral_id: UUID
    sender: int
    receiver: int
    other: int


@pytest.fixture
def case(session: Session) -> Case:
    """A referral that was sent, with a row in each of its tables."""
    sender, receiver, other = (
        make_organization(session, name) for name in ("Équipe", "Accueil", "Autre")
    )
    referral_id = uuid4()
    set_scope(session, Scope(organization_id=sender))
    session.execute(
        insert(Referral).values(
            id=referral_id,
            kind="live",
            state="sent",
            state_since=MADE_AT,
            sent_at=MADE_AT,
            sender_organization_id=sender,
            receiver_organization_id=receiver,
            snapshot={},
            category_code="colis",
            idempotency_key=uuid4(),
            created_at=MADE_AT,
        )
    )
    session.add_all(rows_of(referral_id, sender, receiver))
    session.flush()
    return Case(referral_id, sender, receiver, other)


def rows_of(referral_id: UUID, sender: int, receiver: int) -> list[Base]:
    """Return a row for each table that hangs on a referral; two where it matters whose."""
    notes = [
        ReferralNote(
            id=uuid4(),
            referral_id=referral_id,
            organization_id=sender,
            at=MADE_AT,
            is_shared=is_shared,
            sealed=b"x",
        )
        for is_shared in (True, False)
    ]
    fields = [
        ReferralField(referral_id=referral_id, name=name, sealed=b"x", is_contact=is_contact)
        for name, is_contact in (("code", False), ("phone", True))
    ]
    event = ReferralEvent(
        referral_id=referral_id,
        version=1,
        at=MADE_AT,
        step="send",
        to_state="sent",
        actor="sender",
    )
    link = AnswerLink(
        id=uuid4(),
        referral_id=referral_id,
        token_hash=b"hash",
        created_at=MADE_AT,
        expires_at=MADE_AT,
    )
    figure = ReferralFigure(
        id=referral_id,
        month_on=MADE_AT.date(),
        sender_organization_id=sender,
        receiver_organization_id=receiver,
        departement="93",
        category_code="colis",
        kind="live",
        state="sent",
        is_urgent=False,
    )
    key = ReferralKey(referral_id=referral_id, wrapped=b"key")
    return [*notes, *fields, event, link, figure, key]


def seen(session: Session, scope: Scope) -> dict[str, int]:
    """Return how many rows of each table somebody sees; tables without any are left out."""
    session.expunge_all()
    set_scope(session, scope)
    counts = {
        table.__tablename__: session.scalar(select(func.count()).select_from(table)) or 0
        for table in TABLES
    }
    return {name: count for name, count in counts.items() if count}


def test_whoever_says_nothing_sees_nothing(session: Session, case: Case) -> None:
    assert seen(session, Scope()) == {}


def test_another_organization_sees_nothing(session: Session, case: Case) -> None:
    assert seen(session, Scope(organization_id=case.other)) == {}


def test_the_sender_sees_all_of_it(session: Session, case: Case) -> None:
    assert seen(session, Scope(organization_id=case.sender)) == {
        "referral": 1,
        "referral_event": 1,
        "referral_field": 2,
        "referral_figure": 1,
        "referral_key": 1,
        "referral_note": 2,
        "answer_link": 1,
    }


def scope_of(case: Case, by: str) -> Scope:
    """Return what a receiver sees who answers with an account, or by a link."""
    if by == "account":
        return Scope(organization_id=case.receiver)
    return Scope(referral_id=case.referral_id)


@pytest.mark.parametrize("by", ["account", "link"])
def test_the_receiver_sees_neither_contact_nor_private_notes(
    session: Session, case: Case, by: str
) -> None:
    scope = scope_of(case, by)
    found = seen(session, scope)

    assert (found["referral"], found["referral_field"], found["referral_note"]) == (1, 1, 1)


def test_the_receiver_sees_the_contact_once_it_accepted(session: Session, case: Case) -> None:
    set_scope(session, Scope(organization_id=case.receiver))
    session.execute(update(Referral).values(state="accepted"))

    assert seen(session, Scope(organization_id=case.receiver))["referral_field"] == 2


def test_consent_taken_back_shuts_the_receiver_out_at_once(session: Session, case: Case) -> None:
    set_scope(session, Scope(organization_id=case.sender))
    session.execute(update(Referral).values(state="accepted", consent_withdrawn_at=MADE_AT))

    found = seen(session, Scope(organization_id=case.receiver))

    assert not {"referral_field", "referral_key", "referral_note"} & set(found)
    assert seen(session, Scope(organization_id=case.sender))["referral_field"] == 2


@pytest.mark.parametrize("by", ["account", "link"])
def test_a_suspended_receiver_is_shut_out_until_it_is_verified_again(
    session: Session, case: Case, by: str
) -> None:
    scope = scope_of(case, by)
    own = session.get_one(OrganizationAccount, case.receiver)
    own.verified_at, own.suspended_at = None, MADE_AT
    session.flush()

    assert not {"referral_field", "referral_key", "referral_note"} & set(seen(session, scope))
    assert seen(session, Scope(organization_id=case.sender))["referral_field"] == 2

    own = session.get_one(OrganizationAccount, case.receiver)
    own.verified_at, own.suspended_at = MADE_AT, None
    session.flush()
    assert {"referral_field", "referral_key", "referral_note"} <= set(seen(session, scope))


@pytest.mark.parametrize(
    "values",
    [
        {"state": "draft", "sent_at": None},
        {"state": "cancelled", "sent_at": None},
        {"kind": "logged"},
    ],
)
def test_a_draft_and_a_logged_referral_are_the_senders_alone(
    session: Session, case: Case, values: dict[str, str | None]
) -> None:
    set_scope(session, Scope(organization_id=case.sender))
    session.execute(update(Referral).values(values))

    assert "referral" not in seen(session, Scope(organization_id=case.receiver))


def test_a_link_is_found_by_its_token_and_opens_nothing_else(session: Session, case: Case) -> None:
    assert seen(session, Scope(answer_link=b"hash")) == {"answer_link": 1}
    assert seen(session, Scope(answer_link=b"other")) == {}


def test_an_admin_reads_figures_of_her_departement_and_no_referral(
    session: Session, case: Case
) -> None:
    assert seen(session, Scope(departements=("93",))) == {"referral_figure": 1}
    assert seen(session, Scope(departements=("*",))) == {"referral_figure": 1}
    assert seen(session, Scope(departements=("75", "92"))) == {}


def test_nobody_writes_in_the_name_of_another(session: Session, case: Case) -> None:
    set_scope(session, Scope(organization_id=case.other))

    changed = session.execute(update(Referral).values(state="cancelled"))

    assert changed.rowcount == 0  # type: ignore[attr-defined]  # a cursor's result has it
    with pytest.raises(ProgrammingError, match="row-level security"):
        session.execute(
            insert(ReferralNote).values(
                id=uuid4(),
                referral_id=case.referral_id,
                organization_id=case.other,
                at=MADE_AT,
                is_shared=True,
                sealed=b"x",
            )
        )


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM referral",
        "DELETE FROM referral_event",
        "UPDATE referral_event SET step = 'accept'",
        "DELETE FROM referral_figure",
        "DELETE FROM access_entry",
        "SELECT * FROM audit_entry",
        "DELETE FROM audit_entry",
    ],
)
def test_the_application_cannot_rewrite_what_happened(
    session: Session, case: Case, statement: str
) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        session.execute(text(statement))


def test_the_next_transaction_of_a_connection_sees_nothing_of_the_one_before(
    fresh_database: DatabaseUrls,
) -> None:
    engine = make_engine(fresh_database.app, pool_size=1)
    with scoped_sessions(engine)() as first:
        set_scope(first, Scope(organization_id=1))
        first.commit()
        assert _scope(first) == "1"
    with scoped_sessions(engine)() as second:
        assert _scope(second) == ""
    with sessionmaker(engine)() as bare:
        assert (_scope(bare) or "") == ""
    engine.dispose()


def test_neither_web_nor_worker_is_a_superuser_and_only_the_worker_passes_the_lock(
    database: DatabaseUrls,
) -> None:
    query = "SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
    found = {}
    for name, url in (("app", database.app), ("worker", database.worker)):
        with roles.connect(url) as connection:
            found[name] = connection.execute(query).fetchone()

    assert found == {"app": (False, False), "worker": (False, True)}


def _scope(session: Session) -> str | None:
    found: str | None = session.scalar(text("SELECT current_setting('fanal.organization', true)"))
    return found
