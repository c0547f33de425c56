"""By which codes other systems name our kinds of help, with their own spellings.

HSDS fixes no list of kinds: an export's `taxonomy_term.code` is our own code, so it has no row.
A code that means several of our kinds has one row for each; reading it takes the first.
"""

#: (system, code) -> our kinds.
CROSSWALK: dict[tuple[str, str], tuple[str, ...]] = {
    # Soliguide's `category` of a service, as its API spells it.
    ("soliguide", "food_packages"): ("colis",),
    ("soliguide", "food_distribution"): ("repas",),
    ("soliguide", "seated_catering"): ("repas",),
    ("soliguide", "social_grocery_stores"): ("epicerie-solidaire",),
    ("soliguide", "food_voucher"): ("bons",),
    ("soliguide", "baby_parcel"): ("colis-bebe",),
    ("soliguide", "solidarity_fridge"): ("frigo-solidaire",),
    ("soliguide", "shared_kitchen"): ("cuisine-partagee",),
    ("soliguide", "budget_advice"): ("point-conseil-budget",),
    ("soliguide", "domiciliation"): ("domiciliation",),
    ("soliguide", "day_hosting"): ("accueil-de-jour",),
    ("soliguide", "shower"): ("douche",),
    ("soliguide", "laundry"): ("laverie",),
    ("soliguide", "luggage_storage"): ("bagagerie",),
    ("soliguide", "toilets"): ("toilettes",),
    ("soliguide", "electrical_outlets_available"): ("recharge-telephone",),
    ("soliguide", "information_point"): ("acces-aux-droits",),
    ("soliguide", "social_accompaniment"): ("premier-accueil-social",),
    ("soliguide", "emergency_accommodation"): ("hebergement-logement",),
    ("soliguide", "accomodation_and_housing"): ("hebergement-logement",),
    ("soliguide", "health_coverage"): ("sante",),
    ("soliguide", "animal_assitance"): ("animaux",),
    # data·inclusion, schema v1: thematics.
    ("data-inclusion", "equipement-et-alimentation--alimentation"): ("aide-alimentaire",),
    ("data-inclusion", "equipement-et-alimentation--habillement"): ("vestiaire",),
    ("data-inclusion", "difficultes-financieres--situation-dendettement-surendettement"): (
        "point-conseil-budget",
    ),
    ("data-inclusion", "difficultes-financieres--ameliorer-sa-gestion-budgetaire"): (
        "point-conseil-budget",
    ),
    ("data-inclusion", "difficultes-financieres--acquerir-une-autonomie-budgetaire"): (
        "point-conseil-budget",
    ),
    (
        "data-inclusion",
        "difficultes-administratives-ou-juridiques--accompagnement-pour-lacces-aux-droits",
    ): ("acces-aux-droits",),
    ("data-inclusion", "famille--soutien-a-la-parentalite-et-a-leducation"): (
        "soutien-parentalite",
    ),
    ("data-inclusion", "famille--garde-denfants"): ("soutien-parentalite",),
    ("data-inclusion", "famille--surmonter-conflits-separation-violence"): (
        "victimes-de-violences",
    ),
    (
        "data-inclusion",
        "logement-hebergement--rechercher-une-solution-dhebergement-temporaire",
    ): ("hebergement-logement",),
    ("data-inclusion", "logement-hebergement--se-maintenir-dans-le-logement"): (
        "hebergement-logement",
    ),
    ("data-inclusion", "logement-hebergement--reduire-les-impayes-de-loyer"): (
        "hebergement-logement",
        "point-conseil-budget",
    ),
    ("data-inclusion", "mobilite--acceder-a-un-vehicule"): ("mobilite",),
    ("data-inclusion", "mobilite--entretenir-reparer-son-vehicule"): ("mobilite",),
    ("data-inclusion", "mobilite--etre-accompagne-dans-son-parcours-mobilite"): ("mobilite",),
    ("data-inclusion", "mobilite--financer-ma-mobilite"): ("mobilite",),
    ("data-inclusion", "mobilite--preparer-un-permis"): ("mobilite",),
    ("data-inclusion", "mobilite--mobilite-douce-partagee-collective"): ("mobilite",),
    ("data-inclusion", "numerique--acceder-a-des-services-en-ligne"): ("mediation-numerique",),
    ("data-inclusion", "numerique--acceder-a-une-connexion-internet"): (
        "wifi",
        "mediation-numerique",
    ),
    ("data-inclusion", "numerique--acquerir-un-equipement"): ("mediation-numerique",),
    ("data-inclusion", "numerique--maitriser-les-fondamentaux-du-numerique"): (
        "mediation-numerique",
    ),
    ("data-inclusion", "sante--acces-aux-soins"): ("sante",),
    ("data-inclusion", "sante--sante-mentale"): ("sante-mentale",),
    ("data-inclusion", "sante--sante-sexuelle"): ("sante",),
    ("data-inclusion", "sante--addictions"): ("sante",),
    ("data-inclusion", "trouver-un-emploi--suivre-ses-candidatures-et-relancer-les-employeurs"): (
        "insertion-emploi",
    ),
    ("data-inclusion", "trouver-un-emploi--repondre-a-des-offres-demploi"): ("insertion-emploi",),
    ("data-inclusion", "se-former--trouver-sa-formation"): ("insertion-emploi",),
    # data·inclusion, schema v1: networks that are a kind of help by themselves.
    ("data-inclusion-reseau", "points-conseil-budget"): ("point-conseil-budget",),
    ("data-inclusion-reseau", "france-service"): ("france-services",),
    ("data-inclusion-reseau", "mission-locale"): ("mission-locale",),
    ("data-inclusion-reseau", "siao"): ("siao-115",),
    ("data-inclusion-reseau", "ccas-cias"): ("premier-accueil-social",),
    ("data-inclusion-reseau", "maisons-des-solidarites"): ("premier-accueil-social",),
    ("data-inclusion-reseau", "restos-du-coeur"): ("aide-alimentaire",),
    ("data-inclusion-reseau", "banques-alimentaires"): ("aide-alimentaire",),
}
