"""Labels, agreements and habilitations of a service, in words."""

from typing import Any

from directory.i18n import gettext
from directory.listings.vocabulary import CREDENTIALS
from directory.web.filters import day


def credential_lines(credentials: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Return (name, what is known of it) of each credential, in their order."""
    return [
        (gettext(CREDENTIALS.get(credential["kind"], credential["kind"])), _text(credential))
        for credential in credentials
    ]


def _text(credential: dict[str, Any]) -> str:
    known = [
        credential["number"] and gettext("n° %(number)s", number=credential["number"]),
        credential["authority"],
        _dates(credential["starts_on"], credential["ends_on"]),
    ]
    return ", ".join(part for part in known if part) or gettext("oui")


def _dates(starts_on: str | None, ends_on: str | None) -> str | None:
    first = starts_on and day(starts_on)
    last = ends_on and day(ends_on)
    if first and last:
        return gettext("du %(first)s au %(last)s", first=first, last=last)
    if first:
        return gettext("depuis le %(first)s", first=first)
    return gettext("jusqu'au %(last)s", last=last) if last else None
