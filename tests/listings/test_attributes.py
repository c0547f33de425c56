"""What only one kind of help has: checked, refused with a remedy, shown in French."""

from typing import Any

import pytest

from directory.errors import InvalidInput
from directory.listings.attribute_schemas import CHOICES, SCHEMAS
from directory.listings.attributes import attribute_lines, literals, validated
from directory.listings.vocabulary import BY_CODE


def test_nothing_said_stays_nothing() -> None:
    assert validated("colis", {}) == {}
    assert validated("mobilite", {}) == {}
    assert validated("colis", {"meals": [], "choice": None}) == {}


def test_what_was_said_is_stored_with_its_version() -> None:
    said = {"level": 1, "creditor_mediation": False, "label_year": 2019}
    assert validated("point-conseil-budget", said) == said | {"version": 1}


def test_what_is_stored_is_accepted_again() -> None:
    stored = validated("pass", {"kind": "dentaire", "social_worker_present": True})
    assert validated("pass", stored) == stored


@pytest.mark.parametrize(
    ("category", "attributes", "field", "remedy"),
    [
        ("colis", {"menu": "riz"}, "attributes.menu", "meals, served"),
        ("mobilite", {"menu": "riz"}, "attributes.menu", "Champs possibles : –."),
        ("colis", {"meals": ["goûter"]}, "attributes.meals.0", "petit-dejeuner, dejeuner"),
        ("colis", {"choice": "libre"}, "attributes.choice", "free, accompanied, none"),
        ("point-conseil-budget", {"level": 3}, "attributes.level", "1, 2"),
        ("point-conseil-budget", {"label_year": 1990}, "attributes.label_year", "2016"),
        ("point-conseil-budget", {"host_body": "x" * 301}, "attributes.host_body", "300"),
        ("point-conseil-budget", {"host_body": ""}, "attributes.host_body", "non vide"),
        ("bagagerie", {"maximum_days": "trois"}, "attributes.maximum_days", "entier"),
        ("bagagerie", {"maximum_days": 99999}, "attributes.maximum_days", "3660"),
        ("paej", {"anonymous": "oui"}, "attributes.anonymous", "vrai ou faux"),
        ("accueil-de-jour", {"parts": "douche"}, "attributes.parts", "douche, laverie"),
        ("siao-115", {"departements": ["93", "neuf"]}, "attributes.departements.1", "court"),
        ("colis", {"version": 2, "choice": "free"}, "attributes.version", "1"),
    ],
)
def test_what_does_not_fit_is_refused_by_name_with_a_remedy(
    category: str, attributes: dict[str, Any], field: str, remedy: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        validated(category, attributes)
    assert refusal.value.field == field
    assert remedy in (refusal.value.remedy or "")


def test_the_place_page_shows_labels_in_the_order_of_the_schema() -> None:
    attributes = validated(
        "accueil-de-jour", {"women_only_times": "Le mardi", "parts": ["douche", "courrier"]}
    )
    assert attribute_lines("accueil-de-jour", attributes) == [
        ("Sur place", "Douche, courrier"),
        ("Créneaux réservés aux femmes", "Le mardi"),
    ]
    assert attribute_lines("paej", {"anonymous": True, "version": 1}) == [("Anonyme", "oui")]
    assert attribute_lines("mobilite", {}) == []


def test_what_somebody_wrote_freely_is_shown_as_written() -> None:
    lines = attribute_lines("point-conseil-budget", {"host_body": "ccas", "level": 2})
    assert lines == [("Niveau", "2"), ("Structure qui accueille", "ccas")]


def test_every_schema_belongs_to_a_kind_and_every_word_has_a_label() -> None:
    assert set(SCHEMAS) <= set(BY_CODE)
    for schema in SCHEMAS.values():
        for name, field in schema.model_fields.items():
            if name == "version":
                continue
            assert field.title, name
            for word in literals(field.annotation):
                assert word in CHOICES or word in BY_CODE or word.isdigit(), word
