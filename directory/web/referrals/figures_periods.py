"""Over which months the page of figures counts: months for a team, ended quarters for a territory.

Two periods that overlap tell what lies between them, hidden or not. A team may open each of its
requests, so it compares as it likes. The admins of a territory may open none: quarters never
overlap, and one that has ended takes in no further request from one day to the next.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Self

from directory.errors import InvalidInput
from directory.i18n import gettext

#: Months shown when none is asked for, the present one included.
USUAL_MONTHS = 12

#: Quarters to choose from; older ones are asked for by their address.
USUAL_QUARTERS = 8


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A quarter of a calendar year, 1 to 4."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Self:
        """Return the quarter a day is in."""
        return cls(day.year, (day.month + 2) // 3)

    @property
    def first_month(self) -> date:
        """Its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last_month(self) -> date:
        """The first day of its last month."""
        return date(self.year, 3 * self.number, 1)

    @property
    def code(self) -> str:
        """As it stands in an address, `2026-T3`."""
        return f"{self.year:04}-T{self.number}"

    def label(self) -> str:
        """Return its months and its year."""
        return {
            1: gettext("Janvier à mars %(year)s", year=self.year),
            2: gettext("Avril à juin %(year)s", year=self.year),
            3: gettext("Juillet à septembre %(year)s", year=self.year),
            4: gettext("Octobre à décembre %(year)s", year=self.year),
        }[self.number]

    def before(self) -> "Quarter":
        """Return the one before."""
        return Quarter.of(self.first_month - timedelta(days=1))


def ended_quarters(today: date) -> list[Quarter]:
    """Return the quarters to choose from, the newest first."""
    found = [Quarter.of(today).before()]
    while len(found) < USUAL_QUARTERS:
        found.append(found[-1].before())
    return found


def read_quarter(typed: str, *, today: date) -> Quarter:
    """Return the quarter that is asked for, the last ended one when none is.

    :raise InvalidInput: it cannot be read, or has not ended.
    """
    last = Quarter.of(today).before()
    if not typed:
        return last
    written = re.fullmatch(r"([1-9][0-9]{3})-T([1-4])", typed)
    if written is None:
        raise InvalidInput(
            gettext("Ce trimestre ne se lit pas."),
            field="trimestre",
            remedy=gettext("Écrivez-le ainsi : 2026-T1."),
        )
    quarter = Quarter(int(written[1]), int(written[2]))
    if quarter > last:
        raise InvalidInput(
            gettext("Ce trimestre n'est pas fini."),
            field="trimestre",
            remedy=gettext("Les chiffres d'un territoire se lisent une fois le trimestre fini."),
        )
    return quarter


def read_month(typed: str, *, field: str, otherwise: date) -> date:
    """Return the first day of the month that is asked for.

    :raise InvalidInput: it cannot be read.
    """
    if not typed:
        return otherwise
    try:
        return datetime.strptime(f"{typed}-01", "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError as error:
        raise InvalidInput(
            gettext("Ce mois ne se lit pas."),
            field=field,
            remedy=gettext("Écrivez-le ainsi : 2026-01."),
        ) from error


def usual_first_month(last_month: date) -> date:
    """Return the first of the months shown when only the last is known."""
    years, rest = divmod(last_month.year * 12 + last_month.month - USUAL_MONTHS, 12)
    return date(years, rest + 1, 1)
