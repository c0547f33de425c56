"""What the API tells besides searches: one listing, the kinds of help, the communes, itself."""

from datetime import date, datetime

import pytest
from sqlalchemy.orm import Session

from directory.listings.actions import store_vocabulary
from directory.listings.categories import CategoryCrosswalk
from directory.listings.drafts import TourDraft
from directory.listings.vocabulary import KINDS
from directory.opening_hours import ScheduleRule
from tests.factories import place_draft, service_draft, stored
from tests.places import BONDY, PARIS_18
from tests.web.api.conftest import Caller, stored_in_full
from tests.web.conftest import Visitor


def test_a_listing_is_told_in_full(caller: Caller, session: Session, at: datetime) -> None:
    place = stored_in_full(session, at)

    told = caller.get(f"/services-at-locations/{place}")

    assert told["id"] == place
    assert told["opening"]["text"] == "Ouvert jusqu'à 12:00"
    assert told["contacts"][0]["email"] == "bonjour@exemple.fr"
    assert told["credentials"][0]["authority"] == "Préfecture"
    assert told["conditions"]["cost"] == {"kind": "participation", "text": "1 €"}
    assert told["stops"] == []


def test_a_stop_of_a_tour_tells_the_whole_round(
    caller: Caller, session: Session, at: datetime
) -> None:
    stops = [place_draft(BONDY), place_draft(PARIS_18)]
    tour = TourDraft("Maraude", tuple(stop.key for stop in stops))
    ids = stored(session, service_draft(*stops, tours=(tour,)), at)

    told = caller.get(f"/services-at-locations/{ids[1]}")["stops"]

    assert [stop["id"] for stop in told] == ids
    assert told[0]["opening"]["state"] == "unknown"


@pytest.mark.parametrize("number", ["0", "-1", "1", str(2**63 - 1), str(2**63), "1" * 400, "abc"])
def test_a_number_without_a_listing_is_not_found(caller: Caller, number: str) -> None:
    assert caller.get(f"/services-at-locations/{number}", status=404)["status"] == 404


def test_every_kind_of_help_is_told_with_its_graph_words_and_codes_elsewhere(
    caller: Caller, session: Session
) -> None:
    store_vocabulary(session)
    session.add(CategoryCrosswalk(system="ailleurs", code="manger", category_id=1))
    session.flush()

    kinds = {kind["code"]: kind for kind in caller.get("/categories")["categories"]}

    assert list(kinds) == [kind.code for kind in KINDS]
    assert kinds["colis"]["parents"] == ["aide-alimentaire"]
    assert "manger" in kinds["aide-alimentaire"]["words"]
    assert {"system": "ailleurs", "code": "manger"} in kinds["aide-alimentaire"]["crosswalk"]


def test_communes_are_proposed_while_they_are_typed(caller: Caller) -> None:
    answer = caller.get("/territories", q="bon")

    assert [commune["insee_code"] for commune in answer["territories"]] == ["93010"]
    assert answer["remedy"] is None


def test_an_unknown_commune_is_not_a_silent_empty_list(caller: Caller) -> None:
    answer = caller.get("/territories", q="Zzyzx")

    assert answer["territories"] == []
    assert "code postal" in answer["remedy"]


def test_the_page_of_the_api_is_whole_without_script(visitor: Visitor) -> None:
    page = visitor.get("/api/v1/")

    assert {"/api/v1/openapi.json"} <= {link.get("href") for link in page.all("a")}
    names = {code.text for code in page.all("code")}
    assert {"GET /api/v1/search", "radius_m", "distance_m", "422"} <= names
    assert any("sans-domicile" in name for name in names)
    targets = {link.get("href")[1:] for link in page.all("a") if link.get("href")[0] == "#"}
    assert targets <= {element.get("id") for element in page.all()}


def test_the_page_of_the_document_shows_code_as_code_and_examples_that_answer(
    visitor: Visitor,
) -> None:
    page = visitor.get("/api/v1/")
    assert "`" not in page.text
    assert "open_at" in {code.text for code in page.all("code")}
    examples = [a.get("href") for a in page.all("a") if "search?" in a.get("href")]
    assert len(examples) == 3
    for example in examples:
        assert visitor.client.get(example).status_code == 200


def test_a_listing_tells_its_rules_in_osm_and_in_words(
    caller: Caller, session: Session, at: datetime
) -> None:
    second = ScheduleRule(opens_at=600, closes_at=720, weekdays=(6,), nth=(2,))
    every_third = ScheduleRule(
        opens_at=600, closes_at=720, weekdays=(1,), every_weeks=3, anchor_on=date(2026, 11, 16)
    )
    ids = stored(
        session,
        service_draft(
            place_draft(BONDY, schedules=(second,)), place_draft(BONDY, schedules=(every_third,))
        ),
        at,
    )
    told = [caller.get(f"/services-at-locations/{id}")["hours"] for id in ids]
    assert told == [
        {"osm": "Sa[2] 10:00-12:00", "lines": ["2e samedi du mois · 10:00 à 12:00"]},
        {
            "osm": None,
            "lines": ["lundi · une semaine sur 3, dont celle du 16 novembre · 10:00 à 12:00"],
        },
    ]
