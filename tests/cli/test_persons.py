"""`fanal persons` and `fanal audit`, as an operator runs them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from directory.accounts.permissions import Role
from directory.cli import main
from directory.config import Settings
from directory.postgres.roles import DatabaseUrls
from directory.privacy.audit import seal_audit
from directory.privacy.keys import keyring, new_keyring
from directory.privacy.models import AccessEntry
from directory.referrals.fields import FieldName
from directory.referrals.models import Referral, ReferralField, ReferralKey
from tests.referrals.factories import World, agreed, make_user, make_world


@dataclass
class Base:
    """The worker's session, and a request with everything about a person, made by a manager."""

    session: Session
    world: World
    referral: Referral

    @property
    def manager(self) -> str:
        return self.world.sender.email


@pytest.fixture
def base(
    fresh_database: DatabaseUrls, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Base]:
    monkeypatch.setenv("DATABASE_URL", fresh_database.app)
    monkeypatch.setenv("FANAL_WORKER_URL", fresh_database.worker)
    monkeypatch.setenv("FANAL_MASTER_KEYS", new_keyring().as_text())
    monkeypatch.setenv("FANAL_DATA_DIR", str(tmp_path))
    at = datetime.now(UTC)
    engine = create_engine(fresh_database.worker, poolclass=NullPool)
    with Session(engine, expire_on_commit=False) as session:
        world = make_world(session, keyring(Settings()), at)
        manager = make_user(session, at, role=Role.MANAGER)
        world = World(world.service_id, manager, world.receiver, manager, world.keyring, at)
        referral = world.sent(session, with_person=True)
        session.commit()
        yield Base(session, world, referral)
    engine.dispose()


def fanal(*arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(main, arguments, input=typed)


def test_everything_of_a_person_is_written_to_a_file_of_the_operators(
    base: Base, tmp_path: Path
) -> None:
    target = tmp_path / "person.json"

    done = fanal(
        "persons", "export", "--by", base.manager, "--output", str(target), typed="a. d.\n"
    )

    assert done.exit_code == 0, done.output
    (request,) = json.loads(target.read_text())
    assert request["fields"]["first_name"] == "Aminata"
    assert target.stat().st_mode & 0o777 == 0o600
    (reading,) = base.session.scalars(select(AccessEntry)).all()
    assert (reading.what, reading.account_id) == ("export", base.world.sender.account_id)
    again = fanal(
        "persons", "export", "--by", base.manager, "--output", str(target), typed="a. d.\n"
    )
    assert "existe déjà" in again.output


def test_erasing_first_says_what_it_would_do(base: Base) -> None:
    said = fanal("persons", "erase", "--by", base.manager, typed="A. D.\n")

    assert said.exit_code == 0, said.output
    assert str(base.referral.id) in said.output
    assert "ajoutez --yes" in said.output
    assert "sauvegardes" in said.output
    assert base.session.scalars(select(ReferralField)).all()


def test_erased_a_person_is_gone(base: Base) -> None:
    done = fanal("persons", "erase", "--by", base.manager, "--yes", typed="A. D.\n")

    assert "1 demande est effacée." in done.output
    base.session.rollback()
    assert base.session.scalars(select(ReferralField)).all() == []
    gone = fanal("persons", "export", "--by", base.manager, typed="A. D.\n")
    assert gone.exit_code == 1
    assert "ne porte ce code" in gone.output


@pytest.mark.parametrize("verb", [["erase", "--yes"], ["export"]])
def test_of_two_people_with_the_same_initials_one_is_named(base: Base, verb: list[str]) -> None:
    year = {FieldName.BIRTH_YEAR: "2001"}
    other = base.world.sent(base.session, fields=year, consent=agreed(base.world.at))
    base.session.commit()
    words = ["persons", *verb, "--by", base.manager]

    unclear = fanal(*words, typed="A. D.\n")
    wrong = fanal(*words, "--request", str(UUID(int=7)), typed="A. D.\n")
    done = fanal(*words, "--request", str(other.id), typed="A. D.\n")

    assert (unclear.exit_code, wrong.exit_code, done.exit_code) == (1, 1, 0), done.output
    assert "avec --request" in unclear.output
    assert f"{other.id}  {base.world.at:%Y-%m-%d}  sent  2001" in unclear.output
    assert "ne porte pas ce code" in wrong.output
    assert "Aminata" not in unclear.output + wrong.output + done.output
    base.session.rollback()
    assert base.session.get(ReferralKey, base.referral.id) is not None
    assert (base.session.get(ReferralKey, other.id) is None) == (verb[0] == "erase")


@pytest.mark.parametrize("who", ["receiver", "nobody"])
def test_a_command_does_no_more_than_who_asks_for_it_may(base: Base, who: str) -> None:
    email = base.world.receiver.email if who == "receiver" else "personne@exemple.invalid"

    refused = fanal("persons", "erase", "--by", email, "--yes", typed="A. D.\n")

    assert refused.exit_code == 1
    base.session.rollback()
    assert base.session.scalars(select(ReferralField)).all()


@pytest.mark.parametrize("verb", ["erase", "export"])
def test_a_role_that_may_not_is_told_before_the_code_is_asked(base: Base, verb: str) -> None:
    role = Role.EDITOR if verb == "export" else Role.CASEWORKER
    member = make_user(base.session, base.world.at, role=role)
    base.session.commit()

    refused = fanal("persons", verb, "--by", member.email, typed="A. D.\n")

    assert refused.exit_code == 1
    assert "ne le permet pas" in refused.output
    assert "Code ou initiales" not in refused.output


def test_with_the_keys_of_another_site_it_is_told_why_nothing_opens(
    base: Base, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FANAL_MASTER_KEYS", new_keyring().as_text())

    refused = fanal("persons", "disclose", str(base.referral.id))

    assert refused.exit_code == 1
    assert isinstance(refused.exception, SystemExit)
    assert "fanal keys check" in refused.output


def test_a_file_that_cannot_be_written_is_told_without_a_trace(base: Base, tmp_path: Path) -> None:
    target = str(tmp_path / "nowhere" / "person.json")

    refused = fanal("persons", "disclose", str(base.referral.id), "--output", target)

    assert refused.exit_code == 1
    assert isinstance(refused.exception, SystemExit)
    assert "ne peut pas être écrit" in refused.output


def test_the_audit_is_not_called_whole_by_a_role_that_may_not_read_it(
    base: Base, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FANAL_WORKER_URL")
    refused = fanal("audit", "verify")
    assert refused.exit_code == 1
    assert isinstance(refused.exception, SystemExit)
    assert "fanal_worker" in refused.output


def test_a_disclosure_tells_what_there_is_and_what_there_is_not(base: Base) -> None:
    done = CliRunner().invoke(main, ["persons", "disclose", str(base.referral.id)])

    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["fields"]["phone"] == "+33612345678"
    assert "N'existe pas : notes." in done.stderr
    assert "audit" in done.stderr
    base.session.rollback()
    lines = text("SELECT count(*) FROM audit_entry WHERE table_name = 'access_entry'")
    assert base.session.scalar(lines) == 1


@pytest.mark.parametrize("id", ["A. D.", "%", str(UUID(int=7))])
def test_a_disclosure_is_of_one_exact_number(base: Base, id: str) -> None:
    assert fanal("persons", "disclose", id).exit_code != 0


def test_the_audit_is_verified_and_what_was_altered_is_named(
    base: Base, fresh_database: DatabaseUrls
) -> None:
    settings = Settings()
    seal_audit(base.session, at=datetime.now(UTC), settings=settings)
    base.session.commit()
    right = fanal("audit", "verify")
    assert right.exit_code == 0, right.output
    head = right.output.split("empreinte : ")[1].split()[0]
    assert fanal("audit", "verify", "--head", head).exit_code == 0
    assert "n'est plus dans l'audit" in fanal("audit", "verify", "--head", "00").output

    superuser = create_engine(fresh_database.superuser, poolclass=NullPool)
    with superuser.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        changed = "UPDATE audit_entry SET row_id = '0' WHERE id = 3"
        connection.execute(text(changed))
    superuser.dispose()

    wrong = fanal("audit", "verify")
    assert wrong.exit_code == 1
    assert "La ligne 3 a été changée ou ajoutée." in wrong.output
