"""The search page, asked as a visitor asks it."""

import re
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from directory.geo import Position
from directory.listings.drafts import CapacityDraft
from directory.web.caseworkers import choices
from tests.factories import place_draft, service_draft, stored, weekdays
from tests.places import BONDY
from tests.web.caseworkers.conftest import NORTH
from tests.web.conftest import Visitor
from tests.web.page import Element


def cards(page: Element) -> list[Element]:
    return page.with_class("card")


def field(page: Element, name: str) -> Element:
    return next(e for e in page.all("input", "select") if e.get("name") == name)


def link(page: Element, text: str) -> Element:
    return next(a for a in page.all("a") if text in a.text)


def test_the_page_without_a_question_offers_kinds_of_help(visitor: Visitor) -> None:
    page = visitor.get("/recherche")
    boxes = [e.get("value") for e in page.all("input") if e.get("name") == "category"]
    assert {"aide-alimentaire", "domiciliation", "point-conseil-budget"} <= set(boxes)
    assert cards(page) == []


def test_a_card_says_state_name_distance_four_facts_then_the_phone(
    visitor: Visitor, parcels: int
) -> None:
    (card,) = cards(visitor.get("/recherche?q=Bondy"))
    said = [
        "Ouvert jusqu'à 12:00",
        "Colis du mardi",
        "à 670 m",
        "Familles",
        "Gratuit",
        "Sans rendez-vous",
        "À apporter : Pièce d'identité",
        "Appeler le 01 48 00 00 00",
        "Vérifié le 17 novembre 2026",
    ]
    places = [card.text.index(text) for text in said]
    assert places == sorted(places)
    assert link(card, "Appeler").get("href") == "tel:+33148000000"
    assert link(card, "Colis").get("href") == f"/p/{parcels}"


def test_what_comes_from_the_listing_is_isolated_in_a_mirrored_page(
    visitor: Visitor, parcels: int
) -> None:
    (card,) = cards(visitor.get("/recherche?q=Bondy&lang=ar-XB"))
    isolated = [e.text for e in card.all("bdi") if (e.get("lang"), e.get("dir")) == ("fr", "ltr")]
    assert {"Colis du mardi", "12 avenue Gallieni, 93140 Bondy", "01 48 00 00 00"} <= set(isolated)


def test_every_page_of_a_journey_keeps_the_mirrored_language(
    visitor: Visitor, parcels: int
) -> None:
    page = visitor.get("/recherche?q=Bondy&free=true&lang=ar-XB")
    ours = [a.get("href") for a in page.all("a") if a.get("href").startswith("/")]
    assert [address for address in ours if "lang=ar-XB" not in address] == []


def test_the_form_shows_again_what_was_asked(visitor: Visitor, parcels: int) -> None:
    page = visitor.get("/recherche?q=bondy&category=colis&free=true&age=40&radius_m=5000")
    assert field(page, "q").get("value") == "Bondy (93)"
    assert field(page, "age").get("value") == "40"
    ticked = {
        (e.get("name"), e.get("value")) for e in page.all("input") if "checked" in e.attributes
    }
    assert ticked == {("category", "colis"), ("free", "true")}
    assert [o.get("value") for o in page.all("option") if "selected" in o.attributes] == ["5000"]


def test_each_filter_in_force_is_a_link_to_the_search_without_it(
    visitor: Visitor, parcels: int
) -> None:
    page = visitor.get("/recherche?q=Bondy&free=true&audience=familles&language=ar")
    assert link(page, "Gratuit").get("href") == "/recherche?q=Bondy&audience=familles&language=ar"
    assert link(page, "Familles").get("href") == "/recherche?q=Bondy&free=true&language=ar"


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("dettes", "Point Conseil Budget"),
        ("manger ce soir", "Aide alimentaire"),
        ("courrier", "Domiciliation"),
    ],
)
def test_a_need_in_plain_words_is_said_back(visitor: Visitor, words: str, kind: str) -> None:
    page = visitor.get("/recherche", query_string={"q": "Bondy", "besoin": words})
    assert f"« {words} » : nous cherchons {kind}." in page.text


def test_a_need_in_plain_words_searches_its_kind(visitor: Visitor, parcels: int) -> None:
    assert len(cards(visitor.get("/recherche?q=Bondy&besoin=manger"))) == 1
    assert cards(visitor.get("/recherche?q=Bondy&besoin=dettes")) == []


def test_the_field_wins_over_the_point_that_the_form_carries(
    visitor: Visitor, parcels: int
) -> None:
    page = visitor.get("/recherche?q=Rennes&lat=48.902&lon=2.483")
    assert "Rennes" in next(page.all("h1")).text
    page = visitor.get("/recherche", query_string={"q": "Ma position", "lat": 48.902, "lon": 2.483})
    assert "votre position" in next(page.all("h1")).text
    assert len(cards(page)) == 1


def test_around_me_supposes_the_commune_and_says_so(visitor: Visitor, parcels: int) -> None:
    page = visitor.get("/recherche?lat=48.902&lon=2.483")
    assert "Commune supposée : Bondy (93)." in page.text
    assert field(page, "q").get("value") == "Ma position"
    assert (field(page, "lat").get("value"), field(page, "lon").get("value")) == ("48.902", "2.483")


def test_a_point_is_rounded_before_it_is_used(visitor: Visitor, parcels: int) -> None:
    exact = cards(visitor.get("/recherche?lat=48.90249&lon=2.48251"))[0].text
    rounded = cards(visitor.get("/recherche?lat=48.902&lon=2.483"))[0].text
    assert exact == rounded


def test_only_searches_by_commune_may_be_kept(visitor: Visitor, parcels: int) -> None:
    by_commune = visitor.response("/recherche?q=Bondy")
    assert by_commune.headers["Cache-Control"] == "public, max-age=60"
    tag = by_commune.headers["ETag"]
    visitor.response("/recherche?q=Bondy", status=304, headers={"If-None-Match": tag})
    for private in ("q=12+rue+de+Verdun,+Bondy", "lat=48.902&lon=2.483"):
        headers = visitor.response(f"/recherche?{private}").headers
        assert headers["Cache-Control"] == "private, no-store"


def test_an_address_that_nobody_finds_falls_back_on_its_commune(
    visitor: Visitor, parcels: int
) -> None:
    page = visitor.get("/recherche?q=12+rue+de+Verdun,+Bondy")
    assert "position approximative, au centre de la commune (Bondy)" in page.text
    assert field(page, "q").get("value") == "12 rue de Verdun, Bondy"


def test_open_now_leaves_out_what_is_shut(
    visitor: Visitor, session: Session, at: datetime, parcels: int
) -> None:
    stored(session, service_draft(place_draft(NORTH, schedules=(weekdays(14, 18),))), at)
    assert len(cards(visitor.get("/recherche?q=Bondy"))) == 2
    (card,) = cards(visitor.get("/recherche?q=Bondy&open_at=now"))
    assert "Colis du mardi" in card.text


def test_three_groups_are_labelled(
    visitor: Visitor, session: Session, at: datetime, parcels: int
) -> None:
    far = Position(BONDY.latitude + 0.3, BONDY.longitude)
    area = service_draft(place_draft(far), areas=["commune:93010"], name="Pour Bondy")
    remote = service_draft(
        place_draft(None), areas=["france:FR"], name="Au bout du fil",
        conditions={"modes": ["remote"]},
    )  # fmt: skip
    for draft in (area, remote):
        stored(session, draft, at)
    page = visitor.get("/recherche?q=Bondy")
    headings = [h.text for h in page.all("h2")]
    assert headings == [
        "Sur place, du plus proche au plus loin",
        "Plus loin, mais pour votre commune",
        "À distance, par téléphone ou en ligne",
    ]
    names = [next(card.all("h3")).text for card in cards(page)]
    assert names == ["Colis du mardi", "Pour Bondy", "Au bout du fil"]


def test_pages_follow_each_other_without_gap_or_repeat(
    visitor: Visitor, session: Session, at: datetime
) -> None:
    for number in range(7):
        place = place_draft(Position(BONDY.latitude + number / 1000, BONDY.longitude))
        stored(session, service_draft(place, name=f"Service {number}"), at)
    seen, address = [], "/recherche?q=Bondy&limit=3"
    while address:
        page = visitor.get(address)
        seen += [next(card.all("h3")).text for card in cards(page)]
        following = [a.get("href") for a in page.all("a") if a.get("rel") == "next"]
        address = following[0] if following else ""
    assert seen == [f"Service {number}" for number in range(7)]


def test_a_confidential_place_shows_its_commune_only(
    visitor: Visitor, session: Session, at: datetime
) -> None:
    place = place_draft(NORTH, privacy="hidden", address="4 impasse du Secret")
    draft = service_draft(place, name="Refuge", areas=["commune:93010"])
    (id,) = stored(session, draft, at)
    for address in ("/recherche?q=Bondy", f"/p/{id}"):
        answer = visitor.response(address).text
        assert "Secret" not in answer
        assert str(NORTH.latitude) not in answer
        assert "adresse confidentielle" in answer


def test_what_is_for_professionals_is_not_shown(
    visitor: Visitor, session: Session, at: datetime
) -> None:
    draft = service_draft(place_draft(NORTH), visibility="professionals", name="Entre nous")
    (id,) = stored(session, draft, at)
    assert cards(visitor.get("/recherche?q=Bondy")) == []
    visitor.get(f"/p/{id}", status=404)


def test_room_is_told_while_what_was_declared_holds(
    visitor: Visitor, session: Session, at: datetime
) -> None:
    full = CapacityDraft("no-capacity", declared_at=at, expires_at=at.replace(day=30))
    old = CapacityDraft("capacity", declared_at=at.replace(day=1), expires_at=at.replace(day=2))
    for name, capacity in (("Plein", full), ("Ancien", old)):
        stored(session, service_draft(place_draft(NORTH, capacity=capacity), name=name), at)
    said = {next(c.all("h3")).text: c.text for c in cards(visitor.get("/recherche?q=Bondy"))}
    assert "Complet (déclaré le 17 novembre 2026)" in said["Plein"]
    assert "Places disponibles" not in said["Ancien"]


def test_invented_listings_are_announced(visitor: Visitor, session: Session, at: datetime) -> None:
    stored(session, service_draft(place_draft(NORTH), is_demonstration=True), at)
    page = visitor.get("/recherche?q=Bondy")
    assert "sont inventées" in page.text
    assert "Fiche fictive" in cards(page)[0].text


def test_twenty_cards_fit_in_the_first_packets(
    visitor: Visitor, session: Session, at: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(20):
        conditions = {
            "audiences": ["familles", "femmes-enceintes"][: number % 3],
            "access": ["walk-in", "appointment"][number % 2 :],
            "cost": {"kind": "participation", "text": f"{number} euros"},
            "documents": [{"code": "identity"}, {"code": "income-proof"}],
        }
        place = place_draft(
            Position(BONDY.latitude + number / 900, BONDY.longitude),
            address=f"{number} rue numéro {number * 37 % 101}",
            schedules=(weekdays(8 + number % 4, 17 + number % 3),),
        )
        draft = service_draft(place, name=f"Entraide {number * 7919}", conditions=conditions)
        stored(session, draft, at)
    packed = visitor.response("/recherche?q=Bondy", headers={"Accept-Encoding": "gzip"})
    with capsys.disabled():
        print(f"\n20 cards: {len(packed.data)} bytes of gzipped HTML")  # noqa: T201 - a measure
    assert len(packed.data) <= 14_336


def test_a_moment_of_its_own_is_kept_and_can_be_taken_away(visitor: Visitor, parcels: int) -> None:
    asked = {"q": "Bondy", "open_at": "2026-11-18T11:00:00+01:00", "radius_m": "3000"}
    page = visitor.get("/recherche", query_string=asked)
    assert link(page, "Ouvert le 18 novembre 2026 à 11:00").get("href") == (
        "/recherche?q=Bondy&radius_m=3000"
    )
    assert "checked" in field(page, "open_at").attributes
    (card,) = cards(page)
    assert "mercredi 18 novembre à 11:00 · Ouvert jusqu'à 12:00" in card.text
    assert [o.get("value") for o in page.all("option") if "selected" in o.attributes] == ["3000"]


def test_a_moment_is_told_on_the_clock_of_the_place_that_was_searched(visitor: Visitor) -> None:
    asked = {"insee": "97411", "open_at": "2026-11-18T11:00:00+01:00"}
    page = visitor.get("/recherche", query_string=asked)
    assert link(page, "Ouvert le 18 novembre 2026 à 14:00")


def test_every_text_of_ours_is_translated(visitor: Visitor, parcels: int) -> None:
    """In the mirrored language each word of ours is turned over; what is not was never marked."""
    ours = visitor.get("/recherche?lang=ar-XB&free=true").all(
        "h1", "h2", "label", "legend", "summary", "button", "p", "title"
    )
    straight = [e.text for e in ours if re.search(r"[a-zé]{4}", e.text) and "\u202e" not in e.text]
    names = {name for _code, name in choices.languages()}
    assert [text for text in straight if text.strip() not in names] == []


def test_the_first_page_says_that_some_listings_are_invented(
    visitor: Visitor, session: Session, at: datetime
) -> None:
    assert "inventées" not in visitor.get("/recherche").text

    stored(session, service_draft(place_draft(BONDY), is_demonstration=True), at)

    assert "inventées" in visitor.get("/recherche").text


def test_a_place_is_named_in_good_french_whatever_its_first_letter(visitor: Visitor) -> None:
    page = visitor.get("/recherche?q=Aurillac&category=colis")
    assert "Colis alimentaire – Aurillac (15)" in page.text
    assert "de Aurillac" not in page.text


def test_distances_from_a_commune_say_where_they_are_counted_from(
    visitor: Visitor, parcels: int
) -> None:
    sentence = "Les distances sont comptées depuis le centre de la commune."
    assert sentence in visitor.get("/recherche?q=Bondy").text
    assert sentence not in visitor.get("/recherche?lat=48.902&lon=2.483").text


def test_a_card_says_only_once_what_to_bring(visitor: Visitor, parcels: int) -> None:
    (card,) = cards(visitor.get("/recherche?q=Bondy"))
    assert card.text.count("À apporter") == 1
