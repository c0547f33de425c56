"""Where the commune begins in a typed address."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.errors import InvalidInput
from directory.geocoding.typed import names_a_street, read_address, readable
from directory.territories import Gazetteer
from directory.territories.sources import bundled


@pytest.fixture(scope="module")
def france() -> Gazetteer:
    return Gazetteer(bundled().communes)


@pytest.mark.parametrize(
    ("text", "street", "insee_code"),
    [
        ("12 rue de Verdun 93140 Bondy", "12 rue de Verdun", "93010"),
        ("12 rue de Verdun, Bondy", "12 rue de Verdun", "93010"),
        ("12 rue de Verdun Bondy", "12 rue de Verdun", "93010"),
        ("5 bis avenue Foch 75116 Paris", "5 bis avenue Foch", "75116"),
        ("avenue Foch Paris 16e", "avenue Foch", "75116"),
        ("1 cours Lafayette Lyon 3", "1 cours Lafayette", "69383"),
        ("place Bellecour, 69002", "place Bellecour", "69382"),
        ("3 rue Victor Hugo 20000 Ajaccio", "3 rue Victor Hugo", "2A004"),
        ("4 rue de Paris, 35042 Rennes Cedex", "4 rue de Paris", "35238"),
        ("Gare du Nord Paris", "Gare du Nord", "75056"),
        ("rue du Mans Le Mans", "rue du Mans", "72181"),
        ("12 rue de Paris", "12 rue de Paris", None),
        ("12 rue de la Gare de Bondy", "12 rue de la Gare de Bondy", None),
        ("rue Inconnue Atlantide", "rue Inconnue Atlantide", None),
    ],
)
def test_an_address_is_cut_where_its_commune_begins(
    france: Gazetteer, text: str, street: str, insee_code: str | None
) -> None:
    address = read_address(text, france)
    chosen = address.place.chosen
    assert address.street == street
    assert (chosen and chosen.commune.insee_code) == insee_code


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12 rue de Verdun", True),
        ("12bis, allée des Tilleuls", True),
        ("BD VOLTAIRE", True),
        ("15 Grande Rue", True),
        ("Bondy", False),
        ("93140 Bondy", False),
        ("Lyon 3e", False),
        ("18e arrondissement", False),
        ("Saint-Denis (93)", False),
    ],
)
def test_a_street_is_recognised(text: str, expected: bool) -> None:
    assert names_a_street(text) is expected


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=250))
def test_any_text_is_readable_or_refused_by_name(text: str) -> None:
    refusal = None
    read = "lisible"
    try:
        read = readable(text)
    except InvalidInput as error:
        refusal = error
    assert refusal is None or (refusal.field == "q" and refusal.remedy)
    assert read == " ".join(read.split())
    assert read.isprintable()
    assert isinstance(names_a_street(read), bool)


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="0123456789 ,;-'()éaeBondy\n", max_size=60))
def test_any_text_can_be_cut_and_looked_up(france: Gazetteer, text: str) -> None:
    read_address(text, france)
    france.resolve(text)
    france.search(text)
