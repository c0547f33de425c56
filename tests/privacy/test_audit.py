"""The audit: every write leaves a line, and a line that was changed is named."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import create_engine, func, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import NullPool

from directory.accounts.models import Account
from directory.config import Settings
from directory.db import make_engine
from directory.postgres.roles import DatabaseUrls
from directory.privacy import audit
from directory.privacy.audit import Findings, chained, forget_audit, seal_audit, verify_audit
from directory.privacy.keys import keyring, new_keyring
from directory.privacy.models import AuditEntry, AuditSeal
from directory.privacy.scope import Scope, set_scope
from tests.accounts.factories import make_account

pytestmark = pytest.mark.engine

AT = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
LONG_AGO = AT - timedelta(days=365)


@pytest.fixture
def base(fresh_database: DatabaseUrls) -> Iterator[sessionmaker[Session]]:
    """Sessions of the worker on a database of its own, which commit."""
    engine = make_engine(fresh_database.worker, pool_size=1)
    yield sessionmaker(engine, expire_on_commit=False)
    engine.dispose()


Tamper = Callable[[str], None]


@pytest.fixture
def tamper(fresh_database: DatabaseUrls) -> Tamper:
    """A function that runs a statement as nobody should be able to: no trigger stops it."""

    def run(statement: str) -> None:
        engine = create_engine(fresh_database.superuser, poolclass=NullPool)
        with engine.begin() as connection:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            connection.execute(text(statement))

    return run


def write_lines(base: sessionmaker[Session], settings: Settings, lines: int = 12) -> None:
    """Make accounts, and seal the lines of the audit that tell of it in lots of five."""
    with base.begin() as session:
        for number in range(lines // 2):
            make_account(session, f"Personne {number}", role=None)
        session.execute(update(Account).values(name="Une autre"))
    with base.begin() as session:
        assert seal_audit(session, at=AT, settings=settings) == lines


def check(base: sessionmaker[Session], settings: Settings) -> Findings:
    with base() as session:
        return verify_audit(session, keyring(settings), kept_since=LONG_AGO)


@pytest.fixture(autouse=True)
def _small_lots(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "MOST_ENTRIES", 5)


def test_a_bulk_update_leaves_a_line_for_each_row(owner_session: Session) -> None:
    ids = {make_account(owner_session, role=None) for _ in range(3)}
    owner_session.execute(
        text("UPDATE account SET name = 'X' WHERE id = ANY (:ids)"), {"ids": [*ids]}
    )

    lines = owner_session.scalars(select(AuditEntry).where(AuditEntry.operation == "UPDATE")).all()

    assert {int(line.row_id) for line in lines} == ids
    assert {tuple(line.columns) for line in lines} == {("name",)}


def test_a_line_tells_who_and_which_columns_but_no_value(owner_session: Session) -> None:
    set_scope(owner_session, Scope(account_id=77, organization_id=88))
    make_account(owner_session, "Marqueur Secret", role=None)

    (line,) = owner_session.scalars(select(AuditEntry))

    assert (line.account_id, line.organization_id) == (77, 88)
    assert line.database_role == "fanal_owner"
    told = " ".join(map(str, (line.row_id, line.table_name, line.columns)))
    assert "Secret" not in told


def test_what_is_untouched_holds(base: sessionmaker[Session], settings: Settings) -> None:
    write_lines(base, settings)

    found = check(base, settings)

    assert found.holds
    assert (found.entries, found.seals, found.unsealed) == (12, 3, 0)


def test_sealing_again_changes_nothing(base: sessionmaker[Session], settings: Settings) -> None:
    write_lines(base, settings)
    head = check(base, settings).head
    with base.begin() as session:
        assert seal_audit(session, at=AT, settings=settings) == 0

    assert check(base, settings).head == head


@pytest.mark.parametrize(
    "change",
    [
        "row_id = row_id || '0'",
        "at = at + interval '1 microsecond'",
        "operation = 'DELETE'",
        "columns = array_append(columns, 'x')",
        "account_id = 1",
        "database_role = 'fanal_apq'",
    ],
)
def test_an_altered_line_is_named(
    base: sessionmaker[Session], settings: Settings, tamper: Tamper, change: str
) -> None:
    write_lines(base, settings)
    tamper(f"UPDATE audit_entry SET {change} WHERE id = 7")  # noqa: S608 (cases above)

    found = check(base, settings)

    assert (found.altered, found.missing, found.broken) == ([7], [], [])


def test_a_deleted_line_is_missed(
    base: sessionmaker[Session], settings: Settings, tamper: Tamper
) -> None:
    write_lines(base, settings)
    tamper("DELETE FROM audit_entry WHERE id IN (8, 9)")

    assert check(base, settings).missing == [(10, 2)]


def test_a_line_that_is_slipped_in_is_named(
    base: sessionmaker[Session], settings: Settings, tamper: Tamper
) -> None:
    write_lines(base, settings)
    tamper("UPDATE audit_entry SET id = id + 100 WHERE id > 10")
    tamper("UPDATE audit_seal SET last_entry_id = 112 WHERE last_entry_id = 12")

    found = check(base, settings)

    assert found.altered == [111, 112]
    assert len(found.broken) == 1


def test_a_seal_made_again_without_the_key_is_broken(
    base: sessionmaker[Session], settings: Settings, tamper: Tamper
) -> None:
    write_lines(base, settings)
    tamper("UPDATE audit_seal SET marks = set_byte(marks, 3, 0) WHERE last_entry_id = 5")
    tamper("UPDATE audit_seal SET digest = sha256(marks) WHERE last_entry_id = 5")

    found = check(base, settings)

    # The one that follows it no longer follows.
    assert len(found.broken) == 2


def test_whoever_rewrites_all_with_another_key_is_seen(
    base: sessionmaker[Session], settings: Settings
) -> None:
    write_lines(base, settings)

    with base() as session:
        found = verify_audit(session, new_keyring(), kept_since=LONG_AGO)

    assert len(found.broken) == 3


@pytest.mark.parametrize("kept", ["max", "min"])
def test_all_wiped_but_one_seal_made_to_look_old_is_seen(
    base: sessionmaker[Session], settings: Settings, tamper: Tamper, kept: str
) -> None:
    """The worker's role may delete and insert: with its password nobody passes either."""
    write_lines(base, settings)
    tamper("DELETE FROM audit_entry")
    tamper(f"DELETE FROM audit_seal WHERE id <> (SELECT {kept}(id) FROM audit_seal)")  # noqa: S608
    tamper("UPDATE audit_seal SET sealed_at = '2020-01-01Z'")

    assert len(check(base, settings).broken) == 1


def test_the_beginning_wiped_with_its_seals_is_seen(
    base: sessionmaker[Session], settings: Settings, tamper: Tamper
) -> None:
    write_lines(base, settings)
    tamper("DELETE FROM audit_entry WHERE id <= 10")
    tamper("DELETE FROM audit_seal WHERE last_entry_id <= 10")

    assert len(check(base, settings).broken) == 1


def test_what_an_old_seal_says_it_follows_is_computed_too(
    base: sessionmaker[Session], settings: Settings, tamper: Tamper
) -> None:
    write_lines(base, settings)
    with base.begin() as session:
        forget_audit(session, before=AT + timedelta(hours=1))
    tamper("UPDATE audit_seal SET previous = set_byte(previous, 0, get_byte(previous, 0) # 1)")

    with base() as session:
        found = verify_audit(session, keyring(settings), kept_since=AT + timedelta(hours=1))

    assert len(found.broken) == 1


def test_seals_of_before_their_day_was_in_them_still_hold_and_are_followed(
    base: sessionmaker[Session], settings: Settings, tamper: Tamper
) -> None:
    write_lines(base, settings)
    head = audit.BEGINNING
    with base() as session:
        for seal in session.scalars(select(AuditSeal).order_by(AuditSeal.id)):
            head = chained(
                keyring(settings),
                head,
                sealed_at=None,
                after=seal.last_entry_id,
                marks=seal.marks,
            )
            tamper(
                f"UPDATE audit_seal SET previous = NULL, digest = '\\x{head.hex()}'"  # noqa: S608
                f" WHERE id = {seal.id}"
            )
    with base.begin() as session:
        make_account(session, role=None)
    with base.begin() as session:
        seal_audit(session, at=AT + timedelta(days=1), settings=settings)

    assert check(base, settings).holds
    tamper("DELETE FROM audit_entry WHERE id <= 12")
    assert not check(base, settings).holds
    with base.begin() as session:
        forget_audit(session, before=AT + timedelta(hours=1))
    with base() as session:
        assert verify_audit(session, keyring(settings), kept_since=AT + timedelta(hours=1)).holds


def test_a_noted_head_stays_in_the_chain(base: sessionmaker[Session], settings: Settings) -> None:
    write_lines(base, settings)
    noted = check(base, settings).head
    with base.begin() as session:
        make_account(session, role=None)
    with base.begin() as session:
        seal_audit(session, at=AT, settings=settings)

    found = check(base, settings)

    assert noted != found.head
    assert noted in found.digests


def test_lines_under_way_are_left_to_the_next_seal(
    base: sessionmaker[Session], fresh_database: DatabaseUrls, settings: Settings
) -> None:
    engine = create_engine(fresh_database.app, poolclass=NullPool)
    with Session(engine) as slow, base.begin() as session:
        make_account(slow, role=None)
        assert seal_audit(session, at=AT, settings=settings) == 0
        slow.commit()
        assert seal_audit(session, at=AT, settings=settings) == 1


def test_old_lines_are_forgotten_and_the_chain_still_holds(
    base: sessionmaker[Session], settings: Settings
) -> None:
    write_lines(base, settings)
    with base.begin() as session:
        make_account(session, role=None)
    with base.begin() as session:
        seal_audit(session, at=AT + timedelta(days=1), settings=settings)
    with base.begin() as session:
        assert forget_audit(session, before=AT + timedelta(hours=1)) == 12
        assert forget_audit(session, before=AT + timedelta(hours=1)) == 0
        assert session.scalar(select(func.count()).select_from(AuditSeal)) == 2

    with base() as session:
        found = verify_audit(session, keyring(settings), kept_since=AT + timedelta(hours=1))

    assert found.holds
    assert found.entries == 1


def test_lines_that_should_still_be_there_are_missed(
    base: sessionmaker[Session], settings: Settings
) -> None:
    write_lines(base, settings)
    with base.begin() as session:
        forget_audit(session, before=AT + timedelta(hours=1))

    assert check(base, settings).missing == [(12, 2)]


@pytest.mark.parametrize("table", ["audit_entry", "audit_seal"])
@pytest.mark.parametrize("statement", ["SELECT * FROM", "DELETE FROM", "TRUNCATE"])
def test_the_site_can_neither_read_nor_delete_the_audit(
    session: Session, table: str, statement: str
) -> None:
    with pytest.raises(DBAPIError, match="permission denied"):
        session.execute(text(f"{statement} {table}"))


@pytest.mark.parametrize("table", ["referral_event", "access_entry"])
@pytest.mark.parametrize("statement", ["DELETE FROM", "TRUNCATE", "UPDATE"])
def test_the_site_can_neither_change_nor_delete_what_happened(
    session: Session, table: str, statement: str
) -> None:
    tail = "SET at = now()" if statement == "UPDATE" else ""
    with pytest.raises(DBAPIError, match="permission denied"):
        session.execute(text(f"{statement} {table} {tail}"))


@pytest.mark.parametrize("table", ["audit_entry", "audit_seal", "access_entry", "referral_event"])
def test_not_even_the_owner_rewrites_a_line(fresh_database: DatabaseUrls, table: str) -> None:
    engine = create_engine(fresh_database.owner, poolclass=NullPool)
    triggers = text("SELECT tgname FROM pg_trigger WHERE tgrelid = CAST(:table AS regclass)")
    with engine.connect() as connection:
        names = set(connection.scalars(triggers, {"table": table}))

    assert "never_changed" in names
