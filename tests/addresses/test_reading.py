"""House numbers are read where people write them, and streets with numbers in their names too."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.addresses.reading import TypedStreet, readings


def first(text: str) -> tuple[int | None, str, str]:
    way = readings(text)[0]
    return way.number, way.repetition, " ".join(way.words)


@pytest.mark.parametrize(
    ("text", "number", "repetition", "street"),
    [
        ("12 bis av gal de gaulle", 12, "bis", "avenue general gaulle"),
        ("12bis rue Foch", 12, "bis", "rue foch"),
        ("12B rue Foch", 12, "bis", "rue foch"),
        ("12 b rue Foch", 12, "bis", "rue foch"),
        ("12 A RUE FOCH", 12, "a", "rue foch"),
        ("12 r victor hugo", 12, "", "rue victor hugo"),
        ("12-14 rue Foch", 12, "", "rue foch"),
        ("12/14, rue Foch", 12, "", "rue foch"),
        ("12 et 14 rue Foch", 12, "", "rue foch"),
        ("12 bis à 14 ter rue Foch", 12, "bis", "rue foch"),
        ("n° 12, rue de Verdun", 12, "", "rue verdun"),
        ("3 rue du 8 mai 1945", 3, "", "rue 8 mai 1945"),
        ("3 8 mai 1945", 3, "", "8 mai 1945"),
        ("8 mai 1945", None, "", "8 mai 1945"),
        ("rue du 19 mars 1962", None, "", "rue 19 mars 1962"),
        ("route nationale 7", None, "", "route nationale 7"),
        ("12 rue Foch bât B appt 12", 12, "", "rue foch"),
        ("2e étage 12 rue Foch", 12, "", "rue foch"),
        ("12 rue Foch BP 40", 12, "", "rue foch"),
        ("CS 20001 12 rue Foch cedex 7", 12, "", "rue foch"),
    ],
)
def test_a_typed_street_is_read(
    text: str, number: int | None, repetition: str, street: str
) -> None:
    assert first(text) == (number, repetition, street)


def test_a_number_after_its_street_is_understood_too() -> None:
    assert TypedStreet(12, "", ("rue", "verdun")) in readings("rue de Verdun 12")
    assert TypedStreet(12, "bis", ("rue", "verdun")) in readings("rue de Verdun 12 bis")


@pytest.mark.parametrize("text", ["", "   ", "BP 12", "cedex", "🙂", "شارع"])
def test_nothing_to_look_for_is_no_reading(text: str) -> None:
    assert readings(text) == []


@settings(deadline=None)
@given(st.text(max_size=80))
def test_any_text_can_be_read(text: str) -> None:
    assert all(way.words for way in readings(text))
