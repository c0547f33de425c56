"""Reading a typed address: is it readable, does it name a street, where does the commune begin."""

import re
import unicodedata
from dataclasses import dataclass

from directory.errors import InvalidInput
from directory.i18n import gettext
from directory.territories import Gazetteer, Reason, Resolution
from directory.territories.query import LONGEST_TEXT
from directory.territories.words import fold, speaks_of_arrondissement

_STREET_WORDS = frozenset(
    """
    all allee allees av ave avenue bat batiment bd bld blvd boulevard chaussee che chemin cite clos
    cours domaine esplanade faubourg fbg hameau imm immeuble imp impasse lieudit lot lotissement
    mail montee parvis pass passage pl place promenade quai res residence rle rond route rte rue
    ruelle sente sentier sq square traverse venelle villa voie za zac zi
    """.split()  # noqa: SIM905 - sixty words in quotes would hide the list
)
_CONNECTORS = frozenset(
    ("a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "sous", "sur")
)
_HOUSE_NUMBER = re.compile(r"\d{1,4}(?: ?(?:bis|ter|quater|[a-f]))? [a-z]")
_POSTAL_CODE = re.compile(r"(?<!\d)\d{5}(?!\d)")
#: Unicode's controls, surrogates, private and unassigned signs.
_UNWRITABLE = frozenset({"Cc", "Cs", "Co", "Cn"})
_WORD = re.compile(r"[^\s,;]+")

_EXACT = frozenset({Reason.NAME, Reason.NAME_WITHOUT_ARTICLE, Reason.FORMER_NAME})

NO_RESOLUTION = Resolution(None, ())


@dataclass(frozen=True, slots=True)
class TypedAddress:
    """A typed address cut in two: the street, and the communes its end can mean."""

    street: str
    place: Resolution


def readable(text: str) -> str:
    """Return the text without what cannot be seen, once it is sure that it can be read.

    :raise InvalidInput: it is empty, too long, holds control signs, or no Latin letter or digit.
    """
    if len(text) > LONGEST_TEXT:
        raise _unreadable(gettext("Ce texte est trop long pour un lieu."))
    text = " ".join(text.split())
    if any(unicodedata.category(sign) in _UNWRITABLE for sign in text):
        raise _unreadable(gettext("Ce texte contient des caractères qui ne s'écrivent pas."))
    shown = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    visible = " ".join(shown.split())
    if not visible:
        raise _unreadable(gettext("Aucun lieu n'est indiqué."))
    if not fold(visible):
        raise _unreadable(gettext("Ce texte ne contient ni lettre latine ni chiffre."))
    return visible


def names_a_street(text: str) -> bool:
    """True when the text begins with a house number or holds a word for a street."""
    words = fold(text)
    if speaks_of_arrondissement(words):
        words = re.sub(r"^\d+\w* ?arr\w*", "", words)
    return bool(_HOUSE_NUMBER.match(words)) or not _STREET_WORDS.isdisjoint(words.split())


def read_address(text: str, gazetteer: Gazetteer) -> TypedAddress:
    """Cut an address where its commune begins: at its postal code, else at the longest ending
    that is the exact name of a commune. Without either, the place is left empty."""
    code = _POSTAL_CODE.search(text)
    if code:
        return _around_code(text, code, gazetteer)
    words = list(_WORD.finditer(text))
    for word in words[1:]:
        street, ending = text[: word.start()], text[word.start() :]
        if _can_end(street, text):
            place = gazetteer.resolve(ending)
            if place.choices and place.choices[0].reason in _EXACT:
                return TypedAddress(_trimmed(street), place)
    return TypedAddress(_trimmed(text), NO_RESOLUTION)


def commune_named_last(text: str, gazetteer: Gazetteer) -> Resolution:
    """Return the communes that the longest ending of a text names exactly: « gare de Bondy ».

    For what is neither a commune nor a street: « rue de Bondy » may lie anywhere.
    """
    text = text.replace("’", "'").replace(" d'", " d' ")
    for word in list(_WORD.finditer(text))[1:]:
        place = gazetteer.resolve(text[word.start() :])
        if place.choices and place.choices[0].reason in _EXACT:
            return place
    return NO_RESOLUTION


def _around_code(text: str, code: re.Match[str], gazetteer: Gazetteer) -> TypedAddress:
    street, ending = text[: code.start()], text[code.start() :]
    if street.strip(" ,;"):
        return TypedAddress(_trimmed(street), gazetteer.resolve(ending))
    # « 93140 Bondy, 12 rue de Verdun »: the commune came first.
    place, _, street = ending.partition(",")
    return TypedAddress(_trimmed(street), gazetteer.resolve(place))


def _can_end(street: str, text: str) -> bool:
    """True when a street can stop there: « 12 rue de » wants a word more, unless a comma cuts."""
    if street.rstrip().endswith((",", ";")):
        return True
    words = fold(street).split()
    return bool(words) and words[-1] not in _CONNECTORS | _STREET_WORDS and not words[-1].isdigit()


def _trimmed(text: str) -> str:
    return text.strip(" ,;-")


def _unreadable(problem: str) -> InvalidInput:
    return InvalidInput(
        problem,
        field="q",
        remedy=gettext("Écrivez une commune, un code postal ou une adresse : « 93140 Bondy »."),
    )
