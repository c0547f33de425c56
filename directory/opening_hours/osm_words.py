"""The words of OSM's `opening_hours` that both its writer and its reader know.

Source: the specification of the key `opening_hours` on the OpenStreetMap wiki, version 0.7.4.
"""

from directory.errors import InvalidInput
from directory.i18n import gettext

WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

#: What we write for hours on which one comes by appointment.
BY_APPOINTMENT = "sur rendez-vous"

#: Between the two when there is a remark besides.
REMARK = f"{BY_APPOINTMENT} : "

#: What we also understand; anything else that speaks of appointments is refused.
SAME_AS_BY_APPOINTMENT = frozenset(
    {
        BY_APPOINTMENT,
        "uniquement sur rendez-vous",
        "sur rdv",
        "by appointment",
        "by appointment only",
        "on appointment",
    }
)


def refused(why: str) -> InvalidInput:
    """Return the error of a text or of hours that the other side cannot say."""
    return InvalidInput(
        why,
        field="opening_hours",
        remedy=gettext("Saisissez ces horaires à la main."),
    )
