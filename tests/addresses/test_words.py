"""Two spellings of one street have one key."""

import pytest
from hypothesis import given, settings
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
        ("rue François 1er", "Rue François Ier"),
        ("avenue henri 4", "Avenue Henri IV"),
        ("bd louis 14", "Boulevard Louis XIV"),
        ("place jean 23", "Place Jean XXIII"),
        ("rue charles v", "Rue Charles 5"),
        ("rue du 2e dragons", "Rue du 2ème Dragons"),
        ("rue du 2nd empire", "Rue du Second Empire"),
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


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_has_a_key_of_plain_words(text: str) -> None:
    words = street_words(text)
    assert all(word.isascii() and word.isalnum() for word in words)
    assert street_key(text) == " ".join(words)


@pytest.mark.parametrize(
    ("text", "is_unfinished", "key"),
    [
        ("rue Vi", False, "rue vi"),
        ("Le Mail", False, "mail"),
        ("Rue X", False, "rue x"),
        ("rue Ivan IV", False, "rue ivan 4"),
        ("rue jean vi", True, "rue jean vi"),
        ("rue henri iv", True, "rue henri 4"),
        ("rue francois 1er", True, "rue francois 1"),
    ],
)
def test_a_roman_numeral_is_a_number_only_after_a_name(
    text: str, is_unfinished: bool, key: str
) -> None:
    assert " ".join(street_words(text, is_unfinished=is_unfinished)) == key
