"""The doctor sees that mails cannot leave, do not leave, or did not."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from psycopg import Connection
from sqlalchemy import make_url

from bench.post_office import PostOffice, post_office
from directory.config import Settings
from directory.db import make_engine, make_sessions, unit_of_work
from directory.outbox.actions import put_message
from directory.outbox.doctor import check_mail_settings, check_mails, check_worker_role
from directory.outbox.models import OutboxMessage
from directory.postgres import roles
from directory.postgres.doctor import Verdict
from directory.postgres.roles import DatabaseUrls
from tests.outbox.factories import mailing, private

Bare = Connection[tuple[object, ...]]


@pytest.fixture
def connection(database: DatabaseUrls) -> Iterator[Bare]:
    with roles.connect(database.app) as opened:
        yield opened


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office() as running:
        yield running


def test_mails_without_a_server_are_wrong_and_the_setting_is_named(settings: Settings) -> None:
    check = check_mail_settings(settings)
    assert check.verdict is Verdict.WRONG
    assert "FANAL_MAIL_URL" in check.finding


def test_a_server_is_right(settings: Settings, office: PostOffice) -> None:
    assert check_mail_settings(mailing(settings, office)).verdict is Verdict.RIGHT


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


def test_a_role_that_sees_no_referral_is_wrong(
    settings: Settings, database: DatabaseUrls, connection: Bare
) -> None:
    def verdict(url: str | None) -> Verdict:
        changed = settings.model_copy(update={"worker_url": url})
        return check_worker_role(changed, connection).verdict

    assert verdict(database.worker) is Verdict.RIGHT
    assert verdict(database.app) is Verdict.WRONG
    gone = make_url(database.worker).set(username="nobody_here").render_as_string()
    assert verdict(gone) is Verdict.WRONG
    assert verdict(None) is Verdict.DOUBTFUL


def test_the_private_server_has_its_own_role(settings: Settings, connection: Bare) -> None:
    own = private(settings.model_copy(update={"worker_url": None}))
    assert check_worker_role(own, connection).verdict is Verdict.RIGHT
