"""Reading a typed address: is it readable, does it name a street, where does the commune begin."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from directory.errors import InvalidInput
from directory.geocoding.delivery import from_house_number, without_boxes_and_doors
from directory.i18n import gettext
from directory.territories import Gazetteer, PlaceMatch, Reason, Resolution
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
#: What is no street by itself, where « Le Mail » and « La Place » are.
_BARE_WORDS = frozenset(
    """
    all allee av ave avenue bd bld blvd boulevard che chemin imp impasse r route rte rue de du des
    """.split()  # noqa: SIM905 - twenty words in quotes would hide the list
)
#: « Grande Rue » is whole.
_BEFORE_WAY = frozenset(("grand", "grande", "petit", "petite", "haute", "basse", "vieille"))
_CONNECTORS = frozenset(
    ("a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "sous", "sur")
)
_REPETITIONS = frozenset(("bis", "ter", "quater"))
_HOUSE_NUMBER = re.compile(r"\d{1,4}(?: ?(?:bis|ter|quater|[a-f]))? [a-z]")
_LEADING_NUMBER = re.compile(
    r"^\d{1,4}(?:\s?(?:-|/|,|à|et)\s?\d{1,4})*(?:\s?(?:bis|ter|quater|quinquies|[a-f])\b)?[\s,]*",
    re.IGNORECASE,
)
_NUMBER_RANGE = re.compile(r"^(\d{1,4}) (?:(?:a|et) )?\d{1,4}(?= )")
_DATE = re.compile(
    r"\d+ (?:janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre)"
)
_POSTAL_CODE = re.compile(r"(?<!\d)\d{5}(?!\d)")
_SPACED_POSTAL_CODE = re.compile(r"(?<=[^\W\d] )\d{2} \d{3}(?= +[^\W\d]|$)")
_ORDINAL = re.compile(r"\d{1,2}(?:er|e|è|[eè]me|nd)", re.IGNORECASE)
#: « Bondy France », not « Roissy en France ».
_BARE_COUNTRY = re.compile(r"(?<!\bde)(?<!\ben)(?<!\bla)(?<!\bl)\W+france$", re.IGNORECASE)
#: « 12 rue de Verdun à Bondy ».
_PREPOSITION = re.compile(r"\s+[àa]\s+$", re.IGNORECASE)
#: Unicode's controls, surrogates, private and unassigned signs.
_UNWRITABLE = frozenset({"Cc", "Cs", "Co", "Cn"})
_WORD = re.compile(r"[^\s,;]+")

#: Words of a commune's name that may stand at the end of an unfinished address.
_MOST_ENDING_WORDS = 3

#: Reasons that mean a whole name was written.
EXACT = frozenset({Reason.NAME, Reason.NAME_WITHOUT_ARTICLE, Reason.FORMER_NAME})

NO_RESOLUTION = Resolution(None, ())

#: Inhabitants from which a name before a street is taken for a town rather than for a word.
LEAST_TOWN = 5_000


@dataclass(frozen=True, slots=True)
class TypedAddress:
    """A typed address cut in two: the street, and the communes its end can mean."""

    #: Empty when nothing stands beside the commune.
    street: str
    place: Resolution
    #: As it was typed: it may be one of a CEDEX, or of no commune at all.
    postcode: str | None = None
    #: The name of the commune as it was typed: it may be one from before communes merged.
    city: str | None = None


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
    """True when the text begins with a house number or holds a word for a street or a hamlet."""
    words = fold(text)
    if speaks_of_arrondissement(words):
        words = re.sub(r"^\d+\w* ?arr\w*", "", words)
    return (
        bool(_HOUSE_NUMBER.match(words))
        or not _STREET_WORDS.isdisjoint(words.split())
        or "lieu dit" in words
    )


def tells_street_apart(text: str, least_letters: int) -> bool:
    """True when a word of so many letters is more than a kind of street: « rue de la » has none."""
    words = set(fold(text).split()) - _STREET_WORDS - _CONNECTORS - _REPETITIONS
    return any(word.isalpha() and len(word) >= least_letters for word in words)


def has_house_number(street: str) -> bool:
    """True when a street begins with a house number: « 8 mai 1945 » has none."""
    words = _NUMBER_RANGE.sub(r"\1", fold(street))
    return bool(_HOUSE_NUMBER.match(words)) and not _DATE.match(words)


def without_house_number(street: str) -> str:
    """Return a street without the house number that it begins with."""
    return _LEADING_NUMBER.sub("", street) if has_house_number(street) else street


def read_address(text: str, gazetteer: Gazetteer) -> TypedAddress:
    """Cut an address where its commune begins, boxes, doors and recipients left out.

    At its postal code, else at the longest ending that is the exact name of a commune, else after
    a town that it begins with. Without any of these, the place is left empty.
    """
    text = without_boxes_and_doors(text)
    code = _postal_code(text)
    if code:
        return _around_code(text, code, gazetteer)
    return (
        _before_name(text, gazetteer)
        or _before_name(_BARE_COUNTRY.sub("", text), gazetteer)
        or _after_name(text, gazetteer)
        or TypedAddress(_street(text), NO_RESOLUTION)
    )


def commune_named_last(text: str, gazetteer: Gazetteer) -> Resolution:
    """Return the communes that the longest ending of a text names exactly: « gare de Bondy ».

    For what is neither a commune nor a street: « rue de Bondy » may lie anywhere.
    """
    text = text.replace("’", "'").replace(" d'", " d' ")
    for word in list(_WORD.finditer(text))[1:]:
        place = gazetteer.resolve(text[word.start() :])
        if place.choices and place.choices[0].reason in EXACT:
            return place
    return NO_RESOLUTION


def towns_nearly_named(text: str, gazetteer: Gazetteer) -> tuple[str, tuple[PlaceMatch, ...]]:
    """Return the street, and the communes that the end of an address may name without its exact
    words: what begins so after a comma, else a town but for one typing error.

    They are to be confirmed by the person: a word of the street can resemble a town too.
    """
    text = without_boxes_and_doors(text)
    street, _, ending = text.rpartition(",")
    choices = gazetteer.resolve(ending).choices if street else ()
    if choices:
        return _street(street), choices
    for word in list(_WORD.finditer(text))[1:]:
        street, ending = text[: word.start()], text[word.start() :]
        chosen = gazetteer.resolve(ending).chosen if _can_end(street) else None
        is_misspelt = chosen is not None and chosen.reason is Reason.TYPING_ERROR
        if chosen is not None and is_misspelt and (chosen.commune.population or 0) >= LEAST_TOWN:
            return _street(street), (chosen,)
    return "", ()


def unfinished_endings(text: str) -> Iterator[tuple[str, str]]:
    """Yield (street, ending) for each ending that may begin the name or the postal code of a
    commune, the longest first: « 12 rue de Verdun », « saint den »."""
    words = list(_WORD.finditer(text))
    for word in words[1:][-_MOST_ENDING_WORDS:]:
        street = text[: word.start()]
        if _can_end(street):
            yield _trimmed(street), text[word.start() :]


def _postal_code(text: str) -> re.Match[str] | None:
    """Return where the postal code stands; « 93 140 » counts only where no other number could."""
    return _POSTAL_CODE.search(text) or _SPACED_POSTAL_CODE.search(text)


def _around_code(text: str, code: re.Match[str], gazetteer: Gazetteer) -> TypedAddress:
    digits = code[0].replace(" ", "")
    before, after = text[: code.start()], text[code.end() :]
    if not _trimmed(before):
        return _after_code(digits, after, gazetteer)
    place = gazetteer.resolve(f"{digits} {after}")
    if _is_named(before, place, gazetteer):
        # « Bondy 93140 », and « Jussac 15250 », where the name chooses among several.
        return TypedAddress("", gazetteer.resolve(text), digits)
    return _without_name(before, digits, place, gazetteer, after)


def _after_code(code: str, after: str, gazetteer: Gazetteer) -> TypedAddress:
    """« 93140 Bondy, 12 rue de Verdun »: the commune came first."""
    starts = (word.start() for word in _WORD.finditer(after))
    cut = next((at for at in starts if _begins_street(after[at:])), len(after))
    name, comma, street = after.partition(",")
    if not comma or cut < len(name):
        place = gazetteer.resolve(f"{code} {after}")
        if not _trimmed(after) or _is_named(after, place, gazetteer):
            return TypedAddress("", place, code)
        name, street = after[:cut], after[cut:]
    return _without_name(street, code, gazetteer.resolve(f"{code} {name}"), gazetteer, name)


def _without_name(
    street: str, code: str, place: Resolution, gazetteer: Gazetteer, city: str
) -> TypedAddress:
    """Leave out the commune that a street ends with, when it is one of the postal code's:
    « rue Foch Saint-Denis 93200 ». It chooses among them."""
    for word in list(_WORD.finditer(street))[1:]:
        head, name = street[: word.start()], street[word.start() :]
        if _can_end(head) and _is_exactly_named(name, place, gazetteer):
            return TypedAddress(_street(head), gazetteer.resolve(f"{code} {name}"), code, name)
    return TypedAddress(_street(street), place, code, _trimmed(city) or None)


def _before_name(text: str, gazetteer: Gazetteer) -> TypedAddress | None:
    words = list(_WORD.finditer(text))[1:]
    for at, word in enumerate(words):
        street, ending = text[: word.start()], text[word.start() :]
        in_commune = _PREPOSITION.sub("", street)
        if in_commune != street and _names_longer(text, words[max(0, at - 3) : at], gazetteer):
            # « Rue du Pont à Mousson » is no street of Mousson.
            continue
        if _can_end(in_commune):
            place = gazetteer.resolve(_in_full(ending))
            if place.choices and place.choices[0].reason in EXACT:
                return TypedAddress(_street(in_commune), place, city=ending)
    return None


def _names_longer(text: str, words: list[re.Match[str]], gazetteer: Gazetteer) -> bool:
    """True when a commune is named from one of these words on to the end of the text."""
    places = (gazetteer.resolve(text[word.start() :]) for word in words)
    return any(place.choices and place.choices[0].reason in EXACT for place in places)


def _after_name(text: str, gazetteer: Gazetteer) -> TypedAddress | None:
    """« Bondy 12 rue de Verdun ». Only for towns: « école 12 rue de Verdun » is no village."""
    for word in list(_WORD.finditer(text))[1:]:
        name, street = text[: word.start()], text[word.start() :]
        if _begins_street(street):
            place = gazetteer.resolve(name)
            best = place.choices[0] if place.choices else None
            is_town = best is not None and (best.commune.population or 0) >= LEAST_TOWN
            if best is not None and is_town and best.reason is Reason.NAME:
                return TypedAddress(_street(street), place, city=name)
            return None
    return None


def _is_named(text: str, place: Resolution, gazetteer: Gazetteer) -> bool:
    """True when a text is the name, or nearly, of one of the communes of a postal code."""
    if names_a_street(text):
        return _is_exactly_named(text, place, gazetteer)
    return any(gazetteer.may_name(text, match.commune) for match in place.choices)


def _is_exactly_named(text: str, place: Resolution, gazetteer: Gazetteer) -> bool:
    communes = [match.commune for match in place.choices]
    codes = {code for commune in communes for code in (commune.insee_code, commune.city_code)}
    return any(
        match.reason in EXACT and match.commune.insee_code in codes
        for match in gazetteer.resolve(text).choices
    )


def _begins_street(text: str) -> bool:
    words = _NUMBER_RANGE.sub(r"\1", fold(text))
    return bool(_HOUSE_NUMBER.match(words)) or words.partition(" ")[0] in _STREET_WORDS


def _in_full(ending: str) -> str:
    """« 18e » at the end of an address is an arrondissement."""
    return f"{ending} arrondissement" if _ORDINAL.fullmatch(ending) else ending


def _can_end(street: str) -> bool:
    """True when a street can stop there: « 12 rue de » wants a word more, unless a comma cuts."""
    if street.rstrip().endswith((",", ";")):
        return True
    words = fold(street).split()
    if words[-2:-1] and words[-2] in _BEFORE_WAY:
        return True
    if not words or words[-1] in _CONNECTORS | _STREET_WORDS:
        return False
    return not words[-1].isdigit() or names_a_street(street)


def _street(text: str) -> str:
    street = _trimmed(from_house_number(_trimmed(text)))
    says_nothing = all(word in _BARE_WORDS or word.isdigit() for word in fold(street).split())
    return "" if says_nothing else street


def _trimmed(text: str) -> str:
    return text.strip(" ,;-()")


def _unreadable(problem: str) -> InvalidInput:
    return InvalidInput(
        problem,
        field="q",
        remedy=gettext("Écrivez une commune, un code postal ou une adresse : « 93140 Bondy »."),
    )
