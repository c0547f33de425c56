"""Whatever is sent, the answer names what is wrong and how to mend it; it is never a 500."""

from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as properties
from hypothesis import strategies as st

from directory.app import create_app
from directory.config import Settings
from directory.search.parameters import PARAMETERS
from directory.web.api.shapes import Problem
from tests.web.api.conftest import Caller

BONDY = {"insee": "93010"}

REFUSED = [
    ({}, 422, "q"),
    ({"q": ""}, 422, "q"),
    ({"q": "Zzyzx"}, 422, "q"),
    ({"q": "😀"}, 422, "q"),
    ({"q": "12 rue de Verdun"}, 422, "q"),
    ({"q": "93"}, 422, "q"),
    ({"insee": "99999"}, 422, "insee"),
    ({"lat": "40.7", "lon": "-74"}, 422, "lat"),
    ({"lat": "0", "lon": "0"}, 422, "lat"),
    ({"insee": "Bondy"}, 400, "insee"),
    ({"q": "Bon\0dy"}, 400, "q"),
    ({"q": "x" * 400}, 400, "q"),
    ({"q": "Bondy", "lat": "48.9", "lon": "2.4"}, 400, "lat"),
    ({"lat": "48.9"}, 400, "lon"),
    ({"lon": "2.4"}, 400, "lat"),
    ({"lat": "NaN", "lon": "2.4"}, 400, "lat"),
    ({"lat": "48.9", "lon": "inf"}, 400, "lon"),
    ({"lat": "100", "lon": "2.4"}, 400, "lat"),
    ({"lat": "48.9", "lon": "200"}, 400, "lon"),
    ({"lat": "48,9", "lon": "2.4"}, 400, "lat"),
    (BONDY | {"radius_m": "1e9"}, 400, "radius_m"),
    (BONDY | {"radius_m": "1000000000"}, 400, "radius_m"),
    (BONDY | {"radius_m": "-1"}, 400, "radius_m"),
    (BONDY | {"limit": "-1"}, 400, "limit"),
    (BONDY | {"limit": "0"}, 400, "limit"),
    (BONDY | {"limit": "101"}, 400, "limit"),
    (BONDY | {"limit": "९"}, 400, "limit"),
    (BONDY | {"category": "licorne"}, 400, "category"),
    (BONDY | {"audience": "licornes"}, 400, "audience"),
    (BONDY | {"age": "vieux"}, 400, "age"),
    (BONDY | {"free": "peut-être"}, 400, "free"),
    (BONDY | {"language": "le français"}, 400, "language"),
    (BONDY | {"open_at": "demain"}, 400, "open_at"),
    (BONDY | {"open_at": "2026-11-31T10:00:00Z"}, 400, "open_at"),
    (BONDY | {"open_at": "2026-11-17T10:00:00"}, 400, "open_at"),
    (BONDY | {"open_at": "0001-01-01T00:00:00+14:00"}, 400, "open_at"),
    (BONDY | {"open_at": "2126-11-17T10:00:00Z"}, 400, "open_at"),
    (BONDY | {"cursor": "suite"}, 400, "cursor"),
    (BONDY | {"categorie": "douche"}, 400, "categorie"),
    (BONDY | {"count": "all"}, 400, "count"),
]


@pytest.mark.parametrize(("query", "status", "field"), REFUSED, ids=str)
def test_a_value_that_makes_no_sense_is_named_with_its_remedy(
    caller: Caller, query: dict[str, str], status: int, field: str
) -> None:
    problem = caller.get("/search", status=status, **query)

    assert (problem["status"], problem["field"]) == (status, field)
    assert problem["title"]
    assert problem["detail"]
    assert problem["remedy"]
    assert problem["instance"] == "/api/v1/search"
    assert [error["field"] for error in problem["errors"]] == [field]


def test_every_value_at_fault_is_named_at_once(caller: Caller) -> None:
    problem = caller.get("/search", status=400, limit="-1", lat="NaN", categorie="douche")

    assert [error["field"] for error in problem["errors"]] == ["limit", "lat", "categorie"]


def test_a_parameter_given_twice_is_refused_unless_it_may_be_repeated(caller: Caller) -> None:
    problem = caller.get("/search", status=400, insee=["93010", "35238"])

    assert problem["field"] == "insee"


@pytest.mark.parametrize("query", [{}, {"q": " "}])
def test_territories_need_a_text(caller: Caller, query: dict[str, str]) -> None:
    assert caller.get("/territories", status=422, **query)["field"] == "q"


@pytest.mark.parametrize("query", [{"q": "Bondy", "radius_m": "9"}, {"q": "Bondy", "limit": "x"}])
def test_territories_refuse_what_they_would_ignore(caller: Caller, query: dict[str, str]) -> None:
    assert caller.get("/territories", status=400, **query)["field"] in ("radius_m", "limit")


def test_a_hundred_kilobytes_of_text_are_too_long(caller: Caller) -> None:
    assert caller.get("/search", status=414, q="x" * 100_000)["remedy"]


def test_more_parameters_than_any_question_needs_are_refused(caller: Caller) -> None:
    names = {f"a{number}": "1" for number in range(200)}

    assert "150" in caller.get("/search", status=400, **names)["remedy"]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_the_api_is_only_read(caller: Caller, method: str) -> None:
    response = caller.client.open("/api/v1/search", method=method, data="{" * 100_000)

    assert response.status_code == 405
    assert response.content_type == "application/problem+json"
    assert "GET" in response.headers["Allow"]


@pytest.mark.parametrize("path", ["/", "/api", "/nulle-part", "/search/", "/search/1"])
def test_an_unknown_address_is_a_problem(caller: Caller, path: str) -> None:
    if path == "/":
        path = "/services-at-locations/"
    assert caller.get(path, status=404)["detail"]


@pytest.mark.parametrize("query", [b"q=\xff", b"q=%ff", b"\xe9=1", b"q=%ED%A0%80", b"%00=1", b"="])
def test_bytes_that_are_no_text_are_refused(caller: Caller, query: bytes) -> None:
    response = caller.client.get(
        "/api/v1/search", environ_overrides={"QUERY_STRING": query.decode("latin-1")}
    )

    assert response.status_code in (400, 422)
    assert response.content_type == "application/problem+json"


def test_a_database_that_does_not_answer_is_told_and_when_to_try_again(
    settings: Settings,
) -> None:
    nowhere = "postgresql+psycopg://fanal_app@127.0.0.1:1/fanal"
    app = create_app(settings.model_copy(update={"database_url": nowhere}))
    response = app.test_client().get("/api/v1/search?insee=93010")

    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    assert Problem.model_validate_json(response.data).status == 503


NAMES = [parameter.name for parameter in PARAMETERS]
VALUES = st.one_of(
    st.text(max_size=40),
    st.integers().map(str),
    st.floats().map(str),
    st.sampled_from(["93010", "Bondy", "now", "true", "douche", "femmes", "48.9", "2.4", "12-3"]),
    st.datetimes().map(lambda moment: f"{moment.isoformat()}Z"),
)
QUERIES = st.lists(st.tuples(st.sampled_from(NAMES) | st.text(max_size=8), VALUES), max_size=6)


@properties(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(path=st.sampled_from(["search", "territories"]), query=QUERIES)
def test_no_query_breaks_the_api(caller: Caller, path: str, query: list[Any]) -> None:
    response = caller.client.get(f"/api/v1/{path}?{urlencode(query, errors='replace')}")

    assert response.status_code in (200, 400, 422)


@properties(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(query=st.binary(max_size=60))
def test_no_bytes_break_the_api(caller: Caller, query: bytes) -> None:
    response = caller.client.get(
        "/api/v1/search", environ_overrides={"QUERY_STRING": query.decode("latin-1")}
    )

    assert response.status_code in (200, 400, 422)
