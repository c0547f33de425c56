"""What the forms of the steps say: headings, buttons, labels, and how to fill them in."""

from directory.i18n import gettext
from directory.referrals.steps import Step


def heading(step: Step) -> str:
    """Return the line that unfolds the form of a step: what it is for."""
    return {
        Step.SEE: gettext("Dire que vous l'avez lue"),
        Step.SEND: gettext("Envoyer de nouveau"),
        Step.ACCEPT: gettext("Accepter"),
        Step.WAITLIST: gettext("Mettre sur liste d'attente"),
        Step.ASK_INFORMATION: gettext("Demander une information"),
        Step.GIVE_INFORMATION: gettext("Donner l'information demandée"),
        Step.SET_APPOINTMENT: gettext("Noter ou déplacer un rendez-vous"),
        Step.REFUSE: gettext("Refuser"),
        Step.REDIRECT: gettext("Réorienter vers un autre service"),
        Step.CLOSE: gettext("Dire ce qu'il en est advenu"),
        Step.CANCEL: gettext("Annuler la demande"),
        Step.WITHDRAW_CONSENT: gettext("La personne retire son accord"),
    }[step]


def hint(step: Step) -> str | None:
    """Return what follows from a step, where that is not plain."""
    return {
        Step.ACCEPT: gettext(
            "L'équipe qui accompagne la personne sera prévenue. Vous verrez alors comment joindre"
            " la personne, si l'équipe l'a noté."
        ),
        Step.WAITLIST: gettext(
            "La personne attend une place chez vous : un courriel vous demandera où elle en est."
        ),
        Step.SET_APPOINTMENT: gettext(
            "Un rendez-vous déjà noté est remplacé. L'autre équipe reçoit un courriel ; la personne"
            " n'en reçoit pas : prévenez-la."
        ),
        Step.ASK_INFORMATION: gettext("La demande attendra la réponse de l'équipe."),
        Step.REFUSE: gettext("Les autres services proches seront proposés à l'équipe."),
        Step.WITHDRAW_CONSENT: gettext(
            "Le service ne verra plus rien de la demande, tout de suite et pour toujours. Ceux à"
            " qui elle a été transmise avec le même accord non plus."
        ),
    }.get(step)


def button(step: Step) -> str:
    """Return the words of the button that does a step."""
    return {
        Step.SEE: gettext("Signaler la lecture"),
        Step.SEND: gettext("Envoyer de nouveau"),
        Step.ACCEPT: gettext("Accepter la demande"),
        Step.WAITLIST: gettext("Mettre sur liste d'attente"),
        Step.ASK_INFORMATION: gettext("Envoyer la question"),
        Step.GIVE_INFORMATION: gettext("Envoyer l'information"),
        Step.SET_APPOINTMENT: gettext("Noter le rendez-vous"),
        Step.REFUSE: gettext("Refuser la demande"),
        Step.REDIRECT: gettext("Réorienter la demande"),
        Step.CLOSE: gettext("Terminer la demande"),
        Step.CANCEL: gettext("Annuler la demande"),
        Step.WITHDRAW_CONSENT: gettext("Retirer l'accord"),
    }[step]


def done(step: Step) -> str:
    """Return what to tell whoever just took a step."""
    return {
        Step.SEE: gettext("C'est noté : l'équipe sait que vous avez lu la demande."),
        Step.SEND: gettext("La demande est envoyée."),
        Step.ACCEPT: gettext("Demande acceptée. L'équipe est prévenue."),
        Step.WAITLIST: gettext("C'est noté : la personne est sur votre liste d'attente."),
        Step.ASK_INFORMATION: gettext("Votre question est partie."),
        Step.GIVE_INFORMATION: gettext("Votre réponse est partie."),
        Step.SET_APPOINTMENT: gettext("Le rendez-vous est noté."),
        Step.REFUSE: gettext("Votre refus est enregistré. L'équipe est prévenue."),
        Step.REDIRECT: gettext("Votre réorientation est enregistrée. L'équipe est prévenue."),
        Step.CLOSE: gettext("Merci : c'est ainsi que l'on sait ce qui aide."),
        Step.CANCEL: gettext("La demande est annulée."),
        Step.WITHDRAW_CONSENT: gettext("L'accord est retiré : le service ne voit plus rien."),
    }[step]


def label(step: Step, value: str) -> str:
    """Return what a field asks for."""
    if value == "text":
        return _label_of_text(step)
    if step is Step.ACCEPT and value == "appointment_on":
        return gettext("Jour du rendez-vous (facultatif)")
    if step is Step.ACCEPT and value == "appointment_time":
        return gettext("Heure du rendez-vous (facultatif)")
    return {
        "review_on": gettext("Quand referez-vous le point ?"),
        "appointment_on": gettext("Jour du rendez-vous"),
        "appointment_time": gettext("Heure du rendez-vous"),
        "refusal_reason": gettext("Raison du refus"),
        "available_on": gettext("Quand aurez-vous de la place ?"),
        "cancel_reason": gettext("Raison de l'annulation"),
        "outcome": gettext("Qu'en est-il advenu ?"),
    }[value]


def field_hint(value: str) -> str | None:
    """Return how to fill a field in, where that is not plain."""
    if value == "text":
        return gettext("Pas de nom ni de détail de santé : l'autre équipe peut lire ce texte.")
    return {
        "review_on": gettext("Sans date, un courriel vous le rappellera."),
        "available_on": gettext("Si vous n'avez plus de place, et si vous le savez."),
    }.get(value)


def _label_of_text(step: Step) -> str:
    if step is Step.ASK_INFORMATION:
        return gettext("Que vous manque-t-il pour répondre ?")
    if step is Step.GIVE_INFORMATION:
        return gettext("Votre réponse")
    if step in (Step.REFUSE, Step.CANCEL):
        return gettext("Quelques mots (nécessaires pour « Autre raison »)")
    return gettext("Quelques mots (facultatif)")
