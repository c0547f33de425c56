"""Look-up by what people type: each case is a text and the commune it must mean."""

from dataclasses import replace

import pytest

from directory.territories import Gazetteer, Reason
from tests.territories.places import BONDY, GAZETTEER

CERTAIN = {
    "Bondy": "93010",
    "bondy": "93010",
    "BONDY": "93010",
    "93140": "93010",
    "93140 Bondy": "93010",
    "Bondy 93140": "93010",
    "Bondy (93)": "93010",
    "Bondy 93": "93010",
    "93 Bondy": "93010",
    "Bondy, Seine-Saint-Denis": "93010",
    "93010": "93010",
    "L'Haÿ les Roses": "94038",
    "l hay les roses": "94038",
    "Lhay les roses": "94038",
    "Saint-Étienne": "42218",
    "St Etienne": "42218",
    "ste menehould": "51507",
    "Vitry s/ Seine": "94081",
    "Le Havre": "76351",
    "Havre": "76351",
    "la rochelle": "17300",
    "Rochelle": "17300",
    "2A004": "2A004",
    "2a004": "2A004",
    "20000 Ajaccio": "2A004",
    "93009 Bobigny CEDEX": "93008",
    "Bobigny Cedex 9": "93008",
    "35042 RENNES CEDEX": "35238",
    "75018": "75118",
    "75018 Paris": "75118",
    "Paris 75018": "75118",
    "Paris 18e": "75118",
    "Paris 18": "75118",
    "18e arrondissement": "75118",
    "18e arrondissement de Paris": "75118",
    "75116": "75116",
    "75954 Paris CEDEX 19": "75119",
    "75000 Paris": "75056",
    "Paris": "75056",
    "Paris 75": "75056",
    "Paris (75)": "75056",
    "Lyon": "69123",
    "69000": "69123",
    "Lyon 3": "69383",
    "Lyon 3ème": "69383",
    "Lyon 03": "69383",
    "69003 Lyon": "69383",
    "Lyon CEDEX 03": "69383",
    "Marseille 13005": "13205",
    "Marseille 5e": "13205",
    "Marseille 13": "13213",
    "Marseille (13)": "13055",
    "Saint-Denis 974": "97411",
    "Saint-Denis (93)": "93066",
    "La Réunion (47)": "47222",
    "Villeneuve (09)": "09335",
    "Évry (89)": "89162",
    "93200 Saint-Denis": "93066",
    "Saint-Denis de La Réunion": "97411",
    "saint denis reunion": "97411",
    "Saint-Pierre, La Réunion": "97416",
    "Arbignieu": "01015",
    "Cherbourg": "50129",
    "Clermont-Fd": "63113",
    "Cayenne": "97302",
    "Aurillac": "15014",
    "Papeete": "98735",
    "Mayenne": "53147",
    "Vienne": "38544",
    "Nouméa": "98818",
    "97133": "97701",
}

#: Typing errors, where a small commune may begin as one has typed.
GUESSED = {"Marseile": "13055", "Toulouze": "31555", "Bondi": "93010", "Renes": "35238"}


@pytest.mark.parametrize(("typed", "insee_code"), CERTAIN.items())
def test_a_text_means_one_commune(france: Gazetteer, typed: str, insee_code: str) -> None:
    resolution = france.resolve(typed)
    assert resolution.chosen is not None
    assert resolution.chosen.commune.insee_code == insee_code
    assert france.search(typed)[0].commune.insee_code == insee_code


@pytest.mark.parametrize(("typed", "insee_code"), GUESSED.items())
def test_one_typing_error_is_forgiven(france: Gazetteer, typed: str, insee_code: str) -> None:
    chosen = france.resolve(typed).chosen
    assert chosen is not None
    assert chosen.commune.insee_code == insee_code


@pytest.mark.parametrize(
    ("typed", "first", "among"),
    [
        ("Saint-Denis", "97411", "93066"),
        ("St Denis", "97411", "93066"),
        ("3e arrondissement", "69383", "75103"),
        ("Évry", "89162", "91228"),
        ("Saint-Ouen", "41226", "93070"),
        ("93140 Paris", "93010", "75056"),
        ("Bonn", "94011", "74042"),
        ("01400", "01093", "01001"),
        ("La Réunion", "47222", "97411"),
        ("Guadeloupe", "97101", "97103"),
        ("Haute-Garonne", "31555", "31149"),
    ],
)
def test_an_ambiguous_text_leaves_a_choice(
    france: Gazetteer, typed: str, first: str, among: str
) -> None:
    resolution = france.resolve(typed)
    codes = [match.commune.insee_code for match in resolution.choices]
    assert resolution.chosen is None
    assert resolution.choices
    assert codes[0] == first
    assert among in codes


def test_homonyms_come_in_the_order_of_population(france: Gazetteer) -> None:
    choices = france.resolve("Saint-Denis").choices
    assert {match.commune.name for match in choices} == {"Saint-Denis"}
    populations = [match.commune.population or 0 for match in choices]
    assert populations == sorted(populations, reverse=True)
    assert choices[0].label == "Saint-Denis (974)"
    assert choices[0].departement_name == "La Réunion"


@pytest.mark.parametrize(
    "typed", ["", "   ", "😀", "%", "_", "مرحبا", "zzzzqqq", "99999", "93", "9314", "x" * 100_000]
)
def test_what_names_no_place_resolves_to_nothing(france: Gazetteer, typed: str) -> None:
    resolution = france.resolve(typed)
    assert resolution.chosen is None
    assert resolution.choices == ()


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("bond", "Bondy"),
        ("sain", "Saint-Étienne"),
        ("par", "Paris"),
        ("931", "Montreuil"),
        ("roch", "La Rochelle"),
        ("aix en p", "Aix-en-Provence"),
        ("bou 93", "Le Bourget"),
    ],
)
def test_proposals_come_while_one_types(france: Gazetteer, typed: str, expected: str) -> None:
    matches = france.search(typed, limit=8)
    assert expected in [match.commune.name for match in matches]
    assert len(matches) <= 8


def test_an_exact_name_comes_before_larger_ones_that_begin_so(france: Gazetteer) -> None:
    matches = france.search("Bar")
    assert matches[0].commune.name == "Bar"
    assert matches[0].reason is Reason.NAME
    assert "Bar-le-Duc" in [match.commune.name for match in matches]


def test_a_former_name_says_which_one_it_is(france: Gazetteer) -> None:
    match = france.search("Arbignieu")[0]
    assert (match.commune.name, match.reason) == ("Arboys en Bugey", Reason.FORMER_NAME)
    assert match.matched == "arbignieu"


def test_no_commune_is_proposed_twice(france: Gazetteer) -> None:
    for typed in ("Paris", "75018", "saint", "lyon 3", "marseille"):
        codes = [match.commune.insee_code for match in france.search(typed, limit=50)]
        assert len(codes) == len(set(codes))


def test_a_former_code_is_followed() -> None:
    commune = GAZETTEER.by_insee("93059")
    assert commune is not None
    assert commune.insee_code == "93066"
    assert GAZETTEER.by_insee("00000") is None


def test_a_postal_code_gives_the_city_and_its_arrondissement() -> None:
    assert [c.insee_code for c in GAZETTEER.by_postal_code("75018")] == ["75056", "75118"]
    assert GAZETTEER.by_postal_code("99999") == []


def test_areas_go_from_the_commune_to_france() -> None:
    assert GAZETTEER.areas_of("93010") == (
        "commune:93010",
        # Before there was a Seine-Saint-Denis.
        "commune:75010",
        "ept:200057875",
        "epci:200054781",
        "departement:93",
        "region:11",
        "france:FR",
    )
    assert GAZETTEER.areas_of("75118")[:2] == ("commune:75118", "commune:75056")
    assert "commune:93059" in GAZETTEER.areas_of("93066")
    assert GAZETTEER.areas_of("93059") == GAZETTEER.areas_of("93066")
    assert GAZETTEER.areas_of("00000") == ()


def test_every_area_has_a_name_to_show() -> None:
    assert [GAZETTEER.area_label(area) for area in GAZETTEER.areas_of("93010")] == [
        "Bondy",
        "Bondy",
        "Est Ensemble",
        "Métropole du Grand Paris",
        "Seine-Saint-Denis",
        "Île-de-France",
        "France",
    ]
    assert GAZETTEER.area_label("epci:200046977") == "Métropole de Lyon"
    assert GAZETTEER.area_label("epci:000000000") is None
    assert GAZETTEER.area_label("commune:00000") is None


def test_a_name_without_a_letter_of_ours_is_left_out_of_names() -> None:
    odd = replace(BONDY, insee_code="93999", name="東京", postal_codes=("93999",))
    gazetteer = Gazetteer([odd, BONDY])
    assert [match.commune for match in gazetteer.search("Bondi")] == [BONDY]
    assert gazetteer.resolve("93999").chosen is not None
    assert Gazetteer([odd]).search("Bondi") == []
    assert Gazetteer([]).search("Bondi") == []
