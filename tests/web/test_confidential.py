"""A confidential address is in no answer of any route; a new route needs a line here."""

from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from directory.app import FanalApp
from directory.geo import Position
from tests.factories import place_draft, service_draft, stored
from tests.places import BONDY

#: Markers that only the secret place has.
SECRET = Position(48.9034567, 2.4912345)
STREET = "7 rue du Lilas Secret"
MARKERS = ("Lilas", "Secret", "48.903", "2.491", "Porte bleue")

#: Route -> the addresses by which it could tell of the place `{id}`.
ASKED: dict[str, tuple[str, ...]] = {
    "/": ("/",),
    "/_composants": ("/_composants",),
    "/administration": ("/administration",),
    "/administration/admins": ("/administration/admins",),
    "/administration/courriers": ("/administration/courriers",),
    "/administration/structures/<int(max=9223372036854775807):organization_id>": (
        "/administration/structures/1",
    ),
    "/administration/structures/nouvelle": ("/administration/structures/nouvelle?nom=refuge",),
    "/compte": ("/compte",),
    "/compte/second-facteur": ("/compte/second-facteur",),
    "/courriers-locaux": ("/courriers-locaux",),
    "/courriers-locaux/<uuid:letter_id>": (
        "/courriers-locaux/5f0c6a4e-7c0b-4b1e-9f39-0e6c3a7d2b11",
    ),
    "/connexion": ("/connexion",),
    "/equipe": ("/equipe",),
    "/connexion/code": ("/connexion/code",),
    "/invitation/<token>": ("/invitation/x",),
    "/mot-de-passe/<token>": ("/mot-de-passe/x",),
    "/mot-de-passe/oublie": ("/mot-de-passe/oublie",),
    "/recherche": (
        "/recherche",
        "/recherche?insee=93010",
        "/recherche?insee=93010&category=victimes-de-violences",
        "/recherche?lat=48.9034567&lon=2.4912&radius_m=100",
        "/recherche?q=Lilas",
    ),
    "/recherche/lieux": ("/recherche/lieux?q=lilas", "/recherche/lieux?q=bondy"),
    "/p/<int(max=9223372036854775807):id>": ("/p/{id}",),
    "/api/v1/": ("/api/v1/",),
    "/api/v1/openapi.json": ("/api/v1/openapi.json",),
    "/api/v1/categories": ("/api/v1/categories",),
    "/api/v1/territories": ("/api/v1/territories?q=bondy",),
    "/api/v1/search": (
        "/api/v1/search?insee=93010&limit=100",
        "/api/v1/search?insee=93010&count=exact&category=victimes-de-violences",
        "/api/v1/search?insee=59350&radius_m=100",
    ),
    "/api/v1/services-at-locations/<int(min=1,max=9223372036854775807):id>": (
        "/api/v1/services-at-locations/{id}",
    ),
    "/fiches/<code>": ("/fiches/BCDFGHJK",),
    "/orientations": ("/orientations",),
    "/orientations/nouvelle": ("/orientations/nouvelle?service={id}",),
    "/orientations/<uuid:id>": ("/orientations/7f3c1f7e-4f0f-4a52-9d5a-0f1c1c1c1c1c",),
    "/orientations/<uuid:id>/alternatives": (
        "/orientations/7f3c1f7e-4f0f-4a52-9d5a-0f1c1c1c1c1c/alternatives",
    ),
    "/orientations/chiffres": ("/orientations/chiffres",),
    "/orientations/chiffres.csv": ("/orientations/chiffres.csv",),
    "/orientations/<uuid:id>/donnees": (
        "/orientations/7f3c1f7e-4f0f-4a52-9d5a-0f1c1c1c1c1c/donnees",
    ),
    "/orientations/<uuid:id>/donnees.json": (
        "/orientations/7f3c1f7e-4f0f-4a52-9d5a-0f1c1c1c1c1c/donnees.json",
    ),
    "/orientations/<uuid:id>/lectures": (
        "/orientations/7f3c1f7e-4f0f-4a52-9d5a-0f1c1c1c1c1c/lectures",
    ),
    "/personnes": ("/personnes",),
    "/personnes/<uuid:id>": ("/personnes/7f3c1f7e-4f0f-4a52-9d5a-0f1c1c1c1c1c",),
    "/personnes/<uuid:id>/donnees": ("/personnes/7f3c1f7e-4f0f-4a52-9d5a-0f1c1c1c1c1c/donnees",),
    "/personnes/<uuid:id>/donnees.json": (
        "/personnes/7f3c1f7e-4f0f-4a52-9d5a-0f1c1c1c1c1c/donnees.json",
    ),
    "/personnes/<uuid:id>/effacement": (
        "/personnes/7f3c1f7e-4f0f-4a52-9d5a-0f1c1c1c1c1c/effacement",
    ),
    "/orientations/recues": ("/orientations/recues",),
    "/healthz": ("/healthz",),
    "/readyz": ("/readyz",),
    "/reponse/<token>": ("/reponse/{id}",),
    "/static/<digest>/<path:name>": (),
}


@pytest.fixture
def secret_place(session: Session, at: datetime) -> int:
    """A refuge beside a public service, both in Bondy."""
    stored(session, service_draft(place_draft(BONDY)), at)
    refuge = place_draft(SECRET, address=STREET, privacy="hidden")
    (place,) = stored(
        session,
        service_draft(refuge, category="victimes-de-violences", name="Refuge", areas=["france:FR"]),
        at,
    )
    return place


def test_every_route_is_asked(app: FanalApp) -> None:
    served = {rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}

    assert served == set(ASKED)


@pytest.mark.parametrize("route", ASKED)
def test_no_answer_tells_the_address(app: FanalApp, secret_place: int, route: str) -> None:
    client: FlaskClient = app.test_client()
    for asked in ASKED[route]:
        told = client.get(asked.format(id=secret_place), follow_redirects=True).text
        # What the visitor typed may be shown back in the form.
        untold = [marker for marker in MARKERS if marker not in asked]
        assert [marker for marker in untold if marker in told] == [], asked


def test_the_place_itself_is_shown_by_its_commune(app: FanalApp, secret_place: int) -> None:
    page = app.test_client().get(f"/p/{secret_place}")

    assert page.status_code == 200
    assert "Refuge" in page.text
    assert "Bondy" in page.text
