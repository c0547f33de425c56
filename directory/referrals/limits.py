"""How far what is written about a person may go: what is kept, how long, for which kinds. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from directory.config import Settings
from directory.listings.vocabulary import BY_ID, descendants

#: Kinds of help that tell by themselves that somebody is ill, or is treated.
HEALTH_KINDS = frozenset(BY_ID[id].code for id in descendants("sante"))

#: A sheet with a code, which tells nothing of the person, is proposed first for these.
SLIP_KINDS = frozenset({"paej", "victimes-de-violences"})


@dataclass(frozen=True, slots=True)
class Limits:
    """What the operator decided of personal data."""

    #: The operator's host is certified for data of health.
    identity_for_health_kinds: bool = False
    #: Nothing personal is kept longer, whatever a field says of itself.
    longest_kept: timedelta = timedelta(days=730)

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return the limits of this installation."""
        return cls(
            identity_for_health_kinds=settings.identity_for_health_kinds,
            longest_kept=timedelta(days=settings.referral_ceiling_days),
        )

    def code_alone_for(self, kinds: Iterable[str]) -> list[str]:
        """Return those of these kinds of help beside which nothing personal may be written."""
        if self.identity_for_health_kinds:
            return []
        return [code for code in kinds if code in HEALTH_KINDS]

    def latest_end(self, today: date) -> date:
        """Return the last day that a field may be kept, of what is written today."""
        return today + self.longest_kept


def proposes_slip(category_code: str) -> bool:
    """Tell whether a sheet without personal data is proposed first."""
    return category_code in SLIP_KINDS
