"""Languages below the web: the current locale, and `gettext` that needs no request.

Source texts are French, so that a missing translation shows French. The web sets the locale of
the request here and in Flask-Babel from one choice (`directory/web/locale.py`).
"""

from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache

from babel import Locale
from babel.support import NullTranslations, Translations

from directory import paths

DEFAULT_LANGUAGE = "fr"

_current: ContextVar[str] = ContextVar("language", default=DEFAULT_LANGUAGE)


@dataclass(frozen=True, slots=True)
class Language:
    """A language of the interface: its tag in URLs and `lang`, its own name, its direction."""

    tag: str
    name: str
    direction: str


#: What people can choose. The other languages arrive with the public pages.
LANGUAGES: dict[str, Language] = {"fr": Language(tag="fr", name="Français", direction="ltr")}

#: A right-to-left rendering of French for tests: same words, mirrored page. Never offered.
PSEUDO_LANGUAGE = Language(tag="ar-XB", name="‏Français miroir‏", direction="rtl")


def babel_locale(tag: str) -> Locale:
    """Return Babel's locale for a language tag; the pseudo locale formats like Arabic script."""
    return Locale.parse("fr" if tag == PSEUDO_LANGUAGE.tag else tag, sep="-")


def language(tag: str) -> Language:
    """Return the language of a tag, French when it is unknown."""
    if tag == PSEUDO_LANGUAGE.tag:
        return PSEUDO_LANGUAGE
    return LANGUAGES.get(tag, LANGUAGES[DEFAULT_LANGUAGE])


def current_language() -> Language:
    """Return the language in force in this context."""
    return language(_current.get())


def set_language(tag: str) -> None:
    """Put a language in force for the rest of this context (one request)."""
    _current.set(tag)


@cache
def catalogue(tag: str) -> NullTranslations:
    """Return the compiled catalogue of a language, or the empty one when none is built."""
    folder = paths.folder("translations")
    return Translations.load(folder, [tag.replace("-", "_")])


def gettext(message: str, /, **values: object) -> str:
    """Translate a sentence; named placeholders (`%(name)s`) are filled from `values`."""
    text = catalogue(_current.get()).ugettext(message)
    return text % values if values else text


def ngettext(singular: str, plural: str, n: int, /, **values: object) -> str:
    """Translate a counted sentence; `%(num)s` is the number."""
    text = catalogue(_current.get()).ungettext(singular, plural, n)
    return text % {"num": n, **values}


def pgettext(context: str, message: str, /, **values: object) -> str:
    """Translate a sentence whose meaning depends on `context`."""
    text = catalogue(_current.get()).upgettext(context, message)
    return text % values if values else text
