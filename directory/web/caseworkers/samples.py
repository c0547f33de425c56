"""Invented results for the page of components: every state, long names, missing facts."""

import copy
from datetime import UTC, datetime
from typing import Any

from directory.accounts.permissions import Role, User
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


#: What the card of each sample changes: (state, sentence, metres, changes by part of the card).
_SAMPLES: tuple[tuple[str, str, float | None, dict[str, Any]], ...] = (
    ("open", "Ouvert jusqu'à 12:30", 642.4, {}),
    ("closed", "Fermé, ouvre mardi à 14:00", 3_480.0, {
        "service": {
            "name": "Point Conseil Budget du centre communal d'action sociale de Villeneuve",
            "category": "point-conseil-budget",
        },
        "conditions": {"audiences": [], "access": ["appointment", "referral"], "documents": [
            {"code": "debts-list", "text": "les courriers des créanciers"}]},
    }),
    ("by_appointment", "Sur rendez-vous", 12_700.0, {
        "service": {"name": "Parler, seul ou avec ses parents", "category": "paej"},
        "conditions": {"audiences": ["jeunes"], "minimum_age": 12, "maximum_age": 25,
                       "welcome": "exclusive"},
        "phones": [],
    }),
    ("unknown", "Horaires non connus : appelez avant de venir", 950.0, {
        "service": {"name": "Écoute et mise à l'abri", "category": "victimes-de-violences"},
        "location": {"privacy": "hidden", "address": None, "precision": "municipality"},
        "conditions": {"audiences": ["femmes"], "documents": [{"code": "none", "text": None}]},
    }),
    ("temporarily_closed", "Fermé jusqu'au 3 septembre inclus. Ouvre le 4 à 9:00.", None, {
        "service": {"name": "Camion douche", "category": "douche"},
        "verified_at": None,
        "to_verify": True,
        "is_home_base": True,
        "notice": "Appelez la veille pour connaître la place du jour.",
        "capacity": {"status": "waitlist", "declared_at": "2026-11-17T09:00:00+01:00",
                     "expires_at": "2026-12-17T09:00:00+01:00"},
    }),
)  # fmt: skip


#: Somebody with the longest bar: she looks after her team and after a territory.
MEMBER = User(
    account_id=0,
    login_id=0,
    name="Awa Diop",
    email="awa.diop@exemple.fr",
    organization_id=0,
    organization_name="Centre communal d'action sociale de Villeneuve",
    role=Role.MANAGER,
    departements=("93",),
)


def samples() -> list[Result]:
    """Return one result for each thing a card must be able to say."""
    return [_sample(number, *sample) for number, sample in enumerate(_SAMPLES, start=1)]


def _sample(
    id: int, state: str, text: str, distance_m: float | None, changes: dict[str, Any]
) -> Result:
    card = copy.deepcopy(_CARD)
    for part, value in changes.items():
        card[part] = card[part] | value if isinstance(card[part], dict) else value
    return result(
        id=id,
        card=card,
        state=state,
        opening_text=text,
        distance_m=distance_m,
        at=datetime(2026, 11, 20, 9, tzinfo=UTC),
    )
