"""Invented results for the page of components: every state, long names, missing facts."""

import copy
from datetime import UTC, datetime
from typing import Any

from directory.web.caseworkers.results import Result, result

_CARD: dict[str, Any] = {
    "service": {
        "id": 1,
        "name": "Distribution de colis alimentaires",
        "category": "colis",
        "description": "Un colis par foyer et par semaine.",
    },
    "organization": {"id": 1, "name": "Association Exemple"},
    "location": {
        "id": 1,
        "name": None,
        "address": "10 rue de la République",
        "postal_code": "93140",
        "city": "Bondy",
        "insee_code": "93010",
        "latitude": 48.9022,
        "longitude": 2.4828,
        "precision": "housenumber",
        "privacy": "public",
    },
    "conditions": {
        "welcome": None,
        "audiences": ["familles", "femmes-enceintes"],
        "minimum_age": None,
        "maximum_age": None,
        "access": ["walk-in"],
        "cost": {"kind": "free", "text": None},
        "documents": [{"code": "identity", "text": None}, {"code": "caf-number", "text": None}],
        "languages": ["fr", "ar"],
    },
    "phones": [
        {"number": "+33148000000", "display": "01 48 00 00 00", "uri": "tel:+33148000000",
         "label": "Accueil"}
    ],
    "verified_at": "2026-09-03T09:00:00+02:00",
    "to_verify": False,
    "source": {"name": "Exemple", "dated_on": None, "licence": None},
    "demonstration": True,
    "notice": None,
    "is_home_base": False,
    "capacity": None,
}  # fmt: skip


def samples() -> list[Result]:
    """Return one result for each thing a card must be able to say."""
    return [
        _sample(1, "open", "Ouvert jusqu'à 12:30", 642.4),
        _sample(
            2,
            "closed",
            "Fermé, ouvre mardi à 14:00",
            3_480.0,
            name="Point Conseil Budget du centre communal d'action sociale de Villeneuve-le-Roi",
            category="point-conseil-budget",
            conditions={
                "audiences": [],
                "access": ["appointment", "referral"],
                "documents": [{"code": "debts-list", "text": "les courriers des créanciers"}],
            },
        ),  # fmt: skip
        _sample(
            3,
            "by_appointment",
            "Sur rendez-vous",
            12_700.0,
            category="paej",
            conditions={
                "audiences": ["jeunes"],
                "minimum_age": 12,
                "maximum_age": 25,
                "welcome": "exclusive",
            },
            phones=[],
        ),  # fmt: skip
        _sample(
            4,
            "unknown",
            "Horaires non connus : appelez avant de venir",
            950.0,
            category="victimes-de-violences",
            location={"privacy": "hidden", "address": None},
            conditions={"audiences": ["femmes"], "documents": [{"code": "none", "text": None}]},
        ),
        _sample(
            5,
            "temporarily_closed",
            "Fermé jusqu'au 3 septembre inclus. Ouvre le mercredi 4 septembre à 9:00.",
            None,
            verified_at=None,
            to_verify=True,
            is_home_base=True,
            notice="Camion : ne pas s'y rendre sans appeler.",
        ),
    ]


def _sample(
    id: int,
    state: str,
    text: str,
    distance_m: float | None,
    *,
    name: str | None = None,
    category: str | None = None,
    **changed: Any,
) -> Result:
    card = copy.deepcopy(_CARD)
    if name:
        card["service"]["name"] = name
    if category:
        card["service"]["category"] = category
    for part, value in changed.items():
        card[part] = card[part] | value if isinstance(value, dict) else value
    return result(
        id=id,
        card=card,
        state=state,
        opening_text=text,
        distance_m=distance_m,
        at=datetime(2026, 11, 20, 9, tzinfo=UTC),
    )
