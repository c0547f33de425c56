"""Invented conditions of access and areas served, in shares like those of real directories."""

import random
from dataclasses import dataclass
from typing import Any

from directory.listings.conditions import Conditions
from directory.listings.vocabulary import AUDIENCES, KINDS, Kind
from directory.territories import Commune

#: Kinds by how often they are found; those not named count for 8.
_WEIGHTS = {
    "aide-alimentaire": 30,
    "colis": 45,
    "repas": 25,
    "acces-aux-droits": 70,
    "insertion-emploi": 70,
    "mediation-numerique": 45,
    "premier-accueil-social": 40,
    "hebergement-logement": 40,
    "sante": 30,
    "soutien-parentalite": 30,
    "mobilite": 25,
    "france-services": 12,
    "domiciliation": 20,
    "frigo-solidaire": 0.3,
    "cuisine-partagee": 0.6,
    "coffre-fort-numerique": 0.8,
    "autre": 25,
}

CATEGORY_WEIGHTS = tuple(_WEIGHTS.get(kind.code, 8.0) for kind in KINDS)

#: The rarest kind, that most searches in the country find nowhere near.
RAREST = "frigo-solidaire"


@dataclass(frozen=True, slots=True)
class Terms:
    """Conditions as stored, and whether the service has no place of its own."""

    conditions: dict[str, Any]
    is_without_place: bool


def draw_terms(chance: random.Random, kind: Kind) -> Terms:
    """Draw the conditions of a service; most say little, as most listings do."""
    is_remote = chance.random() < (0.5 if kind.code == "siao-115" else 0.05)
    said: dict[str, Any] = {
        "welcome": chance.choices(
            (None, "unconditional", "preferential", "exclusive"), weights=(5, 3, 1, 1)
        )[0],
        "audiences": chance.sample(list(AUDIENCES), chance.choices((0, 1, 3), (6, 2, 2))[0]),
        "access": chance.choices(
            ((), ("walk-in",), ("appointment",), ("walk-in", "appointment"), ("referral",)),
            weights=(3, 4, 3, 1, 1),
        )[0],
        "cost": chance.choices(
            (None, {"kind": "free"}, {"kind": "participation", "text": "1 à 2 €"}),
            weights=(4, 5, 1),
        )[0],
        "documents": [{"code": code} for code in chance.choice(_PAPERS)],
        "languages": chance.choices(_LANGUAGES, weights=(10, 4, 3, 2, 1))[0],
        "modes": ("remote", "on-site")[: chance.randint(1, 2)] if is_remote else ("on-site",),
        "animals": chance.choices((None, True, False), weights=(8, 1, 1))[0],
    }
    if chance.random() < 0.12:
        said |= chance.choice(_AGES)
    conditions = Conditions.model_validate(said).to_json()
    return Terms(conditions, is_without_place=is_remote and "on-site" not in said["modes"])


def draw_areas(chance: random.Random, commune: Commune) -> list[str]:
    """Draw the codes of the areas served, for four services in ten; the others do not say."""
    width = chance.choices(list(_WIDTHS), weights=list(_WIDTHS.values()))[0]
    return [code for code in commune.areas if code.split(":")[0] == width]


_WIDTHS = {
    "": 60.0,
    "commune": 14.0,
    "epci": 7.0,
    "departement": 16.0,
    "region": 2.0,
    "france": 1.0,
}
_PAPERS = ((), (), (), ("identity",), ("identity", "income-proof"), ("caf-number",), ("none",))
_LANGUAGES = ((), ("fr",), ("fr", "en"), ("fr", "ar"), ("fr", "en", "ar", "ru", "fsl"))
_AGES: tuple[dict[str, int], ...] = (
    {"minimum_age": 18},
    {"minimum_age": 12, "maximum_age": 25},
    {"minimum_age": 16, "maximum_age": 25},
    {"minimum_age": 60},
    {"maximum_age": 3},
)
