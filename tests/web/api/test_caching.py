"""Who may keep an answer, and for how long (a search tells where somebody is)."""

from datetime import datetime, timedelta

import pytest
import time_machine
from sqlalchemy.orm import Session

from tests.factories import place_draft, service_draft, stored, weekdays
from tests.places import BONDY
from tests.web.api.conftest import Caller


@pytest.mark.parametrize("query", [{"insee": "93010"}, {"q": "Bondy"}, {"q": "Bondy", "age": 17}])
def test_a_search_by_commune_may_be_kept_a_minute(caller: Caller, query: dict[str, str]) -> None:
    response = caller.response("/search", **query)

    assert response.headers["Cache-Control"] == "public, max-age=60"
    assert response.headers["ETag"]


@pytest.mark.parametrize(
    "query",
    [
        {"lat": 48.9, "lon": 2.48},
        {"q": "12 rue de Verdun, Bondy"},
        {"q": "rue de Verdun, 93010 Bondy"},
    ],
)
def test_a_search_by_point_or_address_is_kept_by_nobody(
    caller: Caller, query: dict[str, str]
) -> None:
    response = caller.response("/search", **query)

    assert response.headers["Cache-Control"] == "private, no-store"
    assert "ETag" not in response.headers


def test_what_is_typed_for_a_commune_is_kept_by_nobody(caller: Caller) -> None:
    response = caller.response("/territories", q="12 rue de Verdun, Bondy")

    assert response.headers["Cache-Control"] == "private, no-store"


def test_an_answer_known_already_is_not_sent_again_within_the_minute(
    caller: Caller, session: Session, at: datetime
) -> None:
    stored(session, service_draft(place_draft(BONDY, schedules=(weekdays(9, 12),))), at)
    first = caller.response("/search", insee="93010", headers={"Accept-Encoding": "gzip"})
    known = {"If-None-Match": first.headers["ETag"]}

    with time_machine.travel(at + timedelta(seconds=59), tick=False):
        again = caller.response("/search", insee="93010", status=304, headers=known)
    with time_machine.travel(at + timedelta(hours=3), tick=False):
        changed = caller.response("/search", insee="93010", headers=known)

    assert (again.data, again.headers["ETag"]) == (b"", first.headers["ETag"])
    assert again.headers["Cache-Control"] == "public, max-age=60"
    assert first.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in first.headers["Vary"]
    assert changed.headers["ETag"] != first.headers["ETag"]


@pytest.mark.parametrize("path", ["/categories", "/openapi.json", "/"])
def test_what_is_the_same_for_all_may_be_kept(caller: Caller, path: str) -> None:
    response = caller.response(path)

    assert response.headers["Cache-Control"] == "public, max-age=60"
    known = {"If-None-Match": response.headers["ETag"]}
    assert caller.response(path, status=304, headers=known).data == b""


@pytest.mark.parametrize(("query", "status"), [({"insee": "93010"}, 200), ({}, 422)])
def test_a_page_of_any_site_may_read_the_answer(
    caller: Caller, query: dict[str, str], status: int
) -> None:
    response = caller.response("/search", status=status, **query)

    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in response.headers
