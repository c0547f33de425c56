"""What the form offers: kinds of help, audiences, languages, radii, and yes-or-no filters."""

from dataclasses import dataclass
from datetime import datetime

from babel import Locale

from directory import i18n
from directory.i18n import gettext
from directory.listings.vocabulary import AUDIENCES, KINDS, category_label
from directory.web.filters import day


def _(text: str) -> str:
    """Mark a name for the catalogues; it is translated when shown."""
    return text


#: Radii offered, in metres; the largest is the largest a search may have.
RADII_M = (2_000, 5_000, 10_000, 20_000, 50_000)

#: Languages that people ask for most at French reception desks, as BCP 47 codes. Any other
#: code may still be asked for in the address.
LANGUAGES = (
    "ar", "bn", "bg", "zh", "en", "es", "fa", "ka", "hi", "it", "kab", "ku", "fsl", "ln", "ps",
    "pl", "pt", "ro", "rom", "ru", "so", "sq", "sw", "ta", "ti", "tr", "uk", "ur", "wo",
)  # fmt: skip

#: Languages spoken in France that Babel does not name in French.
_UNNAMED = {
    "djk": _("nenge tongo"),
    "fsl": _("langue des signes française"),
    "gcf": _("créole guadeloupéen"),
    "gcr": _("créole guyanais"),
    "kmr": _("kurmandji"),
    "prs": _("dari"),
    "rcf": _("créole réunionnais"),
    "wls": _("wallisien"),
    "zdj": _("shingazidja"),
}


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


def languages(chosen: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """Return (code, name) of each language offered or chosen, by name."""
    codes = dict.fromkeys(LANGUAGES + chosen)
    return sorted(((code, language_name(code)) for code in codes), key=lambda pair: pair[1])


def language_name(code: str) -> str:
    """Return the name of a language in the language of the page; an unknown code stays."""
    if code in _UNNAMED:
        return gettext(_UNNAMED[code])
    locale: Locale = i18n.babel_locale(i18n.current_language().tag)
    return str(locale.languages.get(code, code))


def radii(chosen: str = "") -> list[int]:
    """Return the radii offered, and the one in force when it is another."""
    asked = {int(chosen)} if chosen.isascii() and chosen.isdigit() and len(chosen) <= 6 else set()
    return sorted({*RADII_M, *asked})


def switches(open_at: str = "") -> list[tuple[str, str, str]]:
    """Return (parameter, value, label) of each filter that is asked or not.

    `open_at` is the moment in force: one that is not now takes the place of « maintenant ».
    """
    return [
        _moment(open_at) or ("open_at", "now", gettext("Ouvert maintenant")),
        ("without_appointment", "true", gettext("Sans rendez-vous")),
        ("free", "true", gettext("Gratuit")),
        ("unconditional", "true", gettext("Ouvert à tous, sans condition")),
        ("has_room", "true", gettext("Places disponibles")),
        ("accessible", "true", gettext("Accessible en fauteuil")),
        ("animals", "true", gettext("Animaux acceptés")),
    ]


def _moment(open_at: str) -> tuple[str, str, str] | None:
    """Return the switch of a moment of its own, None for now and for what is no moment."""
    try:
        at = datetime.fromisoformat(open_at)
    except ValueError:
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
