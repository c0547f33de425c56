"""The OpenAPI document and the API say the same thing."""

from datetime import datetime
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import CHECKS, load_all_checks
from sqlalchemy.orm import Session

from directory.app import FanalApp
from directory.search.parameters import PARAMETERS
from tests.web.api.conftest import Caller, stored_in_full

load_all_checks()
HELD = CHECKS.get_by_names(
    [
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
    ]
)
PATHS = ("search", "services-at-locations/{id}", "categories", "territories")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.usefixtures("caller")
def test_every_answer_is_as_the_document_says(
    app: FanalApp, session: Session, at: datetime, path: str
) -> None:
    stored_in_full(session, at)
    document = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=document[f"/api/v1/{path}"]["GET"].as_strategy())
    def holds(case: schemathesis.Case) -> None:
        case.call_and_validate(checks=HELD, headers={"Accept-Encoding": "identity"})

    holds()


def test_the_document_names_every_parameter_and_nothing_else(caller: Caller) -> None:
    told = document(caller)["paths"]["/api/v1/search"]["get"]["parameters"]

    assert [parameter["name"] for parameter in told] == [each.name for each in PARAMETERS]
    repeated = [p["name"] for p in told if p["schema"].get("type") == "array"]
    assert repeated == [each.name for each in PARAMETERS if each.is_repeatable]


@pytest.mark.parametrize("name", ["category", "audience"])
def test_every_value_of_a_list_is_accepted_and_may_be_repeated(caller: Caller, name: str) -> None:
    told = document(caller)["paths"]["/api/v1/search"]["get"]["parameters"]
    (values,) = [p["schema"]["items"]["enum"] for p in told if p["name"] == name]

    assert caller.get("/search", insee="93010", **{name: values})["results"] == []


def test_the_document_is_openapi_and_names_nobody(caller: Caller) -> None:
    told = document(caller, headers={"Host": "malveillant.exemple"})

    assert told["openapi"].startswith("3.1")
    assert told["servers"] == [{"url": "/"}]
    assert list(told["paths"]) == [f"/api/v1/{path}" for path in sorted(PATHS, key=len)]


def document(caller: Caller, **query: Any) -> Any:
    return caller.response("/openapi.json", **query).get_json(force=True)
