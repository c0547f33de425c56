"""How old the addresses of a département are, in words."""

from datetime import date

from directory.addresses.models import AddressDepartment
from directory.i18n import gettext, ngettext

#: From this age on, new streets are missing that people live in.
OLD_DAYS = 183

_DAYS_IN_A_MONTH = 30.44

#: Up to this age days are counted, then months.
_LAST_DAY = 60


def known_on(department: AddressDepartment) -> date:
    """Return the day of the data, that of the load when nobody says of which day they are."""
    return department.source_dated_on or department.imported_at.date()


def age_label(day: date, today: date) -> str:
    """Return in words how long ago a day was: « 12 jours », « 5 mois »."""
    days = (today - day).days
    if days <= 0:
        return gettext("aujourd'hui")
    if days <= _LAST_DAY:
        return ngettext("%(num)s jour", "%(num)s jours", days)
    return ngettext("%(num)s mois", "%(num)s mois", round(days / _DAYS_IN_A_MONTH))


def is_old(day: date, today: date) -> bool:
    """True when data of that day should be renewed."""
    return (today - day).days >= OLD_DAYS
