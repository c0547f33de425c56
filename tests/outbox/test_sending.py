"""The worker sends what the outbox holds: once each, and nothing that no longer serves."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker
from structlog.testing import capture_logs

from bench.post_office import Mood, PostOffice, post_office
from directory.accounts.models import AccountLink
from directory.config import Settings
from directory.db import make_engine, make_sessions
from directory.errors import NotFound, Unavailable
from directory.outbox.actions import forget_old, put_message, send_again
from directory.outbox.folder import letters_in
from directory.outbox.models import OutboxMessage
from directory.outbox.queries import count_by_state, dead_letters
from directory.outbox.sending import deliver_next
from directory.postgres.roles import DatabaseUrls
from tests.outbox.factories import SENDER, account_link, deliver, mailing, private

pytestmark = pytest.mark.engine


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office() as running:
        yield running


def put(session: Session, at: datetime, recipient: str = "awa@exemple.fr") -> UUID:
    return put_message(session, kind="password_changed", recipient=recipient, values={}, at=at)


def state(session: Session, id: UUID) -> str:
    return session.scalars(select(OutboxMessage.state).where(OutboxMessage.id == id)).one()


def test_each_mail_leaves_once_the_oldest_first(
    session: Session, settings: Settings, office: PostOffice, at: datetime
) -> None:
    ids = [put(session, at - timedelta(minutes=age)) for age in (1, 3, 2)]
    assert deliver(session, mailing(settings, office), at) == 3
    assert deliver(session, mailing(settings, office), at) == 0
    sent = [str(mail["Message-ID"]) for mail in office.mails]
    domain = SENDER.rpartition("@")[2]
    assert sent == [f"<{ids[number]}@{domain}>" for number in (1, 2, 0)]
    assert count_by_state(session) == {"sent": 3}


def test_a_mail_whose_link_was_spent_or_is_too_old_is_not_sent(
    session: Session, settings: Settings, office: PostOffice, at: datetime
) -> None:
    open_link, spent, old = (account_link(session, at) for _ in range(3))
    session.get_one(AccountLink, spent).spent_at = at
    session.get_one(AccountLink, old).expires_at = at
    for id in (open_link, spent, old, str(uuid4())):
        put_message(
            session,
            kind="invitation",
            recipient="awa@exemple.fr",
            values={"account_link_id": id},
            at=at,
        )
    deliver(session, mailing(settings, office), at)
    assert count_by_state(session) == {"sent": 1, "dropped": 3}
    assert len(office.mails) == 1


def test_a_mail_of_a_request_that_is_gone_is_not_sent(
    session: Session, settings: Settings, office: PostOffice, at: datetime
) -> None:
    values = {"answer_link_id": uuid4()}
    for kind in ("request_waiting", "request_withdrawn"):
        put_message(session, kind=kind, recipient="accueil@exemple.fr", values=values, at=at)
    deliver(session, mailing(settings, office), at)
    (mail,) = office.mails
    assert "retirée" in str(mail["Subject"])


def test_without_a_server_mails_wait_and_nothing_counts_as_tried(
    session: Session, settings: Settings, at: datetime
) -> None:
    id = put(session, at)
    with pytest.raises(Unavailable) as missing:
        deliver_next(session, at=at, settings=settings)
    assert missing.value.field == "FANAL_MAIL_URL"
    assert session.get_one(OutboxMessage, id).attempts == 0


def test_the_private_server_writes_mails_to_a_folder_where_a_double_is_one_file(
    session: Session, settings: Settings, at: datetime, tmp_path: Path
) -> None:
    id = put(session, at)
    for _ in range(2):
        deliver(session, private(settings), at)
        session.get_one(OutboxMessage, id).state = "waiting"
        session.flush()
    (letter,) = letters_in(tmp_path / "mails")
    assert (letter.id, letter.to) == (id, "awa@exemple.fr")
    assert "mot de passe" in letter.text
    (file,) = (tmp_path / "mails").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_mail_that_cannot_be_written_does_not_hold_up_the_others(
    session: Session, settings: Settings, office: PostOffice, at: datetime
) -> None:
    strange = put(session, at - timedelta(hours=1))
    session.get_one(OutboxMessage, strange).kind = "of_tomorrow"
    session.flush()
    put(session, at)
    with capture_logs() as lines:
        deliver(session, mailing(settings, office), at)
    assert len(office.mails) == 1
    assert session.get_one(OutboxMessage, strange).last_error == "not_written"
    assert "of_tomorrow" not in str([line for line in lines if line["event"] == "mail_not_written"])


def test_a_refused_address_is_tried_for_an_hour_then_shown_and_may_be_sent_again(
    session: Session, settings: Settings, office: PostOffice, at: datetime
) -> None:
    office.mood = Mood.REFUSING
    id = put(session, at, recipient="personne@exemple.fr")
    with capture_logs() as lines:
        for minutes in range(180):
            deliver(session, mailing(settings, office), at + timedelta(minutes=minutes))
    (letter,) = dead_letters(session)
    assert (letter.id, letter.recipient, letter.attempts) == (id, "personne@exemple.fr", 5)
    assert "refuse" in letter.reason
    assert "personne@" not in str(lines)
    assert "Zoe" not in str(lines)
    office.mood = Mood.WELL
    later = at + timedelta(hours=4)
    send_again(session, message_id=id, at=later)
    deliver(session, mailing(settings, office), later)
    assert state(session, id) == "sent"
    assert dead_letters(session) == []
    with pytest.raises(NotFound):
        send_again(session, message_id=id, at=later)


def test_what_is_left_of_a_mail_goes_after_its_days_and_what_waits_stays(
    session: Session, settings: Settings, office: PostOffice, at: datetime
) -> None:
    put(session, at)
    deliver(session, mailing(settings, office), at)
    waiting = put(session, at)
    kept = timedelta(days=settings.mail_kept_days)
    assert forget_old(session, at=at + kept, settings=settings) == 0
    later = at + kept + timedelta(seconds=1)
    assert forget_old(session, at=later, settings=settings) == 1
    assert forget_old(session, at=later, settings=settings) == 0
    assert session.scalars(select(OutboxMessage.id)).all() == [waiting]


@pytest.fixture
def sessions(fresh_database: DatabaseUrls) -> Iterator[sessionmaker[Session]]:
    engine = make_engine(fresh_database.worker, pool_size=3)
    yield make_sessions(engine)
    engine.dispose()


def test_a_mail_on_its_way_is_left_alone_by_another_worker(
    sessions: sessionmaker[Session], settings: Settings, office: PostOffice, at: datetime
) -> None:
    settings = mailing(settings, office)
    with sessions.begin() as session:
        put(session, at)
    with sessions() as first, sessions() as second:
        assert deliver_next(first, at=at, settings=settings)
        assert not deliver_next(second, at=at, settings=settings)
        first.commit()
        assert not deliver_next(second, at=at, settings=settings)
    assert len(office.mails) == 1


def test_a_worker_that_dies_before_it_noted_a_mail_sends_it_again_under_the_same_name(
    sessions: sessionmaker[Session], settings: Settings, office: PostOffice, at: datetime
) -> None:
    settings = mailing(settings, office)
    with sessions.begin() as session:
        put(session, at)
    with sessions() as dying, sessions() as killer:
        pid = dying.scalar(text("SELECT pg_backend_pid()"))
        assert deliver_next(dying, at=at, settings=settings)
        killer.execute(text("SELECT pg_terminate_backend(:pid, 20000)"), {"pid": pid})
        dying.invalidate()
    with sessions() as next_one:
        assert deliver(next_one, settings, at) == 1
        assert count_by_state(next_one) == {"sent": 1}
    assert list(office.times().values()) == [2]
