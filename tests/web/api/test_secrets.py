"""What the API must never tell, looked for in every answer it can give."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from directory.geo import Position, distance_m
from directory.postgres.roles import DatabaseUrls
from directory.territories.actions import replace_communes
from directory.territories.sources import Source
from tests.factories import place_draft, service_draft, small_gazetteer, stored
from tests.places import BONDY
from tests.web.api.conftest import Caller

STREET = "7 impasse du Silence"
SECRET = Position(48.9113579, 2.4997531)

#: What would betray the place: its street, its postal code, its coordinates to a hundred metres.
SECRETS = ("Silence", "93140", "48.911", "2.499")

AT_BONDY = {"insee": "93010"}
QUESTIONS = [
    ("/search", AT_BONDY),
    ("/search", AT_BONDY | {"count": "exact", "limit": 100}),
    ("/search", {"q": "Bondy", "radius_m": 50_000}),
    ("/search", {"lat": 48.91, "lon": 2.49}),
    ("/search", AT_BONDY | {"category": ["victimes-de-violences", "aide-alimentaire"]}),
    ("/search", AT_BONDY | {"radius_m": 100, "free": "true", "has_room": "true"}),
    ("/search", {"insee": "75118", "radius_m": 100}),
    ("/territories", {"q": "Bondy"}),
    ("/categories", {}),
    ("/openapi.json", {}),
    ("/", {}),
]


def answers(caller: Caller, *places: int) -> Iterator[str]:
    """Yield the text of every answer, and those of these listings whether found or not."""
    for path, query in QUESTIONS:
        yield caller.response(path, **query).text
    for place in places:
        yield caller.client.get(f"/api/v1/services-at-locations/{place}").text


@pytest.mark.parametrize("areas", [[], ["commune:93010"], ["france:FR"]])
def test_a_listing_for_professionals_never_appears(
    caller: Caller, session: Session, at: datetime, areas: list[str]
) -> None:
    draft = service_draft(
        place_draft(BONDY),
        place_draft(None),
        name="Ligne des travailleurs sociaux",
        visibility="professionals",
        areas=areas,
        conditions={"modes": ["on-site", "remote"]},
    )
    places = stored(session, draft, at)

    assert [text for text in answers(caller, *places) if "travailleurs sociaux" in text] == []
    assert caller.get("/search", **AT_BONDY)["total"] == 0
    assert caller.get("/search", **AT_BONDY)["widen"]["nearest"] == []
    for place in places:
        caller.get(f"/services-at-locations/{place}", status=404)


def test_a_listing_for_professionals_answers_like_one_that_never_was(
    caller: Caller, session: Session, at: datetime
) -> None:
    draft = service_draft(place_draft(BONDY), visibility="professionals")
    (hidden,) = stored(session, draft, at)

    for_professionals = caller.get(f"/services-at-locations/{hidden}", status=404)
    never_was = caller.get(f"/services-at-locations/{hidden + 1}", status=404)

    assert for_professionals.pop("instance") != never_was.pop("instance")
    assert for_professionals == never_was


@pytest.fixture
def database(fresh_database: DatabaseUrls, at: datetime) -> DatabaseUrls:
    """A database that knows the centres of communes, which stand for confidential places."""
    engine = create_engine(fresh_database.owner)
    with Session(engine) as session:
        source = Source("essai.csv", "Licence Ouverte 2.0", "0" * 64)
        replace_communes(session, small_gazetteer().communes, source=source, at=at)
        session.commit()
    engine.dispose()
    return fresh_database


@pytest.mark.parametrize("privacy", ["blurred", "professionals", "hidden"])
def test_only_the_commune_of_a_confidential_place_is_told(
    caller: Caller, session: Session, at: datetime, privacy: str
) -> None:
    draft = place_draft(SECRET, address=STREET, privacy=privacy)
    (place,) = stored(session, service_draft(draft, areas=["commune:93010"]), at)

    told = list(answers(caller, place))

    assert [text for text in told for secret in SECRETS if secret in text] == []
    assert sum(f'"id":{place},' in text for text in told) >= 3, "the place is found all the same"
    (result,) = caller.get("/search", **AT_BONDY)["results"]
    assert (result["location"]["latitude"], result["distance_m"]) == (BONDY.latitude, 0)


def test_no_distance_closes_in_on_a_confidential_place(
    caller: Caller, session: Session, at: datetime
) -> None:
    stored(session, service_draft(place_draft(SECRET, privacy="hidden")), at)

    query = {"lat": SECRET.latitude, "lon": SECRET.longitude}
    (result,) = caller.get("/search", **query)["results"]

    assert result["distance_m"] == pytest.approx(distance_m(SECRET, BONDY), abs=0.001)
    assert caller.get("/search", **query, radius_m=1_000)["total"] == 0
