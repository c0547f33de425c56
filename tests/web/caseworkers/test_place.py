"""The page of one place."""

from datetime import date, datetime

import pytest
from sqlalchemy.orm import Session

from directory.geo import Position
from directory.listings.drafts import ContactDraft, CredentialDraft, PhoneDraft, TourDraft
from directory.opening_hours import Closure, ScheduleRule
from tests.factories import place_draft, service_draft, stored, weekdays
from tests.web.caseworkers.conftest import NORTH
from tests.web.conftest import Visitor


def test_hours_are_those_of_seven_days_from_today(visitor: Visitor, parcels: int) -> None:
    page = visitor.get(f"/p/{parcels}")
    (days,) = page.with_class("hours")
    rows = [day.text for day in days.all("div")]
    assert len(rows) == 7
    assert "Aujourd'hui, mardi 17 novembre" in rows[0]
    assert "09:00 à 12:00" in rows[0]
    assert "samedi 21 novembre" in rows[4]
    assert "Fermé" in rows[4]


def test_the_ways_there_are_links_and_nothing_is_loaded(visitor: Visitor, parcels: int) -> None:
    links = [a.get("href") for a in visitor.get(f"/p/{parcels}").all("a")]
    assert "geo:48.908000,2.483000?q=48.908000,2.483000(Colis%20du%20mardi)" in links
    assert any(link.startswith("https://www.openstreetmap.org/?mlat=48.908") for link in links)


@pytest.mark.parametrize("privacy", ["blurred", "professionals", "hidden"])
def test_a_place_that_is_not_public_has_no_way_there_and_says_why(
    visitor: Visitor, session: Session, at: datetime, privacy: str
) -> None:
    (id,) = stored(session, service_draft(place_draft(NORTH, privacy=privacy)), at)
    page = visitor.get(f"/p/{id}")
    assert not [a for a in page.all("a") if a.get("href").startswith(("geo:", "https:"))]
    assert "L'adresse est confidentielle" in page.text


def test_all_numbers_and_contacts_are_there_but_those_for_professionals(
    visitor: Visitor, session: Session, at: datetime
) -> None:
    place = place_draft(
        NORTH,
        phones=(
            PhoneDraft("+33148000000"),
            PhoneDraft("115"),
            PhoneDraft("+33199000000", is_for_professionals=True),
        ),
        contacts=(
            ContactDraft(email="accueil@exemple.fr", website="https://www.exemple.fr/aide/"),
            ContactDraft(website="javascript:alert(1)"),
        ),
    )
    (id,) = stored(session, service_draft(place), at)
    page = visitor.get(f"/p/{id}")
    links = {a.get("href") for a in page.all("a")}
    assert {"tel:+33148000000", "tel:115", "mailto:accueil@exemple.fr"} <= links
    assert "www.exemple.fr/aide" in page.text
    assert not [link for link in links if "199000000" in link or "javascript" in link]


def test_a_listing_never_verified_says_to_call_first(
    visitor: Visitor, session: Session, at: datetime
) -> None:
    (id,) = stored(session, service_draft(place_draft(NORTH)), at)
    assert "À vérifier avant de vous déplacer." in visitor.get(f"/p/{id}").text


def test_the_base_of_a_service_that_moves_warns(
    visitor: Visitor, session: Session, at: datetime
) -> None:
    (id,) = stored(session, service_draft(place_draft(NORTH, is_home_base=True)), at)
    for address in (f"/p/{id}", "/recherche?q=Bondy"):
        assert "n'allez pas à cette adresse sans appeler" in visitor.get(address).text


def test_what_only_one_kind_of_help_has_is_shown(
    visitor: Visitor, session: Session, at: datetime
) -> None:
    draft = service_draft(
        place_draft(NORTH),
        category="paej",
        attributes={"anonymous": True},
        conditions={"minimum_age": 12, "maximum_age": 25, "languages": ["ar", "fsl"]},
        areas=["commune:93010"],
    )
    (id,) = stored(session, draft, at)
    page = visitor.get(f"/p/{id}")
    said = {dt.text: dt.parent.text for dt in page.all("dt") if dt.parent}
    assert "oui" in said["Anonyme"]
    assert "arabe, langue des signes française" in said["Langues parlées"]
    assert "Bondy" in said["Territoire desservi"]
    assert "de 12 à 25 ans" in page.text


def test_labels_and_agreements_are_told_with_their_dates(
    visitor: Visitor, session: Session, at: datetime
) -> None:
    agreement = CredentialDraft(
        kind="agrement-domiciliation",
        number="12",
        authority="préfecture",
        starts_on=date(2025, 1, 1),
        ends_on=date(2027, 12, 31),
    )
    draft = service_draft(place_draft(NORTH), credentials=(agreement,))
    (id,) = stored(session, draft, at)
    page = visitor.get(f"/p/{id}")
    assert "Agrément de domiciliation" in page.text
    assert "n° 12, préfecture, du 1er janvier 2025 au 31 décembre 2027" in page.text


def test_a_round_shows_its_stops_in_order(visitor: Visitor, session: Session, at: datetime) -> None:
    stops = [
        place_draft(NORTH, address=f"{number} place du Marché", schedules=(weekdays(18, 19),))
        for number in (1, 2)
    ]
    draft = service_draft(
        *stops,
        category="aide-alimentaire-itinerante",
        tours=(TourDraft("Soir", tuple(stop.key for stop in stops)),),
    )
    first, second = stored(session, draft, at)
    page = visitor.get(f"/p/{first}")
    assert "Les arrêts de la tournée" in page.text
    assert page.text.index("1 place du Marché") < page.text.index("2 place du Marché")
    assert f"/p/{second}" in {a.get("href") for a in page.all("a")}
    assert page.text.index("Prochain arrêt") < page.text.index("1 place du Marché")


@pytest.mark.parametrize("id", ["999999999", "9223372036854775807", "9223372036854775808", "0"])
def test_a_place_that_is_not_there_leads_on(visitor: Visitor, id: str) -> None:
    page = visitor.get(f"/p/{id}", status=404)
    assert "/recherche" in {a.get("href") for a in page.all("a")}


@pytest.mark.parametrize("id", ["-1", "abc", "1.5", "%00", "1e3"])
def test_what_is_no_number_is_no_place(visitor: Visitor, id: str) -> None:
    visitor.get(f"/p/{id}", status=404)


def test_a_home_base_leads_to_its_stops_and_not_to_its_own_door(
    visitor: Visitor, session: Session, at: datetime
) -> None:
    base = place_draft(NORTH, is_home_base=True, phones=(PhoneDraft("+33148000000"),))
    stop = place_draft(NORTH, schedules=(weekdays(9, 12),), address="Place du Marché")
    draft = service_draft(base, stop, tours=(TourDraft("Matin", (stop.key,)),))
    page = visitor.get(f"/p/{min(stored(session, draft, at))}")
    assert "n'allez pas à cette adresse sans appeler" in page.text
    assert not [a for a in page.all("a") if a.get("href").startswith("geo:")]
    assert "Place du Marché, 93140 Bondy" in page.text


@pytest.mark.parametrize("position", [NORTH, None])
def test_without_a_number_nobody_is_only_told_to_call(
    visitor: Visitor, session: Session, at: datetime, position: Position | None
) -> None:
    (id,) = stored(session, service_draft(place_draft(position)), at)
    page = visitor.get(f"/p/{id}")
    assert "Horaires non connus" in page.text
    assert "renseignez-vous à la mairie" in page.text


def test_with_a_number_calling_is_advice_enough(
    visitor: Visitor, session: Session, at: datetime
) -> None:
    place = place_draft(NORTH, phones=(PhoneDraft("+33148000000"),))
    (id,) = stored(session, service_draft(place), at)
    assert "renseignez-vous" not in visitor.get(f"/p/{id}").text


def test_a_language_that_babel_does_not_name_has_a_name(
    visitor: Visitor, session: Session, at: datetime
) -> None:
    draft = service_draft(place_draft(NORTH), conditions={"languages": ["fr", "gcr"]})
    (id,) = stored(session, draft, at)
    assert "français, créole guyanais" in visitor.get(f"/p/{id}").text


def test_a_rhythm_and_a_closure_beyond_seven_days_are_told(
    visitor: Visitor, session: Session, at: datetime
) -> None:
    first_and_third = ScheduleRule(opens_at=600, closes_at=720, weekdays=(6,), nth=(1, 3))
    place = place_draft(
        NORTH,
        schedules=(first_and_third,),
        closures=(Closure(starts=date(2026, 12, 24), ends=date(2027, 1, 2)),),
    )
    (id,) = stored(session, service_draft(place), at)
    text = visitor.get(f"/p/{id}").text
    assert "1er et 3e samedi du mois · 10:00 à 12:00" in text
    assert "fermeture annoncée · du 24 décembre au 2 janvier" in text
