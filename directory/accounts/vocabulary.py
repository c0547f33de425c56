"""What the roles are called, and what each may do, in a few words for those who give them."""

from directory.accounts.permissions import Role
from directory.i18n import gettext


def _(text: str) -> str:
    """Mark a label for translation; it is translated when shown."""
    return text


LABELS: dict[Role, str] = {
    Role.READER: _("Lecture"),
    Role.CASEWORKER: _("Travail social"),
    Role.EDITOR: _("Tenue des fiches"),
    Role.MANAGER: _("Responsable"),
}

_EXPLANATIONS: dict[Role, str] = {
    Role.READER: _("Lecture : lit les orientations et les chiffres de l'équipe"),
    Role.CASEWORKER: _(
        "Travail social : envoie des orientations, les suit, répond à celles reçues"
    ),
    Role.EDITOR: _(
        "Tenue des fiches : met à jour les fiches de la structure, sans voir de dossier"
    ),
    Role.MANAGER: _(
        "Responsable : fait tout cela, invite et retire les membres, efface un dossier"
    ),
}


def role_label(role: Role) -> str:
    """Return the name of a role."""
    return gettext(LABELS[role])


def role_choices() -> list[tuple[str, str]]:
    """Return (value, what it allows) of each role, the narrowest first."""
    return [(role.value, gettext(_EXPLANATIONS[role])) for role in Role]
