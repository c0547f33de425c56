"""The API as a program meets it: a client that holds each answer to its documented shape."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from directory.app import FanalApp
from directory.geo import Position
from directory.listings.drafts import (
    CapacityDraft,
    ContactDraft,
    CredentialDraft,
    PhoneDraft,
)
from directory.territories import Commune, Gazetteer, Kind
from directory.web.api.shapes import (
    CategoriesAnswer,
    Problem,
    SearchAnswer,
    ServiceAtLocation,
    Shape,
    TerritoriesAnswer,
)
from tests.factories import place_draft, service_draft, small_gazetteer, stored, weekdays
from tests.places import BONDY
from tests.web.conftest import TestRuntime

SHAPES: dict[str, type[Shape]] = {
    "search": SearchAnswer,
    "services-at-locations": ServiceAtLocation,
    "categories": CategoriesAnswer,
    "territories": TerritoriesAnswer,
}


@dataclass
class Caller:
    """A program that calls the API from another site."""

    client: FlaskClient

    def get(self, path: str, *, status: int = 200, **query: Any) -> Any:
        """Ask `/api/v1` + path, hold the answer to its shape and return its JSON."""
        response = self.response(path, status=status, **query)
        shape = Problem if status >= 400 else SHAPES[path.split("/")[1]]
        shape.model_validate_json(response.data)
        return response.get_json(force=True)

    def response(self, path: str, *, status: int = 200, **query: Any) -> TestResponse:
        """Ask, and hold what every answer has."""
        headers = query.pop("headers", {})
        response = self.client.get(f"/api/v1{path}", query_string=query, headers=headers)
        assert response.status_code == status, response.text[:2000]
        if status >= 400:
            assert response.content_type == "application/problem+json"
            assert response.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in response.headers
        assert response.headers["Referrer-Policy"] == "no-referrer"
        return response


@pytest.fixture
def caller(app: FanalApp, at: datetime) -> Iterator[Caller]:
    """A caller of the API, on Tuesday 17 November 2026 at ten o'clock in Paris."""
    with time_machine.travel(at, tick=False), app.test_client() as client:
        yield Caller(client)


@pytest.fixture
def two_saint_denis(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a second commune of that name, as France has."""
    second = Commune(
        insee_code="93066",
        name="Saint-Denis",
        kind=Kind.COMMUNE,
        departement="93",
        region="11",
        population=50_000,
        position=Position(48.936, 2.354),
    )
    gazetteer = Gazetteer([*small_gazetteer().communes, second])
    monkeypatch.setattr(TestRuntime, "gazetteer", lambda _self: gazetteer)


def stored_in_full(session: Session, at: datetime) -> int:
    """Store a listing of which everything is told; return the id of its place."""
    place = place_draft(
        BONDY,
        schedules=(weekdays(9, 12),),
        accessibility=("wheelchair",),
        phones=(PhoneDraft("+33148470000", "accueil"), PhoneDraft("+33148479999", None, True)),
        contacts=(ContactDraft("Accueil", "bonjour@exemple.fr", "https://exemple.fr"),),
        capacity=CapacityDraft("capacity", at, at.replace(year=2027), places_free=3),
        verified_at=at,
        notice="Sonner à l'interphone.",
    )
    draft = service_draft(
        place,
        category="colis",
        areas=["commune:93010"],
        description="Un colis par semaine.",
        conditions={
            "welcome": "preferential",
            "audiences": ["femmes"],
            "minimum_age": 18,
            "cost": {"kind": "participation", "text": "1 €"},
            "documents": [{"code": "identity"}],
            "languages": ["fr", "ar"],
            "access": ["walk-in"],
            "modes": ["on-site"],
            "animals": False,
        },
        credentials=(CredentialDraft("habilitation", "42", "Préfecture"),),
    )
    return stored(session, draft, at)[0]
