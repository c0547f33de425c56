"""Where somebody who is signed in can go: what her permissions open, among the pages there are."""

from dataclasses import dataclass

from flask import Flask, current_app, request, url_for

from directory.accounts.permissions import Permission, User
from directory.i18n import gettext


def _(text: str) -> str:
    """Mark a name for the catalogues; it is translated when shown."""
    return text


@dataclass(frozen=True, slots=True)
class Way:
    """One entry of the bar."""

    label: str
    url: str
    is_current: bool


#: Endpoint, its name in the bar, and what opens it; None for everybody who is signed in.
WAYS: tuple[tuple[str, str, Permission | None], ...] = (
    ("caseworkers.search", _("Chercher"), None),
    ("referrals.board", _("Orientations"), Permission.READ_REFERRALS),
    ("referrals.received", _("Reçues"), Permission.READ_REFERRALS),
    ("referrals.persons", _("Personnes"), Permission.READ_REFERRALS),
    ("referrals.figures", _("Chiffres"), Permission.READ_OWN_FIGURES),
    ("accounts.team", _("Équipe"), Permission.MANAGE_MEMBERS),
    ("admin.desk", _("Administration"), Permission.ADMINISTER),
    ("accounts.account", _("Mon compte"), None),
)

#: Where people begin their day: the first of these that is open to them.
HOMES = ("referrals.board", "admin.desk", "caseworkers.search")


def register(app: Flask) -> None:
    """Give templates `ways(user)`."""
    app.jinja_env.globals["ways"] = ways


def ways(user: User) -> list[Way]:
    """Return where somebody can go, in the order of the bar."""
    return [
        Way(gettext(label), url_for(endpoint), request.endpoint == endpoint)
        for endpoint, label, permission in WAYS
        if is_open(user, endpoint, permission)
    ]


def home(user: User) -> str:
    """Return where somebody goes who asked for no page."""
    opened = {name for name, _label, permission in WAYS if is_open(user, name, permission)}
    return url_for(next(endpoint for endpoint in HOMES if endpoint in opened))


def is_open(user: User, endpoint: str, permission: Permission | None) -> bool:
    """Tell whether there is such a page, and for her."""
    if endpoint not in current_app.view_functions:
        return False
    return permission is None or user.may(permission)
