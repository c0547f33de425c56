"""The house meant is found on its side of the street."""

import pytest

from directory.addresses.houses import House, houses_beginning, nearest_house
from directory.geo import Position

HERE = Position(48.9, 2.49)


def houses(*labels: str) -> list[House]:
    made = []
    for label in labels:
        number, _, repetition = label.partition(" ")
        made.append(House(int(number), repetition, HERE))
    return made


STREET = houses("1", "2", "7", "12", "12 bis", "12 c", "14", "120", "121")


@pytest.mark.parametrize(
    ("number", "repetition", "label"),
    [
        (12, "", "12"),
        (12, "bis", "12 bis"),
        (12, "c", "12C"),
        (12, "ter", "12"),
        (10, "", "12"),
        (13, "", "7"),
        (3, "", "1"),
        (900, "", "120"),
    ],
)
def test_the_nearest_number_on_the_same_side_is_found(
    number: int, repetition: str, label: str
) -> None:
    found = nearest_house(STREET, number, repetition)
    assert found is not None
    assert found.label == label


def test_the_other_side_counts_when_one_has_no_numbers() -> None:
    found = nearest_house(houses("2", "4"), 3, "")
    assert found is not None
    assert found.label == "2"


def test_a_street_without_numbers_has_no_house() -> None:
    assert nearest_house([], 3, "") is None


@pytest.mark.parametrize(("typed", "known"), [("bis", "b"), ("bis", "bis"), ("c", "c")])
def test_a_repetition_is_known_by_either_spelling(typed: str, known: str) -> None:
    assert House(12, known, HERE).is_at(12, typed)


def test_a_number_being_typed_proposes_itself_first_then_longer_ones() -> None:
    labels = [house.label for house in houses_beginning(STREET, 12, "")]
    assert labels == ["12", "12 bis", "12C", "120", "121"]
    assert [house.label for house in houses_beginning(STREET, 12, "b")] == ["12 bis"]
