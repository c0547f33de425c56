"""From what was typed to where the search starts."""

from dataclasses import replace

import pytest

from directory.config import Settings
from directory.errors import InvalidInput
from directory.geo import Position
from directory.geocoding import (
    AddressIndex,
    Choices,
    Origin,
    Precision,
    locate,
    locate_point,
    make_geocoder,
)
from directory.geocoding.communes import is_commune_itself
from directory.territories import Gazetteer
from tests.geocoding.back_ends import VERDUN, Silence, WrittenTable
from tests.territories.places import AJACCIO, BONDY, CELLES, GAZETTEER, SOME_COMMUNES


def origin_of(text: str, *back_ends: AddressIndex, insee_code: str | None = None) -> Origin:
    found = locate(text, gazetteer=GAZETTEER, back_ends=back_ends, insee_code=insee_code)
    assert isinstance(found, Origin)
    return found


@pytest.mark.parametrize("text", ["Bondy", "93140", "93010", "93140 Bondy", " bondy (93)\n"])
def test_a_commune_is_found_without_asking_anyone(text: str) -> None:
    table = WrittenTable()
    origin = origin_of(text, table)
    assert origin.position == BONDY.position
    assert (origin.label, origin.insee_code) == ("Bondy (93)", "93010")
    assert (origin.precision, origin.source) == (Precision.MUNICIPALITY, "communes")
    assert origin.insee_code_certain
    assert origin.notice is None
    assert table.asked == []


@pytest.mark.parametrize(
    "text",
    [
        "12 rue de Verdun 93140 Bondy",
        "12 rue de Verdun, Bondy",
        "12 rue de Verdun Bondy",
        "12 rue de Verdun, 93140",
        "93140 Bondy, 12 rue de Verdun",
    ],
)
def test_an_address_is_asked_for_within_its_commune(text: str) -> None:
    table = WrittenTable()
    origin = origin_of(text, table)
    assert table.asked == [("12 rue de Verdun", "93010")]
    assert origin.position == VERDUN.position
    assert (origin.precision, origin.source) == (Precision.HOUSENUMBER, "written")
    assert not origin.needs_review


@pytest.mark.parametrize(
    ("text", "postcode"),
    [
        ("3 rue Foch 93380 Saint-Denis", "93380"),
        ("3 rue Foch, Saint-Denis 93380", "93380"),
        ("3 rue Foch 93384 Saint-Denis CEDEX", None),
        ("3 rue Foch 93066 Saint-Denis", None),
    ],
)
def test_a_postal_code_of_the_commune_goes_with_the_question(
    text: str, postcode: str | None
) -> None:
    table = WrittenTable()
    origin_of(text, table)
    assert table.asked == [("3 rue Foch", "93066")]
    assert table.postcodes == [postcode]


def test_two_streets_of_one_name_are_told_apart_by_their_postal_code() -> None:
    north = replace(
        VERDUN, citycode="93066", postcode="93380", position=Position(48.965, 2.36), label="nord"
    )
    south = replace(north, postcode="93200", position=Position(48.93, 2.36), label="sud")
    told = origin_of("3 rue Foch 93380 Saint-Denis", WrittenTable([north, south]))
    assert (told.label, told.needs_review) == ("nord", False)
    untold = origin_of("3 rue Foch", WrittenTable([north, south]), insee_code="93066")
    assert untold.needs_review


@pytest.mark.parametrize(
    ("text", "label", "needs_review"),
    [
        ("3 rue Foch, Pierrefitte-sur-Seine", "nord", False),
        ("3 rue Foch 93200 pierrefitte sur seine", "nord", False),
        ("93380 Pierrefitte-sur-Seine, 3 rue Foch", "nord", False),
        ("3 rue Foch 93200 Saint-Denis", "sud", True),
    ],
)
def test_two_streets_of_one_name_are_told_apart_by_their_former_commune(
    text: str, label: str, needs_review: bool
) -> None:
    south = replace(VERDUN, citycode="93066", position=Position(48.93, 2.36), label="sud")
    north = replace(
        south, former_city="Pierrefitte-sur-Seine", position=Position(48.965, 2.36), label="nord"
    )
    told = origin_of(text, WrittenTable([south, north]))
    assert (told.label, told.needs_review) == (label, needs_review)


def test_an_address_of_paris_at_large_is_asked_for_by_the_code_of_the_city() -> None:
    montmartre = replace(VERDUN, citycode="75118", position=Position(48.886, 2.343))
    lyon = replace(VERDUN, citycode="69383", score=0.99)
    table = WrittenTable([lyon, montmartre])
    origin = origin_of("3 rue Lepic, Paris", table)
    assert table.asked == [("3 rue Lepic", "75056")]
    assert (origin.insee_code, origin.position) == ("75118", montmartre.position)
    origin_of("3 rue Lepic 75018 Paris", table)
    assert table.asked[1] == ("3 rue Lepic", "75118")


def test_the_first_source_that_knows_answers() -> None:
    silence, ours, outside = Silence(), WrittenTable(name="ours"), WrittenTable(name="outside")
    assert origin_of("12 rue de Verdun, Bondy", silence, ours, outside).source == "ours"
    assert outside.asked == []


@pytest.mark.parametrize("back_ends", [(), (Silence(),), (WrittenTable(matches=()),)])
def test_without_an_address_the_commune_stands_in_and_says_so(
    back_ends: tuple[AddressIndex, ...],
) -> None:
    origin = origin_of("12 rue de Verdun, Bondy", *back_ends)
    assert origin.position == BONDY.position
    assert origin.precision is Precision.APPROXIMATE
    assert "Bondy" in str(origin.notice)


def test_an_address_elsewhere_is_never_taken() -> None:
    elsewhere = replace(VERDUN, citycode="93066", position=Position(48.93, 2.36))
    assert origin_of("12 rue de Verdun, Bondy", WrittenTable([elsewhere])).source == "communes"


def test_a_doubtful_address_is_to_be_reviewed() -> None:
    origin = origin_of("12 r Verdum, Bondy", WrittenTable([replace(VERDUN, score=0.6)]))
    assert origin.needs_review
    assert origin.notice
    assert origin.position == VERDUN.position


def test_a_number_that_is_not_known_is_told() -> None:
    street = replace(VERDUN, type=Precision.STREET)
    assert "numéro" in (origin_of("12 rue de Verdun, Bondy", WrittenTable([street])).notice or "")
    assert origin_of("rue de Verdun, Bondy", WrittenTable([street])).notice is None
    assert origin_of("8 mai 1945, Bondy", WrittenTable([street])).notice is None


def test_a_hamlet_beside_a_postal_code_is_asked_for() -> None:
    table = WrittenTable([replace(VERDUN, type=Precision.LOCALITY)])
    assert origin_of("Le Bourg 93140 Bondy", table).precision is Precision.LOCALITY
    assert table.asked == [("Le Bourg", "93010")]


@pytest.mark.parametrize(
    "text", ["BP 12 93140 Bondy", "CS 20001 93146 Bondy Cedex", "%_% 93140", "rue %_% 93140 Bondy"]
)
def test_a_box_is_its_commune(text: str) -> None:
    table = WrittenTable()
    origin = origin_of(text, table)
    assert (origin.insee_code, origin.precision) == ("93010", Precision.MUNICIPALITY)
    assert table.asked == []


def test_a_source_that_tarries_is_told() -> None:
    silence, table = Silence(), WrittenTable(matches=())
    told = origin_of("12 rue de Verdun, Bondy", table, silence).notice
    assert "Relancez" in (told or "")
    assert "Relancez" not in (origin_of("12 rue de Verdun, Bondy", table).notice or "")


def test_an_ambiguous_name_gives_a_choice() -> None:
    choices = locate("Saint-Denis", gazetteer=GAZETTEER)
    assert isinstance(choices, Choices)
    assert [match.commune.insee_code for match in choices.matches] == ["97411", "93066"]


def test_a_code_that_the_post_does_not_know_is_to_be_confirmed() -> None:
    choices = locate("9 rue Voltaire 93010", gazetteer=GAZETTEER)
    assert isinstance(choices, Choices)
    assert [match.label for match in choices.matches] == ["Bondy (93)"]
    assert origin_of("9 rue Voltaire 93010", WrittenTable()).insee_code == "93010"
    assert origin_of("9 rue Voltaire 93010 Bondy").insee_code == "93010"
    assert origin_of("93010").insee_code == "93010"


def test_a_misspelt_town_is_to_be_confirmed() -> None:
    choices = locate("12 rue de Verdun Bondi", gazetteer=GAZETTEER)
    assert isinstance(choices, Choices)
    assert [match.label for match in choices.matches] == ["Bondy (93)"]
    assert choices.street == "12 rue de Verdun"


def test_an_address_in_an_ambiguous_commune_gives_the_same_choice() -> None:
    table = WrittenTable()
    text = "3 rue de la République Saint-Denis"
    choices = locate(text, gazetteer=GAZETTEER, back_ends=[table])
    assert isinstance(choices, Choices)
    assert (choices.text, choices.street) == (text, "3 rue de la République")
    assert table.asked == []
    settled = replace(VERDUN, citycode="93066", position=Position(48.93, 2.36))
    table = WrittenTable([settled])
    assert origin_of(text, table, insee_code="93066").position == settled.position
    assert table.asked == [("3 rue de la République", "93066")]


def test_a_chosen_code_settles_a_bare_name() -> None:
    assert origin_of("Saint-Denis", insee_code="97411").insee_code == "97411"
    assert origin_of("", insee_code="93059").insee_code == "93066"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "Aucun lieu n'est indiqué"),
        (" \n\t", "Aucun lieu n'est indiqué"),
        ("\u200b\u202e", "Aucun lieu n'est indiqué"),
        ("93", "Un nombre seul"),
        ("9314", "Un nombre seul"),
        ("99999", "code postal « 99999 » est inconnu"),
        ("😀", "ni lettre latine ni chiffre"),
        ("مرحبا", "ni lettre latine ni chiffre"),
        ("%", "ni lettre latine ni chiffre"),
        ("_ % _", "ni lettre latine ni chiffre"),
        ("Bon\x00dy", "ne s'écrivent pas"),
        ("Bon\ud800dy", "ne s'écrivent pas"),
        ("x" * 100_000, "trop long"),
        ("Bondy " * 100, "trop long"),
        ("Atlantide", "Aucun lieu ne porte ce nom"),
        ("' OR 1=1 --", "Aucun lieu ne porte ce nom"),
        ("12 rue de Paris", "La commune de cette adresse manque"),
        ("10 Downing Street London", "La commune de cette adresse manque"),
        ("rue " + "é" * 195, "La commune de cette adresse manque"),
        ("12 rue de Verdun 99999", "code postal « 99999 » est inconnu"),
        ("12", "Un nombre seul"),
        ("%_%_%", "ni lettre latine ni chiffre"),
    ],
)
def test_what_is_no_place_is_refused_with_a_remedy(text: str, told: str) -> None:
    with pytest.raises(InvalidInput, match=told) as refusal:
        locate(text, gazetteer=GAZETTEER, back_ends=[WrittenTable(matches=())])
    assert refusal.value.field == "q"
    assert refusal.value.remedy


def test_an_unknown_code_is_refused_by_its_own_name() -> None:
    with pytest.raises(InvalidInput) as refusal:
        locate("", gazetteer=GAZETTEER, insee_code="00000")
    assert refusal.value.field == "insee"


def test_a_commune_nobody_can_place_is_told() -> None:
    with pytest.raises(InvalidInput, match="Celles"):
        locate("Celles", gazetteer=GAZETTEER)


def test_a_roughly_placed_commune_says_so() -> None:
    rough = replace(CELLES, position=Position(45.1, 2.9), is_approximate=True)
    origin = locate("Celles", gazetteer=Gazetteer([rough]))
    assert isinstance(origin, Origin)
    assert origin.precision is Precision.APPROXIMATE
    assert origin.notice


def test_only_a_commune_asked_for_as_such_tells_nothing_finer() -> None:
    rough = replace(CELLES, position=Position(45.1, 2.9), is_approximate=True)
    gazetteer = Gazetteer([rough, BONDY])
    origins = [
        locate("Celles", gazetteer=gazetteer),
        locate("Bondy", gazetteer=gazetteer),
        locate("", gazetteer=gazetteer, insee_code="93010"),
        locate("12 rue de Verdun, Bondy", gazetteer=gazetteer),
        locate("12 rue de Verdun, Bondy", gazetteer=gazetteer, back_ends=[WrittenTable()]),
        locate_point(48.902, 2.483, gazetteer=gazetteer),
    ]
    told = [isinstance(found, Origin) and is_commune_itself(found, gazetteer) for found in origins]
    assert told == [True, True, True, False, False, False]


def test_hidden_signs_of_direction_do_not_matter() -> None:
    assert origin_of("\u202eBondy\u202c").insee_code == "93010"


def test_a_point_is_in_the_commune_supposed_from_its_nearest_centre() -> None:
    origin = locate_point(48.9, 2.48, gazetteer=GAZETTEER)
    assert origin.position == Position(48.9, 2.48)
    assert (origin.insee_code, origin.insee_code_certain) == ("93010", False)
    assert origin.precision is Precision.POINT


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [
        (0.0, 0.0),
        (46.227638, 2.213749),
        (40.7, -74.0),
        (float("nan"), 2.0),
        (48.9, float("inf")),
        (91.0, 2.0),
        (-90.0, 0.0),
    ],
)
def test_a_point_that_is_not_in_france_is_refused(latitude: float, longitude: float) -> None:
    with pytest.raises(InvalidInput) as refusal:
        locate_point(latitude, longitude, gazetteer=GAZETTEER)
    assert refusal.value.field in {"latitude", "longitude"}
    assert refusal.value.remedy


def test_the_settings_make_a_geocoder_with_or_without_an_outside(settings: Settings) -> None:
    assert make_geocoder(settings).back_ends == ()
    outside = settings.model_copy(update={"geocoder_url": "http://127.0.0.1:9/geocodage"})
    ours = WrittenTable(name="ours")
    geocoder = make_geocoder(outside, own=[ours])
    assert [back_end.name for back_end in geocoder.back_ends] == ["ours", "geoplateforme"]
    found = geocoder.locate("Ajaccio", gazetteer=Gazetteer(SOME_COMMUNES))
    assert isinstance(found, Origin)
    assert found.position == AJACCIO.position


@pytest.mark.parametrize("text", ["gare de Bondy", "la mairie de Bondy", "Hôpital de Bondy"])
def test_what_is_named_in_a_commune_is_near_its_centre(text: str) -> None:
    table = WrittenTable()
    origin = origin_of(text, table)
    assert (origin.insee_code, origin.position) == ("93010", BONDY.position)
    assert origin.precision is Precision.APPROXIMATE
    assert origin.notice is not None
    assert table.asked == []


@pytest.mark.parametrize("text", ["gare d'Ajaccio", "gare d’Ajaccio"])
def test_an_elision_before_the_commune_hides_nothing(text: str) -> None:
    assert origin_of(text).insee_code == AJACCIO.insee_code


@pytest.mark.parametrize("text", ["rue de Bondy", "12 rue de Bondy", "Nulleville de Nullepart"])
def test_a_street_named_after_a_commune_is_not_in_it(text: str) -> None:
    with pytest.raises(InvalidInput):
        origin_of(text)
