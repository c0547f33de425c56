"""What only one kind of help has: a schema for each, with its version and labels.

The fields every service shares (audiences, cost, papers, agreements with their dates…) live in
`conditions.py`, credentials and tours; only what is left stands here. Numbers that the law may
change are values of a listing, never constants.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


def _(text: str) -> str:
    """Mark a label for translation; it is translated when shown."""
    return text


Words = Annotated[str, Field(min_length=1, max_length=300)]
Part = Literal[
    "douche",
    "laverie",
    "bagagerie",
    "toilettes",
    "repos",
    "recharge-telephone",
    "wifi",
    "coffre-fort-numerique",
    "infirmerie",
    "coiffeur",
    "vestiaire",
    "repas",
    "courrier",
]

#: Value -> label, of the values that are not kinds of help themselves.
CHOICES: dict[str, str] = {
    "petit-dejeuner": _("petit-déjeuner"),
    "dejeuner": _("déjeuner"),
    "diner": _("dîner"),
    "collation": _("collation"),
    "indoors": _("à l'intérieur"),
    "outdoors": _("à l'extérieur"),
    "take-away": _("à emporter"),
    "delivery": _("livré à domicile"),
    "free": _("libre"),
    "accompanied": _("accompagné"),
    "none": _("aucun"),
    "halal": _("halal"),
    "casher": _("casher"),
    "vegetarien": _("végétarien"),
    "vegan": _("végan"),
    "sans-gluten": _("sans gluten"),
    "sans-porc": _("sans porc"),
    "nationale": _("nationale"),
    "regionale": _("régionale"),
    "de-droit": _("de droit (CCAS, CIAS)"),
    "ccas": _("CCAS"),
    "cias": _("CIAS"),
    "association-agreee": _("association agréée"),
    "sejour": _("séjour dans la commune"),
    "activite-professionnelle": _("activité professionnelle"),
    "suivi-social": _("suivi social"),
    "suivi-medical": _("suivi médical"),
    "famille": _("liens familiaux"),
    "enfant-scolarise": _("enfant scolarisé"),
    "mds": _("maison des solidarités"),
    "edas": _("espace départemental d'action sociale"),
    "france-services": _("France Services"),
    "autre": _("autre"),
    "generale": _("généraliste"),
    "dentaire": _("dentaire"),
    "psychiatrique": _("psychiatrique"),
    "dermatologique": _("dermatologique"),
    "mobile": _("mobile"),
    "courrier": _("courrier"),
}


class Attributes(BaseModel):
    """What every schema shares. None and empty mean unsaid."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    version: Literal[1] = 1


class FoodAid(Attributes):
    """Food aid, on the spot or on a round. The end of the habilitation is its credential's."""

    meals: list[Literal["petit-dejeuner", "dejeuner", "diner", "collation"]] = Field(
        default=[], title=_("Repas servis")
    )
    served: list[Literal["indoors", "outdoors", "take-away", "delivery"]] = Field(
        default=[], title=_("Où l'on mange")
    )
    choice: Literal["free", "accompanied", "none"] | None = Field(
        default=None, title=_("Choix des produits")
    )
    diets: list[Literal["halal", "casher", "vegetarien", "vegan", "sans-gluten", "sans-porc"]] = (
        Field(default=[], title=_("Régimes possibles"))
    )
    participation_price: Words | None = Field(default=None, title=_("Participation"))
    social_assessment_required: bool | None = Field(
        default=None, title=_("Évaluation sociale avant la première visite")
    )
    registration_window: Words | None = Field(default=None, title=_("Inscriptions"))
    habilitation: Literal["nationale", "regionale", "de-droit"] | None = Field(
        default=None, title=_("Habilitation à l'aide alimentaire")
    )


class BudgetAdvice(Attributes):
    """A Point Conseil Budget. The two levels date from the trial of 2016; most have none."""

    label_year: int | None = Field(default=None, ge=2016, le=2100, title=_("Année du label"))
    level: Literal[1, 2] | None = Field(default=None, title=_("Niveau"))
    creditor_mediation: bool | None = Field(default=None, title=_("Médiation avec les créanciers"))
    host_body: Words | None = Field(default=None, title=_("Structure qui accueille"))


class Domiciliation(Attributes):
    """A legal postal address. The agreement itself, with its end, is a credential."""

    body: Literal["ccas", "cias", "association-agreee"] | None = Field(
        default=None, title=_("Organisme")
    )
    public_served: Words | None = Field(default=None, title=_("Public de l'agrément"))
    maximum_number: int | None = Field(
        default=None, ge=0, le=1_000_000, title=_("Nombre maximum de domiciliations")
    )
    link_criteria: list[
        Literal[
            "sejour",
            "activite-professionnelle",
            "suivi-social",
            "suivi-medical",
            "famille",
            "enfant-scolarise",
        ]
    ] = Field(default=[], title=_("Lien avec la commune"))
    interview_required: bool | None = Field(default=None, title=_("Entretien"))
    answer_days: int | None = Field(default=None, ge=0, le=366, title=_("Jours avant la réponse"))
    valid_months: int | None = Field(default=None, ge=1, le=60, title=_("Mois de validité"))
    absence_months: int | None = Field(
        default=None, ge=1, le=60, title=_("Mois sans se manifester avant la fin")
    )
    asylum_seekers: bool | None = Field(default=None, title=_("Demandeurs d'asile"))


class YouthListening(Attributes):
    """A Point Accueil Écoute Jeunes; ages and appointment are conditions."""

    parents_welcome: bool | None = Field(default=None, title=_("Parents accueillis"))
    anonymous: bool | None = Field(default=None, title=_("Anonyme"))
    antennas: Words | None = Field(default=None, title=_("Antennes"))
    school_sessions: Words | None = Field(default=None, title=_("Dans les établissements"))


class DayCentre(Attributes):
    """A day centre. Its parts are services of their own; `parts` only announces them."""

    parts: list[Part] = Field(default=[], title=_("Sur place"))
    places: int | None = Field(default=None, ge=0, le=10_000, title=_("Nombre de places"))
    women_only_times: Words | None = Field(default=None, title=_("Créneaux réservés aux femmes"))


class DayCentrePart(Attributes):
    """A shower, a laundry, a resting place…"""

    places: int | None = Field(default=None, ge=0, le=10_000, title=_("Nombre de places"))
    women_only_times: Words | None = Field(default=None, title=_("Créneaux réservés aux femmes"))


class LuggageStorage(Attributes):
    """Where one may leave one's things."""

    places: int | None = Field(default=None, ge=0, le=10_000, title=_("Nombre de places"))
    size: Words | None = Field(default=None, title=_("Taille admise"))
    maximum_days: int | None = Field(
        default=None, ge=1, le=3660, title=_("Durée maximale en jours")
    )


class FirstSocialWelcome(Attributes):
    """A first social welcome; whether it is unconditional is a condition."""

    network: Literal["ccas", "cias", "mds", "edas", "france-services", "autre"] | None = Field(
        default=None, title=_("Réseau")
    )
    counts_for_indicator: bool | None = Field(
        default=None, title=_("Compte pour l'accueil à moins de 30 minutes")
    )


class HospitalAccess(Attributes):
    """A hospital's access to care for people without cover."""

    kind: Literal["generale", "dentaire", "psychiatrique", "dermatologique", "mobile"] | None = (
        Field(default=None, title=_("Type de PASS"))
    )
    hospital: Words | None = Field(default=None, title=_("Hôpital"))
    social_worker_present: bool | None = Field(
        default=None, title=_("Assistant de service social présent")
    )


class EmergencyShelterLine(Attributes):
    """The 115 and its channel for professionals; its scope as areas is the service's own."""

    departements: list[Annotated[str, Field(pattern=r"^(\d{2,3}|2[AB])$")]] = Field(
        default=[], title=_("Départements")
    )
    professional_application: Words | None = Field(
        default=None, title=_("Demande par un professionnel")
    )


#: Kind of help -> its schema. A kind that is missing here has no fields of its own.
SCHEMAS: dict[str, type[Attributes]] = {
    **dict.fromkeys(
        (
            "aide-alimentaire",
            "colis",
            "repas",
            "epicerie-solidaire",
            "bons",
            "colis-bebe",
            "frigo-solidaire",
            "cuisine-partagee",
            "aide-alimentaire-itinerante",
        ),
        FoodAid,
    ),
    "point-conseil-budget": BudgetAdvice,
    "domiciliation": Domiciliation,
    "paej": YouthListening,
    "accueil-de-jour": DayCentre,
    **dict.fromkeys(("douche", "laverie", "toilettes", "repos"), DayCentrePart),
    "bagagerie": LuggageStorage,
    "premier-accueil-social": FirstSocialWelcome,
    "pass": HospitalAccess,
    "siao-115": EmergencyShelterLine,
}
