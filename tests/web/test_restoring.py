"""The site while a backup is put back: it is read, and says why nothing is stored."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import InternalError

from directory.app import FanalApp, create_app
from directory.cli.first_run import session_on
from directory.config import Settings
from directory.postgres.addresses import in_database
from directory.postgres.read_only import read_only
from directory.postgres.roles import DatabaseUrls, connect
from directory.web.runtime import EXTENSION
from directory.web.session import current_session
from directory.web.signed_in import COOKIE
from tests.accounts.factories import make_account, sign_in

OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def app(fresh_database: DatabaseUrls, settings: Settings) -> Iterator[FanalApp]:
    """The application, on connections of its own."""
    made = create_app(settings.model_copy(update={"database_url": fresh_database.app}))
    yield made
    made.extensions[EXTENSION].dispose()


def test_while_a_backup_is_put_back_the_site_is_read_and_what_is_sent_is_told_to_wait(
    app: FanalApp, fresh_database: DatabaseUrls
) -> None:
    client = app.test_client()
    typed = {"email": "awa@exemple.invalid", "password": "peu importe"}
    assert client.post("/connexion", data=typed, headers=OURS).status_code == 400
    with connect(fresh_database.owner) as connection:
        name = connection.info.dbname

    with read_only(in_database(fresh_database, "postgres").superuser, name):
        page, answer = client.get("/recherche"), client.post("/connexion", data=typed, headers=OURS)

    assert page.status_code == 200
    assert answer.status_code == 503
    assert "remise en place" in answer.text
    assert answer.headers["Retry-After"]
    assert client.post("/connexion", data=typed, headers=OURS).status_code == 400


def test_while_a_backup_is_put_back_who_signed_in_searches_on(
    app: FanalApp, fresh_database: DatabaseUrls
) -> None:
    with session_on(fresh_database.app) as session:
        token, _ = sign_in(session, make_account(session))
    client = app.test_client()
    client.set_cookie(COOKIE, token)
    with connect(fresh_database.owner) as connection:
        name = connection.info.dbname

    with read_only(in_database(fresh_database, "postgres").superuser, name):
        page = client.get("/recherche")
        refused = client.post("/deconnexion", headers=OURS)

    assert (page.status_code, refused.status_code) == (200, 503)
    assert "Awa Diop" in page.text
    assert client.post("/deconnexion", headers=OURS).status_code == 303


def test_a_page_that_writes_where_it_may_only_read_is_not_excused(app: FanalApp) -> None:
    def stray() -> str:
        current_session().execute(text("CREATE TEMPORARY TABLE t ()"))
        return ""

    app.testing = True
    app.add_url_rule("/egare", view_func=stray)
    with pytest.raises(InternalError):
        app.test_client().get("/egare")
