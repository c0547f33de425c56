"""Two spellings of one street have one key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.addresses.words import kind_and_name, street_key, street_words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("AV. du Gal de Gaulle", "Avenue du Général de Gaulle"),
        ("Bd St-Michel", "boulevard saint michel"),
        ("r du 11 novembre 1918", "Rue du Onze Novembre 1918"),
        ("Rue du dix-neuf mars 1962", "rue du 19 mars 1962"),
        ("Rue du 1er Mai", "rue du premier mai"),
        ("r du dix huit juin 1940", "Rue du 18 Juin 1940"),
        ("gal de gaulle", "Général de Gaulle"),
        ("Allees de Tourny", "all de Tourny"),
        ("rd pt des Champs", "Rond-Point des Champs"),
        ("Pl de la République", "PLACE DE LA REPUBLIQUE"),
        ("imp des Acacias", "Impasse des Acacias"),
        ("Rte de Meaux", "route de meaux"),
        ("Fg Saint-Antoine", "Faubourg St Antoine"),
        ("R Dr Roux", "Rue du Docteur Roux"),
        ("Rue de l’Église", "rue de l'eglise"),
    ],
)
def test_two_spellings_of_a_street_have_one_key(one: str, other: str) -> None:
    assert street_key(one) == street_key(other)


@pytest.mark.parametrize(
    ("street", "kind", "name"),
    [
        ("Rue Foch", "rue", ("foch",)),
        ("Rond-Point des Champs", "rond point", ("champs",)),
        ("Le Mail", None, ("mail",)),
        ("Le Bourg", None, ("bourg",)),
        ("Grande Rue", None, ("grande", "rue")),
        ("R. Victor Hugo", "rue", ("victor", "hugo")),
    ],
)
def test_the_kind_of_way_is_cut_from_its_name(
    street: str, kind: str | None, name: tuple[str, ...]
) -> None:
    assert kind_and_name(street_words(street)) == (kind, name)


@given(st.text(max_size=60))
def test_any_text_has_a_key_of_plain_words(text: str) -> None:
    words = street_words(text)
    assert all(word.isascii() and word.isalnum() for word in words)
    assert street_key(text) == " ".join(words)
