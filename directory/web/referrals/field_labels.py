"""How the fields of a request are called, on its form and wherever they are read again."""

from collections.abc import Mapping

from directory.i18n import gettext


def field_label(name: str) -> str:
    """Return the label of a field."""
    return {
        "code": gettext("Code ou initiales"),
        "birth_year": gettext("Année de naissance"),
        "language": gettext("Langue"),
        "first_name": gettext("Prénom"),
        "phone": gettext("Téléphone"),
        "email": gettext("Adresse mail"),
        "message": gettext("Message"),
        "commune": gettext("Commune où elle cherche de l'aide"),
        "is_urgent": gettext("Urgent"),
        "needs": gettext("Autres besoins"),
        "conditions": gettext("Conditions remplies"),
        "documents": gettext("Papiers prêts"),
        "consent_form": gettext("Accord de la personne"),
        "consented_on": gettext("Date de l'accord"),
        "consent_language": gettext("Langue du texte lu"),
        "erase_first_name": gettext("Effacer le prénom le"),
        "erase_phone": gettext("Effacer le téléphone le"),
        "erase_email": gettext("Effacer l'adresse mail le"),
        "allows_redirection": gettext("Accord pour une réorientation"),
    }[name]


def field_lines(errors: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return what is wrong as lines that lead to the fields, each called by its label."""
    return [
        (name, gettext("%(field)s : %(problem)s", field=field_label(name), problem=problem))
        for name, problem in errors.items()
    ]
