"""Addresses through the API: where the answer comes from, and towns to choose from."""

import pytest
from sqlalchemy.orm import Session

from tests.addresses.factories import store_streets
from tests.places import BONDY, RENNES
from tests.web.api.conftest import Caller


@pytest.fixture(autouse=True)
def _streets(session: Session) -> None:
    """One street name in Bondy and in Rennes, loaded from the national address base."""
    for code, postal_code, city, near in (
        ("93010", "93140", "Bondy", BONDY),
        ("35238", "35000", "Rennes", RENNES),
    ):
        store_streets(session, code, postal_code, city, {"Rue de Verdun": ["12"]}, near=near)


def test_an_address_tells_its_source_and_precision(caller: Caller) -> None:
    origin = caller.get("/search", q="12 rue de Verdun, Bondy")["origin"]
    assert origin["label"] == "12 Rue de Verdun 93140 Bondy"
    assert (origin["source"], origin["precision"]) == ("ban", "housenumber")
    assert (origin["notice"], origin["insee_code_certain"]) == (None, True)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("12 avenue de Verdun, Bondy", "vérifiez-la"),
        ("99 rue de Verdun, Bondy", "Ce numéro n'est pas connu"),
        ("12 rue des Inconnus, Bondy", "Adresse non trouvée"),
    ],
)
def test_a_doubt_is_told(caller: Caller, text: str, told: str) -> None:
    origin = caller.get("/search", q=text)["origin"]
    assert told in origin["notice"]
    assert origin["insee_code"] == "93010"


def test_a_street_alone_gives_the_towns_that_have_it(caller: Caller) -> None:
    problem = caller.get("/search", status=422, q="12 rue de Verdun")
    assert [choice["insee_code"] for choice in problem["choices"]] == ["35238", "93010"]
    origin = caller.get("/search", q="12 rue de Verdun", insee="93010")["origin"]
    assert origin["label"] == "12 Rue de Verdun 93140 Bondy"


def test_a_point_beside_an_address_is_surely_in_its_commune(caller: Caller) -> None:
    origin = caller.get("/search", lat=BONDY.latitude, lon=BONDY.longitude)["origin"]
    assert (origin["label"], origin["source"]) == ("Bondy (93)", "point")
    assert (origin["insee_code"], origin["insee_code_certain"]) == ("93010", True)


def test_a_misspelt_town_is_to_be_confirmed(caller: Caller) -> None:
    problem = caller.get("/search", status=422, q="12 avenue de Verdun Bondi")
    assert problem["detail"] == "La commune de ce lieu est à confirmer."
    assert [choice["insee_code"] for choice in problem["choices"]] == ["93010"]
