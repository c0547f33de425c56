"""Our own table answers an address in its commune, and nothing of another one."""

from collections.abc import Sequence

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session, sessionmaker

from directory.addresses import reads
from directory.addresses.models import AddressDepartment, Street
from directory.addresses.reads import NumberRow
from directory.addresses.streets import CityStreets, StreetCache
from directory.addresses.table import AddressTable
from directory.db import make_reading_engine, make_sessions
from directory.errors import Unavailable
from directory.geo import Position
from directory.geocoding import AddressQuestion, Precision
from tests.addresses.factories import store_streets
from tests.places import BONDY, PARIS_18

pytestmark = pytest.mark.engine

STREETS = {
    "Avenue du Général de Gaulle": ["10", "12", "12bis", "14"],
    "Rue de Verdun": ["1", "3"],
    "Rue Victor Hugo": ["5"],
    "Rue Hugues Capet": ["5"],
    "Place de la République": [],
}


@pytest.fixture
def table(session: Session) -> AddressTable:
    """Return the table over the session of the test, with the streets of Bondy."""
    store_streets(session, "93010", "93140", "Bondy", STREETS, localities=["Le Mouchet"])
    return AddressTable(_only(session))


def _only(session: Session) -> sessionmaker[Session]:
    """Return sessions that are within the transaction of the test."""
    return sessionmaker(session.connection(), join_transaction_mode="create_savepoint")


def labels(table: AddressTable, text: str, citycode: str | None = "93010") -> list[str]:
    return [match.label for match in table.search(text, citycode=citycode)]


def test_a_house_number_is_found_with_all_that_the_national_api_tells(table: AddressTable) -> None:
    match = table.search("12 bis av gal de gaule", citycode="93010")[0]

    assert match.label == "12 bis Avenue du Général de Gaulle 93140 Bondy"
    assert (match.type, match.citycode, match.postcode, match.city) == (
        Precision.HOUSENUMBER, "93010", "93140", "Bondy",
    )  # fmt: skip
    assert (match.housenumber, match.street) == ("12 bis", "Avenue du Général de Gaulle")
    assert match.score >= 0.8


def test_a_number_that_is_missing_gives_the_nearest_one_as_a_street(table: AddressTable) -> None:
    match = table.search("16 avenue du général de gaulle", citycode="93010")[0]
    there = table.search("14 avenue du général de gaulle", citycode="93010")[0]

    assert (match.type, match.housenumber) == (Precision.STREET, None)
    assert match.position == there.position
    assert match.label == "Avenue du Général de Gaulle 93140 Bondy"


def test_a_street_without_numbers_is_a_street(table: AddressTable) -> None:
    assert labels(table, "3 place de la république") == ["Place de la République 93140 Bondy"]


def test_a_hamlet_is_a_locality(table: AddressTable) -> None:
    assert table.search("Le Mouchet", citycode="93010")[0].type is Precision.LOCALITY


def test_a_street_of_another_commune_is_not_found(session: Session, table: AddressTable) -> None:
    store_streets(session, "93008", "93000", "Bobigny", {"Rue de Paris": ["1"]})

    assert labels(table, "1 rue de paris", "93010") == []
    assert labels(table, "1 rue de paris", "93008") == ["1 Rue de Paris 93000 Bobigny"]
    assert labels(table, "1 rue de paris", "35238") == []


def test_two_streets_that_fit_alike_are_left_to_a_person(table: AddressTable) -> None:
    assert table.search("rue hug", citycode="93010")[0].score < 0.8
    assert table.search("rue hugo", citycode="93010")[0].label == "Rue Victor Hugo 93140 Bondy"


def test_a_name_without_its_kind_of_way_that_two_streets_have_is_left_to_a_person(
    session: Session, table: AddressTable
) -> None:
    assert table.search("5 victor hugo", citycode="93010")[0].score >= 0.8
    store_streets(session, "93010", "93140", "Bondy", {"Square Victor Hugo": ["5"]})

    assert table.search("5 victor hugo", citycode="93010")[0].score < 0.8
    assert labels(table, "5 rue victor hugo")[0] == "5 Rue Victor Hugo 93140 Bondy"
    assert table.search("5 rue victor hugo", citycode="93010")[0].score == 1.0


def test_the_day_of_a_date_that_two_streets_bear_is_no_house_number(
    session: Session, table: AddressTable
) -> None:
    dated = {"Rue du 8 Mai 1945": ["8"], "Square du 8 Mai 1945": ["8"]}
    store_streets(session, "93010", "93140", "Bondy", dated)

    match = table.search("8 mai 1945", citycode="93010")[0]
    assert match.type is Precision.STREET
    assert match.score < 0.8


def test_a_city_is_searched_through_its_arrondissements(
    session: Session, table: AddressTable
) -> None:
    store_streets(session, "75118", "75018", "Paris", {"Rue Stephenson": ["2"]}, near=PARIS_18)
    store_streets(session, "75110", "75010", "Paris", {"Rue Louis Blanc": ["2"]}, near=PARIS_18)

    assert labels(table, "2 rue stephenson", "75056") == ["2 Rue Stephenson 75018 Paris"]
    assert labels(table, "2 rue stephenson", "75118") == ["2 Rue Stephenson 75018 Paris"]
    assert labels(table, "2 rue stephenson", "75110") == []


def test_of_two_streets_of_one_name_the_postal_code_decides(
    session: Session, table: AddressTable
) -> None:
    for code in ("06000", "06100"):
        store_streets(session, "06088", code, "Nice", {"Rue Pasteur": ["1"]})

    for code in ("06000", "06100"):
        found = table.search("1 rue pasteur", citycode="06088", postcode=code)
        assert [match.postcode for match in found][0] == code
        assert len(found) == 2


def test_without_a_commune_each_commune_with_that_street_is_told(
    session: Session, table: AddressTable
) -> None:
    store_streets(session, "93008", "93000", "Bobigny", {"Place de la République": ["1"]})

    found = table.search("place de la republique", near=BONDY)

    assert sorted(match.citycode for match in found) == ["93008", "93010"]
    assert table.search("place de la republ") == []


def test_a_text_being_typed_becomes_streets_then_numbers(table: AddressTable) -> None:
    def completed(text: str) -> list[str]:
        return [match.label for match in table.complete(text, citycode="93010")]

    assert sorted(completed("rue hu")) == [
        "Rue Hugues Capet 93140 Bondy",
        "Rue Victor Hugo 93140 Bondy",
    ]
    assert completed("gaul") == ["Avenue du Général de Gaulle 93140 Bondy"]
    assert completed("12 av gal de ga") == [
        "12 Avenue du Général de Gaulle 93140 Bondy",
        "12 bis Avenue du Général de Gaulle 93140 Bondy",
    ]
    assert completed("99 rue de verdun") == ["Rue de Verdun 93140 Bondy"]


@pytest.mark.parametrize("citycode", ["93010", None])
@pytest.mark.parametrize(
    ("text", "street"),
    [
        ("rue de la mar", "Rue de la Marne"),
        ("avenue gal", "Avenue Galliéni"),
        ("avenue du gal", "Avenue du Général de Gaulle"),
        ("rue du 4 sept", "Rue du 4 Septembre"),
    ],
)
def test_the_beginning_of_a_word_is_not_only_a_word_cut_short(
    session: Session, table: AddressTable, text: str, street: str, citycode: str | None
) -> None:
    more: dict[str, list[str]] = {
        "Rue de la Marne": [], "Avenue Galliéni": [], "Rue du 4 Septembre": [],
    }  # fmt: skip
    store_streets(session, "93010", "93140", "Bondy", more)

    assert street in [match.street for match in table.complete(text, citycode=citycode)]


def test_the_address_nearest_to_a_point_is_told_with_its_distance(table: AddressTable) -> None:
    at = table.search("12 avenue du général de gaulle", citycode="93010")[0].position

    found = table.reverse(Position(at.latitude + 0.00001, at.longitude))

    assert found is not None
    assert found.housenumber == "12"
    assert found.distance_m == pytest.approx(1.11, abs=0.02)
    assert table.reverse(Position(48.9, 2.9)) is None


def test_a_batch_answers_each_question_in_its_order(table: AddressTable) -> None:
    questions = [
        AddressQuestion("3 rue de verdun", "93010"),
        AddressQuestion("rue inconnue", "93010"),
        AddressQuestion("5 rue victor hugo", "93010", "93140"),
    ]

    found = table.batch(questions)

    assert [match and match.label for match in found] == [
        "3 Rue de Verdun 93140 Bondy",
        None,
        "5 Rue Victor Hugo 93140 Bondy",
    ]


def test_a_new_load_is_seen_at_once(session: Session, table: AddressTable) -> None:
    assert labels(table, "rue de verdun") == ["Rue de Verdun 93140 Bondy"]
    session.execute(
        update(Street)
        .where(Street.name == "Rue de Verdun")
        .values(name="Rue Neuve", key="rue neuve")
    )
    session.execute(update(AddressDepartment).values(edition=AddressDepartment.edition + 1))

    assert labels(table, "rue neuve") == ["Rue Neuve 93140 Bondy"]


def test_an_import_between_streets_and_numbers_is_noticed(
    session: Session, monkeypatch: pytest.MonkeyPatch, table: AddressTable
) -> None:
    """An import ends while a search is between its two statements."""
    numbers_of = reads.numbers_of

    def after_an_import(session: Session, street_ids: Sequence[int]) -> list[NumberRow]:
        monkeypatch.setattr(reads, "numbers_of", numbers_of)
        session.execute(delete(Street))
        store_streets(session, "93010", "93140", "Bondy", STREETS)
        return numbers_of(session, street_ids)

    monkeypatch.setattr(reads, "numbers_of", after_an_import)

    assert labels(table, "3 rue de verdun") == ["3 Rue de Verdun 93140 Bondy"]


@pytest.mark.parametrize("text", ["", "12", "🙂", "شارع الجمهورية", "%_%_%", "x" * 500, "'; --"])
def test_what_is_no_street_finds_none(table: AddressTable, text: str) -> None:
    assert labels(table, text) == []
    assert labels(table, text, None) == []
    assert table.complete(text, citycode="93010") == []


def test_a_database_that_is_down_is_a_source_that_is_down() -> None:
    engine = make_reading_engine("postgresql+psycopg://fanal_app@127.0.0.1:1/fanal")

    with pytest.raises(Unavailable):
        AddressTable(make_sessions(engine)).search("rue de verdun", citycode="93010")


def test_only_the_cities_searched_last_are_kept() -> None:
    cache = StreetCache(most_streets=0)
    loads: list[str] = []

    def load(city: str) -> CityStreets:
        loads.append(city)
        return CityStreets(1, [])

    for city in ("a", "b", "a", "a"):
        cache.get(city, 1, lambda city=city: load(city))

    assert loads in (["a", "b"], ["a", "b", "a"])


def test_towns_without_streets_are_not_kept_without_end() -> None:
    cache = StreetCache(most_streets=3)
    loads: list[str] = []

    def load(city: str) -> CityStreets:
        loads.append(city)
        return CityStreets(1, [])

    for city in ("a", "b", "c", "d", "a", "d"):
        cache.get(city, 1, lambda city=city: load(city))

    assert loads == ["a", "b", "c", "d", "a"]
