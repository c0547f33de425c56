"""A street typed without its commune."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from directory.errors import InvalidInput
from directory.geo import Position
from directory.geocoding import AddressMatch, Choices, Origin, Precision, locate
from tests.geocoding.back_ends import VERDUN, Silence, WrittenTable
from tests.territories.places import GAZETTEER

STREET = replace(VERDUN, type=Precision.STREET, label="Rue de Verdun 93140 Bondy")
AT_SAINT_DENIS = replace(
    STREET, citycode="93066", position=Position(48.93, 2.36), label="Rue de Verdun 93200"
)
AT_AJACCIO = replace(
    STREET, citycode="2A004", position=Position(41.923, 8.704), label="Rue de Verdun 20000"
)


def located(matches: Sequence[AddressMatch], text: str = "rue de Verdun") -> Origin | Choices:
    return locate(text, gazetteer=GAZETTEER, back_ends=[WrittenTable(matches)])


def codes(choices: Origin | Choices) -> list[str]:
    assert isinstance(choices, Choices)
    return [match.commune.insee_code for match in choices.matches]


def test_the_towns_that_have_it_are_offered_the_most_populous_first() -> None:
    choices = located([STREET, AT_AJACCIO, AT_SAINT_DENIS, replace(AT_AJACCIO, score=0.9)])
    assert codes(choices) == ["93066", "2A004", "93010"]
    assert isinstance(choices, Choices)
    assert (choices.text, choices.street) == ("rue de Verdun", "rue de Verdun")


def test_the_only_town_that_has_it_is_supposed() -> None:
    origin = located([STREET])
    assert isinstance(origin, Origin)
    assert (origin.label, origin.insee_code) == (STREET.label, "93010")
    assert not origin.insee_code_certain
    assert not origin.needs_review


def test_an_address_that_only_resembles_is_to_be_reviewed() -> None:
    origin = located([replace(STREET, score=0.6)])
    assert isinstance(origin, Origin)
    assert (origin.needs_review, origin.insee_code_certain) == (True, False)


def test_what_only_resembles_is_not_offered_beside_what_is_sure() -> None:
    origin = located([replace(AT_SAINT_DENIS, score=0.6), STREET])
    assert isinstance(origin, Origin)
    assert origin.insee_code == "93010"


@pytest.mark.parametrize(
    "match",
    [
        replace(STREET, score=0.4),
        replace(STREET, type=Precision.MUNICIPALITY),
        replace(STREET, citycode="99999"),
        replace(STREET, position=Position(0, 0)),
        replace(STREET, position=Position(44.0, 2.0)),
    ],
)
def test_what_is_not_believed_is_not_offered(match: AddressMatch) -> None:
    with pytest.raises(InvalidInput, match="La commune de cette adresse manque"):
        located([match])


def test_the_first_source_that_has_some_answers() -> None:
    ours, outside = WrittenTable([STREET]), WrittenTable([AT_SAINT_DENIS])
    found = locate("12 rue de Verdun", gazetteer=GAZETTEER, back_ends=[Silence(), ours, outside])
    assert isinstance(found, Origin)
    assert found.insee_code == "93010"
    assert ours.asked == [("rue de Verdun", None), ("12 rue de Verdun", "93010")]
    assert outside.asked == []


def test_a_house_number_is_only_looked_for_in_the_one_town() -> None:
    ours = WrittenTable([STREET, AT_SAINT_DENIS])
    locate("12 rue de Verdun", gazetteer=GAZETTEER, back_ends=[ours])
    assert ours.asked == [("rue de Verdun", None)]


def test_an_outside_source_is_asked_once() -> None:
    outside = WrittenTable([VERDUN], is_outside=True)
    found = locate("12 rue de Verdun", gazetteer=GAZETTEER, back_ends=[outside])
    assert isinstance(found, Origin)
    assert found.label == VERDUN.label
    assert outside.asked == [("12 rue de Verdun", None)]


def test_a_postal_code_of_nowhere_does_not_lead_to_another_town() -> None:
    table = WrittenTable([STREET])
    with pytest.raises(InvalidInput, match="code postal"):
        locate("12 rue de Verdun 99999", gazetteer=GAZETTEER, back_ends=[table])
    assert table.asked == []


def test_two_streets_of_that_name_in_the_only_town_are_to_be_reviewed() -> None:
    elsewhere = replace(STREET, position=Position(48.93, 2.49), postcode="93141")
    origin = located([STREET, elsewhere])
    assert isinstance(origin, Origin)
    assert origin.needs_review


def test_a_chosen_commune_that_the_text_contradicts_is_to_be_reviewed() -> None:
    def at_bondy(text: str) -> Origin | Choices:
        back_ends = [WrittenTable([VERDUN])]
        return locate(text, gazetteer=GAZETTEER, back_ends=back_ends, insee_code="93010")

    agreeing, contradicted = (
        at_bondy(f"12 rue de Verdun, {town}") for town in ("93140 Bondy", "93200 Saint-Denis")
    )

    assert isinstance(agreeing, Origin)
    assert not agreeing.needs_review
    assert isinstance(contradicted, Origin)
    assert (contradicted.insee_code, contradicted.needs_review) == ("93010", True)
    assert "autre commune" in (contradicted.notice or "")
