"""The words of the listings: kinds of help with their graph and plain words, audiences, access,
cost, documents. Values are stored; labels are translated when shown.

The database mirrors the kinds (`actions.store_vocabulary`); ids and codes never change meaning.
"""

import unicodedata
from dataclasses import dataclass
from functools import cache

from directory.i18n import gettext


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of help. `words` are how people ask for it, in French."""

    id: int
    code: str
    label: str
    parents: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    is_sensitive: bool = False
    #: Name of the icon of the large choice on the search page; None is not offered there.
    icon: str | None = None


def _(text: str) -> str:
    """Mark a label for translation; it is translated when shown."""
    return text


# fmt: off
KINDS: tuple[Kind, ...] = (
    Kind(1, "aide-alimentaire", _("Aide alimentaire"), words=(
        "manger", "manger ce soir", "nourriture", "faim", "alimentation", "restos du cœur",
        "banque alimentaire", "courses"), icon="utensils"),
    Kind(2, "colis", _("Colis alimentaire"), ("aide-alimentaire",), (
        "panier", "distribution alimentaire", "panier repas")),
    Kind(3, "repas", _("Repas"), ("aide-alimentaire",), (
        "manger chaud", "repas chaud", "soupe", "petit-déjeuner", "déjeuner", "dîner", "cantine")),
    Kind(4, "epicerie-solidaire", _("Épicerie solidaire"), ("aide-alimentaire",), (
        "épicerie sociale", "courses moins chères")),
    Kind(5, "bons", _("Bons et chèques alimentaires"), ("aide-alimentaire",), (
        "tickets service", "bon d'achat", "chèque")),
    Kind(6, "colis-bebe", _("Colis bébé"), ("aide-alimentaire",), (
        "couches", "lait", "lait bébé", "bébé")),
    Kind(7, "frigo-solidaire", _("Frigo solidaire"), ("aide-alimentaire",), ("frigo",)),
    Kind(8, "cuisine-partagee", _("Cuisine partagée"), ("aide-alimentaire",), (
        "cuisiner", "cuisine")),
    Kind(9, "aide-alimentaire-itinerante", _("Aide alimentaire itinérante"),
        ("aide-alimentaire",), ("maraude", "camion", "food truck", "épicerie mobile")),
    Kind(10, "point-conseil-budget", _("Point Conseil Budget"), words=(
        "dettes", "budget", "surendettement", "argent", "factures", "crédit", "banque", "pcb",
        "impayés", "huissier"), icon="wallet"),
    Kind(11, "domiciliation", _("Domiciliation"), ("acces-aux-droits",), (
        "courrier", "adresse", "adresse postale", "boîte aux lettres", "recevoir du courrier",
        "élection de domicile"), icon="mail"),
    Kind(12, "paej", _("Point Accueil Écoute Jeunes"), ("jeunesse",), (
        "écoute", "adolescent", "ado", "mal-être", "parler", "psy jeunes", "paej")),
    Kind(13, "accueil-de-jour", _("Accueil de jour"), ("besoins-du-quotidien",), (
        "se poser", "se réchauffer", "être au chaud", "boutique solidarité", "esi"),
        icon="sofa"),
    Kind(14, "douche", _("Douche"), ("hygiene",), ("se laver", "bains-douches", "se doucher")),
    Kind(15, "laverie", _("Laverie"), ("hygiene",), ("laver son linge", "machine à laver",
        "linge")),
    Kind(16, "bagagerie", _("Bagagerie"), ("besoins-du-quotidien",), (
        "bagages", "consigne", "ranger ses affaires", "garder mes affaires", "valise")),
    Kind(17, "toilettes", _("Toilettes"), ("hygiene",), ("wc", "sanitaires")),
    Kind(18, "repos", _("Lieu de repos"), ("besoins-du-quotidien",), ("dormir la journée",
        "sieste", "se reposer")),
    Kind(19, "recharge-telephone", _("Recharge de téléphone"), ("besoins-du-quotidien",), (
        "charger mon téléphone", "prise", "batterie")),
    Kind(20, "wifi", _("Wi-Fi"), ("besoins-du-quotidien", "mediation-numerique"), (
        "internet", "connexion")),
    Kind(21, "coffre-fort-numerique", _("Coffre-fort numérique"),
        ("besoins-du-quotidien", "mediation-numerique"), ("garder mes papiers", "documents",
        "scanner")),
    Kind(22, "infirmerie", _("Infirmerie"), ("sante", "besoins-du-quotidien"), (
        "infirmier", "pansement", "soins")),
    Kind(23, "coiffeur", _("Coiffeur"), ("hygiene",), ("coupe de cheveux", "barbier")),
    Kind(24, "vestiaire", _("Vestiaire"), ("besoins-du-quotidien",), (
        "vêtements", "habits", "chaussures", "manteau", "couverture", "duvet"), icon="shirt"),
    Kind(25, "premier-accueil-social", _("Premier accueil social"), ("acces-aux-droits",), (
        "assistante sociale", "assistant social", "ccas", "travailleur social", "mds", "aide")),
    Kind(26, "pass", _("Permanence d'accès aux soins (PASS)"), ("sante",), (
        "pas de sécu", "sans sécurité sociale", "hôpital", "se soigner sans papiers")),
    Kind(27, "siao-115", _("115 et SIAO"), ("hebergement-logement",), (
        "115", "samu social", "siao", "urgence")),
    Kind(28, "france-services", _("France Services"),
        ("premier-accueil-social", "acces-aux-droits"), (
        "démarches", "caf", "impôts", "préfecture", "carte grise", "msap")),
    Kind(29, "ecrivain-public", _("Écrivain public"), ("acces-aux-droits",), (
        "écrire une lettre", "remplir un formulaire", "papiers à remplir")),
    Kind(30, "mediation-numerique", _("Médiation numérique"), words=(
        "ordinateur", "aide internet", "conseiller numérique", "imprimer"), icon="monitor"),
    Kind(31, "acces-aux-droits", _("Accès aux droits"), words=(
        "droits", "papiers", "rsa", "juriste", "avocat", "titre de séjour", "carte vitale",
        "sécurité sociale", "css"), icon="scale"),
    Kind(32, "protections-periodiques", _("Protections périodiques"), ("hygiene",), (
        "serviettes hygiéniques", "règles", "tampons")),
    Kind(33, "soutien-parentalite", _("Soutien à la parentalité"), words=(
        "parents", "enfants", "pmi", "garde d'enfants", "crèche"), icon="baby"),
    Kind(34, "sante", _("Santé"), words=(
        "se soigner", "médecin", "docteur", "soins", "dentiste", "malade", "drogue", "alcool",
        "addiction", "dents", "enceinte", "vih", "sida", "dépistage"), icon="heart-pulse"),
    Kind(35, "sante-mentale", _("Santé mentale"), ("sante",), (
        "psychologue", "psy", "psychiatre", "déprime", "souffrance", "suicide", "idées noires",
        "mourir")),
    Kind(36, "mission-locale", _("Mission locale"), ("jeunesse", "insertion-emploi"), (
        "emploi jeunes", "16-25 ans", "contrat jeune")),
    Kind(37, "insertion-emploi", _("Insertion et emploi"), words=(
        "travail", "emploi", "chômage", "cv", "formation"), icon="briefcase"),
    Kind(38, "mobilite", _("Mobilité"), words=(
        "transport", "permis", "voiture", "ticket de bus", "garage solidaire"), icon="bus"),
    Kind(39, "hebergement-logement", _("Hébergement et logement"), words=(
        "dormir", "dormir ce soir", "logement", "expulsion", "foyer", "hôtel", "à la rue", "loyer",
        "hébergement"), icon="bed"),
    Kind(40, "animaux", _("Animaux"), words=(
        "chien", "chat", "vétérinaire", "croquettes"), icon="paw-print"),
    Kind(41, "autre", _("Autre service")),
    Kind(42, "victimes-de-violences", _("Victimes de violences"), words=(
        "violences", "violences conjugales", "frapper", "3919", "femme battue", "viol",
        "me frappe", "me bat", "battu", "battue", "coups", "violé", "violée", "agression",
        "mari violent", "conjoint violent", "excision", "mariage forcé"),
        is_sensitive=True, icon="shield"),
    Kind(43, "besoins-du-quotidien", _("Besoins du quotidien"), words=("quotidien",)),
    Kind(44, "hygiene", _("Hygiène"), ("besoins-du-quotidien",), (
        "se laver", "hygiène", "propre", "savon"), icon="shower-head"),
    Kind(45, "jeunesse", _("Jeunes"), words=("jeune", "jeunes", "étudiant"), icon="users"),
)

#: Audience -> label. A listing that names none is for everyone.
AUDIENCES: dict[str, str] = {
    "adultes": _("Adultes"),
    "jeunes": _("Jeunes"),
    "mineurs-non-accompagnes": _("Mineurs non accompagnés"),
    "etudiants": _("Étudiants"),
    "seniors": _("Personnes âgées"),
    "femmes": _("Femmes"),
    "hommes": _("Hommes"),
    "familles": _("Familles"),
    "parents": _("Parents"),
    "femmes-enceintes": _("Femmes enceintes"),
    "personnes-seules": _("Personnes seules"),
    "couples": _("Couples"),
    "sans-domicile": _("Personnes sans domicile"),
    "exilees": _("Personnes exilées"),
    "demandeurs-asile": _("Demandeurs d'asile"),
    "refugies": _("Réfugiés"),
    "sans-papiers": _("Personnes sans titre de séjour"),
    "handicap": _("Personnes en situation de handicap"),
    "lgbt": _("Personnes LGBT+"),
    "addictions": _("Personnes ayant une addiction"),
    "prison": _("Personnes sortant de prison"),
    "prostitution": _("Personnes en situation de prostitution"),
    "victimes-de-violences": _("Victimes de violences"),
    "beneficiaires-rsa": _("Bénéficiaires du RSA"),
    "demandeurs-emploi": _("Demandeurs d'emploi"),
    "surendettement": _("Personnes en difficulté financière"),
    "gens-du-voyage": _("Gens du voyage"),
}

ACCESS_MODES: dict[str, str] = {
    "walk-in": _("Sans rendez-vous"),
    "appointment": _("Sur rendez-vous"),
    "registration": _("Sur inscription"),
    "referral": _("Sur orientation d'un professionnel"),
}

COSTS: dict[str, str] = {
    "free": _("Gratuit"),
    "participation": _("Participation demandée"),
    "paid": _("Payant"),
}

MODES: dict[str, str] = {
    "on-site": _("Sur place"),
    "remote": _("À distance"),
    "at-home": _("À domicile"),
}

DOCUMENTS: dict[str, str] = {
    "none": _("Aucun papier demandé"),
    "identity": _("Pièce d'identité"),
    "address-proof": _("Justificatif de domicile"),
    "income-proof": _("Justificatifs de ressources"),
    "caf-number": _("Numéro d'allocataire CAF"),
    "health-card": _("Carte Vitale ou attestation de droits"),
    "family-record": _("Livret de famille"),
    "residence-permit": _("Titre de séjour"),
    "referral-letter": _("Courrier d'orientation"),
    "debts-list": _("Liste des dettes et courriers reçus"),
    "other": _("Autre document"),
}

CREDENTIALS: dict[str, str] = {
    "label-pcb": _("Label Point Conseil Budget"),
    "label-france-services": _("Label France Services"),
    "agrement-domiciliation": _("Agrément de domiciliation"),
    "habilitation-aide-alimentaire": _("Habilitation à l'aide alimentaire"),
}

CAPACITY_STATUSES: dict[str, str] = {
    "capacity": _("Places disponibles"),
    "waitlist": _("Liste d'attente"),
    "no-capacity": _("Complet"),
    "assessment-required": _("Places selon évaluation"),
}
# fmt: on

BY_CODE: dict[str, Kind] = {kind.code: kind for kind in KINDS}
BY_ID: dict[int, Kind] = {kind.id: kind for kind in KINDS}

_AUDIENCE_BITS: dict[str, int] = {code: 1 << rank for rank, code in enumerate(AUDIENCES)}


def label(text: str) -> str:
    """Return a label of this module in the language in force."""
    return gettext(text)


def category_label(code: str) -> str:
    """Return the name of a kind of help; an unknown code stays as it is."""
    kind = BY_CODE.get(code)
    return gettext(kind.label) if kind else code


@cache
def descendants(code: str) -> tuple[int, ...]:
    """Return the ids of a kind and of all kinds below it, ascending; empty for an unknown code."""
    if code not in BY_CODE:
        return ()
    found = {BY_CODE[code].id}
    for kind in KINDS:
        if code in kind.parents:
            found.update(descendants(kind.code))
    return tuple(sorted(found))


def audience_mask(audiences: tuple[str, ...] | frozenset[str]) -> int:
    """Return one bit for each audience; 0 means everyone.

    :raise KeyError: an audience is not one of `AUDIENCES`.
    """
    mask = 0
    for audience in audiences:
        mask |= _AUDIENCE_BITS[audience]
    return mask


def plain(text: str) -> str:
    """Return a text without accents, case or punctuation, for comparing words."""
    decomposed = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "oe"))
    letters = (
        char if char.isalnum() else " " for char in decomposed if not unicodedata.combining(char)
    )
    return " ".join("".join(letters).casefold().split())


def kinds_for_words(text: str) -> list[Kind]:
    """Return the kinds a plain wording asks for, best first ("dettes", "manger ce soir").

    Whole wordings come before wordings that begin alike, then before those said within a sentence
    ("je suis à la rue"), then before shared words; ties keep the order of the vocabulary.
    """
    asked = plain(text)
    if not asked:
        return []
    scored = [(_likeness(asked, kind), rank, kind) for rank, kind in enumerate(KINDS)]
    return [kind for score, _rank, kind in sorted(scored, key=lambda s: (-s[0], s[1])) if score]


def _likeness(asked: str, kind: Kind) -> int:
    wordings = [plain(w) for w in (kind.label, kind.code, *kind.words)]
    if asked in wordings:
        return 4
    if len(asked) >= 3 and any(wording.startswith(asked) for wording in wordings):
        return 3
    if any(f" {wording} " in f" {asked} " for wording in wordings):
        return 2
    words = _long_words(asked)
    return int(any(words & _long_words(wording) for wording in wordings))


def _long_words(plain_text: str) -> set[str]:
    """Return the words that mean something by themselves, singular and plural alike."""
    return {word.rstrip("sx") for word in plain_text.split() if len(word) >= 4}
