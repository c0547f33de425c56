"""The languages that people speak, by name: those that forms offer, and any other that is told."""

from babel import Locale

from directory import i18n
from directory.i18n import gettext


def _(text: str) -> str:
    """Mark a name for the catalogues; it is translated when shown."""
    return text


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
