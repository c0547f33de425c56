"""The words of a referral: states, outcomes, reasons. Values are stored; labels are translated
when shown."""

from enum import StrEnum

from directory.i18n import gettext


class Kind(StrEnum):
    """How a referral is carried."""

    #: It goes to the service, which answers.
    LIVE = "live"
    #: The worker writes down that the person was sent there; the service gets nothing.
    LOGGED = "logged"


class State(StrEnum):
    """How far a referral got."""

    DRAFT = "draft"
    SENT = "sent"
    IN_REVIEW = "in_review"
    INFO_REQUESTED = "info_requested"
    WAITLISTED = "waitlisted"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    REDIRECTED = "redirected"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    LOGGED = "logged"
    CLOSED = "closed"


class Outcome(StrEnum):
    """What became of the person's need."""

    HELPED = "helped"
    PARTLY_HELPED = "partly_helped"
    ON_WAITING_LIST = "on_waiting_list"
    NO_SHOW = "no_show"
    UNREACHABLE = "unreachable"
    PERSON_DECLINED = "person_declined"
    NOT_ELIGIBLE_ON_SITE = "not_eligible_on_site"
    PLACE_CLOSED = "place_closed"
    TRANSFERRED = "transferred"
    UNKNOWN = "unknown"


class Refusal(StrEnum):
    """Why a service says no."""

    NO_CAPACITY = "no_capacity"
    OUT_OF_AREA = "out_of_area"
    NO_LINK_WITH_COMMUNE = "no_link_with_commune"
    OUTSIDE_AGREEMENT = "outside_agreement"
    AGE_OR_PUBLIC = "age_or_public"
    MISSING_DOCUMENTS = "missing_documents"
    SERVICE_SUSPENDED = "service_suspended"
    WRONG_SERVICE = "wrong_service"
    DUPLICATE = "duplicate"
    UNREACHABLE = "unreachable"
    NO_SHOW = "no_show"
    NOT_INTERESTED = "not_interested"
    NOT_MOBILE = "not_mobile"
    IN_WORK_OR_TRAINING = "in_work_or_training"
    OTHER_OBSTACLE = "other_obstacle"
    #: Asks for a few words.
    OTHER = "other"


class Cancellation(StrEnum):
    """Why a request is taken back."""

    PERSON_DECLINED = "person_declined"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    HELPED_ELSEWHERE = "helped_elsewhere"
    MADE_BY_MISTAKE = "made_by_mistake"
    #: The clock took it back: what was asked for never came.
    NO_INFORMATION = "no_information"
    OTHER = "other"


def state_label(state: State) -> str:
    """Return the state, for a person who follows the request."""
    return {
        State.DRAFT: gettext("Brouillon"),
        State.SENT: gettext("Envoyée"),
        State.IN_REVIEW: gettext("En cours d'examen"),
        State.INFO_REQUESTED: gettext("Information demandée"),
        State.WAITLISTED: gettext("Sur liste d'attente"),
        State.ACCEPTED: gettext("Acceptée"),
        State.REFUSED: gettext("Refusée"),
        State.REDIRECTED: gettext("Réorientée"),
        State.CANCELLED: gettext("Annulée"),
        State.EXPIRED: gettext("Sans réponse"),
        State.LOGGED: gettext("Notée"),
        State.CLOSED: gettext("Terminée"),
    }[state]


def outcome_label(outcome: Outcome) -> str:
    """Return what became of the need."""
    return {
        Outcome.HELPED: gettext("La personne a été aidée"),
        Outcome.PARTLY_HELPED: gettext("La personne a été aidée en partie"),
        Outcome.ON_WAITING_LIST: gettext("La personne attend une place"),
        Outcome.NO_SHOW: gettext("La personne n'est pas venue"),
        Outcome.UNREACHABLE: gettext("La personne n'a pas pu être jointe"),
        Outcome.PERSON_DECLINED: gettext("La personne n'a pas souhaité donner suite"),
        Outcome.NOT_ELIGIBLE_ON_SITE: gettext("Sur place, les conditions n'étaient pas remplies"),
        Outcome.PLACE_CLOSED: gettext("Le lieu était fermé"),
        Outcome.TRANSFERRED: gettext("Un autre service a pris le relais"),
        Outcome.UNKNOWN: gettext("On ne sait pas"),
    }[outcome]


def refusal_label(reason: Refusal) -> str:
    """Return why a service says no."""
    return {
        Refusal.NO_CAPACITY: gettext("Plus de place"),
        Refusal.OUT_OF_AREA: gettext("Hors du secteur du service"),
        Refusal.NO_LINK_WITH_COMMUNE: gettext("Pas de lien avec la commune"),
        Refusal.OUTSIDE_AGREEMENT: gettext("Hors de l'agrément du service"),
        Refusal.AGE_OR_PUBLIC: gettext("Âge ou public non accueilli"),
        Refusal.MISSING_DOCUMENTS: gettext("Il manque des documents"),
        Refusal.SERVICE_SUSPENDED: gettext("Service suspendu"),
        Refusal.WRONG_SERVICE: gettext("Ce n'est pas le bon service"),
        Refusal.DUPLICATE: gettext("Demande déjà reçue"),
        Refusal.UNREACHABLE: gettext("Personne injoignable"),
        Refusal.NO_SHOW: gettext("Personne non venue"),
        Refusal.NOT_INTERESTED: gettext("Personne non intéressée"),
        Refusal.NOT_MOBILE: gettext("Trajet impossible pour la personne"),
        Refusal.IN_WORK_OR_TRAINING: gettext("Personne en emploi ou en formation"),
        Refusal.OTHER_OBSTACLE: gettext("Autre empêchement de la personne"),
        Refusal.OTHER: gettext("Autre raison"),
    }[reason]


def cancellation_label(reason: Cancellation) -> str:
    """Return why a request was taken back."""
    return {
        Cancellation.PERSON_DECLINED: gettext("La personne ne le souhaite plus"),
        Cancellation.CONSENT_WITHDRAWN: gettext("La personne a retiré son accord"),
        Cancellation.HELPED_ELSEWHERE: gettext("La personne a trouvé ailleurs"),
        Cancellation.MADE_BY_MISTAKE: gettext("Demande faite par erreur"),
        Cancellation.NO_INFORMATION: gettext("L'information demandée n'est pas venue"),
        Cancellation.OTHER: gettext("Autre raison"),
    }[reason]
