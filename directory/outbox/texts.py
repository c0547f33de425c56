"""What each mail says. Neutral on purpose: whoever else reads the mailbox (a partner, a colleague)
learns of no name, no need, no kind of service and no organisation. The page behind the link tells.
"""

from dataclasses import dataclass
from enum import StrEnum

from directory.i18n import gettext


class MessageKind(StrEnum):
    """Which text. Values are stored."""

    # To a service, with a link to answer by.
    REQUEST_WAITING = "request_waiting"
    REQUEST_REMINDER = "request_reminder"
    NEW_LINK = "new_link"
    INFORMATION_GIVEN = "information_given"
    REQUEST_WITHDRAWN = "request_withdrawn"
    WAITING_LIST_REVIEW = "waiting_list_review"
    # To whoever sent a request, or answered it with an account.
    ANSWER_ARRIVED = "answer_arrived"
    INFORMATION_ASKED = "information_asked"
    INFORMATION_MISSING = "information_missing"
    REFERRAL_EXPIRED = "referral_expired"
    # To either.
    APPOINTMENT_SET = "appointment_set"
    OUTCOME_ASKED = "outcome_asked"
    # About an account.
    INVITATION = "invitation"
    RESET = "reset"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 (a kind of mail)
    SECOND_FACTOR_ADDED = "second_factor_added"
    SECOND_FACTOR_REMOVED = "second_factor_removed"
    # To the managers of a team, of what others changed in it.
    TEAM_CHANGED = "team_changed"
    # To them and to the former address.
    REQUESTS_MOVED = "requests_moved"


ANSWER_LINK = "answer_link_id"
REFERRAL = "referral_id"
ACCOUNT_LINK = "account_link_id"

_ANSWERED_BY_LINK = frozenset({ANSWER_LINK, REFERRAL})

#: Which identifier each text may be given: exactly one of them, or none at all.
LINKS: dict[MessageKind, frozenset[str]] = {
    # A receiver with accounts opens the request itself; one without, its answer link.
    MessageKind.REQUEST_WAITING: _ANSWERED_BY_LINK,
    MessageKind.REQUEST_REMINDER: _ANSWERED_BY_LINK,
    MessageKind.NEW_LINK: frozenset({ANSWER_LINK}),
    MessageKind.INFORMATION_GIVEN: _ANSWERED_BY_LINK,
    MessageKind.REQUEST_WITHDRAWN: _ANSWERED_BY_LINK,
    MessageKind.WAITING_LIST_REVIEW: _ANSWERED_BY_LINK,
    MessageKind.ANSWER_ARRIVED: frozenset({REFERRAL}),
    MessageKind.INFORMATION_ASKED: frozenset({REFERRAL}),
    MessageKind.INFORMATION_MISSING: frozenset({REFERRAL}),
    MessageKind.REFERRAL_EXPIRED: frozenset({REFERRAL}),
    MessageKind.APPOINTMENT_SET: _ANSWERED_BY_LINK,
    MessageKind.OUTCOME_ASKED: _ANSWERED_BY_LINK,
    MessageKind.INVITATION: frozenset({ACCOUNT_LINK}),
    MessageKind.RESET: frozenset({ACCOUNT_LINK}),
    MessageKind.PASSWORD_CHANGED: frozenset(),
    MessageKind.SECOND_FACTOR_ADDED: frozenset(),
    MessageKind.SECOND_FACTOR_REMOVED: frozenset(),
    MessageKind.TEAM_CHANGED: frozenset(),
    MessageKind.REQUESTS_MOVED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class MailText:
    """A mail, before it has an address: its subject, what it says, and the words of its button."""

    subject: str
    paragraphs: tuple[str, ...]
    #: None: the mail has no link.
    button: str | None = None


def text_of(kind: MessageKind) -> MailText:
    """Return what a mail of this kind says, in the language in force."""
    return _TEXTS[kind]()


def _request_waiting() -> MailText:
    return MailText(
        gettext("Une demande vous attend"),
        (
            gettext("Une demande vous attend."),
            gettext("La page qui s'ouvre la montre et prend votre réponse."),
        ),
        gettext("Ouvrir la demande"),
    )


def _request_reminder() -> MailText:
    return MailText(
        gettext("Une demande attend encore votre réponse"),
        (
            gettext("Une demande attend encore votre réponse."),
            gettext("Un « non » compte aussi : il permet de chercher ailleurs sans attendre."),
        ),
        gettext("Ouvrir la demande"),
    )


def _new_link() -> MailText:
    return MailText(
        gettext("Votre nouveau lien"),
        (gettext("Voici un nouveau lien. Il remplace le précédent, qui ne s'ouvre plus."),),
        gettext("Ouvrir la demande"),
    )


def _information_given() -> MailText:
    return MailText(
        gettext("Une information est arrivée"),
        (gettext("L'information que vous attendiez pour une demande est arrivée."),),
        gettext("Ouvrir la demande"),
    )


def _request_withdrawn() -> MailText:
    return MailText(
        gettext("Une demande a été retirée"),
        (
            gettext("Une demande qui vous avait été envoyée a été retirée."),
            # The mail may not tell whether there was one.
            gettext(
                "Aucune réponse n'est attendue. Si un rendez-vous était prévu, la personne ne "
                "viendra peut-être pas."
            ),
        ),
        gettext("Voir où elle en est"),
    )


def _waiting_list_review() -> MailText:
    return MailText(
        gettext("Une demande est à revoir"),
        (gettext("Une demande attend sur votre liste. Y a-t-il du nouveau ?"),),
        gettext("Ouvrir la demande"),
    )


def _answer_arrived() -> MailText:
    return MailText(
        gettext("Une réponse est arrivée"),
        (gettext("L'une de vos demandes a reçu une réponse."),),
        gettext("Lire la réponse"),
    )


def _information_asked() -> MailText:
    return MailText(
        gettext("Une question attend votre réponse"),
        (gettext("Pour avancer, l'une de vos demandes a besoin d'une information."),),
        gettext("Répondre à la question"),
    )


def _information_missing() -> MailText:
    return MailText(
        gettext("Une demande a été annulée"),
        (
            gettext("L'une de vos demandes a été annulée : l'information demandée manquait."),
            gettext("Si elle est encore utile, la page vous dit comment continuer."),
        ),
        gettext("Voir comment continuer"),
    )


def _referral_expired() -> MailText:
    return MailText(
        gettext("Une demande est restée sans réponse"),
        (
            gettext("L'une de vos demandes est restée sans réponse."),
            gettext("La page propose d'autres possibilités."),
        ),
        gettext("Voir les possibilités"),
    )


def _appointment_set() -> MailText:
    return MailText(
        gettext("Un rendez-vous est noté ou déplacé"),
        (
            gettext("Pour une demande en cours, un rendez-vous vient d'être noté ou déplacé."),
            gettext("La page dit le jour et l'heure : c'est ce rendez-vous qui compte."),
        ),
        gettext("Voir le rendez-vous"),
    )


def _outcome_asked() -> MailText:
    return MailText(
        gettext("Où en est cette demande ?"),
        (
            gettext("Une demande que vous suivez est-elle allée au bout ?"),
            gettext("Dites ce qu'il en est advenu : cela sert aux suivants."),
        ),
        gettext("Dire où elle en est"),
    )


def _invitation() -> MailText:
    return MailText(
        gettext("Votre invitation à Fanal"),
        (
            gettext("Une place vous attend sur Fanal."),
            gettext("Choisissez votre mot de passe : le lien ne sert qu'une fois."),
        ),
        gettext("Accepter l'invitation"),
    )


def _reset() -> MailText:
    return MailText(
        gettext("Choisir un nouveau mot de passe"),
        (
            gettext("Un nouveau mot de passe a été demandé pour votre compte."),
            gettext("Si ce n'est pas vous, ne faites rien : le mot de passe ne change pas."),
        ),
        gettext("Choisir un mot de passe"),
    )


def _password_changed() -> MailText:
    return MailText(
        gettext("Votre mot de passe a changé"),
        (
            gettext("Le mot de passe de votre compte vient de changer."),
            gettext(
                "Si ce n'est pas vous, demandez-en un nouveau depuis la page de connexion, et "
                "prévenez la personne qui vous a donné accès."
            ),
        ),
    )


def _second_factor_added() -> MailText:
    return MailText(
        gettext("Un téléphone a été ajouté à votre compte"),
        (
            gettext(
                "Votre compte demande maintenant un code du téléphone qui vient d'être ajouté."
            ),
            gettext(
                "Si ce n'est pas vous, prévenez tout de suite la personne qui vous a donné accès : "
                "elle peut le faire retirer."
            ),
        ),
    )


def _second_factor_removed() -> MailText:
    return MailText(
        gettext("Votre compte ne demande plus de code"),
        (
            gettext("Votre compte ne demande plus de code du téléphone, le mot de passe suffit."),
            gettext(
                "Si ce n'est pas vous, demandez un nouveau mot de passe depuis la page de "
                "connexion, et prévenez la personne qui vous a donné accès."
            ),
        ),
    )


def _team_changed() -> MailText:
    return MailText(
        gettext("Votre équipe a changé"),
        (
            gettext(
                "Une personne qui administre Fanal a changé votre équipe : une invitation, un rôle "
                "ou un départ."
            ),
            gettext("Connectez-vous à Fanal : la page « Équipe » montre où elle en est."),
            gettext(
                "Si vous ne vous y attendiez pas, parlez-en tout de suite à vos collègues et à la "
                "personne qui vous a donné accès."
            ),
        ),
    )


def _requests_moved() -> MailText:
    return MailText(
        gettext("L'adresse de vos demandes a changé"),
        (
            gettext("Les demandes qui vous sont envoyées seront annoncées à une autre adresse."),
            gettext(
                "Si personne chez vous ne l'a demandé, dites-le tout de suite à vos collègues et à "
                "la personne qui administre Fanal : quelqu'un d'autre pourrait les lire."
            ),
        ),
    )


_TEXTS = {
    MessageKind.REQUEST_WAITING: _request_waiting,
    MessageKind.REQUEST_REMINDER: _request_reminder,
    MessageKind.NEW_LINK: _new_link,
    MessageKind.INFORMATION_GIVEN: _information_given,
    MessageKind.REQUEST_WITHDRAWN: _request_withdrawn,
    MessageKind.WAITING_LIST_REVIEW: _waiting_list_review,
    MessageKind.ANSWER_ARRIVED: _answer_arrived,
    MessageKind.INFORMATION_ASKED: _information_asked,
    MessageKind.INFORMATION_MISSING: _information_missing,
    MessageKind.REFERRAL_EXPIRED: _referral_expired,
    MessageKind.APPOINTMENT_SET: _appointment_set,
    MessageKind.OUTCOME_ASKED: _outcome_asked,
    MessageKind.INVITATION: _invitation,
    MessageKind.RESET: _reset,
    MessageKind.PASSWORD_CHANGED: _password_changed,
    MessageKind.SECOND_FACTOR_ADDED: _second_factor_added,
    MessageKind.SECOND_FACTOR_REMOVED: _second_factor_removed,
    MessageKind.TEAM_CHANGED: _team_changed,
    MessageKind.REQUESTS_MOVED: _requests_moved,
}
