"""The mail server is down for half an hour, in each of the ways in which servers are down.

Nothing is lost, nobody is told anything twice unless the server itself left it open, and then both
mails bear the same name.
"""

import json
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from pydantic import SecretStr
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bench.post_office import Mood, PostOffice, post_office
from directory.config import Settings
from directory.logs import configure
from directory.outbox.actions import put_message, send_again
from directory.outbox.models import OutboxMessage
from directory.outbox.queries import count_by_state
from directory.outbox.sending import deliver_next
from directory.outbox.servers import mail_server
from directory.outbox.vocabulary import Failure, NotSent
from directory.outbox.writing import write_mail
from directory.privacy.keys import keyring
from tests.outbox.factories import deliver, mailing

OUTAGE = timedelta(minutes=30)
MAILS = 12

#: How often the worker looks.
ROUND = timedelta(seconds=2)


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office() as running:
        yield running


def put(session: Session, at: datetime) -> UUID:
    values: dict[str, object] = {}
    kind = "password_changed"
    return put_message(session, kind=kind, recipient="awa@exemple.fr", values=values, at=at)


def pass_time(session: Session, settings: Settings, start: datetime, end: datetime) -> None:
    """Let the worker work from one instant to another, its rounds without anything due left out."""
    at = start
    while at < end:
        deliver(session, settings, at)
        due = session.scalar(
            select(func.min(OutboxMessage.due_at)).where(OutboxMessage.state == "waiting")
        )
        at = max(at + ROUND, min(due, end) if due else end)


@pytest.mark.parametrize("mood", [mood for mood in Mood if mood is not Mood.WELL])
def test_half_an_hour_without_a_mail_server_loses_and_doubles_nothing(
    session: Session, settings: Settings, office: PostOffice, at: datetime, mood: Mood
) -> None:
    settings = mailing(settings, office, timeout_s=0.05)
    office.mood, office.drip_s = mood, 0.04
    ids = [put(session, at + timedelta(minutes=2 * number)) for number in range(MAILS)]
    pass_time(session, settings, at, at + OUTAGE)
    assert count_by_state(session) == {"waiting": MAILS}
    office.mood, settings = Mood.WELL, mailing(settings, office)
    pass_time(session, settings, at + OUTAGE, at + timedelta(hours=3))
    assert count_by_state(session) == {"sent": MAILS}
    times = office.times()
    assert {name[1:37] for name in times} == {str(id) for id in ids}
    if mood is not Mood.TAKEN_THEN_DROPPED:
        assert set(times.values()) == {1}


@pytest.mark.parametrize(
    ("mood", "failure"),
    [
        (Mood.HANGING_UP, Failure.SERVER_AWAY),
        (Mood.SILENT, Failure.SERVER_AWAY),
        (Mood.DRIPPING, Failure.SERVER_AWAY),
        (Mood.LATER, Failure.NOT_NOW),
        (Mood.REFUSING, Failure.REFUSED),
        (Mood.SHUT, Failure.NOT_LET_IN),
        (Mood.TAKEN_THEN_DROPPED, Failure.UNKNOWN_FATE),
    ],
)
def test_failures_are_told_apart_and_none_takes_long(
    session: Session,
    settings: Settings,
    office: PostOffice,
    at: datetime,
    mood: Mood,
    failure: Failure,
) -> None:
    office.mood, office.drip_s = mood, 0.1
    # Only a server that never answers is given up: one that does has time to.
    is_waited_for = mood not in (Mood.SILENT, Mood.DRIPPING)
    settings = mailing(settings, office, timeout_s=30 if is_waited_for else 0.3)
    message = session.get_one(OutboxMessage, put(session, at))
    mail = write_mail(message, settings=settings, keyring=keyring(settings), at=at)
    started = time.monotonic()
    with pytest.raises(NotSent) as failed:
        mail_server(settings).send(mail, id=message.id)
    assert failed.value.failure is failure
    assert time.monotonic() - started < 15, "even a server that never stops greeting"


def test_a_server_that_is_gone_is_asked_once_a_round(
    session: Session, settings: Settings, at: datetime
) -> None:
    with post_office() as gone:
        settings = mailing(settings, gone)
    for _ in range(5):
        put(session, at)
    for _ in range(3):
        assert deliver(session, settings, at) == 0
    tried = session.scalars(select(OutboxMessage.attempts).order_by(OutboxMessage.attempts)).all()
    assert tried == [0, 0, 1, 1, 1]


def test_when_the_server_is_back_nobody_waits_for_the_next_of_his_tries(
    session: Session, settings: Settings, at: datetime
) -> None:
    with post_office() as gone:
        away = mailing(settings, gone)
    ids = [put(session, at) for _ in range(3)]
    # Between the fifth try and the sixth, whatever the jitter: nobody was tried a moment ago.
    back = at + timedelta(hours=9)
    pass_time(session, away, at, back)
    assert all(session.get_one(OutboxMessage, id).due_at > back for id in ids)
    put(session, back)
    with post_office() as office:
        assert deliver(session, mailing(settings, office), back) == 1 + len(ids)
    assert count_by_state(session) == {"sent": 4}


def test_when_the_password_is_mended_nobody_waits_for_the_next_of_his_tries(
    session: Session, settings: Settings, office: PostOffice, at: datetime
) -> None:
    settings = mailing(settings, office)
    office.mood = Mood.SHUT
    ids = [put(session, at) for _ in range(3)]
    back = at + timedelta(hours=9)
    pass_time(session, settings, at, back)
    assert all(session.get_one(OutboxMessage, id).due_at > back for id in ids)
    office.mood = Mood.WELL
    send_again(session, message_id=ids[0], at=back)
    assert deliver(session, settings, back) == len(ids)
    assert count_by_state(session) == {"sent": 3}


def test_the_log_says_by_which_number_the_server_refused_and_none_of_its_words(
    session: Session,
    settings: Settings,
    office: PostOffice,
    at: datetime,
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure(settings)
    office.mood = Mood.SHUT
    url = SecretStr(office.url.replace("//", "//zoe:secret@"))
    put(session, at)
    named = mailing(settings, office).model_copy(update={"mail_url": url})
    assert not deliver_next(session, at=at, settings=named)
    line = json.loads(capsys.readouterr().err.splitlines()[-1])
    assert line["event"] == "mail_not_sent"
    assert (line["failure"], line["smtp_code"]) == ("not_let_in", 535)
    assert line["error"] == "SMTPAuthenticationError"
    assert "zoe" not in json.dumps(line).lower()
    assert "secret" not in json.dumps(line)


def test_a_server_that_stays_away_for_days_leaves_every_mail_to_be_seen(
    session: Session, settings: Settings, at: datetime
) -> None:
    with post_office() as gone:
        settings = mailing(settings, gone)
    put(session, at)
    pass_time(session, settings, at, at + timedelta(days=3, hours=12))
    assert count_by_state(session) == {"waiting": 1}
    pass_time(session, settings, at + timedelta(days=3, hours=12), at + timedelta(days=6))
    assert count_by_state(session) == {"dead": 1}
    assert not deliver_next(session, at=at + timedelta(days=7), settings=settings)
