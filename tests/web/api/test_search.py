"""`GET /api/v1/search` answers what the search finds, in the order and the words of the issue."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from directory.geo import Position
from tests.factories import place_draft, service_draft, stored, weekdays
from tests.places import BONDY, PARIS_18, RENNES
from tests.web.api.conftest import Caller, stored_in_full

RESULT = {
    "id", "match", "distance_m", "service", "organization", "location", "opening", "conditions",
    "phones", "verified_at", "source",
}  # fmt: skip
LOCATION = {
    "id", "address", "postal_code", "city", "insee_code", "latitude", "longitude", "precision",
}  # fmt: skip


def test_the_nearest_come_first_in_metres(caller: Caller, session: Session, at: datetime) -> None:
    (far,) = stored(session, service_draft(place_draft(PARIS_18)), at)
    (near,) = stored(session, service_draft(place_draft(BONDY)), at)

    answer = caller.get("/search", insee="93010", radius_m=20_000)

    assert [result["id"] for result in answer["results"]] == [near, far]
    metres = [result["distance_m"] for result in answer["results"]]
    assert metres == [0, pytest.approx(10_189, rel=0.01)]
    assert metres == [round(each, 3) for each in metres]
    assert (answer["total"], answer["total_at_least"], answer["radius_m"]) == (2, 2, 20_000)


def test_the_answer_has_the_members_that_were_promised(
    caller: Caller, session: Session, at: datetime
) -> None:
    place = stored_in_full(session, at)

    answer = caller.get("/search", q="Bondy", category="aide-alimentaire")

    assert answer["origin"] == {
        "label": "Bondy (93)",
        "latitude": BONDY.latitude,
        "longitude": BONDY.longitude,
        "precision": "municipality",
        "insee_code": "93010",
        "insee_code_certain": True,
        "source": "communes",
        "notice": None,
    }
    (result,) = answer["results"]
    assert set(result) >= RESULT
    assert set(result["location"]) >= LOCATION
    assert (result["id"], result["match"]) == (place, "radius")
    assert result["service"]["category"] == "colis"
    assert result["verified_at"] == "2026-11-17T09:00:00+00:00"
    assert [phone["number"] for phone in result["phones"]] == ["+33148470000"]
    assert result["covers_commune"] is True
    assert (answer["widen"], answer["next"]) == (None, None)


def test_the_opening_is_told_for_now_or_for_the_asked_time(
    caller: Caller, session: Session, at: datetime
) -> None:
    stored(session, service_draft(place_draft(BONDY, schedules=(weekdays(9, 12),))), at)

    (now,) = caller.get("/search", insee="93010", open_at="now")["results"]
    (later,) = caller.get("/search", insee="93010")["results"]
    evening = caller.get("/search", insee="93010", open_at="2026-11-17T20:00:00+01:00")

    assert now == later
    assert now["opening"] == {
        "state": "open",
        "until": "2026-11-17T11:00:00+00:00",
        "next_opening": "2026-11-18T08:00:00+00:00",
        "text": "Ouvert jusqu'à 12:00",
    }
    (tomorrow,) = caller.get("/search", insee="93010", open_at="2026-11-18T10:00:00+01:00")[
        "results"
    ]
    assert tomorrow["opening"]["text"] == ("mercredi 18 novembre à 10:00 · Ouvert jusqu'à 12:00")
    assert evening["results"] == []
    assert evening["widen"]["without"] == [{"parameter": "open_at", "total_at_least": 1}]


def test_three_groups_come_in_order(caller: Caller, session: Session, at: datetime) -> None:
    (remote,) = stored(
        session,
        service_draft(place_draft(None), areas=["france:FR"], conditions={"modes": ["remote"]}),
        at,
    )
    (by_area,) = stored(session, service_draft(place_draft(RENNES), areas=["departement:93"]), at)
    (on_site,) = stored(session, service_draft(place_draft(BONDY)), at)

    answer = caller.get("/search", insee="93010")

    assert [(result["id"], result["match"]) for result in answer["results"]] == [
        (on_site, "radius"),
        (by_area, "service_area"),
        (remote, "remote"),
    ]
    assert answer["results"][2]["distance_m"] is None
    assert answer["results"][2]["location"] is None
    assert answer["total"] == 1


def test_pages_follow_one_another_without_a_gap(
    caller: Caller, session: Session, at: datetime
) -> None:
    places = [place_draft(BONDY) for _ in range(4)]
    ids = stored(session, service_draft(*places), at)

    seen, following = [], {}
    for _ in ids:
        answer = caller.get("/search", insee="93010", limit=1, **following)
        seen += [result["id"] for result in answer["results"]]
        following = {"cursor": answer["next"]}

    assert (seen, answer["next"]) == (ids, None)


def test_several_categories_are_repeated(caller: Caller, session: Session, at: datetime) -> None:
    for category in ("douche", "laverie", "repas"):
        stored(session, service_draft(place_draft(BONDY), category=category), at)

    answer = caller.get("/search", insee="93010", category=["douche", "laverie"])

    found = {result["service"]["category"] for result in answer["results"]}
    assert found == {"douche", "laverie"}


def test_nothing_near_comes_with_ways_out(caller: Caller, session: Session, at: datetime) -> None:
    near_rennes = Position(RENNES.latitude + 0.1, RENNES.longitude)
    (place,) = stored(session, service_draft(place_draft(near_rennes)), at)

    answer = caller.get("/search", insee="35238", radius_m=5_000, audience="femmes", language="ar")

    assert answer["results"] == []
    assert answer["widen"]["within"] == [
        {"radius_m": 10_000, "total_at_least": 0},
        {"radius_m": 20_000, "total_at_least": 0},
        {"radius_m": 50_000, "total_at_least": 0},
    ]
    assert [way["parameter"] for way in answer["widen"]["without"]] == ["audience", "language"]
    (nearest,) = caller.get("/search", insee="35238", radius_m=5_000)["widen"]["nearest"]
    assert nearest["id"] == place


def test_a_point_supposes_its_commune(caller: Caller) -> None:
    origin = caller.get("/search", lat=48.9, lon=2.48)["origin"]

    assert (origin["precision"], origin["source"]) == ("point", "point")
    assert (origin["insee_code"], origin["insee_code_certain"]) == ("93010", False)


def test_an_address_nobody_finds_starts_from_its_commune_and_says_so(caller: Caller) -> None:
    origin = caller.get("/search", q="12 rue de Verdun, Bondy")["origin"]

    assert (origin["insee_code"], origin["precision"]) == ("93010", "approximate")
    assert "Adresse non trouvée" in origin["notice"]


@pytest.mark.usefixtures("two_saint_denis")
def test_a_name_of_two_communes_is_a_choice(caller: Caller) -> None:
    problem = caller.get("/search", q="Saint-Denis", status=422)

    assert problem["type"] == "/api/v1/#lieu-ambigu"
    assert problem["field"] == "q"
    assert "insee" in problem["remedy"]
    assert {choice["insee_code"] for choice in problem["choices"]} == {"93066", "97411"}
    code = problem["choices"][0]["insee_code"]
    assert caller.get("/search", insee=code)["origin"]["insee_code"] == code


def test_an_ambiguous_address_is_settled_by_adding_the_commune(caller: Caller) -> None:
    origin = caller.get("/search", q="12 rue de Verdun", insee="93010")["origin"]

    assert (origin["insee_code"], origin["precision"]) == ("93010", "approximate")
