"""The conditions and papers of a service, as lines to tick, by a table of cases."""

from typing import Any

import pytest

from directory.referrals.consent import CONSENT_VERSION, consent_languages, consent_text
from directory.referrals.terms import (
    condition_label,
    conditions_of,
    document_label,
    documents_of,
)


def area_label(code: str) -> str | None:
    """Know one area."""
    return {"commune:93010": "Bondy (93)"}.get(code)


@pytest.mark.parametrize(
    ("card", "lines"),
    [
        ({}, []),
        ({"conditions": {}, "areas": ["france:FR"]}, []),
        (
            {"conditions": {"audiences": ["familles"], "minimum_age": 18, "maximum_age": 25}},
            [
                ("audience:familles", "Public : Familles"),
                ("minimum_age:18", "A au moins 18 ans"),
                ("maximum_age:25", "A 25 ans au plus"),
            ],
        ),
        ({"conditions": {"minimum_age": 0}}, [("minimum_age:0", "A au moins 0 ans")]),
        (
            {"areas": ["commune:93010", "commune:00000"]},
            [
                ("area:commune:93010", "Vit dans le territoire : Bondy (93)"),
                ("area:commune:00000", "Vit dans le territoire : commune:00000"),
            ],
        ),
        (
            {"areas": [f"commune:9300{number}" for number in range(6)]},
            [("area:served", "Vit dans le territoire desservi")],
        ),
        (
            {"conditions": {"access": ["referral", "appointment"]}},
            [("access:referral", "Sur orientation d'un professionnel")],
        ),
        (
            {"conditions": {"audience_text": "Sur critères"}},
            [("audience_text", "Les mots du service")],
        ),
    ],
)
def test_what_a_service_asks_is_told_line_by_line(
    card: dict[str, Any], lines: list[tuple[str, str]]
) -> None:
    found = conditions_of(card, area_label)

    assert [(term.code, term.label) for term in found] == lines
    # Years later the code alone must tell the same.
    assert [condition_label(term.code, area_label) for term in found] == [text for _, text in lines]


def test_papers_are_told_and_none_is_no_line() -> None:
    papers = [{"code": "none"}, {"code": "identity", "text": "ou récépissé"}, {"code": "other"}]
    found = documents_of({"conditions": {"documents": papers}})

    assert [(term.code, term.label, term.source_text) for term in found] == [
        ("identity", "Pièce d'identité", "ou récépissé"),
        ("other", "Autre document", None),
    ]


def test_an_unknown_code_stays_as_it_is() -> None:
    assert condition_label("phase:lune", area_label) == "phase:lune"
    assert document_label("parchemin") == "parchemin"


@pytest.mark.parametrize("asked", ["fr", "ar", "", "xx", "ar-XB"])
def test_the_text_of_the_consent_says_what_it_is_and_in_which_language(asked: str) -> None:
    text = consent_text(
        asked, service="Colis du mardi", organization="Entraide", contact_kept_days=90
    )

    assert text.version == CONSENT_VERSION
    assert len(text.lines) >= 6
    assert all("%(" not in line for line in (*text.lines, text.redirection))
    if asked != "ar-XB":
        assert text.language in consent_languages()
        assert "Colis du mardi" in text.lines[0]
        assert any("90" in line for line in text.lines)
