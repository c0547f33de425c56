"""A street is accepted for what people mistype, and left to a person for what might be another."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.addresses.scoring import score
from directory.addresses.words import street_words
from directory.geocoding.trust import ACCEPTED_SCORE, REVIEW_SCORE

ACCEPTED = [
    ("avenue du general de gaulle", "Avenue du Général de Gaulle"),
    ("av gal de gaule", "Avenue du Général de Gaulle"),
    ("avenue de gaulle", "Avenue du Général de Gaulle"),
    ("de gaulle general avenue", "Avenue du Général de Gaulle"),
    ("rue hugo", "Rue Victor Hugo"),
    ("r. v. hugo", "Rue Victor Hugo"),
    ("victor hugo", "Rue Victor Hugo"),
    ("rue lafayette", "Rue La Fayette"),
    ("rue la fayette", "Rue Lafayette"),
    ("rue fcoh", "Rue Foch"),
    ("ue de verdun", "Rue de Verdun"),
    ("alle edes iris", "Allée des Iris"),
    ("rue du docteur roux", "Rue Roux"),
    ("rue roux", "Rue du Docteur Roux"),
    ("grande rue", "Grande Rue"),
    ("chemin du moulin a vent", "Chemin du Moulin à Vent"),
    ("avenue de verdun sud", "Avenue de Verdun"),
    ("rue du 8 mai 45", "Rue du 8 Mai 1945"),
    ("rue du 8 mai", "Rue du 8 Mai 1945"),
    ("lotisement les pins 2", "Lotissement Les Pins 2"),
]
TO_REVIEW = [
    ("rue du 8 mai 1945", "Rue du 8 Mai 1954"),
    ("avenue pasteur", "Rue Pasteur"),
    ("rue de verdun pavillons", "Rue de Verdun"),
    ("rue marie louise bert", "Rue Marie Louise Foch"),
]
REFUSED = [
    ("rue du bac", "Rue du Lac"),
    ("rue pasteur", "Rue de Verdun"),
    ("rue du 8 mai 1945", "Rue du 11 Novembre 1918"),
    ("rue 12", "Rue 14"),
    ("rue du 1er mai", "Rue du 8 Mai"),
    ("route departementale 920", "Route Départementale 922"),
    ("route d920", "Route D922"),
    ("lotissement les pins 2", "Lotissement Les Pins 3"),
    ("", "Rue Foch"),
    ("rue du docteur jean roux", "Rue du Docteur Jean Kahn"),
    ("rue de la", "Rue du Midi"),
    ("square", "Square Foch"),
    ("place", "Place de la Gare"),
]


def scored(typed: str, street: str) -> float:
    return score(street_words(typed), street_words(street))


@pytest.mark.parametrize(("typed", "street"), ACCEPTED)
def test_what_means_this_street_is_accepted(typed: str, street: str) -> None:
    assert scored(typed, street) >= ACCEPTED_SCORE


@pytest.mark.parametrize(("typed", "street"), TO_REVIEW)
def test_what_may_mean_another_street_is_left_to_a_person(typed: str, street: str) -> None:
    assert REVIEW_SCORE <= scored(typed, street) < ACCEPTED_SCORE


@pytest.mark.parametrize(("typed", "street"), REFUSED)
def test_another_street_is_refused(typed: str, street: str) -> None:
    assert scored(typed, street) < REVIEW_SCORE


def test_a_beginning_counts_only_while_it_is_typed() -> None:
    typed, street = street_words("av gal de ga"), street_words("Avenue du Général de Gaulle")
    assert score(typed, street, is_unfinished=True) >= ACCEPTED_SCORE > score(typed, street)


words = st.lists(st.text("abcdefghij", min_size=1, max_size=9), max_size=5).map(tuple)


@settings(deadline=None)
@given(words, words, st.booleans())
def test_a_score_lies_between_0_and_1_and_only_the_name_itself_has_1(
    typed: tuple[str, ...], street: tuple[str, ...], is_unfinished: bool
) -> None:
    found = score(typed, street, is_unfinished=is_unfinished)
    assert 0 <= found <= 1
    assert (found == 1) == (typed == street)
