"""The API as a program meets it: a client that holds each answer to its own document."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from directory.app import FanalApp


@dataclass
class Caller:
    """A program that calls the API from another site."""

    client: FlaskClient

    def get(self, path: str, *, status: int = 200, **query: Any) -> Any:
        """Ask `/api/v1` + path, and return the JSON of the answer."""
        return self.response(path, status=status, **query).get_json(force=True)

    def response(self, path: str, *, status: int = 200, **query: Any) -> TestResponse:
        """Ask, and hold what every answer has."""
        response = self.client.get(f"/api/v1{path}", query_string=query)
        assert response.status_code == status, response.text[:2000]
        is_problem = status >= 400
        assert response.content_type == (
            "application/problem+json" if is_problem else "application/json"
        )
        assert "Set-Cookie" not in response.headers
        return response


@pytest.fixture
def caller(app: FanalApp, at: datetime) -> Iterator[Caller]:
    """A caller of the API, on Tuesday 17 November 2026 at ten o'clock in Paris."""
    with time_machine.travel(at, tick=False), app.test_client() as client:
        yield Caller(client)
