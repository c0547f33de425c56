"""The four facts of a card: what is said, and nothing that nobody said."""

from typing import Any

import pytest

from directory.web.caseworkers.facts import facts


@pytest.mark.parametrize(
    ("conditions", "said"),
    [
        ({}, ["Ouvert à tous"]),
        ({"audience_text": "les habitants du quartier"}, [""]),
        ({"audience_text": "tous", "welcome": "unconditional"}, ["Ouvert à tous"]),
        ({"audiences": ["femmes"]}, ["Femmes"]),
        ({"audiences": ["femmes", "familles"]}, ["Femmes et familles"]),
        (
            {"audiences": ["femmes", "familles", "seniors", "jeunes", "couples"]},
            ["Femmes, familles, personnes âgées et 2 autres"],
        ),
        ({"audiences": ["femmes"], "welcome": "exclusive"}, ["Réservé : Femmes"]),
        ({"audiences": ["femmes"], "welcome": "preferential"}, ["En priorité : Femmes"]),
        ({"minimum_age": 12, "maximum_age": 25}, ["Public : de 12 à 25 ans"]),
        ({"minimum_age": 18}, ["Public : à partir de 18 ans"]),
        ({"maximum_age": 0}, ["Public : jusqu'à 0 ans"]),
        (
            {"audiences": ["jeunes"], "minimum_age": 16, "maximum_age": 25},
            ["Jeunes (de 16 à 25 ans)"],
        ),
        ({"cost": {"kind": "free", "text": None}}, ["Ouvert à tous", "Gratuit"]),
        (
            {"access": ["walk-in", "appointment"]},
            ["Ouvert à tous", "Sans rendez-vous ou sur rendez-vous"],
        ),
        (
            {"documents": [{"code": "none", "text": None}]},
            ["Ouvert à tous", "Aucun papier demandé"],
        ),
        (
            {"documents": [{"code": "identity", "text": None}, {"code": "other", "text": "RIB"}]},
            ["Ouvert à tous", "Pièce d'identité"],
        ),
    ],
)
def test_what_is_known_is_said_and_nothing_else(
    conditions: dict[str, Any], said: list[str]
) -> None:
    assert [fact.text for fact in facts(conditions)] == said


def test_the_place_of_a_service_names_every_audience() -> None:
    (who,) = facts({"audiences": ["femmes", "familles", "seniors", "jeunes"]}, most=None)
    assert who.text == "Femmes, familles, personnes âgées et jeunes"


def test_the_own_words_of_a_place_stay_apart_from_ours() -> None:
    facts_ = facts({"cost": {"kind": "participation", "text": "2 euros par repas"}})
    assert facts_[1].source_text == "2 euros par repas"
    assert "2 euros" not in facts_[1].text


def test_only_the_own_words_of_a_place_stand_alone_under_their_heading() -> None:
    (who, papers) = facts(
        {
            "audience_text": "les habitants du quartier",
            "documents": [{"code": "other", "text": "Le courrier reçu"}],
        }
    )
    assert (who.text, who.source_text) == ("", "les habitants du quartier")
    assert (papers.text, papers.source_text) == ("", "Le courrier reçu")
    assert who.is_heading_seen
    assert papers.is_heading_seen
