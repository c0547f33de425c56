"""What every answer is, whatever the page: errors, languages, headers, logs, health."""

import gzip
import secrets
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import structlog
from flask import abort
from sqlalchemy import text
from sqlalchemy.exc import InternalError
from sqlalchemy.orm import Session

from directory.app import FanalApp, create_app
from directory.config import Settings
from directory.errors import Conflict, FanalError, InvalidInput, NotFound, Unavailable
from directory.postgres.roles import DatabaseUrls, connect
from directory.web.runtime import EXTENSION, Runtime, make_runtime
from directory.web.session import current_session
from directory.web.signed_in import COOKIE
from tests.fixtures.installation import wait_until
from tests.web.conftest import Visitor

#: What a browser says of a form that comes from a page of ours.
OURS = {"Sec-Fetch-Site": "same-origin"}

_WAITING_FOR_A_LOCK = "SELECT pid FROM pg_locks WHERE NOT granted"


def test_the_root_leads_to_the_search(visitor: Visitor) -> None:
    assert visitor.response("/", status=302).headers["Location"] == "/recherche"


def test_an_unknown_page_says_what_to_do_next(visitor: Visitor) -> None:
    page = visitor.get("/nulle-part", status=404)
    links = {link.get("href") for link in page.all("a")}
    assert {"/recherche", "tel:115", "tel:112"} <= links


def test_an_unknown_address_of_the_api_is_a_problem(visitor: Visitor) -> None:
    response = visitor.response("/api/v1/nulle-part", status=404)
    assert response.content_type == "application/problem+json"
    assert response.get_json(force=True)["status"] == 404


@pytest.mark.parametrize(
    ("error", "status"),
    [(InvalidInput, 400), (NotFound, 404), (Conflict, 409), (Unavailable, 503)],
)
def test_a_rule_that_refuses_becomes_a_page_and_a_problem(
    app: FanalApp, error: type[FanalError], status: int
) -> None:
    def refuse() -> str:
        raise error("Le rayon dépasse 50 km.", field="radius_m", remedy="Donnez moins.")

    app.add_url_rule("/refus", view_func=refuse, endpoint="refus")
    app.add_url_rule("/api/refus", view_func=refuse, endpoint="api_refus")
    visitor = Visitor(app.test_client())
    page = visitor.get("/refus", status=status)
    assert "Le rayon dépasse 50 km." in page.text
    assert "Donnez moins." in page.text
    problem = visitor.response("/api/refus", status=status).get_json(force=True)
    assert problem["detail"] == "Le rayon dépasse 50 km."
    assert (problem["field"], problem["remedy"]) == ("radius_m", "Donnez moins.")


def test_an_unforeseen_error_is_a_plain_page_and_its_text_is_not_logged(app: FanalApp) -> None:
    def fail() -> str:
        raise RuntimeError("12 rue du Secret")

    app.testing = False
    app.add_url_rule("/panne", view_func=fail)
    with structlog.testing.capture_logs() as lines:
        page = Visitor(app.test_client()).get("/panne?q=12+rue+du+Secret", status=500)
    assert "Secret" not in page.text
    assert "115" in page.text
    (error,) = [line for line in lines if line["event"] == "unforeseen_error"]
    assert error["path"] == "/panne"


def test_a_database_that_is_down_asks_to_come_back(settings: Settings) -> None:
    nowhere = "postgresql+psycopg://fanal_app@127.0.0.1:1/none"
    app = create_app(settings.model_copy(update={"database_url": nowhere}))

    def ask() -> str:
        return str(current_session().scalar(text("SELECT 1")))

    app.add_url_rule("/question", view_func=ask)
    visitor = Visitor(app.test_client())
    assert "Retry-After" in visitor.response("/question", status=503).headers
    visitor.get("/question", status=503)
    assert visitor.response("/readyz", status=503).get_json()["checks"]["database"] is False
    assert visitor.response("/healthz").get_json() == {"status": "ok"}


def test_a_database_that_is_down_is_told_to_members_too(settings: Settings) -> None:
    nowhere = "postgresql+psycopg://fanal_app@127.0.0.1:1/none"
    client = create_app(settings.model_copy(update={"database_url": nowhere})).test_client()
    client.set_cookie(COOKIE, "somebody's")

    answer = client.get("/recherche")

    assert answer.status_code == 503
    assert "Fanal ne répond pas" in answer.text


def test_a_database_that_dies_while_it_is_asked_who_is_there_is_told_to_members_too(
    fresh_database: DatabaseUrls, settings: Settings
) -> None:
    app = create_app(settings.model_copy(update={"database_url": fresh_database.app}))
    client = app.test_client()
    client.set_cookie(COOKIE, "somebody's")
    with (
        ThreadPoolExecutor() as pool,
        connect(fresh_database.superuser) as killer,
        killer.transaction(),
    ):
        killer.execute("LOCK TABLE login IN ACCESS EXCLUSIVE MODE")
        asked = pool.submit(client.get, "/orientations")
        while not (waiting := killer.execute(_WAITING_FOR_A_LOCK).fetchone()):
            time.sleep(0.01)
        killer.execute("SELECT pg_terminate_backend(%s)", waiting)
        answer = asked.result()
    runtime: Runtime = app.extensions[EXTENSION]
    runtime.dispose()

    assert answer.status_code == 503
    assert "Fanal ne répond pas" in answer.text


def test_the_token_of_a_link_is_not_logged(app: FanalApp) -> None:
    def show(token: str) -> str:
        return str(len(token) // 0 if token == "bad" else token)

    app.testing = False
    app.add_url_rule("/lien/<token>", view_func=show)
    with structlog.testing.capture_logs() as lines:
        app.test_client().get("/lien/opens-the-door")
        app.test_client().get("/lien/bad")
    assert {line["path"] for line in lines} == {"/lien/<token>"}


@pytest.mark.parametrize(
    ("method", "path", "told"),
    [
        ("GET", "/reponse/{token}/", "/reponse/…/"),
        ("GET", "/reponse/{token}/nouveau-lien", "/reponse/…/nouveau-lien"),
        ("PUT", "/mot-de-passe/{token}", "/mot-de-passe/…"),
        ("GET", "/courriel/invitation/{token}>", "/courriel/invitation/…>"),
        ("GET", "/nulle-part/2026", "/nulle-part/2026"),
    ],
)
def test_the_token_of_a_link_is_not_logged_where_no_page_is(
    app: FanalApp, method: str, path: str, told: str
) -> None:
    token = secrets.token_urlsafe(32)
    with structlog.testing.capture_logs() as lines:
        app.test_client().open(path.format(token=token), method=method)
    (line,) = [line for line in lines if line["event"] == "request"]
    assert line["path"] == told


def test_it_is_ready_on_a_migrated_database(visitor: Visitor) -> None:
    def is_told() -> bool:
        answer = visitor.client.get("/readyz")
        checks = {"database": True, "migrations_current": True}
        return (answer.status_code, answer.get_json()) == (200, {"status": "ok", "checks": checks})

    # What is late on a busy machine is asked again, as a supervisor does.
    wait_until(is_told, seconds=30)


@pytest.fixture
def runtime(settings: Settings) -> Iterator[Runtime]:
    """A runtime with connections of its own."""
    made = make_runtime(settings)
    yield made
    made.dispose()


def test_a_reader_cannot_write(runtime: Runtime) -> None:
    with runtime.readers() as reader, pytest.raises(InternalError, match="read-only"):
        reader.execute(text("CREATE TEMPORARY TABLE t (n int)"))


def test_a_session_that_may_write_is_another_one(runtime: Runtime) -> None:
    with runtime.readers() as reader:
        assert reader.scalar(text("SHOW transaction_read_only")) == "on"
    with runtime.sessions() as writer:
        assert writer.scalar(text("SHOW transaction_read_only")) == "off"


def test_the_plans_of_a_reader_outlive_its_request(runtime: Runtime) -> None:
    for _ in range(10):
        with runtime.readers() as reader:
            reader.scalar(text("SELECT 1 AS asked_every_time"))

    with runtime.readers() as reader:
        prepared = text(
            "SELECT count(*) FROM pg_prepared_statements WHERE statement ~ 'every_time'"
        )
        assert reader.scalar(prepared) == 1


def test_a_get_reads_and_a_post_may_write(app: FanalApp) -> None:
    makers = app.extensions["fanal"]
    makers.readers = lambda: _Named("reader")
    makers.sessions = lambda: _Named("writer")

    def which() -> str:
        return str(current_session())

    app.add_url_rule("/qui", view_func=which, methods=["GET", "POST"])
    client = app.test_client()
    assert client.get("/qui").text == "reader"
    assert client.post("/qui", headers=OURS).text == "writer"


class _Named:
    """Stands for a session where only which one it is matters."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __str__(self) -> str:
        return self.name

    def close(self) -> None:
        """Nothing is open."""


def test_the_mirrored_language_turns_the_page_over(visitor: Visitor) -> None:
    page = visitor.get("/recherche?lang=ar-XB")
    (html,) = page.all("html")
    assert (html.get("lang"), html.get("dir")) == ("ar-XB", "rtl")
    (heading,) = page.all("h1")
    assert "\u202e" in heading.text


def test_the_mirrored_language_is_not_offered_in_production(settings: Settings) -> None:
    app = create_app(settings)
    page = Visitor(app.test_client()).get("/recherche?lang=ar-XB")
    app.extensions[EXTENSION].dispose()
    (html,) = page.all("html")
    assert html.get("lang") == "fr"


@pytest.mark.parametrize("asked", ["xx", "", "fr-FR-u-co", "../../etc", "%00", "é" * 40])
def test_an_unknown_language_is_french(visitor: Visitor, asked: str) -> None:
    (html,) = visitor.get("/recherche", query_string={"lang": asked}).all("html")
    assert html.get("lang") == "fr"


def test_an_address_that_is_too_long_is_refused(visitor: Visitor) -> None:
    visitor.get("/recherche", status=414, query_string={"q": "a" * 100_000})


def test_a_body_that_is_too_large_is_refused(app: FanalApp) -> None:
    def read() -> str:
        from flask import request

        return request.get_data(as_text=True)

    app.add_url_rule("/envoi", view_func=read, methods=["POST"])
    assert app.test_client().post("/envoi", data=b"a" * 70_000, headers=OURS).status_code == 413


def test_only_trusted_hosts_are_answered(settings: Settings) -> None:
    app = create_app(settings.model_copy(update={"trusted_hosts": "fanal.example, localhost"}))
    client = app.test_client()
    assert client.get("/healthz", base_url="http://fanal.example").status_code == 200
    assert client.get("/healthz", base_url="http://evil.example").status_code == 400


def test_the_log_of_a_request_has_no_query(visitor: Visitor) -> None:
    with structlog.testing.capture_logs() as lines:
        visitor.get("/recherche?besoin=dettes")
    (line,) = [line for line in lines if line["event"] == "request"]
    assert line["path"] == "/recherche"
    assert "dettes" not in str(line)


def test_a_page_is_compressed_for_who_takes_it(visitor: Visitor) -> None:
    plain = visitor.response("/recherche")
    packed = visitor.response("/recherche", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert "Accept-Encoding" in plain.headers["Vary"]


def test_an_http_error_keeps_what_its_sender_needs(app: FanalApp) -> None:
    response = app.test_client().post("/recherche", headers=OURS)
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]


def test_a_session_is_closed_when_its_view_fails(app: FanalApp, session: Session) -> None:
    opened: list[Any] = []

    def fail() -> str:
        opened.append(current_session())
        opened[0].scalar(text("SELECT 1"))
        abort(418)

    app.add_url_rule("/theiere", view_func=fail)
    assert app.test_client().get("/theiere").status_code == 418
    assert not opened[0].in_transaction()
