"""What an unfinished text may become."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session, sessionmaker

from directory.addresses.table import AddressTable
from directory.geocoding import Origin, locate
from directory.geocoding.suggesting import Suggestion, SuggestionKind, suggest
from directory.territories import Gazetteer
from directory.territories.sources import bundled
from tests.addresses.factories import store_streets
from tests.geocoding.back_ends import VERDUN, Silence, WrittenTable
from tests.territories.places import GAZETTEER

BONDY_STREETS = {
    "Avenue du Général de Gaulle": ["1", "12", "12bis", "14", "120"],
    "Rue de la République": ["1", "12"],
    "Rue de Verdun": ["12"],
    "Rue Jean Moulin": ["3"],
    "Rue Édouard Vaillant": ["3"],
    "Allée des Tilleuls": [],
}


@pytest.fixture
def table(session: Session) -> AddressTable:
    """Our own table, with some streets of four communes."""
    store_streets(session, "93010", "93140", "Bondy", BONDY_STREETS, localities=["Les Coquetiers"])
    store_streets(session, "93066", "93200", "Saint-Denis", {"Rue de la République": ["1", "12"]})
    store_streets(session, "97411", "97400", "Saint-Denis", {"Rue de la République": ["12"]})
    store_streets(session, "75118", "75018", "Paris", {"Rue Lepic": ["12"], "Rue de Bondy": []})
    inside = sessionmaker(session.connection(), join_transaction_mode="create_savepoint")
    return AddressTable(inside)


def labels(text: str, *back_ends: AddressTable | WrittenTable, own: str | None = None) -> list[str]:
    found = suggest(text, gazetteer=GAZETTEER, back_ends=back_ends, own_insee=own)
    return [suggestion.label for suggestion in found]


def test_a_commune_is_proposed_from_its_third_letter(table: AddressTable) -> None:
    assert labels("bo", table) == []
    (bondy,) = suggest("bon", gazetteer=GAZETTEER, back_ends=[table])
    assert bondy == Suggestion(
        label="Bondy (93)",
        kind=SuggestionKind.COMMUNE,
        insee_code="93010",
        name="Bondy (93)",
        context="93140 Seine-Saint-Denis",
    )


def test_a_postal_code_being_typed_proposes_its_communes() -> None:
    table = WrittenTable()
    assert labels("9", table) == labels("93", table) == []
    assert labels("931", table) == ["Bondy (93)"]
    assert labels("93140", table, own="75056") == ["Bondy (93)"]
    assert table.asked == []


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("12 bis av gal de gaule bondy", "12 bis Avenue du Général de Gaulle 93140 Bondy"),
        ("12 bis av gal de gaulle 93140", "12 bis Avenue du Général de Gaulle 93140 Bondy"),
        ("12 av gal de gaulle bon", "12 Avenue du Général de Gaulle 93140 Bondy"),
        ("12 av gal de gaulle 931", "12 Avenue du Général de Gaulle 93140 Bondy"),
        ("93140 rue de verd", "Rue de Verdun 93140 Bondy"),
        ("12 r lepic paris", "12 Rue Lepic 75018 Paris"),
        ("rue lepic paris 18", "Rue Lepic 75018 Paris"),
        ("avenue du gen", "Avenue du Général de Gaulle 93140 Bondy"),
        ("all des till", "Allée des Tilleuls 93140 Bondy"),
    ],
)
def test_a_street_is_proposed_however_it_is_begun(
    table: AddressTable, text: str, first: str
) -> None:
    assert labels(text, table)[0] == first


def test_an_address_says_what_it_is_and_where(table: AddressTable) -> None:
    (found, *_) = suggest("12 bis av gal de gaulle bondy", gazetteer=GAZETTEER, back_ends=[table])
    assert found.kind is SuggestionKind.HOUSENUMBER
    assert (found.name, found.context) == ("12 bis Avenue du Général de Gaulle", "93140 Bondy")
    assert found.insee_code == "93010"
    (hamlet, *_) = suggest("coquet", gazetteer=GAZETTEER, back_ends=[table], own_insee="93010")
    assert hamlet.kind is SuggestionKind.LOCALITY


@pytest.mark.parametrize(
    "text",
    ["bondy", "saint-denis", "12 av gal", "rue de la rép", "1 rue de la rép", "coquet", "lepic"],
)
def test_what_is_proposed_is_understood_by_the_search(table: AddressTable, text: str) -> None:
    own = "75118" if text == "lepic" else "93010"
    proposed = suggest(text, gazetteer=GAZETTEER, back_ends=[table], own_insee=own)
    assert proposed
    for one in proposed:
        for code in (one.insee_code, None):
            origin = locate(one.label, gazetteer=GAZETTEER, back_ends=[table], insee_code=code)
            assert isinstance(origin, Origin)
            assert (origin.label, origin.insee_code) == (one.label, one.insee_code)


def test_house_numbers_come_with_their_street_first_the_one_typed(table: AddressTable) -> None:
    assert labels("12 avenue du general bondy", table)[:3] == [
        "12 Avenue du Général de Gaulle 93140 Bondy",
        "12 bis Avenue du Général de Gaulle 93140 Bondy",
        "120 Avenue du Général de Gaulle 93140 Bondy",
    ]


def test_the_streets_of_the_commune_on_the_page_come_first(table: AddressTable) -> None:
    street = "Rue de la République"
    assert labels("rue de la rep", table, own="93066") == [f"{street} 93200 Saint-Denis"]
    assert labels("rue de la rep", table, own="93010") == [f"{street} 93140 Bondy"]
    assert labels("republique", table, own="93010") == [f"{street} 93140 Bondy"]


def test_a_named_commune_counts_more_than_the_one_on_the_page(table: AddressTable) -> None:
    expected = ["Rue de la République 93140 Bondy"]
    assert labels("rue de la republique bondy", table, own="93066") == expected
    assert labels("rue de la republique bon", table, own="97411")[:1] == expected


def test_a_street_that_ends_with_the_name_of_a_village_is_still_found(table: AddressTable) -> None:
    france = Gazetteer(bundled().communes)
    assert france.resolve("Vaillant").chosen is not None
    street = "Rue Édouard Vaillant"
    for own in (None, "93010", "93066"):
        found = suggest(
            "3 rue edouard vaillant", gazetteer=france, back_ends=[table], own_insee=own
        )
        assert [one.label for one in found] == [f"3 {street} 93140 Bondy"]


def test_of_two_communes_of_one_name_that_on_the_page_comes_first(table: AddressTable) -> None:
    for own, code in (("93066", "93200"), ("97411", "97400")):
        first, second = labels("12 rue de la republique saint-den", table, own=own)
        assert first == f"12 Rue de la République {code} Saint-Denis"
        assert second.endswith("Saint-Denis")
        assert second != first


def test_without_any_commune_the_largest_come_first(table: AddressTable) -> None:
    assert labels("rue de la république", table) == [
        "Rue de la République 97400 Saint-Denis",
        "Rue de la République 93200 Saint-Denis",
        "Rue de la République 93140 Bondy",
    ]


@pytest.mark.parametrize(
    "text", ["rue", "12 rue", "rue de la", "12 av", "12 bis rue", "rue de la ré"]
)
def test_a_street_of_any_commune_needs_three_letters_of_its_name(
    table: AddressTable, text: str
) -> None:
    assert labels(text, table) == []
    assert labels(text, table, own="93010") != []


def test_a_street_that_ones_own_commune_lacks_is_looked_for_elsewhere(table: AddressTable) -> None:
    assert labels("rue lepic", table, own="93010")[-1] == "Rue Lepic 75018 Paris"


def test_the_whole_city_is_the_territory_of_an_arrondissement(table: AddressTable) -> None:
    assert labels("rue lep", table, own="75118") == ["Rue Lepic 75018 Paris"]


def test_communes_come_before_streets_unless_a_street_is_named(table: AddressTable) -> None:
    assert labels("bondy", table, own="75056") == ["Bondy (93)", "Rue de Bondy 75018 Paris"]
    assert labels("rue de bondy", table, own="75056")[0] == "Rue de Bondy 75018 Paris"


def test_neither_communes_nor_streets_hide_the_others() -> None:
    france = Gazetteer(bundled().communes)
    streets = [replace(VERDUN, label=f"{number} Rue Saint 93140 Bondy") for number in range(1, 11)]
    for text, kinds in (("saint", ["commune"] * 4), ("rue saint", ["housenumber"] * 4)):
        found = suggest(
            text, gazetteer=france, back_ends=[WrittenTable(streets)], own_insee="93010"
        )
        assert len(found) == 8
        assert [suggestion.kind.value for suggestion in found[:4]] == kinds


def test_nothing_is_proposed_twice() -> None:
    table = WrittenTable([VERDUN, VERDUN])
    assert labels("12 rue de verdun bondy", table, table, own="93010") == [VERDUN.label]


def test_an_address_of_another_town_is_no_answer_to_a_town_that_was_named() -> None:
    outside = WrittenTable(is_outside=True)
    assert labels("12 rue de verdun bondy", outside) == [VERDUN.label]
    assert labels("12 rue de verdun ajaccio", outside) == []


def test_nobody_else_learns_what_our_own_table_knows(table: AddressTable) -> None:
    outside = WrittenTable(is_outside=True)
    assert labels("12 rue de verdun bondy", table, outside)
    assert labels("rue de la rep", table, outside)
    assert outside.asked == []
    assert labels("3 rue nouvelle bondy", table, outside) == [VERDUN.label]
    assert outside.asked == [("3 rue nouvelle bondy", "93010")]


@pytest.mark.parametrize("text", ["Marie Dupont", "bondy", "coquetiers", "93140", "saint-denis"])
def test_what_names_no_street_is_told_to_nobody(table: AddressTable, text: str) -> None:
    outside = WrittenTable(is_outside=True)
    suggest(text, gazetteer=GAZETTEER, back_ends=[table, outside])
    assert outside.asked == []


def test_a_source_that_is_down_is_left_out() -> None:
    silence, outside_silence = Silence(), Silence(is_outside=True)
    assert labels("bondy", silence, outside_silence, own="93010") == ["Bondy (93)"]
    assert labels("12 rue de verdun bondy", silence, outside_silence) == []
    ours = WrittenTable()
    assert labels("12 rue de verdun bondy", silence, ours) == [VERDUN.label]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12",
        "%_%_%",
        "\x00abc",
        "🙂🙂🙂🙂",
        "شارع الجمهورية",
        "x" * 500,
        "\ud800abc",
        "   ",
        "--- ,;",
    ],
)
def test_what_cannot_be_a_place_proposes_nothing(table: AddressTable, text: str) -> None:
    assert labels(text, table, own="93010") == []


def test_an_unknown_own_commune_is_none(table: AddressTable) -> None:
    assert labels("bondy", table, own="00000") == ["Bondy (93)"]


@settings(max_examples=150, deadline=None)
@given(
    st.text(max_size=60)
    | st.lists(
        st.sampled_from(["12", "bis", "rue", "av", "de", "la", "bon", "93140", ",", "saint", "%"]),
        max_size=6,
    ).map(" ".join)
)
def test_no_text_breaks_the_proposals(text: str) -> None:
    table = WrittenTable()
    found = suggest(text, gazetteer=GAZETTEER, back_ends=[table], own_insee="93010")
    assert len(found) <= 8
    assert len({(one.label, one.insee_code) for one in found}) == len(found)
