"""`fanal audit verify`, as an operator runs it: it never says more than it computed."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from directory.cli import main
from directory.config import Settings
from directory.postgres.roles import DatabaseUrls
from directory.privacy.audit import seal_audit
from directory.privacy.keys import new_keyring
from directory.privacy.models import AuditSeal
from tests.accounts.factories import make_account

UNCHANGED = "Rien n'a été changé"


@pytest.fixture
def base(fresh_database: DatabaseUrls, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    """The worker's session on a database that the command finds, with keys of its own."""
    monkeypatch.setenv("DATABASE_URL", fresh_database.app)
    monkeypatch.setenv("FANAL_WORKER_URL", fresh_database.worker)
    monkeypatch.setenv("FANAL_MASTER_KEYS", new_keyring().as_text())
    engine = create_engine(fresh_database.worker, poolclass=NullPool)
    with Session(engine) as session:
        yield session
    engine.dispose()


def verify(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["audit", "verify", *arguments])


def sealed(base: Session) -> str:
    """Write a line and seal it; return the digest an operator would note."""
    make_account(base, role=None)
    base.commit()
    seal_audit(base, at=datetime.now(UTC), settings=Settings())
    base.commit()
    digest = base.scalars(select(AuditSeal.digest).order_by(AuditSeal.id.desc())).first()
    assert digest
    return digest.hex()


def test_what_holds_is_said_with_the_days_it_covers(base: Session) -> None:
    noted = sealed(base)
    at = base.scalars(select(AuditSeal.sealed_at)).one()

    for done in (verify(), verify("--head", noted)):
        assert done.exit_code == 0, done.output
        assert UNCHANGED in done.output
        assert f"{at.astimezone(UTC):%Y-%m-%d}" in done.output
    assert "--head" in verify().output


def test_without_any_seal_nothing_is_said_to_be_unchanged(base: Session) -> None:
    noted = sealed(base)
    base.execute(text("DELETE FROM audit_seal"))
    base.execute(text("DELETE FROM audit_entry"))
    base.commit()

    for wiped in (verify(), verify("--head", noted)):
        assert wiped.exit_code == 1
        assert UNCHANGED not in wiped.output


def test_one_seal_left_and_made_to_look_old_is_named(base: Session) -> None:
    sealed(base)
    noted = sealed(base)
    kept = base.scalars(select(AuditSeal).order_by(AuditSeal.id.desc())).first()
    assert kept
    base.expunge(kept)
    base.execute(text("DELETE FROM audit_seal"))
    base.execute(text("DELETE FROM audit_entry"))
    base.add(
        AuditSeal(
            sealed_at=datetime(2020, 1, 1, tzinfo=UTC),
            last_entry_id=kept.last_entry_id,
            entries=kept.entries,
            marks=kept.marks,
            digest=kept.digest,
            previous=kept.previous,
        )
    )
    base.commit()

    for wiped in (verify(), verify("--head", noted)):
        assert wiped.exit_code == 1
        assert "Le sceau" in wiped.output
        assert UNCHANGED not in wiped.output
