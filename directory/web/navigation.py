"""Where somebody who is signed in can go: what her permissions open, among the pages there are."""

from dataclasses import dataclass, replace

from flask import Flask, current_app, request, url_for

from directory.accounts.permissions import User
from directory.i18n import gettext


def _(text: str) -> str:
    """Mark a name for the catalogues; it is translated when shown."""
    return text


@dataclass(frozen=True, slots=True)
class Way:
    """One entry of the bar."""

    label: str
    url: str
    #: What `aria-current` says: `page` on that very page, `true` on one within; None elsewhere.
    current: str | None = None


#: Endpoints, with their names in the bar. The guard of each view says to whom it is open.
WAYS: tuple[tuple[str, str], ...] = (
    ("caseworkers.search", _("Chercher")),
    ("referrals.board", _("Orientations")),
    ("referrals.received", _("Reçues")),
    ("referrals.persons", _("Personnes")),
    ("referrals.figures_page", _("Chiffres")),
    ("accounts.team", _("Équipe")),
    ("admin.desk", _("Administration")),
    ("accounts.account", _("Mon compte")),
)

#: Where people begin their day: the first of these that is open to them.
HOMES = ("referrals.board", "admin.desk", "caseworkers.search")


def register(app: Flask) -> None:
    """Give templates `ways(user)`."""
    app.jinja_env.globals["ways"] = ways


def ways(user: User) -> list[Way]:
    """Return where somebody can go, in the order of the bar."""
    open_to_her = [
        Way(gettext(label), url_for(name)) for name, label in WAYS if is_open(user, name)
    ]
    around = [way for way in open_to_her if _is_within(way)]
    nearest = max(around, key=lambda way: len(way.url), default=None)
    current = "page" if nearest and _path(nearest) == request.path else "true"
    return [replace(way, current=current) if way is nearest else way for way in open_to_her]


def home(user: User) -> str:
    """Return where somebody goes who asked for no page."""
    return url_for(next(endpoint for endpoint in HOMES if is_open(user, endpoint)))


def is_open(user: User, endpoint: str) -> bool:
    """Tell whether there is such a page, and whether its guard lets somebody in."""
    view = current_app.view_functions.get(endpoint)
    access = getattr(view, "access", None)
    if isinstance(access, tuple):
        return any(user.may(permission) for permission in access)
    return view is not None


def _is_within(way: Way) -> bool:
    return f"{request.path}/".startswith(f"{_path(way)}/")


def _path(way: Way) -> str:
    return way.url.partition("?")[0]
