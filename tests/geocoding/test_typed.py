"""Where the commune begins in a typed address."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.errors import InvalidInput
from directory.geocoding.typed import (
    has_house_number,
    names_a_street,
    read_address,
    readable,
    towns_nearly_named,
    without_house_number,
)
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
        ("12 rue de Verdun (93140) Bondy", "12 rue de Verdun", "93010"),
        ("12, rue de Verdun - 93140 - Bondy", "12, rue de Verdun", "93010"),
        ("12 rue de la Paix 93 140 Bondy", "12 rue de la Paix", "93010"),
        ("12 rue de Verdun 93140 Bondy France", "12 rue de Verdun", "93010"),
        ("12 rue de Verdun 93146 BONDY CEDEX", "12 rue de Verdun", "93010"),
        ("12 rue de Verdun BP 40 93146 BONDY CEDEX 3", "12 rue de Verdun", "93010"),
        ("chez M. Dupont 12 rue de Verdun 93140 Bondy", "12 rue de Verdun", "93010"),
        ("bât B 12 rue de Verdun 93140 Bondy", "12 rue de Verdun", "93010"),
        ("12 rue de Verdun bât B appt 12 Bondy", "12 rue de Verdun", "93010"),
        ("12 rue de Verdun, 2e étage, 93140 Bondy", "12 rue de Verdun", "93010"),
        ("Résidence les Lilas, 12 rue de Verdun, 93140 Bondy", "12 rue de Verdun", "93010"),
        ("93140 rue de Verdun", "rue de Verdun", "93010"),
        ("93140 12 rue de Verdun", "12 rue de Verdun", "93010"),
        ("93140 Bondy 12 rue de Verdun", "12 rue de Verdun", "93010"),
        ("93140, 12 rue de Verdun, Bondy", "12 rue de Verdun", "93010"),
        ("93140 Bondy 12, rue de Verdun", "12, rue de Verdun", "93010"),
        ("93140 Bondy 12-14 rue de Verdun", "12-14 rue de Verdun", "93010"),
        ("128 grande rue Dozulé", "128 grande rue", "14229"),
        ("40 grand' rue Bondy", "40 grand' rue", "93010"),
        ("12 petite rue de Bondy Bondy", "12 petite rue de Bondy", "93010"),
        ("bondy 12 rue de verdun", "12 rue de verdun", "93010"),
        ("Bondy 12 rue de Verdun 93140", "12 rue de Verdun", "93010"),
        ("Bondy, rue de Verdun", "rue de Verdun", "93010"),
        ("école 12 rue de Verdun", "12 rue de Verdun", None),
        ("château rue de Verdun", "château rue de Verdun", None),
        ("12 rue du 11 novembre 1918 Bondy", "12 rue du 11 novembre 1918", "93010"),
        ("rue du 19 mars 1962 Bondy", "rue du 19 mars 1962", "93010"),
        ("12 rue de Clignancourt paris 18", "12 rue de Clignancourt", "75118"),
        ("12 rue de Clignancourt 75018", "12 rue de Clignancourt", "75118"),
        ("12 rue de Clignancourt Paris 75018", "12 rue de Clignancourt", "75118"),
        ("12 rue de Clignancourt 18e", "12 rue de Clignancourt", "75118"),
        ("rue Lepic, 18e arrondissement de Paris", "rue Lepic", "75118"),
        ("12 rue de Paris 75018", "12 rue de Paris", "75118"),
        ("12 rue Labourdonnais 97400", "12 rue Labourdonnais", "97411"),
        ("12 rue Labourdonnais Saint-Denis 97400", "12 rue Labourdonnais", "97411"),
        ("rue de la république saint denis 93200", "rue de la république", "93066"),
        ("1 rue de la Paix, Pierrefitte-sur-Seine", "1 rue de la Paix", "93066"),
        ("1 rue de la Paix 49120 La Tourlandry", "1 rue de la Paix", "49092"),
        ("Le Bourg 15250 Jussac", "Le Bourg", "15083"),
        ("Le Bourg, Jussac", "Le Bourg", "15083"),
        ("Le Bourg Jussac 15250", "Le Bourg", "15083"),
        ("lieu-dit Kerguen 29600 Morlaix", "lieu-dit Kerguen", "29151"),
        ("lieu-dit Kerguen", "lieu-dit Kerguen", None),
        ("Chez Bernard 16100 Cognac", "Chez Bernard", "16102"),
        ("12 rue de Verdun 99999", "12 rue de Verdun", None),
        ("12 rue de Verdun 99999 Bondy", "12 rue de Verdun", "93010"),
        ("12 rue de Verdun 35000 Bondy", "12 rue de Verdun", None),
        ("Le Mail 93140 Bondy", "Le Mail", "93010"),
        ("12 rue de Verdun à Bondy", "12 rue de Verdun", "93010"),
        ("12 rue de verdun a bondy", "12 rue de verdun", "93010"),
        ("Rue de Paris à Lille", "Rue de Paris", "59350"),
        ("rue du Moulin à Vent à Bondy", "rue du Moulin à Vent", "93010"),
        ("rue du Moulin à Vent", "rue du Moulin à Vent", None),
        ("12 rue Foch Pont-à-Mousson", "12 rue Foch", "54431"),
        ("12 rue Foch à Pont à Mousson", "12 rue Foch", "54431"),
        ("rue du Pont à Mousson", "rue du Pont à Mousson", None),
        ("12 rue de Verdun, Bondy, France", "12 rue de Verdun", "93010"),
        ("12 rue de Verdun Bondy France", "12 rue de Verdun", "93010"),
        ("12 rue de Verdun, France", "12 rue de Verdun", None),
        ("12 rue Anatole France", "12 rue Anatole France", None),
        ("12 rue Anatole France, Bondy", "12 rue Anatole France", "93010"),
        ("3 rue Houdart, Roissy-en-France", "3 rue Houdart", "95527"),
        ("12 rue de France à Nice", "12 rue de France", "06088"),
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
    ("text", "insee_code"),
    [
        ("93140", "93010"),
        ("%_%_% 93140", "93010"),
        ("rue %_%_% 93140 Bondy", "93010"),
        ("12 rue 93140 Bondy", "93010"),
        ("Bondy 93140", "93010"),
        ("bondi 93140", "93010"),
        ("93140 Bondy", "93010"),
        ("Paris 75018", "75118"),
        ("BP 12 93140 Bondy", "93010"),
        ("TSA 30003 93140 Bondy", "93010"),
        ("CS 20001 35000 RENNES CEDEX 7", "35238"),
        ("CS 20 001 35042 Rennes Cedex", "35238"),
        ("Jussac 15250", "15083"),
        ("18320 Cours-les-Barres", "18075"),
        ("80120 Rue", "80688"),
        ("97400 Saint-Denis", "97411"),
        ("Cours-les-Barres 18320", "18075"),
    ],
)
def test_a_commune_with_its_code_has_no_street(
    france: Gazetteer, text: str, insee_code: str
) -> None:
    address = read_address(text, france)
    assert address.place.chosen is not None
    assert (address.street, address.place.chosen.commune.insee_code) == ("", insee_code)


@pytest.mark.parametrize(
    ("text", "postcode"),
    [
        ("12 rue de Verdun 93140 Bondy", "93140"),
        ("12 rue de Verdun 93 140 Bondy", "93140"),
        ("CS 20001 35042 Rennes Cedex", "35042"),
        ("12 rue de Verdun 99999", "99999"),
        ("12 rue de Verdun Bondy", None),
    ],
)
def test_the_postal_code_that_was_typed_is_kept(
    france: Gazetteer, text: str, postcode: str | None
) -> None:
    assert read_address(text, france).postcode == postcode


@pytest.mark.parametrize(
    ("street", "expected"),
    [
        ("12 rue Foch", True),
        ("12bis rue Foch", True),
        ("12-14 rue Foch", True),
        ("12 à 14 rue Foch", True),
        ("8 mai 1945", False),
        ("rue Foch", False),
    ],
)
def test_a_house_number_is_no_date(street: str, expected: bool) -> None:
    assert has_house_number(street) is expected


@pytest.mark.parametrize(
    ("text", "street", "towns"),
    [
        ("12 av gal de gaule bondi", "12 av gal de gaule", ["Bondy"]),
        ("rue de Paris, Noisi-le-Sec", "rue de Paris", ["Noisy-le-Sec"]),
        ("12 rue Foch, Oissel", "12 rue Foch", ["Oissel-sur-Seine", "Issel"]),
    ],
)
def test_a_town_that_is_nearly_named_is_recognised(
    france: Gazetteer, text: str, street: str, towns: list[str]
) -> None:
    found, matches = towns_nearly_named(text, france)
    assert (found, [match.commune.name for match in matches]) == (street, towns)


@pytest.mark.parametrize(
    "text",
    ["12 rue de Verdun, France", "12 rue de Bondi", "10 Downing Street London", "rue Victor Hugo"],
)
def test_no_town_is_read_into_a_street(france: Gazetteer, text: str) -> None:
    assert towns_nearly_named(text, france) == ("", ())


@pytest.mark.parametrize(
    ("street", "left"),
    [
        ("12 rue Foch", "rue Foch"),
        ("12, rue Foch", "rue Foch"),
        ("12bis rue Foch", "rue Foch"),
        ("12 b avenue Foch", "avenue Foch"),
        ("12 avenue Foch", "avenue Foch"),
        ("12-14 rue Foch", "rue Foch"),
        ("12 et 14 rue Foch", "rue Foch"),
        ("8 mai 1945", "8 mai 1945"),
        ("rue Foch", "rue Foch"),
    ],
)
def test_a_house_number_can_be_left_out(street: str, left: str) -> None:
    assert without_house_number(street) == left


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12 rue de Verdun", True),
        ("lieu-dit Kerguen", True),
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
