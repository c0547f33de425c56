"""The doctor sees that mails cannot leave, do not leave, or did not."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from pydantic import SecretStr
from sqlalchemy import URL, make_url

from bench.post_office import Mood, PostOffice, post_office
from directory.config import Settings
from directory.db import make_engine, make_sessions, unit_of_work
from directory.outbox.actions import put_message
from directory.outbox.doctor import check_mail_settings, check_mails, check_worker_role
from directory.outbox.models import OutboxMessage
from directory.outbox.sending import deliver_next
from directory.postgres import roles
from directory.postgres.doctor import Verdict
from directory.postgres.roles import DatabaseUrls
from tests.fixtures.cluster import ThrowawayCluster
from tests.outbox.factories import mailing, private


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office() as running:
        yield running


def test_mails_without_a_server_are_wrong_and_the_setting_is_named(settings: Settings) -> None:
    check = check_mail_settings(settings)
    assert check.verdict is Verdict.WRONG
    assert "FANAL_MAIL_URL" in check.finding


def test_a_server_that_would_take_a_mail_is_right_and_is_given_none(
    settings: Settings, office: PostOffice
) -> None:
    assert check_mail_settings(mailing(settings, office)).verdict is Verdict.RIGHT
    assert office.recipients == []


@pytest.mark.parametrize(
    ("mood", "verdict"), [(Mood.SHUT, Verdict.WRONG), (Mood.HANGING_UP, Verdict.DOUBTFUL)]
)
def test_a_server_is_tried_before_the_first_mail(
    settings: Settings, office: PostOffice, mood: Mood, verdict: Verdict
) -> None:
    office.mood = mood
    check = check_mail_settings(mailing(settings, office))
    assert check.verdict is verdict
    assert "FANAL_MAIL_URL" in (check.remedy or "")


def test_a_folder_is_right_on_ones_own_machine_and_doubtful_where_others_come(
    settings: Settings,
) -> None:
    own = private(settings)
    assert check_mail_settings(own).verdict is Verdict.RIGHT
    public = private(settings.model_copy(update={"public_url": "https://fanal.exemple.fr"}))
    assert check_mail_settings(public).verdict is Verdict.DOUBTFUL


def test_mails_that_nobody_sends_or_that_were_given_up_are_counted(
    settings: Settings, office: PostOffice, fresh_database: DatabaseUrls
) -> None:
    settings = mailing(settings, office)
    now = datetime.now(UTC)
    engine = make_engine(fresh_database.app, pool_size=1)
    with unit_of_work(make_sessions(engine)) as session:
        for at, state in ((now, "waiting"), (now - timedelta(hours=1), "waiting"), (now, "dead")):
            id = put_message(session, kind="password_changed", recipient="a@b.fr", values={}, at=at)
            session.get_one(OutboxMessage, id).state = state
    engine.dispose()
    with roles.connect(fresh_database.app) as connection:
        checks = list(check_mails(settings, connection))
    found = {check.verdict: check.finding for check in checks[1:]}
    assert found == {
        Verdict.WRONG: "1 courriel attend en vain.",
        Verdict.DOUBTFUL: "1 courriel n'est pas parti.",
    }


@pytest.mark.parametrize(
    ("failure", "waits", "verdict"),
    [
        ("not_let_in", timedelta(minutes=2), Verdict.WRONG),
        ("server_away", timedelta(minutes=2), Verdict.DOUBTFUL),
        ("server_away", timedelta(hours=2), Verdict.WRONG),
        ("refused", timedelta(hours=2), Verdict.DOUBTFUL),
    ],
)
def test_mails_that_were_tried_and_wait_again_are_told_with_the_reason(
    settings: Settings,
    office: PostOffice,
    fresh_database: DatabaseUrls,
    failure: str,
    waits: timedelta,
    verdict: Verdict,
) -> None:
    settings = mailing(settings, office)
    now = datetime.now(UTC)
    engine = make_engine(fresh_database.app, pool_size=1)
    with unit_of_work(make_sessions(engine)) as session:
        put = partial(put_message, kind="password_changed", recipient="a@b.fr", values={})
        message = session.get_one(OutboxMessage, put(session, at=now - waits))
        message.attempts, message.last_error = 3, failure
        message.due_at = now + timedelta(hours=1)
    engine.dispose()
    with roles.connect(fresh_database.app) as connection:
        (_settings, check) = check_mails(settings, connection)
    assert check.verdict is verdict
    assert check.finding.startswith("1 courriel n'est pas encore parti. Le serveur")
    assert check.remedy


def test_a_wrong_password_of_the_mail_server_is_seen_at_the_first_mail(
    settings: Settings, office: PostOffice, fresh_database: DatabaseUrls
) -> None:
    office.mood = Mood.SHUT
    settings = mailing(settings, office)
    url = office.url.replace("//", "//fanal:passe@")
    settings = settings.model_copy(update={"mail_url": SecretStr(url)})
    now = datetime.now(UTC)
    engine = make_engine(fresh_database.worker, pool_size=1)
    with unit_of_work(make_sessions(engine)) as session:
        put_message(session, kind="password_changed", recipient="a@b.fr", values={}, at=now)
    with unit_of_work(make_sessions(engine)) as session:
        deliver_next(session, at=now, settings=settings)
    engine.dispose()
    with roles.connect(fresh_database.app) as connection:
        checks = list(check_mails(settings, connection))
    assert [check.verdict for check in checks] == [Verdict.WRONG, Verdict.WRONG]
    assert "ne laisse pas entrer" in checks[0].finding
    assert "1 courriel n'est pas encore parti" in checks[1].finding


def test_a_role_that_sees_no_referral_is_wrong(settings: Settings, database: DatabaseUrls) -> None:
    def verdict(url: str | None) -> Verdict:
        changed = settings.model_copy(update={"worker_url": url})
        return check_worker_role(changed, url or database.app).verdict

    assert verdict(database.worker) is Verdict.RIGHT
    assert verdict(database.app) is Verdict.WRONG
    gone = make_url(database.worker).set(username="nobody_here").render_as_string()
    assert verdict(gone) is Verdict.WRONG
    assert verdict(None) is Verdict.DOUBTFUL


@pytest.fixture
def guarded_url(cluster: ThrowawayCluster, database: DatabaseUrls) -> Iterator[URL]:
    """The address of a role that must give its password, « juste »: others here need none."""
    access = cluster.cluster.pgdata / "pg_hba.conf"
    before = access.read_text()
    access.write_text("local all guarded scram-sha-256\n" + before)
    with roles.connect(database.superuser) as connection:
        connection.execute("SELECT pg_reload_conf()")
        connection.execute("CREATE ROLE guarded LOGIN BYPASSRLS PASSWORD 'juste'")
        yield make_url(database.worker).set(username="guarded")
        access.write_text(before)
        connection.execute("SELECT pg_reload_conf()")
        connection.execute("DROP ROLE guarded")


@pytest.mark.parametrize(("password", "verdict"), [("juste", "RIGHT"), ("faux", "WRONG")])
def test_a_worker_whose_password_is_refused_is_wrong(
    settings: Settings, guarded_url: URL, password: str, verdict: str
) -> None:
    url = guarded_url.set(password=password).render_as_string(hide_password=False)
    check = check_worker_role(settings.model_copy(update={"worker_url": url}), url)
    assert check.verdict is Verdict[verdict], check.finding
    assert password not in f"{check.finding} {check.remedy}"


def test_the_private_server_has_its_own_role(settings: Settings, database: DatabaseUrls) -> None:
    own = private(settings.model_copy(update={"worker_url": None}))
    assert check_worker_role(own, database.worker).verdict is Verdict.RIGHT
