"""The départements that an admin may choose from."""

from directory.accounts.permissions import EVERYWHERE, User
from directory.i18n import gettext
from directory.territories.areas import areas, departement_name


def departement_choices(user: User) -> list[tuple[str, str]]:
    """Return (code, code and name) of the départements that somebody looks after, by code."""
    codes = set(user.departements)
    if user.departements == EVERYWHERE:
        codes = {area.code for area in areas().values() if area.kind == "departement"}
    return [
        (code, gettext("%(code)s, %(name)s", code=code, name=departement_name(code)))
        for code in sorted(codes)
    ]
