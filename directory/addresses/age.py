"""How old the addresses of a département are, in words."""

from datetime import date

from directory.addresses.models import AddressDepartment
from directory.i18n import gettext, ngettext

#: From this age on, new streets are missing that people live in.
OLD_DAYS = 183

_DAYS_IN_A_MONTH = 30.44

#: Up to this age days are counted, then months.
_LAST_DAY = 60


def age_days(department: AddressDepartment, today: date) -> int:
    """Return the age in days of the data, since the load when nobody says of which day they are."""
    known_on = department.source_dated_on or department.imported_at.date()
    return max((today - known_on).days, 0)


def age_label(department: AddressDepartment, today: date) -> str:
    """Return the age of the data in words: « 12 jours », « 5 mois »."""
    days = age_days(department, today)
    if days == 0:
        return gettext("aujourd'hui")
    if days <= _LAST_DAY:
        return ngettext("%(num)s jour", "%(num)s jours", days)
    return ngettext("%(num)s mois", "%(num)s mois", round(days / _DAYS_IN_A_MONTH))


def is_old(department: AddressDepartment, today: date) -> bool:
    """True when the data should be renewed."""
    return age_days(department, today) >= OLD_DAYS
