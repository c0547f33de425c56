"""What the form offers: kinds of help, audiences, languages, radii, and yes-or-no filters."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from directory.i18n import gettext
from directory.listings.vocabulary import AUDIENCES, KINDS, category_label
from directory.web.filters import day
from directory.web.languages import languages

__all__ = [
    "KindChoice",
    "audiences",
    "filter_label",
    "kinds",
    "languages",
    "radii",
    "switches",
]

#: Radii offered, in metres; the largest is the largest a search may have.
RADII_M = (2_000, 5_000, 10_000, 20_000, 50_000)


@dataclass(frozen=True, slots=True)
class KindChoice:
    """A kind of help that can be ticked."""

    code: str
    label: str
    icon: str | None


def kinds(chosen: tuple[str, ...] = ()) -> list[KindChoice]:
    """Return the large choices, then the chosen kinds that are not among them."""
    offered = [kind for kind in KINDS if kind.icon]
    others = [kind for kind in KINDS if not kind.icon and kind.code in chosen]
    return [
        KindChoice(kind.code, category_label(kind.code), kind.icon) for kind in offered + others
    ]


def audiences() -> list[tuple[str, str]]:
    """Return (value, label) of each audience."""
    return [(code, gettext(label)) for code, label in AUDIENCES.items()]


def radii(chosen: str = "") -> list[int]:
    """Return the radii offered, and the one in force when it is another."""
    asked = {int(chosen)} if chosen.isascii() and chosen.isdigit() and len(chosen) <= 6 else set()
    return sorted({*RADII_M, *asked})


def switches(open_at: str = "", time_zone: str | None = None) -> list[tuple[str, str, str]]:
    """Return (parameter, value, label) of each filter that is asked or not.

    `open_at` is the moment in force: one that is not now takes the place of « maintenant ». It is
    told on the clock of `time_zone`, else on the one it was asked by.
    """
    return [
        _moment(open_at, time_zone) or ("open_at", "now", gettext("Ouvert maintenant")),
        ("without_appointment", "true", gettext("Sans rendez-vous")),
        ("free", "true", gettext("Gratuit")),
        ("unconditional", "true", gettext("Ouvert à tous, sans condition")),
        ("has_room", "true", gettext("Places disponibles")),
        ("accessible", "true", gettext("Accessible en fauteuil")),
        ("animals", "true", gettext("Animaux acceptés")),
    ]


def _moment(open_at: str, time_zone: str | None) -> tuple[str, str, str] | None:
    """Return the switch of a moment of its own, None for now and for what is no moment."""
    try:
        at = datetime.fromisoformat(open_at)
        if time_zone and at.tzinfo:
            at = at.astimezone(ZoneInfo(time_zone))
    except (ValueError, OverflowError):
        return None
    label = gettext("Ouvert le %(day)s à %(time)s", day=day(at), time=f"{at:%H:%M}")
    return ("open_at", open_at, label)


def filter_label(name: str) -> str:
    """Return how a filter is called, by its name in `search.criteria.FILTERS`."""
    named = {parameter: label for parameter, _value, label in switches()}
    named |= {
        "age": gettext("Âge de la personne"),
        "audiences": gettext("Pour qui"),
        "languages": gettext("Langue parlée sur place"),
    }
    return named[name]
